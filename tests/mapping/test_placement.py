# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a page lies on the façade, or over the photo, joined to a calibration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mapping.invented import calibration
from visiophare_mapping.errors import ArtworkError, CalibrationError
from visiophare_mapping.placement import Fit, Placement, on_facade, on_photo


def on_wall(placement: Placement, page: list[tuple[float, float]]) -> np.ndarray:
    return np.array(page) @ placement.to_frame[:, :2].T + placement.to_frame[:, 2]


@pytest.mark.parametrize(
    ("fit", "rect", "crop"),
    [
        ("contain", (2, 0, 8, 8), (0, 0, 100, 100)),
        ("cover", (0, 0, 12, 8), (0, 100 / 6, 100, 200 / 3)),
        ("stretch", (0, 0, 12, 8), (0, 0, 100, 100)),
    ],
)
def test_a_square_page_in_a_rectangle_of_12_by_8_metres(
    fit: Fit, rect: tuple[float, ...], crop: tuple[float, ...]
) -> None:
    placement = on_facade(calibration(), (100, 100), fit=fit)
    assert placement.rect_m == pytest.approx(rect)
    assert placement.crop == pytest.approx(crop)
    x, y, width, height = placement.crop
    lower_left, upper_right = on_wall(placement, [(x, y + height), (x + width, y)])
    assert lower_left == pytest.approx(rect[:2])
    assert upper_right == pytest.approx((rect[0] + rect[2], rect[1] + rect[3]))


def test_a_page_placed_in_metres_has_its_lower_left_corner_there() -> None:
    placement = on_facade(calibration(), (300, 150), at_m=(2, 3, 4, 2))
    assert on_wall(placement, [(0, 150), (300, 0)]) == pytest.approx(np.array([(2, 3), (6, 5)]))


@pytest.mark.parametrize("over", ["facade", "photo"])
def test_page_to_slide_and_back_is_where_it_began(over: str) -> None:
    joined = calibration()
    placement = on_facade(joined, (120, 80)) if over == "facade" else on_photo(joined, (1000, 800))
    page = np.random.default_rng(3).uniform((30, 20), (90, 60), (50, 2))
    if over == "photo":
        page = page * 8 + 100
    assert placement.from_slide(placement.to_slide(page)) == pytest.approx(page, abs=1e-6)


def test_a_page_over_the_photo_counts_pixels_from_the_corner_lens_and_all() -> None:
    joined = calibration()
    placement = on_photo(joined, (500, 400))  # the photo at half its size
    pixel = np.array([(300.0, 200.0), (640.0, 512.0)])
    wanted = joined.map_points(pixel, "camera", "slide")
    assert placement.to_slide((pixel + 0.5) / 2) == pytest.approx(wanted, abs=1e-9)


def test_a_page_of_other_proportions_than_the_photo_is_refused() -> None:
    with pytest.raises(ArtworkError) as caught:
        on_photo(calibration(), (500, 500))
    assert caught.value.code == "page_not_photo"
    assert "1000 × 800" in str(caught.value)


def test_without_metres_a_page_has_no_place_on_the_facade() -> None:
    joined = calibration()
    plane = replace(joined.planes[0], camera_to_facade=None, reference_size_m=None)
    with pytest.raises(CalibrationError) as caught:
        on_facade(joined.with_plane(0, plane), (100, 100))
    assert caught.value.code == "facade_unknown"


def test_metres_without_a_reference_rectangle_still_take_a_placed_page() -> None:
    joined = calibration()
    plane = replace(joined.planes[0], reference_size_m=None)
    joined = joined.with_plane(0, plane)
    assert on_facade(joined, (100, 100), at_m=(1, 1, 2, 2)).rect_m == (1, 1, 2, 2)
    with pytest.raises(CalibrationError):
        on_facade(joined, (100, 100))
