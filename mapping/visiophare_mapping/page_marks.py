# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the marks around a slide: corners, registration crosses, rulers, TOP and FACE.

All lie outside the aperture. Positions are slide millimetres, x right, y down. It draws with a
`Pen`, so that it knows nothing of PDF.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from visiophare_mapping.errors import N_
from visiophare_mapping.page_layout import Layout

Translate = Callable[[str], str]

GAP_MM = 2.0  # between the aperture and the first ink of a mark
ARM_MM = 6.0
HAIR_MM = 0.1
CROSS_RADIUS_MM = 1.5
CROSS_DISTANCE_MM = 6.0
LABEL_MM = 3.6
NUMBER_MM = 2.3
TICKS_MM = {10: 4.0, 5: 3.0, 1: 2.0}  # length of a tick, by what its millimetre divides by


class Pen(Protocol):
    """What marks are drawn with; positions in slide mm, sizes in mm."""

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A hairline."""

    def circle(self, x: float, y: float, radius: float) -> None:
        """A hairline circle."""

    def triangle(self, x: float, y: float, size: float) -> None:
        """A filled triangle that points to the top, its base's middle at (x, y)."""

    def words(self, x: float, y: float, text: str, size: float, anchor: str) -> None:
        """Text on the baseline y; anchor: start, middle or end."""


def draw_marks(
    pen: Pen, size_mm: tuple[float, float], layout: Layout, translate: Translate
) -> None:
    """All marks around an aperture of size_mm."""
    half_width, half_height = size_mm[0] / 2, size_mm[1] / 2
    _draw_corners(pen, half_width, half_height)
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        _draw_cross(
            pen, x * (half_width + CROSS_DISTANCE_MM), y * (half_height + CROSS_DISTANCE_MM)
        )
    _draw_ruler_across(pen, layout)
    _draw_ruler_upright(pen, layout)
    _draw_labels(pen, half_height, translate)


def _draw_corners(pen: Pen, half_width: float, half_height: float) -> None:
    """Two arms at each corner, in line with the aperture's edges."""
    for side_x in (-1, 1):
        for side_y in (-1, 1):
            x, y = side_x * half_width, side_y * half_height
            pen.line(x + side_x * GAP_MM, y, x + side_x * (GAP_MM + ARM_MM), y)
            pen.line(x, y + side_y * GAP_MM, x, y + side_y * (GAP_MM + ARM_MM))


def _draw_cross(pen: Pen, x: float, y: float) -> None:
    reach = CROSS_RADIUS_MM + 1
    pen.circle(x, y, CROSS_RADIUS_MM)
    pen.line(x - reach, y, x + reach, y)
    pen.line(x, y - reach, x, y + reach)


def _tick_mm(millimetre: int) -> float:
    return next(length for step, length in TICKS_MM.items() if millimetre % step == 0)


def _draw_ruler_across(pen: Pen, layout: Layout) -> None:
    length, y = layout.ruler_mm[0], layout.ruler_corner_mm[1]
    left = -length / 2
    pen.line(left, y, left + length, y)
    for millimetre in range(length + 1):
        tick = _tick_mm(millimetre)
        pen.line(left + millimetre, y, left + millimetre, y + tick)
        if millimetre % 10 == 0:
            text = f"{millimetre} mm" if millimetre == length else str(millimetre)
            pen.words(left + millimetre, y + tick + NUMBER_MM, text, NUMBER_MM, "middle")


def _draw_ruler_upright(pen: Pen, layout: Layout) -> None:
    length, x = layout.ruler_mm[1], layout.ruler_corner_mm[0]
    bottom = length / 2
    pen.line(x, bottom, x, bottom - length)
    for millimetre in range(length + 1):
        tick = _tick_mm(millimetre)
        y = bottom - millimetre
        pen.line(x, y, x - tick, y)
        if millimetre % 10 == 0:
            middle = y + 0.36 * NUMBER_MM  # half a digit's height
            pen.words(x - tick - 0.8, middle, str(millimetre), NUMBER_MM, "end")


def _draw_labels(pen: Pen, half_height: float, translate: Translate) -> None:
    """TOP with an arrow above the slide, FACE below, beside the crosses."""
    above = -half_height - CROSS_DISTANCE_MM - CROSS_RADIUS_MM - 2.5
    pen.triangle(0, above, LABEL_MM)
    pen.words(0, above - LABEL_MM - 1.2, translate(N_("TOP")), LABEL_MM, "middle")
    below = half_height + CROSS_DISTANCE_MM + CROSS_RADIUS_MM + 2.5 + LABEL_MM
    pen.words(0, below, translate(N_("FACE")), LABEL_MM, "middle")
