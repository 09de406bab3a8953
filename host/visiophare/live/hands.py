# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hands do while a show plays: touches become events of the show, instruments come and go.

Owns one queue that every listener puts into, and the waiting on it, which is all that a playing
show does between two moments. Prints nothing: news goes to `tell`.
"""

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from visiophare.live.bindings import bound, events_of
from visiophare.midi.messages import Edge, Touch
from visiophare.midi.ports import POLL_S, Notice, PadPorts
from visiophare.show.actions import Event, Panic
from visiophare.show.model import Binding

MOST_AT_ONCE = 1000
"""However fast pads are hit, the show moves on after so many touches."""

DARK_KEY = "escape"
END_KEY = "q"


@dataclass(frozen=True, slots=True)
class Unbound:
    """Something was touched for the first time that the show binds to nothing."""

    source: str


class Ended(Exception):  # noqa: N818 - a wish, no error
    """A person has had enough: the key q, or standard input has come to its end."""


def end_key_is_free(bindings: Sequence[Binding]) -> bool:
    """Whether q ends the evening; a show may bind it to a cue instead, then Ctrl-C does."""
    return all(binding.source.key != END_KEY for binding in bindings)


class Hands:
    """The touches of all instruments and keys. `post` gets events with the time of the touch."""

    def __init__(
        self,
        bindings: Sequence[Binding],
        now: Callable[[], float],
        post: Callable[[Event, float], None],
        tell: Callable[[Notice | Unbound], None],
    ) -> None:
        self._bindings, self._now, self._post, self._tell = bindings, now, post, tell
        self._heard: queue.SimpleQueue[Touch | BaseException | None] = queue.SimpleQueue()
        self._told: set[str] = set()
        self._ports: PadPorts | None = None
        self._look_s = 0.0

    def put(self, touch: Touch | BaseException | None) -> None:
        """A touch, from any thread; or an exception to raise where somebody sees it."""
        self._heard.put(touch)

    def wake(self) -> None:
        """Ends a wait: something happened elsewhere."""
        self._heard.put(None)

    def listen_to(self, ports: PadPorts) -> list[Notice]:
        """Have these instruments looked after while waiting. What is there already."""
        self._ports = ports
        self._look_s = self._now() + POLL_S
        return ports.poll()

    def wait(self, seconds: float) -> None:
        """Until something happens, at most so long.

        Raises: Ended; whatever went wrong in a listener.
        """
        deadline_s = self._now() + seconds
        while True:
            self._look()
            if self._happened(min(deadline_s, self._next_look_s())) or self._now() >= deadline_s:
                return

    def _next_look_s(self) -> float:
        return self._look_s if self._ports else float("inf")

    def _look(self) -> None:
        now_s = self._now()
        if self._ports and now_s >= self._look_s:
            self._look_s = now_s + POLL_S
            for notice in self._ports.poll():
                self._tell(notice)

    def _happened(self, until_s: float) -> bool:
        """Handles what is there, or what comes first until then."""
        try:
            touch = self._heard.get(timeout=max(0.0, until_s - self._now()))
        except queue.Empty:
            return False
        self._handle(touch)
        for _touch in range(MOST_AT_ONCE):
            if self._heard.empty():
                break
            self._handle(self._heard.get_nowait())
        return True

    def _handle(self, touch: Touch | BaseException | None) -> None:
        if touch is None:
            return
        if isinstance(touch, EOFError):
            raise Ended from touch
        if isinstance(touch, BaseException):
            raise touch
        self._touched(touch)

    def _touched(self, touch: Touch) -> None:
        if bound(self._bindings, touch):
            for event in events_of(self._bindings, touch):
                self._post(event, touch.at_s)
        elif touch.kind == "key" and touch.key in (DARK_KEY, END_KEY):
            if touch.edge is not Edge.DOWN:
                return
            if touch.key == END_KEY:
                raise Ended
            self._post(Panic(), touch.at_s)
        elif touch.source not in self._told:
            self._told.add(touch.source)
            self._tell(Unbound(touch.source))
