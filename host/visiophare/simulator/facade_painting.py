# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the composition of a painted façade at dusk: the house, its neighbours, street and sky."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visiophare.simulator.facade_canvas import Canvas, Colour, tinted
from visiophare.simulator.facade_details import (
    draw_balcony,
    draw_cornice,
    draw_door,
    draw_downpipe,
    draw_quoins,
    draw_shutters,
    draw_string_course,
    draw_surround,
    draw_window,
)
from visiophare.simulator.facade_picture import Extent, FacadePicture

MOST_PIXELS = 6.5e6
FINEST_PX_PER_M = 160.0
LIT_SHARE = 0.12
RENDERS: tuple[Colour, ...] = (
    (158, 192, 214),
    (170, 186, 214),
    (176, 202, 212),
    (196, 206, 208),
    (142, 178, 206),
)
BRICKS: tuple[Colour, ...] = ((84, 104, 160), (98, 120, 158), (78, 92, 142))
STONES: tuple[Colour, ...] = ((172, 186, 194), (182, 196, 204))
PAINTS: tuple[Colour, ...] = (
    (134, 122, 96),
    (104, 122, 98),
    (72, 62, 106),
    (148, 144, 132),
    (112, 84, 60),
)
SKY_LOW: Colour = (96, 66, 50)
SKY_HIGH: Colour = (66, 34, 18)
SKY_BANDS = 64
SKY_DEEPEST_M = 16.0


@dataclass(frozen=True)
class Style:
    """What makes one house differ from the next."""

    brick: bool
    wall: Colour
    stone: Colour
    paint: Colour
    frame: Colour
    shutters: bool
    balconies: bool
    quoins: bool


def paint_facade(seed: int, size_m: tuple[float, float], extent_m: Extent) -> FacadePicture:
    """A house front at dusk, `size_m` wide and high, the same for the same seed.

    The street goes on around it to `extent_m`: left, bottom, right, top.
    """
    width, height = size_m
    left, bottom, right, top = extent_m
    px_per_m = min(FINEST_PX_PER_M, (MOST_PIXELS / ((right - left) * (top - bottom))) ** 0.5)
    canvas = Canvas(extent_m, px_per_m, seed)
    _sky(canvas, extent_m)
    _house(canvas, 0.0, width, height, _choose_style(canvas), roof_m=0.9)
    _row_of_neighbours(canvas, 0.0, left, height)
    _row_of_neighbours(canvas, width, right, height)
    _street(canvas, extent_m)
    albedo, glow = canvas.finish()
    return FacadePicture(size_m, albedo, glow, px_per_m, left, top)


def _choose_style(canvas: Canvas) -> Style:
    chance = canvas.chance
    brick = bool(chance.random() < 0.35)
    shutters = bool(chance.random() < 0.6)
    return Style(
        brick=brick,
        wall=_one_of(canvas, BRICKS if brick else RENDERS),
        stone=_one_of(canvas, STONES),
        paint=_one_of(canvas, PAINTS),
        frame=(206, 212, 214) if chance.random() < 0.75 else (96, 104, 112),
        shutters=shutters,
        balconies=bool(chance.random() < 0.5),
        quoins=bool(chance.random() < 0.6),
    )


def _one_of(canvas: Canvas, colours: tuple[Colour, ...]) -> Colour:
    return tinted(colours[canvas.chance.integers(len(colours))], canvas.chance.uniform(0.95, 1.05))


def _sky(canvas: Canvas, extent: Extent) -> None:
    """The last light in the west: what shines above the roofs."""
    left, _, right, top = extent
    band_m = top / SKY_BANDS
    for low in np.arange(SKY_BANDS) * band_m:
        share = min(1.0, low / SKY_DEEPEST_M)
        blue, green, red = (a + share * (b - a) for a, b in zip(SKY_LOW, SKY_HIGH, strict=True))
        canvas.shine(left, low, right, low + band_m + 0.02, (blue, green, red))


def _row_of_neighbours(canvas: Canvas, start: float, end: float, height: float) -> None:
    """Houses along the street from the façade's corner `start` to beyond `end`."""
    way = 1.0 if end > start else -1.0
    while (end - start) * way > 0:
        next_start = start + way * canvas.chance.uniform(5.5, 8.0)
        tall = height * canvas.chance.uniform(0.72, 1.06)
        _neighbour(canvas, min(start, next_start), max(start, next_start), tall)
        start = next_start


def _neighbour(canvas: Canvas, x0: float, x1: float, height: float) -> None:
    style = _choose_style(canvas)
    quiet = Style(
        brick=style.brick,
        wall=tinted(style.wall, 0.84),
        stone=tinted(style.stone, 0.84),
        paint=style.paint,
        frame=tinted(style.frame, 0.85),
        shutters=style.shutters,
        balconies=False,
        quoins=False,
    )
    _house(canvas, x0, x1, height, quiet, roof_m=0.6)


