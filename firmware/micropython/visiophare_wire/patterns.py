# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""On/off patterns in one word, for the board that shows them and the host that looks for them.

Owns how they are written and which bits that means. It must not know light or time.

    1101      these bits
    m31       a maximum-length sequence of so many bits, 7, 15 … 1023: as good as random, and like
              itself only in step. Shift register, Galois: each bit is the lowest of the state; then
              the state moves right, and takes the mask if that bit was set. It begins at 1.
"""

from .errors import WireError

_MASKS = {7: 6, 15: 12, 31: 20, 63: 48, 127: 96, 255: 184, 511: 272, 1023: 576}


class Pattern:
    """The kind of argument that is a pattern, in Python as on the wire. See `kinds`."""

    def parse(self, text: bytes, arg: str) -> str:
        """Raises: WireError("not_a_pattern")."""
        if not text.isdigit() or text.strip(b"01"):
            digits = text[1:]
            if text[:1] != b"m" or not digits.isdigit() or int(digits) not in _MASKS:
                raise WireError("not_a_pattern", {"arg": arg})
        return text.decode()

    def format(self, value: str, arg: str) -> str:
        """Raises: WireError("not_a_pattern")."""
        return self.parse(str(value).encode(), arg)


class Bits:
    """The bits of a valid pattern, one after the other. count: how many there are."""

    def __init__(self, word: str) -> None:
        self._written = word.encode()
        self._next = 0
        self._state = 1
        self._mask = 0
        self.count = len(word)
        if word[0] == "m":
            self.count = int(word[1:])
            self._mask = _MASKS[self.count]

    def take(self) -> int:
        """The next bit; not more often than there are. Takes no memory."""
        if self._mask:
            bit = self._state & 1
            self._state = self._state >> 1 ^ (self._mask if bit else 0)
            return bit
        self._next += 1
        return self._written[self._next - 1] & 1

    def shortest_run(self) -> int:
        """How many bits the shortest run of equal ones has."""
        if self._mask:
            return 1
        runs = self._written.split(b"0") + self._written.split(b"1")
        return min([len(run) for run in runs if run])
