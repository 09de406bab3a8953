# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare live SHOW.toml`: pads and the computer's keys play a show's cues."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from visiophare.commands.common import Command, open_projector, port_option, warn
from visiophare.commands.midi import nothing_to_hear, notice_line
from visiophare.words import N_, _

if TYPE_CHECKING:
    from visiophare.live.hands import Hands, Unbound
    from visiophare.midi.ports import Backend, Notice
    from visiophare.projector import Projector
    from visiophare.show.actions import Event
    from visiophare.show.model import Show
    from visiophare.show.player import News, Player

SAME_REMARK_S = 5.0
SAME_CUE_S = 0.2
"""A line that comes again within these times is not printed again: nobody reads a flood."""

LINES_WAITING = 100
LAST_LINES_S = 1.0


@click.command(
    cls=Command,
    help=_(
        "Play a show by hand: pads, and with --keys the computer's keys, set off its cues as its "
        "[[binding]]s say, at once.\n\n"
        "A pad or a projector that is unplugged is taken back when it is plugged in again. What "
        "the show binds to nothing does nothing. Esc darkens at once and the next pad plays on; "
        "q or Ctrl-C ends, and the light goes out.\n\n"
        "A terminal does not tell when a key is let go: a key counts as held while it repeats, "
        "or for the moment that it takes to begin to repeat, and only one key at a time. Pads "
        "know better."
    ),
    epilog=_("Example: visiophare live show.toml --keys --port socket://127.0.0.1:7000"),
)
@click.argument("show_path", metavar="SHOW.toml", type=click.Path(path_type=Path))
@click.option("--pad", metavar=_("NAME"), default="", help=_("Only instruments of this name."))
@click.option("--keys", is_flag=True, help=_("The computer's keys play, too."))
@port_option
def command(show_path: Path, pad: str, keys: bool, port: str | None) -> None:
    """Reads the show, finds instruments, opens the port, then plays until somebody ends it."""
    import time

    from visiophare.live.hands import Ended, Hands
    from visiophare.show.fitting import refuse_misfit
    from visiophare.show.player import Player
    from visiophare.show.reading import load_show

    show = load_show(show_path)
    _need_bindings(show, show_path)
    backend, complaint = _midi(keys)
    with contextlib.ExitStack() as stack:
        printer = stack.enter_context(Printer())
        screen = Screen(show, time.monotonic, printer.put)
        projector = stack.enter_context(open_projector(port, reconnect=True))

        def post(event: "Event", at_s: float) -> None:
            player.post(event, at_s)
            screen.ended(event)

        refuse_misfit(show, projector.settings(), show_path)
        hands = Hands(show.bindings, time.monotonic, post, screen.tell)
        player = Player(show, projector, sleep=hands.wait, tell=screen.tell)
        for listen in (projector.on_event, projector.on_restart, projector.on_connection):
            listen(lambda *_news: hands.wake())
        lines = [*screen.heading(keys), *filter(None, [complaint])]
        if backend:
            lines += _listen_to_pads(stack, hands, backend, pad)
        if keys:
            _listen_to_keys(stack, hands)
        click.echo("\n".join(lines))
        try:
            player.play([], unattended=False, open_end=True)
        except Ended:
            _need_darkness(player)
            _let_obey_again(projector)
    click.echo(_("The end. The light is out."))


def _need_darkness(player: "Player") -> None:
    """Raises PortError when the evening ends and nobody knows whether the light is out."""
    from visiophare.errors import PortError

    if not player.is_dark:
        raise PortError(
            "not_dark",
            N_("The end; but the projector does not answer."),
            N_("Look whether its light is out; if not, switch it off."),
        )


def _let_obey_again(projector: "Projector") -> None:
    """Takes back our own panic: whoever darkened with Esc and then ended needs no terminal.

    A stop by somebody else ends the evening by itself and stays; so does one with a fault.
    """
    from visiophare.errors import BoardError, PortError

    with contextlib.suppress(PortError, BoardError):  # all is dark: no reason to fail
        status = projector.status()
        if status["halted"] == "yes" and status["faults"] == "0":
            projector.clear()


