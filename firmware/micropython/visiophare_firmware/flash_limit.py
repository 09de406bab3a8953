# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The light's last stage: no more than three flashes a second, whoever asks for them.

Owns the limit that keeps strobing light below what may trigger a seizure (three general flashes a
second: WCAG 2.2, success criterion 2.3.1; a flash is a rise and fall of a tenth of full linear
light or more), and for how long somebody has lifted it on purpose. It must not know why the light
changes. Whatever leaves this package for the light's pin has passed through here.
"""

from visiophare_wire import ticks_add, ticks_diff

RISES = 3
SECOND_US = 1_000_000
PROMPT_US = 1000
"""How long after the clock was read a light that is shown first of all may go out;"""
LATE_US = 10_000
"""and one that waits until a line has been read, or whatever else a pass of the loop does."""
RISE = 6553
"""A tenth of full linear light, rounded to the safe side."""


class FlashLimit:
    """At most three rises by a tenth or more begin within any second, until armed.

    A rise begins where the light leaves the lowest value since it last fell by a tenth. After
    three of them within a second the light stays at that lowest value, and may still go lower,
    until the first of the three is a second old. Going dark is never delayed, and the first three
    hits are answered at once. A rise is kept with the latest time at which it may have gone out,
    and no further one goes out before the clock is read: what lies between them is never less
    than it seems.

    armed_s: for how many seconds more everything passes, 0 while the limit holds.
    """

    def __init__(self) -> None:
        self.duty = 0
        self.armed_s = 0
        self._armed_us = 0  # of the present one of these seconds
        self._rises_us: list[int] = []
        self._rising = False
        self._turn = 0  # the highest duty since the rise was counted, or the lowest since the fall

    @property
    def is_counting(self) -> bool:
        """Whether a rise of the last second stands between further ones and the light."""
        return len(self._rises_us) > 0 and not self.armed_s

    def arm(self, duration_s: int) -> None:
        """Let everything pass for so long; 0: hold again from now on."""
        self.armed_s = duration_s
        self._armed_us = SECOND_US

    def pass_time(self, elapsed_us: int) -> None:
        """This much time passed, in steps well below a second."""
        if self.armed_s:
            self._armed_us -= elapsed_us
            if self._armed_us <= 0:
                self._armed_us += SECOND_US
                self.armed_s -= 1

    def allow(self, wanted: int, now_us: int, late_us: int = LATE_US) -> int:
        """The duty that may go out now for the one wanted, both 0 … 65535.

        It goes out within late_us after now_us.
        """
        if self._rises_us:
            self._forget(now_us)
        turn = self._turn
        if self._rising:
            if wanted > turn:
                self._turn = wanted
            elif wanted <= turn - RISE:
                self._rising = False
                self._turn = wanted
        elif wanted < turn:
            self._turn = wanted
        elif wanted > turn:
            if len(self._rises_us) >= RISES and not self.armed_s:
                wanted = turn
            elif wanted >= turn + RISE:
                self._rising = True
                self._turn = wanted
                if len(self._rises_us) >= RISES:
                    self._rises_us.pop(0)
                self._rises_us.append(ticks_add(now_us, late_us))
        self.duty = wanted
        return wanted

    def flashed(self, now_us: int) -> None:
        """Light that has not passed through here flashed until now, and is dark."""
        self.duty = self._turn = 0
        self._rising = False
        self._rises_us = [now_us] * RISES

    def _forget(self, now_us: int) -> None:
        while self._rises_us:
            if -LATE_US <= ticks_diff(now_us, self._rises_us[0]) < SECOND_US:
                return
            self._rises_us.pop(0)
