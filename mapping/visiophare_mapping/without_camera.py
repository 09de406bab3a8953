# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A calibration without a camera: from the lit picture's corners on the wall, or from a plan.

The chain keeps its three frames.  The camera between slide and façade is a drawn one: an elevation
of the wall, square on, without a lens, with so many pixels a metre; a drawing over "the photo" is
one over that elevation.  Whatever works on a calibration works on this one.

Owns: that camera, the corners' uncertainty, the largest upright rectangle in the light.
Must not know: how corners are typed, files.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration, Source
from visiophare_mapping.errors import N_, CalibrationError
from visiophare_mapping.facade import refuse_impossible
from visiophare_mapping.homography import fit_homography
from visiophare_mapping.joint import HOMOGRAPHY_NAMES
from visiophare_mapping.least_squares import slopes, solve
from visiophare_mapping.lit_wall import slide_grid
from visiophare_mapping.planes import Plane

Floats = NDArray[np.float64]

_LONGER_SIDE_PX = 2000
_MARGIN = 0.1
_ROWS = 160
_FARTHEST_M = 500.0
TWO_DIMENSIONS_95 = 2.4477
UNKNOWN_K1 = 0.05
"""As much as a projector's lens may well bend; between the corners no tape sees it."""


@dataclass(frozen=True)
class Stand:
    """Where a projector stands before a wall, and how it is turned.

    distance_m from its lens to the wall, square to the wall; height_m of the lens over the ground;
    degrees: yaw to the right, pitch upwards, roll clockwise as seen from behind the projector.
    Façade frame: x right from straight ahead of the lens, y up from the ground.
    """

    distance_m: float
    focal_mm: float
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    height_m: float = 1.0

    def slide_to_facade(self) -> Floats:
        """(3, 3), slide mm to façade m, of a lens that is focused on the wall.

        A slide point (x, y) leaves the lens along R (x / b, -y / b, 1), where b is the slide's
        distance from the lens: 1/b = 1/f - 1/(the axis' length to the wall).

        Raises: CalibrationError stand_impossible where the axis does not meet the wall in front.
        """
        turn = _turn(*np.radians((self.yaw_deg, self.pitch_deg, self.roll_deg)))
        axis_mm = 1000.0 * self.distance_m / max(float(turn[2, 2]), 1e-9)
        if turn[2, 2] <= 0.05 or axis_mm <= 2.0 * self.focal_mm:
            raise CalibrationError(
                "stand_impossible",
                N_("From there the projector's axis does not meet the wall, or it is too near."),
                N_("Check the distance (metres), the focal length (mm), and the angles (degrees)."),
            )
        slide_from_lens = 1.0 / (1.0 / self.focal_mm - 1.0 / axis_mm)
        rays = turn @ np.diag([1.0 / slide_from_lens, -1.0 / slide_from_lens, 1.0])
        across, up, ahead = rays
        places: Floats = np.array(
            [self.distance_m * across, self.distance_m * up + self.height_m * ahead, ahead]
        )
        return places


def slide_corners(aperture_mm: tuple[float, float]) -> Floats:
    """(4, 2) slide mm: the picture's lower left, lower right, upper right, upper left."""
    signs = np.array([(-1.0, 1.0), (1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)])
    corners: Floats = signs * np.array(aperture_mm) / 2.0
    return corners


def from_corners(
    aperture_mm: tuple[float, float],
    corners_m: Floats,
    covariance_m2: Floats,
    source: Source = "tape",
) -> Calibration:
    """The calibration of corners (4, 2) façade m: lower left first, counter-clockwise as seen.

    covariance_m2 (8, 8): of x, y of each corner in turn.

    Raises: CalibrationError corners_count, corners_far, and as `facade.refuse_impossible`.
    """
    corners = np.asarray(corners_m, dtype=np.float64)
    _refuse(corners)
    low, high = corners.min(axis=0), corners.max(axis=0)
    low, high = low - _MARGIN * (high - low), high + _MARGIN * (high - low)
    per_m = _LONGER_SIDE_PX / float((high - low).max())
    size = (max(1, round(float(high[0] - low[0]) * per_m)), round(float(high[1] - low[1]) * per_m))
    to_facade = np.array(
        [
            [1.0 / per_m, 0.0, low[0] + 0.5 / per_m],
            [0.0, -1.0 / per_m, high[1] - 0.5 / per_m],
            [0.0, 0.0, 1.0],
        ]
    )
    back = np.linalg.inv(to_facade)

    def entries(flat: Floats) -> Floats:
        there = flat.reshape(4, 2) @ back[:2, :2].T + back[:2, 2]
        matrix = fit_homography(slide_corners(aperture_mm), there)
        return np.asarray((matrix / matrix[2, 2]).ravel(), dtype=np.float64)

    slope = slopes(entries, corners.ravel())[:8]
    plane = Plane(
        slide_to_camera=entries(corners.ravel()).reshape(3, 3),
        outline_slide_mm=slide_corners(aperture_mm),
        points=4,
        rms_px=0.0,
        covariance=slope @ covariance_m2 @ slope.T,
        covariance_of=HOMOGRAPHY_NAMES,
        camera_to_facade=to_facade,
    )
    made = Calibration(size, aperture_mm, (plane,), source=source)
    return made.with_plane(0, _with_rectangle(plane, corners, back))


