# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody measured on a façade: points, lengths, directions; and how one writes them.

One measure a line, in any order, in English or French words:

    point       210,950            0,0      door, lower left
    length      210,950 1730,940   12.05m   ledge
    vertical    300,100 310,900             left corner of the house
    horizontal  200,300 1700,310
    origin      210,950
    rectified
    tape 2cm
    click 1.5px

Owns the model and its spelling.  Must not know how the metres follow, nor files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.errors import N_, CalibrationError, Problem

Points = NDArray[np.float64]
Kind = Literal["point", "length", "vertical", "horizontal"]

TAPE_M = 0.01
CLICK_PX = 1.0
SIDES_M = (0.005, 500.0)  # beyond, it is another unit
_MOST_LINES = 2000
_UNITS_M = {"": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001}
_WORDS: dict[str, str] = {
    "point": "point",
    "length": "length",
    "longueur": "length",
    "vertical": "vertical",
    "verticale": "vertical",
    "horizontal": "horizontal",
    "horizontale": "horizontal",
    "origin": "origin",
    "origine": "origin",
    "rectified": "rectified",
    "redressée": "rectified",
    "redressee": "rectified",
    "tape": "tape",
    "mètre": "tape",
    "metre": "tape",
    "click": "click",
    "clic": "click",
}
_NUMBER = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)"
_PLAIN = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
# Between commas the decimal sign can only be a point; between semicolons it may be a comma.
_PAIR = re.compile(rf"(?:({_PLAIN})\s*,\s*({_PLAIN})|({_NUMBER})\s*;\s*({_NUMBER}))(?![\d.,;])\s*")
_ROW = re.compile(r"\s*[;\t ]\s*".join([f"({_NUMBER})"] * 4) + r"(?:[;\t ]\s*(.*))?")
_ROW_COMMAS = re.compile(r"\s*,\s*".join([f"({_PLAIN})"] * 4) + r"(?:\s*,\s*(.*))?")


@dataclass(frozen=True, eq=False)
class Measure:
    """One measure.  `photo_px` raw pixels: (1, 2) of a point, (2, 2) of the ends of the others.
    `metres` (x, y) of a point, (length,) of a length, () of a direction; `line` from 1; `name` the
    person's own, else the word they used and its line."""

    kind: Kind
    photo_px: Points
    metres: tuple[float, ...] = ()
    name: str = ""
    line: int = 0

    @property
    def equations(self) -> int:
        """How many numbers it tells."""
        return 2 if self.kind == "point" else 1


@dataclass(frozen=True, eq=False)
class Measures:
    """All that was measured: what is unsure is one standard deviation.

    origin_px: where 0,0 is, if not the lower left of all.  rectified: the photo shows the wall
    square on, without perspective."""

    entries: tuple[Measure, ...]
    tape_m: float = TAPE_M
    click_px: float = CLICK_PX
    origin_px: Points | None = None
    rectified: bool = False


@dataclass
class _Reading:
    """A text being read."""

    entries: list[Measure] = field(default_factory=list)
    tape_m: float = TAPE_M
    click_px: float = CLICK_PX
    origin_px: Points | None = None
    rectified: bool = False


def read_measures(text: str, name: str) -> Measures:
    """The measures in a text; `name` is the file's, for messages.

    Raises: CalibrationError measures_invalid, with every line that is wrong in `problems`.
    """
    reading, problems = _Reading(), []
    lines = text.removeprefix("\ufeff").splitlines()
    for number, line in enumerate(lines[: _MOST_LINES + 1], 1):
        plain = line.split("#", 1)[0].strip()
        if not plain:
            continue
        try:
            _read_line(plain, number, reading)
        except _LineError as error:
            problems.append(Problem(number, error.template, error.hint, error.params))
    if len(lines) > _MOST_LINES:
        problems.append(Problem(0, N_("There are more lines than anybody measures.")))
    if problems:
        raise CalibrationError(
            "measures_invalid",
            N_("{path} has lines that cannot be read."),
            N_("`visiophare facade --help` shows how a line looks."),
            problems=tuple(problems[:20]),
            path=name,
        )
    return Measures(
        tuple(reading.entries),
        reading.tape_m,
        reading.click_px,
        reading.origin_px,
        reading.rectified,
    )


class _LineError(Exception):
    def __init__(self, template: str, hint: str = "", **params: object) -> None:
        self.template, self.hint, self.params = template, hint, params


def _read_line(line: str, number: int, reading: _Reading) -> None:
    row = _ROW.fullmatch(line) or _ROW_COMMAS.fullmatch(line)
    if row is not None:  # as a table has them: pixels, metres, name
        x, y, across, up = (_value(text) for text in row.groups()[:4])
        reading.entries.append(_point((x, y), (across, up), row[5] or f"point {number}", number))
        return
    word, *rest = line.split(maxsplit=1)
    kind = _WORDS.get(word.lower().rstrip(":"))
    if kind is None:
        raise _LineError(
            N_("“{word}” is no kind of measure."),
            N_("A line begins with point, length, vertical, horizontal, origin, rectified, …"),
            word=word,
        )
    _SETTERS[kind](rest[0].strip() if rest else "", number, reading)
    if reading.entries and not reading.entries[-1].name:
        name = f"{word.lower().rstrip(':')} {number}"
        reading.entries[-1] = replace(reading.entries[-1], name=name)


