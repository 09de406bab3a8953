# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hand-written chain page -> slide with perspective and a lens, exact in both directions.

It shares no code with the package, so that a test cannot agree with the package's own mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
APERTURE_MM = (36.0, 24.0)


@dataclass(frozen=True)
class FakeChain:
    """page --homography--> slide as lit, --lens undone by iteration--> slide.

    lens: slide x -> x (1 + k1 (|x| / 21.63)^2).
    """

    page_to_lit: Floats
    k1: float = 0.0

    def to_slide(self, page: Floats) -> Floats:
        lit = project(self.page_to_lit, page)
        slide = lit.copy()
        for _ in range(60):
            slide = lit / self._scale(slide)
        return slide

    def from_slide(self, slide: Floats) -> Floats:
        slide = np.asarray(slide, float)
        return project(np.linalg.inv(self.page_to_lit), slide * self._scale(slide))

    def _scale(self, slide: Floats) -> Floats:
        return 1 + self.k1 * np.sum((slide / 21.633) ** 2, axis=1, keepdims=True)


def project(matrix: Floats, points: Floats) -> Floats:
    """x ~ H p for points (N, 2); NaN behind the horizon."""
    third = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = third[:, :2] / third[:, 2:]
    result[third[:, 2] <= 0] = np.nan
    return result


def page_chain(
    size: tuple[float, float], keystone: float = 0.1, k1: float = -0.05, fill: float = 0.9
) -> FakeChain:
    """A page of `size` units in the middle of a 36×24 slide, seen askew."""
    scale = fill * min(36 / size[0], 24 / size[1])
    centred = np.array(
        [[scale, 0, -scale * size[0] / 2], [0, scale, -scale * size[1] / 2], [0, 0, 1.0]]
    )
    askew = np.array([[1, 0.03, 0], [-0.02, 1, 0], [keystone / 18, keystone / 40, 1.0]])
    return FakeChain(askew @ centred, k1)


def identity_chain(size: tuple[float, float]) -> FakeChain:
    """One page unit is one slide mm, the page's centre is the slide's."""
    return FakeChain(np.array([[1, 0, -size[0] / 2], [0, 1, -size[1] / 2], [0, 0, 1.0]]))
