# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The board's events in the board's order, each once, whatever got lost on the way. Pure.

Owns the count of events. Must not know how missing ones are asked for again.
"""

from __future__ import annotations

from visiophare_wire import SEQ_MAX, Event, next_seq

KEPT = 16  # how many the board can repeat


class EventOrder:
    """Holds back what is behind a gap.

    last: the number of the event passed on last. None until the count is known: then everything
    that is heard happened before we came.
    """

    def __init__(self, last: int | None = None) -> None:
        self.last = last
        self._early: dict[int, Event] = {}  # behind a gap
        self._ready: list[Event] = []

    def hear(self, event: Event) -> bool:
        """Take an event as it came; whether one before it is missing."""
        if self.last is None:
            return False
        ahead = (event.number - self.last) % SEQ_MAX
        if 0 < ahead <= SEQ_MAX // 2:  # otherwise it was heard already
            self._early[event.number] = event
            self._release()
        return bool(self._early)

    def end_of_list(self, last: str) -> None:
        """The board has repeated the events it keeps; this is the number of its last one."""
        if not last.isdigit():
            return
        if self.last is None:
            self.last = int(last)
            return
        lost = (int(last) - self.last) % SEQ_MAX - KEPT
        if self._early and 0 < lost <= SEQ_MAX // 2:
            self._skip(lost)

    def take(self) -> list[Event]:
        """The events that can be passed on, in order, taken."""
        ready, self._ready = self._ready, []
        return ready

    def _release(self) -> None:
        while next_seq(self.last or 0) in self._early:
            self.last = next_seq(self.last or 0)
            self._ready.append(self._early.pop(self.last))

    def _skip(self, lost: int) -> None:
        """Go on with the oldest event that the board still has."""
        for _ in range(lost):
            self.last = next_seq(self.last or 0)
            if self.last in self._early:
                self._ready.append(self._early.pop(self.last))
        self._release()
