# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metres of a plane from whatever was measured on it, all at once, with what is unsure.

Each measure is an equation in the homography x_m ~ H x_px: a point gives both its metres, a length
the distance of its ends, a vertical (or level) line that its ends have the same x (or y).  H is the
weighted least-squares solution, each equation divided by
its standard deviation: the tape's, and the click's carried into metres.  Two directions and a
length each way are the smallest set without points: Liebowitz & Zisserman, "Metric rectification
for perspective images of planes" (CVPR 1998); Hartley & Zisserman, Multiple View Geometry, 2.7.
The start is the linear fit to the points, or the best of many views that a camera might have had.

Owns: the equations, the solution, its covariance.
Must not know: calibrations, files, what people are told.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.homography import fit_homography
from visiophare_mapping.least_squares import slopes, solve
from visiophare_mapping.measures import Measure, Measures
from visiophare_mapping.planes import apply_homography

Floats = NDArray[np.float64]

_GAUGE_M = 1e-3  # how firmly the origin is held where nothing measured holds it
_ROUNDS = 3  # the click's share in metres follows from the solution
_FOCALS = (0.6, 0.9, 1.4, 2.2)
_YAWS_DEG = (-50, -25, 0, 25, 50)
_PITCHES_DEG = (-10, 10, 30, 50)
_STARTS = 6


@dataclass(frozen=True, eq=False)
class Fit:
    """px_to_m (3, 3), [2, 2] = 1, or -1 where that keeps the third coordinate of all that was
    measured positive; covariance (8, 8) of its other entries, row by row, with the
    measures' stated deviations; residuals in standard deviations, one array per measure; spare:
    equations beyond what is needed."""

    px_to_m: Floats
    covariance: Floats
    residuals: tuple[Floats, ...]
    spare: int

    @property
    def chi2(self) -> float:
        """Sum of the squared residuals, each in its standard deviations."""
        return float(sum(np.sum(part**2) for part in self.residuals))


def fit_metres(
    measures: Measures, ideal_px: Sequence[Floats], size_px: tuple[int, int]
) -> Fit | None:
    """The homography of all measures, or None where they leave it open.

    `ideal_px`: each measure's photo_px behind the camera's lens.
    """
    problem = _Problem(measures, ideal_px, size_px)
    if problem.equations < problem.unknowns:
        return None
    best: Floats | None = None
    cost = np.inf
    for start in problem.starts():
        found, chi2 = solve(problem.residuals, start)
        if chi2 < cost * (1 - 1e-9):
            best, cost = found, chi2
    if best is None or not np.isfinite(cost):
        return None
    for _ in range(_ROUNDS):
        problem.weigh(best)
        best, cost = solve(problem.residuals, best)
    return problem.result(best)


