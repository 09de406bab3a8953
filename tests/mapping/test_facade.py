# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The façade's frame: what a rectangle gives, and which rectangles are refused."""

from dataclasses import replace

import numpy as np
import pytest

from mapping.street import FACADE_M, random_street
from visiophare_mapping.calibration import Calibration
from visiophare_mapping.errors import CalibrationError
from visiophare_mapping.facade import outside_photo, set_facade, shares_of_photo
from visiophare_mapping.lens import CameraLens
from visiophare_mapping.planes import Plane

GOOD = np.array([(300.0, 900.0), (1600.0, 950.0), (1580.0, 120.0), (310.0, 60.0)])


def bare() -> Calibration:
    plane = Plane(np.diag([40.0, 40.0, 1.0]), np.zeros((3, 2)), 0, 0.0)
    return Calibration((1920, 1080), (36.0, 24.0), (plane,))


def test_corners_land_on_the_rectangle_and_y_points_up() -> None:
    placed = set_facade(bare(), GOOD, (12.0, 8.0))
    metres = placed.map_points(GOOD, "camera", "facade")
    assert np.abs(metres - [(0, 0), (12, 0), (12, 8), (0, 8)]).max() < 1e-9
    transform = placed.planes[0].camera_to_facade
    assert transform is not None
    assert np.linalg.det(transform) < 0
    assert placed.planes[0].reference_size_m == (12.0, 8.0)


def test_points_within_the_rectangle_land_where_they_are_on_the_wall() -> None:
    street = random_street(3, lenses=False)
    placed = set_facade(bare(), street.corners_px(), FACADE_M)
    wall = np.random.default_rng(0).uniform(-1, 1, (50, 2)) * (6, 4)
    metres = placed.map_points(street.facade_to_camera(wall), "camera", "facade")
    assert np.abs(metres - (wall * (1, -1) + (6, 4))).max() < 1e-9


def test_with_a_camera_lens_the_metres_are_those_behind_it() -> None:
    street = random_street(3)
    focal, (across, down) = street.focal_px, street.centre_px
    lens = CameraLens(
        np.array([[focal, 0, across], [0, focal, down], [0, 0, 1.0]]),
        np.array(street.camera),
        street.size_px,
    )
    seen = replace(bare(), image_size_px=street.size_px, camera_lens=lens)
    placed = set_facade(seen, street.corners_px(), FACADE_M)
    wall = np.random.default_rng(0).uniform(-1, 1, (50, 2)) * (6, 4)
    metres = placed.map_points(street.facade_to_camera(wall), "camera", "facade")
    assert np.abs(metres - (wall * (1, -1) + (6, 4))).max() < 1e-6


@pytest.mark.parametrize(
    ("corners", "code"),
    [
        (GOOD[:3], "corners_count"),
        (GOOD[[0, 2, 1, 3]], "rectangle_crossed"),
        (GOOD[[0, 1, 3, 2]], "rectangle_crossed"),
        (GOOD[::-1], "rectangle_clockwise"),
        (GOOD[[3, 2, 1, 0]], "rectangle_clockwise"),
        (GOOD * (-1, 1) + (1919, 0), "rectangle_clockwise"),
        (GOOD[[2, 3, 0, 1]], "rectangle_turned"),
        (GOOD[[1, 2, 3, 0]], "rectangle_turned"),
        (np.array([(0, 900), (500, 902), (1000, 904), (500, 100)]), "rectangle_degenerate"),
        (np.array([(300, 900), (303, 900), (1580, 120), (310, 60)]), "rectangle_degenerate"),
        (np.full((4, 2), 5.0), "rectangle_degenerate"),
        (np.array([(300, 900), (1600, 950), (700, 750), (310, 60)]), "rectangle_dented"),
        (GOOD + np.array([9000, 0]), "corners_outside"),
        (GOOD * np.nan, "corners_outside"),
    ],
)
def test_impossible_rectangles_are_refused_each_in_its_sentence(corners, code: str) -> None:
    with pytest.raises(CalibrationError) as caught:
        set_facade(bare(), corners, (12.0, 8.0))
    assert caught.value.code == code
    assert caught.value.hint


def test_impossible_sizes_are_refused() -> None:
    for size in ((0.0, 8.0), (12.0, -1.0), (float("nan"), 8.0), (12.0, 8000.0), (1e-3, 8.0)):
        with pytest.raises(CalibrationError) as caught:
            set_facade(bare(), GOOD, size)
        assert caught.value.code == "size_impossible"


def test_the_shares_of_the_photo_are_of_its_width_and_of_its_height() -> None:
    assert shares_of_photo(GOOD, (1920, 1080)) == pytest.approx((1300 / 1920, 890 / 1080))


def test_a_corner_far_outside_is_named_and_one_just_outside_is_allowed() -> None:
    wrong = GOOD.copy()
    wrong[1] = (16000.0, 950.0)
    with pytest.raises(CalibrationError) as caught:
        set_facade(bare(), wrong, (12.0, 8.0))
    assert "Corner 2, at 16000,950, lies far outside" in str(caught.value)
    extended = GOOD.copy()
    extended[3] = (310.0, -40.0)
    assert set_facade(bare(), extended, (12.0, 8.0)).planes[0].camera_to_facade is not None
    assert outside_photo(extended, (1920, 1080)) == [4]
    assert outside_photo(GOOD, (1920, 1080)) == []
