# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""STUB."""
from __future__ import annotations
from dataclasses import dataclass
from pathlib import Path
import cv2
import numpy as np
from numpy.typing import NDArray

@dataclass(frozen=True, eq=False)
class FacadePicture:
    """The wall as seen in even light, with its surroundings, in façade metres.

    `albedo` (H, W, 3) uint8 BGR is the square root of the reflectance × 255, `glow` the same of
    what shines by itself (lit windows, the sky), in units of the projector's light on white.
    Row 0 is the top; the picture's left edge lies at `left_m`, its top edge at `top_m`.
    """

    size_m: tuple[float, float]
    albedo: NDArray[np.uint8]
    glow: NDArray[np.uint8]
    px_per_m: float
    left_m: float
    top_m: float

    def facade_to_pixel(self, points_m):
        return (points_m - (self.left_m, self.top_m)) * (self.px_per_m, -self.px_per_m) - 0.5


def facade_from_photo(photo, width_m):
    img = cv2.imread(str(photo)) if not isinstance(photo, np.ndarray) else photo
    h, w = img.shape[:2]
    return FacadePicture((width_m, width_m * h / w), img, img * 0, w / width_m, 0.0, width_m * h / w)


def paint_facade(seed, size_m):
    ppm = 150.0
    mx, my = 4.0, 2.0
    rng = np.random.default_rng(seed)
    img = np.full((int((size_m[1] + 2 * my) * ppm), int((size_m[0] + 2 * mx) * ppm), 3), (100, 120, 140), np.uint8)
    for i in range(1, 5):
        for j in range(2):
            x, y = (mx + i * 2.4 - .5) * ppm, (my + 1 + j * 3.2) * ppm
            cv2.rectangle(img, (int(x), int(y)), (int(x + 1.1 * ppm), int(y + 1.7 * ppm)), (40, 30, 30), -1)
    return FacadePicture(size_m, img, img * 0, ppm, -mx, size_m[1] + my)
