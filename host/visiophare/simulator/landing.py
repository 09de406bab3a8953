# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the verdict: how far each feature of a picture landed from where it should, on the façade.

It compares two façade rasters by local registration and knows neither scene nor mapping, so that
it cannot agree with their mistakes. A feature is a corner or junction that nothing near it
resembles; one that cannot be found again is reported as missing, never left out.

Method: normalised correlation of a patch (Lewis 1995) against the best of several blurs of the
wanted picture, then Gauss–Newton over an affine motion and a linear light (Baker–Matthews 2004).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Image = NDArray[np.float32]
Points = NDArray[np.float64]
SMOOTHING_PX = 1.0
BLURS_PX = (0.0, 1.5, 3.0, 6.0)
WIDEST_BLUR_PX = 40
LEAST_LIKENESS = 0.8
MOST_LIKE_ANOTHER = 0.9
LEAST_CONTRAST = 0.03
LEAST_KEPT = 0.7
SETTLED_PX = 0.003
REFINE_STEPS = 15
FURTHEST_REFINED_PX = 4.0


@dataclass(frozen=True, eq=False)
class Landings:
    """Where features landed: for each of N, where it should be and how far off it is.

    `points_m` (N, 2) on the façade, x right, y up; `offsets_mm` (N, 2) landed minus wanted, NaN
    where not found; `errors_mm` (N,) their lengths; `found` (N,) bool.
    """

    points_m: Points
    offsets_mm: Points
    found: NDArray[np.bool_]

    @property
    def errors_mm(self) -> NDArray[np.float64]:
        """The distance of each feature from where it should be, NaN where not found."""
        return np.asarray(np.hypot(*self.offsets_mm.T))

    @property
    def median_mm(self) -> float:
        """The median error of those found, NaN when none was."""
        return float(np.median(self.errors_mm[self.found])) if self.found.any() else float("nan")

    @property
    def worst_mm(self) -> float:
        """The largest error of those found, NaN when none was."""
        return float(self.errors_mm[self.found].max()) if self.found.any() else float("nan")


def measure_landings(
    wanted: ArrayLike,
    landed: ArrayLike,
    px_per_m: float,
    *,
    count: int = 96,
    patch_mm: float = 320.0,
    search_mm: float = 240.0,
    inside_m: ArrayLike | None = None,
) -> Landings:
    """Find up to `count` features of `wanted` again in `landed`, near where they should be.

    Both are façade rasters of the same size, (H, W) or (H, W, 3), row 0 the top, at `px_per_m`;
    `inside_m` (M, 2), a polygon on the façade, keeps to a part of it. Brightness, contrast,
    blur and a smooth fall-off do not matter; light and dark are not exchanged. Raises ValueError
    when the sizes differ.
    """
    wanted_grey, landed_grey = (_blur(_grey(raster), SMOOTHING_PX) for raster in (wanted, landed))
    if wanted_grey.shape != landed_grey.shape:
        raise ValueError(f"rasters differ: {wanted_grey.shape} and {landed_grey.shape}")
    half = max(6, round(patch_mm / 2000 * px_per_m))
    reach = max(4, round(search_mm / 1000 * px_per_m))
    mask = _mask(wanted_grey, px_per_m, inside_m)
    blurred = [_blur(wanted_grey, sigma) for sigma in BLURS_PX]
    places = _choose_features(wanted_grey, blurred[2], half, reach, count, mask)
    padded = cv2.copyMakeBorder(landed_grey, *[reach + half] * 4, cv2.BORDER_REPLICATE)
    search = _Search(blurred, np.asarray(padded, np.float32), half, reach)
    offsets_px = np.array([search.find(x, y) for x, y in places]).reshape(-1, 2)
    height_m = wanted_grey.shape[0] / px_per_m
    points_m = (places + 0.5) / px_per_m * (1, -1) + (0, height_m)
    offsets_mm = offsets_px * (1, -1) / px_per_m * 1000
    return Landings(points_m, offsets_mm, np.asarray(np.isfinite(offsets_mm).all(axis=1)))


