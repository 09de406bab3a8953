# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resampling: nothing shifts, nothing aliases, light is kept."""

import numpy as np
import pytest

from visiophare.simulator.sampling import (
    SmoothMap,
    blur_by,
    decode,
    encode,
    fit_density,
    resample,
)


def whole(strips):
    return np.concatenate([strip for _, _, strip in strips])


def test_a_smooth_map_is_its_function_to_a_hundred_thousandth():
    def bend(pixels):
        x, y = (pixels - 100).T / 200
        r2 = x * x + y * y
        return np.column_stack([x * (1 + 0.1 * r2) / (1 + 0.2 * x), y * (1 - 0.1 * r2)])

    size_px = (211, 157)
    x, y = np.meshgrid(np.arange(size_px[0]), np.arange(size_px[1]))
    exact = bend(np.column_stack([x.ravel(), y.ravel()]).astype(float))
    image = SmoothMap(bend, size_px).image()
    assert np.abs(image.reshape(-1, 2) - exact).max() < 1e-5


def test_what_the_map_does_not_know_is_nan_and_only_near_there():
    smooth = SmoothMap(lambda p: np.where(p[:, :1] > 150, np.nan, p), (200, 40))
    image = smooth.image()
    assert np.isnan(image[:, 160:]).all()
    np.testing.assert_allclose(image[0, :100, 0], np.arange(100), atol=1e-4)


def test_an_identity_map_gives_the_picture_back():
    ramp = np.tile(np.arange(64, dtype=np.float32), (48, 1))
    result = whole(resample(ramp, SmoothMap(lambda p: p, (64, 48))))
    np.testing.assert_allclose(result[:, 1:-1], ramp[:, 1:-1], atol=1e-3)


def test_a_checker_finer_than_a_pixel_is_even_grey():
    checker = (np.indices((400, 400)).sum(axis=0) % 2).astype(np.float32)
    small = fit_density(checker, (100, 100))
    result = whole(resample(small, SmoothMap(lambda p: (p + 0.5) * 2 - 0.5, (50, 50))))
    np.testing.assert_allclose(result, 0.5, atol=0.02)


@pytest.mark.parametrize("wanted_px", [(37.0, 31.0), (300.0, 290.0)])
def test_changing_the_density_shifts_nothing(wanted_px):
    y, x = np.indices((90, 120))
    dot = np.exp(-((x - 70.3) ** 2 + (y - 41.6) ** 2) / 200).astype(np.float32)
    fitted = fit_density(dot, wanted_px)
    rows, columns = np.indices(fitted.shape)
    centre_x = (fitted * (columns + 0.5)).sum() / fitted.sum() / fitted.shape[1] * 120 - 0.5
    centre_y = (fitted * (rows + 0.5)).sum() / fitted.sum() / fitted.shape[0] * 90 - 0.5
    assert abs(centre_x - 70.3) < 0.02
    assert abs(centre_y - 41.6) < 0.02


def test_a_varying_blur_has_the_deviation_asked_for():
    picture = np.zeros((101, 401), np.float32)
    picture[50, [60, 200, 340]] = 1.0
    ramp = np.tile(np.linspace(1.0, 4.0, 401, dtype=np.float32), (101, 1))
    blurred = blur_by(picture, ramp, levels=7)
    for centre in (60, 200, 340):
        part = blurred[:, centre - 30 : centre + 31]
        offsets = np.arange(-30, 31)
        deviation = np.sqrt((part.sum(axis=0) * offsets**2).sum() / part.sum())
        assert deviation == pytest.approx(ramp[0, centre], rel=0.06)
        assert part.sum() == pytest.approx(1.0, rel=0.02)


def test_eight_bits_come_back_from_linear_light():
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16)
    np.testing.assert_array_equal(encode(decode(codes)), codes)
