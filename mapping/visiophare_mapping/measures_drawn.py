# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures drawn over the photo: an SVG whose shapes are named as what they measure.

A line called `12.05m ledge` is a length, `vertical` or `horizontal` a direction; a circle called
`0,1.2 door` is a point, `origin` the place of 0,0.  Shapes without a name, or with another, are
left alone: nobody named them to measure.  A point is a closed shape, since `8,0m` on a line may be
a length with a decimal comma.

Owns turning these into the lines that `measures` reads.  Must not know files.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.placement import on_photo
from visiophare_mapping.svg.drawn import drawn_outlines
from visiophare_mapping.svg.path import Contour

_POINT = re.compile(r"[+-]?[\d.]+\s*[,;]\s*[+-]?[\d.]")
_PLACE = re.compile(r"(origin|origine)\b", re.IGNORECASE)
_LENGTH = re.compile(r"\d[\d.,]*\s*(m|cm|mm)?(\s|$)", re.IGNORECASE)
_DIRECTION = re.compile(r"(vertical|horizontal)e?\b", re.IGNORECASE)


def measures_text(data: bytes, name: str, calibration: Calibration) -> str:
    """One line a named shape, for `read_measures`.

    Raises: ArtworkError as `drawn_outlines` and `on_photo` do.
    """
    size, shapes = drawn_outlines(data, name)
    to_photo = on_photo(calibration, size).to_frame
    lines = []
    for label, contours, matrix in shapes:
        contours = [contour for contour in contours if contour.segments]
        if not contours:
            continue
        page = _ends(contours[0]) @ matrix[:, :2].T + matrix[:, 2]
        start, end = page @ to_photo[:, :2].T + to_photo[:, 2]
        if contours[0].closed and _POINT.match(label):
            lines.append(f"point {_pixel(start)} {label}")
        elif _PLACE.match(label):
            lines.append(f"origin {_pixel((start + end) / 2)}")
        elif not contours[0].closed and _LENGTH.match(label):
            lines.append(f"length {_pixel(start)} {_pixel(end)} {label}")
        elif _DIRECTION.match(label):
            kind, _space, rest = label.partition(" ")
            lines.append(f"{kind} {_pixel(start)} {_pixel(end)} {rest or label}")
    return "\n".join(lines)


def _ends(contour: Contour) -> NDArray[np.float64]:
    """(2, 2): both ends of an open contour; of a closed one, twice its middle."""
    corners = np.array([segment[3] for segment in contour.segments], dtype=np.float64)
    if contour.closed:
        middle = (corners.min(axis=0) + corners.max(axis=0)) / 2.0
        return np.array([middle, middle])
    return np.array([contour.start, contour.end], dtype=np.float64)


def _pixel(at: NDArray[np.float64]) -> str:
    return f"{at[0]:.6f},{at[1]:.6f}"
