# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns antialiased resampling: one picture seen through a smooth map, area-true and in strips.

Knows neither lenses nor light. The map is evaluated exactly on a coarse grid and interpolated by
cubic Lagrange polynomials in between: for the maps of lenses and planes the error stays below a
millionth of a pixel, at a thousandth of the cost.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare.simulator.optics import Points

Image = NDArray[np.float32]
Map = Callable[[Points], Points]
NODE_SPACING_PX = 16
SUPERSAMPLES = 2
STRIP_ROWS = 128
LEAST_BLUR_PX = 0.2
NOWHERE_PX = -1e6


class SmoothMap:
    """A smooth function of pixel positions, fast to evaluate at every (sub)pixel of a picture.

    Near a place where the function is NaN (no ray goes there) the values are NaN.
    """

    def __init__(self, function: Map, size_px: tuple[int, int]) -> None:
        self.size_px = size_px
        counts = [math.ceil(side / NODE_SPACING_PX) + 4 for side in size_px]
        columns, rows = [(np.arange(n) - 1.0) * NODE_SPACING_PX for n in counts]
        nodes = np.stack(np.meshgrid(columns, rows), axis=-1)
        self.values = function(nodes.reshape(-1, 2)).reshape(len(rows), len(columns), -1)

    def strips(self, per_px: int = 1) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
        """Yield (first row, end row, values (rows·per_px, width·per_px, C)) down the picture."""
        width, height = self.size_px
        across = _lagrange(width, per_px, self.values.shape[1])
        down = _lagrange(height, per_px, self.values.shape[0])
        lost = np.asarray(np.isnan(self.values).any(axis=2))
        known = np.where(lost[:, :, None], 0.0, self.values)
        # Rows of interleaved channels, so that each strip is one product of whole rows.
        halfway = np.einsum("rnc,wn->rwc", known, across, optimize=True)
        channels = halfway.shape[2]
        halfway = halfway.reshape(len(known), -1)
        poison = _poison(lost, width, height, per_px) if lost.any() else None
        for top in range(0, height, STRIP_ROWS):
            end = min(top + STRIP_ROWS, height)
            weights = down[top * per_px : end * per_px]
            near = np.flatnonzero(weights.any(axis=0))
            rows = slice(near[0], near[-1] + 1)
            product = (weights[:, rows] @ halfway[rows]).astype(np.float32)
            strip = product.reshape(len(weights), width * per_px, channels)
            if poison is not None:
                strip += poison(top * per_px, end * per_px)
            yield top, end, strip

    def image(self) -> Image:
        """The values at every pixel's centre, (H, W, C)."""
        return np.concatenate([strip for _, _, strip in self.strips()])


def resample(
    source: NDArray[np.float32] | NDArray[np.uint8],
    pixel_to_source: SmoothMap,
    supersamples: int = SUPERSAMPLES,
) -> Iterator[tuple[int, int, Image]]:
    """See `source` through a map (in its pixels), as the mean over each pixel's area, in strips.

    The source's edge continues outwards. Its pixels should not be much finer than half a pixel
    of the result (see `fit_density`), or they alias.
    """
    for top, end, positions in pixel_to_source.strips(supersamples):
        cv2.patchNaNs(positions, NOWHERE_PX)
        fine = cv2.remap(source, positions, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if fine.dtype == np.uint8:
            fine = decode(fine)
        if supersamples > 1:
            size = (pixel_to_source.size_px[0], end - top)
            fine = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
        yield top, end, fine


def fit_density(picture: Image, wanted_px: tuple[float, float]) -> Image:
    """Bring a picture near `wanted_px` (width, height) over the same extent, shifting nothing.

    Finer pictures are averaged by area; coarser ones keep their square pixels, repeated.
    """
    height, width = picture.shape[:2]
    if width > wanted_px[0] and height > wanted_px[1]:
        size = (max(1, round(wanted_px[0])), max(1, round(wanted_px[1])))
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
    repeat_x = max(1, int(wanted_px[0] / width))
    repeat_y = max(1, int(wanted_px[1] / height))
    return np.repeat(np.repeat(picture, repeat_y, axis=0), repeat_x, axis=1)


def blur_by(picture: Image, sigma_px: Image, levels: int = 3) -> Image:
    """Blur by a Gaussian whose deviation varies slowly over the picture: `sigma_px`, any size.

    Between `levels` uniformly blurred copies the variance is interpolated.
    """
    coarse = np.asarray(sigma_px**2, np.float32)
    variance = cv2.resize(coarse, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    least, most = float(variance.min()), float(variance.max())
    result = _gaussian(picture, math.sqrt(least))
    for lower, upper in itertools.pairwise(np.linspace(least, most, levels)):
        if math.sqrt(upper) < LEAST_BLUR_PX or upper <= lower:
            continue
        share = cv2.subtract(variance, lower) * np.float32(1 / (upper - lower))
        cv2.max(cv2.min(share, 1.0, share), 0.0, share)
        change = cv2.subtract(_gaussian(picture, math.sqrt(upper)), result)
        if picture.ndim == 3:
            share = cv2.merge([share] * 3)
        result = cv2.add(result, cv2.multiply(change, share, change), change)
    return result


def decode(encoded: NDArray[np.uint8]) -> Image:
    """The linear 0..1 values of an 8-bit picture stored with gamma 2.2."""
    return np.asarray(cv2.LUT(encoded, _DECODED), np.float32)


def encode(linear: NDArray[np.floating]) -> NDArray[np.uint8]:
    """The inverse of `decode`, rounded."""
    return np.asarray(np.rint(255 * np.clip(linear, 0, 1) ** (1 / 2.2)), np.uint8)


_DECODED = ((np.arange(256) / 255) ** 2.2).astype(np.float32)


def _gaussian(picture: Image, sigma_px: float) -> Image:
    if sigma_px < LEAST_BLUR_PX:
        return picture
    return np.asarray(
        cv2.GaussianBlur(picture, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE), np.float32
    )


def _first_nodes(
    length_px: int, per_px: int, nodes: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each (sub)pixel: the first of the four nodes around it, and its place from there."""
    centres = (np.arange(length_px * per_px) + 0.5) / per_px - 0.5
    place = centres / NODE_SPACING_PX + 1.0
    first = np.clip(np.floor(place).astype(np.intp) - 1, 0, nodes - 4)
    return first, place - first


def _poison(
    lost: NDArray[np.bool_], width: int, height: int, per_px: int
) -> Callable[[int, int], Image]:
    """NaN at (sub)pixels that touch a lost node, 0 elsewhere: rows (start, end) on demand."""
    rows, _ = _first_nodes(height, per_px, lost.shape[0])
    columns, _ = _first_nodes(width, per_px, lost.shape[1])
    windows = np.lib.stride_tricks.sliding_window_view(lost, (4, 4))
    cells = np.where(windows.any(axis=(2, 3)), np.float32(np.nan), np.float32(0))
    return lambda start, end: cells[rows[start:end]][:, columns, None]


def _lagrange(length_px: int, per_px: int, nodes: int) -> NDArray[np.float64]:
    """Weights (length·per_px, nodes) that interpolate node values at the (sub)pixels' centres."""
    first, t = _first_nodes(length_px, per_px, nodes)
    weights = np.zeros((len(t), nodes))
    rows = np.arange(len(t))
    for j in range(4):
        others = [k for k in range(4) if k != j]
        weights[rows, first + j] = np.prod([(t - k) / (j - k) for k in others], axis=0)
    return weights
