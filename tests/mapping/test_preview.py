# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The photo at night with the projection on it."""

from __future__ import annotations

import numpy as np
import pytest

from mapping.invented import calibration
from visiophare_mapping.errors import PictureError
from visiophare_mapping.preview import preview


def wall(width: int = 1000, height: int = 800, grey: int = 170) -> np.ndarray:
    """A plain wall with a dark window."""
    photo = np.full((height, width, 3), grey, np.uint8)
    photo[height * 40 // 100 : height * 46 // 100, width * 40 // 100 : width * 48 // 100] = 25
    return photo


def test_night_is_darker_and_the_projection_brighter() -> None:
    joined = calibration()
    dark = preview(wall(), np.zeros((240, 360, 3), np.uint8), joined).astype(int)
    lit = preview(wall(), np.full((240, 360, 3), 255, np.uint8), joined).astype(int)
    assert dark.mean() < 0.5 * wall().mean()
    inside, outside = (600, 500), (30, 30)
    assert lit[inside].min() > dark[inside].max() + 80
    assert np.abs(lit[outside] - dark[outside]).max() < 12


def test_a_feature_of_the_slide_falls_on_its_pixel() -> None:
    joined = calibration()
    slide = np.zeros((960, 1440, 3), np.uint8)
    spot_mm = np.array([(7.0, -4.0)])
    column, row = ((spot_mm[0] + (18, 12)) * 40).astype(int)
    slide[row - 12 : row + 12, column - 12 : column + 12] = 255
    dark = preview(wall(), np.zeros_like(slide), joined).astype(float)
    gain = np.clip(preview(wall(), slide, joined) - dark, 0, None).sum(axis=2)
    gain[gain < gain.max() / 2] = 0
    y, x = (np.mgrid[0:800, 0:1000] * gain).sum(axis=(1, 2)) / gain.sum()
    wanted = joined.map_points(spot_mm, "slide", "camera")[0]
    assert (x, y) == pytest.approx(wanted, abs=1.0)


def test_a_feature_falls_on_its_pixel_also_where_the_picture_is_reduced() -> None:
    joined = calibration((4800, 3840))
    slide = np.zeros((960, 1440, 3), np.uint8)
    spots_mm = np.array([(7.0, -4.0), (-12.0, 8.0), (12.0, 9.0)])
    for column, row in ((spots_mm + np.array([18, 12])) * 40).astype(int):
        slide[row - 6 : row + 6, column - 6 : column + 6] = 255
    day = np.full((3840, 4800, 3), 170, np.uint8)
    dark = preview(day, np.zeros_like(slide), joined).astype(float)
    gain = np.clip(preview(day, slide, joined) - dark, 0, None).sum(axis=2)
    reduced = 4800 / gain.shape[1]
    assert reduced == 2
    for wanted in (joined.map_points(spots_mm, "slide", "camera") + 0.5) / reduced - 0.5:
        left, top = np.round(wanted).astype(int) - 20
        near = gain[top : top + 41, left : left + 41]
        near = np.where(near < near.max() / 2, 0, near)
        y, x = (np.mgrid[0:41, 0:41] * near).sum(axis=(1, 2)) / near.sum()
        assert (x + left, y + top) == pytest.approx(wanted, abs=0.15)


def test_windows_take_less_light_than_walls() -> None:
    lit = preview(wall(), np.full((240, 360, 3), 255, np.uint8), calibration()).astype(int)
    assert lit[340, 440].mean() < 0.6 * lit[600, 440].mean()


def test_colours_are_the_slides() -> None:
    red = np.zeros((240, 360, 3), np.uint8)
    red[..., 0] = 255
    at = preview(wall(), red, calibration())[600, 500].astype(int)
    assert at[0] > at[1:].max() + 60


@pytest.mark.parametrize("grey", [4, 90, 250])
def test_dark_and_bright_photos_both_show_the_projection(grey: int) -> None:
    joined = calibration()
    slides = (np.full((24, 36, 3), value, np.uint8) for value in (0, 255))
    dark, lit = (preview(wall(grey=grey), slide, joined).astype(int) for slide in slides)
    assert (lit - dark)[600, 500].min() > 40


def test_a_larger_photo_from_the_same_place_is_scaled() -> None:
    lit = preview(wall(3000, 2400), np.full((24, 36, 3), 255, np.uint8), calibration())
    assert lit.shape == (1920, 2400, 3)


def test_a_cropped_photo_is_refused() -> None:
    with pytest.raises(PictureError) as caught:
        preview(wall(1000, 900), np.zeros((24, 36, 3), np.uint8), calibration())
    assert caught.value.code == "photo_not_calibrated"