def of_tape(aperture_mm: tuple[float, float], corners_m: Floats, tape_m: float) -> Calibration:
    """The calibration of corners that a tape measured, each coordinate to `tape_m` (one standard
    deviation).  Raises as `from_corners`."""
    return from_corners(aperture_mm, corners_m, np.eye(8) * tape_m**2)


def of_stand(
    aperture_mm: tuple[float, float], stand: Stand, unsure: Stand
) -> tuple[Calibration, Floats]:
    """The calibration of a plan, and the corners' 95 % radii (4,) in metres.

    `unsure`: one standard deviation of each of the stand's numbers.
    Raises: CalibrationError stand_impossible, and as `from_corners`.
    """
    names = tuple(Stand.__dataclass_fields__)
    given = np.array([getattr(stand, name) for name in names])
    deviations = np.array([getattr(unsure, name) for name in names])

    def corners(numbers: Floats) -> Floats:
        changed = replace(stand, **dict(zip(names, map(float, numbers), strict=True)))
        homogeneous = np.column_stack([slide_corners(aperture_mm), np.ones(4)])
        placed = homogeneous @ changed.slide_to_facade().T
        if np.any(placed[:, 2] <= 1e-6):
            raise CalibrationError(
                "stand_impossible",
                N_("A part of the picture does not fall on the wall: it is turned too far."),
                N_("Give smaller angles, or a longer focal length."),
            )
        return np.asarray((placed[:, :2] / placed[:, 2:]).ravel(), dtype=np.float64)

    slope = slopes(corners, given)
    covariance = slope @ np.diag(deviations**2) @ slope.T
    made = from_corners(aperture_mm, corners(given).reshape(4, 2), covariance, "plan")
    return made, corner_radii(covariance)


def corner_radii(covariance_m2: Floats) -> Floats:
    """(4,): the 95 % radius of each corner in metres."""
    blocks = [covariance_m2[i : i + 2, i : i + 2] for i in range(0, 8, 2)]
    largest = [float(np.linalg.eigvalsh(block)[-1]) for block in blocks]
    return TWO_DIMENSIONS_95 * np.sqrt(np.maximum(largest, 0.0))


def projection_miss_m(aperture_mm: tuple[float, float], corners_m: Floats) -> float:
    """By how much the corners (4, 2) miss what any straight projection of this aperture makes: the
    smallest change of all of them together, metres.

    Seven numbers (a pose and a focal length, the slide's centre on the axis) make eight
    coordinates, so that most misread corners show, though not which; a few look like another pose.
    """
    corners = np.asarray(corners_m, dtype=np.float64)
    slide = slide_corners(aperture_mm)
    usual_mm = 1.8 * float(np.hypot(*aperture_mm))
    span = float(np.hypot(*np.ptp(corners, axis=0)))

    def misses(numbers: Floats) -> Floats:
        focal, far, yaw, pitch, roll, x, y = numbers
        rays = np.column_stack([slide * (1.0, -1.0) / (usual_mm * np.exp(focal)), np.ones(4)])
        across, up, ahead = _turn(yaw, pitch, roll) @ rays.T
        if np.any(ahead <= 0.01):
            return np.full(9, 1e3)
        at = span * np.exp(far) * np.column_stack([across, up]) / ahead[:, None]
        unlikely = 1e-3 * focal  # a lens of e times the usual length weighs as a thousandth
        return np.append(((at + np.array([x, y]) - corners) / span).ravel(), unlikely)

    middle = corners.mean(axis=0)
    best = np.inf
    for yaw, pitch in itertools.product(np.radians((-30, 0, 30)), np.radians((-20, 10, 35))):
        far = np.log(1.8 * np.cos(yaw) * np.cos(pitch))
        ahead = span * np.exp(far) * np.array([np.tan(yaw), np.tan(pitch) / np.cos(yaw)])
        found, _cost = solve(misses, np.array([0.0, far, yaw, pitch, 0.0, *(middle - ahead)]))
        best = min(best, float(np.linalg.norm(misses(found)[:8])))
    return best * span


