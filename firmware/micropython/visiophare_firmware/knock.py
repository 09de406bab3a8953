# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""mpremote's opening: a carriage return and 0x03 after a tenth of a second of silence.

Owns recognizing it among all that comes in, so that every tool for MicroPython finds its prompt
while this program runs. Must not know ports or clocks.
"""

from visiophare_wire import ticks_diff

SILENCE_US = 100_000


class Knock:
    """Ask heard() about all that comes in, piece by piece; each ends at its first CR or 0x03.

    For a piece of several bytes it is enough to set last_us, and opened to False.
    """

    def __init__(self, now_us: int) -> None:
        self.last_us = now_us
        self.opened = False

    def heard(self, data: bytes, now_us: int) -> bool:
        """Whether the opening ends with this piece, which is not empty."""
        knocked = self.opened and data == b"\x03"
        self.opened = data == b"\r" and ticks_diff(now_us, self.last_us) >= SILENCE_US
        self.last_us = now_us
        return knocked
