# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the model of an artwork: what a page shows before it is warped to a slide.

Frame: page, x right, y down, origin at its top left corner; one unit is one pixel of a picture or
one CSS pixel of a drawing's viewport. Shapes are kept back to front. What cannot stay vector is a
`Rendered` part: it makes pixels once the warp knows how many are worth having.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.drawing import Clip, Filled, Floats

Box = tuple[float, float, float, float]  # x, y, width, height
Pixels = NDArray[np.uint8]
# Colour ramps without edges; ramps that jump somewhere; anything that has drawn edges.
Detail = Literal["smooth", "stepped", "sharp"]


@dataclass(frozen=True)
class Note:
    """One thing a person should know about what was done with their artwork.

    code: never translated. template: an English sentence to translate, then fill with params.
    """

    code: str
    template: str
    params: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.params)


def gathered(notes: Iterable[Note]) -> list[tuple[Note, list[str]]]:
    """Notes that differ in their {element} alone, each kind once, with the elements' names."""
    found: dict[tuple[object, ...], tuple[Note, list[str]]] = {}
    for note in notes:
        rest = sorted((key, str(value)) for key, value in note.params.items() if key != "element")
        _first, names = found.setdefault((note.code, note.template, *rest), (note, []))
        if "element" in note.params:
            names.append(str(note.params["element"]))
    return list(found.values())


@dataclass(frozen=True, eq=False)
class Bitmap:
    """Pixels on the page, by an affine transform.

    pixels: (h, w, 3) or (h, w, 4) uint8, sRGB, alpha not premultiplied.
    to_page: (2, 3), pixel coordinates (corner of the top left pixel is 0, 0) to page units.
    alpha: further opacity of the whole. detail: how much resolution it is worth.
    """

    pixels: Pixels
    to_page: Floats
    alpha: float = 1.0
    clips: tuple[Clip, ...] = ()
    detail: Detail = "sharp"


@dataclass(frozen=True, eq=False)
class Rendered:
    """A part of a drawing that only a renderer can show.

    render: (region of the page, pixels per page unit) to (h, w, 4) uint8, alpha not premultiplied,
    that covers the region from its top left corner on.
    bounds: where it can leave ink at most, or None when only rendering tells.
    detail: how much resolution it is worth. Ramps reach beyond their clips, which are their edges.
    notes: what was made of which elements; their `{dpi}` is known after the warp.
    """

    render: Callable[[Box, float], Pixels]
    bounds: Box | None
    detail: Detail
    notes: tuple[Note, ...] = ()
    clips: tuple[Clip, ...] = ()


Part = Filled | Bitmap | Rendered


@dataclass(frozen=True)
class TemplatePlace:
    """What a template's page says of itself: rect_m lower left corner x, y, width, height on the
    façade, and the plane that it was made for."""

    rect_m: Box
    plane: int


@dataclass(frozen=True, eq=False)
class Artwork:
    """A page with what is on it, back to front; nothing shows beyond the page's edge.

    notes: what reading it had to leave out or replace.
    template: where its page lies, for what was drawn on a template.
    """

    name: str
    size: tuple[float, float]
    parts: Sequence[Part]
    notes: tuple[Note, ...] = ()
    template: TemplatePlace | None = None
