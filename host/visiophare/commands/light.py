# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare light`: the light to a level, at once or in a fade that the board carries out."""

import sys
from collections.abc import Iterator
from typing import Any

import click

from visiophare.commands.common import (
    DURATION_S,
    PERCENT,
    Command,
    emit,
    json_option,
    open_projector,
    port_option,
)
from visiophare.commands.condition import condition, limits
from visiophare.faults import FAULTS, sentence_of
from visiophare.stopping import accomplished
from visiophare.words import _, filled

LIMITING = ("limited_by", "ceiling_percent", "knob_percent")


@click.command(
    cls=Command,
    help=_(
        "Set the light to LEVEL, in percent as the eye sees it: 50 looks half as bright as 100.\n\n"
        "The light stays as it is when the command has ended."
    ),
    epilog=_("Example: visiophare light 40 --over 2s"),
)
@click.argument("level", type=PERCENT, metavar=_("LEVEL"))
@click.option(
    "--over", type=DURATION_S, default="0s", metavar=_("DURATION"), help=_("Fade there: 2s, 500ms.")
)
@click.option(
    "--master",
    type=PERCENT,
    metavar=_("PERCENT"),
    help=_("Set the master too, which scales all light: what a show left may be lower than 100."),
)
@port_option
@json_option
def command(
    level: float, over: float, master: float | None, port: str | None, as_json: bool
) -> None:
    """Sends one command and says what the board accepted."""
    from visiophare_wire import MAX_AHEAD_US

    if over * 1e6 > MAX_AHEAD_US:
        raise click.BadParameter(_("The longest fade takes 8 minutes."), param_hint="--over")
    with open_projector(port, darken_on_error=False) as projector:
        if master is not None:
            projector.master(master)
        receipt = projector.light(level, over)
        accomplished()  # either the light stays, and that is told, or neither
        status = projector.status()
        document = {
            "level_percent": level,
            "over_s": over,
            "board_us": receipt.t_us,
            "light_percent": float(status["light"]),
            "master_percent": float(status["master"]),
            **{name: told for name, told in condition(status).items() if name in LIMITING},
        }
        emit(as_json, document, describe(document))
        sys.stdout.flush()


def describe(document: dict[str, Any]) -> Iterator[str]:
    """For people: what was accepted, and what keeps it from shining."""
    fault = document["limited_by"] in FAULTS and document["level_percent"] > 0
    if fault:
        yield filled(_("{level_percent:g} % is noted, but it stays dark for now:"), document)
        yield sentence_of(document["limited_by"])
    elif document["over_s"]:
        yield filled(_("The light goes to {level_percent:g} % in {over_s:g} s."), document)
    else:
        yield filled(_("The light is at {level_percent:g} %."), document)
    if document["master_percent"] < 100:
        yield filled(_("The master lets {master_percent:g} % of it through."), document)
        yield _("With `--master 100` all of it comes.")
    yield from limits(document)
