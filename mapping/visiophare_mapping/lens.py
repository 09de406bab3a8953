# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two lenses of the chain, forwards and backwards, exactly.

Owns: the projector lens (in slide millimetres) and the camera lens (OpenCV's K and dist, in
pixels), both as maps of points (N, 2) float64.  A point that a lens cannot make (past the radius
where its polynomial turns back) maps to NaN, never to a wrong place.
Must not know: homographies, targets, pictures, files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_INVERSION_STEPS = 30
_INVERSION_TOLERANCE = 1e-12


@dataclass(frozen=True)
class ProjectorLens:
    """Radial distortion of the projector's lens, in the plane of the slide.

    x_d = c + (x - c)(1 + k1 r² + k2 r⁴),  r = |x - c| / radius

    `centre_mm` c (x, y) and `radius_mm` are slide millimetres; the radius is half the aperture's
    diagonal, so that k1 is the relative shift at the aperture's corner.
    """

    k1: float
    k2: float
    centre_mm: tuple[float, float]
    radius_mm: float

    def distort(self, slide_mm: Points) -> Points:
        """Slide point (N, 2) mm -> where an ideal lens would have needed it, (N, 2) mm."""
        offset = np.asarray(slide_mm, dtype=np.float64) - self.centre_mm
        r2 = np.sum(offset**2, axis=1) / self.radius_mm**2
        scale = 1.0 + r2 * (self.k1 + r2 * self.k2)
        slope = 1.0 + r2 * (3.0 * self.k1 + r2 * 5.0 * self.k2)
        scale = np.where((slope > 0.0) & self._before_turning(r2), scale, np.nan)
        result: Points = offset * scale[:, None] + self.centre_mm
        return result

    def undistort(self, ideal_mm: Points) -> Points:
        """Inverse of `distort`, to rounding; NaN where no slide point leads there."""
        offset = np.asarray(ideal_mm, dtype=np.float64) - self.centre_mm
        target = np.sqrt(np.sum(offset**2, axis=1)) / self.radius_mm
        radius = _invert_radial(target, (self.k1, self.k2))
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = np.where(target > 0.0, radius / target, 1.0)
        result: Points = offset * scale[:, None] + self.centre_mm
        return result

    def _before_turning(self, r2: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether r² lies before the first radius at which the polynomial turns back."""
        return r2 < _first_turning_r2((self.k1, self.k2))


@dataclass(frozen=True)
class CameraLens:
    """OpenCV's camera model: `matrix` is K (3, 3), `distortion` is dist, of length 4, 5 or 8.

    With (x, y) = K⁻¹ p and r² = x² + y²:
        s   = (1 + k1 r² + k2 r⁴ + k3 r⁶) / (1 + k4 r² + k5 r⁴ + k6 r⁶)
        x_d = x s + 2 p1 x y + p2 (r² + 2 x²),   y_d = y s + p1 (r² + 2 y²) + 2 p2 x y
    and the raw pixel is K (x_d, y_d, 1).  `source` says where the numbers are from: "given"
    (calibrated apart), "estimated" (with the slide, from one view), or "assumed".
    """

    matrix: NDArray[np.float64]
    distortion: NDArray[np.float64]
    image_size_px: tuple[int, int]
    source: str = "given"

    def distort(self, ideal_px: Points) -> Points:
        """Pixel of an ideal camera (N, 2) -> raw pixel (N, 2); NaN where the model turns back."""
        xy = self._normalise(ideal_px)
        distorted, jacobian = self._distort_normalised(xy)
        turned = _determinants(jacobian) <= 0.0
        turned |= np.sum(xy**2, axis=1) >= self._turning_r2()
        distorted[turned] = np.nan
        return self._denormalise(distorted)

    def undistort(self, raw_px: Points) -> Points:
        """Raw pixel (N, 2) -> pixel of an ideal camera (N, 2), by Newton's method to rounding."""
        target = self._normalise(raw_px)
        xy = target.copy()
        limit_r2 = self._turning_r2()
        with np.errstate(all="ignore"):
            for _ in range(_INVERSION_STEPS):
                distorted, jacobian = self._distort_normalised(xy)
                step = _solve_2x2(jacobian, target - distorted)
                largest = np.nanmax(np.abs(step), initial=0.0)
                xy = _shorten_to(xy + step, limit_r2)
                if largest < _INVERSION_TOLERANCE:
                    break
            distorted, jacobian = self._distort_normalised(xy)
            missed = np.max(np.abs(distorted - target), axis=1) > 1e-9
            missed |= ~(_determinants(jacobian) > 0.0)
        xy[missed] = np.nan
        return self._denormalise(xy)

    def _normalise(self, px: Points) -> Points:
        homogeneous = np.column_stack([np.asarray(px, dtype=np.float64), np.ones(len(px))])
        result: Points = (homogeneous @ np.linalg.inv(self.matrix).T)[:, :2]
        return result

    def _denormalise(self, xy: Points) -> Points:
        homogeneous = np.column_stack([xy, np.ones(len(xy))])
        result: Points = (homogeneous @ self.matrix.T)[:, :2]
        return result

    def _coefficients(self) -> tuple[float, ...]:
        padded = np.zeros(8)
        padded[: len(self.distortion)] = self.distortion
        return tuple(float(value) for value in padded)

    def _turning_r2(self) -> float:
        """Squared radius where the radial polynomial turns back (rational models: no limit)."""
        k1, k2, _, _, k3, *rational = self._coefficients()
        return np.inf if any(rational) else _first_turning_r2((k1, k2, k3))

    def _distort_normalised(self, xy: Points) -> tuple[Points, NDArray[np.float64]]:
        """Distorted (N, 2) and Jacobian (N, 2, 2) of the model at normalised points (N, 2)."""
        k1, k2, p1, p2, k3, k4, k5, k6 = self._coefficients()
        x, y = xy[:, 0], xy[:, 1]
        r2 = x * x + y * y
        numerator = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3))
        denominator = 1.0 + r2 * (k4 + r2 * (k5 + r2 * k6))
        scale = numerator / denominator
        slope = (
            (k1 + r2 * (2 * k2 + r2 * 3 * k3)) - scale * (k4 + r2 * (2 * k5 + r2 * 3 * k6))
        ) / denominator
        distorted = np.column_stack(
            [
                x * scale + 2 * p1 * x * y + p2 * (r2 + 2 * x * x),
                y * scale + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y,
            ]
        )
        jacobian = np.empty((len(xy), 2, 2))
        jacobian[:, 0, 0] = scale + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x
        jacobian[:, 0, 1] = 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y
        jacobian[:, 1, 0] = jacobian[:, 0, 1]
        jacobian[:, 1, 1] = scale + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x
        return distorted, jacobian


