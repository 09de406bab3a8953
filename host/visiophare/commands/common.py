# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every command shares: its options, its output, and the way to a projector.

Imports nothing heavy: each start of `visiophare` pays for this file.
"""

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from visiophare.commands.parsing import Command, Group
from visiophare.commands.units import (
    DURATION_S,
    FPS,
    LENGTH_MM,
    PERCENT,
    POINTS,
    RECT,
    RPM,
    SIZE_M,
    SIZE_MM,
)
from visiophare.files import write_atomically
from visiophare.stopping import Stopped, stop_signals
from visiophare.words import _

if TYPE_CHECKING:
    from visiophare.projector import Projector

__all__ = [
    "DURATION_S",
    "FPS",
    "LENGTH_MM",
    "PERCENT",
    "POINTS",
    "RECT",
    "RPM",
    "SIZE_M",
    "SIZE_MM",
    "Command",
    "Group",
    "Stopped",
    "emit",
    "json_option",
    "need_port",
    "open_projector",
    "port_option",
    "progress",
    "stop_signals",
    "warn",
    "write_atomically",
]

json_option: Final = click.option(
    "--json", "as_json", is_flag=True, help=_("Print one JSON document instead of text.")
)
port_option: Final = click.option(
    "--port",
    envvar="VISIOPHARE_PORT",
    metavar="PORT",
    help=_("The projector: /dev/ttyACM0, COM5, socket://HOST:PORT…  (or VISIOPHARE_PORT)"),
)


WATCH_S: Final = 5.0
"""A board that hears nothing for so long from a command that would darken fades the light out."""


class Output:
    """Remembers whether this process has already printed its one JSON document."""

    document_printed = False


def emit(as_json: bool, document: dict[str, Any], lines: Iterable[str]) -> None:
    """Prints the result on standard output: one JSON document, or lines of text.

    `document` gets `"ok": true` in front.  Paths and numpy values may stand in it; NaN may not.
    """
    if as_json:
        print_document({"ok": True, **document})
    else:
        for line in lines:
            click.echo(line)


def print_document(document: dict[str, Any]) -> None:
    """Prints the one JSON document of this run.

    Raises ValueError for NaN and TypeError for what JSON cannot carry, before anything is printed.
    """
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(document, ensure_ascii=not readable, allow_nan=False, default=_plain)
    Output.document_printed = True
    click.echo(text)


def warn(sentence: str) -> None:
    """A sentence for the person on standard error: something is odd, and the work goes on."""
    click.echo(_("Note: {sentence}").format(sentence=sentence), err=True)


def progress(sentence: str) -> None:
    """A line on standard error that says what is being done."""
    click.echo(sentence, err=True)


@contextlib.contextmanager
def open_projector(
    port: str | None, *, darken_on_error: bool = True, reconnect: bool = False
) -> "Iterator[Projector]":
    """The projector on `port`, closed at the end of the block.

    When a signal or an error ends the block, the light goes out first.  A command that only asks
    (`status`) passes `darken_on_error=False`: a refusal is no reason to end somebody's show.
    Leaving the block in the ordinary way changes nothing: `light 40` is meant to stay.
    A command that would darken but cannot (its port vanished, the computer died) is silent, and
    then the board fades the light out by itself.
    `reconnect`: a port that vanishes is taken back when it is there again (`show play`).

    Raises UsageError without a port; PortError, BoardError as Projector.open does.
    """
    from visiophare.errors import BoardError, PortError
    from visiophare.projector import Projector

    with stop_signals():
        watch_s = WATCH_S if darken_on_error else 0.0
        projector = Projector.open(need_port(port), reconnect=reconnect, watch_s=watch_s)
        try:
            yield projector
            if watch_s:
                with contextlib.suppress(PortError, BoardError):  # all is done: no reason to fail
                    projector.unwatch()
        except Exception:
            if darken_on_error:
                darken(projector, watch_s)
            raise
        except BaseException:
            darken(projector, watch_s)
            raise
        finally:
            projector.close()


def darken(projector: "Projector", watch_s: float) -> None:
    """Puts the light out and stops the carriage; says so when nobody knows whether that worked."""
    if projector.darken():
        return
    warn(_("The projector does not answer: nobody knows whether its light is out."))
    if watch_s:
        sentence = _("Without a word from here it fades the light out, after {seconds:g} s.")
        warn(sentence.format(seconds=watch_s))
    warn(_("Look at it. If it then refuses to work, run `visiophare clear`."))


def need_port(port: str | None) -> str:
    """The port that a person named. Raises UsageError without one."""
    if port:
        return port
    from visiophare.errors import UsageError
    from visiophare.words import N_

    raise UsageError(
        "port_needed",
        N_("No port says where the projector is."),
        N_("Give --port PORT, or set VISIOPHARE_PORT; `visiophare devices` lists the ports."),
    )


def _plain(value: object) -> object:
    """What JSON does not know by itself: paths, and numpy arrays and numbers."""
    if isinstance(value, Path):
        return str(value)
    for method in ("tolist", "item"):
        if hasattr(value, method):
            return getattr(value, method)()
    raise TypeError(f"{type(value).__name__} cannot stand in a JSON document")
