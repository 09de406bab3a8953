# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How good a calibration is, in a few numbers and one place name: for the person who made it.

Must not know: how it was made, languages (it returns message ids).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.detect import Detection
from visiophare_mapping.errors import N_
from visiophare_mapping.targets import Target

Points = NDArray[np.float64]

# Beyond this share of the target's extent, what lies outside follows from what lies inside.
_GOOD_SHARE = 0.8
_QUARTERS = (
    ((-1, -1), N_("upper left")),
    ((1, -1), N_("upper right")),
    ((-1, 1), N_("lower left")),
    ((1, 1), N_("lower right")),
)


@dataclass(frozen=True)
class Coverage:
    """found of target points; the worst distance in px; the share 0..1 of the target's extent that
    the points span; the quarters of the slide (message ids) where no point was found."""

    found: int
    of: int
    worst_px: float
    share: float
    empty_quarters: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether the points span the slide well enough to trust its rim."""
        return self.share >= _GOOD_SHARE and not self.empty_quarters


def coverage_of(calibration: Calibration, detection: Detection, target: Target) -> Coverage:
    """What of the target the calibration rests upon."""
    predicted = calibration.map_points(detection.slide_mm, "slide", "camera")
    distances = np.hypot(*(predicted - detection.camera_px).T)
    order = np.sort(distances)
    used = calibration.planes[0].points
    return Coverage(
        found=len(detection.ids),
        of=detection.of,
        worst_px=float(order[min(used, len(order)) - 1]),
        share=_area(calibration.planes[0].outline_slide_mm) / _area(target.points_mm),
        empty_quarters=tuple(
            name
            for sides, name in _QUARTERS
            if not np.any(np.all(detection.slide_mm * sides > 0.0, axis=1))
        ),
    )


def _area(points: Points) -> float:
    hull = cv2.convexHull(np.ascontiguousarray(points, dtype=np.float32).reshape(-1, 1, 2))
    return max(float(cv2.contourArea(hull)), 1e-9)
