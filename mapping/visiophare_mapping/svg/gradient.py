# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns gradients as paint of their own: settled through their references and freed of the shape.

A gradient-filled shape stays sharp on the slide: its outline becomes a vector clip, and only the
colours behind it pixels. For that the gradient must not depend on the shape's box any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from visiophare_mapping.artwork import Box
from visiophare_mapping.drawing import Floats
from visiophare_mapping.svg.tree import Node, inner_url
from visiophare_mapping.svg.values import (
    IDENTITY,
    Rgba,
    Viewport,
    color,
    length,
    number,
    product,
    transform,
)

GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_DEFAULTS = {
    "linearGradient": {"x1": "0%", "y1": "0%", "x2": "100%", "y2": "0%"},
    "radialGradient": {"cx": "50%", "cy": "50%", "r": "50%", "fr": "0%"},
}
_SHARED = ("gradientUnits", "gradientTransform", "spreadMethod")
_GENERATED = "visiophare-gradient"
HARD_STEP = 0.02


class Settled:
    """A gradient with everything it takes over from others: attributes and stops."""

    def __init__(self, node: Node, by_id: Mapping[str, Node]) -> None:
        self.tag = node.tag
        self.node = node
        self.attributes: dict[str, str] = {}
        self.stops: list[Node] = []
        seen: list[Node] = []
        while node.tag in GRADIENTS and node not in seen:
            seen.append(node)
            names = (*_SHARED, *_DEFAULTS[self.tag], "fx", "fy")
            for name in names:
                if name in node.attributes and (node.tag == self.tag or name in _SHARED):
                    self.attributes.setdefault(name, node.attributes[name])
            if not self.stops:
                self.stops = [child for child in node.children if child.tag == "stop"]
            following = by_id.get(inner_url(node.attributes.get("href")) or "")
            if following is None:
                break
            node = following

    @property
    def by_box(self) -> bool:
        """Whether the gradient is measured in the shape's bounding box."""
        return self.attributes.get("gradientUnits") != "userSpaceOnUse"

    @property
    def has_edges(self) -> bool:
        """Whether colours jump: two stops at one place, or a ramp that begins again."""
        offsets = [number(stop.attributes.get("offset", "0")) or 0.0 for stop in self.stops]
        jumps = any(after - before < HARD_STEP for before, after in pairwise(offsets))
        return jumps or self.attributes.get("spreadMethod", "pad") != "pad"

    def single_color(self, current: str) -> Rgba | None:
        """The colour of a gradient with one stop; current: the value of currentColor."""
        if len(self.stops) != 1:
            return None
        style = self.stops[0].style
        name = style.get("stop-color", "black")
        if name in ("inherit", "currentColor"):
            return None  # resvg decides
        rgba = color(name) or color("black")
        opacity = number(style.get("stop-opacity", "1"))
        assert rgba is not None
        return (*rgba[:3], rgba[3] * min(1.0, max(0.0, 1.0 if opacity is None else opacity)))

    def free_of_shape(self, box: Box, viewport: Viewport) -> Node:
        """The same gradient in user space, as an element of its own.

        box: the shape's bounding box in user units, width and height above zero.
        """
        own = transform(self.attributes.get("gradientTransform"))
        matrix = IDENTITY if own is None else own
        if self.by_box:
            x, y, width, height = box
            matrix = product(np.array([[width, 0.0, x], [0.0, height, y]]), matrix)
        attributes = {
            "id": _GENERATED,
            "gradientUnits": "userSpaceOnUse",
            "gradientTransform": _matrix_text(matrix),
        }
        if "spreadMethod" in self.attributes:
            attributes["spreadMethod"] = self.attributes["spreadMethod"]
        for name, default in _DEFAULTS[self.tag].items():
            text = self.attributes.get(name, default)
            attributes[name] = repr(self._coordinate(name, text, default, viewport))
        for focus, centre in (("fx", "cx"), ("fy", "cy")):
            if self.tag == "radialGradient" and focus in self.attributes:
                text = self.attributes[focus]
                attributes[focus] = repr(self._coordinate(focus, text, "50%", viewport))
            elif centre in attributes:
                attributes[focus] = attributes[centre]
        made = Node(self.tag, attributes, parent=self.node.parent, style=dict(self.node.style))
        made.children = self.stops
        return made

    def _coordinate(self, name: str, text: str, default: str, viewport: Viewport) -> float:
        axis = {"x": "x", "y": "y"}.get(name.strip("12cf"), "")
        reference = Viewport(1.0, 1.0) if self.by_box else viewport
        for candidate in (text, default):
            value = length(candidate, axis, reference, 16.0)
            if value is not None:
                return value
        return 0.0


def filled_box(box: Box, gradient: Node, style: Mapping[str, str]) -> Node:
    """A group with a rectangle over the box, painted with the gradient, which it brings along."""
    x, y, width, height = box
    attributes = {"x": repr(x), "y": repr(y), "width": repr(width), "height": repr(height)}
    painted = {"fill": f"url(#{_GENERATED})", "stroke": "none", **style}
    rectangle = Node("rect", attributes, style=painted)
    return Node("g", {}, children=[gradient, rectangle])


def _matrix_text(matrix: Floats) -> str:
    (a, c, e), (b, d, f) = matrix.tolist()
    return f"matrix({a!r} {b!r} {c!r} {d!r} {e!r} {f!r})"
