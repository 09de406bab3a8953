# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refines points of the target by laying the target's own picture over the camera's.

Around each point, what the camera saw is explained as
    signal = albedo · target(p - shift) + rest
where albedo and rest are each a plane plus as much of the dark picture as fits, and the target is
blurred to fit; Gauss-Newton with Huber weights finds the shift.  Every edge in the patch helps,
not only the saddle, and a façade that varies under it does no harm where the dark picture shows
how.

Must not know: how the target was first found, lenses (they come as a map of points).
Source: Lucas & Kanade (1981), Baker & Matthews, "Lucas-Kanade 20 years on" (2004).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.target_picture import MM_PER_INCH, target_array
from visiophare_mapping.targets import Target

Grey = NDArray[np.float32]
Floats = NDArray[np.float64]
Points = NDArray[np.float64]
MapPoints = Callable[[Points], Points]

_TEMPLATE_PX_PER_PX = 1.5
_TEMPLATE_LARGEST_PX = 6000
_BLURS_PX = (0.3, 0.45, 0.65, 0.9, 1.3, 1.9, 2.8, 4.0, 6.0, 9.0)
_FIRST_LEVEL = 4
_LARGEST_STEP_PX = 3.0
_HUBER = 2.0
_REWEIGHTINGS = 2
_SMOOTHING_PX = 2.0
_LARGEST_HALF_PX = 36
_NODES = np.linspace(-1.0, 1.0, 5)


@dataclass(frozen=True)
class Refined:
    """Per point: where it is (N, 2) px, the deviation of that (N,) px, and the share of the
    patch's variance that the target explains (N,), 0 to 1.  NaN where nothing could be said."""

    points_px: Points
    sigma_px: Floats
    explained: Floats