class _Problem:
    """One fit under way, in pixels centred on the photo and divided by its longer side."""

    def __init__(
        self, measures: Measures, ideal_px: Sequence[Floats], size_px: tuple[int, int]
    ) -> None:
        self.measures = measures
        self.longer = float(max(size_px))
        centre = (np.array(size_px, dtype=np.float64) - 1.0) / 2.0
        self.to_unit = np.array(
            [
                [1.0 / self.longer, 0.0, -centre[0] / self.longer],
                [0.0, 1.0 / self.longer, -centre[1] / self.longer],
                [0.0, 0.0, 1.0],
            ]
        )
        self.ends = [apply_homography(self.to_unit, points) for points in ideal_px]
        self.has_points = any(m.kind == "point" for m in measures.entries)
        self.deviations = [np.full(m.equations, measures.tape_m) for m in measures.entries]

    @property
    def equations(self) -> int:
        """How many numbers are told; the origin holds two where no point does."""
        told = sum(entry.equations for entry in self.measures.entries)
        return told + (0 if self.has_points else 2)

    @property
    def unknowns(self) -> int:
        """8 of a homography, or 4 of a scale, a turn and a shift."""
        return 4 if self.measures.rectified else 8

    def matrix(self, parameters: Floats) -> Floats:
        """(3, 3): of 8 entries, or for a rectified photo of a scale, a turn and a shift."""
        if not self.measures.rectified:
            return np.append(parameters, 1.0).reshape(3, 3)
        a, b, x, y = parameters
        return np.array([[a, b, x], [b, -a, y], [0.0, 0.0, 1.0]])

    def residuals(self, parameters: Floats) -> Floats:
        matrix = self.matrix(parameters)
        parts = [
            _misses(entry, apply_homography(matrix, ends)) / deviation
            for entry, ends, deviation in zip(
                self.measures.entries, self.ends, self.deviations, strict=True
            )
        ]
        if not self.has_points:
            parts.append(apply_homography(matrix, self.ends[0][:1])[0] / _GAUGE_M)
        result = np.concatenate(parts)
        return np.where(np.isfinite(result), result, 1e6)

    def weigh(self, parameters: Floats) -> None:
        """The deviations at this solution: the tape's, and the clicks' of all ends."""
        matrix, step = self.matrix(parameters), 1e-6
        for entry, ends, deviation in zip(
            self.measures.entries, self.ends, self.deviations, strict=True
        ):
            total = np.zeros(entry.equations)
            for end, axis in itertools.product(range(len(ends)), range(2)):
                moved = ends.copy()
                moved[end, axis] += step
                slope = _misses(entry, apply_homography(matrix, moved)) - _misses(
                    entry, apply_homography(matrix, ends)
                )
                total += (slope / step * self.measures.click_px / self.longer) ** 2
            tape = self.measures.tape_m if entry.metres else 0.0
            deviation[:] = np.sqrt(total + tape**2)

    def starts(self) -> list[Floats]:
        """Where to begin, best first."""
        points = [i for i, m in enumerate(self.measures.entries) if m.kind == "point"]
        if len(points) >= 4 and not self.measures.rectified:
            source = np.array([self.ends[i][0] for i in points])
            target = np.array([self.measures.entries[i].metres for i in points])
            try:
                matrix = fit_homography(source, target)
            except ValueError:
                return []
            return [(matrix / matrix[2, 2]).ravel()[:8]] if abs(matrix[2, 2]) > 1e-9 else []
        if self.measures.rectified:
            matrices = [np.diag([1.0, -1.0, 1.0])]
        else:
            turns = itertools.product(_FOCALS, np.radians(_YAWS_DEG), np.radians(_PITCHES_DEG))
            matrices = [_view(*turn) for turn in turns]
        guesses = [self._scaled(matrix) for matrix in matrices]
        guesses.sort(key=lambda guess: float(np.sum(self.residuals(guess) ** 2)))
        return guesses[:_STARTS]

    def _scaled(self, matrix: Floats) -> Floats:
        """A view in its own units, brought to metres by the lengths and points there are."""
        told, seen, here, there = [], [], [], []
        for entry, ends in zip(self.measures.entries, self.ends, strict=True):
            placed = apply_homography(matrix, ends)
            if entry.kind == "length":
                told.append(entry.metres[0])
                seen.append(float(np.hypot(*(placed[1] - placed[0]))))
            elif entry.kind == "point":
                here.append(placed[0])
                there.append(np.array(entry.metres))
        for one, other in itertools.combinations(range(len(here)), 2):
            told.append(float(np.hypot(*(there[one] - there[other]))))
            seen.append(float(np.hypot(*(here[one] - here[other]))))
        scale = float(np.dot(told, seen) / max(np.dot(seen, seen), 1e-12)) if told else 1.0
        origin = here[0] if here else apply_homography(matrix, self.ends[0][:1])[0]
        target = there[0] if there else np.zeros(2)
        moved = np.diag([scale, scale, 1.0])
        moved[:2, 2] = target - scale * np.nan_to_num(origin)
        placed = moved @ matrix
        if self.measures.rectified:
            return np.array([placed[0, 0], placed[0, 1], placed[0, 2], placed[1, 2]])
        result: Floats = (placed / placed[2, 2]).ravel()[:8]
        return result

    def result(self, parameters: Floats) -> Fit | None:
        """The fit in raw units; None where its equations do not fix it."""
        left = self.residuals(parameters)
        slope = slopes(self.residuals, parameters)
        scale = np.linalg.norm(slope, axis=0)
        if np.any(scale == 0.0) or len(left) < len(parameters):
            return None
        singular = np.linalg.svd(slope / scale, compute_uv=False)
        if singular[-1] < 1e-9 * singular[0]:
            return None
        covariance = np.linalg.inv((slope / scale).T @ (slope / scale)) / np.outer(scale, scale)
        matrix = self.matrix(parameters) @ self.to_unit
        spread = _entry_slopes(self, parameters)
        counts = np.cumsum([entry.equations for entry in self.measures.entries])
        split = np.split(left[: counts[-1]], counts[:-1])
        matrix = matrix / matrix[2, 2]
        depth = np.sign((self.matrix(parameters) @ np.append(self.ends[0][0], 1.0))[2])
        return Fit(
            matrix * depth * np.sign((self.matrix(parameters) @ self.to_unit)[2, 2]),
            np.asarray(spread @ covariance @ spread.T, dtype=np.float64),
            tuple(split),
            len(left) - len(parameters),
        )


