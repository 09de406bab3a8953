# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quantities as people type them on the command line, turned into numbers with one unit each.

Owns the spelling (`2s`, `36x24`, `12x8m`, `-1,2`) and its error messages.  Every parser takes a
text and returns floats, or raises ValueError with a sentence in the user's language.
"""

import math
import re
from collections.abc import Callable
from typing import Any, Final

import click

from visiophare.words import _, plain_number

NUMBER: Final = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)"
_LENGTH_UNITS_MM: Final = {"": 1.0, "mm": 1.0, "cm": 10.0, "m": 1000.0}
_DURATION_UNITS_S: Final = {"": 1.0, "s": 1.0, "ms": 0.001, "min": 60.0}

# Width × height of the clear picture.  `24x36` is the slide maker's name for a picture 36 mm wide;
# the stage of an overhead projector takes 285 × 285 mm.
FORMATS_MM: Final = {"24x36": (36.0, 24.0), "a4": (210.0, 297.0), "ohp": (285.0, 285.0)}


def _bounds(least: float | None, most: float | None) -> str:
    """The bounds of a number in words, as help and refusals tell them; no lower one is zero."""
    if most is None:
        return _("{least} or more").format(least=plain_number(least or 0))
    return _("{least} to {most}").format(least=plain_number(least or 0), most=plain_number(most))


class WholeNumber(click.IntRange):
    """A whole number within bounds, called so in messages and help."""

    name = _("whole number")

    def _describe_range(self) -> str:  # click's own is `0<=x<=5`
        return _bounds(self.min, self.max)


class Number(click.FloatRange):
    """A number within bounds, called so in messages and help; a decimal comma is one."""

    name = _("number")

    def _describe_range(self) -> str:
        return _bounds(self.min, self.max)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As click does, but the refusal shows the number as it was typed, and nan is refused."""
        comma = isinstance(value, str) and value.count(",") == 1 and "." not in value
        text = value.replace(",", ".") if comma else value
        itself: Any = self  # click's type of it knows no subclasses
        number = click.types.FloatParamType.convert(itself, text, param, ctx)
        most = math.inf if self.max is None else self.max
        if not (self.min or 0.0) <= number <= most:
            sentence = _("{value} is not in the range {range}.")
            self.fail(sentence.format(value=value, range=self._describe_range()), param, ctx)
        return number


def parse_length_mm(text: str) -> float:
    """`3mm`, `2.2`, `1,5cm` → mm; without a unit it is mm."""
    return _quantity(
        text, _LENGTH_UNITS_MM, _("{text!r} is not a length such as 3mm, 2.2mm or 1.5cm.")
    )


def parse_duration_s(text: str) -> float:
    """`2s`, `500ms`, `1.5` → seconds, never negative; without a unit it is seconds."""
    complaint = _("{text!r} is not a duration such as 2s, 500ms or 1.5.")
    seconds = _quantity(text, _DURATION_UNITS_S, complaint)
    if seconds < 0:
        raise ValueError(_("A duration cannot be negative: {text}.").format(text=text))
    return seconds


def parse_flash_s(text: str) -> float:
    """`500us`, `1ms`, `500` → seconds, 0 to 2.5 ms; without a unit it is microseconds."""
    complaint = _("{text!r} is not the length of a flash up to 2500us, such as 500us or 1ms.")
    units_s = {"": 1e-6, "us": 1e-6, "ms": 1e-3}
    seconds = _quantity(text.replace("µ", "u").replace("μ", "u"), units_s, complaint)
    if not 0 <= seconds <= 0.0025:
        raise ValueError(complaint.format(text=text))
    return seconds


def parse_percent(text: str) -> float:
    """`40`, `12.5`, `40%` → 0..100."""
    complaint = _("{text!r} is not a percentage from 0 to 100.")
    percent = _quantity(text, {"": 1.0, "%": 1.0}, complaint)
    if not 0 <= percent <= 100:
        raise ValueError(complaint.format(text=text))
    return percent


def parse_rpm(text: str) -> float:
    """`12`, `-33,3`, `12rpm` → turns a minute."""
    complaint = _("{text!r} is not a number of turns a minute such as 12, -12 or 0.5rpm.")
    return _quantity(text, {"": 1.0, "rpm": 1.0}, complaint)


def parse_fps(text: str) -> float:
    """`18`, `-0,5`, `18fps` → frames a second."""
    complaint = _("{text!r} is not a number of frames a second such as 18, -18 or 0.5fps.")
    return _quantity(text, {"": 1.0, "fps": 1.0}, complaint)


