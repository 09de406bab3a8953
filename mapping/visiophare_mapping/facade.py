# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The façade's metres: from a rectangle of known size, clicked on the photo.

Owns: refusing rectangles that cannot be, and camera_to_facade.
Must not know: how the corners were clicked, files.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.errors import N_, CalibrationError
from visiophare_mapping.homography import fit_homography

Points = NDArray[np.float64]

_ORDER = N_("Give lower left, lower right, upper right, upper left, as you see the façade.")
_SHORTEST_SIDE_PX = 8.0
# A sheet on the desk to practise with, and the longest walls there are; beyond, it is another unit.
_SIDES_M = (0.01, 500.0)
# Three corners whose triangle is flatter than this, relative to its longest side, are a line.
_FLATTEST = 0.02
# How far from level the lower edge may run in the photo before the order must be wrong.
_STEEPEST_LOWER_EDGE_DEG = 60.0


def set_facade(
    calibration: Calibration, corners_px: Points, size_m: tuple[float, float], plane: int = 0
) -> Calibration:
    """The calibration with metres on one plane.

    `corners_px` (4, 2) raw photo pixels of a rectangle, lower left first, counter-clockwise as
    seen; `size_m` its width × height.  Façade frame: origin at the first corner, x right, y up.

    Raises: CalibrationError plane_unknown, size_impossible, corners_count, corners_outside,
    rectangle_degenerate, rectangle_crossed, rectangle_dented, rectangle_clockwise,
    rectangle_turned.
    """
    corners = np.asarray(corners_px, dtype=np.float64)
    width_m, height_m = size_m
    if corners.shape != (4, 2):
        raise CalibrationError(
            "corners_count",
            N_("A rectangle has four corners; {count} were given."),
            _ORDER,
            count=len(corners),
        )
    if not all(_SIDES_M[0] <= side <= _SIDES_M[1] for side in size_m):
        raise CalibrationError(
            "size_impossible",
            N_("No façade has a rectangle of {width:g} × {height:g} m."),
            N_("Give its measured width × height with its unit, such as 12x8m or 1200x800cm."),
            width=width_m,
            height=height_m,
        )
    calibration.check_plane(plane)
    refuse_impossible(corners, calibration.image_size_px)
    ideal = _straightened(calibration, corners)
    _refuse_outside(corners, np.isfinite(ideal.sum(axis=1)), calibration.image_size_px)
    changed = replace(
        calibration.planes[plane],
        camera_to_facade=rectangle_to_facade(calibration, corners, size_m),
        reference_size_m=(float(width_m), float(height_m)),
        reference_corners_px=corners,
        reference_origin_m=(0.0, 0.0),
        facade_covariance=None,
    )
    return calibration.with_plane(plane, changed)


def rectangle_to_facade(
    calibration: Calibration, corners_px: Points, size_m: tuple[float, float]
) -> NDArray[np.float64]:
    """camera_to_facade (3, 3) from a rectangle's corners (4, 2) raw px and its size, unchecked.

    Raises: ValueError if the corners do not determine it.
    """
    width_m, height_m = size_m
    metres = np.array([(0.0, 0.0), (width_m, 0.0), (width_m, height_m), (0.0, height_m)])
    return fit_homography(_straightened(calibration, corners_px), metres)


def _straightened(calibration: Calibration, raw_px: Points) -> Points:
    lens = calibration.camera_lens
    return raw_px if lens is None else lens.undistort(raw_px)


def outside_photo(corners_px: Points, image_size_px: tuple[int, int]) -> list[int]:
    """Which corners, counted from 1, lie beyond the photo's edges (its pixels' centres are whole
    numbers)."""
    beyond = (corners_px < -0.5) | (corners_px > np.array(image_size_px) - 0.5)
    return [int(index) + 1 for index in np.flatnonzero(beyond.any(axis=1))]


def shares_of_photo(corners_px: Points, image_size_px: tuple[int, int]) -> tuple[float, float]:
    """How much of the photo's width, and of its height, the rectangle spans, 0 to 1."""
    size = np.array(image_size_px, dtype=np.float64)
    within = np.clip(corners_px, 0.0, size)
    across, up = np.ptp(within, axis=0) / size
    return float(across), float(up)


def refuse_impossible(corners: Points, image_size_px: tuple[int, int]) -> None:
    """Corners that are no rectangle seen from the front, each in its own sentence.

    Raises: CalibrationError corners_outside, rectangle_degenerate, rectangle_crossed,
    rectangle_dented, rectangle_clockwise, rectangle_turned.
    """
    size = np.array(image_size_px, dtype=np.float64)
    # A corner may lie a little outside of the photo, where somebody extended the edges by hand.
    near = np.all((corners > -size) & (corners < 2.0 * size), axis=1)
    _refuse_outside(corners, near, image_size_px)
    edges = np.roll(corners, -1, axis=0) - corners
    triples = [np.delete(corners, i, axis=0) for i in range(4)]
    if np.hypot(*edges.T).min() < _SHORTEST_SIDE_PX or min(map(_height, triples)) < _FLATTEST:
        raise CalibrationError(
            "rectangle_degenerate",
            N_("Three of the four corners lie on a line, or two nearly coincide."),
            N_("Choose a rectangle as large as possible; a quarter of the photo or more."),
        )
    turns = _cross(edges, np.roll(edges, -1, axis=0))
    # y points down in the photo, so that counter-clockwise as seen turns negative.
    if np.count_nonzero(turns > 0) == 2:
        raise CalibrationError(
            "rectangle_crossed", N_("The rectangle's sides cross each other."), _ORDER
        )
    if np.count_nonzero(turns > 0) in (1, 3):
        raise CalibrationError(
            "rectangle_dented",
            N_("One corner lies inside the triangle of the other three."),
            N_("Click the four corners of one flat rectangle."),
        )
    if np.all(turns > 0):
        raise CalibrationError(
            "rectangle_clockwise",
            N_("The corners run clockwise, or the photo is mirrored."),
            _ORDER,
        )
    lower = edges[0] / np.hypot(*edges[0]) - edges[2] / np.hypot(*edges[2])
    if abs(np.degrees(np.arctan2(lower[1], lower[0]))) > _STEEPEST_LOWER_EDGE_DEG:
        raise CalibrationError(
            "rectangle_turned",
            N_("The first corner is not the lower left one."),
            _ORDER,
        )


def _height(triangle: Points) -> float:
    """Height over the longest side, relative to that side; zero for a line."""
    a, b, c = triangle
    longest = max(float(np.hypot(*(b - a))), float(np.hypot(*(c - b))), float(np.hypot(*(a - c))))
    area = abs(float(_cross((b - a)[None], (c - a)[None])[0]))
    return area / max(longest, 1e-9) ** 2


def _cross(a: Points, b: Points) -> NDArray[np.float64]:
    return (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).astype(np.float64)


def _refuse_outside(
    corners: Points, possible: NDArray[np.bool_], image_size_px: tuple[int, int]
) -> None:
    """Raises CalibrationError corners_outside for the first corner that is not possible."""
    if possible.all():
        return
    which = int(np.argmin(possible))
    raise CalibrationError(
        "corners_outside",
        N_(
            "Corner {number}, at {x:.6g},{y:.6g}, lies far outside of the photo, which is {width} "
            "× {height} pixels."
        ),
        N_("Read the corners off the calibration photo itself, in its own pixels."),
        number=which + 1,
        x=float(corners[which, 0]),
        y=float(corners[which, 1]),
        width=image_size_px[0],
        height=image_size_px[1],
    )
