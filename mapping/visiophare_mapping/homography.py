# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Homographies from point pairs: exact from four, linear from many, robust against false pairs.

Must not know: lenses, targets, pictures.
Sources: normalised DLT, Hartley, "In defence of the eight-point algorithm" (PAMI 1997);
USAC, Raguram et al. (PAMI 2013), as in OpenCV.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]
Mask = NDArray[np.bool_]


def fit_homography(source: Points, target: Points) -> Matrix:
    """H (3, 3) with target ~ H source, by the normalised direct linear transform.

    `source`, `target` (N, 2), N at least 4.  The sign is such that the third coordinate is positive
    at most points.

    Raises: ValueError if the pairs do not determine a homography.
    """
    from_source, from_target = _normalisation(source), _normalisation(target)
    x, y = _apply(from_source, source).T
    u, v = _apply(from_target, target).T
    zero, one = np.zeros_like(x), np.ones_like(x)
    rows = np.concatenate(
        [
            np.column_stack([x, y, one, zero, zero, zero, -u * x, -u * y, -u]),
            np.column_stack([zero, zero, zero, x, y, one, -v * x, -v * y, -v]),
        ]
    )
    _, singular, right = np.linalg.svd(rows, full_matrices=len(rows) < 9)
    if len(source) < 4 or singular[7] < 1e-9 * singular[0]:
        raise ValueError("the pairs do not determine a homography")
    homography = np.linalg.inv(from_target) @ right[-1].reshape(3, 3) @ from_source
    depth = source @ homography[2, :2] + homography[2, 2]
    homography *= np.sign(np.median(depth)) or 1.0
    result: Matrix = homography / np.abs(homography).max()
    return result


def fit_robustly(source: Points, target: Points, threshold: float) -> tuple[Matrix, Mask] | None:
    """H and the pairs (N,) bool that agree within `threshold` (in target units); None if none do.

    USAC first, then the linear fit on its inliers, twice.
    """
    if len(source) < 4:
        return None
    start, _ = cv2.findHomography(
        np.ascontiguousarray(source, dtype=np.float64).reshape(-1, 1, 2),
        np.ascontiguousarray(target, dtype=np.float64).reshape(-1, 1, 2),
        cv2.USAC_ACCURATE,
        threshold,
        maxIters=5000,
        confidence=0.9999,
    )
    if start is None:
        return None
    homography = np.asarray(start, dtype=np.float64)
    for _ in range(2):
        inliers = _agreeing(homography, source, target, threshold)
        if np.count_nonzero(inliers) < 4:
            return None
        try:
            homography = fit_homography(source[inliers], target[inliers])
        except ValueError:
            return None
    inliers = _agreeing(homography, source, target, threshold)
    return (homography, inliers) if np.count_nonzero(inliers) >= 4 else None


def _agreeing(homography: Matrix, source: Points, target: Points, threshold: float) -> Mask:
    mapped = _apply(homography, source)
    agreeing: Mask = np.hypot(*(mapped - target).T) < threshold
    return agreeing


def _apply(homography: Matrix, points: Points) -> Points:
    homogeneous = points @ homography[:, :2].T + homography[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        return (homogeneous[:, :2] / homogeneous[:, 2:]).astype(np.float64)


def _normalisation(points: Points) -> Matrix:
    """Moves the centroid to the origin and the mean distance to √2."""
    centre = points.mean(axis=0)
    spread = float(np.hypot(*(points - centre).T).mean())
    scale = np.sqrt(2.0) / spread if spread > 0.0 else 1.0
    return np.array(
        [
            [scale, 0.0, -scale * centre[0]],
            [0.0, scale, -scale * centre[1]],
            [0.0, 0.0, 1.0],
        ]
    )
