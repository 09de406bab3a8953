# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Landings: known motions are measured, missing features are reported, doubles are not guessed."""

import cv2
import numpy as np
import pytest

from visiophare.simulator.landing import measure_landings

PX_PER_M = 200.0
SIZE_PX = (1500, 1000)
MARGIN_PX = 100


def artwork(seed=0):
    """Grey polygons, with a margin all around, four times as fine as the rasters compared."""
    chance = np.random.default_rng(seed)
    size = np.array(SIZE_PX) + 2 * MARGIN_PX
    picture = np.zeros(size[::-1] * 2, np.float32)
    for _ in range(70):
        corners = chance.integers(3, 7)
        angles = np.sort(chance.uniform(0, 2 * np.pi, corners))
        radius = chance.uniform(100, 340)
        middle = chance.uniform((0, 0), 2 * size)
        points = middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])
        cv2.fillPoly(
            picture,
            [np.rint(points * 16).astype(np.int32)],
            float(chance.uniform(0.2, 1)),
            cv2.LINE_AA,
            4,
        )
    return picture


def rasters(moved=None):
    """The artwork as wanted, and as it lies after `moved` (3x3, raster px to raster px)."""
    fine = artwork()
    # Fine pixel u = 2·(p + margin) + 0.5 for raster pixel p; the area mean of 2x2 smooths it.
    to_fine = np.array([[2, 0, 2 * MARGIN_PX + 0.5], [0, 2, 2 * MARGIN_PX + 0.5], [0, 0, 1.0]])
    fine = cv2.GaussianBlur(fine, (0, 0), 1.0)
    both = []
    for motion in (np.eye(3), np.eye(3) if moved is None else moved):
        x, y = np.meshgrid(*(np.arange(side, dtype=float) for side in SIZE_PX))
        places = np.stack([x, y, np.ones_like(x)], axis=-1) @ (to_fine @ np.linalg.inv(motion)).T
        maps = [(places[..., axis] / places[..., 2]).astype(np.float32) for axis in (0, 1)]
        both.append(cv2.remap(fine, *maps, cv2.INTER_LINEAR))
    return both


def about_the_middle(matrix):
    there = np.array([[1, 0, SIZE_PX[0] / 2], [0, 1, SIZE_PX[1] / 2], [0, 0, 1.0]])
    return there @ np.asarray(matrix, float) @ np.linalg.inv(there)


def true_offsets_mm(landings, moved):
    height_m = SIZE_PX[1] / PX_PER_M
    pixels = (landings.points_m * (1, -1) + (0, height_m)) * PX_PER_M - 0.5
    there = np.column_stack([pixels, np.ones(len(pixels))]) @ moved.T
    return (there[:, :2] / there[:, 2:] - pixels) * (1, -1) / PX_PER_M * 1000


def worst_misjudgement_mm(landings, moved):
    misjudged = np.hypot(*(landings.offsets_mm - true_offsets_mm(landings, moved)).T)
    return misjudged[landings.found].max()


SHIFT = np.array([[1, 0, 13.37], [0, 1, -8.21], [0, 0, 1]])
TURN = about_the_middle([[0.99996, -0.0087, 0], [0.0087, 0.99996, 0], [0, 0, 1]])
TILT = about_the_middle([[1.01, 0.004, 3], [0, 1, 2], [6e-6, -4e-6, 1]])


@pytest.mark.parametrize("moved", [SHIFT, TURN, TILT], ids=["shift", "turn", "tilt"])
def test_a_known_motion_is_measured_to_a_millimetre(moved):
    wanted, landed = rasters(moved)
    landings = measure_landings(wanted, landed, PX_PER_M, count=48)
    assert len(landings.points_m) == 48
    assert landings.found.mean() > 0.95
    assert worst_misjudgement_mm(landings, moved) < 0.6


