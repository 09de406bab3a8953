# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchanged width and height are seen from any side; a right size is never blamed."""

from __future__ import annotations

import math

import numpy as np

from mapping.street import pose, project
from visiophare_mapping.calibration import Calibration
from visiophare_mapping.lens import CameraLens
from visiophare_mapping.planes import Plane
from visiophare_mapping.proportions import seems_exchanged

SIZE_PX = (1600, 1200)
CENTRE = np.array(SIZE_PX) / 2
Size = tuple[float, float]


def camera(focal_px: float | None = None) -> Calibration:
    lens = None
    if focal_px is not None:
        matrix = np.array([[focal_px, 0, CENTRE[0]], [0, focal_px, CENTRE[1]], [0, 0, 1.0]])
        lens = CameraLens(matrix, np.zeros(5), SIZE_PX)
    plane = Plane(np.diag([40.0, 40.0, 1.0]), np.zeros((3, 2)), 0, 0.0)
    return Calibration(SIZE_PX, (36.0, 24.0), (plane,), lens)


def seen_from(
    size_m: Size, yaw_deg: float, pitch_deg: float, away: float
) -> tuple[np.ndarray, float]:
    """The rectangle's corners on the photo, and the focal length that makes it fill half of it."""
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    towards = np.array(
        [math.sin(yaw) * math.cos(pitch), math.sin(pitch), -math.cos(yaw) * math.cos(pitch)]
    )
    turned, moved = pose(towards * away * max(size_m), np.zeros(3), 0.0)
    homography = np.column_stack([turned[:, 0], turned[:, 1], moved])
    corners = np.array([(-1, 1), (1, 1), (1, -1), (-1, -1)]) * np.array(size_m) / 2
    plain = project(homography, corners)
    focal = float(0.6 * (np.array(SIZE_PX) / np.ptp(plain, axis=0)).min())
    return plain * focal + CENTRE, focal


def test_exchanged_sides_are_noticed_from_the_front_without_knowing_the_lens() -> None:
    for size, aside in (((12.0, 8.0), 0), ((12.0, 8.0), 25), ((3.0, 9.0), 25), ((5.0, 4.0), 10)):
        corners, _focal = seen_from(size, aside, 10, 1.6)
        assert seems_exchanged(camera(), corners, size[::-1])
        assert not seems_exchanged(camera(), corners, size)


def test_a_known_lens_sees_through_steep_views() -> None:
    corners, focal = seen_from((12.0, 8.0), 62, 10, 1.6)
    assert np.ptp(corners[:, 0]) < 1.15 * np.ptp(corners[:, 1])  # the picture alone misleads
    assert seems_exchanged(camera(focal), corners, (8.0, 12.0))
    assert not seems_exchanged(camera(focal), corners, (12.0, 8.0))


def test_a_right_size_is_never_blamed_however_steep_the_view() -> None:
    chance = np.random.default_rng(11)
    believable = 0
    for _view in range(1500):
        size = (float(chance.uniform(2, 16)), float(chance.uniform(2, 16)))
        angles = chance.uniform(-70, 70), chance.uniform(-20, 50)
        corners, focal = seen_from(size, *angles, chance.uniform(1.2, 4))
        if not 0.5 < focal / SIZE_PX[0] < 3.5:
            continue
        believable += 1
        clicked = corners + chance.normal(0, 3, corners.shape) + chance.normal(0, 15, 2)
        assert not seems_exchanged(camera(), clicked, size)
        assert not seems_exchanged(camera(focal), clicked, size)
    assert believable > 700


def test_a_square_tells_nothing() -> None:
    corners, _focal = seen_from((8.0, 8.0), 10, 10, 1.6)
    assert not seems_exchanged(camera(), corners, (8.0, 8.3))
    assert not seems_exchanged(camera(), corners, (8.3, 8.0))
