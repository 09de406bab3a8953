# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns what the walker carries down the tree: inherited style, position, clips; and paints.

`State` never changes; entering an element makes a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from visiophare_mapping.drawing import Clip, Floats
from visiophare_mapping.svg.css import INHERITED
from visiophare_mapping.svg.shapes import Units
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
    translation,
)

_FONT_SIZES = {"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18}
_FONT_SIZES |= {"x-large": 24, "xx-large": 32}
_SIDES = {"left": "0%", "top": "0%", "center": "50%", "right": "100%", "bottom": "100%"}


class NeedsRenderer(Exception):  # noqa: N818 - a way out of the walk, not a fault
    """What is being walked through cannot stay vector; whoever can, renders it as a whole."""

    def __init__(self, reason: str, owner: Node | None = None) -> None:
        self.reason = reason
        self.owner = owner  # the one element that can, or None for the nearest
        super().__init__(reason)


@dataclass(frozen=True)
class Paint:
    """A colour, or a paint server (gradient, pattern) with the colour to fall back on."""

    rgba: Rgba | None
    server: Node | None = None


@dataclass(frozen=True, eq=False)
class Context:
    """What `context-fill` and `context-stroke` stand for inside a <use> or a marker."""

    fill: Paint | None
    stroke: Paint | None
    owner: Node


@dataclass(frozen=True, eq=False)
class State:
    """The situation around an element's content.

    style: inherited properties. own: the element's properties that are not inherited.
    matrix: (2, 3), user units to page. active: ids of elements being instantiated.
    context: the paints of the element that is instantiating this one.
    """

    style: Mapping[str, str]
    own: Mapping[str, str]
    matrix: Floats
    viewport: Viewport
    clips: tuple[Clip, ...] = ()
    active: frozenset[str] = frozenset()
    context: Context | None = None

    @property
    def font_size(self) -> float:
        """The font size in user units."""
        return number(self.style.get("font-size")) or 16.0

    @property
    def units(self) -> Units:
        """What the element's lengths refer to."""
        return Units(self.viewport, self.font_size)

    def length(self, name: str, default: float, axis: str = "") -> float:
        """An inherited property that is a length."""
        value = length(self.style.get(name), axis, self.viewport, self.font_size)
        return default if value is None else value

    def fraction(self, name: str) -> float:
        """An opacity, inherited or own, within 0..1."""
        value = number(self.style.get(name, self.own.get(name)))
        return 1.0 if value is None else min(1.0, max(0.0, value))

    def moved(self, matrix: Floats) -> State:
        """The state inside a further transform."""
        return replace(self, matrix=product(self.matrix, matrix))


def entered(around: State, node: Node) -> State:
    """The state inside an element: its style and transform applied."""
    style, own = dict(around.style), {}
    for name, value in node.style.items():
        if name in INHERITED:
            if value != "inherit" and (name not in ("fill", "stroke") or _is_paint(value)):
                style[name] = value
        else:
            own[name] = around.own.get(name, "") if value == "inherit" else value
    if "font-size" in node.style:
        style["font-size"] = repr(_font_size(style["font-size"], around))
    state = replace(around, style=style, own=own)
    matrix = own_transform(node, own, state)
    return state.moved(matrix) if matrix is not None else state


def own_transform(node: Node, own: Mapping[str, str], state: State) -> Floats | None:
    """The element's own transform about its origin; None when it has none."""
    text = own.get("transform") or node.attributes.get("transform")
    matrix = transform(text)
    if matrix is None or matrix is IDENTITY:
        return None
    origin = own.get("transform-origin")
    if not origin:
        return matrix
    x, y = _origin(origin, state)
    return product(product(translation(x, y), matrix), translation(-x, -y))


def paint(text: str | None, state: State, by_id: Mapping[str, Node]) -> Paint | None:
    """The paint that a fill or stroke names; None paints nothing.

    Raises: NeedsRenderer when a context paint is a server, whose box lies elsewhere.
    """
    text = (text or "none").strip()
    if text in ("context-fill", "context-stroke"):
        if state.context is None:
            return None
        found = state.context.fill if text == "context-fill" else state.context.stroke
        if found is not None and found.server is not None:
            raise NeedsRenderer("context", state.context.owner)
        return found
    if text.startswith("url("):
        fallback = text[text.index(")") + 1 :].strip() if ")" in text else ""
        spare = None if fallback in ("", "none") else _color(fallback, state)
        server = by_id.get(inner_url(text) or "")
        if server is None:
            return Paint(spare) if spare else None
        return Paint(spare, server)
    rgba = _color(text, state)
    return Paint(rgba) if rgba else None


def context_of(owner: Node, state: State, by_id: Mapping[str, Node]) -> Context:
    """What <use> or a shape with markers hands on. state: inside the owner."""
    fill = paint(state.style.get("fill", "black"), state, by_id)
    return Context(fill, paint(state.style.get("stroke"), state, by_id), owner)


def _is_paint(text: str) -> bool:
    """Whether a fill or stroke makes sense; else the declaration does not count."""
    keyword = text.lower() in ("none", "currentcolor", "context-fill", "context-stroke")
    return keyword or text.startswith("url(") or color(text) is not None


def _color(text: str, state: State) -> Rgba | None:
    if text.lower() == "currentcolor":
        return color(state.style.get("color", "black")) or (0.0, 0.0, 0.0, 1.0)
    return color(text)


def _font_size(text: str, around: State) -> float:
    if text in _FONT_SIZES:
        return float(_FONT_SIZES[text])
    if text in ("larger", "smaller"):
        return around.font_size * (1.2 if text == "larger" else 1 / 1.2)
    reference = Viewport(around.font_size, around.font_size)
    value = length(text, "x", reference, around.font_size)
    return around.font_size if value is None or value < 0 else value


def _origin(text: str, state: State) -> tuple[float, float]:
    words = text.replace(",", " ").split()[:2]
    if len(words) == 1:
        words.append("center") if words[0] not in ("top", "bottom") else words.insert(0, "center")
    if words[0] in ("top", "bottom") or words[1] in ("left", "right"):
        words.reverse()
    values = [
        length(_SIDES.get(word, word), axis, state.viewport, state.font_size)
        for word, axis in zip(words, "xy", strict=True)
    ]
    return values[0] or 0.0, values[1] or 0.0


def flat(matrix: Floats) -> bool:
    """Whether a transform leaves nothing to see."""
    (a, c, _), (b, d, _) = matrix.tolist()
    return bool(abs(a * d - b * c) < 1e-18)
