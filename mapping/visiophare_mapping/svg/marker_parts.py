# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns drawing markers: their content as parts, at each vertex that bears one (SVG 2, 13.7)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from visiophare_mapping.artwork import Part
from visiophare_mapping.drawing import Clip, Floats, Path
from visiophare_mapping.svg.css import inherited_style
from visiophare_mapping.svg.document import Document
from visiophare_mapping.svg.markers import Place, marker_places
from visiophare_mapping.svg.opacity import faded, opacity_of
from visiophare_mapping.svg.path import Outline
from visiophare_mapping.svg.state import NeedsRenderer, State, context_of, entered
from visiophare_mapping.svg.tree import Node, inner_url
from visiophare_mapping.svg.values import (
    IDENTITY,
    Viewport,
    degrees,
    product,
    rotation,
    scaling,
    translation,
)
from visiophare_mapping.svg.viewbox import SHOWN, fitted, view_box


def marker_parts(
    document: Document, node: Node, state: State, outline: Outline, out: list[Part]
) -> None:
    """Append the markers of a shape. state: inside the shape.

    Raises: NeedsRenderer when a marker cannot stay vector.
    """
    names = {
        where: inner_url(state.style.get(f"marker-{where}")) for where in ("start", "mid", "end")
    }
    if not any(names.values()):
        return
    for place in marker_places(outline):
        marker = document.by_id.get(names[place[0]] or "")
        if marker is None or marker.tag != "marker" or marker.id in state.active:
            continue
        _add(document, marker, _around(document, marker, node, state), place, state, out)


def _add(
    document: Document,
    marker: Node,
    around: State,
    place: Place,
    bearer: State,
    out: list[Part],
) -> None:
    """One marker at one vertex. around: outside of the marker. bearer: inside the shape."""
    units = bearer.units
    width = units.read(marker, "markerWidth", "x", 3.0)
    height = units.read(marker, "markerHeight", "y", 3.0)
    if width <= 0 or height <= 0:
        return
    box = view_box(marker)
    fit = IDENTITY
    if box:
        preserve = marker.attributes.get("preserveAspectRatio")
        fit = fitted(box, (0.0, 0.0, width, height), preserve)
    corner = np.array([units.read(marker, "refX", "x"), units.read(marker, "refY", "y")])
    corner = fit[:, :2] @ corner + fit[:, 2]
    turned = product(_turned(marker, place, bearer), translation(-corner[0], -corner[1]))
    placed = around.moved(turned)
    clips = bearer.clips
    if entered(placed, marker).own.get("overflow", "hidden") not in SHOWN:
        clips = (*clips, Clip(Path.rectangle(0, 0, width, height).transformed(placed.matrix)))
    viewport = Viewport(box[2], box[3]) if box else Viewport(width, height)
    inside = replace(entered(placed.moved(fit), marker), clips=clips, viewport=viewport)
    inner: list[Part] = []
    document.walk(marker, inside, inner)
    visible = faded(inner, opacity_of(inside))
    if visible is None:
        raise NeedsRenderer("opacity")
    out.extend(visible)


def _turned(marker: Node, place: Place, bearer: State) -> Floats:
    """The (2, 3) matrix that puts the marker's origin on the vertex, turned and sized."""
    where, (x, y), angle = place
    orient = marker.attributes.get("orient", "0")
    if not orient.startswith("auto"):
        angle = degrees(orient) or 0.0
    elif orient == "auto-start-reverse" and where == "start":
        angle += 180
    by_width = marker.attributes.get("markerUnits") != "userSpaceOnUse"
    scale = bearer.length("stroke-width", 1.0) if by_width else 1.0
    return product(product(translation(x, y), rotation(angle)), scaling(scale, scale))


def _around(document: Document, marker: Node, owner: Node, state: State) -> State:
    return replace(
        state,
        style=inherited_style(marker),
        own={},
        active=state.active | {marker.id},
        context=context_of(owner, state, document.by_id),
    )
