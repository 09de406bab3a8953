# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the projector makes of the wall: how far it reaches, how coarse its dots are, how bright.

Light: a lens of luminance L and area A sends L A cos⁴(a) dS / f² through a piece dS of the slide,
at the angle a off its axis; the wall spreads it over |J| dS.  So what falls on the wall is in
proportion to cos⁴(a) / |J|, which holds the inverse square and the wall's slant (Smith, "Modern
Optical Engineering", radiometry).  Without the focal length the cosine is taken for 1.

Owns: these three, by place on the slide.  Must not know: how they are drawn or told.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration

Floats = NDArray[np.float64]

MM_PER_INCH = 25.4
_STEP = 1e-4  # of the aperture


def aperture_outline(aperture_mm: tuple[float, float], a_side: int = 24) -> Floats:
    """(4 · a_side, 2) slide mm around the aperture, from the lower left corner of the picture,
    counter-clockwise as it is seen."""
    half = np.array(aperture_mm) / 2.0
    corners = np.array([(-1, 1), (1, 1), (1, -1), (-1, -1)]) * half
    share = np.arange(a_side)[:, None] / a_side
    sides = [a + (b - a) * share for a, b in zip(corners, np.roll(corners, -1, 0), strict=True)]
    return np.concatenate(sides)


def slide_grid(aperture_mm: tuple[float, float], columns: int, rows: int) -> Floats:
    """(rows, columns, 2) slide mm, edge to edge."""
    x = np.linspace(-0.5, 0.5, columns) * aperture_mm[0]
    y = np.linspace(-0.5, 0.5, rows) * aperture_mm[1]
    return np.stack(np.meshgrid(x, y), axis=-1)


def wall_per_slide(calibration: Calibration, slide_mm: Floats, plane: int = 0) -> Floats:
    """(N, 2, 2): metres on the wall per slide mm, NaN where nothing falls on the wall."""
    step = _STEP * max(calibration.aperture_mm)
    columns = []
    for move in ((step, 0.0), (0.0, step)):
        ahead, behind = (
            calibration.map_points(slide_mm + sign * np.array(move), "slide", "facade", plane)
            for sign in (1, -1)
        )
        columns.append((ahead - behind) / (2.0 * step))
    return np.stack(columns, axis=2)


def mm_per_dot(calibration: Calibration, slide_mm: Floats, dpi: float, plane: int = 0) -> Floats:
    """(N,): how many mm a film dot covers on the wall, along its longer axis."""
    slopes = wall_per_slide(calibration, slide_mm, plane)
    result = np.full(len(slopes), np.nan)
    sound = np.isfinite(slopes).all(axis=(1, 2))
    result[sound] = np.linalg.svd(slopes[sound], compute_uv=False)[:, 0]
    return result * 1000.0 * MM_PER_INCH / dpi


def relative_light(
    calibration: Calibration, slide_mm: Floats, focal_mm: float | None = None, plane: int = 0
) -> Floats:
    """(N,): light on the wall through these places of an empty gate, up to a common factor."""
    spread = np.abs(np.linalg.det(wall_per_slide(calibration, slide_mm, plane)))
    cosine = 1.0
    if focal_mm is not None:
        cosine = 1.0 / np.sqrt(1.0 + np.sum(slide_mm**2, axis=1) / focal_mm**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(cosine**4 / spread, dtype=np.float64)
