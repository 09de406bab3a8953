# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a calibration says of its own errors, against what happens when it is made again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mapping.invented import calibration as invented
from mapping.street import APERTURE_MM, FACADE_M, Street, random_street
from visiophare_mapping.calibration import Calibration
from visiophare_mapping.estimate import calibrate_pairs
from visiophare_mapping.facade import set_facade
from visiophare_mapping.joint import HOMOGRAPHY_NAMES
from visiophare_mapping.lens import CameraLens
from visiophare_mapping.targets import make_target
from visiophare_mapping.uncertainty import Bound, bound_in_photo, bounds_on_facade

SLIDE = make_target(APERTURE_MM).points_mm
X, Y = np.meshgrid(np.linspace(-18, 18, 13), np.linspace(-12, 12, 9))
GRID = np.column_stack([X.ravel(), Y.ravel()])


def calibrated(street: Street, noise_px: float, seed: int) -> Calibration:
    """With the camera's own calibration, so that nothing but noise is unsure."""
    chance = np.random.default_rng([seed, 9])
    found = street.slide_to_camera(SLIDE) + chance.normal(0, noise_px, SLIDE.shape)
    across, down = street.centre_px
    matrix = np.array([[street.focal_px, 0, across], [0, street.focal_px, down], [0, 0, 1.0]])
    lens = CameraLens(matrix, np.array([*street.camera, 0.0]), street.size_px)
    return calibrate_pairs(SLIDE, found, street.size_px, APERTURE_MM, lens)


def largest_px(calibration: Calibration, street: Street) -> float:
    off = calibration.map_points(GRID, "slide", "camera") - street.slide_to_camera(GRID)
    return float(np.hypot(*off.T).max())


def stated_px(calibration: Calibration) -> float:
    bound = bound_in_photo(calibration)
    assert bound is not None
    return bound.most


@pytest.mark.parametrize("lenses", [False, True])
def test_the_stated_maximum_is_the_95th_of_100_repetitions(lenses: bool) -> None:
    street = random_street(3, lenses=lenses)
    repeated = [calibrated(street, 0.1, seed) for seed in range(100)]
    happened = float(np.quantile([largest_px(one, street) for one in repeated], 0.95))
    stated = float(np.median([stated_px(one) for one in repeated]))
    assert stated == pytest.approx(happened, rel=0.35)


def test_in_metres_clicks_and_tape_count_as_they_do_when_repeated() -> None:
    street = random_street(7)
    calibration = calibrated(street, 0.02, 0)
    placed = set_facade(calibration, street.corners_px(), FACADE_M)
    bounds = bounds_on_facade(placed, click_px=2.0, tape_m=0.03)
    assert bounds is not None
    assert bounds.absolute is not None
    wall_m = street.slide_to_facade(GRID) * (1, -1) + np.array(FACADE_M) / 2
    largest_mm = []
    for seed in range(400):
        chance = np.random.default_rng([seed, 11])
        width_m, height_m = np.array(FACADE_M) + chance.normal(0, 0.03, 2)
        clicked = street.corners_px() + chance.normal(0, 2.0, (4, 2))
        again = set_facade(calibration, clicked, (float(width_m), float(height_m)))
        off_m = again.map_points(GRID, "slide", "facade") - wall_m
        largest_mm.append(1000 * np.hypot(*off_m.T).max())
    assert bounds.absolute.most == pytest.approx(np.quantile(largest_mm, 0.95), rel=0.12)
    assert bounds.relative.most < 0.2 * bounds.absolute.most


