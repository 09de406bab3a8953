# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns drawing in façade metres: colours, shadows, light of its own, and the grain of walls.

Knows no architecture; that is `facade_details` and `facade_painting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]
FIXED_BITS = 4
BRICK_M = (0.23, 0.075)
MORTAR_M = 0.011


class Canvas:
    """A picture in metres, x right and y up, from (left, bottom) to (right, top).

    Colours are BGR 0..255 as stored (gamma 2.2). Shadows gather in a layer of their own, at a
    quarter of the resolution, and darken what lies below when `finish` is called.
    """

    def __init__(
        self, extent_m: tuple[float, float, float, float], px_per_m: float, chance_seed: int
    ) -> None:
        self.left_m, bottom_m, right_m, self.top_m = extent_m
        self.px_per_m = px_per_m
        self.chance = np.random.default_rng([chance_seed, 0xFACA])
        width = round((right_m - self.left_m) * px_per_m)
        height = round((self.top_m - bottom_m) * px_per_m)
        self.albedo = np.zeros((height, width, 3), np.uint8)
        self.glow = np.zeros((height, width, 3), np.uint8)
        self._shade = np.ones(((height + 3) // 4, (width + 3) // 4), np.float32)

    def polygon(self, points_m: Sequence[tuple[float, float]], colour: Colour) -> None:
        """Fill a polygon; what it covers no longer glows."""
        corners = self._fixed(points_m)
        cv2.fillPoly(self.albedo, corners, colour, cv2.LINE_AA, FIXED_BITS)
        cv2.fillPoly(self.glow, corners, (0, 0, 0), cv2.LINE_AA, FIXED_BITS)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """Fill a rectangle."""
        self.polygon(_corners(x0, y0, x1, y1), colour)

    def shine(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """Let a rectangle shine by itself."""
        corners = self._fixed(_corners(x0, y0, x1, y1))
        cv2.fillPoly(self.glow, corners, colour, cv2.LINE_AA, FIXED_BITS)

    def line(
        self, start: tuple[float, float], end: tuple[float, float], width_m: float, colour: Colour
    ) -> None:
        """A straight bar of a width in metres, drawn from `start` to `end`."""
        along = np.subtract(end, start)
        across = np.array([-along[1], along[0]]) * (0.5 * width_m / np.hypot(*along))
        corners = [start - across, start + across, end + across, end - across]
        self.polygon([(float(x), float(y)) for x, y in corners], colour)

    def shade(
        self, x0: float, y0: float, x1: float, y1: float, strength: float, soft_m: float
    ) -> None:
        """Cast a soft shadow over a rectangle, `strength` 0..1, its edge `soft_m` wide."""
        scale = self.px_per_m / 4
        reach = 3 * soft_m
        left, right = [round((x - self.left_m) * scale) for x in (x0 - reach, x1 + reach)]
        top, bottom = [round((self.top_m - y) * scale) for y in (y1 + reach, y0 - reach)]
        height, width = self._shade.shape
        left, top = max(left, 0), max(top, 0)
        right, bottom = min(right, width), min(bottom, height)
        if left >= right or top >= bottom:
            return
        x = self.left_m + (np.arange(left, right) + 0.5) / scale
        y = self.top_m - (np.arange(top, bottom) + 0.5) / scale
        across = _soft_step(x - x0, soft_m) * _soft_step(x1 - x, soft_m)
        down = _soft_step(y - y0, soft_m) * _soft_step(y1 - y, soft_m)
        self._shade[top:bottom, left:right] *= 1 - strength * down[:, None] * across[None, :]

    def bricks(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """Cover a rectangle with brickwork in stretcher bond."""
        self.box(x0, y0, x1, y1, colour)
        rows, columns = self._span(x0, y0, x1, y1)
        y = (self.top_m - (np.arange(rows.start, rows.stop) + 0.5) / self.px_per_m)[:, None]
        x = (self.left_m + (np.arange(columns.start, columns.stop) + 0.5) / self.px_per_m)[None]
        course = np.floor(y / BRICK_M[1]).astype(int)
        place = x / BRICK_M[0] + 0.5 * (course % 2)
        number = np.floor(place).astype(int)
        tones = self.chance.normal(1.0, 0.09, (97, 89)).astype(np.float32)
        tone = tones[course % 97, number % 89]
        joint = np.minimum((place - number) * BRICK_M[0], y - course * BRICK_M[1]) < MORTAR_M
        brick = tone[:, :, None] * np.asarray(colour, np.float32)
        mortar = np.asarray((138, 148, 156), np.float32)
        wall = np.where(joint[:, :, None], mortar, brick)
        self.albedo[rows, columns] = np.clip(wall, 0, 255)

    def weather(self, x0: float, y0: float, x1: float, y1: float, strength: float) -> None:
        """Let years of rain and dust pass over a rectangle: clouds, streaks, and a fine grain."""
        rows, columns = self._span(x0, y0, x1, y1)
        size = (columns.stop - columns.start, rows.stop - rows.start)
        if min(size) < 8:
            return
        tone = np.ones(size[::-1], np.float32)
        for cell_m, share in ((3.0, 0.5), (0.7, 0.35), (0.12, 0.25)):
            tone += strength * share * self._noise(size, (cell_m, cell_m))
        tone += strength * 0.3 * self._noise(size, (0.15, 3.5))
        grain = self.chance.standard_normal((256, 256), np.float32)
        repeats = (size[1] // 256 + 1, size[0] // 256 + 1)
        tone += strength * 0.25 * np.tile(grain, repeats)[: size[1], : size[0]]
        target = self.albedo[rows, columns]
        cv2.multiply(target, cv2.merge([tone] * 3), target, dtype=cv2.CV_8U)

    def finish(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The reflecting and the shining picture, shadows laid over the first."""
        size = self.albedo.shape[1::-1]
        shade = cv2.resize(self._shade, size, interpolation=cv2.INTER_LINEAR)
        shaded = cv2.multiply(self.albedo, cv2.merge([shade] * 3), dtype=cv2.CV_8U)
        return np.asarray(shaded, np.uint8), self.glow

    def _noise(self, size: tuple[int, int], cell_m: tuple[float, float]) -> NDArray[np.float32]:
        cells = [max(2, round(n / self.px_per_m / c)) for n, c in zip(size, cell_m, strict=True)]
        field = self.chance.standard_normal((cells[1], cells[0]), np.float32)
        return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_CUBIC), np.float32)

    def _span(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
        height, width = self.albedo.shape[:2]
        columns = np.rint((np.array([x0, x1]) - self.left_m) * self.px_per_m).astype(int)
        rows = np.rint((self.top_m - np.array([y1, y0])) * self.px_per_m).astype(int)
        columns, rows = np.clip(columns, 0, width), np.clip(rows, 0, height)
        return slice(int(rows[0]), int(rows[1])), slice(int(columns[0]), int(columns[1]))

    def _fixed(self, points_m: Sequence[tuple[float, float]]) -> list[NDArray[np.int32]]:
        corner = np.array([self.left_m, self.top_m])
        pixels = (np.array(points_m) - corner) * (1, -1) * self.px_per_m - 0.5
        return [np.rint(pixels * (1 << FIXED_BITS)).astype(np.int32)]


def tinted(colour: Colour, factor: float) -> Colour:
    """A lighter (above 1) or darker colour."""
    blue, green, red = (min(255.0, channel * factor) for channel in colour)
    return blue, green, red


def _corners(x0: float, y0: float, x1: float, y1: float) -> list[tuple[float, float]]:
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def _soft_step(distance_m: NDArray[Any], soft_m: float) -> NDArray[Any]:
    return np.asarray(0.5 * (1 + np.tanh(distance_m / soft_m)), np.float32)
