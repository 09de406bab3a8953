# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MIDI bytes into messages: running status, real-time bytes anywhere, all else left out.

Owns where a message ends (MIDI 1.0, "running status", "system real time"). It must not know what
any message does. Takes no memory.
"""


class DinMidi:
    """number, value: the two data bytes of the message that came last; one alone is the value."""

    def __init__(self) -> None:
        self.number = 0
        self.value = 0
        self._status = 0
        self._first = -1

    def take(self, byte: int) -> int:
        """The status byte of the message that this byte completes; 0 while none is whole."""
        if byte >= 0xF8:
            return byte
        if byte >= 0x80:
            self._status = byte if byte < 0xF0 else 0  # of system messages even the data is nothing
            self._first = -1
            return 0
        if self._status & 0xE0 != 0xC0 and self._first < 0:
            self._first = byte
            return 0
        self.number = self._first
        self.value = byte
        self._first = -1
        return self._status
