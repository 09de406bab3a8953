# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what was fitted is this target: the bits inside its markers must be there.

Saddles look alike on every board, mirrored or shifted by two squares; markers do not.
Must not know: how the fit was made.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.boards import Board

Grey = NDArray[np.float32]
Points = NDArray[np.float64]

# Bits read through a window's frame or a twig still correlate; those of another marker do not.
_MATCH = 0.5
_SAMPLES = np.array([-0.2, 0.2])


def matching_markers(
    signal: Grey,
    board: Board,
    to_camera: Callable[[Points], Points],
    seen: Callable[[Points], bool],
) -> tuple[int, int]:
    """How many markers show their bits in `signal` (h, w), and how many could have.

    `to_camera` maps board-centred mm (N, 2) to px of `signal`; `seen` says whether the wall shows
    at a marker's corners (4, 2) mm.
    """
    matching = possible = 0
    origin = np.array(board.size_mm) / 2.0
    for corner, module_mm, black in board.markers_mm():
        start = np.array(corner) - origin
        side = module_mm * len(black)
        if not seen(start + side * np.array([(0, 0), (1, 0), (1, 1), (0, 1)])):
            continue
        rows, columns = np.nonzero(np.ones_like(black[1:-1, 1:-1]))
        centres = start + (np.column_stack([columns, rows]) + 1.5) * module_mm
        values = _sampled(signal, to_camera, centres, module_mm)
        if values is None:
            continue
        possible += 1
        matching += _correlation(values, ~black[1:-1, 1:-1].ravel()) > _MATCH
    return matching, possible


def _sampled(
    signal: Grey, to_camera: Callable[[Points], Points], centres: Points, module_mm: float
) -> NDArray[np.float64] | None:
    """Mean light in each module; None if one lies outside of the picture."""
    shifts = np.stack(np.meshgrid(_SAMPLES, _SAMPLES), axis=-1).reshape(-1, 1, 2) * module_mm
    places = to_camera((centres[None] + shifts).reshape(-1, 2))
    height, width = signal.shape
    if not np.all((places >= 0.0) & (places <= (width - 1, height - 1))):
        return None  # NaN compares false as well
    flat = np.ascontiguousarray(places.reshape(len(shifts), -1, 2), dtype=np.float32)
    sampled = cv2.remap(signal, flat, None, cv2.INTER_LINEAR)
    mean: NDArray[np.float64] = np.asarray(sampled, dtype=np.float64).mean(axis=0)
    return mean


def _correlation(values: NDArray[np.float64], white: NDArray[np.bool_]) -> float:
    """Pearson's correlation; a marker all of one colour matches anything and tells nothing."""
    light, bits = values - values.mean(), white - white.mean()
    size = float(np.sqrt(np.sum(light**2) * np.sum(bits**2)))
    return float(np.sum(light * bits)) / size if size > 0.0 else 0.0