def parse_size_mm(text: str) -> tuple[float, float]:
    """`24x36` (a format: 36 wide, 24 high), `a4`, `ohp`, `WIDTHxHEIGHT` → width, height in mm."""
    name = re.sub(r"\s+", "", text.lower()).replace("×", "x")
    named = FORMATS_MM.get(name.replace("mm", ""))
    complaint = _("{text!r} is not a format: 24x36, a4, ohp, or WIDTHxHEIGHT in mm, such as 60x60.")
    return named or _size(text, _LENGTH_UNITS_MM, complaint)


def parse_size_m(text: str) -> tuple[float, float]:
    """`12x8m`, `12x8`, `1200x800cm` → width, height in metres; without a unit it is metres."""
    complaint = _("{text!r} is not a size WIDTHxHEIGHT in metres, such as 12x8m.")
    units_m = {"": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001}
    return _size(text, units_m, complaint)


def parse_points(text: str) -> list[tuple[float, float]]:
    """`x,y x,y …` (spaces or semicolons between points) → [(x, y), …]."""
    complaint = _("{text!r} is not a list of points x,y x,y … such as 10,20 300,20.")
    points = []
    for word in text.replace(";", " ").split():
        numbers = _plain_numbers(word, complaint, text)
        if len(numbers) != 2:
            raise ValueError(complaint.format(text=text))
        points.append((numbers[0], numbers[1]))
    if not points:
        raise ValueError(complaint.format(text=text))
    return points


def parse_rect(text: str) -> tuple[float, float, float, float]:
    """`x,y,width,height`, or `x;y;width;height` with decimal commas → width and height positive."""
    complaint = _("{text!r} is not a rectangle x,y,width,height such as 1,2,3,4.")
    if ";" in text:
        numbers = [_number(word.strip() or "?", complaint, text) for word in text.split(";")]
    else:
        numbers = _plain_numbers(text, complaint, text)
    if len(numbers) != 4 or numbers[2] <= 0 or numbers[3] <= 0:
        raise ValueError(complaint.format(text=text))
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _number(text: str, complaint: str, whole: str) -> float:
    """One finite number; a decimal comma is as good as a point."""
    if not re.fullmatch(NUMBER, text):
        raise ValueError(complaint.format(text=whole))
    value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(complaint.format(text=whole))
    return value


def _quantity(text: str, units: dict[str, float], complaint: str) -> float:
    match = re.fullmatch(rf"({NUMBER})\s*([a-z%]*)", text.strip().lower())
    if not match or match[2] not in units:
        raise ValueError(complaint.format(text=text))
    return _number(match[1], complaint, text) * units[match[2]]


def _size(text: str, units: dict[str, float], complaint: str) -> tuple[float, float]:
    pattern = rf"({NUMBER})\s*([a-z]*?)\s*[x×]\s*({NUMBER})\s*([a-z]*)"
    match = re.fullmatch(pattern, text.strip().lower())
    if not match or match[4] not in units or match[2] not in ("", match[4]):
        raise ValueError(complaint.format(text=text))
    factor = units[match[4]]
    width = _number(match[1], complaint, text) * factor
    height = _number(match[3], complaint, text) * factor
    if width <= 0 or height <= 0:
        raise ValueError(complaint.format(text=text))
    return width, height


def _plain_numbers(text: str, complaint: str, whole: str) -> list[float]:
    """Numbers between commas, so that here the decimal sign can only be a point."""
    return [_number(word.strip() or "?", complaint, whole) for word in text.split(",")]


class Quantity(click.ParamType):
    """A click type out of a parser: its ValueError becomes click's usage error."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value  # a default, already in its unit
        try:
            return self._parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


LENGTH_MM: Final = Quantity(_("length"), parse_length_mm)
DURATION_S: Final = Quantity(_("duration"), parse_duration_s)
FLASH_S: Final = Quantity(_("length of a flash"), parse_flash_s)
RPM: Final = Quantity(_("turns a minute"), parse_rpm)
FPS: Final = Quantity(_("frames a second"), parse_fps)
PERCENT: Final = Quantity(_("percent"), parse_percent)
SIZE_MM: Final = Quantity(_("size"), parse_size_mm)
SIZE_M: Final = Quantity(_("size"), parse_size_m)
POINTS: Final = Quantity(_("points"), parse_points)
RECT: Final = Quantity(_("x,y,w,h"), parse_rect)
