# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws a target: black on clear, as exact outlines or as an array of exact coverage.

Owns: the black parts of a target as polygons, and their coverage of pixels.
Must not know: pages, rulers, notes, files; `drawing` and `print_page` own those.
Slide frame: mm, x right, y down, origin at the aperture's centre.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.drawing import Drawing, Filled, Path
from visiophare_mapping.targets import Target

Points = NDArray[np.float64]
_MOST_PIXELS = 400_000_000
MM_PER_INCH = 25.4


def black_outlines_mm(target: Target) -> list[list[Points]]:
    """The black parts: shapes, each a list of closed polygons (n, 2) in slide mm.

    Fill each shape by the even-odd rule.  Modules of one marker that touch are one polygon, so
    that no hairline shows between them.
    """
    origin = -np.array(target.board.size_mm) / 2.0
    shapes = [
        [np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) + origin]
        for x0, y0, x1, y1 in target.board.black_squares_mm()
    ]
    for corner, module_mm, black in target.board.markers_mm():
        outlines = [loop * module_mm + corner + origin for loop in _outlines(black)]
        shapes.append(outlines)
    return shapes


def target_drawing(target: Target) -> Drawing:
    """The target as filled paths in slide mm, for `print_page`."""
    shapes = [Filled(Path.polygons(shape), rule="evenodd") for shape in black_outlines_mm(target)]
    return Drawing(target.aperture_mm, shapes)


def target_array(target: Target, dpi: float) -> NDArray[np.uint8]:
    """The target as it transmits light, (height, width), 0 black to 255 clear, right-reading.

    Its edges are the aperture's edges; each pixel has its exact share of clear area, so that the
    saddles are where target.json says to a thousandth of a pixel.

    Raises: ValueError if that would be more than 400 million pixels or less than one.
    """
    width_mm, height_mm = target.aperture_mm
    width, height = (round(side * dpi / MM_PER_INCH) for side in target.aperture_mm)
    if not (width >= 1 and height >= 1 and width * height <= _MOST_PIXELS):
        raise ValueError(f"a picture of {width} × {height} pixels is not possible")
    per_mm = np.array([width / width_mm, height / height_mm])
    clear = np.ones((height, width), dtype=np.float32)
    for left, top, right, bottom in _black_rectangles_mm(target):
        x0, y0 = np.array([left + width_mm / 2, top + height_mm / 2]) * per_mm
        x1, y1 = np.array([right + width_mm / 2, bottom + height_mm / 2]) * per_mm
        first_x, across = _coverage(x0, x1, width)
        first_y, down = _coverage(y0, y1, height)
        rows, columns = slice(first_y, first_y + len(down)), slice(first_x, first_x + len(across))
        clear[rows, columns] -= down[:, None] * across
    result: NDArray[np.uint8] = np.rint(np.clip(clear, 0.0, 1.0) * 255.0).astype(np.uint8)
    return result


def _black_rectangles_mm(target: Target) -> list[tuple[float, float, float, float]]:
    """Disjoint black rectangles (left, top, right, bottom), slide mm: squares, runs of modules."""
    x, y = -np.array(target.board.size_mm) / 2.0
    rectangles = [
        (x0 + x, y0 + y, x1 + x, y1 + y) for x0, y0, x1, y1 in target.board.black_squares_mm()
    ]
    for (left, top), module_mm, black in target.board.markers_mm():
        for row, modules in enumerate(black):
            edges = np.flatnonzero(np.diff(np.concatenate([[False], modules, [False]])))
            rectangles += [
                (x + left + start * module_mm, y + top + row * module_mm,
                 x + left + stop * module_mm, y + top + (row + 1) * module_mm)
                for start, stop in edges.reshape(-1, 2)
            ]  # fmt: skip
    return rectangles


def _coverage(start: float, stop: float, length: int) -> tuple[int, NDArray[np.float32]]:
    """Share of each pixel [i, i + 1] that lies in [start, stop]: first index, and the shares."""
    start, stop = max(start, 0.0), min(stop, float(length))
    first, last = int(np.floor(start)), int(np.ceil(stop))
    cells = np.arange(first, max(last, first))
    shares = np.minimum(cells + 1, stop) - np.maximum(cells, start)
    return first, np.clip(shares, 0.0, 1.0).astype(np.float32)


def _outlines(black: NDArray[np.bool_]) -> list[Points]:
    """Closed outlines of the true cells of a grid, in cells (x, y), with black on the right hand.

    Walks the edges between a black and a white cell; where four cells meet in a checker pattern,
    turning right keeps the two black ones apart.
    """
    padded = np.pad(black, 1)
    follow: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row, column in np.argwhere(black):
        x, y = int(column), int(row)
        edges = (
            (not padded[row, column + 1], (x, y), (x + 1, y)),
            (not padded[row + 1, column + 2], (x + 1, y), (x + 1, y + 1)),
            (not padded[row + 2, column + 1], (x + 1, y + 1), (x, y + 1)),
            (not padded[row + 1, column], (x, y + 1), (x, y)),
        )
        for is_outline, start, end in edges:
            if is_outline:
                follow.setdefault(start, []).append(end)
    loops = []
    while follow:
        loops.append(_walk(follow))
    return loops


def _walk(follow: dict[tuple[int, int], list[tuple[int, int]]]) -> Points:
    """Take one closed loop of unit edges out of `follow`; keep its corners only."""
    start = next(iter(follow))
    here, heading, loop = start, (0, 0), []
    while True:
        choices = follow[here]
        chosen = next(
            (end for end in choices if _turn(heading, here, end) > 0), choices[0]
        )  # right first
        choices.remove(chosen)
        if not choices:
            del follow[here]
        step = (chosen[0] - here[0], chosen[1] - here[1])
        if step != heading:
            loop.append(here)
        here, heading = chosen, step
        if here == start:
            return np.array(loop, dtype=np.float64)


def _turn(heading: tuple[int, int], here: tuple[int, int], end: tuple[int, int]) -> int:
    """Positive for a turn to the right (y points down)."""
    return heading[0] * (end[1] - here[1]) - heading[1] * (end[0] - here[0])
