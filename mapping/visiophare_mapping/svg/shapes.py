# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the outline of each basic shape element, in the element's own user units.

It must not know of paint, inheritance or the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from visiophare_mapping.svg import path as outlines
from visiophare_mapping.svg.path import Outline
from visiophare_mapping.svg.tree import Node
from visiophare_mapping.svg.values import Viewport, length, numbers


@dataclass(frozen=True)
class Units:
    """What lengths refer to: the viewport for percentages, the font for em."""

    viewport: Viewport
    font_size: float = 16.0

    def read(self, node: Node, name: str, axis: str, default: float = 0.0) -> float:
        """The length attribute, or the default when missing or unreadable."""
        value = length(node.attributes.get(name), axis, self.viewport, self.font_size)
        return default if value is None else value


def outline_of(node: Node, units: Units) -> Outline:
    """The element's contours; empty for what is not a shape or is not drawn."""
    reader = _READERS.get(node.tag)
    return reader(node, units) if reader else []


def _path(node: Node, units: Units) -> Outline:
    return outlines.read_path(node.attributes.get("d", ""))


def _rect(node: Node, units: Units) -> Outline:
    x, y = units.read(node, "x", "x"), units.read(node, "y", "y")
    width, height = units.read(node, "width", "x"), units.read(node, "height", "y")
    if width <= 0 or height <= 0:
        return []
    rx, ry = _radii(node, units)
    return outlines.rectangle(x, y, width, height, rx, ry)


def _radii(node: Node, units: Units) -> tuple[float, float]:
    """A missing, `auto` or negative radius takes the other's value."""
    rx, ry = units.read(node, "rx", "x", -1.0), units.read(node, "ry", "y", -1.0)
    rx, ry = (rx if rx >= 0 else ry), (ry if ry >= 0 else rx)
    return max(rx, 0.0), max(ry, 0.0)


def _circle(node: Node, units: Units) -> Outline:
    radius = units.read(node, "r", "")
    if radius <= 0:
        return []
    x, y = units.read(node, "cx", "x"), units.read(node, "cy", "y")
    return outlines.ellipse(x, y, radius, radius)


def _ellipse(node: Node, units: Units) -> Outline:
    rx, ry = _radii(node, units)
    if rx <= 0 or ry <= 0:
        return []
    x, y = units.read(node, "cx", "x"), units.read(node, "cy", "y")
    return outlines.ellipse(x, y, rx, ry)


def _line(node: Node, units: Units) -> Outline:
    ends = [units.read(node, name, name[0]) for name in ("x1", "y1", "x2", "y2")]
    return outlines.polyline(ends, closed=False)


def _polyline(node: Node, units: Units) -> Outline:
    return outlines.polyline(numbers(node.attributes.get("points")), closed=False)


def _polygon(node: Node, units: Units) -> Outline:
    return outlines.polyline(numbers(node.attributes.get("points")), closed=True)


_READERS: dict[str, Callable[[Node, Units], Outline]] = {
    "path": _path,
    "rect": _rect,
    "circle": _circle,
    "ellipse": _ellipse,
    "line": _line,
    "polyline": _polyline,
    "polygon": _polygon,
}
SHAPES = frozenset(_READERS)
