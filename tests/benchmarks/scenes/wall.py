# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in front of the camera: masonry, windows whose glass mirrors, lamps, leaves.

All arrays are (h, w) float32 in camera pixels.  Light is in shares of the mean ambient light, so
that a lamp's light does not follow the albedo, which is what makes a division by the dark picture
go wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass
class Wall:
    """`albedo` 0..1; `lamps` the light that falls on it, mean 1; `mirrored` what glass adds to the
    picture by itself; `glass` where there is glass, which lies back from the wall."""

    albedo: Grey
    lamps: Grey
    mirrored: Grey
    glass: Mask


def build(size_px: tuple[int, int], chance: np.random.Generator) -> Wall:
    """A wall that fills the picture."""
    width, height = size_px
    wall = Wall(
        albedo=_masonry(width, height, chance),
        lamps=_lamps(width, height, chance),
        mirrored=np.zeros((height, width), np.float32),
        glass=np.zeros((height, width), bool),
    )
    _windows(wall, chance)
    wall.albedo = np.clip(wall.albedo, 0.02, 0.95)
    return wall


def leaves(
    shown: Mask, share: float, chance: np.random.Generator, longest_px: float
) -> tuple[Mask, Grey]:
    """A tree's leaves that hide `share` of `shown`, and their albedo.  Some trees hang in clumps,
    some are spread thin."""
    height, width = shown.shape
    mask = np.zeros((height, width), np.uint8)
    albedo = np.full((height, width), 0.2, np.float32)
    clump_px = chance.uniform(0.06, 0.3) * width
    centres = chance.uniform((0.15, 0.2), (0.85, 0.95), (int(chance.integers(1, 5)), 2))
    wanted = share * float(np.count_nonzero(shown))
    while np.count_nonzero(mask.astype(bool) & shown) < wanted:
        for _ in range(40):
            centre = centres[chance.integers(len(centres))] * (width, height)
            at = tuple(int(value) for value in chance.normal(centre, clump_px))
            long = chance.uniform(0.2, 1.0) * longest_px
            axes = (int(long) + 1, int(long * chance.uniform(0.3, 0.8)) + 1)
            turn = chance.uniform(0, 180)
            cv2.ellipse(mask, at, axes, turn, 0, 360, 1, -1)
            cv2.ellipse(albedo, at, axes, turn, 0, 360, float(chance.uniform(0.08, 0.35)), -1)
        clump_px = min(1.01 * clump_px, width)
    return mask.astype(bool), albedo


def _masonry(width: int, height: int, chance: np.random.Generator) -> Grey:
    """Plaster that is uneven at three scales, with joints between stones."""
    albedo = np.full((height, width), chance.uniform(0.5, 0.75), np.float32)
    for scale in (2, 8, 40):
        grain = chance.normal(0, 1, (height // scale + 2, width // scale + 2)).astype(np.float32)
        albedo += 0.02 * cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    course = int(chance.integers(height // 45 + 4, height // 18 + 6))
    for top in range(int(chance.integers(0, course)), height, course):
        albedo[top : top + 2] *= 0.85
        for left in range(int(chance.integers(0, 2 * course)), width, 2 * course):
            albedo[top : top + course, left : left + 2] *= 0.88
    return albedo


def _windows(wall: Wall, chance: np.random.Generator) -> None:
    """Rows of windows: a bright frame, dark glass that mirrors the sky or a lit room."""
    height, width = wall.albedo.shape
    across, up = int(chance.integers(3, 7)), int(chance.integers(2, 4))
    wide = width / across * chance.uniform(0.3, 0.5)
    tall = height / up * chance.uniform(0.4, 0.62)
    frame, bar = max(2, width // 240), max(1, width // 640)
    for column in range(across):
        for row in range(up):
            left = max(int((column + 0.5) * width / across - wide / 2 + chance.normal(0, 2)), 0)
            top = max(int((row + 0.5) * height / up - tall / 2), 0)
            right, bottom = int(left + wide), int(top + tall)
            outer = np.s_[
                max(top - frame, 0) : bottom + frame, max(left - frame, 0) : right + frame
            ]
            inner = slice(top, bottom), slice(left, right)
            middle = slice(top, bottom), slice((left + right) // 2 - bar, (left + right) // 2 + bar)
            wall.albedo[outer] = chance.uniform(0.7, 0.85)
            wall.albedo[inner] = chance.uniform(0.04, 0.12)
            wall.glass[inner] = True
            fade = np.linspace(1.0, chance.uniform(0.2, 1.0), wall.mirrored[inner].shape[0])
            wall.mirrored[inner] = chance.uniform(0.0, 0.5) * fade[:, None]
            wall.albedo[middle], wall.glass[middle], wall.mirrored[middle] = 0.6, False, 0.0


def _lamps(width: int, height: int, chance: np.random.Generator) -> Grey:
    """Sky light and one to three street lamps, mean 1."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    light: NDArray[Any] = np.full((height, width), 0.6, np.float32)
    for _ in range(int(chance.integers(1, 4))):
        at = chance.uniform((0, 0), (width, height))
        reach = chance.uniform(0.15, 0.5) * width
        away = (x - at[0]) ** 2 + (y - at[1]) ** 2
        light = light + chance.uniform(0.3, 0.9) * np.exp(-away / (2 * reach**2))
    return np.asarray(light / light.mean(), np.float32)
