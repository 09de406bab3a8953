# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the preview: a photo of the façade turned to night, with the slide's light on it.

Light adds up linearly on what the wall reflects: night = albedo · (ambient + projected light).
The albedo is taken from the photo itself. It must not know how the slide was made.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.artwork import Pixels
from visiophare_mapping.calibration import Calibration
from visiophare_mapping.drawing import Floats
from visiophare_mapping.errors import N_, PictureError
from visiophare_mapping.raster_warp import SlideGrid, warp_pixels

Light = NDArray[np.float32]

LARGEST_SIDE_PX = 2400
NIGHT = np.array([0.040, 0.052, 0.085], np.float32)  # what ambient light is left, R G B: blue
LAMP = np.array([1.0, 0.95, 0.86], np.float32)  # a neutral-white LED on stone
LEAK = 0.006  # black film and the lens's own haze let this share through
BRIGHTEST_WALL = 0.75
DARKEST_GAIN = 0.35  # windows and dark stone swallow light, but never all of it
HALO_SHARE = 0.06
FRAME_PX = 32  # enough to stay dark in copies of a quarter of the size
TINT_REMOVED = 0.6
MOST_DISTORTED = 0.01


@dataclass(frozen=True)
class _View:
    """The calibration photo's pixels and the preview's, which may be fewer."""

    px_per_preview_px: float
    width: int
    height: int


def preview(photo: Pixels, slide: Pixels, calibration: Calibration, plane: int = 0) -> Pixels:
    """(h, w, 3) uint8 RGB: the façade at night with the slide projected on it.

    photo: (h, w, 3 or 4) uint8 RGB, the calibration photo or another from the same place.
    slide: (h, w, 3) uint8 RGB, right-reading, its edges are the aperture's.

    Raises: PictureError photo_not_calibrated when its proportions differ.
    """
    view = _view(photo, calibration)
    day = _linear(_scaled(photo[..., :3], view))
    wall = _albedo(day)
    light = _projected(_no_finer(slide, view), calibration, view, plane)
    night = wall * (NIGHT + light * LAMP) + _street_lamps(day)
    return _encoded(_toned(night + _halo(night)))


def _view(photo: Pixels, calibration: Calibration) -> _View:
    height, width = photo.shape[:2]
    wanted = calibration.image_size_px
    if abs(width / height / (wanted[0] / wanted[1]) - 1) > MOST_DISTORTED:
        raise PictureError(
            "photo_not_calibrated",
            N_(
                "The photo is {width} × {height} pixels, but the calibration was made with "
                "{photo_width} × {photo_height}."
            ),
            N_("Give a photo that the same camera took from the same place, not cropped."),
            width=width,
            height=height,
            photo_width=wanted[0],
            photo_height=wanted[1],
        )
    shrink = min(1.0, LARGEST_SIDE_PX / max(width, height))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    return _View(wanted[0] / size[0], *size)


def _scaled(photo: Pixels, view: _View) -> Pixels:
    if photo.shape[1::-1] == (view.width, view.height):
        return photo
    resized = cv2.resize(photo, (view.width, view.height), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)


def _no_finer(slide: Pixels, view: _View) -> Pixels:
    """A slide of 8 million pixels shows no better than one twice as fine as the view."""
    height, width = slide.shape[:2]
    shrink = 2 * max(view.width, view.height) / max(width, height)
    if shrink >= 0.8:
        return slide
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    return np.asarray(cv2.resize(slide, size, interpolation=cv2.INTER_AREA), np.uint8)


def _linear(photo: Pixels) -> Light:
    """sRGB bytes to linear light 0..1."""
    steps = np.arange(256) / 255.0
    table = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    result: Light = table.astype(np.float32)[photo]
    return result


def _encoded(light: Light) -> Pixels:
    steps = np.arange(4096) / 4095.0
    table = np.where(steps <= 0.0031308, steps * 12.92, 1.055 * steps ** (1 / 2.4) - 0.055)
    index = np.clip(light * 4095 + 0.5, 0, 4095).astype(np.uint16)
    result: Pixels = np.rint(255 * table).astype(np.uint8)[index]
    return result


