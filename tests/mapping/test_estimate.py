# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both lenses and the homography, recovered from points whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from mapping.street import APERTURE_MM, FACADE_M, Street, random_street
from visiophare_mapping.calibration import Calibration
from visiophare_mapping.errors import CalibrationError
from visiophare_mapping.estimate import calibrate_pairs, fitted_to
from visiophare_mapping.facade import set_facade
from visiophare_mapping.lens import CameraLens
from visiophare_mapping.targets import make_target

SLIDE = make_target(APERTURE_MM).points_mm
X, Y = np.meshgrid(np.linspace(-18, 18, 13), np.linspace(-12, 12, 9))
GRID = np.column_stack([X.ravel(), Y.ravel()])


def pairs(street: Street, seed: int, noise_px: float) -> np.ndarray:
    chance = np.random.default_rng([seed, 3])
    return street.slide_to_camera(SLIDE) + chance.normal(0, noise_px, SLIDE.shape)


def grid_rms_px(calibration: Calibration, street: Street) -> float:
    error = calibration.map_points(GRID, "slide", "camera") - street.slide_to_camera(GRID)
    return float(np.sqrt((error**2).sum(axis=1).mean()))


def facade_errors_mm(calibration: Calibration, street: Street) -> np.ndarray:
    """On a grid over the rectangle, corners clicked to whole pixels."""
    placed = set_facade(calibration, np.round(street.corners_px()), FACADE_M)
    x, y = np.meshgrid(np.linspace(-6, 6, 13), np.linspace(-4, 4, 9))
    wall = np.column_stack([x.ravel(), y.ravel()])
    metres = placed.map_points(street.facade_to_camera(wall), "camera", "facade")
    return np.hypot(*(metres - (wall * (1, -1) + (6, 4))).T) * 1000


def test_fifty_streets_with_unknown_lenses_land_within_millimetres() -> None:
    medians, worst, grids = [], [], []
    for seed in range(50):
        street = random_street(seed)
        calibration = calibrate_pairs(SLIDE, pairs(street, seed, 0.03), (1920, 1080), APERTURE_MM)
        errors = facade_errors_mm(calibration, street)
        medians.append(np.median(errors))
        worst.append(errors.max())
        grids.append(grid_rms_px(calibration, street))
    assert np.median(medians) < 6
    assert np.percentile(medians, 95) < 15
    assert max(worst) < 40
    assert np.median(grids) < 0.08
    assert max(grids) < 0.3


def test_without_lenses_none_are_invented() -> None:
    for seed in range(5):
        street = random_street(seed, lenses=False)
        calibration = calibrate_pairs(SLIDE, pairs(street, seed, 0.05), (1920, 1080), APERTURE_MM)
        assert calibration.projector_lens is not None
        assert calibration.projector_lens.k1 == 0.0
        assert calibration.camera_lens is not None
        assert not calibration.camera_lens.distortion.any()
        assert calibration.camera_lens.source == "assumed"


def test_a_strong_projector_lens_is_followed_to_the_rim() -> None:
    for k1 in (-0.2, -0.05, 0.05):
        street = random_street(2)
        street = replace(street, projector=(k1, 0.02, 0.0, 0.0))
        calibration = calibrate_pairs(SLIDE, pairs(street, 2, 0.02), (1920, 1080), APERTURE_MM)
        assert grid_rms_px(calibration, street) < 0.1


def test_a_camera_calibrated_apart_is_believed_at_any_resolution() -> None:
    street = random_street(4)
    half = street.scaled(0.5)
    across, down = half.centre_px
    matrix = np.array([[half.focal_px, 0, across], [0, half.focal_px, down], [0, 0, 1.0]])
    lens = CameraLens(matrix, np.array([*half.camera, 0.0]), half.size_px)
    calibration = calibrate_pairs(SLIDE, pairs(street, 4, 0.02), (1920, 1080), APERTURE_MM, lens)
    assert calibration.camera_lens is not None
    assert calibration.camera_lens.source == "given"
    assert grid_rms_px(calibration, street) < 0.05
    assert facade_errors_mm(calibration, street).max() < 8
    with pytest.raises(CalibrationError) as caught:
        calibrate_pairs(SLIDE, pairs(street, 4, 0.02), (1080, 1920), APERTURE_MM, lens)
    assert caught.value.code == "camera_lens_other_pictures"


