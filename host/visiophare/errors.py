# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong in a way that we expect, and how it is told.

    VisiophareError          exit 1
    ├── UsageError           exit 2: asked wrongly (two options that exclude each other)
    ├── FileError            a file that is missing, unreadable, or says nonsense
    ├── PortError            a port that is missing, busy, silent, or gone
    ├── BoardError           the board refused, or answered what nobody understands
    └── ShowError            a show with mistakes, often many: see `problems`

An error carries a code for programs (never translated), an English sentence as a template, the
next step to take as a hint, and the values for both.  Nothing is translated here: the command
line does that at the edge, so a library user always reads English.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable

from visiophare.reasons import reason_of


@dataclass(frozen=True)
class Problem:
    """One mistake among many in a file; `line` counts from 1, 0 when no line is to blame; `code` is
    for programs, where they are to tell it from others."""

    line: int
    template: str
    hint: str = ""
    params: dict[str, object] = field(default_factory=dict)
    code: str = ""

    def message(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, in the language of `translate`."""
        return fill(self.template, self.params, translate)


class VisiophareError(Exception):
    """An expected failure: one sentence, its cause, the next step."""

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        code: str,
        template: str,
        hint: str = "",
        /,
        *,
        problems: Sequence[Problem] = (),
        **params: object,
    ) -> None:
        self.code = code
        self.template = template
        self.hint = hint
        self.params = params
        self.problems = tuple(problems)
        super().__init__(fill(template, params, str))

    def __reduce__(self) -> tuple[Any, ...]:
        """Lets an error cross between processes: Exception would replay the sentence alone."""
        return _rebuild, (
            type(self),
            self.code,
            self.template,
            self.hint,
            self.problems,
            self.params,
        )


class UsageError(VisiophareError):
    """The person asked wrongly: `--keys` together with a file of notes."""

    exit_code = 2


class FileError(VisiophareError):
    """A file is missing, cannot be read or written, or says nonsense: an SVG cut in half."""


class PortError(VisiophareError):
    """A port is missing, busy, silent or vanished: the cable was pulled in the middle of a cue."""


class BoardError(VisiophareError):
    """The board refused or misbehaved: a move before the carriage has found its home."""


class ShowError(VisiophareError):
    """A show has mistakes: a step that names a cue which does not exist."""


@runtime_checkable
class Explained(Protocol):
    """The shape of an expected error, also of those of packages that must not import this one."""

    exit_code: int
    code: str
    template: str
    hint: str
    params: dict[str, object]


def fill(template: str, params: dict[str, object], translate: Callable[[str], str]) -> str:
    """The template in the language of `translate`, with its values put in."""
    return translate(template).format(**told(params, translate)) if template else ""


def told(params: Mapping[str, object], translate: Callable[[str], str]) -> dict[str, object]:
    """The values, an error of the operating system among them as its reason in words."""
    return {
        name: translate(reason_of(value)) if isinstance(value, OSError) else value
        for name, value in params.items()
    }


def _rebuild(
    kind: type[VisiophareError],
    code: str,
    template: str,
    hint: str,
    problems: Sequence[Problem],
    params: dict[str, object],
) -> VisiophareError:
    return kind(code, template, hint, problems=problems, **params)
