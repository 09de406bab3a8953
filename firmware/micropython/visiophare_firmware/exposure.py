# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An on/off pattern of the light at exact board times, for synchronous detection.

Owns which bit is on at which time. It must not know how patterns are written, nor the flash limit
that comes after it. Bit k begins at the start plus k times the slot: lateness never adds up. Takes
no memory while it runs.
"""

from visiophare_wire import Bits, ticks_add, ticks_diff

LEAD_US = 10_000
"""How long after its command a pattern without a time begins: by then the line has been dealt with,
and the first edge has nothing to wait for but the clock."""


class Exposure:
    """active: a pattern is on, or about to be. next_us: when its next bit begins."""

    def __init__(self) -> None:
        self.active = False

    def start(self, bits: Bits, level: int, slot_ms: int, at_us: int) -> None:
        """Show the level for each 1 and darkness for each 0, from then on."""
        self._bits = bits
        self._left = bits.count
        self._level = level
        self._slot_us = slot_ms * 1000
        self._bit = -1  # until the first one
        self.next_us = at_us
        self.active = True

    def is_over_by(self, at_us: int) -> bool:
        """Whether a pattern is on that has come to its end by then."""
        return self.active and not self._left and ticks_diff(at_us, self.next_us) >= 0

    def level(self, otherwise: int, now_us: int) -> int:
        """The level now; otherwise: what it is before and after the pattern."""
        while ticks_diff(now_us, self.next_us) >= 0:
            if not self._left:
                self.active = False
                return otherwise
            self._left -= 1
            self._bit = self._bits.take()
            self.next_us = ticks_add(self.next_us, self._slot_us)
        if self._bit < 0:
            return otherwise
        return self._level if self._bit else 0
