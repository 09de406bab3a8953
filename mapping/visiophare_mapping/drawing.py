# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the model of what is on a slide: filled paths and pictures, in millimetres, back to front.

Frame: slide, x right, y down, origin at the aperture's centre. It must not know where a drawing
comes from (target, artwork) nor where it goes (PDF page, array): readers and writers do.
The same shapes also hold an artwork before it is warped; then their unit is the artwork page's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Rule = Literal["nonzero", "evenodd"]

# Cubics in a circle: with eight, the usual arm 4/3 tan(angle/4) errs by 4e-6 of the radius.
CIRCLE_PARTS = 8


@dataclass(frozen=True, eq=False)
class Path:
    """The outline of a region: closed contours of cubic Bézier and straight segments.

    segments: (n, 4, 2) float64, start, two control points and end of each segment, (x, y).
    straight: (n,) bool, segments that are lines (their control points lie at the thirds).
    starts: (m,) int, index of each contour's first segment, ascending, first 0.
    A contour that does not end where it starts is closed by a line when filled.
    """

    segments: Floats
    straight: NDArray[np.bool_]
    starts: NDArray[np.intp]

    @staticmethod
    def empty() -> Path:
        """A path that fills nothing."""
        return Path(np.zeros((0, 4, 2)), np.zeros(0, bool), np.zeros(0, np.intp))

    @staticmethod
    def polygons(polygons: Iterable[ArrayLike]) -> Path:
        """Closed polygons, each (k, 2) corners with k at least 2, in one path."""
        return Path.joined([_polygon(np.asarray(corners, float)) for corners in polygons])

    @staticmethod
    def rectangle(x: float, y: float, width: float, height: float) -> Path:
        """The rectangle whose smallest coordinates are (x, y)."""
        right, bottom = x + width, y + height
        return Path.polygons([[(x, y), (right, y), (right, bottom), (x, bottom)]])

    @staticmethod
    def circle(x: float, y: float, radius: float) -> Path:
        """The circle around (x, y), to 4e-6 of its radius."""
        step = 2 * np.pi / CIRCLE_PARTS
        angles = step * np.arange(CIRCLE_PARTS + 1)
        on = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        arm = 4 / 3 * np.tan(step / 4) * np.stack([-on[:, 1], on[:, 0]], axis=1)
        quads = np.stack([on[:-1], on[:-1] + arm[:-1], on[1:] - arm[1:], on[1:]], axis=1)
        straight = np.zeros(CIRCLE_PARTS, bool)
        return Path(quads * radius + (x, y), straight, np.zeros(1, np.intp))

    @staticmethod
    def joined(paths: Sequence[Path]) -> Path:
        """All contours of all paths, in order, as one path."""
        paths = [path for path in paths if len(path.segments)]
        if not paths:
            return Path.empty()
        offsets = np.cumsum([0] + [len(path.segments) for path in paths[:-1]])
        return Path(
            np.concatenate([path.segments for path in paths]),
            np.concatenate([path.straight for path in paths]),
            np.concatenate([path.starts + at for path, at in zip(paths, offsets, strict=True)]),
        )

    def transformed(self, matrix: Floats) -> Path:
        """The path under an affine (2, 3) matrix acting on column vectors (x, y, 1)."""
        return replace(self, segments=self.segments @ matrix[:, :2].T + matrix[:, 2])

    def bounds(self) -> tuple[float, float, float, float]:
        """Smallest x and y, largest x and y that the curves reach; zeros when empty."""
        if not len(self.segments):
            return (0.0, 0.0, 0.0, 0.0)
        points = np.concatenate([self.segments[:, ::3].reshape(-1, 2), self._turning_points()])
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        return (float(left), float(top), float(right), float(bottom))

    def _turning_points(self) -> Floats:
        """Points where a cubic turns back in x or in y: the roots of B'(t) within 0..1."""
        curves = self.segments[~self.straight]
        if not len(curves):
            return np.zeros((0, 2))
        p0, p1, p2, p3 = (curves[:, k] for k in range(4))
        a, b, c = p3 - 3 * p2 + 3 * p1 - p0, p0 - 2 * p1 + p2, p1 - p0
        root = np.sqrt(np.maximum(b * b - a * c, 0))
        with np.errstate(divide="ignore", invalid="ignore"):
            # Both forms of the quadratic's roots: one of them is exact when a is nearly zero.
            turns = np.stack([(-b + root) / a, (-b - root) / a, c / (-b - root), c / (-b + root)])
        inside = np.where((turns > 0) & (turns < 1), turns, 0.0)  # (4, n, 2)
        per_curve = np.moveaxis(inside, 1, 0).reshape(len(curves), 8)
        rest = 1 - per_curve
        weights = np.stack(
            [rest**3, 3 * rest**2 * per_curve, 3 * rest * per_curve**2, per_curve**3]
        )
        result: Floats = np.einsum("knm,nki->nmi", weights, curves).reshape(-1, 2)
        return result

    def contours(self) -> list[slice]:
        """The slice of `segments` that each contour takes."""
        ends = np.append(self.starts, len(self.segments))
        return [slice(int(begin), int(end)) for begin, end in pairwise(ends)]


@dataclass(frozen=True, eq=False)
class Clip:
    """A region outside which nothing is drawn."""

    path: Path
    rule: Rule = "nonzero"


@dataclass(frozen=True, eq=False)
class Filled:
    """A region filled with one colour, sRGB 0..1, seen only inside all of its clips."""

    path: Path
    rgb: tuple[float, float, float] = (0.0, 0.0, 0.0)
    alpha: float = 1.0
    rule: Rule = "nonzero"
    clips: tuple[Clip, ...] = ()


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels in an upright rectangle, seen only inside all of its clips.

    pixels: (h, w, 3) or (h, w, 4) uint8, sRGB, alpha not premultiplied; row 0 is the top.
    rect_mm: x, y of the top left corner, width, height.
    """

    pixels: NDArray[np.uint8]
    rect_mm: tuple[float, float, float, float]
    clips: tuple[Clip, ...] = ()


Shape = Filled | Picture


@dataclass(frozen=True, eq=False)
class Drawing:
    """What a slide shows: shapes back to front, on clear film, within the aperture.

    size_mm: the aperture, width and height. Where nothing is drawn, light passes.
    """

    size_mm: tuple[float, float]
    shapes: Sequence[Shape] = field(default_factory=tuple)

    def aperture(self) -> Path:
        """The aperture's outline."""
        width, height = self.size_mm
        return Path.rectangle(-width / 2, -height / 2, width, height)


def lines_as_cubics(start: Floats, end: Floats) -> Floats:
    """Straight segments as (n, 4, 2) cubics with control points at the thirds.

    start, end: (n, 2).
    """
    return np.stack([start, (2 * start + end) / 3, (start + 2 * end) / 3, end], axis=1)


def points_on(segments: Floats, t: ArrayLike) -> Floats:
    """Points of cubic Béziers: (n, 4, 2) segments at k parameters give (n, k, 2).

    B(t) = (1-t)^3 P0 + 3 (1-t)^2 t P1 + 3 (1-t) t^2 P2 + t^3 P3.
    """
    at = np.asarray(t, float)
    rest = 1 - at
    weights = np.stack([rest**3, 3 * rest**2 * at, 3 * rest * at**2, at**3], axis=-1)
    result: Any = np.einsum("kj,nji->nki", weights, segments)
    return np.asarray(result, float)


def _polygon(corners: Floats) -> Path:
    segments = lines_as_cubics(corners, np.roll(corners, -1, axis=0))
    return Path(segments, np.ones(len(corners), bool), np.zeros(1, np.intp))
