# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes into lines, and lines into numbered frames with a checksum.

Owns where a line begins and ends and whether it arrived whole. It must not know any command.
"""

from binascii import crc32

from .errors import WireError

MAX_LINE_BYTES = 63
"""A line with its newline: under 64, because some USB stacks stall on full 64-byte packets."""
SEQ_MAX = 65535

LINE = "line"
STOP = "stop"
DAMAGED = "damaged"

_LF, _CR, _TAB, _BACKSPACE, _DELETE, _CTRL_C = 10, 13, 9, 8, 127, 3
_SPACE, _STOP, _HASH, _STAR = 32, 33, 35, 42


def crc16(data: bytes) -> int:
    """The low 16 bits of the usual CRC-32: native, so ten times faster than a CRC-16 in Python."""
    return crc32(data) & 0xFFFF


def next_seq(seq: int) -> int:
    """The number after this one: 1 … 65535, then 1 again. 0 is no line's number."""
    return seq % SEQ_MAX + 1


def seal(body: bytes) -> bytes:
    """The body as a line with checksum and newline.

    Raises: WireError("too_long").
    """
    line = b"%s *%04x\n" % (body, crc16(body))
    if len(line) > MAX_LINE_BYTES:
        raise WireError("too_long")
    return line


def unseal(line: bytes) -> tuple[bytes, int]:
    """What stands before the checksum, and the checksum. Raises: WireError("damaged")."""
    body = line[:-6]
    crc = crc32(body) & 0xFFFF
    if line[-6:] != b" *%04x" % crc:
        raise WireError("damaged")
    return body, crc


def is_printable(line: bytes) -> bool:
    """Whether every byte is printable ASCII."""
    return not line or (min(line) >= _SPACE and max(line) < _DELETE)


def parse_seq(digits: bytes) -> int:
    """The number of a line. Raises: WireError("damaged") unless it is 1 … 65535."""
    if len(digits) <= 5 and digits.isdigit():
        seq = int(digits)
        if 1 <= seq <= SEQ_MAX:
            return seq
    raise WireError("damaged")


class LineReader:
    """Turns any bytes, in pieces of any size, into lines.

    CR, LF or both end a line; empty lines are nothing. A line holds at most `limit` - 2 bytes.
    The board's reader takes `!` and a terminal's Ctrl-C (0x03) at any byte position as STOP, at
    once, and drops the whole line around it. It also knows a terminal's backspace, which never
    takes back `#` or `*`: what once looked numbered keeps looking numbered. The host's reader
    (host=True) gives these, and bytes over 127, which occur in sentences for people, no such
    meaning.
    """

    def __init__(self, limit: int = 64, host: bool = False) -> None:
        self._room = limit - 2
        self._buffer = bytearray(self._room)
        self._length = 0
        self._damage = ""
        self._host = host

    def feed(self, data: bytes) -> list[tuple[str, bytes | str]]:
        """What these bytes complete, in order: (LINE, line without its end), (STOP, b"!"), or
        (DAMAGED, reason) with reason "too_long", "bytes" or "after_stop"."""
        items: list[tuple[str, bytes | str]] = []
        line = self.whole_line(bytes(data))  # a buffer of the caller's may be a view
        if line:
            items.append((LINE, line))
            return items
        for byte in data:
            if _STOP < byte < _DELETE and self._length < self._room and not self._damage:
                self._buffer[self._length] = byte  # nearly every byte: no call, no allocation
                self._length += 1
            else:
                self._take(byte, items)
        return items

    def whole_line(self, data: bytes) -> bytes:
        """The line that these bytes are, as a host sends it: then none needs a look by itself.

        b"" for anything else, which feed() takes: a part of a line, several, or one with `!` or a
        backspace in it.
        """
        if self._length or self._damage or self._host or not 2 <= len(data) <= self._room + 1:
            return b""
        end = data[-1]
        if end != _LF and end != _CR:
            return b""
        line = data[:-1]
        if b"!" in line or min(line) < _SPACE or max(line) >= _DELETE:
            return b""
        return line

    def _take(self, byte: int, items: list[tuple[str, bytes | str]]) -> None:
        if byte == _LF or byte == _CR:  # noqa: SIM109  a tuple would be built for every byte
            self._end_line(items)
        elif (byte == _STOP or byte == _CTRL_C) and not self._host:  # noqa: SIM109  as above
            items.append((STOP, b"!"))
            self._length = 0
            self._damage = "after_stop"
        elif self._damage:
            self._length = 1  # only remembers that something follows what spoiled the line
        elif (byte == _BACKSPACE or byte == _DELETE) and not self._host:  # noqa: SIM109  as above
            if self._length and self._buffer[self._length - 1] not in (_HASH, _STAR):
                self._length -= 1
        else:
            self._take_text(_SPACE if byte == _TAB else byte)

    def _take_text(self, byte: int) -> None:
        if byte < _SPACE or byte == _DELETE or (byte > _DELETE and not self._host):
            self._damage = "bytes"
            self._length = 1
        elif self._length == self._room:
            self._damage = "too_long"
        else:
            self._buffer[self._length] = byte
            self._length += 1

    def _end_line(self, items: list[tuple[str, bytes | str]]) -> None:
        if self._damage and self._length:
            items.append((DAMAGED, self._damage))
        elif self._length:
            items.append((LINE, bytes(self._buffer[: self._length])))
        self._length = 0
        self._damage = ""
