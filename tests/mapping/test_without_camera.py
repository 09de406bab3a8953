# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calibrations from a tape and from a plan, against projections worked out here on their own."""

import math
from dataclasses import replace

import numpy as np
import pytest

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.errors import CalibrationError
from visiophare_mapping.homography import fit_homography
from visiophare_mapping.lit_wall import mm_per_dot, relative_light
from visiophare_mapping.placement import on_facade
from visiophare_mapping.without_camera import (
    Stand,
    corner_radii,
    of_stand,
    of_tape,
    projection_miss_m,
    slide_corners,
    unseen_bend_m,
    upright_rectangle,
)

APERTURE = (36.0, 24.0)
CORNERS = np.array([(0.1, 2.0), (12.2, 1.9), (11.8, 9.7), (0.4, 9.9)])
NOTHING = Stand(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_the_slides_corners_land_where_the_tape_found_them() -> None:
    made = of_tape(APERTURE, CORNERS, 0.01)
    landed = made.map_points(slide_corners(APERTURE), "slide", "facade")
    assert np.abs(landed - CORNERS).max() < 1e-9
    # The upper left of the picture is the slide's -18, -12.
    assert made.map_points(np.array([(-18.0, -12.0)]), "slide", "facade")[0] == pytest.approx(
        CORNERS[3]
    )
    assert np.linalg.det(made.planes[0].slide_to_camera) > 0
    seen = made.map_points(slide_corners(APERTURE), "slide", "camera")
    assert np.all((seen > 0) & (seen < made.image_size_px))


def test_the_file_keeps_where_it_is_from_and_older_files_are_from_pictures(tmp_path) -> None:
    path = tmp_path / "t.json"
    of_tape(APERTURE, CORNERS, 0.01).save(path)
    assert Calibration.load(path).source == "tape"
    path.write_text(path.read_text().replace('"source": "tape",', ""), encoding="utf-8")
    assert Calibration.load(path).source == "pictures"
    path.write_text(path.read_text().replace('"version": 1', '"version": 1, "source": "moon"'))
    with pytest.raises(CalibrationError):
        Calibration.load(path)


def test_drawings_go_by_default_into_an_upright_rectangle_within_the_light() -> None:
    made = of_tape(APERTURE, CORNERS, 0.01)
    x, y, width, height = on_facade(made, (3.0, 2.0), fit="stretch").rect_m or (0, 0, 0, 0)
    assert width * height > 85
    corners = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    slide = made.map_points(corners, "facade", "slide")
    assert np.all(np.abs(slide) <= np.array(APERTURE) / 2 + 0.05)


def test_the_stated_covariance_is_what_retaping_scatters() -> None:
    chance = np.random.default_rng(3)
    once = of_tape(APERTURE, CORNERS, 0.02)
    covariance = once.planes[0].covariance
    assert covariance is not None
    entries = []
    for _ in range(1500):
        again = once.map_points(CORNERS + chance.normal(0, 0.02, (4, 2)), "facade", "camera")
        matrix = fit_homography(slide_corners(APERTURE), again)
        entries.append((matrix / matrix[2, 2]).ravel()[:8])
    scattered = np.std(np.array(entries), axis=0)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(scattered, rel=0.08)
    assert corner_radii(np.eye(8) * 0.02**2) == pytest.approx([0.0489] * 4, rel=0.01)


def test_a_projector_square_to_the_wall_magnifies_as_the_lens_formula_says() -> None:
    made, _radii = of_stand(APERTURE, Stand(10.0, 100.0, height_m=0.0), NOTHING)
    width = 0.036 * (10.0 / 0.1 - 1.0)
    low, high = upright_rectangle(made.map_points(slide_corners(APERTURE), "slide", "facade"))
    assert high - low == pytest.approx([width, width * 2 / 3], rel=1e-6)
    dots = mm_per_dot(made, np.zeros((1, 2)), 2540.0)
    assert dots == pytest.approx([0.01 * (10.0 / 0.1 - 1.0)], rel=1e-6)


@pytest.mark.parametrize("turned", ["yaw_deg", "pitch_deg"])
@pytest.mark.parametrize("degrees", [-30.0, 20.0])
def test_turning_moves_the_middle_and_widens_the_far_side(turned: str, degrees: float) -> None:
    stand = replace(Stand(12.0, 80.0, height_m=1.5), **{turned: degrees})
    made, _radii = of_stand(APERTURE, stand, NOTHING)
    middle = made.map_points(np.zeros((1, 2)), "slide", "facade")[0]
    away = 12.0 * math.tan(math.radians(degrees))
    wanted = (away, 1.5) if turned == "yaw_deg" else (0.0, 1.5 + away)
    assert middle == pytest.approx(wanted, abs=1e-9)
    lower_left, lower_right, upper_right, upper_left = made.map_points(
        slide_corners(APERTURE), "slide", "facade"
    )
    far, near = (
        (upper_right - lower_right, upper_left - lower_left)
        if turned == "yaw_deg"
        else (upper_right - upper_left, lower_right - lower_left)
    )
    ratio = float(np.hypot(*far) / np.hypot(*near))
    assert ratio > 1.1 if degrees > 0 else ratio < 1 / 1.1


def test_rolling_clockwise_lowers_the_right_side() -> None:
    made, _radii = of_stand(APERTURE, Stand(10.0, 100.0, roll_deg=10.0), NOTHING)
    left, right = made.map_points(np.array([(-18.0, 0.0), (18.0, 0.0)]), "slide", "facade")
    assert right[1] < left[1]


def test_light_falls_off_with_the_fourth_power_of_the_cosine_and_the_inverse_square() -> None:
    near, _radii = of_stand(APERTURE, Stand(10.0, 50.0), NOTHING)
    edge = np.array([(0.0, 0.0), (18.0, 0.0)])
    middle, side = relative_light(near, edge, 50.0 / (1 - 0.05 / 10))
    cosine = math.cos(math.atan(18.0 * (1 - 0.05 / 10) / 50.0))
    assert side / middle == pytest.approx(cosine**4, rel=1e-6)
    far, _radii = of_stand(APERTURE, Stand(20.0, 50.0), NOTHING)
    ratio = relative_light(far, edge[:1])[0] / middle
    assert ratio == pytest.approx((9.95 / 19.95) ** 2, rel=1e-4)


def test_a_tilted_wall_gets_what_a_meter_there_would_read() -> None:
    stand = Stand(10.0, 60.0, yaw_deg=25.0, pitch_deg=15.0, height_m=0.0)
    made, _radii = of_stand(APERTURE, stand, NOTHING)
    chance = np.random.default_rng(4)
    slide = chance.uniform(-1, 1, (30, 2)) * (18, 12)
    wall = made.map_points(slide, "slide", "facade")
    axis = made.map_points(np.zeros((1, 2)), "slide", "facade")[0]
    rays = np.column_stack([wall, np.full(30, 10.0)])
    ahead = np.append(axis, 10.0) / np.linalg.norm(np.append(axis, 10.0))
    r = np.linalg.norm(rays, axis=1)
    meter = (rays @ ahead / r) * (10.0 / r) / r**2  # cos at the lens, cos at the wall, distance
    focus = 1 / (1 / 60.0 - 1 / (1000 * np.linalg.norm(np.append(axis, 10.0))))
    ours = relative_light(made, slide, focus)
    assert ours / ours.mean() == pytest.approx(meter / meter.mean(), rel=1e-6)


def test_the_plans_radii_cover_what_wrong_numbers_do() -> None:
    unsure = Stand(0.2, 2.0, 1.0, 1.0, 1.0, 0.05)
    stand = Stand(15.0, 100.0, 10.0, 12.0, 0.0, 1.2)
    made, radii = of_stand(APERTURE, stand, unsure)
    wanted = made.map_points(slide_corners(APERTURE), "slide", "facade")
    chance = np.random.default_rng(5)
    held = np.zeros(4)
    for _ in range(400):
        numbers = [getattr(stand, n) + chance.normal() * getattr(unsure, n) for n in vars(stand)]
        other, _none = of_stand(APERTURE, Stand(*numbers), NOTHING)
        landed = other.map_points(slide_corners(APERTURE), "slide", "facade")
        held += np.hypot(*(landed - wanted).T) <= radii
    assert np.all(held / 400 > 0.92)


def test_what_a_lens_may_bend_between_the_corners_is_told() -> None:
    made = of_tape(APERTURE, CORNERS, 0.01)
    assert 0.1 < unseen_bend_m(made) < 0.3


@pytest.mark.parametrize(
    ("corners", "code"),
    [
        (CORNERS[:3], "corners_count"),
        (CORNERS[::-1], "rectangle_clockwise"),
        (CORNERS[[1, 2, 3, 0]], "rectangle_turned"),
        (CORNERS[[0, 2, 1, 3]], "rectangle_crossed"),
        (CORNERS * (1, 0), "rectangle_degenerate"),
        (CORNERS * 0, "rectangle_degenerate"),
        (np.array([(0, 0), (12, 0), (4, 2), (0, 8)]), "rectangle_dented"),
        (CORNERS * 1000, "corners_far"),
        (CORNERS * np.nan, "corners_far"),
    ],
)
def test_corners_that_no_projector_makes_are_refused(corners, code: str) -> None:
    with pytest.raises(CalibrationError) as caught:
        of_tape(APERTURE, corners, 0.01)
    assert caught.value.code == code
    assert "lit picture" in caught.value.hint or code == "corners_far"


@pytest.mark.parametrize(
    "stand",
    [
        Stand(0.1, 100.0),
        Stand(10.0, 100.0, yaw_deg=89.0),
        Stand(10.0, 10.0, yaw_deg=60.0),
        Stand(10.0, 100.0, yaw_deg=120.0),
    ],
)
def test_a_stand_from_which_the_wall_is_not_met_is_refused(stand: Stand) -> None:
    with pytest.raises(CalibrationError) as caught:
        of_stand(APERTURE, stand, NOTHING)
    assert caught.value.code == "stand_impossible"


def test_corners_of_any_stand_fit_and_most_misread_ones_do_not() -> None:
    noticed = 0
    for seed in range(20):
        chance = np.random.default_rng(seed)
        turned = [chance.uniform(-35, 35), chance.uniform(-5, 30), chance.uniform(-5, 5)]
        stand = Stand(chance.uniform(6, 25), chance.uniform(45, 180), *turned)
        made, _radii = of_stand(APERTURE, stand, NOTHING)
        corners = made.map_points(slide_corners(APERTURE), "slide", "facade")
        span = float(np.hypot(*np.ptp(corners, axis=0)))
        assert projection_miss_m(APERTURE, corners) < 3e-3 * span
        corners[seed % 4] += chance.choice(((0.1, 0), (-0.1, 0), (0, 0.1), (0, -0.1))) * span
        noticed += projection_miss_m(APERTURE, corners) > 0.012 * span
    assert noticed >= 12
