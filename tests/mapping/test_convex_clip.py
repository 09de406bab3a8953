# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cutting paths to convex regions, judged by what they fill."""

from __future__ import annotations

import numpy as np
import pytest

from visiophare_mapping.convex_clip import box_planes, clipped, half_planes, split, subsegment
from visiophare_mapping.drawing import Drawing, Filled, Path, Rule, points_on
from visiophare_mapping.render import drawing_to_array


def filled(path: Path, rule: Rule) -> np.ndarray:
    drawing = Drawing((40, 40), [Filled(path, rule=rule)])
    return drawing_to_array(drawing, 25.4 * 8)[..., 0].astype(int)


def scribble(seed: int) -> Path:
    rng = np.random.default_rng(seed)
    contours = []
    for _ in range(3):
        ends = rng.uniform(-22, 22, (7, 2))
        arms = rng.uniform(-15, 15, (7, 2, 2))
        after = np.roll(ends, -1, axis=0)
        segments = np.stack([ends, ends + arms[:, 0], after + arms[:, 1], after], axis=1)
        contours.append(Path(segments, np.zeros(7, bool), np.zeros(1, np.intp)))
    return Path.joined(contours)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
def test_inside_nothing_changes_and_outside_nothing_is_left(seed: int, rule: Rule) -> None:
    path = scribble(seed)
    corners = np.array([(-12.0, -9.0), (14.0, -11.0), (10.0, 12.0), (-13.0, 8.0)])
    before = filled(path, rule)
    after = filled(clipped(path, half_planes(corners)), rule)
    region = filled(Path.polygons([corners]), "nonzero")
    inside, outside = region == 0, region == 255
    assert np.count_nonzero(np.abs(after - before)[inside] > 40) < 30
    assert np.count_nonzero(after[outside] < 215) < 30
    assert np.count_nonzero(before[outside] < 128) > 1000


@pytest.mark.parametrize("turn", [1, -1])
def test_a_polygon_may_be_given_either_way_round(turn: int) -> None:
    corners = np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)])[::turn]
    cut = clipped(Path.rectangle(-5, -5, 20, 20), half_planes(corners))
    assert cut.bounds() == pytest.approx((0, 0, 10, 10))


def test_no_point_of_the_curve_sticks_out() -> None:
    cut = clipped(Path.circle(0, 0, 10), box_planes(-7, -20, 6, 5))
    points = points_on(cut.segments, np.linspace(0, 1, 50)).reshape(-1, 2)
    assert points[:, 0].min() >= -7 - 1e-9
    assert points[:, 0].max() <= 6 + 1e-9
    assert points[:, 1].max() <= 5 + 1e-9


def test_a_path_that_is_all_inside_is_handed_back_untouched() -> None:
    path = Path.circle(0, 0, 3)
    assert clipped(path, box_planes(-5, -5, 5, 5)) is path


def test_a_path_that_is_all_outside_is_empty() -> None:
    assert len(clipped(Path.circle(20, 0, 3), box_planes(-5, -5, 5, 5)).segments) == 0


def test_pieces_of_a_cubic_are_on_the_cubic() -> None:
    segment = np.random.default_rng(5).normal(0, 5, (4, 2))
    piece = subsegment(segment, 0.25, 0.7)
    wanted = points_on(segment[None], 0.25 + 0.45 * np.linspace(0, 1, 9))
    assert points_on(piece[None], np.linspace(0, 1, 9)) == pytest.approx(wanted)
    left, right = split(segment[None], 0.3)
    assert left[0, 3] == pytest.approx(right[0, 0])
