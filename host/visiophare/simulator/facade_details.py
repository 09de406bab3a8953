# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the pieces a painted façade is put together from: windows, shutters, doors, cornices.

Each draws itself on a `Canvas` at metres; where they go is the business of `facade_painting`.
"""

from __future__ import annotations

import numpy as np

from visiophare.simulator.facade_canvas import Canvas, Colour, tinted

GLASS: Colour = (46, 38, 30)
GLASS_REFLECTION: Colour = (78, 66, 54)
LAMPLIGHT: Colour = (70, 120, 165)
IRON: Colour = (38, 36, 34)
REVEAL_M = 0.07
FRAME_M = 0.055


def draw_window(
    canvas: Canvas, x0: float, y0: float, x1: float, y1: float, frame: Colour, lit: bool
) -> None:
    """A casement of two wings with a transom, set back in its reveal; dark glass, or a lit room."""
    canvas.box(x0, y0, x1, y1, tinted(frame, 0.42))
    x0, x1, y1 = x0 + REVEAL_M, x1 - REVEAL_M, y1 - 1.2 * REVEAL_M
    canvas.box(x0, y0, x1, y1, GLASS)
    _reflection(canvas, x0, y0, x1, y1)
    if lit:
        _lit_room(canvas, x0, y0, x1, y1)
    middle, transom = (x0 + x1) / 2, y0 + 0.72 * (y1 - y0)
    bars = [
        (x0, y0, x0 + FRAME_M, y1),
        (x1 - FRAME_M, y0, x1, y1),
        (x0, y0, x1, y0 + 1.3 * FRAME_M),
        (x0, y1 - FRAME_M, x1, y1),
        (middle - 0.8 * FRAME_M, y0, middle + 0.8 * FRAME_M, y1),
        (x0, transom - 0.4 * FRAME_M, x1, transom + 0.4 * FRAME_M),
    ]
    for bar in bars:
        canvas.box(*bar, frame)
    canvas.line((middle, y0 + FRAME_M), (middle, y1 - FRAME_M), 0.012, tinted(frame, 0.6))
    canvas.shade(x0, y1 - 0.16, x1, y1 + 0.02, 0.5, 0.04)
    canvas.shade(x0, y0, x0 + 0.08, y1, 0.3, 0.03)


def _reflection(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """What is left of the sky in the panes, or a drawn curtain behind them."""
    kind = canvas.chance.integers(4)
    if kind == 0:
        drawn = y0 + canvas.chance.uniform(0.2, 0.7) * (y1 - y0)
        canvas.box(x0, drawn, x1, y1, (92, 98, 100))
    elif kind == 1:
        wide = 0.3 * (x1 - x0)
        for left, right in ((x0, x0 + wide), (x1 - wide, x1)):
            canvas.box(left, y0, right, y1, (84, 92, 96))
            for fold in np.arange(left, right, 0.07):
                canvas.line((fold, y0), (fold, y1), 0.02, (64, 70, 74))
    elif kind == 2:
        lean = 0.25 * (x1 - x0)
        canvas.polygon([(x0, y1), (x0, y0 + 0.5 * (y1 - y0)), (x1 - lean, y1)], GLASS_REFLECTION)


def _lit_room(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.shine(x0, y0, x1, y1, tinted(LAMPLIGHT, 0.86))
    top = y0 + 0.8 * (y1 - y0)
    canvas.shine(x0, top, x1, y1, LAMPLIGHT)
    wide = canvas.chance.uniform(0.12, 0.3) * (x1 - x0)
    for left, right in ((x0, x0 + wide), (x1 - wide, x1)):
        canvas.shine(left, y0, right, y1, tinted(LAMPLIGHT, 0.62))
        for fold in np.arange(left + 0.03, right, 0.09):
            canvas.shine(fold, y0, fold + 0.03, y1, tinted(LAMPLIGHT, 0.52))


def draw_surround(
    canvas: Canvas, x0: float, y0: float, x1: float, y1: float, stone: Colour
) -> None:
    """Stone around an opening: jambs, a lintel with its keystone, a sill that throws a shadow."""
    band = 0.14
    canvas.shade(x0 - band, y0 - 0.3, x1 + band, y0 - 0.06, 0.3, 0.06)
    canvas.box(x0 - band, y0, x1 + band, y1 + band, stone)
    canvas.box(x0 - band, y1 + band - 0.03, x1 + band, y1 + band, tinted(stone, 1.12))
    middle = (x0 + x1) / 2
    canvas.polygon(
        [
            (middle - 0.08, y1),
            (middle + 0.08, y1),
            (middle + 0.13, y1 + 1.6 * band),
            (middle - 0.13, y1 + 1.6 * band),
        ],
        tinted(stone, 1.08),
    )
    canvas.box(x0 - 0.2, y0 - 0.09, x1 + 0.2, y0, tinted(stone, 1.14))
    canvas.line((x0 - 0.2, y0 - 0.095), (x1 + 0.2, y0 - 0.095), 0.02, tinted(stone, 0.55))


def draw_shutters(
    canvas: Canvas, x0: float, y0: float, x1: float, y1: float, colour: Colour
) -> None:
    """Two louvred shutters folded back on the wall beside an opening."""
    wide = 0.42 * (x1 - x0)
    for left in (x0 - wide - 0.03, x1 + 0.03):
        right = left + wide
        canvas.shade(left + 0.03, y0 - 0.08, right + 0.07, y1 - 0.03, 0.4, 0.05)
        canvas.box(left, y0, right, y1, colour)
        middle = y0 + 0.48 * (y1 - y0)
        for low, high in ((y0 + 0.09, middle - 0.05), (middle + 0.05, y1 - 0.09)):
            canvas.box(left + 0.07, low, right - 0.07, high, tinted(colour, 0.72))
            for slat in np.arange(low + 0.03, high, 0.055):
                canvas.line((left + 0.07, slat), (right - 0.07, slat), 0.026, tinted(colour, 1.06))
        for hinge in (y0 + 0.25, y1 - 0.25):
            canvas.box(left, hinge - 0.02, right, hinge + 0.02, tinted(colour, 0.6))


def draw_balcony(canvas: Canvas, x0: float, y0: float, x1: float) -> None:
    """A wrought-iron railing before a window, with its shadow."""
    height = 0.82
    canvas.shade(x0, y0 - 0.28, x1 + 0.05, y0 - 0.07, 0.5, 0.07)
    canvas.box(x0 - 0.05, y0 - 0.1, x1 + 0.05, y0, (128, 136, 142))
    for bar in np.linspace(x0, x1, max(5, round((x1 - x0) / 0.11))):
        canvas.line((bar, y0), (bar, y0 + height), 0.018, IRON)
    for level in (0.07, 0.62, height):
        canvas.line((x0 - 0.02, y0 + level), (x1 + 0.02, y0 + level), 0.032, IRON)


def draw_door(
    canvas: Canvas, x0: float, y1: float, x1: float, paint: Colour, stone: Colour
) -> None:
    """A panelled double door under a glazed transom, on its step."""
    draw_surround(canvas, x0, 0.1, x1, y1, stone)
    canvas.box(x0 - 0.25, 0.0, x1 + 0.25, 0.14, tinted(stone, 0.9))
    canvas.box(x0, 0.14, x1, y1, tinted(paint, 0.4))
    x0, x1 = x0 + 0.06, x1 - 0.06
    transom = y1 - 0.5
    canvas.box(x0, transom, x1, y1 - 0.08, GLASS)
    canvas.shine(x0, transom, x1, y1 - 0.08, tinted(LAMPLIGHT, 0.55))
    middle = (x0 + x1) / 2
    for bar in np.linspace(x0, x1, 5):
        canvas.line((bar, transom), (bar, y1 - 0.08), 0.03, paint)
    for left, right in ((x0, middle - 0.01), (middle + 0.01, x1)):
        canvas.box(left, 0.14, right, transom - 0.05, paint)
        for low, high in ((0.26, 0.85), (0.98, 1.3), (1.42, transom - 0.15)):
            canvas.box(left + 0.09, low, right - 0.09, high, tinted(paint, 0.66))
            canvas.box(left + 0.12, low + 0.02, right - 0.1, high - 0.03, tinted(paint, 1.16))
    canvas.box(middle + 0.05, 1.1, middle + 0.09, 1.24, (90, 150, 175))
    canvas.shade(x0, y1 - 0.24, x1, y1 - 0.02, 0.5, 0.05)


def draw_cornice(canvas: Canvas, x0: float, x1: float, top: float, stone: Colour) -> None:
    """The crowning cornice on its modillions; its eaves shade the wall."""
    canvas.shade(x0, top - 0.95, x1, top - 0.4, 0.5, 0.14)
    canvas.box(x0, top - 0.62, x1, top - 0.5, tinted(stone, 0.94))
    canvas.box(x0, top - 0.5, x1, top - 0.26, tinted(stone, 0.7))
    for left in np.arange(x0 + 0.12, x1 - 0.2, 0.46):
        canvas.box(left, top - 0.5, left + 0.17, top - 0.26, tinted(stone, 1.02))
        canvas.box(left + 0.17, top - 0.5, left + 0.22, top - 0.26, tinted(stone, 0.5))
    canvas.box(x0, top - 0.26, x1, top - 0.12, tinted(stone, 1.12))
    canvas.box(x0, top - 0.12, x1, top, tinted(stone, 1.0))
    canvas.line((x0, top - 0.26), (x1, top - 0.26), 0.02, tinted(stone, 0.5))
    canvas.line((x0, top - 0.12), (x1, top - 0.12), 0.02, tinted(stone, 0.62))


def draw_string_course(canvas: Canvas, x0: float, x1: float, y: float, stone: Colour) -> None:
    """A moulding between two floors."""
    canvas.shade(x0, y - 0.28, x1, y - 0.1, 0.35, 0.06)
    canvas.box(x0, y - 0.1, x1, y + 0.1, stone)
    canvas.box(x0, y + 0.06, x1, y + 0.1, tinted(stone, 1.12))
    canvas.line((x0, y - 0.1), (x1, y - 0.1), 0.02, tinted(stone, 0.55))


def draw_quoins(canvas: Canvas, x0: float, x1: float, top: float, stone: Colour) -> None:
    """Long and short stones up both corners of the house."""
    block = 0.36
    for row, low in enumerate(np.arange(0.7, top - block, block)):
        wide = 0.5 if row % 2 else 0.34
        tone = tinted(stone, canvas.chance.uniform(0.94, 1.06))
        for left, right in ((x0, x0 + wide), (x1 - wide, x1)):
            canvas.box(left, low, right, low + block, tinted(tone, 0.62))
            canvas.box(left, low + 0.018, right - 0.012, low + block - 0.006, tone)


def draw_downpipe(canvas: Canvas, x: float, top: float) -> None:
    """A zinc downpipe with its clips."""
    canvas.shade(x + 0.02, 0.0, x + 0.14, top, 0.4, 0.04)
    canvas.box(x - 0.05, 0.0, x + 0.05, top, (112, 112, 108))
    canvas.box(x - 0.025, 0.0, x + 0.0, top, (150, 150, 146))
    for clip in np.arange(1.2, top, 1.9):
        canvas.box(x - 0.07, clip, x + 0.07, clip + 0.05, (88, 88, 86))
