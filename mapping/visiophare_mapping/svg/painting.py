# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns painting one shape: its fill and its stroke as parts of the artwork.

One colour gives a filled region. A gradient gives its pixels behind the region as a vector clip.
Everything else goes to the renderer.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from visiophare_mapping.artwork import Box, Part
from visiophare_mapping.drawing import Clip, Filled, Path, Rule
from visiophare_mapping.svg.document import Document
from visiophare_mapping.svg.gradient import GRADIENTS, Settled, filled_box
from visiophare_mapping.svg.path import Outline, filled_path
from visiophare_mapping.svg.pattern import pattern_parts
from visiophare_mapping.svg.render import changed
from visiophare_mapping.svg.state import NeedsRenderer, Paint, State, paint
from visiophare_mapping.svg.stroke import Pen, stroke_region, usable_dashes
from visiophare_mapping.svg.tree import Node
from visiophare_mapping.svg.values import length, number

Which = Literal["fill", "stroke"]


def painted(
    document: Document, node: Node, around: State, state: State, outline: Outline, which: Which
) -> list[Part]:
    """The shape's fill or stroke, without the element's own opacity.

    around, state: outside and inside of the element. outline: in the element's units.
    """
    chosen = paint(
        state.style.get(which, "black" if which == "fill" else "none"), state, document.by_id
    )
    if chosen is None:
        return []
    region = _region(document, state, outline, which)
    if not len(region.path.segments):
        return []
    alpha = state.fraction(f"{which}-opacity")
    if chosen.server is None:
        return _solid(chosen, region, alpha, state)
    if chosen.server.tag in GRADIENTS:
        return _gradient(document, node, state, chosen, region, outline, which)
    if chosen.server.tag == "pattern":
        edge = Clip(region.path.transformed(state.matrix), region.rule)
        box = _box(filled_path(outline))
        try:
            parts = pattern_parts(document, chosen.server, state, box, edge, alpha)
        except NeedsRenderer:
            return [_alone(document, node, around, state, region, which)]
        return _solid(chosen, region, alpha, state) if parts is None else parts
    return _solid(chosen, region, alpha, state)


def _region(document: Document, state: State, outline: Outline, which: Which) -> Clip:
    """What the fill or stroke covers, in the element's units."""
    if which == "fill":
        rule: Rule = "evenodd" if state.style.get("fill-rule") == "evenodd" else "nonzero"
        return Clip(filled_path(outline), rule)
    enlarged = math.sqrt(abs(float(np.linalg.det(state.matrix[:, :2]))))
    return Clip(stroke_region(outline, _pen(state, outline), document.across / enlarged))


def _pen(state: State, outline: Outline) -> Pen:
    style = state.style
    limit = number(style.get("stroke-miterlimit"))
    lengths = [
        length(word, "", state.viewport, state.font_size)
        for word in style.get("stroke-dasharray", "none").replace(",", " ").split()
    ]
    dashes = [value for value in lengths if value is not None]
    if len(dashes) < len(lengths):
        dashes = []
    return Pen(
        width=state.length("stroke-width", 1.0),
        cap=style.get("stroke-linecap", "butt"),
        join=style.get("stroke-linejoin", "miter"),
        miter_limit=4.0 if limit is None or limit < 1 else limit,
        dashes=usable_dashes(dashes, outline),
        dash_offset=state.length("stroke-dashoffset", 0.0),
    )


def _solid(chosen: Paint, region: Clip, alpha: float, state: State) -> list[Part]:
    if chosen.rgba is None or alpha * chosen.rgba[3] <= 0:
        return []
    path = region.path.transformed(state.matrix)
    return [Filled(path, chosen.rgba[:3], alpha * chosen.rgba[3], region.rule, state.clips)]


def _gradient(
    document: Document,
    node: Node,
    state: State,
    chosen: Paint,
    region: Clip,
    outline: Outline,
    which: Which,
) -> list[Part]:
    assert chosen.server is not None
    gradient = Settled(chosen.server, document.by_id)
    alpha = state.fraction(f"{which}-opacity")
    box = _box(filled_path(outline))
    if not gradient.stops or (gradient.by_box and (box[2] <= 0 or box[3] <= 0)):
        return _solid(chosen, region, alpha, state)
    single = gradient.single_color(state.style.get("color", "black"))
    if single is not None:
        return _solid(Paint(single), region, alpha, state)
    covered = _box(region.path)
    margin = 0.02 * max(covered[2:]) + 1e-9  # colours beyond the edge, so that it does not fade
    wide = (
        covered[0] - margin,
        covered[1] - margin,
        covered[2] + 2 * margin,
        covered[3] + 2 * margin,
    )
    sheet = filled_box(
        wide, gradient.free_of_shape(box, state.viewport), {"fill-opacity": repr(alpha)}
    )
    edge = Clip(region.path.transformed(state.matrix), region.rule)
    part = document.rendered(
        sheet,
        state,
        "gradient",
        bounds=_box(edge.path),
        detail="stepped" if gradient.has_edges else "smooth",
        clips=(*state.clips, edge),
        label=node.label,
    )
    return [part]


def _alone(
    document: Document, node: Node, around: State, state: State, region: Clip, which: Which
) -> Part:
    """The element with nothing but its fill, or its stroke."""
    other = "stroke" if which == "fill" else "fill"
    style = {other: "none", "opacity": "1", "clip-path": "none"}
    style |= {f"marker-{where}": "none" for where in ("start", "mid", "end")}
    bounds = _box(region.path.transformed(state.matrix))
    return document.rendered(
        changed(node, style),
        around,
        "pattern",
        bounds=bounds,
        clips=state.clips,
    )


def _box(path: Path) -> Box:
    left, top, right, bottom = path.bounds()
    return (left, top, right - left, bottom - top)
