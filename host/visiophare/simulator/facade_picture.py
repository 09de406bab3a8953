# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the picture of a flat façade: what it reflects, what shines by itself, where it lies.

Made from a user's photo here, painted from a seed in `facade_painting`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare.errors import FileError
from visiophare.simulator.optics import Points
from visiophare.simulator.sampling import decode, encode
from visiophare.words import N_

BRIGHT_WALL_ALBEDO = 0.6
WHITEST_ALBEDO = 0.85
STRONGEST_GAIN = 12.0
LONGEST_SIDE_PX = 2600
Extent = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class FacadePicture:
    """A wall with its surroundings, in façade metres.

    `albedo` is the reflectance, `glow` the light of its own (lit windows, the sky) in units of
    the projector's light on a white wall; both (H, W, 3) uint8 BGR stored with gamma 2.2 (see
    `sampling.decode`). Row 0 is the top; the picture's left edge lies at `left_m`, its top edge
    at `top_m`; the reference rectangle from 0, 0 to `size_m` lies within it.
    """

    size_m: tuple[float, float]
    albedo: NDArray[np.uint8]
    glow: NDArray[np.uint8]
    px_per_m: float
    left_m: float
    top_m: float

    def facade_to_pixel(self, facade_m: Points) -> Points:
        """Façade points (N, 2), m right and up, to this picture's pixels (N, 2)."""
        from_corner_m = (facade_m - (self.left_m, self.top_m)) * (1, -1)
        return np.asarray(from_corner_m * self.px_per_m - 0.5)


def facade_from_photo(
    photo: NDArray[np.uint8], size_m: tuple[float, float], extent_m: Extent
) -> FacadePicture:
    """A photo (BGR) taken as a flat wall of `size_m`, continued to `extent_m`, dimmer and blurred.

    The photo is linearised and scaled so that its bright walls reflect like bright walls; what
    would reflect more than white shines by itself. `extent_m` is left, bottom, right, top.
    """
    light = decode(photo)
    bright = max(float(np.percentile(light.max(axis=2), 90)), 1e-6)
    light *= min(BRIGHT_WALL_ALBEDO / bright, STRONGEST_GAIN)
    glow = 0.25 * np.maximum(light - WHITEST_ALBEDO, 0)
    px_per_m = photo.shape[1] / size_m[0]
    left, bottom, right, top = extent_m
    beyond_m = (-left, top - size_m[1], right - size_m[0], -bottom)
    beyond_px = [max(0, math.ceil(reach * px_per_m)) for reach in beyond_m]
    return FacadePicture(
        size_m=size_m,
        albedo=encode(_surround(np.minimum(light, WHITEST_ALBEDO), beyond_px)),
        glow=encode(_surround(glow, beyond_px)),
        px_per_m=px_per_m,
        left_m=-beyond_px[0] / px_per_m,
        top_m=size_m[1] + beyond_px[1] / px_per_m,
    )


def read_photo(path: Path) -> NDArray[np.uint8]:
    """A photo as BGR, turned upright as its EXIF says, a huge one reduced. Raises FileError."""
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise FileError(
            "photo_unreadable",
            N_("The photo {path} cannot be read: {reason}."),
            N_("Check the file's name."),
            path=path,
            reason=error,
        ) from error
    try:
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except cv2.error:
        picture = None
    if picture is None or min(picture.shape[:2]) < 16:
        raise FileError(
            "photo_unreadable",
            N_("The file {path} is not a photo that can be used."),
            N_("Save it as JPEG or PNG and try again."),
            path=path,
        )
    shrink = LONGEST_SIDE_PX / max(picture.shape[:2])
    if shrink < 1:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8)


def _surround(picture: NDArray[np.float32], beyond_px: list[int]) -> NDArray[np.float32]:
    """Continue a picture by its mirror image, ever more blurred and dim: out of focus."""
    height, width = picture.shape[:2]
    left, top, right, bottom = beyond_px
    rows, columns = np.arange(-top, height + bottom), np.arange(-left, width + right)
    # Above, the sky goes on; a mirrored roof would hang from it.
    wide = picture[_folded(np.maximum(rows, 0), height)[:, None], _folded(columns, width)]
    outside = np.hypot(
        np.maximum(np.maximum(-columns, columns - width + 1), 0)[None, :],
        np.maximum(np.maximum(-rows, rows - height + 1), 0)[:, None],
    ).astype(np.float32)
    outside /= width
    for blur in (0.003, 0.02):
        small = cv2.resize(wide, None, fx=1 / 4, fy=1 / 4, interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), max(0.5, blur * width / 4))
        soft = cv2.resize(small, wide.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        share = np.minimum(outside / (8 * blur), 1)[:, :, None]
        wide += share * (soft - wide)
    wide /= (1 + (outside / 0.3) ** 2)[:, :, None]
    return np.asarray(wide, np.float32)


def _folded(places: NDArray[np.int_], length: int) -> NDArray[np.int_]:
    """Places mirrored back into 0 … length − 1."""
    turned = places % (2 * length)
    return np.minimum(turned, 2 * length - 1 - turned)