class _Search:
    """Finds patches of the wanted picture (in several blurs) in the landed one."""

    def __init__(self, blurred: list[Image], padded: Image, half: int, reach: int) -> None:
        self._blurred, self._padded = blurred, padded
        self._half, self._reach = half, reach
        self._size_px = blurred[0].shape[::-1]
        margins = [WIDEST_BLUR_PX] * 4
        wider = cv2.copyMakeBorder(blurred[0], *margins, cv2.BORDER_REPLICATE)
        self._wanted = np.asarray(wider, np.float32)
        span = np.arange(-half, half + 1, dtype=np.float64) / half
        self._x, self._y = (axis.ravel() for axis in np.meshgrid(span, span))
        self._least_contrast = LEAST_CONTRAST * float(np.std(padded))

    def find(self, x: int, y: int) -> tuple[float, float]:
        """The offset (right, down) in px of the feature at a whole pixel, NaN when not found."""
        nowhere = (np.nan, np.nan)
        side = 2 * (self._half + self._reach) + 1
        window = self._padded[y : y + side, x : x + side]
        patches = [_patch(image, x, y, self._half) for image in self._blurred]
        flat = _flat_places(window, self._half, self._least_contrast)
        maps = [_likeness(window, patch, flat) for patch in patches]
        best = max(range(len(maps)), key=lambda k: float(maps[k].max()))
        likeness = maps[best]
        down, right = np.unravel_index(int(likeness.argmax()), likeness.shape)
        at_rim = not (0 < down < 2 * self._reach and 0 < right < 2 * self._reach)
        if at_rim or likeness[down, right] < LEAST_LIKENESS or _rivals(likeness, self._half):
            return nowhere
        start = (float(right - self._reach), float(down - self._reach))
        refined = self._refine(window, (x, y), BLURS_PX[best] ** 2, start)
        if refined is None or np.hypot(*np.subtract(refined, start)) > FURTHEST_REFINED_PX:
            return nowhere
        return refined

    def _refine(
        self, window: Image, place: tuple[int, int], variance: float, start: tuple[float, float]
    ) -> tuple[float, float] | None:
        """Fit landed(A·p + d) = T(p)·(g0 + g1·x + g2·y) + s·∇²T(p) + b; the offset d, or None.

        T is the wanted patch blurred by `variance` (px²); the Laplacian tells how much more or
        less blur fits better (the heat equation: ∂T/∂variance = ∇²T / 2), and T follows.
        """
        x, y, middle = self._x, self._y, self._half + self._reach
        affine = np.array([[self._half, 0.0, start[0]], [0.0, self._half, start[1]]])
        gain, template = 0.0, np.zeros(1)
        for _ in range(REFINE_STEPS):
            patch = self._blurred_patch(place, variance)
            template = patch.ravel().astype(np.float64)
            spread = cv2.Laplacian(patch, cv2.CV_32F, ksize=1).ravel()
            tilted = [template * x, template * y]
            light = np.column_stack([template, *tilted, spread, np.ones_like(template)])
            where = [row[0] * x + row[1] * y + row[2] + middle for row in affine]
            maps = [np.asarray(axis.reshape(patch.shape), np.float32) for axis in where]
            seen = cv2.remap(window, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            kept = self._within_raster(where, place)
            if kept.mean() < LEAST_KEPT:
                return None
            solution = _solve_step(np.asarray(seen, np.float32), light, x, y, kept)
            step, gain = solution[:6], solution[6]
            affine += np.array([[step[1], step[2], step[0]], [step[4], step[5], step[3]]])
            lost = not np.isfinite(affine).all() or np.abs(affine[:, 2]).max() > self._reach
            if lost or gain <= 0:
                return None
            sharper, softer = -0.5 * variance - 0.25, 0.5 * variance + 1.0
            variance = max(0.0, variance + float(np.clip(2 * solution[9] / gain, sharper, softer)))
            if np.hypot(step[0], step[3]) < SETTLED_PX:
                break
        if gain * template.std() < self._least_contrast:
            return None
        return float(affine[0, 2]), float(affine[1, 2])

    def _within_raster(self, where: list[Points], place: tuple[int, int]) -> NDArray[np.bool_]:
        margin = self._half + self._reach
        inside = [
            (axis + begin >= margin) & (axis + begin <= margin + side - 1)
            for axis, begin, side in zip(where, place, self._size_px, strict=True)
        ]
        return np.asarray(inside[0] & inside[1])

    def _blurred_patch(self, place: tuple[int, int], variance: float) -> Image:
        margin = min(int(3 * np.sqrt(variance)) + 1, WIDEST_BLUR_PX)
        middle = self._half + margin
        x, y = place[0] + WIDEST_BLUR_PX, place[1] + WIDEST_BLUR_PX
        wide = _blur(_patch(self._wanted, x, y, middle), float(np.sqrt(variance)))
        return _patch(wide, middle, middle, self._half)


def _solve_step(
    seen: Image, light: Points, x: Points, y: Points, kept: NDArray[np.bool_]
) -> Points:
    """One Gauss–Newton step: six of motion (d and A in each axis), then those of `light`."""
    slope_y, slope_x = (slope.ravel() for slope in np.gradient(seen.astype(np.float64)))
    motion = [slope_x, slope_x * x, slope_x * y, slope_y, slope_y * x, slope_y * y]
    design = np.column_stack([*motion, -light])[kept]
    normal = design.T @ design
    # A single corner cannot tell all of the affine motion: hold what it leaves open.
    held = [1, 2, 4, 5]
    normal[held, held] += 0.02 * (normal[0, 0] + normal[3, 3]) + 1e-12
    solution, *_ = np.linalg.lstsq(normal, -design.T @ seen.ravel()[kept], rcond=1e-12)
    return np.asarray(solution)


def _choose_features(
    wanted: Image, soft: Image, half: int, reach: int, count: int, mask: NDArray[np.uint8]
) -> NDArray[np.int_]:
    """Corners spread over the picture, the strongest of each region first: (N, 2) whole px.

    Each stands alone also in the `soft` picture, as a blurring lens would show it.
    """
    mask[: half + 1] = mask[-half - 1 :] = 0
    mask[:, : half + 1] = mask[:, -half - 1 :] = 0
    corners = cv2.goodFeaturesToTrack(
        wanted, 40 * count, 0.03, max(3, half), mask=mask, blockSize=max(3, half // 3)
    )
    if corners is None:
        return np.zeros((0, 2), int)
    candidates = np.rint(corners.reshape(-1, 2)).astype(int)
    cell = np.sqrt(wanted.size / count)
    regions: dict[tuple[int, int], list[NDArray[np.int_]]] = {}
    for place in candidates:
        regions.setdefault((int(place[0] // cell), int(place[1] // cell)), []).append(place)
    rounds = itertools.chain.from_iterable(itertools.zip_longest(*regions.values()))
    contrast = LEAST_CONTRAST * float(np.std(soft))
    places = (place for place in rounds if place is not None)
    chosen = (place for place in places if _stands_alone(soft, place, half, reach, contrast))
    return np.array(list(itertools.islice(chosen, count)), int).reshape(-1, 2)


def _stands_alone(
    wanted: Image, place: NDArray[np.int_], half: int, reach: int, least_contrast: float
) -> bool:
    """Whether nothing within reach resembles the patch around a place."""
    x, y = int(place[0]), int(place[1])
    window = _patch(wanted, x, y, half + reach)
    flat = _flat_places(window, half, least_contrast)
    likeness = _likeness(window, _patch(wanted, x, y, half), flat)
    return not _rivals(likeness, half)


def _flat_places(window: Image, half: int, least_contrast: float) -> NDArray[np.bool_]:
    """Where the patch seen through a window would show next to nothing."""
    side = 2 * half + 1
    wide = window.astype(np.float64) - float(window.mean())
    mean, square = (cv2.boxFilter(v, cv2.CV_64F, (side, side)) for v in (wide, wide * wide))
    within = slice(half, -half)
    return np.asarray((square - mean * mean)[within, within] < least_contrast**2)


def _likeness(window: Image, patch: Image, flat: NDArray[np.bool_]) -> Image:
    """Normalised correlation at every place in a window; −1 where flat (there rounding rules)."""
    likeness = cv2.matchTemplate(window, patch, cv2.TM_CCOEFF_NORMED)
    likeness[flat] = -1
    return np.asarray(likeness, np.float32)


def _rivals(likeness: Image, half: int) -> bool:
    """Whether a second, separate peak comes close to the best."""
    peaks = likeness >= cv2.dilate(likeness, np.ones((5, 5), np.uint8))
    down, right = np.unravel_index(int(likeness.argmax()), likeness.shape)
    near = half // 4
    peaks[max(0, down - near) : down + near + 1, max(0, right - near) : right + near + 1] = False
    best = float(likeness[down, right])
    return bool((likeness[peaks] > MOST_LIKE_ANOTHER * best).any())


def _patch(image: Image, x: int, y: int, half: int) -> Image:
    """The square patch around a pixel, cut off at the picture's rim."""
    top, left = max(0, y - half), max(0, x - half)
    return np.ascontiguousarray(image[top : y + half + 1, left : x + half + 1])


def _mask(wanted: Image, px_per_m: float, inside_m: ArrayLike | None) -> NDArray[np.uint8]:
    mask = np.full(wanted.shape, 255, np.uint8)
    if inside_m is not None:
        right_m, up_m = np.asarray(inside_m, float).reshape(-1, 2).T
        down_m = wanted.shape[0] / px_per_m - up_m
        polygon = np.column_stack([right_m, down_m]) * px_per_m - 0.5
        mask[:] = 0
        cv2.fillPoly(mask, [np.rint(polygon).astype(np.int32)], 255)
    return mask


def _grey(picture: ArrayLike) -> Image:
    values = np.asarray(picture, np.float32)
    return np.ascontiguousarray(values.mean(axis=2) if values.ndim == 3 else values)


def _blur(picture: Image, sigma_px: float) -> Image:
    if sigma_px <= 0:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), np.float32)
