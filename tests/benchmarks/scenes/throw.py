# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a slide lands in the camera's picture: the scene's truth.

Chain: slide mm -> projector lens -> homography -> camera lens -> raw px.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Throw:
    """`homography` (3, 3) slide mm -> ideal px; `projector` k1, k2 at half the diagonal; `camera`
    k1, k2 at half the picture's diagonal, about its middle."""

    aperture_mm: tuple[float, float]
    size_px: tuple[int, int]
    homography: NDArray[np.float64]
    projector: tuple[float, float] = (0.0, 0.0)
    camera: tuple[float, float] = (0.0, 0.0)

    def to_camera(self, slide_mm: Points) -> Points:
        """Slide points (N, 2) mm -> raw px (N, 2)."""
        half_mm = math.hypot(*self.aperture_mm) / 2
        ideal = _project(self.homography, _bent(slide_mm / half_mm, self.projector) * half_mm)
        middle, half_px = self._middle()
        return _bent((ideal - middle) / half_px, self.camera) * half_px + middle

    def to_slide(self, raw_px: Points) -> Points:
        """Raw px (N, 2) -> slide mm (N, 2)."""
        half_mm = math.hypot(*self.aperture_mm) / 2
        middle, half_px = self._middle()
        ideal = _unbent((raw_px - middle) / half_px, self.camera) * half_px + middle
        flat = _project(np.linalg.inv(self.homography), ideal) / half_mm
        return _unbent(flat, self.projector) * half_mm

    def _middle(self) -> tuple[Points, float]:
        width, height = self.size_px
        return np.array([(width - 1) / 2, (height - 1) / 2]), math.hypot(width, height) / 2


def random_throw(
    size_px: tuple[int, int],
    aperture_mm: tuple[float, float],
    chance: np.random.Generator,
    keystone: float = 0.12,
    turned_deg: float = 0.0,
    lenses: bool = False,
) -> Throw:
    """The slide over most of the picture, with keystone both ways and a slight turn, or any turn
    up to `turned_deg`."""
    width, height = size_px
    wide = min(chance.uniform(0.62, 0.8) * width, 0.86 * height * aperture_mm[0] / aperture_mm[1])
    tall = wide * aperture_mm[1] / aperture_mm[0]
    signs = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
    corners = signs * (wide / 2, tall / 2) * 0.88
    across, down = chance.uniform(-keystone, keystone, 2)
    corners[:, 0] *= 1 + across * signs[:, 1]
    corners[:, 1] *= 1 + down * signs[:, 0]
    turn = math.radians(chance.normal(0, 3) + chance.uniform(-turned_deg, turned_deg))
    cos, sin = math.cos(turn), math.sin(turn)
    at = (width / 2, height / 2) + chance.normal(0, 0.02, 2) * (width, height)
    corners = corners @ np.array([[cos, sin], [-sin, cos]]) + at
    rim_mm = signs * aperture_mm / 2.0
    homography = cv2.getPerspectiveTransform(rim_mm.astype(np.float32), corners.astype(np.float32))
    none = (0.0, 0.0)
    bends = (chance.uniform(-0.06, 0.04), chance.uniform(-0.01, 0.01))
    barrel = (chance.uniform(-0.05, 0.02), chance.uniform(-0.005, 0.005))
    return Throw(
        aperture_mm, size_px, homography, bends if lenses else none, barrel if lenses else none
    )


def enlarged(throw: Throw, factor: float, aside: tuple[float, float]) -> Throw:
    """The slide `factor` times as large about the picture's middle, then moved by shares of it."""
    width, height = throw.size_px
    grown = np.array(
        [
            [factor, 0.0, width * ((1.0 - factor) / 2.0 + aside[0])],
            [0.0, factor, height * ((1.0 - factor) / 2.0 + aside[1])],
            [0.0, 0.0, 1.0],
        ]
    )
    return replace(throw, homography=grown @ throw.homography)


def _bent(points: Points, k: tuple[float, float]) -> Points:
    r2 = (points**2).sum(axis=1, keepdims=True)
    return np.asarray(points * (1 + r2 * (k[0] + r2 * k[1])), dtype=np.float64)


def _unbent(points: Points, k: tuple[float, float]) -> Points:
    """By fixed point; points far outside are held where the iteration is sure to settle."""
    straight = points
    for _ in range(15 if any(k) else 0):
        r2 = np.minimum((straight**2).sum(axis=1, keepdims=True), 2.5)
        straight = points / (1 + r2 * (k[0] + r2 * k[1]))
    return straight


def _project(homography: NDArray[np.float64], points: Points) -> Points:
    mapped = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:], dtype=np.float64)
