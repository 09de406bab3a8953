# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From touches to commands, one evening long: the part that decides. Pure: the time comes in.

Owns what is done with touches that are bound to nothing, come too late, or come in floods.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from visiophare.live.bindings import bound, events_of
from visiophare.midi.messages import Edge, Touch
from visiophare.show.actions import Command, Event, GaveUp, Panic, Started
from visiophare.show.engine import Engine

STALE_S = 0.5
"""A hit that could not be handled for so long is not played: nobody would know whose it was."""


@dataclass(frozen=True, slots=True)
class Unbound:
    """Something was touched for the first time that the show binds to nothing."""

    source: str


News = Started | GaveUp | Unbound


class Performance:
    """A show in play under hands. `send` gets commands, at once and in order; `tell` gets news."""

    def __init__(
        self,
        engine: Engine,
        send: Callable[[Sequence[Command]], None],
        tell: Callable[[News], None],
    ) -> None:
        self._engine, self._send, self._tell = engine, send, tell
        self._told: set[str] = set()

    def touched(self, touch: Touch, now_s: float) -> None:
        """A pad, knob or key was touched."""
        bindings = self._engine.show.bindings
        if not bound(bindings, touch):
            self._tell_once(touch)
            return
        if touch.edge is Edge.DOWN and now_s - touch.at_s > STALE_S:
            return
        for event in events_of(bindings, touch):
            self.happened(event, now_s)

    def panic(self, now_s: float) -> None:
        """Dark now."""
        self.happened(Panic(), now_s)

    def happened(self, event: Event | None, now_s: float) -> None:
        """An event, or (None) only time that has passed."""
        commands: list[Command] = []
        for action in self._engine.step(now_s, event):
            if isinstance(action, Started | GaveUp):
                self._tell(action)
            else:
                commands.append(action)
        if commands:
            self._send(commands)

    def begin(self) -> None:
        """Bring the projector to where a show begins."""
        self._send(self._engine.opening())

    def resume(self, now_s: float) -> None:
        """Bring a projector that was away to where the show has got to."""
        self.happened(None, now_s)
        self._send(self._engine.resumption())

    def next_deadline_s(self) -> float:
        """When something happens by itself."""
        return self._engine.next_deadline_s()

    def _tell_once(self, touch: Touch) -> None:
        if touch.source not in self._told:
            self._told.add(touch.source)
            self._tell(Unbound(touch.source))
