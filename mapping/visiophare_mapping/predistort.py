# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns mapping paths through a smooth chain of frames: page to slide, lenses and all.

A homography maps a Bézier curve to a *rational* one, and a lens to none at all; SVG and PDF have
neither. So each segment is cut in two until a cubic through four mapped points stays within the
tolerance of the mapped curve. Moving the control points alone would err by up to 0.15 mm on a
36 mm slide at 10 % keystone.
It must not know which chain it maps through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from visiophare_mapping.convex_clip import split
from visiophare_mapping.drawing import Floats, Path, lines_as_cubics, points_on
from visiophare_mapping.errors import N_, CalibrationError

Chain = Callable[[Floats], Floats]  # (N, 2) points of one frame to (N, 2) of another, NaN if none

# Half of it is spent on the cubic; between the points that are checked it may err a little more.
TOLERANCE_MM = 0.0005
REFERENCE_SIDE_MM = 36.0
DEEPEST_CUT = 12
_THIRDS = np.array([0, 1 / 3, 2 / 3, 1])
_CHECKED = np.array([0.06, 0.17, 0.5, 0.83, 0.94])
_HAIRPIN = 0.5  # cosine of the turn between two checked points


def tolerance_mm(size_mm: tuple[float, float]) -> float:
    """The allowed error on a slide: half a micrometre on 36 mm, in proportion on larger ones."""
    return TOLERANCE_MM * max(1.0, max(size_mm) / REFERENCE_SIDE_MM)


def mapped_paths(paths: Sequence[Path], to_slide: Chain, tolerance: float) -> list[Path]:
    """Paths under a smooth map, each contour within `tolerance` of its true image.

    Straight segments whose image is straight stay lines. Contours are closed first.

    Raises: CalibrationError chain_undefined when a point has no image.
    """
    closed = [_closed(path) for path in paths]
    whole = Path.joined(closed)
    segments, straight, origin = _mapped(whole.segments, whole.straight, to_slide, tolerance)
    counts = np.bincount(origin, minlength=len(whole.segments))
    begins = np.concatenate([[0], np.cumsum(counts)])
    result: list[Path] = []
    at = 0
    for path in closed:
        after = at + len(path.segments)
        part = slice(int(begins[at]), int(begins[after]))
        starts = begins[at + path.starts] - begins[at] if len(path.starts) else path.starts
        result.append(Path(segments[part], straight[part], starts.astype(np.intp)))
        at = after
    return result


def _closed(path: Path) -> Path:
    """The closing line of a fill is straight on the page, which it need not be on the slide."""
    pieces = []
    for contour in path.contours():
        segments, straight = path.segments[contour], path.straight[contour]
        if np.any(segments[0, 0] != segments[-1, 3]):
            closing = lines_as_cubics(segments[-1:, 3], segments[:1, 0])
            segments, straight = np.concatenate([segments, closing]), np.append(straight, True)
        pieces.append(Path(segments, straight, np.zeros(1, np.intp)))
    return Path.joined(pieces)


def _mapped(
    segments: Floats, straight: np.ndarray, to_slide: Chain, tolerance: float
) -> tuple[Floats, np.ndarray, np.ndarray]:
    """Mapped segments in order, which of them are lines, and the segment each came from."""
    origin = np.arange(len(segments))
    place = np.zeros(len(segments))  # where on its original the piece begins, 0..1
    done: list[tuple[Floats, np.ndarray, np.ndarray, np.ndarray]] = []
    for depth in range(DEEPEST_CUT + 1):
        if not len(segments):
            break
        fitted, lines, good = _fit(segments, straight, to_slide, tolerance)
        if depth == DEEPEST_CUT:
            good[:] = True
        done.append((fitted[good], lines[good], origin[good], place[good]))
        rest = ~good
        left, right = split(segments[rest])
        segments = np.concatenate([left, right])
        straight = np.tile(straight[rest], 2)
        origin = np.tile(origin[rest], 2)
        place = np.concatenate([place[rest], place[rest] + 0.5 ** (depth + 1)])
    if not done:
        return segments, straight, origin
    fitted, lines, origin, place = (np.concatenate(column) for column in zip(*done, strict=True))
    order = np.lexsort((place, origin))
    return fitted[order], lines[order], origin[order]


def _fit(
    segments: Floats, straight: np.ndarray, to_slide: Chain, tolerance: float
) -> tuple[Floats, np.ndarray, np.ndarray]:
    """A cubic through four mapped points of each segment; which are lines; which are good."""
    count = len(segments)
    parameters = np.concatenate([_THIRDS, _CHECKED])
    on_page = points_on(segments, parameters).reshape(-1, 2)
    mapped = np.asarray(to_slide(on_page), float).reshape(count, len(parameters), 2)
    if not np.all(np.isfinite(mapped)):
        raise CalibrationError(
            "chain_undefined",
            N_("Part of the artwork has no place on the slide: it lies behind the projector."),
            N_("Check the façade's corners in the calibration, and where the artwork is placed."),
        )
    q0, q1, q2, q3 = (mapped[:, k] for k in range(4))
    first = (-5 * q0 + 18 * q1 - 9 * q2 + 2 * q3) / 6
    second = (2 * q0 - 9 * q1 + 18 * q2 - 5 * q3) / 6
    fitted = np.stack([q0, first, second, q3], axis=1)
    error = _distance_along(fitted, mapped[:, 4:])
    lines = straight & (_distance_from_chord(mapped) <= tolerance / 2)
    fitted[lines] = lines_as_cubics(q0[lines], q3[lines])
    return fitted, lines, lines | (error <= tolerance)


def _distance_along(fitted: Floats, wanted: Floats) -> Floats:
    """Largest distance of the checked points from the fitted curve.

    Sliding by s along a straight stretch changes nothing that one can see; on a bend of curvature
    k it leaves the curve by k s² / 2, and by no more than s. A hairpin's tip may lie between the
    points: there all of it counts.
    """
    off = wanted - points_on(fitted, _CHECKED)
    t = _CHECKED[None, :, None]
    p0, p1, p2, p3 = (fitted[:, k][:, None] for k in range(4))
    speed = 3 * ((1 - t) ** 2 * (p1 - p0) + 2 * (1 - t) * t * (p2 - p1) + t**2 * (p3 - p2))
    bend = 6 * ((1 - t) * (p2 - 2 * p1 + p0) + t * (p3 - 2 * p2 + p1))
    size = np.maximum(np.linalg.norm(speed, axis=2), 1e-12)
    across = np.abs(off[..., 0] * speed[..., 1] - off[..., 1] * speed[..., 0]) / size
    along = np.abs(np.sum(off * speed, axis=2)) / size
    turn = np.abs(speed[..., 0] * bend[..., 1] - speed[..., 1] * bend[..., 0]) / size**3
    way = speed / size[..., None]
    hairpin = np.sum(way[:, 1:] * way[:, :-1], axis=2).min(axis=1) < _HAIRPIN
    visible = np.where(hairpin[:, None], along, np.minimum(along, turn * along**2 / 2))
    result: Floats = (across + visible).max(axis=1)
    return result


def _distance_from_chord(mapped: Floats) -> Floats:
    """Largest distance of a segment's mapped points from the line between its ends."""
    start, end = mapped[:, 0], mapped[:, 3]
    chord = end - start
    off = mapped - start[:, None]
    size = np.linalg.norm(chord, axis=1)[:, None]
    across = np.abs(off[..., 0] * chord[:, None, 1] - off[..., 1] * chord[:, None, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.where(size > 1e-12, across / size, np.linalg.norm(off, axis=2))
    result: Floats = distance.max(axis=1)
    return result
