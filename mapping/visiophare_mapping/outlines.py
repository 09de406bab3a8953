# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outlines of windows and doors: drawn once over the photo, kept as polygons in metres.

Owns reading them off a drawing whose page is the calibration photo, and their file (version 1).
A side that is straight on the façade is kept as its two ends, whatever the camera's lens makes of
it in between.  Must not know what the outlines are for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.documents import json_text, raise_problems, read_json
from visiophare_mapping.drawing import Floats, points_on
from visiophare_mapping.errors import N_, ArtworkError, CalibrationError
from visiophare_mapping.file_kinds import OUTLINES
from visiophare_mapping.placement import on_photo
from visiophare_mapping.svg.drawn import drawn_outlines
from visiophare_mapping.svg.path import Contour

VERSION = 1
_PIECES = 8  # of a curved side
_MOST = 2000


@dataclass(frozen=True, eq=False)
class Outline:
    """points_m: (n, 2) façade m, n at least 3; the last joins the first."""

    name: str
    points_m: Floats
    plane: int = 0


def read_outlines(
    data: bytes, name: str, calibration: Calibration, plane: int = 0
) -> list[Outline]:
    """The shapes of an SVG drawn over the photo, in metres.

    Raises: ArtworkError as `drawn_outlines` and `on_photo` do, outlines_none, outline_nowhere,
    outlines_many; CalibrationError plane_unknown, facade_unknown.
    """
    calibration.map_points(np.zeros((1, 2)), "camera", "facade", plane)  # refuse before reading
    size, shapes = drawn_outlines(data, name)
    placement = on_photo(calibration, size, plane)
    found: list[Outline] = []
    for label, contours, matrix in shapes:
        for contour in contours:
            page = _corners(contour) @ matrix[:, :2].T + matrix[:, 2]
            if len(page) < 3:
                continue
            photo = page @ placement.to_frame[:, :2].T + placement.to_frame[:, 2]
            metres = calibration.map_points(photo, "camera", "facade", plane)
            if not np.all(np.isfinite(metres)):
                raise ArtworkError(
                    "outline_nowhere",
                    N_("{outline} has corners that lie nowhere on the façade's plane."),
                    N_("Draw it over the façade, below the plane's horizon."),
                    outline=label or name,
                )
            found.append(Outline(label or f"{len(found) + 1}", metres, plane))
    if not found:
        raise ArtworkError(
            "outlines_none",
            N_("{name} holds no outline: no shape with three corners or more."),
            N_("Draw windows and doors as paths or rectangles over the photo."),
            name=name,
        )
    if len(found) > _MOST:
        raise ArtworkError(
            "outlines_many",
            N_("{name} holds {count} outlines, more than anybody draws by hand."),
            N_("Trace windows and doors by hand; an automatic trace is no outline."),
            name=name,
            count=len(found),
        )
    return found


def _corners(contour: Contour) -> Floats:
    """The corners (n, 2); curves as short sides."""
    points = [contour.start]
    for segment, straight in zip(contour.segments, contour.straight, strict=True):
        if straight:
            points.append(segment[3])
        else:
            along = np.linspace(0, 1, _PIECES + 1)[1:]
            points.extend(map(tuple, points_on(np.array([segment]), along)[0]))
    corners = np.array(points, dtype=np.float64)
    kept = np.any(np.abs(corners - np.roll(corners, -1, axis=0)) > 1e-9, axis=1)
    return corners[kept]


def outlines_document(outlines: list[Outline]) -> dict[str, Any]:
    """The document of the outlines' file, plain Python values."""
    return {
        "version": VERSION,
        "outlines": [
            {"name": one.name, "plane": one.plane, "points_m": one.points_m.round(5).tolist()}
            for one in outlines
        ],
    }


def outlines_text(outlines: list[Outline]) -> str:
    """The outlines' file."""
    return json_text(outlines_document(outlines))


def load_outlines(path: Path | str) -> list[Outline]:
    """Read an outlines file.

    Raises: CalibrationError file_missing, file_unreadable, not_json, other_file, version_unknown,
    file_invalid.
    """
    fields, problems = read_json(path, CalibrationError, VERSION, OUTLINES)
    found = []
    for entry in fields.children("outlines"):
        points = entry.numbers("points_m", None, 2)
        if len(points) < 3:
            entry.fault("points_m", N_("{field} must have three corners or more."))
        found.append(Outline(entry.text("name"), points, entry.integer("plane")))
    raise_problems(path, problems, CalibrationError)
    return found
