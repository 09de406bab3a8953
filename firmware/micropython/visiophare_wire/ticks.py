# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Board time: microseconds modulo 2**30, as MicroPython's `ticks_us` counts them.

Two times are compared by their difference, which is right while they lie less than 2**29 us
(8 min 56 s) apart. MicroPython on a 32-bit chip keeps integers below 2**30 off the heap; the
order of the operations below keeps every intermediate value there too.
"""

TICKS_MASK = 0x3FFFFFFF
_HALF = 0x20000000


def ticks_diff(a_us: int, b_us: int) -> int:
    """a - b, in -2**29 … 2**29 - 1 microseconds: positive when a is later."""
    difference_us = (a_us - b_us) & TICKS_MASK
    if difference_us < _HALF:
        return difference_us
    return difference_us - TICKS_MASK - 1


def ticks_add(t_us: int, delta_us: int) -> int:
    """The board time delta_us (of either sign, less than 2**30) after t_us."""
    if delta_us < 0:
        return (t_us + delta_us) & TICKS_MASK
    return (t_us - TICKS_MASK - 1 + delta_us) & TICKS_MASK
