# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the geometry of the optical bench: poses, lenses, and the two instruments on a flat façade.

The façade is the plane z = 0 of a right-handed world in metres: x right, y up, z towards the
audience, origin in the façade's lower-left corner. This module knows no pictures and no light,
and on purpose shares nothing with `visiophare_mapping`, whose results it judges.

A point that an instrument cannot see or throw comes back as NaN, never as a plausible number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
NEWTON_STEPS = 25
NEWTON_TOLERANCE = 1e-13


@dataclass(frozen=True, eq=False)
class Pose:
    """Where an instrument stands and looks: `axes` rows are its right, down and forward."""

    position_m: Points
    axes: Points

    def rays_to_facade(self, slopes: Points) -> Points:
        """Follow rays of slopes (N, 2), right and down, to façade points (N, 2), m."""
        directions = np.column_stack([slopes, np.ones(len(slopes))]) @ self.axes
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = -self.position_m[2] / directions[:, 2]
        points = self.position_m[:2] + reach[:, None] * directions[:, :2]
        return np.where((reach > 0)[:, None], points, np.nan)

    def facade_to_local(self, points_m: Points) -> Points:
        """Express façade points (N, 2), m, in the instrument's right, down, forward axes (N, 3)."""
        world = np.column_stack([points_m, np.zeros(len(points_m))])
        return (world - self.position_m) @ self.axes.T

    def facade_to_rays(self, points_m: Points) -> Points:
        """Slopes (N, 2) of the rays to façade points (N, 2), m; the inverse of the above."""
        local = self.facade_to_local(points_m)
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = local[:, :2] / local[:, 2:]
        return np.where((local[:, 2] > 0)[:, None], slopes, np.nan)


def looking_at(position_m: ArrayLike, target_m: ArrayLike, roll_rad: float = 0.0) -> Pose:
    """A pose at `position_m` (x, y, z) that looks at `target_m`, upright but for `roll_rad`."""
    position = np.asarray(position_m, float)
    forward = np.asarray(target_m, float) - position
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    cos, sin = np.cos(roll_rad), np.sin(roll_rad)
    axes = np.array([cos * right + sin * down, cos * down - sin * right, forward])
    return Pose(position, axes)


@dataclass(frozen=True)
class ThrowLens:
    """The projector lens, mm: x_d = c + (x − c)(1 + k1 r² + k2 r⁴), r = |x − c| / radius."""

    k1: float
    k2: float
    centre_mm: tuple[float, float]
    radius_mm: float

    def distort(self, gate_mm: Points) -> Points:
        """Gate points (N, 2) to where an ideal lens would have to have them (N, 2), mm."""
        offset = gate_mm - self.centre_mm
        r2 = np.sum(offset**2, axis=1, keepdims=True) / self.radius_mm**2
        return np.asarray(self.centre_mm + offset * (1 + r2 * (self.k1 + r2 * self.k2)))

    def undistort(self, ideal_mm: Points) -> Points:
        """The inverse of `distort`, (N, 2) mm, by Newton's method."""
        return solve(self.distort, self._jacobian, ideal_mm)

    def _jacobian(self, gate_mm: Points) -> Points:
        offset = gate_mm - self.centre_mm
        r2 = np.sum(offset**2, axis=1) / self.radius_mm**2
        scale = 1 + r2 * (self.k1 + r2 * self.k2)
        slope = (self.k1 + 2 * self.k2 * r2) * 2 / self.radius_mm**2
        outer = offset[:, :, None] * offset[:, None, :]
        return np.asarray(scale[:, None, None] * np.eye(2) + slope[:, None, None] * outer)


