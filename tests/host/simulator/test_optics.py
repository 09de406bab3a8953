# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench's geometry: every path through a lens leads back, and the axes point as documented."""

import numpy as np
import pytest

from visiophare.simulator.optics import (
    CameraLens,
    Thrower,
    ThrowLens,
    Viewer,
    as_points,
    looking_at,
)

STRAIGHT = ThrowLens(k1=0.0, k2=0.0, centre_mm=(0.0, 0.0), radius_mm=21.6)


def some_points(seed, low, high, count=500):
    return np.random.default_rng(seed).uniform(low, high, (count, 2))


@pytest.mark.parametrize("k1", [-0.1, -0.02, 0.05])
def test_a_gate_point_comes_back_from_the_facade_to_a_billionth_of_a_millimetre(k1):
    lens = ThrowLens(k1=k1, k2=0.01, centre_mm=(0.3, -0.2), radius_mm=21.6)
    thrower = Thrower(looking_at((2.0, 1.5, 14.0), (6.0, 4.0, 0.0), 0.01), 42.0, lens)
    gate_mm = some_points(1, (-18, -12), (18, 12))
    back_mm = thrower.facade_to_gate(thrower.gate_to_facade(gate_mm))
    assert np.abs(back_mm - gate_mm).max() < 1e-9


@pytest.mark.parametrize("k1", [-0.12, 0.0, 0.06])
def test_a_pixel_comes_back_from_the_facade_to_a_billionth_of_a_pixel(k1):
    lens = CameraLens(1200.0, (957.0, 542.0), k1=k1, k2=0.02, p1=0.001, p2=-0.0007)
    viewer = Viewer(looking_at((9.0, 1.7, 12.0), (6.0, 4.0, 0.0), -0.02), lens)
    pixels = some_points(2, (0, 0), (1919, 1079))
    back = viewer.facade_to_camera(viewer.camera_to_facade(pixels))
    assert np.abs(back - pixels).max() < 1e-9


def test_right_and_down_in_the_gate_are_right_and_down_on_the_wall():
    thrower = Thrower(looking_at((6.0, 4.0, 10.0), (6.0, 4.0, 0.0)), 50.0, STRAIGHT)
    landed = thrower.gate_to_facade([[0, 0], [5, 0], [0, 5]])
    np.testing.assert_allclose(landed, [[6, 4], [7, 4], [6, 3]], atol=1e-12)


def test_the_camera_sees_a_wall_point_where_pinhole_and_brown_say():
    lens = CameraLens(1000.0, (500.0, 400.0), k1=0.1, k2=0.0, p1=0.0, p2=0.0)
    viewer = Viewer(looking_at((0.0, 0.0, 10.0), (0.0, 0.0, 0.0)), lens)
    # Slope 0.2 right: r² = 0.04, stretched by 1 + 0.1·0.04.
    np.testing.assert_allclose(viewer.facade_to_camera([[2.0, 0.0]]), [[700.8, 400.0]])


def test_the_camera_lens_shears_as_brown_says():
    lens = CameraLens(1000.0, (0.0, 0.0), k1=0.0, k2=0.0, p1=0.01, p2=0.02)
    # x = 0.2, y = -0.1, r² = 0.05: 2·p1·x·y + p2·(r² + 2x²) and p1·(r² + 2y²) + 2·p2·x·y.
    bent = lens.slopes_to_pixels(as_points([0.2, -0.1]))
    np.testing.assert_allclose(bent, [[200.0 - 0.4 + 2.6, -100.0 + 0.7 - 0.8]])


def test_the_throw_lens_bends_as_its_equation_says():
    lens = ThrowLens(k1=-0.04, k2=0.01, centre_mm=(1.0, 0.0), radius_mm=20.0)
    # 10 mm from the centre: r² = 1/4.
    expected = 1.0 + 10.0 * (1 - 0.04 / 4 + 0.01 / 16)
    np.testing.assert_allclose(lens.distort(as_points([11.0, 0.0])), [[expected, 0.0]])


def test_a_tilted_throw_is_larger_where_the_wall_is_further():
    thrower = Thrower(looking_at((2.0, 4.0, 10.0), (6.0, 4.0, 0.0)), 50.0, STRAIGHT)
    left, right = (np.ptp(thrower.gate_to_facade([[x, -5], [x, 5]])[:, 1]) for x in (-10, 10))
    assert right > 1.1 * left


def test_what_no_ray_reaches_is_nan():
    viewer = Viewer(
        looking_at((0.0, 0.0, 10.0), (30.0, 0.0, 0.0)),
        CameraLens(500.0, (500.0, 500.0), 0.0, 0.0, 0.0, 0.0),
    )
    assert np.isnan(viewer.camera_to_facade([[3000.0, 500.0]])).all()
    barrel = ThrowLens(k1=-0.2, k2=0.0, centre_mm=(0.0, 0.0), radius_mm=10.0)
    assert np.isnan(barrel.undistort(as_points([40.0, 0.0]))).all()


def test_a_turned_camera_turns_its_picture():
    lens = CameraLens(1000.0, (0.0, 0.0), 0.0, 0.0, 0.0, 0.0)
    turned = Viewer(looking_at((0, 0, 10.0), (0, 0, 0), roll_rad=np.pi / 2), lens)
    # The camera's right now points down: what lies above appears on its left.
    np.testing.assert_allclose(turned.facade_to_camera([[0.0, 1.0]]), [[-100.0, 0.0]], atol=1e-9)
