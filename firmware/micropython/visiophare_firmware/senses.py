# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sensor's readings without the odd one: the median of five, then a running mean of medians.

Owns the filter. It must not know what is measured. A pulse that disturbs two readings of five
changes nothing; noise of the converter (8.7 of 12 bits are effective on the RP2040) averages out.
Takes no memory while it runs.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board

READINGS = 5


class Sensor:
    """take() reads once; every fifth time there is a new median, and a mean of about the last four.

    Both 0 … 65535. Whoever wants to know at once whether a wire is off asks the median.
    """

    def __init__(self, board: "Board", which: str) -> None:
        self._board = board
        self._which = which
        self._latest = [0] * READINGS
        self._count = 0
        self.median = 0
        self.mean = -1  # until there is a median

    def take(self) -> bool:
        """One reading. True when with it there is a new median."""
        self._latest[self._count] = self._board.sense(self._which)
        self._count += 1
        if self._count < READINGS:
            return False
        self._count = 0
        self._latest.sort()
        self.median = self._latest[READINGS // 2]
        if self.mean < 0:
            self.mean = self.median
        self.mean += (self.median - self.mean) >> 2
        return True

    def start_anew(self) -> None:
        """Forget what was; take five readings at once."""
        self.mean = -1
        self._count = 0
        while not self.take():
            pass
