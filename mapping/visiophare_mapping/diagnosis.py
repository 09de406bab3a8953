# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a target was not found: what the pictures show of its light, and what to change.

Owns: the reasons, from the strength, sharpness and outline of the light, and a picture in which
they are marked.
Must not know: files, languages (it returns message ids), how the search works.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.errors import N_, Problem
from visiophare_mapping.exposures import Views
from visiophare_mapping.markers import detect_markers
from visiophare_mapping.outline import LitArea, lit_area
from visiophare_mapping.photos import Grey
from visiophare_mapping.targets import Target

Points = NDArray[np.float64]
Marked = NDArray[np.uint8]

# Light this many deviations of its noise is still found when averaged over squares.
_WEAK = 1.5
_BURNT_SHARE = 0.1
# A square's side, in deviations of the blur: below, markers and saddles melt.
_SQUARE_PER_BLUR = 6.0
_SMALL_SQUARE_PX = 15.0
# The longer of two opposite sides, or of the picture's two axes against the slide's.
_STEEP = 2.2
_HIDDEN_SHARE = 0.25
_LEAVES_PICTURE_SHARE = 0.02
_SIDE_PX = 1600
_GREEN, _RED, _ORANGE = (80, 220, 60), (60, 60, 240), (40, 160, 255)


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """`reasons` most telling first, each with what to change; `picture` (h, w, 3) BGR shows the
    outline of the light (green), what hides it (orange), what is saturated (red), the markers that
    could be read (green)."""

    reasons: tuple[Problem, ...]
    picture: Marked


def diagnose(views: Views, target: Target, burnt: float) -> Diagnosis:
    """What stood in the way of finding `target` in `views`; `burnt` is the share of the lit
    pictures that is saturated."""
    area = None if views.dark is None else lit_area(views.signal, views.dark)
    reasons = tuple(_reasons(views, target, burnt, area))
    return Diagnosis(reasons, _marked(views, target, area))


def _reasons(views: Views, target: Target, burnt: float, area: LitArea | None) -> Iterator[Problem]:
    if burnt > _BURNT_SHARE:
        yield Problem(
            0,
            N_("{percent:.0f} % of the lit picture is saturated (red)."),
            N_("Expose less: a shorter time, a smaller aperture, or a lower ISO."),
            {"percent": 100 * burnt},
            "saturated",
        )
    if views.dark is None:
        yield Problem(
            0,
            N_("There are no pictures with the light off, so the wall cannot be told apart."),
            N_("Take as many with the light off, and give them with --off."),
            {},
            "no_dark",
        )
        return
    strength = signal_per_noise(views.signal, area)
    if area is not None and strength > _WEAK:
        yield from _of_shape(views, target, area)
        return
    yield Problem(
        0,
        N_("The projector's light is too weak: {strength:.1f} times the noise."),
        N_("More light, longer exposures, more pairs of pictures, or fewer lamps."),
        {"strength": strength},
        "too_dark",
    )


def _of_shape(views: Views, target: Target, area: LitArea) -> Iterator[Problem]:
    """What the outline of the light and the sharpness in it tell."""
    square_px = area.px_per_mm(target.aperture_mm) * target.board.square_mm
    blur_px = blur_of(views.signal, area)
    if area.leaves_picture > _LEAVES_PICTURE_SHARE:
        yield Problem(
            0,
            N_("The light reaches beyond the picture."),
            N_("Step back, or zoom out, until the camera sees the whole lit rectangle."),
            {},
            "cut",
        )
    if square_px < _SMALL_SQUARE_PX:
        yield Problem(
            0,
            N_("The lit rectangle is small: a square of the target has {pixels:.0f} pixels."),
            N_("Bring the camera closer, zoom in, or take pictures of more pixels."),
            {"pixels": square_px},
            "too_small",
        )
    elif blur_px is not None and square_px < _SQUARE_PER_BLUR * blur_px:
        yield Problem(
            0,
            N_("The target is out of focus: its edges are {pixels:.0f} pixels wide."),
            N_("Focus the projector on the wall, then the camera; fix the camera's focus."),
            {"pixels": 2.5 * blur_px},
            "out_of_focus",
        )
    if area.steepness(target.aperture_mm) > _STEEP:
        yield Problem(
            0,
            N_("The wall is seen or lit very steeply."),
            N_("Put the camera closer to the projector, and both more in front of the wall."),
            {},
            "too_steep",
        )
    if area.hidden > _HIDDEN_SHARE:
        yield Problem(
            0,
            N_("About {percent:.0f} % of the lit rectangle is hidden or dark (orange)."),
            N_("Move the camera until less stands in front, or light another part of the wall."),
            {"percent": 100 * area.hidden},
            "hidden",
        )


