# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns clip-path: the regions it names, in page units, where they can stay vector."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from visiophare_mapping.drawing import Clip, Path, Rule
from visiophare_mapping.svg.css import inherited_style
from visiophare_mapping.svg.document import Document
from visiophare_mapping.svg.path import filled_path
from visiophare_mapping.svg.shapes import SHAPES, outline_of
from visiophare_mapping.svg.state import NeedsRenderer, State, entered, flat
from visiophare_mapping.svg.stroke import union
from visiophare_mapping.svg.tree import Node, inner_url

BoxOf = tuple[float, float, float, float]


def clips_of(document: Document, state: State, box: BoxOf | None) -> tuple[Clip, ...]:
    """The clips that the element's clip-path adds.

    state: inside the element. box: the element's bounding box in its units, where it is known.

    Raises: NeedsRenderer for clips by text, by clipped shapes, by a box that is not known,
    and for circular references.
    """
    name = inner_url(state.own.get("clip-path"))
    if not name:
        return ()
    node = document.by_id.get(name)
    if node is None:
        return ()
    if node.tag != "clipPath" or name in state.active:
        raise NeedsRenderer("clip")
    around = replace(
        state, active=state.active | {name}, clips=(), style=inherited_style(node), own={}
    )
    inside = entered(around, node)
    if flat(inside.matrix):
        return (Clip(Path.empty()),)
    if node.attributes.get("clipPathUnits") == "objectBoundingBox":
        if box is None:
            raise NeedsRenderer("clip")
        x, y, width, height = box
        inside = inside.moved(np.array([[width, 0.0, x], [0.0, height, y]]))
    further = clips_of(document, inside, None) if inside.own.get("clip-path") else ()
    regions = [region for child in node.children for region in _regions(document, child, inside)]
    if not regions:
        return (*further, Clip(Path.empty()))
    together = union(regions, document.across)
    if together is None:
        raise NeedsRenderer("clip")
    return (*further, together)


def _regions(document: Document, node: Node, around: State) -> list[Clip]:
    """What one child of a clipPath lets through, in page units."""
    state = entered(around, node)
    if state.own.get("display") == "none":
        return []
    if node.tag == "text" or (
        state.own.get("clip-path", "none") != "none" and node.tag in SHAPES | {"use"}
    ):
        raise NeedsRenderer("clip")
    if node.tag == "use":
        target = document.by_id.get(inner_url(node.attributes.get("href")) or "")
        if target is None or target.tag not in SHAPES | {"text"}:
            return []
        x, y = state.units.read(node, "x", "x"), state.units.read(node, "y", "y")
        return _regions(document, target, state.moved(np.array([[1.0, 0.0, x], [0.0, 1.0, y]])))
    if node.tag not in SHAPES or state.style.get("visibility", "visible") != "visible":
        return []
    path = filled_path(outline_of(node, state.units))
    if not len(path.segments) or flat(state.matrix):
        return []
    rule: Rule = "evenodd" if state.style.get("clip-rule") == "evenodd" else "nonzero"
    return [Clip(path.transformed(state.matrix), rule)]