def _house(
    canvas: Canvas, x0: float, x1: float, height: float, style: Style, roof_m: float
) -> None:
    storeys = max(1, round(height / 3.4))
    _roof(canvas, x0, x1, height, roof_m)
    if style.brick:
        canvas.bricks(x0, 0.0, x1, height, style.wall)
        canvas.weather(x0, 0.0, x1, height, 0.07)
    else:
        canvas.box(x0, 0.0, x1, height, style.wall)
        canvas.weather(x0, 0.0, x1, height, 0.085)
    canvas.shade(x0 - 1, -0.5, x1 + 1, 0.35, 0.35, 0.3)
    _plinth(canvas, x0, x1, style)
    if style.quoins:
        draw_quoins(canvas, x0, x1, height - 0.5, style.stone)
    ground = min(height, 1.12 * height / storeys)
    storey = (height - ground - 0.45) / max(1, storeys - 1)
    floors = [0.0] + [ground + k * storey for k in range(storeys - 1)]
    for floor in floors[1:]:
        draw_string_course(canvas, x0, x1, floor - 0.15, style.stone)
    _openings(canvas, x0, x1, floors, min(ground, storey or ground), style)
    draw_cornice(canvas, x0, x1, height, style.stone)
    draw_downpipe(canvas, x1 - 0.16 if not style.quoins else x1 - 0.66, height - 0.3)


def _roof(canvas: Canvas, x0: float, x1: float, height: float, roof_m: float) -> None:
    """Standing-seam zinc above the cornice."""
    top = height + roof_m
    slate: Colour = (82, 76, 72)
    canvas.polygon([(x0, height), (x1, height), (x1 - 0.25, top), (x0 + 0.25, top)], slate)
    for seam in np.arange(x0 + 0.3, x1 - 0.2, 0.6):
        canvas.line((seam, height), (seam, top), 0.03, tinted(slate, 0.75))
    canvas.weather(x0 + 0.25, height, x1 - 0.25, top, 0.08)
    for place in (canvas.chance.uniform(0.1, 0.4), canvas.chance.uniform(0.6, 0.9)):
        if canvas.chance.random() < 0.7:
            _chimney(canvas, x0 + place * (x1 - x0), height + 0.4 * roof_m, top + 0.4)


def _chimney(canvas: Canvas, left: float, low: float, high: float) -> None:
    right = left + canvas.chance.uniform(0.6, 1.0)
    canvas.bricks(left, low, right, high, tinted(BRICKS[0], 0.7))
    canvas.box(left - 0.06, high - 0.08, right + 0.06, high + 0.02, (110, 118, 122))
    for pot in np.arange(left + 0.15, right - 0.1, 0.3):
        canvas.box(pot - 0.08, high, pot + 0.08, high + 0.26, (70, 84, 128))


def _plinth(canvas: Canvas, x0: float, x1: float, style: Style) -> None:
    """The stone foot of the house, jointed, darker where the rain splashes."""
    top = 0.7
    canvas.box(x0, 0.0, x1, top, tinted(style.stone, 0.8))
    for left in np.arange(x0 + 0.4, x1, 0.95):
        canvas.line((left, 0.0), (left, top), 0.016, tinted(style.stone, 0.55))
    canvas.line((x0, 0.36), (x1, 0.36), 0.016, tinted(style.stone, 0.55))
    canvas.box(x0, top - 0.08, x1, top, tinted(style.stone, 0.95))
    canvas.weather(x0, 0.0, x1, top, 0.09)
    canvas.shade(x0, -0.2, x1, 0.25, 0.35, 0.12)


def _openings(
    canvas: Canvas, x0: float, x1: float, floors: list[float], storey: float, style: Style
) -> None:
    bays = max(1, round((x1 - x0) / (3.0 if style.shutters else 2.5)))
    pitch = (x1 - x0) / bays
    wide = min(1.12, 0.46 * pitch)
    tall = min(2.05, 0.6 * storey)
    door_bay = int(canvas.chance.integers(bays))
    for level, floor in enumerate(floors):
        for bay in range(bays):
            middle = x0 + (bay + 0.5) * pitch
            left, right = middle - wide / 2, middle + wide / 2
            if level == 0 and bay == door_bay:
                top = min(2.75, 0.92 * storey)
                draw_door(canvas, middle - 0.7, top, middle + 0.7, style.paint, style.stone)
                continue
            low = floor + (1.0 if level == 0 else 0.62)
            low = min(low, floor + storey - tall - 0.2)
            _opening(canvas, (left, low, right, low + tall), style, upstairs=level > 0)


def _opening(
    canvas: Canvas, box: tuple[float, float, float, float], style: Style, upstairs: bool
) -> None:
    left, low, right, high = box
    draw_surround(canvas, left, low, right, high, style.stone)
    lit = bool(canvas.chance.random() < LIT_SHARE)
    draw_window(canvas, left, low, right, high, style.frame, lit)
    if style.shutters:
        draw_shutters(canvas, left - 0.14, low, right + 0.14, high, style.paint)
    if style.balconies and upstairs:
        draw_balcony(canvas, left - 0.2, low, right + 0.2)


def _street(canvas: Canvas, extent: Extent) -> None:
    """Pavement, kerb and asphalt, as far as the flat picture can tell them."""
    left, bottom, right, _ = extent
    paving: Colour = (106, 112, 114)
    canvas.box(left, bottom, right, 0.0, (60, 60, 60))
    canvas.box(left, -0.55, right, 0.0, paving)
    for x in np.arange(left, right, 0.8):
        canvas.line((x, -0.55), (x + 0.1, 0.0), 0.02, tinted(paving, 0.75))
    canvas.line((left, -0.26), (right, -0.26), 0.02, tinted(paving, 0.75))
    canvas.box(left, -0.68, right, -0.55, (128, 134, 136))
    canvas.shade(left, -0.85, right, -0.68, 0.5, 0.05)
    canvas.weather(left, bottom, right, 0.0, 0.1)
    canvas.shade(left, -0.12, right, 0.06, 0.45, 0.06)
