# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the small languages inside SVG attributes: numbers, lengths, colours, transforms.

A value that cannot be read gives None; the caller then uses the property's default, as SVG asks.
"""

from __future__ import annotations

import colorsys
import math
import re
from dataclasses import dataclass

import numpy as np

from visiophare_mapping.drawing import Floats
from visiophare_mapping.svg.colors import NAMED_COLORS

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_LENGTH = re.compile(rf"\s*({NUMBER.pattern})\s*([a-zA-Z%]*)\s*$")
_TRANSFORM = re.compile(r"\s*,?\s*([a-zA-Z]+)\s*\(([^)]*)\)")
_FUNCTION = re.compile(r"(rgb|rgba|hsl|hsla)\(\s*(.*?)\s*\)$", re.IGNORECASE | re.DOTALL)
PX_PER_UNIT = {
    "": 1.0,
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
    "q": 96 / 101.6,
}

LARGEST = 1e9  # beyond, no drawing means it, and squares and products overflow

Rgba = tuple[float, float, float, float]


@dataclass(frozen=True)
class Viewport:
    """What percentages refer to: the nearest viewBox's width and height, in user units."""

    width: float
    height: float

    @property
    def diagonal(self) -> float:
        """What a percentage that is neither a width nor a height refers to (SVG 2, 8.9)."""
        return math.sqrt((self.width**2 + self.height**2) / 2)

    def side(self, axis: str) -> float:
        """The reference along 'x', 'y' or '' (the diagonal)."""
        return {"x": self.width, "y": self.height}.get(axis, self.diagonal)


def numbers(text: str | None) -> list[float]:
    """All numbers in a text, in order; none when one of them is absurd."""
    values = [float(number) for number in NUMBER.findall(text or "")]
    return values if all(abs(value) <= LARGEST for value in values) else []


def number(text: str | None) -> float | None:
    """One number, or a percentage as a fraction."""
    match = _LENGTH.match(text or "")
    if not match or match[2] not in ("", "%"):
        return None
    return float(match[1]) / (100 if match[2] else 1)


def length(text: str | None, axis: str, viewport: Viewport, font_size: float) -> float | None:
    """A length in user units. axis: 'x', 'y' or '' says what a percentage refers to."""
    match = _LENGTH.match(text or "")
    if not match:
        return None
    value, unit = float(match[1]), match[2].lower()
    if not abs(value) <= LARGEST:
        return None
    relative = {
        "%": viewport.side(axis) / 100,
        "em": font_size,
        "rem": font_size,
        "ex": font_size / 2,
        "ch": font_size / 2,
    }
    factor = PX_PER_UNIT.get(unit, relative.get(unit))
    return None if factor is None else value * factor


def color(text: str | None) -> Rgba | None:
    """A CSS colour as r, g, b, alpha in 0..1; None when it is none."""
    text = (text or "").strip()
    if text.startswith("#"):
        return _hex_color(text[1:])
    function = _FUNCTION.match(text)
    if function:
        return _function_color(function[1].lower(), function[2])
    if text.lower() == "transparent":
        return (0.0, 0.0, 0.0, 0.0)
    named = NAMED_COLORS.get(text.lower())
    return _hex_color(named) if named else None


def _hex_color(digits: str) -> Rgba | None:
    if not re.fullmatch(r"[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8}", digits):
        return None
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[k : k + 2], 16) / 255 for k in range(0, len(digits), 2)]
    return (parts[0], parts[1], parts[2], parts[3] if len(parts) > 3 else 1.0)


def _function_color(name: str, inside: str) -> Rgba | None:
    parts = [part for part in re.split(r"[\s,/]+", inside) if part]
    if len(parts) not in (3, 4):
        return None
    alpha = 1.0 if len(parts) == 3 else number(parts[3])
    if name.startswith("hsl"):
        hue = _degrees(parts[0])
        saturation, lightness = (number(part) for part in parts[1:3])
        if hue is None or saturation is None or lightness is None or alpha is None:
            return None
        rgb = colorsys.hls_to_rgb(hue / 360 % 1, _unit(lightness), _unit(saturation))
        return (*rgb, _unit(alpha))
    values = [number(part) for part in parts[:3]]
    percents = {part.endswith("%") for part in parts[:3]}
    if any(value is None for value in values) or alpha is None or len(percents) > 1:
        return None
    scaled = [
        _unit((value or 0) / (1 if part.endswith("%") else 255))
        for value, part in zip(values, parts, strict=False)
    ]
    return (scaled[0], scaled[1], scaled[2], _unit(alpha))


def degrees(text: str | None) -> float | None:
    """An angle in degrees; a bare number is degrees."""
    return _degrees(text or "")


def _degrees(text: str) -> float | None:
    match = _LENGTH.match(text)
    per_unit = {"": 1.0, "deg": 1.0, "grad": 0.9, "rad": 180 / math.pi, "turn": 360.0}
    if not match or match[2].lower() not in per_unit:
        return None
    return float(match[1]) * per_unit[match[2].lower()]


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def product(outer: Floats, inner: Floats) -> Floats:
    """The (2, 3) matrix that applies `inner` first, then `outer`, to column vectors."""
    result: Floats = outer[:, :2] @ inner
    result[:, 2] += outer[:, 2]
    return result


def translation(x: float, y: float) -> Floats:
    """Moves by (x, y)."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def scaling(x: float, y: float) -> Floats:
    """Stretches by x and y about the origin."""
    return np.array([[x, 0.0, 0.0], [0.0, y, 0.0]])


def rotation(angle_degrees: float) -> Floats:
    """Turns clockwise on a page whose y points down."""
    c, s = math.cos(math.radians(angle_degrees)), math.sin(math.radians(angle_degrees))
    return np.array([[c, -s, 0.0], [s, c, 0.0]])


def transform(text: str | None) -> Floats | None:
    """An SVG transform list as one (2, 3) matrix; None when it cannot be read."""
    text = (text or "").strip()
    matrix = IDENTITY
    at = 0
    while text and text != "none" and at < len(text):
        match = _TRANSFORM.match(text, at)
        step = _one_transform(match[1], match[2]) if match else None
        if match is None or step is None:
            return None
        if not np.abs(step).max() <= LARGEST:
            return None
        matrix = product(matrix, step)
        at = match.end()
        if not np.abs(matrix).max() <= LARGEST:
            return None
    return matrix if np.abs(matrix).max() <= LARGEST else None


def _one_transform(name: str, inside: str) -> Floats | None:
    values = [float(value) for value in NUMBER.findall(re.sub(r"(?i)px|deg", "", inside))]
    count = len(values)
    if name == "matrix" and count == 6:
        return np.array(values).reshape(3, 2).T
    if name == "translate" and count in (1, 2):
        return translation(values[0], values[1] if count == 2 else 0.0)
    if name == "translateX" and count == 1:
        return translation(values[0], 0.0)
    if name == "translateY" and count == 1:
        return translation(0.0, values[0])
    if name == "scale" and count in (1, 2):
        return scaling(values[0], values[-1])
    if name == "rotate" and count == 1:
        return rotation(values[0])
    if name == "rotate" and count == 3:
        turned = product(translation(values[1], values[2]), rotation(values[0]))
        return product(turned, translation(-values[1], -values[2]))
    if name in ("skewX", "skewY") and count == 1:
        lean = math.tan(math.radians(values[0]))
        across = name == "skewX"
        return np.array([[1.0, lean if across else 0.0, 0.0], [0.0 if across else lean, 1.0, 0.0]])
    return None
