# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare strobe`: a flash at each frame while the film moves, the cinema without a shutter."""

import click

from visiophare.commands.common import (
    PERCENT,
    Command,
    emit,
    json_option,
    open_projector,
    port_option,
)
from visiophare.commands.units import FLASH_S
from visiophare.stopping import accomplished
from visiophare.words import _, filled


@click.command(
    cls=Command,
    help=_(
        "Flash for FLASH at each frame while the film moves, and be dark between; 0 ends it.\n\n"
        "The board must be armed (`visiophare arm`, which says whom to warn) and the film move "
        "(`visiophare carriage run`). It goes on when the command has ended, until the motion "
        "ends; then it is dark. Without FLASH, --phase changes a strobe that runs."
    ),
    short_help=_("Flash at each frame while the film moves."),
    epilog=_("Example: visiophare strobe 500us --phase 25"),
)
@click.argument("flash_s", type=FLASH_S, metavar=_("[FLASH]"), required=False)
@click.option(
    "--phase",
    type=PERCENT,
    metavar=_("PERCENT"),
    help=_("Flash so much of a frame later (as before)."),
)
@port_option
@json_option
def command(flash_s: float | None, phase: float | None, port: str | None, as_json: bool) -> None:
    """Starts, shifts or ends it."""
    if flash_s is None and phase is None:
        raise click.BadParameter(
            _("Give the length of a flash, or --phase."), param_hint=_("[FLASH]")
        )
    flash_us = None if flash_s is None else round(flash_s * 1e6)
    with open_projector(port, darken_on_error=False) as projector:
        if flash_s is None:
            projector.strobe_phase(phase or 0.0)
            sentence = _("The flashes come {phase:g} % of a frame later.")
        elif flash_us:
            projector.strobe(flash_s, phase)
            accomplished()  # either it flashes and the exit code is 0, or neither
            sentence = _("A flash of {flash_us} µs at each frame, until the motion ends.")
        else:
            projector.strobe_off()
            sentence = _("No flashes any more.")
        document = {"flash_us": flash_us, "phase_percent": phase}
        emit(as_json, document, [filled(sentence, {"flash_us": flash_us, "phase": phase})])
