# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare carriage turn`, `run`, `stop`: a disc or a loop that goes on without this computer.

Owns what is said of a motion that has no end. Which speeds a board takes is the board's to say.
"""

import time
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import (
    FPS,
    RPM,
    Command,
    emit,
    json_option,
    open_projector,
    port_option,
    progress,
)
from visiophare.stopping import accomplished
from visiophare.words import N_, _, filled

if TYPE_CHECKING:
    from visiophare.projector import Projector

REST_S = 60.0
LOOK_S = 0.05


@click.command(
    "turn",
    cls=Command,
    short_help=_("Let a disc turn, so many times a minute."),
    help=_(
        "Let a disc or a loop turn RPM times a minute; negative turns it the other way.\n\n"
        "It goes on when the command has ended, until `visiophare carriage stop` or a speed of 0. "
        "A new speed is reached smoothly while it turns. The board must know that it is one "
        "(`visiophare settings endless yes`) and how much goes by in a turn (`turn_mm`). Ctrl-C, "
        "before the board has answered, stops it and puts the light out."
    ),
    epilog=_("Example: visiophare carriage turn -12"),
)
@click.argument("rpm", type=RPM, metavar=_("RPM"))
@port_option
@json_option
def turn_command(rpm: float, port: str | None, as_json: bool) -> None:
    """Sets turns a minute."""
    with open_projector(port, darken_on_error=False) as projector:
        receipt = projector.carriage_turn(rpm)
        if rpm:
            accomplished()  # either it turns and the exit code is 0, or neither
            sentence = _("It turns {rpm:g} times a minute, until `visiophare carriage stop`.")
            document = {"turn_rpm": rpm, "board_us": receipt.t_us}
            emit(as_json, document, [filled(sentence, {"rpm": rpm})])
        else:
            tell_rest(projector, as_json)


@click.command(
    "run",
    cls=Command,
    short_help=_("Let a loop run, so many frames a second."),
    help=_(
        "Let a loop or a disc run at FPS frames a second; a negative number lets it run back.\n\n"
        "It goes on when the command has ended, until `visiophare carriage stop` or a speed of 0. "
        "A new speed is reached smoothly while it runs. The board must know that it is one "
        "(`visiophare settings endless yes`) and how far frames are apart (`pitch_mm`). Ctrl-C, "
        "before the board has answered, stops it and puts the light out."
    ),
    epilog=_("Example: visiophare carriage run 0.5"),
)
@click.argument("fps", type=FPS, metavar=_("FPS"))
@port_option
@json_option
def run_command(fps: float, port: str | None, as_json: bool) -> None:
    """Sets frames a second."""
    with open_projector(port, darken_on_error=False) as projector:
        receipt = projector.carriage_run(fps)
        if fps:
            accomplished()
            sentence = _("It runs at {fps:g} frames a second, until `visiophare carriage stop`.")
            document = {"run_fps": fps, "board_us": receipt.t_us}
            emit(as_json, document, [filled(sentence, {"fps": fps})])
        else:
            tell_rest(projector, as_json)


@click.command(
    "stop",
    cls=Command,
    short_help=_("Let it slow down and stand still."),
    help=_(
        "Let whatever moves slow down and stand still; the light stays as it is.\n\n"
        "Where it then stands is known, if it was known before."
    ),
    epilog=_("Example: visiophare carriage stop"),
)
@port_option
@json_option
def stop_command(port: str | None, as_json: bool) -> None:
    """Stops, and waits until it stands."""
    with open_projector(port, darken_on_error=False) as projector:
        projector.carriage_stop()
        tell_rest(projector, as_json)


def tell_rest(projector: "Projector", as_json: bool) -> None:
    """Waits until the carriage stands, and says where. Raises BoardError when it never does."""
    from visiophare.errors import BoardError

    deadline_s = time.monotonic() + REST_S
    status = projector.status()
    if status["carriage"] != "still":
        progress(_("It slows down…"))
    while status["carriage"] != "still":
        if time.monotonic() > deadline_s:
            raise BoardError(
                "not_still",
                N_("It still moves after {seconds:g} s."),
                N_("Switch the projector off, and look at the motor and its driver."),
                seconds=REST_S,
            )
        time.sleep(LOOK_S)
        status = projector.status()
    document: dict[str, Any] = {"state": "still"}
    text = _("It stands still.")
    if "mm" in status:
        document["mm"] = float(status["mm"])
        text = _("It stands still at {mm:g} mm.")
    emit(as_json, document, [filled(text, document)])
