# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera that moved between lit pictures is named, and nothing else is taken for it."""

import itertools
import tracemalloc
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from mapping.street import APERTURE_MM, Light, Photographer, Street, View, random_street
from visiophare_mapping.errors import PictureError
from visiophare_mapping.exposures import Exposures
from visiophare_mapping.photos import light_of, read_light
from visiophare_mapping.stillness import glance
from visiophare_mapping.target_picture import target_array
from visiophare_mapping.targets import make_target

STREET = random_street(11).scaled(0.5)
LIGHTS = {
    "night": Light(160, 2),
    "lit street": Light(60, 60),
    "weak light": Light(15, 60),
    "out of focus": Light(60, 30, blur_px=3.0),
    "noise": Light(60, 30, noise=8.0),
    "hardly any light": Light(8, 1, noise=2.0),
}


def moved(street: Street, across_px: float, down_px: float) -> Street:
    """The same street from a camera that was turned a little."""
    shift = np.array([[1.0, 0.0, across_px], [0.0, 1.0, down_px], [0.0, 0.0, 1.0]])
    return replace(street, facade_to_ideal_px=shift @ street.facade_to_ideal_px)


@cache
def view(shift_px: tuple[int, int]) -> View:
    return View.of(moved(STREET, *shift_px))


@cache
def photographer(light: Light, shift_px: tuple[int, int] = (0, 0)) -> Photographer:
    slide = target_array(make_target(APERTURE_MM), 1600) / 255.0
    return Photographer(moved(STREET, *shift_px), slide, light, seed=1, view=view(shift_px))


def shift_px(first: np.ndarray, later: np.ndarray) -> float | None:
    return glance(light_of(first)).shift_px(glance(light_of(later)))


def with_walkers(picture: np.ndarray, step_px: int) -> np.ndarray:
    """People in patterned clothes before a third of the wall, some steps further."""
    height, width = picture.shape[:2]
    chance = np.random.default_rng(4)
    result = picture.copy()
    for person in range(4):
        clothes = chance.integers(0, 255, (40, 14, 3)).astype(np.uint8)
        clothes = cv2.resize(clothes, (80, height // 2), interpolation=cv2.INTER_NEAREST)
        left = person * width // 4 + step_px
        result[-len(clothes) :, left : left + 80] = clothes
    return result


@pytest.mark.parametrize(
    ("name", "true_px"),
    list(zip(LIGHTS, [(4, -3), (120, -30), (60, 10), (-60, 10), (-9, 2), (20, 20)], strict=True)),
)
def test_a_camera_that_moved_is_told_with_its_pixels(name: str, true_px: tuple[int, int]) -> None:
    still, turned = (photographer(LIGHTS[name], shift) for shift in ((0, 0), true_px))
    turned.picture(True)  # so that the two do not draw the same noise
    found_px = shift_px(still.picture(True), turned.picture(True))
    assert found_px == pytest.approx(np.hypot(*true_px), rel=0.02, abs=1.5)


@pytest.mark.parametrize("name", LIGHTS)
def test_a_still_camera_is_never_said_to_have_moved(name: str) -> None:
    still = photographer(LIGHTS[name])
    first = still.picture(True)
    for _ in range(3):
        assert shift_px(first, still.picture(True)) is None
    later = still.picture(True)
    for step_px in (10, 60):
        assert shift_px(with_walkers(first, 0), with_walkers(later, step_px)) is None
    shaken = cv2.blur(later, (9, 1))
    defocused = cv2.GaussianBlur(later, (0, 0), 4.0)
    darker = (later * 0.6).astype(np.uint8)
    for other in (shaken, defocused, darker):
        assert shift_px(first, other) is None
    assert shift_px(still.picture(False), still.picture(False)) is None


def test_walls_without_texture_and_noise_say_nothing() -> None:
    chance = np.random.default_rng(7)
    x, y = np.meshgrid(np.linspace(-1, 1, 960), np.linspace(-1, 1, 540))
    for level in (0.0, 6.0, 90.0):
        plain = level * (1 - 0.4 * (x**2 + y**2))
        taken = [plain + chance.normal(0, 2.0, plain.shape) for _ in range(4)]
        pictures = [np.clip(picture, 0, 255).astype(np.uint8) for picture in taken]
        for first, later in itertools.combinations(pictures, 2):
            assert shift_px(first, later) is None


def test_real_photos_of_other_places_say_nothing_and_shifted_ones_do(test_data: Path) -> None:
    names = [f"left{number:02}.jpg" for number in (1, 2, 3, 4, 11, 12, 13, 14)]
    boards = [glance(read_light(test_data / "boards" / name)) for name in names]
    for first, later in itertools.combinations(boards, 2):
        assert first.shift_px(later) is None
    for path in sorted((test_data / "facades").glob("*.jpg")):
        photo = cv2.imread(str(path))
        chance = np.random.default_rng(1)
        views = [photo[100 + down : 740 + down, 60 + down : 920 + down] for down in (0, 9)]
        noisy = [np.clip(v + chance.normal(0, 6, v.shape), 0, 255).astype(np.uint8) for v in views]
        assert shift_px(*noisy) == pytest.approx(9 * 2**0.5, abs=1.0)


def test_the_picture_from_elsewhere_is_named() -> None:
    lit, elsewhere = (
        photographer(LIGHTS["night"], shift).picture(True) for shift in ((0, 0), (20, 0))
    )
    exposures = Exposures()
    exposures.add(photographer(LIGHTS["night"]).picture(False), lit=False, name="dark.jpg")
    exposures.add(lit, lit=True, name="one.jpg")
    exposures.add(lit, lit=True, name="two.jpg")
    with pytest.raises(PictureError) as caught:
        exposures.add(elsewhere, lit=True, name="three.jpg")
    assert caught.value.code == "camera_moved"
    assert "one.jpg and three.jpg: by about 20 pixels" in str(caught.value)


def test_comparing_pictures_keeps_no_more_of_them() -> None:
    photo = np.random.default_rng(5).integers(0, 255, (3000, 4000), dtype=np.uint8)
    light = light_of(photo)
    exposures = Exposures()
    tracemalloc.start()
    exposures.add(light, lit=True)
    kept = tracemalloc.get_traced_memory()[0]
    for _ in range(3):
        exposures.add(light, lit=True)
    assert tracemalloc.get_traced_memory()[0] < kept + 1e6
    assert kept < light.grey.nbytes + 2.5e6
    tracemalloc.stop()
