# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A calibration that nobody measured: both lenses, a keystone, a façade of 12 × 8 m."""

from __future__ import annotations

import cv2
import numpy as np

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.facade import set_facade
from visiophare_mapping.lens import CameraLens, ProjectorLens
from visiophare_mapping.planes import Plane

APERTURE_CORNERS_MM = np.array([(-18, -12), (18, -12), (18, 12), (-18, 12)], float)


def calibration(size_px: tuple[int, int] = (1000, 800)) -> Calibration:
    """The slide's corners land near the photo's; the façade's rectangle lies within."""
    side = np.array(size_px)
    landed = np.array([(0.10, 0.18), (0.92, 0.10), (0.97, 0.93), (0.06, 0.86)]) * side
    corners = np.array([(0.15, 0.80), (0.90, 0.85), (0.86, 0.20), (0.18, 0.25)]) * side
    matrix = cv2.getPerspectiveTransform(
        APERTURE_CORNERS_MM.astype(np.float32), landed.astype(np.float32)
    )
    camera = CameraLens(
        matrix=np.array(
            [[1.1 * side[0], 0, side[0] / 2], [0, 1.1 * side[0], side[1] / 2], [0, 0, 1.0]]
        ),
        distortion=np.array([-0.08, 0.01, 0.0, 0.0]),
        image_size_px=size_px,
        source="given",
    )
    return set_facade(
        Calibration(
            image_size_px=size_px,
            aperture_mm=(36.0, 24.0),
            planes=(Plane(np.asarray(matrix, float), APERTURE_CORNERS_MM, 50, 0.1),),
            camera_lens=camera,
            projector_lens=ProjectorLens(-0.03, 0.003, (0.2, -0.1), 21.63),
        ),
        corners,
        (12.0, 8.0),
    )
