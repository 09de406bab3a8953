# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The error tree of the mapping package.

    MappingError               anything below; `except MappingError` catches all
    ├── PictureError           a picture is missing, truncated, not a picture, too large
    ├── TargetError            a target file or a target's measures make no sense
    ├── DetectionError         the target was not found, or not enough of it
    ├── CalibrationError       a calibration file, a façade rectangle, a chain that cannot be
    └── ArtworkError           a drawing or a picture to project cannot be read

Every error is one English sentence (`template` with `params`), a next step (`hint`) and a code
that never changes.  Whoever talks to people translates `template` and `hint` before filling in
`params`; this package knows nothing of languages, ports or command lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 - the name that message extractors look for
    """Mark `text` for the catalogue; return it unchanged."""
    return text


@dataclass(frozen=True)
class Problem:
    """One of several faults in a file, or of several reasons: where (`line` from 1, or 0), what,
    the next step, and a `code` where programs are to tell it from others."""

    line: int
    template: str
    hint: str = ""
    params: dict[str, object] = field(default_factory=dict)
    code: str = ""

    def message(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, in the language of `translate`."""
        return translate(self.template).format(**self.params)


class MappingError(Exception):
    """Base of all errors raised by the mapping package."""

    exit_code = 1
    picture: object = None
    """A file that whoever reports the error wrote, in which it is marked."""

    def __init__(
        self,
        code: str,
        template: str,
        hint: str = "",
        *,
        problems: tuple[Problem, ...] = (),
        **params: object,
    ) -> None:
        self.code = code
        self.template = template
        self.hint = hint
        self.problems = problems
        self.params = params
        super().__init__(template.format(**params))


class PictureError(MappingError):
    """A picture is missing, truncated, not a picture, or too large."""


class TargetError(MappingError):
    """A target file, or the measures asked of a target, make no sense."""


class DetectionError(MappingError):
    """The target was not found in the pictures, or not enough of it."""


class CalibrationError(MappingError):
    """A calibration file, a façade rectangle or a chain of frames that cannot be."""


class ArtworkError(MappingError):
    """A drawing or a picture to project cannot be read or laid out."""