def unseen_bend_m(calibration: Calibration) -> float:
    """By how much a lens of UNKNOWN_K1 shifts what lies between the corners, at worst, metres."""
    grid = slide_grid(calibration.aperture_mm, 33, 33).reshape(-1, 2)
    r2 = 4.0 * np.sum(grid**2, axis=1) / np.sum(np.square(calibration.aperture_mm))
    bent = grid * ((1.0 + UNKNOWN_K1 * r2) / (1.0 + UNKNOWN_K1))[:, None]  # the corners stay
    straight, seen = (calibration.map_points(at, "slide", "facade") for at in (grid, bent))
    return float(np.nanmax(np.hypot(*(seen - straight).T)))


def upright_rectangle(corners_m: Floats) -> tuple[Floats, Floats]:
    """The largest upright rectangle in a convex outline: its lower left, its upper right (2,)."""
    low_m, high_m = corners_m[:, 1].min(), corners_m[:, 1].max()
    rim = 1e-9 * (high_m - low_m)  # on the rim itself a level side may be a point, by rounding
    heights = np.linspace(low_m + rim, high_m - rim, _ROWS)
    heights = np.sort(np.append(heights, np.clip(corners_m[:, 1], low_m + rim, high_m - rim)))
    spans = np.array([_span(corners_m, height) for height in heights])
    left = np.maximum(spans[:, None, 0], spans[None, :, 0])
    right = np.minimum(spans[:, None, 1], spans[None, :, 1])
    areas = (right - left) * (heights[None, :] - heights[:, None])
    areas[right < left] = 0.0
    low, high = np.unravel_index(int(np.argmax(areas)), areas.shape)
    return (
        np.array([left[low, high], heights[low]]),
        np.array([right[low, high], heights[high]]),
    )


def _span(corners: Floats, height: float) -> tuple[float, float]:
    """From where to where a convex outline reaches at a height."""
    crossings = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if (a[1] - height) * (b[1] - height) <= 0.0 and a[1] != b[1]:
            crossings.append(float(a[0] + (b[0] - a[0]) * (height - a[1]) / (b[1] - a[1])))
    return (min(crossings), max(crossings)) if crossings else (0.0, -1.0)


def _with_rectangle(plane: Plane, corners: Floats, to_camera: Floats) -> Plane:
    low, high = upright_rectangle(corners)
    rectangle = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    return replace(
        plane,
        reference_size_m=(float(high[0] - low[0]), float(high[1] - low[1])),
        reference_origin_m=(float(low[0]), float(low[1])),
        reference_corners_px=rectangle @ to_camera[:2, :2].T + to_camera[:2, 2],
    )


def _refuse(corners: Floats) -> None:
    order = N_("Give the lit picture's corners: lower left, lower right, upper right, upper left.")
    if corners.shape != (4, 2):
        raise CalibrationError(
            "corners_count",
            N_("A picture has four corners; {count} were given."),
            order,
            count=len(corners),
        )
    span = np.ptp(corners, axis=0)
    if not (np.all(np.isfinite(corners)) and np.all(np.abs(corners) <= _FARTHEST_M)):
        raise CalibrationError(
            "corners_far", N_("A corner lies hundreds of metres away."), N_("Give metres.")
        )
    per_m = _LONGER_SIDE_PX / max(float(span.max()), 1e-9)
    seen = (corners - (corners[:, 0].min(), corners[:, 1].max())) * (per_m, -per_m)
    try:
        refuse_impossible(seen, (_LONGER_SIDE_PX, _LONGER_SIDE_PX))
    except CalibrationError as error:
        raise CalibrationError(error.code, error.template, order) from None


def _turn(yaw: float, pitch: float, roll: float) -> Floats:
    """(3, 3): the projector's right, up and ahead to the wall's right, up and ahead, as columns."""
    ahead = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
    right = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
    up = np.array([-np.sin(yaw) * np.sin(pitch), np.cos(pitch), -np.cos(yaw) * np.sin(pitch)])
    cos, sin = np.cos(roll), np.sin(roll)
    return np.column_stack([cos * right - sin * up, sin * right + cos * up, ahead])
