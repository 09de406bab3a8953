# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The light's last stage: no more than three flashes a second, whoever asks for them.

Owns the limit that keeps strobing light below what may trigger a seizure (three general flashes a
second: WCAG 2.2, success criterion 2.3.1; a flash is a rise and fall of a tenth of full linear
light or more). It must not know why the light changes. Whatever leaves this package for the
light's pin has passed through here.
"""

from visiophare_wire import ticks_diff

RISES = 3
WINDOW_US = 1_010_000
"""A second, and twice a tick: outputs follow the clock of the loop up to a tick late."""
RISE = 6553
"""A tenth of full linear light, rounded to the safe side."""


class FlashLimit:
    """At most three rises by a tenth or more begin within any second.

    A rise begins where the light leaves the lowest value since it last fell by a tenth. After
    three of them within the window the light stays at that lowest value, and may still go lower,
    until the first of the three is a second old. Going dark is never delayed, and the first three
    hits are answered at once.
    """

    def __init__(self) -> None:
        self.duty = 0
        self._rises_us: list[int] = []
        self._rising = False
        self._turn = 0  # the highest duty since the rise was counted, or the lowest since the fall

    @property
    def waiting(self) -> bool:
        """Whether a further rise would have to wait now."""
        return len(self._rises_us) >= RISES and not self._rising

    def allow(self, wanted: int, now_us: int) -> int:
        """The duty that may go out now for the one wanted, both 0 … 65535."""
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
            if len(self._rises_us) >= RISES:
                wanted = turn
            elif wanted >= turn + RISE:
                self._rising = True
                self._turn = wanted
                self._rises_us.append(now_us)
        self.duty = wanted
        return wanted

    def _forget(self, now_us: int) -> None:
        while self._rises_us and not 0 <= ticks_diff(now_us, self._rises_us[0]) < WINDOW_US:
            self._rises_us.pop(0)