def without_lenses(size_px: tuple[int, int], px_per_m: float) -> Calibration:
    """A façade seen from straight ahead, 20 × 12 m of it lit, known to a thousandth of a pixel."""
    per_mm = px_per_m * 20 / 36
    matrix = np.array([[per_mm, 0, size_px[0] / 2], [0, per_mm, size_px[1] / 2], [0, 0, 1.0]])
    plain = invented(size_px)
    plane = replace(
        plain.planes[0],
        slide_to_camera=matrix,
        covariance=np.diag([1e-6] * 6 + [1e-16] * 2),
        covariance_of=HOMOGRAPHY_NAMES,
    )
    return replace(
        plain.with_plane(0, plane), camera_lens=None, projector_lens=None, aperture_mm=(36.0, 21.6)
    )


@pytest.mark.parametrize(
    ("size_m", "known_mm"), [((20.0, 12.0), 30.0), ((4.0, 3.0), 380.0), ((1.0, 2.1), 2200.0)]
)
def test_a_small_rectangle_costs_what_the_literature_says(
    size_m: tuple[float, float], known_mm: float
) -> None:
    calibration = without_lenses((1500, 900), 70.0)
    half = np.array(size_m) * 70.0 / 2
    corners = np.array([750, 450]) + half * [(-1, 1), (1, 1), (1, -1), (-1, -1)]
    bounds = bounds_on_facade(set_facade(calibration, corners, size_m), tape_m=0.0)
    assert bounds is not None
    assert bounds.absolute is not None
    assert known_mm / 2 < bounds.absolute.most < known_mm * 2


def test_an_unmeasured_camera_lens_is_carried_into_the_metres() -> None:
    street = random_street(4)
    chance = np.random.default_rng(4)
    found = street.slide_to_camera(SLIDE) + chance.normal(0, 0.2, SLIDE.shape)
    guessed = calibrate_pairs(SLIDE, found, street.size_px, APERTURE_MM)
    bounds = bounds_on_facade(set_facade(guessed, street.corners_px(), FACADE_M))
    assert bounds is not None
    assert bounds.absolute is not None
    assert bounds.lens_known is not None
    assert bounds.absolute.most > 1.2 * bounds.lens_known.most
    measured = set_facade(calibrated(street, 0.2, 4), street.corners_px(), FACADE_M)
    certain = bounds_on_facade(measured)
    assert certain is not None
    assert certain.absolute == certain.lens_known


def test_lenses_that_were_chosen_away_still_count_for_something() -> None:
    street = random_street(2, lenses=False)
    chance = np.random.default_rng(2)
    found = street.slide_to_camera(SLIDE) + chance.normal(0, 0.3, SLIDE.shape)
    plane = calibrate_pairs(SLIDE, found, street.size_px, APERTURE_MM).planes[0]
    assert plane.lenses_probability is not None
    assert 0.0 < plane.lenses_probability < 0.5
    assert plane.covariance is not None
    assert plane.covariance_with_lenses is not None
    index = plane.covariance_of.index("camera_k1")
    assert plane.covariance[index, index] > 0.0
    assert plane.covariance_with_lenses[index, index] > 1e-4


def test_the_worst_place_is_named_as_the_photo_shows_it() -> None:
    street = random_street(1, lenses=False)
    for keep, names in (
        (SLIDE[:, 0] > -2, {"upper left", "left", "lower left"}),
        ((SLIDE < 2).all(axis=1), {"lower right"}),
    ):
        chance = np.random.default_rng(1)
        found = street.slide_to_camera(SLIDE) + chance.normal(0, 0.05, SLIDE.shape)
        bound = bound_in_photo(
            calibrate_pairs(SLIDE[keep], found[keep], street.size_px, APERTURE_MM)
        )
        assert bound is not None
        assert bound.worst in names


def test_the_bounds_survive_the_file_and_old_files_have_none(tmp_path: Path) -> None:
    calibration = calibrated(random_street(6), 0.1, 6)
    calibration.save(tmp_path / "c.json")
    before, after = (
        bound_in_photo(calibration),
        bound_in_photo(Calibration.load(tmp_path / "c.json")),
    )
    assert isinstance(after, Bound)
    assert after == before
    old = invented()
    assert bound_in_photo(old) is None
    assert bounds_on_facade(old) is None
