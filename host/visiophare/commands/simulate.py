# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare simulate`: a projector without hardware, for any program that can open a port."""

import sys
import threading
from typing import TYPE_CHECKING

import click

from visiophare.commands.common import Command, Stopped, progress, stop_signals
from visiophare.commands.units import WholeNumber
from visiophare.words import LANGUAGE, _, filled

if TYPE_CHECKING:
    from visiophare.simulator.projector import SimulatedProjector

LOOK_S = 0.2  # how often to see whether the board still runs


@click.command(
    cls=Command,
    help=_(
        "Be a projector without hardware, running the program of the real board.\n\n"
        "The first line printed is its address, as soon as it listens. Give it to other commands "
        "as --port, or type into it: with --pty a second line names a terminal to open with any "
        "terminal program. Ctrl-C switches the projector off."
    ),
    epilog=_("Example: visiophare simulate --port 7000"),
)
@click.option(
    "--port",
    "number",
    type=WholeNumber(0, 65535),
    default=0,
    metavar="N",
    help=_("TCP port to listen on, on this computer only; 0, the default, takes any free one."),
)
@click.option(
    "--interpreter",
    type=click.Choice(["python", "micropython"]),
    default="python",
    help=_("What runs the board's program: this Python, or a real MicroPython."),
)
@click.option("--pty", is_flag=True, help=_("Be a pseudo-terminal too (Linux and macOS)."))
@click.option(
    "--hands",
    is_flag=True,
    help=_(
        "Read here what hands do at the projector: go, free, knob 40, midi 90 24 64, power (off "
        "and on)."
    ),
)
def command(number: int, interpreter: str, pty: bool, hands: bool) -> None:
    """Runs until a signal comes."""
    from visiophare.simulator.projector import SimulatedProjector

    settings: dict[str, object] = {"language": "fr" if LANGUAGE == "fr" else "en"}
    try:
        with stop_signals(), SimulatedProjector(interpreter, settings=settings) as simulated:
            address = f"socket://127.0.0.1:{simulated.serve_tcp(number)}"
            click.echo(address)
            if pty:
                click.echo(simulated.serve_pty())
            progress(
                _("Try: visiophare light 40 --port {address}   (Ctrl-C ends the projector)").format(
                    address=address
                )
            )
            if hands:
                threading.Thread(target=_read_hands, args=(simulated,), daemon=True).start()
            forever = threading.Event()
            while not forever.wait(LOOK_S):
                if simulated.failure:
                    raise simulated.failure
    except Stopped:
        return


def _read_hands(simulated: "SimulatedProjector") -> None:
    """Until nothing more can be typed; the projector goes on."""
    from visiophare.errors import UsageError
    from visiophare.simulator.hands import act

    for line in sys.stdin:
        try:
            done = act(simulated, line)
            if done:
                progress(filled(_(done[0]), done[1]))
        except UsageError as error:
            progress(_(error.template).format(**error.params))
            progress(_(error.hint))
