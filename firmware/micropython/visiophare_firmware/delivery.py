# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which numbered lines are new, repeated or stale: what keeps anything from being done twice.

Owns the number of the last line and the one cached answer. It must not know commands, except that
a session begins with `hello`.
"""

from visiophare_wire import SEQ_MAX

FRESH = "fresh"
REPEATED = "repeated"


class Delivery:
    """The board's end of "one command outstanding".

    After a boot only `hello` is taken, and `hello` with any number begins a new count. After
    that a line is new when its number lies up to half the circle ahead of the last one. The last
    number again with the same checksum gets the cached answer; anything else is stale, and is told
    which line was the last, so that a host can tell its own count from another program's.
    """

    def __init__(self) -> None:
        self.last_seq = 0
        self.answer: bytes | list[bytes] = b""
        self.last_crc = -1

    def judge(self, seq: int, crc: int, hello: bool) -> str:
        """FRESH, REPEATED, or the code of the refusal: "hello_first" or "stale"."""
        if seq == self.last_seq and crc == self.last_crc:
            return REPEATED
        if hello:
            return FRESH
        if self.last_seq == 0:
            return "hello_first"
        ahead = (seq - self.last_seq) % SEQ_MAX
        return FRESH if 0 < ahead <= SEQ_MAX // 2 else "stale"

    def keep(self, seq: int, crc: int, answer: "bytes | list[bytes]") -> None:
        """This line has been carried out or refused, with this answer; a long one in pieces."""
        self.last_seq = seq
        self.last_crc = crc
        self.answer = answer
