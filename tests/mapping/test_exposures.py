# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures that do not belong together, or do not tell the truth, are told apart and named."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from mapping.street import APERTURE_MM, Light, Photographer, View, random_street
from visiophare_mapping.detect import calibrate, find_in_exposures
from visiophare_mapping.errors import PictureError
from visiophare_mapping.exposures import Exposures
from visiophare_mapping.target_picture import target_array
from visiophare_mapping.targets import make_target

TARGET = make_target(APERTURE_MM)
SLIDE = target_array(TARGET, 1600) / 255.0
EVENINGS = (
    Light(160, 2),
    Light(200, 20),
    Light(60, 60),
    Light(15, 60),
    Light(8, 60, noise=4),
    Light(60, 30, blur_px=3),
)
HERE, THERE = (11, 0), (12, 0)


@cache
def view(street: int, shift_px: int) -> View:
    place = random_street(street).scaled(0.5)
    shift = np.array([[1.0, 0.0, shift_px], [0.0, 1.0, shift_px / 2], [0.0, 0.0, 1.0]])
    return View.of(replace(place, facade_to_ideal_px=shift @ place.facade_to_ideal_px))


def taken(light: Light, lit: bool, place: tuple[int, int] = HERE, seed: int = 0) -> np.ndarray:
    """A picture of a street, by a camera that was moved by so many pixels."""
    street = random_street(place[0]).scaled(0.5)
    photographer = Photographer(street, SLIDE, light, seed=place[0], view=view(*place))
    for _ in range(seed):
        photographer.picture(lit)
    return photographer.picture(lit)


def refusal(*pictures: tuple[np.ndarray, bool]) -> str | None:
    exposures = Exposures()
    try:
        for number, (picture, lit) in enumerate(pictures, 1):
            exposures.add(picture, lit=lit, name=f"p{number}.jpg")
    except PictureError as error:
        return error.code if f"p{len(pictures)}.jpg" in str(error) else str(error)
    return None


@pytest.mark.parametrize("light", EVENINGS)
def test_pictures_of_one_place_belong_together(light: Light) -> None:
    kinds = (True, False, True, False)
    assert refusal(*((taken(light, lit, seed=n), lit) for n, lit in enumerate(kinds))) is None


@pytest.mark.parametrize("light", EVENINGS)
def test_a_lit_picture_of_another_place_is_named(light: Light) -> None:
    pictures = (taken(light, True), True), (taken(light, True, THERE), True)
    assert refusal(*pictures) == "other_scene"


@pytest.mark.parametrize("light", EVENINGS[1:])
def test_a_dark_picture_of_another_place_is_named(light: Light) -> None:
    pictures = (taken(light, True), True), (taken(light, False, THERE), False)
    assert refusal(*pictures) == "other_scene"


@pytest.mark.parametrize("light", EVENINGS[1:])
def test_a_tripod_moved_between_lit_and_dark_pictures_is_named(light: Light) -> None:
    pictures = (taken(light, True), True), (taken(light, False, (11, 9)), False)
    assert refusal(*pictures) == "camera_moved"


def test_pictures_in_all_but_darkness_are_not_compared_with_lit_ones() -> None:
    night = EVENINGS[0]
    assert refusal((taken(night, True), True), (taken(night, False, (11, 9)), False)) is None


def test_one_picture_given_twice_counts_once_and_is_named() -> None:
    lit, dark = taken(EVENINGS[2], True), taken(EVENINGS[2], False)
    exposures = Exposures()
    for name in ("a.jpg", "copy of a.jpg"):
        exposures.add(lit, lit=True, name=name)
    exposures.add(dark, lit=False, name="b.jpg")
    assert exposures.repeated == [("copy of a.jpg", "a.jpg")]
    assert refusal((lit, True), (lit.copy(), False)) == "same_picture"


def test_a_saturated_channel_is_left_out_of_all_pictures() -> None:
    chance = np.random.default_rng(5)
    exposures = Exposures()
    for lit in (True, False):
        picture = taken(Light(60, 15), lit)
        # Sodium lamps: red is full nearly everywhere, in the lit picture more than in the dark.
        red = np.clip(picture[:, :, 2] * 2.6 + chance.normal(0, 2, picture.shape[:2]), 0, 255)
        exposures.add(np.dstack([picture[:, :, :2], red.astype(np.uint8)]), lit=lit)
    assert exposures.channels == (0, 1)
    detection = find_in_exposures(exposures, TARGET)
    calibration = calibrate(detection, detection.image_size_px, TARGET)
    street = random_street(HERE[0]).scaled(0.5)
    error_px = calibration.map_points(TARGET.points_mm, "slide", "camera")
    error_px -= street.slide_to_camera(TARGET.points_mm)
    assert np.median(np.hypot(*error_px.T)) < 0.05


def test_how_much_of_the_light_is_saturated_is_kept() -> None:
    burnt = []
    for projector in (20.0, 900.0):
        exposures = Exposures()
        exposures.add(taken(Light(projector, 60), True), lit=True)
        burnt.append(exposures.burnt)
    assert burnt[0] < 0.01
    assert burnt[1] > 0.1
