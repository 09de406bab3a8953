# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns what a slide can reach of a page, and how much of an artwork it cannot.

A chain of homographies maps what lies behind the horizon to places that look sound; there the
image comes out mirrored, and so it is told. It must not know of drawings and pixels.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.artwork import Box
from visiophare_mapping.drawing import Floats
from visiophare_mapping.errors import N_, CalibrationError
from visiophare_mapping.predistort import Chain

MARGIN = 0.01  # beyond the aperture: curved edges bulge over a polygon through their points
SAMPLES = 97
FARTHEST_PAGES = 1e3


def facing(chain: Chain, at: Floats, step: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Points through a chain, and where they have an image that is not mirrored.

    at: (N, 2). step: (2,), small against what the chain bends over.
    """
    here, right, below = (
        np.asarray(chain(at + move), float) for move in ((0, 0), (step[0], 0), (0, step[1]))
    )
    across, down = right - here, below - here
    with np.errstate(invalid="ignore"):
        sound = across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0] > 0
    return here, sound


def reach(from_slide: Chain, size_mm: tuple[float, float], page: Box) -> Floats:
    """A convex polygon (n, 2) on the page that holds all of what the slide can light.

    Raises: CalibrationError out_of_reach.
    """
    side = np.linspace(-0.5 - MARGIN, 0.5 + MARGIN, SAMPLES)
    at = np.stack(np.meshgrid(side * size_mm[0], side * size_mm[1]), axis=-1).reshape(-1, 2)
    here, sound = facing(from_slide, at, np.array(size_mm) * 1e-4)
    with np.errstate(invalid="ignore"):
        sound &= np.all(np.abs(here) < FARTHEST_PAGES * max(page[2], page[3]), axis=1)
    if np.count_nonzero(sound) < 3:
        raise CalibrationError(
            "out_of_reach",
            N_("The projector cannot light any part of the place where the artwork should go."),
            N_("Check the façade's corners in the calibration, and where the artwork is placed."),
        )
    hull = cv2.convexHull(here[sound].astype(np.float32)).reshape(-1, 2)
    return np.asarray(hull, float)


def outside_percent(ink: Floats, page: Box, to_slide: Chain, size_mm: tuple[float, float]) -> float:
    """Share of the ink on the page that falls outside of the aperture, or has no place at all.

    ink: (h, w) how much of the page's pixels is covered.
    """
    height, width = ink.shape
    x = page[0] + (np.arange(width) + 0.5) / width * page[2]
    y = page[1] + (np.arange(height) + 0.5) / height * page[3]
    at = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    here, sound = facing(to_slide, at, np.array(page[2:]) * 1e-4)
    with np.errstate(invalid="ignore"):
        shown = sound & np.all(np.abs(here) <= np.array(size_mm) / 2, axis=1)
    total = float(ink.sum())
    return float(100 * ink.reshape(-1)[~shown].sum() / total) if total > 0 else 0.0


def magnification(to_slide: Chain, box: Box, size_mm: tuple[float, float]) -> float:
    """Largest slide mm per page unit within a box of the page, as far as it is lit."""
    x, y = (np.linspace(box[k], box[k] + box[k + 2], 5) for k in (0, 1))
    at = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    step = 1e-3 * max(box[2], box[3])
    here, right, below = (
        np.asarray(to_slide(at + move), float) for move in ((0, 0), (step, 0), (0, step))
    )
    sizes = np.linalg.norm(np.stack([right - here, below - here]), axis=2).max(axis=0) / step
    with np.errstate(invalid="ignore"):
        lit = np.all(np.abs(here) <= np.array(size_mm) / 2 * (1 + MARGIN), axis=1)
    usable = sizes[lit & np.isfinite(sizes)]
    if not len(usable):
        usable = sizes[np.isfinite(sizes)]
    return float(usable.max()) if len(usable) else 1.0