def _entry_slopes(problem: _Problem, parameters: Floats) -> Floats:
    """(8, P): how the entries of px_to_m, [2, 2] = 1, follow the parameters."""

    def entries(at: Floats) -> Floats:
        matrix = problem.matrix(at) @ problem.to_unit
        return np.asarray((matrix / matrix[2, 2]).ravel()[:8], dtype=np.float64)

    return slopes(entries, parameters)


def _misses(entry: Measure, placed: Floats) -> Floats:
    """What the measure's equations leave, in metres, at its ends' places on the façade."""
    if entry.kind == "point":
        return np.asarray(placed[0] - entry.metres, dtype=np.float64)
    between = placed[1] - placed[0]
    if entry.kind == "length":
        return np.array([np.hypot(*between) - entry.metres[0]])
    return np.array([between[0 if entry.kind == "vertical" else 1]])


def _view(focal: float, yaw: float, pitch: float) -> Floats:
    """Picture (centred, in longer sides) to a wall, x right and y up, for a camera turned so."""
    cos_yaw, sin_yaw, cos_pitch, sin_pitch = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    lift = np.array([[1, 0, 0], [0, cos_pitch, -sin_pitch], [0, sin_pitch, cos_pitch]])
    turn = np.array([[cos_yaw, 0, sin_yaw], [0, 1, 0], [-sin_yaw, 0, cos_yaw]])
    matrix = np.diag([1.0, -1.0, 1.0]) @ turn @ lift @ np.diag([1.0 / focal, 1.0 / focal, 1.0])
    result: Floats = matrix / matrix[2, 2]
    return result


def deviation_m(fit: Fit, ideal_px: Floats) -> Floats:
    """(N, 2, 2): the covariance in metres of places in the photo, from the measures alone."""
    points = np.asarray(ideal_px, dtype=np.float64)
    homogeneous = np.column_stack([points, np.ones(len(points))])
    third = homogeneous @ fit.px_to_m[2]
    placed = (homogeneous @ fit.px_to_m[:2].T) / third[:, None]
    slope = np.zeros((len(points), 2, 8))
    slope[:, 0, 0:3] = slope[:, 1, 3:6] = homogeneous / third[:, None]
    for axis in range(2):
        slope[:, axis, 6:8] = -placed[:, axis, None] * points / third[:, None]
    result: Floats = slope @ fit.covariance @ slope.transpose(0, 2, 1)
    return result
