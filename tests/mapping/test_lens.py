# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lenses forwards and backwards, against OpenCV and against themselves."""

import cv2
import numpy as np
import pytest

from visiophare_mapping.lens import CameraLens, ProjectorLens

MATRIX = np.array([[1500.0, 0.0, 955.0], [0.0, 1510.0, 541.0], [0.0, 0.0, 1.0]])
SIZE = (1920, 1080)


def grid(width: float, height: float) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(0, width, 25), np.linspace(0, height, 17))
    return np.column_stack([x.ravel(), y.ravel()])


@pytest.mark.parametrize(
    "distortion",
    [
        (-0.1, 0.02, 0.001, -0.002),
        (0.05, 0.0, 0.0, 0.0, 0.001),
        (-0.3, 0.12, 0.001, -0.002, -0.02),
        (0.2, 0.1, 0.001, 0.0, 0.01, 0.25, 0.12, 0.01),
    ],
)
def test_the_camera_lens_is_opencvs_and_its_inverse_undoes_it(distortion) -> None:
    lens = CameraLens(MATRIX, np.array(distortion), SIZE)
    raw = grid(1919, 1079)
    ideal = lens.undistort(raw)
    rays = np.column_stack([ideal, np.ones(len(ideal))]) @ np.linalg.inv(MATRIX).T
    opencvs, _ = cv2.projectPoints(
        rays, np.zeros(3), np.zeros(3), MATRIX, np.array(distortion, dtype=float)
    )
    assert np.abs(opencvs.reshape(-1, 2) - raw).max() < 1e-6
    assert np.abs(lens.distort(ideal) - raw).max() < 1e-8


@pytest.mark.parametrize(("k1", "k2"), [(-0.2, 0.02), (0.05, 0.01), (-0.3, 0.0), (0.0, 0.0)])
def test_the_projector_lens_follows_its_formula_and_comes_back(k1: float, k2: float) -> None:
    lens = ProjectorLens(k1, k2, (0.3, -0.2), 21.6)
    slide = grid(36, 24) - (18, 12)
    away = slide - (0.3, -0.2)
    r2 = (away**2).sum(axis=1) / 21.6**2
    expected = (0.3, -0.2) + away * (1 + k1 * r2 + k2 * r2**2)[:, None]
    bent = lens.distort(slide)
    assert np.abs(bent - expected).max() < 1e-12
    assert np.abs(lens.undistort(bent) - slide).max() < 1e-9


def test_points_that_a_lens_cannot_make_are_nan_and_never_a_wrong_place() -> None:
    projector = ProjectorLens(-0.2, 0.0, (0.0, 0.0), 21.6)
    # r (1 - 0.2 r²) turns back at r = 1.29, where it is 0.86 radii.
    assert np.isnan(projector.undistort(np.array([[0.87 * 21.6, 0.0]]))).all()
    assert np.isnan(projector.distort(np.array([[1.5 * 21.6, 0.0]]))).all()
    camera = CameraLens(MATRIX, np.array([-0.3, 0.0, 0.0, 0.0]), SIZE)
    far = np.array([[955.0 + 3000.0, 541.0]])
    assert np.isnan(camera.distort(far)).all()
    assert np.isnan(camera.undistort(far)).all()
    assert np.isnan(camera.undistort(np.array([[np.nan, 3.0]]))).all()
