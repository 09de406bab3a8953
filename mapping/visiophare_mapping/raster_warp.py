# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns mapping pixels: from where each slide pixel looks, sampled without aliasing.

Tile by tile, each with the half-size copy (mip level) that its local scale asks for, and several
samples a pixel on top: an eightfold reduction of a zone plate errs 0.3 grey levels, where plain
resampling errs 36. It must not know which chain it maps through.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.artwork import Pixels
from visiophare_mapping.drawing import Floats
from visiophare_mapping.predistort import Chain

TILE_PX = 256
KNOT_PX = 16  # the chain is computed on a grid of this pitch, and interpolated between
KNOT_ERROR_PX = 0.02
SAMPLES = 4  # a side; a larger reduction starts from a smaller copy
MOST_SAMPLES = 16  # a side, where the picture is seen at a flat angle
FAR_PX = 1e7
NEAR_PX = 8000  # no tile looks further than this from where it begins, in pixels of its copy


@dataclass(frozen=True)
class SlideGrid:
    """A block of slide pixels: the position of its corner and the pixels' pitch, in mm."""

    left_mm: float
    top_mm: float
    pitch_mm: tuple[float, float]
    width: int
    height: int

    def rect_mm(self) -> tuple[float, float, float, float]:
        """x, y, width, height on the slide."""
        across, down = self.pitch_mm
        return (self.left_mm, self.top_mm, self.width * across, self.height * down)


def warp_pixels(
    pixels: Pixels, from_slide: Chain, page_to_pixels: Floats, grid: SlideGrid
) -> Pixels:
    """The slide pixels of `grid`, (h, w, 3 or 4) uint8.

    pixels: (h, w, 3 or 4) uint8, alpha not premultiplied; its edge pixels go on for ever.
    from_slide: slide mm to page. page_to_pixels: (2, 3), page to corner-based pixel coordinates.
    """
    copies = _Copies(_premultiplied(pixels))
    knots = _Knots(from_slide, page_to_pixels, grid, np.array(pixels.shape[1::-1], float))
    result = np.empty((grid.height, grid.width, pixels.shape[2]), np.uint8)
    for top in range(0, grid.height, TILE_PX):
        for left in range(0, grid.width, TILE_PX):
            bottom, right = min(top + TILE_PX, grid.height), min(left + TILE_PX, grid.width)
            result[top:bottom, left:right] = _tile(copies, knots, (left, top, right, bottom))
    return _unpremultiplied(result)


