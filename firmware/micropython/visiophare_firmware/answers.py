# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command answers, for hosts and for people.

Owns turning one answer into compact numbered lines or into sentences. It must not know what any
command does.
"""

from visiophare_wire import Reply, format_reply

from .words import say


class Answer:
    """A command was accepted.

    code: of the sentence for people, "" for none. fields: of the reply for hosts. said: what only
    the sentence wants. lines: before it, for answers of several lines. raw: bytes before those.
    """

    def __init__(
        self,
        code: str,
        fields: dict[str, str] | None = None,
        said: dict[str, str] | None = None,
        lines: "list[Line] | None" = None,
        raw: bytes = b"",
    ) -> None:
        self.code = code
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
    parts = [answer.raw]
    for line in answer.lines:
        if line.fields:
            parts.append(format_reply(Reply(seq, more=True, fields=line.fields)))
    fields = dict(answer.fields)
    if len(parts) > 1:
        fields["lines"] = str(len(parts) - 1)
    if isinstance(answer, RefusedError):
        parts.append(format_reply(Reply(seq, False, code=answer.code, fields=fields)))
    else:
        parts.append(format_reply(Reply(seq, fields=fields)))
    return b"".join(parts)


def for_person(language: str, answer: Answer | RefusedError) -> bytes:
    """The sentences of the answer, one a line."""
    sentences = []
    for line in answer.lines:
        if line.code:
            sentences.append(say(language, line.code, line.fields, line.said))
    if answer.code:
        sentences.append(say(language, answer.code, answer.fields, answer.said))
    return answer.raw + "".join([sentence + "\r\n" for sentence in sentences]).encode()
