# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""THE protocol between a host, or a person at a terminal, and the projector's board.

Owns every byte on the wire: the command table, numbers with units, framing with its checksum,
the incremental reader, replies, events and the arithmetic of board time. It takes bytes and gives
values; it must not know ports, clocks, languages, or what a command does. The same files run on
CPython and on MicroPython, so nothing here needs more than `struct` and `binascii`.

    host to board    light 40 2s                            typed by a person
                     #12 light 40 2s *a1b2                  numbered, with checksum
                     #12 @123456789 light 40 2s *a1b2       to act at a board time
                     !                                      stop, anywhere, even inside a line
    board to host    #12 ok t=123456789 *c3d4               accepted, and when it acts
                     #12 err range arg=level_percent *e5f6  refused, and why
                     #12+ name=value *0718                  one line of several, before the ok
                     ~7 arrived frame=3 mm=57 *293a         an event
"""

from .commands import (
    BY_NAME,
    COMMANDS,
    MAX_AHEAD_US,
    Command,
    format_command,
    format_typed,
    parse_command,
    usage,
)
from .errors import WireError
from .framing import DAMAGED, LINE, MAX_LINE_BYTES, SEQ_MAX, STOP, LineReader, crc16, next_seq
from .messages import Event, Reply, format_event, format_reply, parse_message
from .patterns import Bits
from .ticks import TICKS_MASK, ticks_add, ticks_diff

PROTOCOL = 1
"""Raised whenever an older host or board could misunderstand a line; `hello` tells it."""

__all__ = [
    "BY_NAME",
    "COMMANDS",
    "DAMAGED",
    "LINE",
    "MAX_AHEAD_US",
    "MAX_LINE_BYTES",
    "PROTOCOL",
    "SEQ_MAX",
    "STOP",
    "TICKS_MASK",
    "Bits",
    "Command",
    "Event",
    "LineReader",
    "Reply",
    "WireError",
    "crc16",
    "format_command",
    "format_event",
    "format_reply",
    "format_typed",
    "next_seq",
    "parse_command",
    "parse_message",
    "ticks_add",
    "ticks_diff",
    "usage",
]