def signal_per_noise(signal: Grey, area: LitArea | None) -> float:
    """How much light rises above dark in `signal`, or in the `area` of it, in deviations of its
    noise."""
    left, top, right, bottom = (0, 0, *signal.shape[::-1]) if area is None else area.box(signal)
    smooth = cv2.GaussianBlur(signal, (0, 0), 2.0)[top:bottom:3, left:right:3]
    low, high = np.percentile(smooth, [5.0, 95.0])
    return float(high - low) / max(_noise_of(signal), 1e-6)


def blur_of(signal: Grey, area: LitArea) -> float | None:
    """The deviation in px of the blur that the sharpest edges in `area` have; None if noise hides
    it.  Along an edge of height h and deviation s, the slope is at most h / (s √(2π))."""
    left, top, right, bottom = area.box(signal)
    inside = np.ascontiguousarray(signal[top:bottom, left:right])
    if min(inside.shape) < 16:
        return None
    noise = _noise_of(inside)
    for smoothing in (1.0, 2.0, 4.0):
        smooth = cv2.GaussianBlur(inside, (0, 0), smoothing)
        slope = np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
        steepest = float(np.percentile(slope, 99.5)) / 8.0
        height = float(np.subtract(*np.percentile(smooth, [97.0, 3.0])))
        if steepest > 6.0 * noise / (smoothing**2 * np.sqrt(8.0 * np.pi)):
            total = height / max(steepest, 1e-9) / np.sqrt(2.0 * np.pi)
            return float(np.sqrt(max(total**2 - smoothing**2, 0.0)))
    return None


def _noise_of(light: Grey) -> float:
    """The deviation of the noise of each pixel (Immerkaer 1996, with a median)."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
    return float(np.median(np.abs(cv2.filter2D(light, -1, kernel)))) / (0.6745 * 6.0)


def _marked(views: Views, target: Target, area: LitArea | None) -> Marked:
    lit = np.sqrt(np.clip(views.lit / max(float(np.percentile(views.lit, 99.5)), 1e-6), 0, 1))
    grey = (lit * 255.0).astype(np.uint8)
    picture = np.repeat(grey[:, :, None], 3, axis=2)
    picture[views.lit >= 0.98] = _RED
    width = max(2, max(grey.shape) // 500)
    if area is not None:
        missing = area.missing_mask(grey.shape)
        picture[missing] = picture[missing] // 2 + np.array(_ORANGE, dtype=np.uint8) // 2
        outline = np.rint(area.quad_px).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(picture, [outline], True, _GREEN, width, cv2.LINE_AA)
    if target.board.kind == "charuco":
        for view in views.for_markers():
            for _identity, corners in detect_markers(view, target.board, 1.0):
                four = np.rint(corners).astype(np.int32).reshape(-1, 1, 2)
                cv2.polylines(picture, [four], True, _GREEN, width, cv2.LINE_AA)
    shrink = min(1.0, _SIDE_PX / max(grey.shape))
    size = (round(grey.shape[1] * shrink), round(grey.shape[0] * shrink))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