class Printer:
    """Prints on a thread of its own, so that a terminal that stands still stops no show."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[tuple[Callable[[str], None], str] | None]
        self._waiting = queue.Queue(LINES_WAITING)
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)

    def put(self, line: str, write: Callable[[str], None] = click.echo) -> None:
        """Have a line printed; what nobody can keep up with reading is left out."""
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait((write, line))

    def __enter__(self) -> "Printer":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(None)
            self._thread.join(LAST_LINES_S)

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # the terminal was closed
            while (waiting := self._waiting.get()) is not None:
                write, line = waiting
                write(line)


class Screen:
    """What a person reads while they play: lines of plain text, the latest at the bottom."""

    def __init__(
        self, show: "Show", now: Callable[[], float], put: Callable[..., None] = click.echo
    ) -> None:
        self._show, self._now, self._put = show, now, put
        self._printed_s: dict[str, float] = {}

    def heading(self, keys: bool) -> Iterator[str]:
        """What plays, and how it ends."""
        from visiophare.live.hands import end_key_is_free
        from visiophare.show.summary import binding_lines

        yield _("Live: {title}").format(title=self._show.title)
        yield from binding_lines(self._show)
        if not keys:
            yield _("Ctrl-C ends; the light goes out.")
        elif end_key_is_free(self._show.bindings):
            yield _("Esc: dark at once. q or Ctrl-C: the end, the light goes out.")
        else:
            yield _("Esc: dark at once. Ctrl-C: the end, the light goes out.")

    def tell(self, news: "News | Notice | Unbound") -> None:
        """Prints a line for something that happened; the same line again only after a while."""
        line, is_odd = self._line(news)
        now_s = self._now()
        again_s = SAME_REMARK_S if is_odd else SAME_CUE_S
        if now_s - self._printed_s.get(line, -again_s) < again_s:
            return
        self._printed_s[line] = now_s
        self._put(line, warn if is_odd else click.echo)

    def ended(self, event: "Event") -> None:
        """Prints a line when a hand has ended everything: nothing else says that it was heard."""
        from visiophare.show.actions import Panic, StopAll

        if isinstance(event, Panic):
            self._put(_("Dark."))
        elif isinstance(event, StopAll):
            self._put(_("Every cue ends."))

    def _line(self, news: "News | Notice | Unbound") -> tuple[str, bool]:
        """The sentence, and whether it is about something that is not as it should be."""
        from visiophare.live.hands import Unbound
        from visiophare.midi.ports import Notice
        from visiophare.show.actions import GaveUp, LetGo, OrderOver, Started
        from visiophare.show.words_for import place

        if isinstance(news, Started):
            name = self._show.cues[news.cue].name
            return (f"{news.cue} - {name}" if name else news.cue), False
        if isinstance(news, LetGo):
            return _("{cue} ends").format(cue=news.cue), False
        if isinstance(news, OrderOver):
            return _("The running order is over; the next Go begins it again."), False
        if isinstance(news, Notice):
            return notice_line(news), False
        if isinstance(news, Unbound):
            return _("{source} is bound to nothing.").format(source=news.source), True
        if isinstance(news, GaveUp):
            sentence = _("The carriage did not say that it reached {place}; {cue} goes on.")
            return sentence.format(place=place(news.to), cue=news.cue), True
        return _(news.template).format(**news.params), True


def _need_bindings(show: "Show", path: Path) -> None:
    if not show.bindings:
        from visiophare.errors import ShowError

        raise ShowError(
            "no_bindings",
            N_("{path} binds nothing to a pad or key, so nothing could be played by hand."),
            N_('Add a [[binding]] with source = "note 36" or "key a" and cue = "{cue}".'),
            path=path,
            cue=next(iter(show.cues), "…"),
        )


def _midi(keys: bool) -> "tuple[Backend | None, str]":
    """The MIDI system; without one, None and why, as long as there are keys to play with.

    Raises: PortError when there is no MIDI and nothing else to play with.
    """
    from visiophare.errors import PortError
    from visiophare.midi.ports import open_backend

    try:
        return open_backend(), ""
    except PortError as error:
        if not keys:
            raise
        reason = _(error.template).format(**error.params)
        return None, _("Only the keys play. {reason}").format(reason=reason)


def _listen_to_pads(
    stack: contextlib.ExitStack, hands: "Hands", backend: "Backend", pad: str
) -> Iterator[str]:
    """Begins to listen to instruments; what there is to say about it."""
    import time

    from visiophare.midi.ports import PadPorts

    ports = stack.enter_context(
        contextlib.closing(PadPorts(backend, hands.put, time.monotonic, pad))
    )
    notices = hands.listen_to(ports)
    yield from map(notice_line, notices)
    if not notices:
        yield nothing_to_hear(pad, ports.available())


def _listen_to_keys(stack: contextlib.ExitStack, hands: "Hands") -> None:
    import time

    from visiophare.midi.keys import Keyboard
    from visiophare.midi.terminal import key_source

    source = stack.enter_context(key_source())
    stack.enter_context(Keyboard(source, hands.put, time.monotonic))
