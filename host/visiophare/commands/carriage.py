# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare carriage`: move the film, and wait until it is there.

`carriage turn`, `run` and `stop` join them from carriage_turning.py.
"""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.carriage_turning import run_command, stop_command, turn_command
from visiophare.commands.common import (
    DURATION_S,
    LENGTH_MM,
    Command,
    Group,
    emit,
    json_option,
    open_projector,
    port_option,
    progress,
)
from visiophare.commands.units import WholeNumber
from visiophare.faults import FAULTS, UNKNOWN
from visiophare.words import N_, _, filled

if TYPE_CHECKING:
    from visiophare.projector import Projector, Receipt

ENDINGS = ("homed", "arrived", "stopped", "fault", "halted")


@click.group(
    cls=Group,
    help=_(
        "Move the carriage that carries the film, and wait until it is there; or let a disc or a "
        "loop turn."
    ),
    epilog=_("Example: visiophare carriage to 3"),
)
def command() -> None:
    """Holds the subcommands."""


command.add_command(turn_command)
command.add_command(run_command)
command.add_command(stop_command)


def options(function: Callable[..., None]) -> Callable[..., None]:
    """The options that all three motions share."""
    timeout = click.option(
        "--timeout",
        "timeout_s",
        type=DURATION_S,
        default="120s",
        metavar=_("DURATION"),
        help=_("How long to wait until it is there (120s)."),
    )
    return timeout(port_option(json_option(function)))


@command.command(
    cls=Command,
    help=_("Find the home switch, from which all positions count."),
    short_help=_("Find the home switch."),
    epilog=_("Example: visiophare carriage home"),
)
@options
def home(timeout_s: float, port: str | None, as_json: bool) -> None:
    """Homes."""
    sentence = _("The carriage looks for its switch…")
    move(port, as_json, timeout_s, sentence, lambda projector: projector.carriage_home())


@command.command(
    cls=Command,
    help=_("Bring FRAME of the film into the gate; the first is 0."),
    short_help=_("Bring a frame into the gate."),
    epilog=_("Example: visiophare carriage to 3"),
)
@click.argument("frame", type=WholeNumber(0, 9999), metavar=_("FRAME"))
@options
def to(frame: int, timeout_s: float, port: str | None, as_json: bool) -> None:
    """Goes to a frame."""
    sentence = _("The carriage goes to frame {frame}…").format(frame=frame)
    move(port, as_json, timeout_s, sentence, lambda board: board.carriage_to_frame(frame))


@command.command(
    cls=Command,
    help=_("Go to MM millimetres from the home switch; it may be negative."),
    short_help=_("Go to a position in millimetres."),
    epilog=_("Example: visiophare carriage at 57.5"),
)
@click.argument("position_mm", type=LENGTH_MM, metavar=_("MM"))
@options
def at(position_mm: float, timeout_s: float, port: str | None, as_json: bool) -> None:
    """Goes to a position."""
    sentence = filled(_("The carriage goes to {mm:g} mm…"), {"mm": position_mm})
    move(port, as_json, timeout_s, sentence, lambda board: board.carriage_to_mm(position_mm))


def move(
    port: str | None,
    as_json: bool,
    timeout_s: float,
    sentence: str,
    start: "Callable[[Projector], Receipt]",
) -> None:
    """Starts a motion, waits for its end, says where the carriage is.

    Raises BoardError when it did not arrive.
    """
    with open_projector(port, darken_on_error=False) as projector:
        receipt = start(projector)
        progress(sentence)
        ended = projector.wait_for(*ENDINGS, timeout_s=timeout_s, since=receipt)
        if ended is None:
            halt(projector)
        check(ended[0].name if ended else "", ended[0].fields if ended else {}, timeout_s)
        fields = ended[0].fields if ended else {}
    document: dict[str, Any] = {"mm": float(fields.get("mm", "nan"))}
    text = _("The carriage is at {mm:g} mm.")
    if "frame" in fields:
        document["frame"] = int(fields["frame"])
        text = _("The carriage is at {mm:g} mm, frame {frame}.")
    emit(as_json, document, [filled(text, document)])


def halt(projector: "Projector") -> None:
    """Stops the carriage as well as can be: it is an error already that counts."""
    from visiophare.errors import VisiophareError

    with contextlib.suppress(VisiophareError):
        projector.carriage_stop()


def check(name: str, fields: dict[str, str], timeout_s: float) -> None:
    """Raises BoardError for every end of a motion but the one that was wanted."""
    from visiophare.errors import BoardError

    if name in ("homed", "arrived"):
        return
    if name == "fault":
        code = fields.get("code", "fault")
        raise BoardError(code, *FAULTS.get(code, UNKNOWN), code=code)
    if name:
        raise BoardError(
            "stopped",
            N_("Somebody stopped the carriage on its way."),
            N_("Repeat the command when it may move."),
        )
    raise BoardError(
        "not_arrived",
        N_("The carriage did not arrive within {seconds:g} s, and was told to stop."),
        N_("Look what holds it, run `visiophare carriage home`, or give a longer --timeout."),
        seconds=timeout_s,
    )
