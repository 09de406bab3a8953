# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the target is not found, the pictures say why, and what to change."""

from dataclasses import replace

import numpy as np
import pytest

from mapping.street import APERTURE_MM, Light, Photographer, Street, random_street
from visiophare_mapping.boards import Board
from visiophare_mapping.detect import find_in_exposures
from visiophare_mapping.diagnosis import Diagnosis, diagnose
from visiophare_mapping.errors import DetectionError
from visiophare_mapping.exposures import Exposures
from visiophare_mapping.target_picture import target_array
from visiophare_mapping.targets import Target, describe_target, make_target

TARGET = make_target(APERTURE_MM)
CHESSBOARD = describe_target(Board("chessboard", 10, 7, 3.2), APERTURE_MM)


def zoomed(factor: float, squeeze: float = 1.0) -> Street:
    """The street seen so much larger, and lower by `squeeze`, about the picture's middle."""
    street = random_street(11, lenses=False).scaled(1 / 3)
    width, height = np.array(street.size_px) * (1 - factor) / 2
    grown = np.array([[factor, 0, width], [0, factor, height], [0, 0, 1.0]])
    lower = np.array([[1.0, 0, 0], [0, squeeze, (1 - squeeze) * street.size_px[1] / 2], [0, 0, 1]])
    return replace(street, facade_to_ideal_px=lower @ grown @ street.facade_to_ideal_px)


STREET = zoomed(0.75)


def exposures_of(light: Light, target: Target = TARGET, street: Street = STREET) -> Exposures:
    slide = target_array(target, 1600) / 255.0
    photographer = Photographer(street, slide, light, seed=1)
    exposures = Exposures()
    for _ in range(2):
        for lit in (True, False):
            exposures.add(photographer.picture(lit), lit=lit)
    return exposures


def diagnosed(exposures: Exposures, target: Target = TARGET) -> Diagnosis:
    return diagnose(exposures.mean(), target, exposures.burnt)


def codes(exposures: Exposures, target: Target = TARGET) -> list[str]:
    return [reason.code for reason in diagnosed(exposures, target).reasons]


@pytest.mark.parametrize("target", [TARGET, CHESSBOARD], ids=["charuco", "chessboard"])
def test_what_was_wrong_is_named(target: Target) -> None:
    evening = Light(60, 30)
    assert codes(exposures_of(evening, target), target) == []
    assert "too_dark" in codes(exposures_of(Light(0.2, 60, noise=6.0), target), target)
    assert "saturated" in codes(exposures_of(Light(900, 30), target), target)
    assert "out_of_focus" in codes(exposures_of(replace(evening, blur_px=9.0), target), target)
    assert "too_small" in codes(exposures_of(evening, target, zoomed(0.27)), target)
    assert "too_steep" in codes(exposures_of(evening, target, zoomed(0.75, 0.3)), target)


def test_light_that_leaves_the_picture_is_named() -> None:
    assert "cut" in codes(exposures_of(Light(60, 30), street=zoomed(2.0)))


def test_a_tree_before_the_light_is_named_and_marked() -> None:
    exposures = Exposures()
    slide = target_array(TARGET, 1600) / 255.0
    photographer = Photographer(STREET, slide, Light(60, 30), seed=1)
    for lit in (True, False):
        picture = photographer.picture(lit)
        picture[80:250, 220:470] = 30
        exposures.add(picture, lit=lit)
    diagnosis = diagnosed(exposures)
    assert [reason.code for reason in diagnosis.reasons] == ["hidden"]
    blue, _green, red = diagnosis.picture[165, 345].astype(int)
    assert red > blue + 60


def test_the_marked_picture_shows_the_outline_and_what_is_missing() -> None:
    exposures = exposures_of(Light(60, 30))
    picture = diagnosed(exposures).picture
    green = np.all(picture == (80, 220, 60), axis=2)
    assert 200 < np.count_nonzero(green) < 0.2 * green.size
    x, y = STREET.slide_to_camera(np.array([[0.0, 12.0]]))[0]
    assert green[int(y) - 8 : int(y) + 8, int(x)].any()


def test_a_slide_in_backwards_is_told_where_no_marker_can_be_read() -> None:
    mirrored = Exposures()
    photographer = Photographer(
        STREET, target_array(TARGET, 1600)[:, ::-1] / 255.0, Light(60, 30, blur_px=2.8), seed=1
    )
    for lit in (True, False):
        mirrored.add(photographer.picture(lit), lit=lit)
    with pytest.raises(DetectionError) as caught:
        find_in_exposures(mirrored, TARGET)
    assert caught.value.code == "slide_backwards"
