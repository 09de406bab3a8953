# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a beat takes: as MIDI clock has it, or as the score says while none is heard.

Owns the 24th of a beat, which MIDI clock counts. It must not know what waits for it. Each byte is
one more 24th, so whoever counts them stays with the sender for ever; only when each was is
smoothed (an alpha-beta filter), against a loop and senders that are late by milliseconds. Takes no
memory.
"""

from visiophare_wire import ticks_add, ticks_diff

TENTHS_US = 25_000_000
"""A 24th at a tenth of a beat a minute."""
_TEMPO = 1200
_LEAST_US, _MOST_US = 8_333, 125_000
"""300 and 20 beats a minute: what is faster or slower is no tempo."""
_LOST_US = 200_000


class Beat:
    """tick_us: how long a 24th takes now; at_us: when the last one was. heard: the clock is."""

    def __init__(self) -> None:
        self.heard = 0
        self._heard_us = 0
        self.start(0, 0)

    def start(self, tenths: int, now_us: int) -> None:
        """A score begins, whose own tempo is this many tenths of a beat a minute."""
        self._own_us = TENTHS_US // (tenths or _TEMPO)
        self._count = 0
        if not self.heard:
            self.tick_us = self._own_us
            self.at_us = now_us

    def hear(self, now_us: int) -> None:
        """A byte of MIDI clock came."""
        gap_us = ticks_diff(now_us, self._heard_us)
        tick_us = self.tick_us
        late_us = ticks_diff(now_us, self.at_us) - tick_us
        if self.heard and tick_us == _LEAST_US < -late_us:
            return  # faster than any tempo
        self._heard_us = now_us
        self._count += 1
        if self.heard > 1 and -tick_us < late_us < tick_us:
            now_us = ticks_add(self.at_us, tick_us + (late_us >> 2))
            gap_us = tick_us + (late_us >> 5)
        else:  # another tempo
            self.heard += 1
        self.at_us = now_us
        if self.heard > 1:
            self.tick_us = max(_LEAST_US, min(_MOST_US, gap_us))

    def watch(self, now_us: int) -> bool:
        """Whether the clock is heard; asked often, as a silent one is none any more."""
        if self.heard and ticks_diff(now_us, self._heard_us) > _LOST_US:
            self.heard = 0
            self.tick_us = self._own_us
        return self.heard > 0

    def passed(self, now_us: int) -> int:
        """How many 24ths have gone by since this was asked last."""
        while not self.heard and ticks_diff(now_us, self.at_us) >= self.tick_us:
            self.at_us = ticks_add(self.at_us, self.tick_us)
            self._count += 1
        count = self._count
        self._count = 0
        return count
