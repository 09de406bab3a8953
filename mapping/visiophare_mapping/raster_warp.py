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

from visiophare_mapping.artwork import Pixels
from visiophare_mapping.drawing import Floats
from visiophare_mapping.predistort import Chain

TILE_PX = 256
KNOT_PX = 16  # the chain is computed on a grid of this pitch, and interpolated between
KNOT_ERROR_PX = 0.02
SAMPLES = 4  # a side; a larger reduction starts from a smaller copy
MOST_SAMPLES = 16  # a side, where the picture is seen at a flat angle
FAR_PX = 1e7


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
        across, down = self._weights(columns, 1), self._weights(rows, 0)
        left, right = across[0].min(), across[0].max() + 2
        top, bottom = down[0].min(), down[0].max() + 2
        part = self._at[top:bottom, left:right]
        by_row = (
            part[down[0] - top] * (1 - down[1])[:, None, None]
            + part[down[0] - top + 1] * down[1][:, None, None]
        )
        before, after = by_row[:, across[0] - left], by_row[:, across[0] - left + 1]
        share = across[1][None, :, None]
        result: Floats = before + (after - before) * share
        return result

    def _knots(self) -> tuple[Floats, Floats]:
        counts = (math.ceil(side / self.pitch) for side in (self._grid.width, self._grid.height))
        columns, rows = (np.arange(-1.0, count + 2.0) * self.pitch for count in counts)
        return columns, rows

    def _weights(self, positions: Floats, axis: int) -> tuple[np.ndarray, Floats]:
        place = positions / self.pitch + 1
        index = np.clip(np.floor(place).astype(int), 0, self._at.shape[axis] - 2)
        return index, place - index

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
            (knots[1:-1] + self.pitch / 2)[:: max(1, len(knots) // 40)] for knots in self._knots()
        )
        between, exact = self.window(columns, rows), self._source(columns, rows)
        seen = np.all((between > 0) & (between < self._size_px), axis=2)
        seen &= np.all((exact > 0) & (exact < self._size_px), axis=2)
        return float(np.abs(between - exact)[seen].max(initial=0.0))


def _tile(copies: _Copies, knots: _Knots, box: tuple[int, int, int, int]) -> Pixels:
    left, top, right, bottom = box
    ends = knots.window(np.linspace(left, right, 5), np.linspace(top, bottom, 5))
    across = _stretch(ends, 1) * 4 / (right - left)
    down = _stretch(ends, 0) * 4 / (bottom - top)
    level = max(0, math.ceil(math.log2(max(min(across, down), 1e-9) / SAMPLES)))
    copy = copies.level(min(level, 24))
    shrink = np.array(copies.level(0).shape[1::-1]) / copy.shape[1::-1]
    samples = [
        int(np.clip(math.ceil(stretch / scale - 0.05), 1, MOST_SAMPLES))
        for stretch, scale in zip((across, down), shrink, strict=True)
    ]
    columns = left + (np.arange((right - left) * samples[0]) + 0.5) / samples[0]
    rows = top + (np.arange((bottom - top) * samples[1]) + 0.5) / samples[1]
    at = knots.window(columns, rows) / shrink - 0.5  # centre-based pixels of the copy
    sampled = _sampled(copy, at, enlarging=max(samples) == 1)
    if max(samples) > 1:
        sampled = cv2.resize(sampled, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    return np.asarray(sampled, np.uint8).reshape(bottom - top, right - left, -1)


def _stretch(ends: Floats, axis: int) -> float:
    return float(np.linalg.norm(np.diff(ends, axis=axis), axis=2).max())


def _sampled(copy: Pixels, at: Floats, enlarging: bool) -> Pixels:
    """Look up centre-based positions (h, w, 2); beyond the picture its edge pixels go on."""
    height, width = copy.shape[:2]
    # OpenCV takes at most 32,767 pixels a side: hand over only the part that is looked at.
    limits = np.array([width - 1, height - 1])
    low = np.clip(np.floor(at.min(axis=(0, 1))).astype(int) - 3, 0, limits)
    high = np.clip(np.ceil(at.max(axis=(0, 1))).astype(int) + 4, low + 1, limits + 1)
    part = np.ascontiguousarray(copy[low[1] : high[1], low[0] : high[0]])
    if max(part.shape[:2]) > 32_000:
        step = math.ceil(max(part.shape[:2]) / 32_000)
        part = part[::step, ::step]
        at = (at - low) / step
    else:
        at = at - low
    at = np.clip(at, -4, np.array(part.shape[1::-1]) + 4).astype(np.float32)
    method = cv2.INTER_CUBIC if enlarging else cv2.INTER_LINEAR
    sampled = cv2.remap(part, at[..., 0], at[..., 1], method, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sampled, np.uint8)


def _premultiplied(pixels: Pixels) -> Pixels:
    if pixels.shape[2] == 3:
        return pixels
    result = pixels.copy()
    for top in range(0, len(pixels), 512):  # in strips: the products need twice the memory
        part = pixels[top : top + 512].astype(np.uint16)
        result[top : top + 512, :, :3] = (part[..., :3] * part[..., 3:] + 127) // 255
    return result


def _unpremultiplied(pixels: Pixels) -> Pixels:
    if pixels.shape[2] == 3:
        return pixels
    for top in range(0, len(pixels), 512):
        part = pixels[top : top + 512].astype(np.uint32)
        alpha = np.maximum(part[..., 3:], 1)
        pixels[top : top + 512, :, :3] = np.minimum(
            (part[..., :3] * 255 + alpha // 2) // alpha, 255
        )
    return pixels