class Template:
    """The target as a picture, blurred as far as asked; sampled in slide mm."""

    def __init__(self, target: Target, px_per_mm: float) -> None:
        largest = _TEMPLATE_LARGEST_PX / max(target.aperture_mm)
        self._dpi = min(px_per_mm * _TEMPLATE_PX_PER_PX, largest) * MM_PER_INCH
        self._sharp = target_array(target, self._dpi).astype(np.float32) / 255.0
        height, width = self._sharp.shape
        self._per_mm = np.array([width, height]) / np.array(target.aperture_mm)
        self._blurred: dict[int, Grey] = {}

    def sample(self, slide_mm: Floats, level: int, px_per_mm: float) -> Grey:
        """Transmittance at slide points (…, 2), blurred by _BLURS_PX[level] camera pixels."""
        if level not in self._blurred:
            sigma = _BLURS_PX[level] / px_per_mm * float(self._per_mm.mean())
            self._blurred[level] = np.asarray(
                cv2.GaussianBlur(self._sharp, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE),
                dtype=np.float32,
            )
        picture = self._blurred[level]
        height, width = picture.shape
        at = slide_mm * self._per_mm + np.array([width - 1, height - 1]) / 2.0
        flat = np.ascontiguousarray(at.reshape(-1, slide_mm.shape[-2], 2), dtype=np.float32)
        sampled = cv2.remap(picture, flat, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(sampled, dtype=np.float32).reshape(slide_mm.shape[:-1])


def refine_points(
    signal: Grey,
    dark: Grey | None,
    template: Template,
    slide_mm: Points,
    to_camera: MapPoints,
    to_slide: MapPoints,
    drawn_mm: Points,
    iterations: int,
    reach: float,
) -> Refined:
    """Refine where slide points (N, 2) are in `signal` (h, w), px of that array.

    `to_camera`, `to_slide` map slide mm to px of that array and back, as far as known; `drawn_mm`
    (N, 2) is where the template has these points (a measured print may differ).  `dark` (h, w)
    is the façade in other light, or None.  `reach` is a patch's half side in spacings of points.
    """
    patches = _Patches.around(slide_mm, to_camera, to_slide, signal.shape, reach)
    return _Solver(patches, template, signal, dark, slide_mm - drawn_mm).run(iterations)


@dataclass(frozen=True)
class _Patches:
    """Square windows of pixels around predicted points.

    `index` the points (N of them, of `total`) whose window lies in the picture; `corner` (N, 2)
    their upper left pixels; `offset` (N, 2) predicted point - centre pixel; `slide_of` (N, 6, 2)
    slide mm as a quadratic of the pixel's place in the window, -1 to 1; `half` window's half side;
    `px_per_mm` the scale there.
    """

    total: int
    index: NDArray[np.intp]
    centre: NDArray[np.intp]
    predicted: Points
    slide_of: Floats
    half: int
    px_per_mm: float

    @staticmethod
    def around(
        slide_mm: Points,
        to_camera: MapPoints,
        to_slide: MapPoints,
        shape: tuple[int, ...],
        reach: float,
    ) -> _Patches:
        predicted = to_camera(slide_mm)
        spacing_mm = _spacing(slide_mm)
        steps = [to_camera(slide_mm + step) - predicted for step in spacing_mm * np.eye(2)]
        spacing_px = float(np.nanmedian([np.hypot(*step.T) for step in steps]))
        half = int(np.clip(round(reach * spacing_px), 8, _LARGEST_HALF_PX))
        centre = np.rint(np.nan_to_num(predicted, nan=-1e6)).astype(np.intp)
        height, width = shape[:2]
        inside = ((centre >= half) & (centre < np.array([width, height]) - half)).all(axis=1)
        index = np.flatnonzero(inside)
        x, y = np.meshgrid(_NODES, _NODES)
        nodes = np.column_stack([x.ravel(), y.ravel()])
        places = centre[index][:, None, :] + nodes * half
        slide = to_slide(places.reshape(-1, 2)).reshape(len(index), -1, 2)
        known = np.isfinite(slide).all(axis=(1, 2))
        index, slide = index[known], slide[known]
        design = np.linalg.pinv(_quadratic(nodes[:, 0], nodes[:, 1]))
        return _Patches(
            total=len(slide_mm),
            index=index,
            centre=centre[index],
            predicted=predicted[index],
            slide_of=np.einsum("kn,pnd->pkd", design, slide),
            half=half,
            px_per_mm=spacing_px / spacing_mm,
        )

    def cut(self, picture: Grey) -> Floats:
        """The windows of `picture` (N, side²) float64."""
        side = 2 * self.half + 1
        windows = np.lib.stride_tricks.sliding_window_view(picture, (side, side))
        corner = self.centre - self.half
        cut = windows[corner[:, 1], corner[:, 0]].reshape(len(self.index), -1)
        return cut.astype(np.float64)


def _quadratic(x: Floats, y: Floats) -> Floats:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _moved(quadratic: Floats, by: Floats) -> Floats:
    """Coefficients (N, 6, d) of the quadratic with its argument moved by (N, 2)."""
    a, b = by[:, :1], by[:, 1:]
    c0, c1, c2, c3, c4, c5 = quadratic.transpose(1, 0, 2)
    moved = [
        c0 + a * c1 + b * c2 + a * a * c3 + a * b * c4 + b * b * c5,
        c1 + 2.0 * a * c3 + b * c4,
        c2 + a * c4 + 2.0 * b * c5,
        c3,
        c4,
        c5,
    ]
    return np.stack(moved, axis=1)


def _spacing(slide_mm: Points) -> float:
    """Distance of neighbouring points in mm: the median distance to the nearest other one."""
    distances = np.hypot(*(slide_mm[:, None] - slide_mm[None]).transpose(2, 0, 1))
    np.fill_diagonal(distances, np.inf)
    return float(np.median(distances.min(axis=1)))


class _Solver:
    """Gauss-Newton over all patches at once, each on its own."""

    def __init__(
        self,
        patches: _Patches,
        template: Template,
        signal: Grey,
        dark: Grey | None,
        moved_mm: Points,
    ) -> None:
        self._patches = patches
        self._template = template
        self._data = patches.cut(signal)
        self._moved_mm = moved_mm[patches.index]
        line = np.linspace(-1.0, 1.0, 2 * patches.half + 1)
        self._x, self._y = (grid.ravel() for grid in np.meshgrid(line, line))
        self._design = _quadratic(self._x, self._y)
        self._facade = self._facade_columns(dark)
        count = len(patches.index)
        self._shift = np.zeros((count, 2))
        self._level = np.full(count, _FIRST_LEVEL)
        self._albedo = np.ones_like(self._data)

    def run(self, iterations: int) -> Refined:
        """Shifts, their deviations, and how much of each patch is explained."""
        patches = self._patches
        points = np.full((patches.total, 2), np.nan)
        sigma = np.full(patches.total, np.nan)
        explained = np.full(patches.total, np.nan)
        if len(patches.index):
            for _ in range(iterations):
                deviation, share = self._step()
            points[patches.index] = patches.predicted + self._shift
            sigma[patches.index] = deviation
            explained[patches.index] = share
        return Refined(points, sigma, explained)

    def _facade_columns(self, dark: Grey | None) -> Floats:
        """What the albedo is made of, (N, K, side²): level, slopes, and the dark picture, sharp
        and smoothed, of which the fit takes as much as the façade and the noise allow."""
        flat = [np.ones_like(self._data), *(np.broadcast_to(axis, self._data.shape)
                                            for axis in (self._x, self._y))]  # fmt: skip
        if dark is not None:
            smooth = np.asarray(cv2.GaussianBlur(dark, (0, 0), _SMOOTHING_PX), dtype=np.float32)
            for picture in (dark, smooth):
                cut = self._patches.cut(picture)
                mean = np.maximum(cut.mean(axis=1, keepdims=True), 1e-9)
                flat.append(cut / mean - 1.0)
        return np.stack(flat, axis=1)

    def _step(self) -> tuple[Floats, Floats]:
        """One linear solution; moves the shifts, chooses the blurs.  Returns (N,), (N,).

        The unknowns: shift x, y and blur under the albedo of the step before; the albedo's parts
        under the target; its parts without the target (what leaks, and what changed between).
        """
        target = self._sampled(self._shift, self._level)
        parts = self._facade.shape[1]
        moving = self._slopes(target) * self._albedo[:, None]
        columns = np.concatenate([moving, self._facade * target[:, None], self._facade], axis=1)
        weights = np.ones_like(self._data)
        for _ in range(_REWEIGHTINGS):
            solution, covariance, residual = _solve(columns, self._data, weights)
            weights = _huber(residual)
        albedo = (solution[:, None, 3 : 3 + parts] @ self._facade)[:, 0]
        gain = albedo.mean(axis=1)
        usable = np.abs(gain) > 1e-9
        safe = np.where(usable, gain, 1.0)
        self._albedo = np.where(usable[:, None], albedo / safe[:, None], 1.0)
        change = np.where(usable[:, None], solution[:, :3] / safe[:, None], 0.0)
        self._shift += np.clip(change[:, :2], -_LARGEST_STEP_PX, _LARGEST_STEP_PX)
        # Between 0 and 1 the blur lies between this level and the next, which needs no change.
        rise = (change[:, 2] > 1.2).astype(int) - (change[:, 2] < -0.2).astype(int)
        self._level = np.clip(self._level + rise, 0, len(_BLURS_PX) - 2)
        variance = np.abs(covariance[:, [0, 1], [0, 1]]).mean(axis=1)
        deviation = np.where(usable, np.sqrt(variance) / np.abs(safe), np.nan)
        # What the façade alone explains is no sign of the target.
        _, _, without = _solve(self._facade, self._data, weights)
        left, before = (np.sum(weights * r**2, axis=1) for r in (residual, without))
        share = 1.0 - left / np.maximum(before, 1e-30)
        return deviation, np.where(gain > 0.0, share, -share)

    def _slopes(self, target: Floats) -> Floats:
        """How the target changes with shift x, shift y and blur, (N, 3, side²)."""
        halves = np.array([0.5, 0.0]), np.array([0.0, 0.5])
        shifts = [
            self._sampled(self._shift + half, self._level)
            - self._sampled(self._shift - half, self._level)
            for half in halves
        ]
        return np.stack([*shifts, self._sampled(self._shift, self._level + 1) - target], axis=1)

    def _sampled(self, shift: Floats, level: NDArray[np.int_]) -> Floats:
        """The target (N, side²) as the camera would see it, moved by `shift` (N, 2) px."""
        patches = self._patches
        # shift is of the target relative to its prediction, so the pixel looks that far back.
        moved = _moved(patches.slide_of, -shift / patches.half)
        moved[:, 0] -= self._moved_mm
        slide = self._design @ moved
        sampled = np.empty(slide.shape[:2])
        for value in np.unique(level):
            chosen = level == value
            sampled[chosen] = self._template.sample(slide[chosen], int(value), patches.px_per_mm)
        return sampled


def _solve(columns: Floats, data: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted least squares per patch: solution (N, C), covariance (N, C, C), residual (N, M)."""
    weighted = columns * weights[:, None, :]
    normal = weighted @ columns.transpose(0, 2, 1)
    right = (weighted @ data[:, :, None])[:, :, 0]
    diagonal = np.diagonal(normal, axis1=1, axis2=2)
    ridge = 1e-9 * diagonal + 1e-12 * diagonal.max(axis=1, keepdims=True) + 1e-30
    inverse = np.linalg.inv(normal + ridge[:, :, None] * np.eye(normal.shape[1]))
    solution = (inverse @ right[:, :, None])[:, :, 0]
    residual = data - (solution[:, None, :] @ columns)[:, 0, :]
    free = np.maximum(weights.sum(axis=1) - columns.shape[1], 1.0)
    variance = np.sum(weights * residual**2, axis=1) / free
    return solution, inverse * variance[:, None, None], residual


def _huber(residual: Floats) -> Floats:
    """Weights by each patch's own spread."""
    spread = 1.4826 * np.median(np.abs(residual), axis=1, keepdims=True)
    limit = _HUBER * np.maximum(spread, 1e-12)
    return np.minimum(1.0, limit / np.maximum(np.abs(residual), 1e-12))
