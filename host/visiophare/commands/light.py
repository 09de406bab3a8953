# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare light`: the light to a level, at once or in a fade that the board carries out."""

import sys

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
from visiophare.stopping import accomplished
from visiophare.words import _, filled


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
        scale = float(projector.status()["master"])
        receipt = projector.light(level, over)
        if over:
            sentence = _("The light goes to {level:g} % in {seconds:g} s.")
        else:
            sentence = _("The light is at {level:g} %.")
        lines = [filled(sentence, {"level": level, "seconds": over})]
        if scale < 100:
            let_through = _("The master lets {master:g} % of it through.")
            lines.append(filled(let_through, {"master": scale}))
            lines.append(_("With `--master 100` all of it comes."))
        document = {"level_percent": level, "over_s": over, "board_us": receipt.t_us}
        accomplished()  # either the light stays, and that is told, or neither
        emit(as_json, {**document, "master_percent": scale}, lines)
        sys.stdout.flush()
