# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a key went down and up, told from a terminal's bytes. Pure: the time comes in.

A terminal tells no key-up: a key that is held is sent again and again, first after the repeat
delay (0.2 to 0.7 s, the person's setting), then every 25 to 100 ms. So

- a key is down from its first byte until its repeats stop, or for the repeat delay if none come;
- a second byte of the same key that comes about a repeat delay after the first may be a repeat
  or a second tap: the next 0.11 s tell. Once a repeat delay has been seen it is known, and only
  taps at just that distance have to wait;
- terminals repeat only the key that was pressed last, so only one key at a time can be held.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from visiophare.midi.messages import Edge, Touch

FASTEST_TAP_S = 0.05
"""Nobody taps the same key faster; what comes faster is the system's repeating."""

REPEAT_DELAY_S = (0.18, 0.75)
REPEAT_GAP_S = 0.11
RELEASED_AFTER_S = 0.15
"""Longer than REPEAT_GAP_S: a busy machine delivers repeats unevenly."""

_DELAY_TOLERANCE_S = 0.06


class _Phase(Enum):
    TAPPED = "one byte came"
    DOUBTFUL = "the second byte came where a first repeat would"
    REPEATING = "repeats come"


@dataclass
class _Key:
    since_s: float
    last_s: float
    phase: _Phase = _Phase.TAPPED


class KeyHolds:
    """Keys as they come to keys that go down and up."""

    def __init__(self) -> None:
        self._keys: dict[str, _Key] = {}
        self._delay_s: float | None = None

    def press(self, name: str, now_s: float) -> list[Touch]:
        """A key came in. Touches of this and of earlier keys, in order.

        Where nobody has asked `due` in time, the machine was busy, and the key may have come while
        it was still held: so it counts as a repeat.
        """
        touches = self._due(now_s, but=name)
        key = self._keys.get(name)
        if key is None:
            return [*touches, self._down(name, now_s)]
        gap_s, key.last_s = now_s - key.last_s, now_s
        if key.phase is _Phase.DOUBTFUL:
            self._delay_s = now_s - gap_s - key.since_s
            key.phase = _Phase.REPEATING
        elif key.phase is _Phase.TAPPED:
            if gap_s < FASTEST_TAP_S:
                key.phase = _Phase.REPEATING
            elif self._may_be_first_repeat(gap_s):
                key.phase = _Phase.DOUBTFUL
            else:
                touches += [self._up(name, now_s), self._down(name, now_s)]
        return touches

    def due(self, now_s: float) -> list[Touch]:
        """What follows from silence alone, up to now."""
        return self._due(now_s)

    def _due(self, now_s: float, but: str = "") -> list[Touch]:
        touches = []
        for name, key in list(self._keys.items()):
            if name == but or now_s < key.last_s + self._patience_s(key):
                continue
            touches.append(self._up(name, now_s))
            if key.phase is _Phase.DOUBTFUL:
                touches.append(self._down(name, now_s, key.last_s))
        return touches

    def next_deadline_s(self) -> float | None:
        """When `due` has something to say, if nothing comes before."""
        return min((k.last_s + self._patience_s(k) for k in self._keys.values()), default=None)

    def _patience_s(self, key: _Key) -> float:
        if key.phase is _Phase.DOUBTFUL:
            return REPEAT_GAP_S
        if key.phase is _Phase.REPEATING:
            return RELEASED_AFTER_S
        return REPEAT_DELAY_S[1] if self._delay_s is None else self._delay_s + _DELAY_TOLERANCE_S

    def _may_be_first_repeat(self, gap_s: float) -> bool:
        if self._delay_s is not None:
            return abs(gap_s - self._delay_s) < _DELAY_TOLERANCE_S
        return REPEAT_DELAY_S[0] <= gap_s <= REPEAT_DELAY_S[1]

    def _down(self, name: str, now_s: float, came_s: float | None = None) -> Touch:
        came_s = now_s if came_s is None else came_s
        self._keys[name] = _Key(came_s, came_s)
        return Touch(now_s, "key", Edge.DOWN, key=name)

    def _up(self, name: str, now_s: float) -> Touch:
        del self._keys[name]
        return Touch(now_s, "key", Edge.UP, key=name)
