# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tuned OpenCV makes of the same pictures: ChArUco and chessboard, a homography from points.

The settings are those that find most on façades: many window sizes, low contrast allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.targets import Target

Points = NDArray[np.float64]
Picture = NDArray[np.uint8]
Mapping = Callable[[Points], Points]

_THRESHOLD_PX = 3.0


def charuco(
    lit: list[Picture], dark: list[Picture], target: Target, divided: bool
) -> Mapping | None:
    """ChArUco corners in the difference of the means, or in that over the dark mean."""
    picture = _picture(lit, dark, divided)
    detector = cv2.aruco.CharucoDetector(
        target.board.opencv(), cv2.aruco.CharucoParameters(), _settings()
    )
    corners, ids, _markers, _names = detector.detectBoard(picture)
    if ids is None or len(ids) < 4:
        return None
    found = np.asarray(corners, np.float64).reshape(-1, 2)
    return _mapping(target.points_mm[np.ravel(ids)], found)


def chessboard(lit: list[Picture], dark: list[Picture], target: Target) -> Mapping | None:
    """All inner corners in the difference of the means."""
    flags = cv2.CALIB_CB_NORMALIZE_IMAGE | cv2.CALIB_CB_EXHAUSTIVE | cv2.CALIB_CB_ACCURACY
    grid = target.board.corner_grid
    found, corners = cv2.findChessboardCornersSB(_picture(lit, dark, False), grid, flags=flags)
    if not found:
        return None
    points = np.asarray(corners, np.float64).reshape(-1, 2)
    # It does not say at which end it began: the better of the two is taken for it.
    both = [_mapping(target.points_mm, order) for order in (points, points[::-1])]
    return max((mapping for mapping in both if mapping), key=_upright, default=None)


def _upright(mapping: Mapping) -> float:
    left, right = mapping(np.array([(-1.0, 0.0), (1.0, 0.0)]))
    return float(right[0] - left[0])


def _picture(lit: list[Picture], dark: list[Picture], divided: bool) -> Picture:
    light = _mean(lit)
    if dark:
        off = _mean(dark)
        light = light - off
        if divided:
            light = light / np.maximum(cv2.GaussianBlur(off, (0, 0), 1.0), 0.01)
    low, high = np.percentile(light, (0.5, 99.7))
    stretched = np.sqrt(np.clip((light - max(low, 0.0)) / max(high - low, 1e-9), 0.0, 1.0))
    return np.asarray(stretched * 255.0, np.uint8)


def _mean(pictures: list[Picture]) -> NDArray[np.float32]:
    linear = (np.arange(256, dtype=np.float32) / 255.0) ** np.float32(2.2)
    total = np.zeros(pictures[0].shape, np.float32)
    for picture in pictures:
        total += linear[picture]
    return total / np.float32(len(pictures))


def _settings() -> Any:
    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMin = 5
    settings.adaptiveThreshWinSizeMax = 85
    settings.adaptiveThreshWinSizeStep = 16
    settings.adaptiveThreshConstant = 2
    settings.minOtsuStdDev = 1.0
    return settings


def _mapping(slide_mm: Points, camera_px: Points) -> Mapping | None:
    homography, _ = cv2.findHomography(
        slide_mm.reshape(-1, 1, 2), camera_px.reshape(-1, 1, 2), cv2.USAC_ACCURATE, _THRESHOLD_PX
    )
    if homography is None:
        return None

    def to_camera(points: Points) -> Points:
        mapped = np.column_stack([points, np.ones(len(points))]) @ homography.T
        return np.asarray(mapped[:, :2] / mapped[:, 2:], np.float64)

    return to_camera