def _first_turning_r2(coefficients: tuple[float, ...]) -> float:
    """Smallest r² > 0 where d/dr [r (1 + k1 r² + k2 r⁴ + …)] = 0, or infinity."""
    slope = [(2 * i + 3) * k for i, k in enumerate(coefficients)]
    polynomial = np.trim_zeros(np.array([*slope[::-1], 1.0]), "f")
    roots = np.roots(polynomial)
    real = roots[(np.abs(roots.imag) < 1e-12) & (roots.real > 0.0)].real
    return float(real.min()) if len(real) else np.inf


def _invert_radial(target: NDArray[np.float64], k: tuple[float, float]) -> NDArray[np.float64]:
    """Solve r (1 + k1 r² + k2 r⁴) = target for r before the turning point; NaN if there is none.

    Newton's method from the target, kept inside the monotonic range.
    """
    k1, k2 = k
    limit = np.sqrt(_first_turning_r2(k))
    with np.errstate(all="ignore"):
        radius = np.minimum(target, limit * 0.9)
        for _ in range(_INVERSION_STEPS):
            r2 = radius**2
            error = radius * (1.0 + r2 * (k1 + r2 * k2)) - target
            radius = np.clip(
                radius - error / (1.0 + r2 * (3 * k1 + r2 * 5 * k2)), 0.0, limit * (1 - 1e-9)
            )
        r2 = radius**2
        missed = np.abs(radius * (1.0 + r2 * (k1 + r2 * k2)) - target) > 1e-9 * (1.0 + target)
    return np.where(missed, np.nan, radius)


def _solve_2x2(matrices: NDArray[np.float64], right: Points) -> Points:
    """Solve N systems of 2 × 2 by Cramer's rule; singular ones give inf or NaN, not an error."""
    a, b = matrices[:, 0, 0], matrices[:, 0, 1]
    c, d = matrices[:, 1, 0], matrices[:, 1, 1]
    determinant = _determinants(matrices)
    return np.column_stack(
        [
            (d * right[:, 0] - b * right[:, 1]) / determinant,
            (a * right[:, 1] - c * right[:, 0]) / determinant,
        ]
    )


def _determinants(matrices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Determinants (N,) of (N, 2, 2); NaN stays NaN."""
    ahead = matrices[:, 0, 0] * matrices[:, 1, 1]
    result: NDArray[np.float64] = ahead - matrices[:, 0, 1] * matrices[:, 1, 0]
    return result


def _shorten_to(xy: Points, limit_r2: float) -> Points:
    """Pull points at or past the turning radius back inside, so that Newton stays on its branch."""
    if not np.isfinite(limit_r2):
        return xy
    r2 = np.sum(xy**2, axis=1)
    factor = np.where(r2 >= limit_r2, 0.99 * np.sqrt(limit_r2 / np.maximum(r2, 1e-300)), 1.0)
    result: Points = xy * factor[:, None]
    return result
