# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare midi monitor`: what instruments send, in the words of a show's bindings."""

import contextlib
from typing import TYPE_CHECKING

import click

from visiophare.commands.common import Group, stop_signals
from visiophare.words import N_, _

if TYPE_CHECKING:
    from visiophare.midi.messages import Touch
    from visiophare.midi.ports import Notice

NOTICES = {
    "found": N_("{name}: listening."),
    "lost": N_("{name}: unplugged. Waiting for it to come back."),
    "back": N_("{name}: back, listening again."),
}
EDGES = {
    "down": N_("down, {value}"),
    "up": N_("up"),
    "moved": N_("at {value}"),
}


@click.group(cls=Group, help=_("See what MIDI instruments send."))
def command() -> None:
    """Groups what concerns instruments alone, without a show."""


@command.command(
    help=_(
        "Print each pad and knob that is touched, until Ctrl-C.\n\n"
        'The first words of a line are those to write into a show: source = "note 36".'
    ),
    epilog=_("Example: visiophare midi monitor --pad LPD8"),
)
@click.option("--pad", metavar=_("NAME"), default="", help=_("Only instruments of this name."))
def monitor(pad: str) -> None:
    """Listens and prints."""
    import queue
    import time

    from visiophare.midi.ports import POLL_S, PadPorts, open_backend

    heard: queue.SimpleQueue[Touch | BaseException] = queue.SimpleQueue()
    ports = PadPorts(open_backend(), heard.put, time.monotonic, pad)
    with stop_signals(), contextlib.closing(ports):
        notices = ports.poll()
        if not notices:
            click.echo(nothing_to_hear(pad, ports.available()))
        while True:
            for notice in notices:
                click.echo(notice_line(notice))
            next_look_s = time.monotonic() + POLL_S
            with contextlib.suppress(queue.Empty):
                while (rest_s := next_look_s - time.monotonic()) > 0:
                    _print(heard.get(timeout=rest_s))
            notices = ports.poll()


def nothing_to_hear(pad: str, available: list[str]) -> str:
    """What to say when no instrument that is wanted is there."""
    if available:
        sentence = _("No instrument named {pad} is there; there are: {names}. Waiting for it.")
        return sentence.format(pad=pad, names=", ".join(available))
    return _("No MIDI instrument is plugged in. Waiting for one.")


def notice_line(notice: "Notice") -> str:
    """A line for an instrument that came or went."""
    return _(NOTICES[notice.what]).format(name=notice.name)


def _print(heard: "Touch | BaseException") -> None:
    if isinstance(heard, BaseException):
        raise heard
    click.echo(touch_line(heard))


def touch_line(touch: "Touch") -> str:
    """A touch in words, the source first, as a show names it."""
    source = f"{touch.source} channel {touch.channel}" if touch.channel else touch.source
    what = _(EDGES[touch.edge]).format(value=touch.value)
    return f"{source:<24}{what:<16}{touch.port}"
