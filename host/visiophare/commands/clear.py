# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare clear`: a projector that was stopped obeys again."""

import click

from visiophare.commands.common import Command, emit, json_option, open_projector, port_option
from visiophare.faults import sentence_of
from visiophare.words import _


@click.command(
    cls=Command,
    help=_(
        "Let a projector that was stopped obey again, and take note of its faults.\n\n"
        "Look first why it was stopped: `visiophare status` says. Nothing moves and no light comes "
        "on by this."
    ),
    short_help=_("Let a projector that was stopped obey again."),
    epilog=_("Example: visiophare clear --port /dev/ttyACM0"),
)
@port_option
@json_option
def command(port: str | None, as_json: bool) -> None:
    """Tells which faults are still present after it."""
    with open_projector(port, darken_on_error=False) as projector:
        projector.clear()
        faults = projector.faults()
    lines = [_("Noted, but this is still there:") if faults else _("The projector obeys again.")]
    lines += [sentence_of(code) for code in faults]
    emit(as_json, {"faults": faults}, lines)
