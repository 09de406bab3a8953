# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An on/off pattern of the light at exact board times, for synchronous detection.

Owns which bit is on at which time. It must not know how patterns are written, nor the flash limit
that comes after it. Bit k begins at the start plus k times the slot: lateness never adds up. A
gate, where there is one, is told them ahead. Takes no memory while it runs.
"""

from visiophare_wire import Bits, Command, ticks_add, ticks_diff

LEAD_US = 10_000
"""How long after its command a pattern without a time begins: by then the line has been dealt with,
and the first edge has nothing to wait for but the clock."""
EARLY_US = 200_000
"""A gate is told of a pattern so long before its time: longer than any pass of the loop takes."""
GAP_US = 1000
"""A pattern that begins within this after another's end takes over from it, without darkness."""
SHORTEST_MS = 167
"""Light and darkness of a pattern, until armed: three of each last longer than a second."""


OPEN, SHUT = 4, 7
"""What a gate understands."""


class Exposure:
    """active: a pattern is on, or about to be. next_us: when its next bit begins.

    paced: 1 while a gate shows it, which is told bits ahead of their time; 0 before, -1 if no gate
    shall show it from now on. bit: the present one, -1 before
    the first. is_beneath: there is light before and after it. is_fast: it is for armed light only.
    untold: bits that the gate does not know, -1 when it knows what comes after them, too.
    stayed_lit: a gate has left its last bit lit, for somebody to take over.
    """

    def __init__(self) -> None:
        self.active = False
        self.paced = self.stayed_lit = self._stays = 0

    def start(self, word: str, level: int, slot_ms: int, at_us: int, is_beneath: bool) -> None:
        """Show the level for each 1 and darkness for each 0, from then on."""
        self.stayed_lit = self._stays if self.is_over_by(at_us) else 0
        self._stays = 0
        self._bits = Bits(word)
        self._ahead = Bits(word)
        self._left = self.untold = self._bits.count
        self.lit = level
        self.slot_us = slot_ms * 1000
        self.is_fast = self._bits.shortest_run() * slot_ms < SHORTEST_MS
        self.is_beneath = is_beneath
        self.bit = self._last = -1  # until the first one
        self.next_us = at_us
        self.active = True
        self.paced = 0

    def is_over_by(self, at_us: int) -> bool:
        """Whether a pattern is on that has come to its end by then."""
        return self.active and not self._left and ticks_diff(at_us, self.next_us) >= 0

    def level(self, otherwise: int, now_us: int) -> int:
        """The level now; otherwise: what it is before and after the pattern."""
        while ticks_diff(now_us, self.next_us) >= 0:
            if not self._left:
                self.active = False
                self.stayed_lit = self._stays
                return otherwise
            self._left -= 1
            self.bit = self._bits.take()
            if not self.paced:
                self._tell()
            self.next_us = ticks_add(self.next_us, self.slot_us)
        if self.bit < 0:
            return otherwise
        return self.lit if self.bit else 0

    def peak(self, otherwise: int) -> int:
        """The level that a gate lets through or not: of the bit that is lit, or will be next."""
        return self.lit if self._left or self.bit else otherwise

    def is_ending(self) -> bool:
        """Whether it must be known by now what comes after it."""
        return self._left * self.slot_us < EARLY_US

    def word(self, follower: "Command | None") -> int:
        """Up to seven bits for the gate, or at the end what stays after them: darkness, or the last
        one where light was before or the follower begins at once."""
        word = place = 0
        while self.untold and place < 28:
            self._tell()
            word |= (OPEN if self._last else SHUT) << place
            place += 4
        if not word:
            self.untold = -1
            if follower and follower.name == "expose":
                end_us = ticks_add(self.next_us, self._left * self.slot_us)
                self.is_beneath |= ticks_diff(follower.at_us or 0, end_us) < GAP_US
            self._stays = self._last if self.is_beneath else 0
            word = OPEN if self._stays else SHUT
        return word

    def _tell(self) -> None:
        self.untold -= 1
        self._last = self._ahead.take()