@dataclass(frozen=True)
class CameraLens:
    """A webcam's lens, Brown's model: radial k1, k2, tangential p1, p2 on slopes, then pixels."""

    focal_px: float
    centre_px: tuple[float, float]
    k1: float
    k2: float
    p1: float
    p2: float

    def slopes_to_pixels(self, slopes: Points) -> Points:
        """Slopes of rays (N, 2), right and down, to raw pixels (N, 2)."""
        return np.asarray(self._bend(slopes) * self.focal_px + self.centre_px)

    def pixels_to_slopes(self, pixels: Points) -> Points:
        """The inverse of `slopes_to_pixels`, by Newton's method."""
        return solve(self._bend, self._jacobian, (pixels - self.centre_px) / self.focal_px)

    def _bend(self, slopes: Points) -> Points:
        x, y = slopes.T
        r2 = x * x + y * y
        radial = 1 + r2 * (self.k1 + r2 * self.k2)
        bent_x = x * radial + 2 * self.p1 * x * y + self.p2 * (r2 + 2 * x * x)
        bent_y = y * radial + self.p1 * (r2 + 2 * y * y) + 2 * self.p2 * x * y
        return np.column_stack([bent_x, bent_y])

    def _jacobian(self, slopes: Points) -> Points:
        x, y = slopes.T
        r2 = x * x + y * y
        radial = 1 + r2 * (self.k1 + r2 * self.k2)
        slope = 2 * (self.k1 + 2 * self.k2 * r2)
        cross = slope * x * y + 2 * self.p1 * x + 2 * self.p2 * y
        jacobian = np.empty((len(slopes), 2, 2))
        jacobian[:, 0, 0] = radial + slope * x * x + 2 * self.p1 * y + 6 * self.p2 * x
        jacobian[:, 0, 1] = jacobian[:, 1, 0] = cross
        jacobian[:, 1, 1] = radial + slope * y * y + 6 * self.p1 * y + 2 * self.p2 * x
        return jacobian


@dataclass(frozen=True, eq=False)
class Thrower:
    """The projector: the slide in its gate, thrown on the façade through the lens."""

    pose: Pose
    focal_mm: float
    lens: ThrowLens

    def gate_to_facade(self, gate_mm: ArrayLike) -> Points:
        """Gate points (N, 2), mm right and down, to façade points (N, 2), m right and up."""
        return self.pose.rays_to_facade(self.lens.distort(as_points(gate_mm)) / self.focal_mm)

    def facade_to_gate(self, facade_m: ArrayLike) -> Points:
        """The inverse of `gate_to_facade`."""
        return self.lens.undistort(self.pose.facade_to_rays(as_points(facade_m)) * self.focal_mm)


@dataclass(frozen=True, eq=False)
class Viewer:
    """The camera's geometry: façade to raw pixels (centre of the top-left pixel is 0, 0)."""

    pose: Pose
    lens: CameraLens

    def facade_to_camera(self, facade_m: ArrayLike) -> Points:
        """Façade points (N, 2), m right and up, to raw pixels (N, 2)."""
        return self.lens.slopes_to_pixels(self.pose.facade_to_rays(as_points(facade_m)))

    def camera_to_facade(self, pixels: ArrayLike) -> Points:
        """The inverse of `facade_to_camera`."""
        return self.pose.rays_to_facade(self.lens.pixels_to_slopes(as_points(pixels)))


def as_points(values: ArrayLike) -> Points:
    """Any array-like of pairs as float64 (N, 2)."""
    return np.asarray(values, float).reshape(-1, 2)


def solve(
    forward: Callable[[Points], Points], jacobian: Callable[[Points], Points], wanted: Points
) -> Points:
    """Find x (N, 2) with forward(x) = wanted (N, 2), by Newton's method started at `wanted`.

    Stops when every residual is below 1e-13 of the largest coordinate; where it does not
    converge, or lands beyond the lens's fold (a negative determinant), the result is NaN.
    """
    wanted = np.asarray(wanted, float)
    finite = np.asarray(np.isfinite(wanted).all(axis=1))
    x = np.where(finite[:, None], wanted, 0.0)
    goal = x.copy()
    tolerance = NEWTON_TOLERANCE * max(1.0, float(np.abs(goal).max(initial=0.0)))
    with np.errstate(all="ignore"):
        for _ in range(NEWTON_STEPS):
            residual = forward(x) - goal
            matrix = jacobian(x)
            a, b, c, d = matrix[:, 0, 0], matrix[:, 0, 1], matrix[:, 1, 0], matrix[:, 1, 1]
            determinant = a * d - b * c
            if np.abs(residual).max(initial=0.0) < tolerance:
                break
            step_x = (d * residual[:, 0] - b * residual[:, 1]) / determinant
            step_y = (a * residual[:, 1] - c * residual[:, 0]) / determinant
            x = x - np.column_stack([step_x, step_y])
        lost = ~(np.abs(residual).max(axis=1, initial=0.0) < 1e4 * tolerance)
    bad = ~finite | lost | ~(determinant > 0)
    return np.where(bad[:, None], np.nan, x)
