# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns cutting paths to a convex region, exactly: curves stay curves, fills keep their rule.

Sutherland and Hodgman's method (1974), one half-plane after the other, on cubic segments. What
winds round a point inside the region still winds round it the same number of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from visiophare_mapping.drawing import Floats, Path, lines_as_cubics

HalfPlane = tuple[float, float, float]  # a, b, c: keep where a x + b y <= c
SAME_POINT = 1e-12


def half_planes(corners: Floats) -> list[HalfPlane]:
    """The half-planes whose common part is a convex polygon.

    corners: (n, 2), either way round.
    """
    following = np.roll(corners, -1, axis=0)
    edges = following - corners
    area = float(np.sum(corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0]))
    side = 1.0 if area > 0 else -1.0
    normals = side * np.stack([edges[:, 1], -edges[:, 0]], axis=1)
    limits = np.sum(normals * corners, axis=1)
    return [(float(a), float(b), float(c)) for (a, b), c in zip(normals, limits, strict=True)]


def box_planes(left: float, top: float, right: float, bottom: float) -> list[HalfPlane]:
    """The half-planes of an upright rectangle."""
    return [(-1.0, 0.0, -left), (0.0, -1.0, -top), (1.0, 0.0, right), (0.0, 1.0, bottom)]


def clipped(path: Path, planes: Sequence[HalfPlane]) -> Path:
    """The part of a path inside all half-planes; the path itself when nothing sticks out."""
    for plane in planes:
        if not len(path.segments):
            break
        path = _clipped_once(path, plane)
    return path


def _clipped_once(path: Path, plane: HalfPlane) -> Path:
    beyond = path.segments @ np.array(plane[:2]) - plane[2]  # (n, 4), positive outside
    if np.all(beyond <= 0):
        return path
    pieces: list[Path] = []
    for contour in path.contours():
        outside = beyond[contour]
        if np.all(outside <= 0):
            pieces.append(_part(path, contour))
        elif np.any(outside < 0):
            pieces.append(_cut(path.segments[contour], path.straight[contour], plane))
    return Path.joined(pieces)


def _part(path: Path, contour: slice) -> Path:
    return Path(path.segments[contour], path.straight[contour], np.zeros(1, np.intp))


def _cut(segments: Floats, straight: np.ndarray, plane: HalfPlane) -> Path:
    """One contour, crossing the plane's edge; pieces inside are joined along the edge."""
    segments, straight = _closed(segments, straight)
    beyond = segments @ np.array(plane[:2]) - plane[2]
    kept: list[Floats] = []
    lines: list[bool] = []
    for segment, line, distance in zip(segments, straight, beyond, strict=True):
        if np.all(distance <= 0):
            pieces = [segment]
        elif np.all(distance > 0):
            continue
        else:
            pieces = _inside_pieces(segment, distance, plane)
        for piece in pieces:
            _connect(kept, lines, piece[0])
            kept.append(piece)
            lines.append(bool(line))
    if not kept:
        return Path.empty()
    return Path(np.stack(kept), np.array(lines, bool), np.zeros(1, np.intp))


def _closed(segments: Floats, straight: np.ndarray) -> tuple[Floats, np.ndarray]:
    start, end = segments[:1, 0], segments[-1:, 3]
    if np.abs(end - start).max() <= SAME_POINT:
        return segments, straight
    return np.concatenate([segments, lines_as_cubics(end, start)]), np.append(straight, True)


def _connect(kept: list[Floats], lines: list[bool], to: Floats) -> None:
    if kept and np.abs(kept[-1][3] - to).max() > SAME_POINT:
        kept.append(lines_as_cubics(kept[-1][3][None], to[None])[0])
        lines.append(True)


def _inside_pieces(segment: Floats, distance: Floats, plane: HalfPlane) -> list[Floats]:
    """The parts of one segment with distance <= 0; distance: of its four control points."""
    d0, d1, d2, d3 = (float(value) for value in distance)
    coefficients = [d3 - 3 * d2 + 3 * d1 - d0, 3 * (d2 - 2 * d1 + d0), 3 * (d1 - d0), d0]
    size = max(abs(value) for value in coefficients)
    while len(coefficients) > 1 and abs(coefficients[0]) < 1e-12 * size:
        coefficients.pop(0)
    roots = np.roots(coefficients)
    real = roots.real[np.abs(roots.imag) < 1e-7]
    cuts = [0.0, *sorted(float(root) for root in real if 0 < root < 1), 1.0]
    pieces = []
    for begin, end in pairwise(cuts):
        middle = (begin + end) / 2
        value = float(np.polyval(coefficients, middle))
        if end - begin > SAME_POINT and value <= 0:
            piece = subsegment(segment, begin, end)
            for at, parameter in ((0, begin), (3, end)):
                if 0 < parameter < 1:
                    piece[at] = _onto(piece[at], plane)
            pieces.append(piece)
    return pieces


def _onto(point: Floats, plane: HalfPlane) -> Floats:
    """Rounding left the point next to the edge; put it on it."""
    normal = np.array(plane[:2])
    moved: Floats = point - normal * ((point @ normal - plane[2]) / (normal @ normal))
    return moved


def subsegment(segment: Floats, begin: float, end: float) -> Floats:
    """The piece of a cubic between two parameters (de Casteljau): (4, 2) in and out."""
    right = split(segment[None], begin)[1][0] if begin > 0 else segment
    share = (end - begin) / (1 - begin)
    return (split(right[None], share)[0][0] if share < 1 else right).copy()


def split(segments: Floats, at: float = 0.5) -> tuple[Floats, Floats]:
    """Both parts of cubics (n, 4, 2) cut at one parameter (de Casteljau)."""
    p0, p1, p2, p3 = (segments[:, k] for k in range(4))
    a, b, c = (
        (1 - at) * p0 + at * p1,
        (1 - at) * p1 + at * p2,
        (1 - at) * p2 + at * p3,
    )
    d, e = (1 - at) * a + at * b, (1 - at) * b + at * c
    middle = (1 - at) * d + at * e
    return np.stack([p0, a, d, middle], axis=1), np.stack([middle, e, c, p3], axis=1)
