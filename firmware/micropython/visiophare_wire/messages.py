# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the board sends to a host: replies and events.

Owns their shape. It must not know which fields a command's reply bears: that is said by whoever
answers. Fields are words, `name=value`, in alphabetical order: MicroPython keeps no other.
"""

from .errors import WireError
from .framing import parse_seq, seal, unseal
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
        head = f"#{reply.seq}+"
    elif reply.ok:
        head = f"#{reply.seq} ok"
    else:
        head = f"#{reply.seq} err {_word(reply.code)}"
    return seal(head + _format_fields(reply.fields))


def format_event(event: Event) -> bytes:
    """The line, newline included. Raises: WireError("too_long" or "not_a_word")."""
    return seal(f"~{event.number} {_word(event.name)}" + _format_fields(event.fields))


def parse_message(line: bytes) -> Reply | Event | None:
    """The reply or event on a line without its end; None for anything else, damaged or human."""
    try:
        text, _ = unseal(line)
        words = text.split(" ")
        if words[0][:1] == "~":
            return _parse_event(words)
        if words[0][:1] == "#":
            return _parse_reply(words)
    except WireError:
        pass
    return None


def _parse_event(words: list[str]) -> Event:
    if len(words) < 2:
        raise WireError("damaged")
    return Event(parse_seq(words[0][1:]), _word(words[1]), _parse_fields(words[2:]))


def _parse_reply(words: list[str]) -> Reply:
    number = words[0][1:]
    more = number.endswith("+")
    if more:
        number = number[:-1]
    seq = 0 if number == "0" else parse_seq(number)
    if more:
        return Reply(seq, True, True, "", _parse_fields(words[1:]))
    if words[1:2] == ["ok"]:
        return Reply(seq, True, False, "", _parse_fields(words[2:]))
    if words[1:2] == ["err"] and len(words) > 2:
        return Reply(seq, False, False, _word(words[2]), _parse_fields(words[3:]))
    raise WireError("damaged")


def _format_fields(fields: dict[str, str]) -> str:
    return "".join([f" {_word(name)}={_value(value)}" for name, value in sorted(fields.items())])


def _parse_fields(words: list[str]) -> dict[str, str]:
    fields = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise WireError("damaged")
        fields[_word(name)] = _value(value)
    return fields


def _word(text: str) -> str:
    if not is_word(text):
        raise WireError("not_a_word")
    return text


def _value(text: str) -> str:
    return text if text == "" else _word(text)
