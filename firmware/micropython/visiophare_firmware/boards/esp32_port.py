# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ESP32's first serial port, at the 115,200 baud at which MicroPython opens it.

Its hardware holds 128 bytes. MicroPython's write waits until all have found room there, so as many
go out as must have left since the last time.
"""

from time import ticks_diff, ticks_us  # type: ignore[attr-defined]

from micropython import const

from .port import Port

_ROOM = const(120)
_BYTE_US = const(87)


class Esp32Port(Port):
    """See Port."""

    def __init__(self) -> None:
        Port.__init__(self)
        self._looked_us = ticks_us()

    def _look_for_room(self) -> None:
        now_us = ticks_us()
        room = self._room + ticks_diff(now_us, self._looked_us) // _BYTE_US
        if room != self._room:
            self._looked_us = now_us
            self._room = min(room, _ROOM)
