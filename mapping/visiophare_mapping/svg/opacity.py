# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the opacity of elements and groups: a product where nothing overlaps, else not vector."""

from __future__ import annotations

from dataclasses import replace

from visiophare_mapping.artwork import Bitmap, Part
from visiophare_mapping.drawing import Filled
from visiophare_mapping.svg.document import FragmentPart
from visiophare_mapping.svg.state import State

MOST_COMPARED = 64  # pairs grow with the square

Bounds = tuple[float, float, float, float]


def opacity_of(state: State) -> float:
    """The element's own opacity. state: inside the element."""
    return state.fraction("opacity") if "opacity" in state.own else 1.0


def faded(parts: list[Part], opacity: float) -> list[Part] | None:
    """The parts under a common opacity; None when overlaps make that more than a product."""
    if opacity >= 1 or not parts:
        return parts
    if opacity <= 0:
        return []
    return None if len(parts) > 1 and _overlap(parts) else [_faded(part, opacity) for part in parts]


def _faded(part: Part, opacity: float) -> Part:
    if isinstance(part, FragmentPart):
        text = part.fragment.faded(opacity)
        return replace(part, fragment=text, render=text.render)
    assert isinstance(part, Filled | Bitmap)  # the walk makes no other
    return replace(part, alpha=part.alpha * opacity)


def _overlap(parts: list[Part]) -> bool:
    """Whether any two parts' boxes touch; unknown boxes and too many are taken to."""
    boxes = [_bounds(part) for part in parts]
    known = [box for box in boxes if box is not None]
    if len(known) < len(parts) or len(parts) > MOST_COMPARED:
        return True
    return any(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for number, one in enumerate(known)
        for other in known[:number]
    )


def _bounds(part: Part) -> Bounds | None:
    if isinstance(part, Filled):
        return part.path.bounds()
    if isinstance(part, FragmentPart) and part.bounds is not None:
        x, y, width, height = part.bounds
        return (x, y, x + width, y + height)
    return None
