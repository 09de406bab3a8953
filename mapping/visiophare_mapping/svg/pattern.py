# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns patterns that stay vector: a tile's shapes, cut to the tile, repeated where they show.

Hatchings are what façade drawings are made of; as vectors they stay sharp, and they stay in step,
while a renderer rounds each tile to whole pixels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from visiophare_mapping.artwork import Box, Part
from visiophare_mapping.convex_clip import clipped, half_planes
from visiophare_mapping.drawing import Clip, Filled, Floats, Path
from visiophare_mapping.svg.css import inherited_style
from visiophare_mapping.svg.document import Document
from visiophare_mapping.svg.state import NeedsRenderer, State, entered, flat, own_transform
from visiophare_mapping.svg.tree import Node, inner_url
from visiophare_mapping.svg.values import Viewport, length, product, transform, translation
from visiophare_mapping.svg.viewbox import fitted, view_box

MOST_TILES = 20_000
MOST_SEGMENTS = 300_000
_TAKEN_OVER = (
    *("patternUnits", "patternContentUnits", "patternTransform", "viewBox"),
    *("preserveAspectRatio", "x", "y", "width", "height"),
)


@dataclass(frozen=True, eq=False)
class _Tile:
    """A pattern ready to be laid out.

    box: the tile in pattern space. to_page: (2, 3), pattern space to page. content: where the
    children are drawn.
    """

    node: Node
    box: Box
    to_page: Floats
    content: State


def pattern_parts(
    document: Document, server: Node, state: State, box: Box, region: Clip, alpha: float
) -> list[Part] | None:
    """A shape filled with a pattern; None when the pattern is not one that paints.

    state: inside the shape. box: its bounding box, user units. region: what to cover, page units.

    Raises: NeedsRenderer when the pattern cannot stay vector.
    """
    settled = _settled(server, document.by_id)
    tile = _tile(settled, state, box)
    if tile is None or server.id in state.active:
        return None
    parts: list[Part] = []
    document.walk(tile.node, tile.content, parts)
    flat_parts = [part for part in parts if isinstance(part, Filled)]
    if len(flat_parts) < len(parts) or (alpha < 1 and len(parts) > 1):
        raise NeedsRenderer("pattern")
    steps = _steps(tile, region.path.bounds())
    cut = [_cut(part, tile) for part in flat_parts]
    if len(steps) * sum(len(part.path.segments) for part in cut) > MOST_SEGMENTS:
        raise NeedsRenderer("pattern")
    return [
        replace(
            part,
            path=_repeated(part.path, steps),
            alpha=part.alpha * alpha,
            clips=(
                *state.clips,
                region,
                *(Clip(_repeated(clip.path, steps), clip.rule) for clip in part.clips),
            ),
        )
        for part in cut
        if len(part.path.segments)
    ]


def _settled(node: Node, by_id: Mapping[str, Node]) -> Node:
    """The pattern with what it takes over from the patterns that it refers to."""
    attributes = dict(node.attributes)
    children = node.children
    seen = [node]
    while True:
        following = by_id.get(inner_url(seen[-1].attributes.get("href")) or "")
        if following is None or following.tag != "pattern" or following in seen:
            break
        seen.append(following)
        for name in _TAKEN_OVER:
            if name in following.attributes:
                attributes.setdefault(name, following.attributes[name])
        if not any(child.tag for child in children):
            children = following.children
    return replace(node, attributes=attributes, children=children)


def _tile(node: Node, state: State, box: Box) -> _Tile | None:
    """None when the pattern paints nothing."""
    by_box = node.attributes.get("patternUnits") != "userSpaceOnUse"
    if by_box and (box[2] <= 0 or box[3] <= 0):
        return None
    reference = Viewport(1.0, 1.0) if by_box else state.viewport
    x, y, width, height = (
        length(node.attributes.get(name), axis, reference, state.font_size) or 0.0
        for name, axis in (("x", "x"), ("y", "y"), ("width", "x"), ("height", "y"))
    )
    if by_box:
        x, y = box[0] + x * box[2], box[1] + y * box[3]
        width, height = width * box[2], height * box[3]
    if width <= 0 or height <= 0:
        return None
    matrix = state.matrix
    own = own_transform(
        replace(node, attributes={**node.attributes, "transform": _transform_text(node)}),
        node.style,
        state,
    )
    if own is not None and not flat(own):
        matrix = product(matrix, own)
    tile_box = (x, y, width, height)
    return _Tile(node, tile_box, matrix, _content(node, state, matrix, tile_box, box))


def _transform_text(node: Node) -> str:
    text = node.attributes.get("patternTransform", "")
    return text if transform(text) is not None else ""


def _content(node: Node, state: State, matrix: Floats, tile: Box, box: Box) -> State:
    """The state inside the pattern, whose style comes from where it stands."""
    view = view_box(node)
    viewport = state.viewport
    if view is not None:
        inner = fitted(view, tile, node.attributes.get("preserveAspectRatio"))
        viewport = Viewport(view[2], view[3])
    elif node.attributes.get("patternContentUnits") == "objectBoundingBox":
        inner = np.array([[box[2], 0.0, tile[0]], [0.0, box[3], tile[1]]])
    else:
        inner = translation(tile[0], tile[1])
    around = replace(
        state,
        style=inherited_style(node),
        own={},
        matrix=product(matrix, inner),
        clips=(),
        context=None,
        viewport=viewport,
        active=state.active | {node.id},
    )
    plain = replace(
        node,
        attributes={},
        style={
            name: value for name, value in node.style.items() if not name.startswith("transform")
        },
    )
    return entered(around, plain)


def _cut(part: Filled, tile: _Tile) -> Filled:
    """The part without what sticks out of its tile."""
    if tile.node.style.get("overflow", "hidden") in ("visible", "auto"):
        raise NeedsRenderer("pattern")
    corners = Path.rectangle(*tile.box).transformed(tile.to_page).segments[:, 0]
    planes = half_planes(corners)
    clips = tuple(Clip(clipped(clip.path, planes), clip.rule) for clip in part.clips)
    return replace(part, path=clipped(part.path, planes), clips=clips)


def _steps(tile: _Tile, bounds: tuple[float, float, float, float]) -> Floats:
    """(n, 2) page offsets of every tile that may touch the bounds on the page."""
    left, top, right, bottom = bounds
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    turned = np.linalg.inv(tile.to_page[:, :2])
    at = (corners - tile.to_page[:, 2]) @ turned.T
    x, y, width, height = tile.box
    low = np.floor((at.min(axis=0) - (x, y)) / (width, height) - 1e-9)
    high = np.floor((at.max(axis=0) - (x, y)) / (width, height) + 1e-9)
    if math.prod(high - low + 1) > MOST_TILES:
        raise NeedsRenderer("pattern")
    across, down = (np.arange(low[k], high[k] + 1) for k in (0, 1))
    index = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    steps: Floats = (index * (width, height)) @ tile.to_page[:, :2].T
    return steps


def _repeated(path: Path, steps: Floats) -> Path:
    count = len(path.segments)
    segments = (path.segments[None] + steps[:, None, None, :]).reshape(-1, 4, 2)
    starts = (path.starts[None] + count * np.arange(len(steps))[:, None]).reshape(-1)
    return Path(segments, np.tile(path.straight, len(steps)), starts.astype(np.intp))