def test_blur_fall_off_and_exposure_do_not_matter():
    wanted, landed = rasters(SHIFT)
    y, x = np.indices(landed.shape)
    fall_off = 1 - 0.6 * np.hypot(x / SIZE_PX[0] - 0.5, y / SIZE_PX[1] - 0.5)
    dim = 0.02 + 0.3 * fall_off * cv2.GaussianBlur(landed, (0, 0), 2.5)
    landings = measure_landings(wanted, dim, PX_PER_M, count=48)
    assert landings.found.mean() > 0.95
    assert worst_misjudgement_mm(landings, SHIFT) < 1.0


def test_errors_are_lengths_and_axes_are_right_and_up():
    wanted, landed = rasters(np.array([[1, 0, 6.0], [0, 1, -8.0], [0, 0, 1]]))
    landings = measure_landings(wanted, landed, PX_PER_M, count=12)
    np.testing.assert_allclose(landings.offsets_mm, [[30.0, 40.0]] * 12, atol=0.3)
    assert landings.median_mm == pytest.approx(50, abs=0.2)
    assert landings.worst_mm == pytest.approx(50, abs=0.4)


def test_a_feature_that_did_not_land_is_reported_missing():
    wanted, landed = rasters()
    landed[:, : SIZE_PX[0] // 2] = 0.004
    landings = measure_landings(wanted, landed, PX_PER_M, count=48)
    reach_m = 0.4
    gone = landings.points_m[:, 0] < SIZE_PX[0] / 2 / PX_PER_M - reach_m
    here = landings.points_m[:, 0] > SIZE_PX[0] / 2 / PX_PER_M + reach_m
    assert gone.sum() > 10
    assert not landings.found[gone].any()
    assert landings.found[here].all()
    assert np.isnan(landings.errors_mm[gone]).all()


def test_nothing_is_found_in_the_dark_or_in_noise():
    wanted, _ = rasters()
    noise = np.random.default_rng(1).random(wanted.shape, np.float32)
    for landed in (np.zeros_like(wanted), noise):
        landings = measure_landings(wanted, landed, PX_PER_M, count=24)
        assert len(landings.found) == 24
        assert not landings.found.any()
        assert np.isnan(landings.median_mm)


def test_light_and_dark_are_not_exchanged():
    wanted, landed = rasters()
    assert not measure_landings(wanted, 1 - landed, PX_PER_M, count=24).found.any()


def test_what_landed_too_far_away_is_missing_not_misplaced():
    wanted, landed = rasters(np.array([[1, 0, 80.0], [0, 1, 0], [0, 0, 1.0]]))
    landings = measure_landings(wanted, landed, PX_PER_M, count=24, search_mm=200)
    assert landings.found.mean() < 0.1


def test_stripes_and_repeated_patterns_are_no_features():
    x = np.arange(800)
    stripes = np.tile(((x // 20) % 2).astype(np.float32), (600, 1))
    checker = ((np.indices((600, 800)) // 16).sum(axis=0) % 2).astype(np.float32)
    for pattern in (stripes, checker, np.ones_like(checker)):
        assert len(measure_landings(pattern, pattern, PX_PER_M).points_m) == 0


def test_features_keep_to_the_polygon_asked_for():
    wanted, landed = rasters()
    part = [(1.0, 1.0), (4.0, 1.0), (4.0, 3.0), (1.0, 3.0)]
    points_m = measure_landings(wanted, landed, PX_PER_M, count=24, inside_m=part).points_m
    assert len(points_m) > 5
    assert (points_m.min(axis=0) >= 0.98).all()
    assert (points_m.max(axis=0) <= (4.02, 3.02)).all()


def test_features_are_spread_over_the_picture():
    wanted, landed = rasters()
    points_m = measure_landings(wanted, landed, PX_PER_M, count=48).points_m
    counts, *_ = np.histogram2d(*points_m.T, bins=(3, 2), range=((0, 7.5), (0, 5)))
    assert counts.min() >= 3


def test_rasters_of_different_sizes_are_refused():
    with pytest.raises(ValueError, match="differ"):
        measure_landings(np.zeros((10, 10)), np.zeros((10, 11)), PX_PER_M)


def test_a_raster_smaller_than_a_patch_has_no_features():
    assert len(measure_landings(np.eye(12), np.eye(12), PX_PER_M).found) == 0