def _read_point(rest: str, number: int, reading: _Reading) -> None:
    photo, rest = _pairs(rest, 1)
    match = _PAIR.match(rest.removeprefix("=").lstrip())
    if match is None:
        raise _LineError(
            N_("After the point's pixels, its metres are missing."),
            N_("Such as: point 210,950 0,1.2 (right and up from where you measure)."),
        )
    rest = rest.removeprefix("=").lstrip()[match.end() :]
    unit = re.match(r"(m|cm|mm)(?:\s+|$)", rest, re.IGNORECASE)
    factor = _UNITS_M[unit[1].lower()] if unit else 1.0
    name = rest[unit.end() :] if unit else rest
    across, up = _numbers(match)
    reading.entries.append(_point(photo[0], (across * factor, up * factor), name, number))


def _point(
    photo: tuple[float, float], metres: tuple[float, float], name: str, number: int
) -> Measure:
    if max(map(abs, metres)) > SIDES_M[1]:
        raise _LineError(
            N_("A point lies {far:g} m away, which no façade does."),
            N_("Give metres, or the unit: 1200,80cm."),
            far=max(map(abs, metres)),
        )
    return Measure("point", np.array([photo]), metres, name.strip(), number)


def _read_length(rest: str, number: int, reading: _Reading) -> None:
    photo, rest = _pairs(rest, 2)
    match = re.match(rf"=?\s*({_NUMBER})\s*(m|cm|mm)?(?:\s+|$)", rest, re.IGNORECASE)
    if match is None:
        raise _LineError(
            N_("After the two ends' pixels, the length is missing."),
            N_("Such as: length 210,950 1730,940 12.05m ledge."),
        )
    metres = _value(match[1]) * _UNITS_M[(match[2] or "").lower()]
    if not SIDES_M[0] <= metres <= SIDES_M[1]:
        raise _LineError(
            N_("No façade has a length of {metres:g} m."),
            N_("Give metres, or the unit: 1205cm."),
            metres=metres,
        )
    name = rest[match.end() :].strip()
    reading.entries.append(Measure("length", np.array(photo), (metres,), name, number))


def _read_direction(kind: Kind) -> Callable[[str, int, _Reading], None]:
    def read(rest: str, number: int, reading: _Reading) -> None:
        photo, rest = _pairs(rest, 2)
        reading.entries.append(Measure(kind, np.array(photo), (), rest.strip(), number))

    return read


def _read_origin(rest: str, _number: int, reading: _Reading) -> None:
    reading.origin_px = np.array(_pairs(rest, 1)[0])


def _read_rectified(rest: str, _number: int, reading: _Reading) -> None:
    if rest:
        raise _LineError(N_("Nothing follows the word “rectified”."))
    reading.rectified = True


def _read_tape(rest: str, _number: int, reading: _Reading) -> None:
    match = re.fullmatch(rf"({_NUMBER})\s*(m|cm|mm)", rest, re.IGNORECASE)
    value = _value(match[1]) * _UNITS_M[match[2].lower()] if match else 0.0
    if not 1e-4 <= value <= 1.0:
        raise _LineError(N_("After tape, say how well it was read, such as 1cm."))
    reading.tape_m = value


def _read_click(rest: str, _number: int, reading: _Reading) -> None:
    match = re.fullmatch(rf"({_NUMBER})\s*(?:px)?", rest, re.IGNORECASE)
    value = _value(match[1]) if match else 0.0
    if not 0.01 <= value <= 100.0:
        raise _LineError(N_("After click, say how well a pixel was met, such as 1px."))
    reading.click_px = value


_SETTERS: dict[str, Callable[[str, int, _Reading], None]] = {
    "point": _read_point,
    "length": _read_length,
    "vertical": _read_direction("vertical"),
    "horizontal": _read_direction("horizontal"),
    "origin": _read_origin,
    "rectified": _read_rectified,
    "tape": _read_tape,
    "click": _read_click,
}


def _pairs(text: str, count: int) -> tuple[list[tuple[float, float]], str]:
    """`count` points x,y at the start of a text, and what follows."""
    pairs = []
    for _ in range(count):
        match = _PAIR.match(text)
        if match is None:
            raise _LineError(
                N_("Here the pixels of a point x,y are missing."),
                N_("Such as: length 210,950 1730,940 12.05m ledge."),
            )
        pairs.append(_numbers(match))
        text = text[match.end() :]
    if count == 2 and np.hypot(*(np.array(pairs[0]) - pairs[1])) < 2.0:
        raise _LineError(N_("The two ends are the same place in the photo."))
    return pairs, text.strip()


def _numbers(match: re.Match[str]) -> tuple[float, float]:
    """The two numbers of a _PAIR."""
    x, y = (text for text in match.groups() if text is not None)
    return _value(x), _value(y)


def _value(text: str) -> float:
    return float(text.replace(",", "."))
