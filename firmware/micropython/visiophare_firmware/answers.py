# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command answers, for hosts and for people.

Owns turning one answer into compact numbered lines or into sentences. It must not know what any
command does.
"""

from visiophare_wire import Reply, format_reply

from .words import filled, say, sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Answer:
    """A command was accepted.

    code: of the sentence for people, "" for none. fields: of the reply for hosts. said: what only
    the sentence wants. lines: before it, for answers of several lines. raw: bytes before those.
    long: lines that are made one by one, while they are told; see telling.py.
    """

    def __init__(
        self,
        code: str,
        fields: dict[str, str] | None = None,
        said: dict[str, str] | None = None,
        lines: "list[Line] | None" = None,
        raw: bytes = b"",
        long: "Iterable[Line] | None" = None,
    ) -> None:
        self.code = code
        self.long = long
        self.raw = raw
        self.fields: dict[str, str] = fields or {}
        self.said: dict[str, str] = said or {}
        self.lines: list[Line] = lines or []


class Line:
    """One line of a longer answer; without fields it is for people only, without code for hosts."""

    def __init__(
        self, code: str, fields: dict[str, str] | None = None, said: dict[str, str] | None = None
    ) -> None:
        self.code = code
        self.fields: dict[str, str] = fields or {}
        self.said: dict[str, str] = said or {}


class RefusedError(Exception):
    """A command is not carried out, and nothing has changed. code, fields, lines as in Answer."""

    raw = b""
    long = None
    said: dict[str, str] = {}  # noqa: RUF012  a refusal's sentence needs only its fields

    def __init__(
        self,
        code: str,
        fields: dict[str, str] | None = None,
        lines: list[Line] | None = None,
    ) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields: dict[str, str] = fields or {}
        self.lines: list[Line] = lines or []


def for_host(seq: int, answer: Answer | RefusedError) -> bytes:
    """The numbered lines of the answer. The last says how many came before it, if any: a host
    that misses one asks again."""
    return answer.raw + b"".join(list(pieces_for_host(seq, answer)))


def pieces_for_host(seq: int, answer: Answer | RefusedError) -> "Iterator[bytes]":
    """The same, line by line, without what is raw."""
    count = 0
    for line in answer.long or answer.lines:
        if line.fields:
            count += 1
            yield format_reply(Reply(seq, more=True, fields=line.fields))
    fields = dict(answer.fields)
    if count:
        fields["lines"] = str(count)
    if isinstance(answer, RefusedError):
        yield format_reply(Reply(seq, False, code=answer.code, fields=fields))
    else:
        yield format_reply(Reply(seq, fields=fields))


def for_person(language: str, answer: Answer | RefusedError) -> bytes:
    """The sentences of the answer, one a line."""
    return answer.raw + b"".join(list(pieces_for_person(language, answer)))


def pieces_for_person(language: str, answer: Answer | RefusedError) -> "Iterator[bytes]":
    """The same, line by line, without what is raw."""
    code = words = ""
    for line in answer.long or answer.lines:
        if line.code:
            if line.code != code:  # many lines of a list are alike
                code = line.code
                words = sentence(language, code)
            yield (filled(language, words, line.fields, line.said) + "\r\n").encode()
    if answer.code:
        yield (say(language, answer.code, answer.fields, answer.said) + "\r\n").encode()
