# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The serial port as the loop wants it: never waiting for bytes, never for a reader.

Owns stdin and stdout while the controller runs. Must not know what the bytes mean, except where a
tool asks for the prompt: what follows that stays unread, for the prompt. How many bytes may go out
without waiting, each kind of board says; the rest is kept here for a later pass.
"""

import sys
from select import POLLIN, poll
from time import ticks_us  # type: ignore[attr-defined]

import micropython
from micropython import const

from ..knock import Knock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_KEPT = const(2048)
_LONGEST = const(64)
_CTRL_C = const(3)
_ENDS = b"\r\n\x03"


class Port:
    """knocked: somebody asked for the prompt the way mpremote does.

    waiting: what could not go out yet. pieces: how often there was something to read. heard_us:
    when, for the last time.
    """

    def __init__(self) -> None:
        micropython.kbd_intr(-1)
        self.knocked = False
        self.pieces = 0
        self.heard_us = ticks_us()
        self._out = sys.stdout.buffer
        bytes_there: Any = poll()
        bytes_there.register(sys.stdin, POLLIN)
        self._ipoll = bytes_there.ipoll
        self._readinto: Any = sys.stdin.buffer.readinto  # type: ignore[union-attr]
        self._buffer = bytearray(_LONGEST)
        self._view = memoryview(self._buffer)
        self._places = tuple([self._view[at : at + 1] for at in range(_LONGEST)])
        self.waiting = b""
        self._room = 0
        self._knock = Knock(self.heard_us)

    def read(self) -> bytes:
        """What has come, up to a line's end; never waits. Sends what could not go out before."""
        if self.waiting:
            self._send()
        ipoll, readinto = self._ipoll, self._readinto
        for _ in ipoll(0):
            break
        else:
            return b""
        if self.knocked:
            return b""
        buffer = self._buffer
        length = 0
        for place in self._places:  # some 50 us a byte: all that is done for each of them counts
            readinto(place)
            byte = buffer[length]
            length += 1
            if byte < 14 and byte in _ENDS:
                break
            for _ in ipoll(0):
                break
            else:
                break
        return self._piece(bytes(self._view[:length]))

    def _piece(self, data: bytes) -> bytes:
        knock = self._knock
        self.pieces += 1
        self.heard_us = now_us = ticks_us()
        if len(data) == 1:
            if knock.heard(data, now_us):
                self.knocked = True
                return b""
        else:
            knock.last_us = now_us
            knock.opened = False
        return data

    def write(self, data: bytes) -> None:
        """Send, or keep for later; what nobody reads in time is dropped as a whole."""
        if len(self.waiting) + len(data) <= _KEPT:
            self.waiting += data
        self._send()

    def close(self) -> None:
        """Ctrl-C interrupts again."""
        micropython.kbd_intr(_CTRL_C)

    def _send(self) -> None:
        self._look_for_room()
        if self._room:
            piece = self.waiting[: self._room]
            self._room -= len(piece)
            self.waiting = self.waiting[len(piece) :]
            self._out.write(piece)

    def _look_for_room(self) -> None:
        """Set _room to the bytes that may be written now without waiting: each kind of board."""
        raise NotImplementedError
