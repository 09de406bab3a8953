# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the board sends to a host: replies and events.

Owns their shape. It must not know which fields a command's reply bears: that is said by whoever
answers. Fields are words, `name=value`, in alphabetical order: MicroPython keeps no other.
"""

from .errors import WireError
from .framing import is_printable, parse_seq, seal, unseal
from .kinds import is_word


class Reply:
    """An answer to the numbered command `seq`. seq 0 answers a line whose number was unreadable.

    more: further lines of the same answer follow. code: why it was refused, or "".
    """

    def __init__(
        self,
        seq: int,
        ok: bool = True,
        more: bool = False,
        code: str = "",
        fields: dict[str, str] | None = None,
    ) -> None:
        self.seq = seq
        self.ok = ok
        self.more = more
        self.code = code
        self.fields: dict[str, str] = fields or {}


class Event:
    """Something that happened on the board: `number` counts 1 … 65535 and wraps."""

    def __init__(self, number: int, name: str, fields: dict[str, str] | None = None) -> None:
        self.number = number
        self.name = name
        self.fields: dict[str, str] = fields or {}


def format_reply(reply: Reply) -> bytes:
    """The line, newline included. Raises: WireError("too_long" or "not_a_word")."""
    if reply.more:
        head = b"#%d+" % reply.seq
    elif reply.ok:
        head = b"#%d ok" % reply.seq
    else:
        head = b"#%d err %s" % (reply.seq, _checked(reply.code.encode()))
    return seal(head + _format_fields(reply.fields))


def format_event(event: Event) -> bytes:
    """The line, newline included. Raises: WireError("too_long" or "not_a_word")."""
    return seal(
        b"~%d %s" % (event.number, _checked(event.name.encode())) + _format_fields(event.fields)
    )


def parse_message(line: bytes) -> Reply | Event | None:
    """The reply or event on a line without its end; None for anything else, damaged or human."""
    try:
        body, _ = unseal(line)
        if not is_printable(body):
            return None
        words = body.split(b" ")
        if words[0][:1] == b"~":
            return _parse_event(words)
        if words[0][:1] == b"#":
            return _parse_reply(words)
    except WireError:
        pass
    return None


def _parse_event(words: list[bytes]) -> Event:
    if len(words) < 2:
        raise WireError("damaged")
    return Event(parse_seq(words[0][1:]), _checked(words[1]).decode(), _parse_fields(words[2:]))


def _parse_reply(words: list[bytes]) -> Reply:
    number = words[0][1:]
    more = number.endswith(b"+")
    if more:
        number = number[:-1]
    seq = 0 if number == b"0" else parse_seq(number)
    if more:
        return Reply(seq, True, True, "", _parse_fields(words[1:]))
    if words[1:2] == [b"ok"]:
        return Reply(seq, True, False, "", _parse_fields(words[2:]))
    if words[1:2] == [b"err"] and len(words) > 2:
        return Reply(seq, False, False, _checked(words[2]).decode(), _parse_fields(words[3:]))
    raise WireError("damaged")


def _format_fields(fields: dict[str, str]) -> bytes:
    written = b""
    for name in sorted(fields):
        value = fields[name].encode()
        if value and not value.isdigit():
            _checked(value)
        written += b" %s=%s" % (_checked(name.encode()), value)
    return written


def _parse_fields(words: list[bytes]) -> dict[str, str]:
    fields = {}
    for word in words:
        name, equals, value = word.partition(b"=")
        if not equals:
            raise WireError("damaged")
        fields[_checked(name).decode()] = _checked(value).decode() if value else ""
    return fields


def _checked(word: bytes) -> bytes:
    if not is_word(word):
        raise WireError("not_a_word")
    return word
