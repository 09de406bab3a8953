# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the picture of a flat façade: what it reflects, what shines by itself, where it lies.

Made from a user's photo here, painted from a seed in `facade_painting`.
"""

from __future__ import annotations

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


def surroundings_m(size_m: tuple[float, float]) -> tuple[float, float]:
    """How much a wide camera sees beside and above a façade that it just holds (x, y), m."""
    width, height = size_m
    return (
        (1.35 * max(width, height * 16 / 9) - width) / 2,
        (1.35 * max(height, width * 9 / 16) - height) / 2,
    )


def facade_from_photo(photo: Path | str | NDArray[np.uint8], width_m: float) -> FacadePicture:
    """A photo taken as a flat wall `width_m` wide; its sides are continued, dimmer and blurred.

    The photo is linearised and scaled so that its bright walls reflect like bright walls; what
    would reflect more than white shines by itself. Raises FileError.
    """
    picture = photo if isinstance(photo, np.ndarray) else read_photo(Path(photo))
    if picture.ndim == 2:
        picture = cv2.merge([picture] * 3)
    shrink = LONGEST_SIDE_PX / max(picture.shape[:2])
    if shrink < 1:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    light = decode(np.ascontiguousarray(picture[:, :, :3]))
    bright = max(float(np.percentile(light.max(axis=2), 90)), 1e-6)
    light *= min(BRIGHT_WALL_ALBEDO / bright, STRONGEST_GAIN)
    glow = 0.25 * np.maximum(light - WHITEST_ALBEDO, 0)
    height_px, width_px = picture.shape[:2]
    px_per_m = width_px / width_m
    size_m = (width_m, height_px / px_per_m)
    beside_px, above_px = (round(margin * px_per_m) for margin in surroundings_m(size_m))
    return FacadePicture(
        size_m=size_m,
        albedo=encode(_surround(np.minimum(light, WHITEST_ALBEDO), beside_px, above_px)),
        glow=encode(_surround(glow, beside_px, above_px)),
        px_per_m=px_per_m,
        left_m=-beside_px / px_per_m,
        top_m=size_m[1] + above_px / px_per_m,
    )


def read_photo(path: Path) -> NDArray[np.uint8]:
    """A photo as BGR, turned upright as its EXIF says. Raises FileError."""
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise FileError(
            "photo_unreadable",
            N_("The photo {path} cannot be read: {reason}."),
            N_("Check the file's name."),
            path=path,
            reason=error.strerror,
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
    return np.asarray(picture, np.uint8)


def _surround(
    picture: NDArray[np.float32], beside_px: int, above_px: int
) -> NDArray[np.float32]:
    """Continue a picture: mirrored sideways, drawn out up and down, blurred and dimmed outside."""
    height, width = picture.shape[:2]
    columns = np.arange(-beside_px, width + beside_px)
    folded = np.abs((columns + width) % (2 * width) - width)
    small_columns = np.minimum(folded, width - 1)
    wide = np.pad(picture[:, small_columns], ((above_px, above_px), (0, 0), (0, 0)), "edge")
    small = cv2.resize(wide, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(1.0, width / 500))
    soft = cv2.resize(small, wide.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    rows = np.arange(-above_px, height + above_px)
    outside = np.hypot(
        np.maximum(np.maximum(-columns, columns - width + 1), 0)[None, :],
        np.maximum(np.maximum(-rows, rows - height + 1), 0)[:, None],
    ).astype(np.float32)
    soft *= (0.55 / (1 + (outside / (0.25 * width)) ** 2))[:, :, None]
    soft[above_px : above_px + height, beside_px : beside_px + width] = picture
    return np.asarray(soft, np.float32)