class _Copies:
    """The picture and its half-size copies, made when first asked for."""

    def __init__(self, pixels: Pixels) -> None:
        self._levels = [pixels]

    def level(self, number: int) -> Pixels:
        """The copy after `number` halvings, or the last before one pixel."""
        while len(self._levels) <= number:
            above = self._levels[-1]
            height, width = above.shape[:2]
            size = (max(1, (width + 1) // 2), max(1, (height + 1) // 2))
            self._levels.append(
                np.asarray(cv2.resize(above, size, interpolation=cv2.INTER_AREA), np.uint8)
            )
        return self._levels[number]


@dataclass(frozen=True, eq=False)
class Patch:
    """Where many samples look: `origin` (2,) plus x and y (rows, columns), float32.

    bounds: smallest and largest x, y.
    """

    origin: NDArray[np.intp]
    bounds: tuple[Floats, Floats]
    x: NDArray[np.float32]
    y: NDArray[np.float32]


class _Knots:
    """Where slide pixels look in the picture: exact on a coarse grid, linear in between."""

    def __init__(
        self, from_slide: Chain, page_to_pixels: Floats, grid: SlideGrid, size_px: Floats
    ) -> None:
        self._size_px = size_px
        self._from_slide = from_slide
        self._to_pixels = page_to_pixels
        self._grid = grid
        self.pitch = KNOT_PX
        while True:
            self._at = self._source(*self._knots())
            if self.pitch <= 2 or self._error() <= KNOT_ERROR_PX:
                break
            self.pitch //= 2

    def window(self, columns: Floats, rows: Floats) -> Floats:
        """(rows, columns, 2) picture coordinates at fractional pixel positions of the grid."""
        part, across, down = self._part(columns, rows)
        result: Floats = np.einsum("rk,klc,nl->rnc", down, part, across, optimize=True)
        return result

    def patch(self, columns: Floats, rows: Floats, shrink: Floats) -> Patch:
        """The same for many positions, on a copy `shrink` times smaller, centre-based."""
        part, across, down = self._part(columns, rows)
        part = part / shrink - 0.5
        low, high = part.min(axis=(0, 1)), part.max(axis=(0, 1))
        origin = np.floor(np.clip(low, -1, self._size_px / shrink))
        near = np.clip(part - origin, -NEAR_PX, 3 * NEAR_PX).astype(np.float32)
        left, right = down.astype(np.float32), across.astype(np.float32).T
        x, y = (np.ascontiguousarray(left @ near[..., k] @ right) for k in (0, 1))
        return Patch(origin.astype(int), (low, high), x, y)

    def _part(self, columns: Floats, rows: Floats) -> tuple[Floats, Floats, Floats]:
        """The knots around some positions, and the weight of each for each column and row."""
        (left, across), (top, down) = self._weights(columns), self._weights(rows)
        part = self._at[top : top + down.shape[1], left : left + across.shape[1]]
        return part, across, down

    def _knots(self) -> tuple[Floats, Floats]:
        counts = (math.ceil(side / self.pitch) for side in (self._grid.width, self._grid.height))
        columns, rows = (np.arange(-1.0, count + 3.0) * self.pitch for count in counts)
        return columns, rows

    def _weights(self, positions: Floats) -> tuple[int, Floats]:
        """The first knot, and (positions, knots) linear weights from there on."""
        place = positions / self.pitch + 1
        index = np.floor(place).astype(int)
        first = int(index[0])
        weights = np.zeros((len(positions), int(index[-1]) - first + 2))
        number = np.arange(len(positions))
        weights[number, index - first] = 1 - (place - index)
        weights[number, index - first + 1] = place - index
        return first, weights

    def _source(self, columns: Floats, rows: Floats) -> Floats:
        grid = self._grid
        x = grid.left_mm + columns * grid.pitch_mm[0]
        y = grid.top_mm + rows * grid.pitch_mm[1]
        on_slide = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        on_page = np.asarray(self._from_slide(on_slide), float)
        at = on_page @ self._to_pixels[:, :2].T + self._to_pixels[:, 2]
        at = np.clip(np.nan_to_num(at, nan=-FAR_PX), -FAR_PX, FAR_PX)
        return at.reshape(len(rows), len(columns), 2)

    def _error(self) -> float:
        """How far linear interpolation is off, at up to 40 × 40 cell centres that see pixels."""
        columns, rows = (
            (knots[1:-2] + self.pitch / 2)[:: max(1, len(knots) // 40)] for knots in self._knots()
        )
        between, exact = self.window(columns, rows), self._source(columns, rows)
        seen = np.all((between > 0) & (between < self._size_px), axis=2)
        seen &= np.all((exact > 0) & (exact < self._size_px), axis=2)
        return float(np.abs(between - exact)[seen].max(initial=0.0))


def _tile(copies: _Copies, knots: _Knots, box: tuple[int, int, int, int]) -> Pixels:
    left, top, right, bottom = box
    ends = knots.window(np.linspace(left, right, 5), np.linspace(top, bottom, 5))
    sound = np.all(np.abs(ends) < 4 * max(copies.level(0).shape[:2]), axis=2)
    across = _stretch(ends, sound, 1) * 4 / (right - left)
    down = _stretch(ends, sound, 0) * 4 / (bottom - top)
    level = max(0, math.ceil(math.log2(max(min(across, down), 1e-9) / SAMPLES)))
    copy = copies.level(min(level, 24))
    shrink = np.array(copies.level(0).shape[1::-1]) / copy.shape[1::-1]
    samples = [
        int(np.clip(math.ceil(stretch / scale - 0.05), 1, MOST_SAMPLES))
        for stretch, scale in zip((across, down), shrink, strict=True)
    ]
    columns = left + (np.arange((right - left) * samples[0]) + 0.5) / samples[0]
    rows = top + (np.arange((bottom - top) * samples[1]) + 0.5) / samples[1]
    sampled = _sampled(copy, knots.patch(columns, rows, shrink), enlarging=max(samples) == 1)
    if max(samples) > 1:
        sampled = cv2.resize(sampled, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    return np.asarray(sampled, np.uint8).reshape(bottom - top, right - left, -1)


def _stretch(ends: Floats, sound: NDArray[np.bool_], axis: int) -> float:
    """Largest step between neighbours, as far as both look at the picture or near it.

    A tile half of whose pixels look nowhere must not blur the other half.
    """
    steps = np.linalg.norm(np.diff(ends, axis=axis), axis=2)
    both = sound[1:] & sound[:-1] if axis == 0 else sound[:, 1:] & sound[:, :-1]
    return float(steps[both].max(initial=0.0))


def _sampled(copy: Pixels, patch: Patch, enlarging: bool) -> Pixels:
    """Look up positions in a picture; beyond it its edge pixels go on."""
    # OpenCV takes at most 32,767 pixels a side: hand over only the part that is looked at.
    limits = np.array(copy.shape[1::-1]) - 1
    low = np.clip(np.floor(patch.bounds[0]).astype(int) - 3, 0, limits)
    high = np.clip(np.ceil(patch.bounds[1]).astype(int) + 4, low + 1, limits + 1)
    high = np.minimum(high, low + 3 * NEAR_PX)
    part = np.ascontiguousarray(copy[low[1] : high[1], low[0] : high[0]])
    shift = (patch.origin - low).astype(np.float32)
    method = cv2.INTER_CUBIC if enlarging else cv2.INTER_LINEAR
    x, y = patch.x + shift[0], patch.y + shift[1]
    sampled = cv2.remap(part, x, y, method, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sampled, np.uint8)


def _premultiplied(pixels: Pixels) -> Pixels:
    if pixels.shape[2] == 3:
        return pixels
    result = pixels.copy()
    for top in range(0, len(pixels), 512):  # in strips: the products need twice the memory
        part = pixels[top : top + 512].astype(np.uint16)
        product = part[..., :3] * part[..., 3:] + 128
        result[top : top + 512, :, :3] = (product + (product >> 8)) >> 8  # divided by 255
    return result


def _unpremultiplied(pixels: Pixels) -> Pixels:
    if pixels.shape[2] == 3:
        return pixels
    partly = (pixels[..., 3] > 0) & (pixels[..., 3] < 255)
    part = pixels[partly].astype(np.uint32)
    alpha = np.maximum(part[:, 3:], 1)
    part[:, :3] = np.minimum((part[:, :3] * 255 + alpha // 2) // alpha, 255)
    pixels[partly] = part
    return pixels
