# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of equal value over a grid, as short pieces.

Each cell is cut into two triangles, in which the value is linear: pieces are exact there, and no
cell is ambiguous (after Lorensen & Cline's marching cubes, 1987, in the plane and on triangles).

Owns that.  Must not know what the values mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def contour_pieces(values: Floats, places: Floats, level: float) -> Floats:
    """(n, 2, 2): straight pieces of the line where `values` (rows, columns) is `level`.

    places: (rows, columns, 2), where the grid's points are.  Cells with a NaN have no line.
    """
    corners = [(0, 0), (0, 1), (1, 1), (1, 0)]
    pieces = []
    for triangle in ((0, 1, 2), (0, 2, 3)):
        value = np.stack([_shifted(values, *corners[i]).ravel() for i in triangle], axis=1)
        place = np.stack([_shifted(places, *corners[i]).reshape(-1, 2) for i in triangle], axis=1)
        sound = np.isfinite(value).all(axis=1) & np.isfinite(place).all(axis=(1, 2))
        pieces.append(_cut(value[sound] - level, place[sound]))
    return np.concatenate(pieces)


def _shifted(grid: Floats, down: int, across: int) -> Floats:
    rows, columns = grid.shape[:2]
    result: Floats = grid[down : rows - 1 + down, across : columns - 1 + across]
    return result


def _cut(above: Floats, place: Floats) -> Floats:
    """Pieces (n, 2, 2) across triangles (N, 3, 2) whose corners lie `above` (N, 3) the level."""
    sign = above > 0.0
    count = sign.sum(axis=1)
    crossed = (count == 1) | (count == 2)
    above, place, sign, count = above[crossed], place[crossed], sign[crossed], count[crossed]
    alone = np.where(count == 1, sign.argmax(axis=1), (~sign).argmax(axis=1))
    rows = np.arange(len(alone))
    ends = []
    for turn in (1, 2):
        other = (alone + turn) % 3
        share = above[rows, alone] / (above[rows, alone] - above[rows, other])
        start, stop = place[rows, alone], place[rows, other]
        ends.append(start + share[:, None] * (stop - start))
    return np.stack(ends, axis=1)