def test_false_points_are_left_out_and_counted() -> None:
    street = random_street(5)
    found = pairs(street, 5, 0.03)
    chance = np.random.default_rng(5)
    wrong = chance.choice(len(SLIDE), 12, replace=False)
    found[wrong] += chance.uniform(20, 200, (12, 2)) * chance.choice([-1, 1], (12, 2))
    calibration = calibrate_pairs(SLIDE, found, (1920, 1080), APERTURE_MM)
    assert calibration.planes[0].points <= len(SLIDE) - 12
    assert calibration.planes[0].rms_px < 0.1
    assert grid_rms_px(calibration, street) < 0.2


def test_the_covariance_names_its_entries_and_covers_the_truth() -> None:
    calibration = calibrate_pairs(
        SLIDE, pairs(random_street(6), 6, 0.05), (1920, 1080), APERTURE_MM
    )
    plane = calibration.planes[0]
    assert plane.covariance is not None
    assert plane.covariance.shape == (len(plane.covariance_of),) * 2
    assert np.all(np.linalg.eigvalsh(plane.covariance) > -1e-12)
    deviation = np.sqrt(np.diag(plane.covariance))
    truth = random_street(6).slide_to_camera(np.zeros((1, 2)))[0]
    assert np.all(np.abs(plane.slide_to_camera[:2, 2] - truth) < 12)
    assert np.all(deviation > 0)


@pytest.mark.parametrize("count", [0, 3, 5])
def test_too_few_points_are_refused(count: int) -> None:
    with pytest.raises(CalibrationError) as caught:
        calibrate_pairs(SLIDE[:count], SLIDE[:count] * 40 + 900, (1920, 1080), APERTURE_MM)
    assert caught.value.code == "too_few_points"


def test_points_on_a_line_are_refused() -> None:
    line = np.column_stack([np.linspace(-15, 15, 11), np.full(11, 3.0)])
    with pytest.raises(CalibrationError) as caught:
        calibrate_pairs(line, line * 40 + 900, (1920, 1080), APERTURE_MM)
    assert caught.value.code == "points_degenerate"


def test_a_lens_measured_on_larger_pictures_bends_smaller_ones_alike() -> None:
    matrix = np.array([[1500.0, 0, 940.0], [0, 1510.0, 560.0], [0, 0, 1.0]])
    large = CameraLens(matrix, np.array([-0.1, 0.02, 0.001, -0.002]), (1920, 1080))
    small = fitted_to(large, (640, 360))
    ideal = np.random.default_rng(1).uniform(100, 900, (40, 2))

    def reduced(points: np.ndarray) -> np.ndarray:
        """A pixel's centre lies half a pixel from its edges, whatever its size."""
        return (points + 0.5) / 3 - 0.5

    assert np.abs(small.distort(reduced(ideal)) - reduced(large.distort(ideal))).max() < 1e-9


def test_the_stated_covariance_is_how_points_scatter() -> None:
    street = random_street(4, lenses=False)
    noise_px, corner_mm, tries = 0.2, np.array([[15.0, 10.0]]), 80
    landed, stated = [], []
    for seed in range(tries):
        found = pairs(street, seed, noise_px)
        calibration = calibrate_pairs(SLIDE, found, (1920, 1080), APERTURE_MM)
        landed.append(calibration.map_points(corner_mm, "slide", "camera")[0])
        plane = calibration.planes[0]
        assert plane.covariance is not None
        stated.append(_carried(plane.slide_to_camera, plane.covariance[:8, :8], corner_mm[0]))
    scatter_px = np.std(landed, axis=0, ddof=1)
    assert np.sqrt(np.mean(stated, axis=0)) == pytest.approx(scatter_px, rel=0.3)


def _carried(homography: np.ndarray, covariance: np.ndarray, at_mm: np.ndarray) -> np.ndarray:
    """The variances (2,) of a mapped point, from those of the homography's first eight entries."""
    x, y, w = homography @ (*at_mm, 1.0)
    ahead = np.array([*at_mm, 1.0])
    jacobian = np.zeros((2, 9))
    jacobian[0, :3] = jacobian[1, 3:6] = ahead / w
    jacobian[0, 6:], jacobian[1, 6:] = -x / w**2 * ahead, -y / w**2 * ahead
    return np.diag(jacobian[:, :8] @ covariance @ jacobian[:, :8].T)