def _albedo(day: Light) -> Light:
    """What the wall reflects, 0..1: the photo with its own exposure and shade taken out.

    Slow changes of brightness are mostly the day's light, quick ones the wall's. Half of the slow
    part is divided out, so that a façade in the shade still takes the projection; so is most of
    a street lamp's yellow. What stays dark all over, the sky at night, takes little light.
    """
    tint = np.percentile(day.reshape(-1, 3), 70, axis=0) + 1e-3
    day = day / ((tint / tint.mean()) ** TINT_REMOVED).astype(np.float32)
    grey = day.mean(axis=2)
    side = max(9, round(0.12 * max(grey.shape)))
    slow = _blurred(grey, side) + 0.02
    level = float(np.percentile(slow, 60))
    even = day * np.sqrt(level / slow)[..., None]
    bright = float(np.percentile(even.mean(axis=2), 92)) or 1.0
    wall = np.clip(even * (BRIGHTEST_WALL / bright), 0, 1)
    # Night photos leave too little to tell the wall by: fall back towards a plain one.
    trust = float(np.clip(np.percentile(grey, 75) / 0.12, 0.45, 1.0))
    solid = np.clip(slow / (0.35 * level), 0.25, 1.0)[..., None]
    result: Light = ((trust * wall + (1 - trust) * DARKEST_GAIN) * solid).astype(np.float32)
    return result


def _street_lamps(day: Light) -> Light:
    """In a photo taken at night, lamps and lit windows stay lit."""
    grey = day.max(axis=2)
    darkness = float(np.clip(1 - np.percentile(grey, 60) / 0.10, 0, 1))
    shining = np.clip((grey - 0.55) / 0.45, 0, 1) * darkness
    result: Light = day * (0.35 * shining)[..., None]
    return result


def _blurred(picture: Light, side: int) -> Light:
    """A wide Gaussian, computed on a small copy."""
    height, width = picture.shape[:2]
    shrink = max(1, side // 8)
    small = cv2.resize(
        picture, (max(1, width // shrink), max(1, height // shrink)), interpolation=cv2.INTER_AREA
    )
    soft = cv2.GaussianBlur(small, (0, 0), side / shrink / 2, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _projected(slide: Pixels, calibration: Calibration, view: _View, plane: int) -> Light:
    """The slide's light on each pixel of the view, 0..1, R G B."""
    width_mm, height_mm = calibration.aperture_mm
    height, width = slide.shape[:2]
    to_pixels = np.array(
        [[width / width_mm, 0.0, width / 2], [0.0, height / height_mm, height / 2]]
    )

    def to_slide(view_px: Floats) -> Floats:
        raw = np.asarray(view_px) * view.px_per_preview_px - 0.5
        return calibration.map_points(raw, "camera", "slide", plane)

    grid = SlideGrid(0.0, 0.0, (1.0, 1.0), view.width, view.height)
    seen = warp_pixels(_framed(slide), to_slide, _shifted(to_pixels), grid)
    colour, gate = seen[..., :3], seen[..., 3:].astype(np.float32) / 255
    light = _linear(colour)
    lit = (light * (1 - LEAK) + LEAK) * gate * _vignette(calibration, view, plane)
    return np.asarray(lit, np.float32)


def _framed(slide: Pixels) -> Pixels:
    """The slide with the opaque gate around it: transparent pixels on every side."""
    opaque = np.full((*slide.shape[:2], 1), 255, np.uint8)
    with_alpha = np.concatenate([slide[..., :3], opaque], axis=2)
    return np.pad(with_alpha, ((FRAME_PX, FRAME_PX), (FRAME_PX, FRAME_PX), (0, 0)))


def _shifted(to_pixels: Floats) -> Floats:
    """The same transform for the framed slide."""
    return np.asarray(to_pixels + np.array([[0.0, 0.0, FRAME_PX]] * 2), np.float64)


def _vignette(calibration: Calibration, view: _View, plane: int) -> Light:
    """Lenses throw less light to the corners: cos⁴ of a 20° half angle is 0.78."""
    knots = (33, 33)
    x = np.linspace(0, view.width, knots[0]) * view.px_per_preview_px - 0.5
    y = np.linspace(0, view.height, knots[1]) * view.px_per_preview_px - 0.5
    at = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    slide = calibration.map_points(at, "camera", "slide", plane)
    radius = np.hypot(*(np.nan_to_num(slide, nan=1e6) / (np.hypot(*calibration.aperture_mm) / 2)).T)
    fall = 1 - 0.22 * np.clip(radius, 0, 1.2) ** 2
    coarse = fall.reshape(knots[1], knots[0]).astype(np.float32)
    wide = cv2.resize(coarse, (view.width, view.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32)[..., None]


def _halo(night: Light) -> Light:
    """Bright light spreads a little in the air and in the eye."""
    side = max(6, round(0.02 * max(night.shape[:2])))
    bright = np.maximum(night - 0.15, 0)
    result: Light = HALO_SHARE * _blurred(bright, side)
    return result


def _toned(night: Light) -> Light:
    """Exposed for the projection, with a soft shoulder so that white stays drawn."""
    exposed = 1.45 * night
    result: Light = exposed * (1 + exposed / 2.4) / (1 + exposed)
    return result
