# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From percent as the eye sees them to the light's duty, over time.

Owns the perceptual curve, fades, the master, the flash and the pattern that is shown. It must not
know pins, nor the flash limit that comes after it. Levels are perceived, 0 … 65535 for 0 … 100 %.
All arithmetic is on integers below 2**30, which MicroPython keeps off the heap.

The curve is CIE 1976 lightness: with L* = the percent as perceived, the linear light is
Y = L*/903.3 up to L* = 8 and ((L* + 16)/116)³ above, so that 50 % looks half as bright as full
and a fade looks even (CIE 15:2004, section 8.2.1.1).
"""

from visiophare_wire import Bits, ticks_diff

from .exposure import Exposure

FULL = 65535
_FRACTION_BITS = 14


def linear_of_percent(percent: float) -> float:
    """The linear light, 0 … 1, that looks this bright, 0 … 100 (CIE 1976 lightness inverted)."""
    if percent <= 8:
        return percent / 903.3
    root = (percent + 16) / 116
    return root * root * root


_CURVE = [round(linear_of_percent(index * 100 / 256) * FULL) for index in range(257)]


def level_of_percent(percent: float) -> int:
    """0 … 100 % as a level, 0 … 65535."""
    return int(percent * 655.35 + 0.5)


def percent_of_level(level: int) -> float:
    """A level as percent, to the wire's decimals."""
    return level * 100 / FULL


def duty_of_level(level: int) -> int:
    """The linear duty, 0 … 65535, of a perceived level: the curve, straight between 257 points."""
    index = level >> 8
    below = _CURVE[index]
    if level == FULL:
        return FULL
    return below + ((_CURVE[index + 1] - below) * (level & 255) >> 8)


def level_of_duty(duty: int) -> int:
    """The lowest perceived level that gives this duty: the curve inverted."""
    low, high = 0, FULL
    while low < high:
        middle = (low + high) >> 1
        if duty_of_level(middle) < duty:
            low = middle + 1
        else:
            high = middle
    return low


class Fade:
    """A level that moves evenly, as perceived, from where it is to where it shall be.

    duration_us: of the fade under way. At 0 the level is `target`, which spares a call of value().
    """

    def __init__(self, level: int) -> None:
        self.target = level
        self._from = level
        self._start_us = 0
        self.duration_us = 0
        self._shift = 0  # what keeps the fraction of the duration off the heap

    def start(self, level: int, over_ms: int, at_us: int, now_us: int) -> None:
        """Move to the level from where it is now, without a jump even half-way through a fade.

        It ends over_ms after at_us, when it was meant to begin: a late one moves faster.
        """
        self._from = self.value(now_us)
        self.target = level
        self._start_us = now_us
        self.duration_us = 0
        if over_ms:
            self.duration_us = max(0, over_ms * 1000 - ticks_diff(now_us, at_us))
            self._shift = 0
            while self.duration_us >> self._shift > 2 << _FRACTION_BITS:
                self._shift += 1

    def jump(self, level: int) -> None:
        """Be there, now."""
        self.target = level
        self.duration_us = 0

    def ahead(self, at_us: int) -> int:
        """The level at a time that has not come yet."""
        duration_us = self.duration_us
        level = self.value(at_us)
        self.duration_us = duration_us
        return level

    def value(self, now_us: int) -> int:
        """The level now. Asked at least every 8 minutes, or board time would wrap unnoticed."""
        if self.duration_us == 0:
            return self.target
        elapsed_us = max(0, ticks_diff(now_us, self._start_us))
        if elapsed_us >= self.duration_us:
            self.duration_us = 0
            return self.target
        shift = self._shift
        fraction = ((elapsed_us >> shift) << _FRACTION_BITS) // (self.duration_us >> shift)
        return self._from + ((self.target - self._from) * fraction >> _FRACTION_BITS)


class Light:
    """What the light shall be: its level, or a flash's or a pattern's, times master and knob."""

    def __init__(self) -> None:
        self.level = Fade(0)
        self.exposure = Exposure()
        self.master = Fade(FULL)
        self.knob = FULL
        self._flash_level = 0
        self._flash_start_us = 0
        self._flash_us = 0

    def fade(self, percent: float, over_ms: int, at_us: int, now_us: int) -> None:
        """Go to the percent in that time. Ends a flash or a pattern: who darkens means it."""
        self._flash_us = 0
        self.exposure.active = False
        self.level.start(level_of_percent(percent), over_ms, at_us, now_us)

    def fade_master(self, percent: float, over_ms: int, at_us: int, now_us: int) -> None:
        """Move the master, which scales light and flashes, as perceived."""
        self.master.start(level_of_percent(percent), over_ms, at_us, now_us)

    def flash(self, level: int, duration_ms: int, start_us: int) -> None:
        """Show this level for that long, then what would have been there without the flash."""
        self.exposure.active = False
        self._flash_level = level
        self._flash_start_us = start_us
        self._flash_us = duration_ms * 1000

    def follow(self, fade: Fade) -> None:
        """Move from now on as this fade does. Ends a flash or a pattern, as fade()."""
        self._flash_us = 0
        self.exposure.active = False
        self.level = fade

    def expose(self, percent: float, word: str, slot_ms: int, at_us: int) -> None:
        """Show this pattern from then on, and after it what would have been there without it."""
        self._flash_us = 0
        self.exposure.start(Bits(word), level_of_percent(percent), slot_ms, at_us)

    def darken(self) -> None:
        """Level 0, no flash and no pattern, now; the master stays."""
        self._flash_us = 0
        self.exposure.active = False
        self.level = Fade(0)

    def give_up(self) -> None:
        """A fault that stays until somebody types `clear`: nothing waits in the dark for that."""
        if self.level.target or self.is_changing():
            self.darken()

    def is_changing(self) -> bool:
        """Whether a fade, a flash or a pattern is under way."""
        fading = self.level.duration_us or self.master.duration_us
        return bool(fading or self._flash_us or self.exposure.active)

    def perceived(self, now_us: int) -> int:
        """The level after master and knob, 0 … 65535."""
        fade = self.level
        level = fade.value(now_us) if fade.duration_us else fade.target
        if self._flash_us:
            if ticks_diff(now_us, self._flash_start_us) < self._flash_us:
                level = self._flash_level
            else:
                self._flash_us = 0
        if self.exposure.active:
            level = self.exposure.level(level, now_us)
        return self.scaled(level, now_us)

    def scaled(self, level: int, now_us: int) -> int:
        """A level after master and knob."""
        fade = self.master
        master = fade.value(now_us) if fade.duration_us else fade.target
        if master != FULL:
            level = (level >> 1) * (master >> 1) >> 14
        if self.knob != FULL:
            level = (level >> 1) * (self.knob >> 1) >> 14
        return level

    def duty(self, now_us: int) -> int:
        """The linear duty wanted now, 0 … 65535, before the flash limit."""
        return duty_of_level(self.perceived(now_us))
