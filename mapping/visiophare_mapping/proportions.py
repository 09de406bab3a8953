# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a rectangle on the photo looks as wide and high as somebody says it is.

From one view of a rectangle, a camera's focal length gives its proportions; a view from the front
needs none.  So a judgement counts when every lens that a camera may have comes to it.

Owns: the proportions, and when they speak for exchanged sides.
Must not know: how the corners were clicked, files.
Source: Zhang & He, "Whiteboard scanning and image enhancement" (2007), section 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.homography import fit_homography

Points = NDArray[np.float64]

# Focal lengths over the photo's longer side: wide phones and webcams to portrait lenses.
_FOCAL_PER_SIDE = (0.55, 0.7, 0.9, 1.2, 1.6, 2.0)
# Nobody can tell a square's sides apart: a rectangle counts from this proportion on ...
_CLEARLY_OBLONG = 1.15
# ... and must look turned by at least this share (of logarithms) of the proportion that is told.
_SHARE_TURNED = 0.25
# Of 19,200 random views up to 70 degrees aside, focal lengths 0.5 to 3.5, corners 3 px off, none
# was blamed wrongly; of exchanged sides 78 % were noticed within 30 degrees, 60 % beyond 45.


def seems_exchanged(
    calibration: Calibration, corners_px: Points, size_m: tuple[float, float]
) -> bool:
    """Whether width and height of `size_m` look exchanged.

    `corners_px` (4, 2) raw photo pixels, lower left first, counter-clockwise as seen.
    """
    told = np.log(size_m[0] / size_m[1])
    seen = np.log(_proportions(calibration, corners_px)) * -np.sign(told)
    least = max(np.log(_CLEARLY_OBLONG), _SHARE_TURNED * abs(told))
    return bool(abs(told) >= np.log(_CLEARLY_OBLONG) and np.all(seen >= least))


def _proportions(calibration: Calibration, corners_px: Points) -> Points:
    """Width over height of the rectangle, for each lens that the camera may have."""
    lens = calibration.camera_lens
    ideal = corners_px if lens is None else lens.undistort(corners_px)
    longer = max(calibration.image_size_px)
    centre = (np.array(calibration.image_size_px, dtype=np.float64) - 1.0) / 2.0
    if lens is not None and lens.source == "given":
        centre, focals = lens.matrix[:2, 2], np.array([lens.matrix[0, 0]])
    else:
        focals = np.array(_FOCAL_PER_SIDE) * longer
    square = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    to_picture = fit_homography(square, (ideal - centre) / longer)
    across, up = to_picture[:, 0], to_picture[:, 1]
    scale = np.column_stack([longer / focals, longer / focals, np.ones_like(focals)])
    ratios: Points = np.linalg.norm(scale * across, axis=1) / np.linalg.norm(scale * up, axis=1)
    return ratios
