# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One plane of the façade: how the slide lands on it, and its frame in metres.

Owns: the plane's transforms, both between ideal lenses, and applying a homography to points.
Must not know: the lenses, the pictures, files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """One flat part of the façade.

    slide_to_camera   (3, 3), ideal slide mm -> ideal camera px, [2, 2] = 1
    covariance        (P, P), of the entries named in `covariance_of`: what the estimation is
                      unsure of, lenses included, since the entries are strongly correlated
    covariance_with_lenses, lenses_probability   the same if the lenses surely bend, and how
                      probable that is; the covariance is the average of this and straight lenses
    outline_slide_mm  (n, 2), what of the slide lies on this plane, a polygon
    points, rms_px    points used, √ of their mean squared distance, raw pixels
    camera_to_facade  (3, 3), ideal camera px -> façade m (y up), or None; its third coordinate
                      is positive in front of the camera
    facade_covariance (8, 8), of camera_to_facade's entries row by row with [2, 2] = 1, as the
                      measures (clicks, tape) leave them unsure, or None
    reference_size_m, reference_corners_px   the rectangle that gave the metres, or holds all that
                      did: width × height, and its corners (4, 2) in raw pixels, lower left first,
                      counter-clockwise
    reference_origin_m   its lower left corner, façade m
    """

    slide_to_camera: Matrix
    outline_slide_mm: Points
    points: int
    rms_px: float
    covariance: Matrix | None = None
    covariance_of: tuple[str, ...] = ()
    camera_to_facade: Matrix | None = None
    reference_size_m: tuple[float, float] | None = None
    reference_corners_px: Points | None = None
    reference_origin_m: tuple[float, float] = (0.0, 0.0)
    facade_covariance: Matrix | None = None
    covariance_with_lenses: Matrix | None = None
    lenses_probability: float | None = None


def apply_homography(homography: Matrix, points: Points) -> Points:
    """Map points (N, 2) by x ~ H p.  NaN where the third coordinate is not positive."""
    points = np.asarray(points, dtype=np.float64)
    homogeneous = points @ homography[:, :2].T + homography[:, 2]
    scale = homogeneous[:, 2:]
    with np.errstate(invalid="ignore", divide="ignore"):
        mapped = np.asarray(homogeneous[:, :2] / scale, dtype=np.float64)
    mapped[scale[:, 0] <= 0.0] = np.nan
    return mapped


def inverted(homography: Matrix) -> Matrix:
    """The inverse, keeping the sign of the third coordinate meaningful: 1/w for the same point."""
    return np.linalg.inv(homography).astype(np.float64)
