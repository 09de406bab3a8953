# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""USB serial of the RP2040 and RP2350.

MicroPython's write waits up to half a second when the host does not read. Its buffer holds 256
bytes and is empty when the USB endpoint has nothing to send, which its buffer register tells; so
as many bytes may go out without asking.
"""

from machine import mem16
from micropython import const

from .port import Port

_ENDPOINT = const(0x50100090)  # USB: buffer control of endpoint 2, towards the host
_UNDER_WAY = const(0x400)
_ROOM = const(256)


class Rp2Port(Port):
    """See Port."""

    def _look_for_room(self) -> None:
        if not mem16[_ENDPOINT] & _UNDER_WAY:
            self._room = _ROOM
