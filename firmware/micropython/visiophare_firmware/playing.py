# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One playing of one cue: where it stands in its steps, when it goes on, what its light does.

Owns what is remembered of it. What a step does is the player's. Made once and used again and
again, so that playing takes no memory.
"""

from visiophare_wire import ticks_add, ticks_diff

from .beat import Beat
from .light import Fade

_SLICE_MS = 240_000
"""The longest wait in one piece: board time tells no more than 8 minutes apart."""
_FAR = 4_000
"""24ths of a beat: what is farther off is aimed at later, or board time would not tell it."""
_OFF_US = 5_000
_DEPTH = 12
"""Loops and calls within each other."""


class Run:
    """cue: where its row is in the score, 0 while nothing plays here.

    rank: of two runs, the one with the higher rank has the light. by_go: it is the order's.

    at: its next step's place in the score. due_us: when it goes on by itself, if `timed`; then
    rest_ms may still be left to wait. ticks: how many 24ths of a beat are left, where a step takes
    beats. scale: of 127, weakens its levels. light: what its fades do,
    once `lit`. blink: the number of its flash that is on, 0 for none. held: it stays until it is
    let go. arriving: it waits for the carriage. leaving: it fades to what lies below.
    """

    def __init__(self) -> None:
        self.rank = 0
        self._phase_us = 0
        self._aimed_us = 0
        self.held = False
        self.scale = 0
        self.by_go = False
        self.light = Fade(0)
        self.blink_level = 0
        self.blink_ms = 0
        self.blink_us = 0
        self._stack = [0] * (2 * _DEPTH)  # (place to go back to, rounds left) of loops and calls
        self.begin(0, 0, 0)

    def begin(self, cue: int, at: int, now_us: int) -> None:
        """Play a cue from the step at this place, now, with nothing known of its light."""
        self.cue = cue
        self.at = at
        self.lit = self.arriving = self.leaving = False
        self.blink = self._top = 0
        self.go_on_at(now_us)

    def go_on_at(self, due_us: int) -> None:
        """The next step is due then."""
        self.timed = True
        self.due_us = due_us
        self.rest_ms = self.ticks = 0
        self.fading = False

    def wait(self, duration_ms: int) -> None:
        """The next step is due so long after the last one was."""
        part_ms = min(duration_ms, _SLICE_MS)
        self.due_us = ticks_add(self.due_us, part_ms * 1000)
        self.rest_ms = duration_ms - part_ms

    def wait_ticks(self, ticks: int, beat: Beat) -> int:
        """The next step is due so many 24ths of a beat after the last one was: in how many ms."""
        since_us = self.due_us
        self._phase_us = ticks_diff(since_us, beat.at_us)
        self.ticks = ticks
        self.keep_time(0, beat, since_us)
        self._aimed_us = self.due_us
        return (ticks_diff(self.due_us, since_us) + 500) // 1000

    def keep_time(self, passed: int, beat: Beat, now_us: int) -> None:
        """So many 24ths have gone by; a fade ends with its beats, whatever became of the tempo."""
        self.ticks = max(0, self.ticks - passed)
        ahead_us = self._phase_us + min(self.ticks, _FAR) * beat.tick_us
        self.due_us = ticks_add(beat.at_us, ahead_us)
        if self.fading and not -_OFF_US < ticks_diff(self.due_us, self._aimed_us) < _OFF_US:
            self._aimed_us = self.due_us
            over_ms = max(0, ticks_diff(self.due_us, now_us)) // 1000
            self.light.start(self.light.target, over_ms, now_us, now_us)

    def enter(self, rounds: int) -> None:
        """Steps within steps begin, to come back here: a loop's, or with 1 round a call's."""
        self._stack[self._top] = self.at
        self._stack[self._top + 1] = rounds
        self._top += 2

    def again(self) -> None:
        """A loop's steps are over: once more, or on. 0 rounds left is for ever."""
        left = self._stack[self._top - 1]
        if left == 1:
            self._top -= 2
        else:
            self._stack[self._top - 1] = left and left - 1
            self.at = self._stack[self._top - 2]

    def leave(self) -> bool:
        """A cue's steps are over: back to where it was called; False when nobody called it."""
        if not self._top:
            return False
        self._top -= 2
        self.at = self._stack[self._top]
        return True
