# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pixels through a chain: in their place, without aliasing, in bounded memory."""

from __future__ import annotations

import numpy as np
import pytest

from mapping.chains import page_chain
from visiophare_mapping.raster_warp import SlideGrid, warp_pixels

IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def zone_plate(side: int) -> np.ndarray:
    """Rings whose frequency grows to half a cycle a pixel at the edge: the hardest picture."""
    x, y = np.meshgrid(*(np.arange(side) - side / 2 + 0.5,) * 2)
    grey = 127.5 + 127.5 * np.cos(np.pi * (x**2 + y**2) / side)
    return np.repeat(np.rint(grey).astype(np.uint8)[..., None], 3, axis=2)


def test_an_eightfold_reduction_of_a_zone_plate_equals_averaging() -> None:
    picture = zone_plate(2048)
    grid = SlideGrid(0.0, 0.0, (8.0, 8.0), 256, 256)
    small = warp_pixels(picture, lambda at: at, IDENTITY, grid)[..., 0]
    average = picture[..., 0].reshape(256, 8, 256, 8).mean(axis=(1, 3))
    assert np.sqrt(np.mean((small - average) ** 2)) < 0.5


def test_an_unchanged_picture_stays_unchanged() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (90, 130, 3), dtype=np.uint8)
    grid = SlideGrid(0.0, 0.0, (1.0, 1.0), 130, 90)
    same = warp_pixels(picture, lambda at: at, IDENTITY, grid)
    assert np.abs(same.astype(int) - picture).max() <= 1


def test_a_dot_lands_where_the_chain_says() -> None:
    chain = page_chain((900, 600), keystone=0.3, k1=-0.1)
    picture = np.zeros((600, 900, 3), np.uint8)
    yy, xx = np.mgrid[0:600, 0:900] + 0.5
    dots = np.array([(150.0, 120.0), (700.0, 90.0), (450.0, 300.0), (800.0, 520.0), (90.0, 480.0)])
    for x, y in dots:
        soft = 255 * np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (2 * 6.0**2))
        picture = np.maximum(picture, soft.astype(np.uint8)[..., None])
    pitch = 0.02
    grid = SlideGrid(-18.0, -12.0, (pitch, pitch), 1800, 1200)
    seen = warp_pixels(picture, chain.from_slide, IDENTITY, grid)[..., 0].astype(float)
    rows, columns = np.mgrid[0:1200, 0:1800] + 0.5
    for place in chain.to_slide(dots):
        at = (place - (-18.0, -12.0)) / pitch
        near = np.hypot(columns - at[0], rows - at[1]) < 25
        weight = seen * near
        centre = np.array([np.sum(columns * weight), np.sum(rows * weight)]) / weight.sum()
        assert centre == pytest.approx(at, abs=0.25)


def test_transparent_pixels_lend_no_colour_to_their_neighbours() -> None:
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[..., 0] = 255  # red, but wholly transparent
    picture[16:48, 16:48] = (0, 0, 255, 255)
    grid = SlideGrid(0.0, 0.0, (3.0, 3.0), 21, 21)
    small = warp_pixels(picture, lambda at: at + 0.4, IDENTITY, grid)
    shown = small[small[..., 3] > 8]
    assert shown[:, 0].max() < 30
    assert shown[:, 2].min() > 225


def test_enlarging_does_not_ring_out_of_range() -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[:, 4:] = 255
    grid = SlideGrid(0.0, 0.0, (0.05, 0.05), 160, 160)
    large = warp_pixels(picture, lambda at: at, IDENTITY, grid)
    assert large[:, 10:60].max() <= 20
    assert large[:, 100:150].min() >= 235


def test_points_without_an_image_do_no_harm() -> None:
    picture = np.full((40, 40, 3), 200, np.uint8)
    grid = SlideGrid(0.0, 0.0, (1.0, 1.0), 80, 80)

    def half_blind(at: np.ndarray) -> np.ndarray:
        result = np.array(at, float)
        result[result[:, 0] > 40] = np.nan
        return result

    assert warp_pixels(picture, half_blind, IDENTITY, grid)[:, :20].min() == 200


def test_a_side_beyond_opencvs_32767_pixels_works() -> None:
    picture = np.zeros((4, 40_000, 3), np.uint8)
    picture[:, 39_000:] = 255
    grid = SlideGrid(38_900.0, 0.0, (1.0, 1.0), 200, 4)
    seen = warp_pixels(picture, lambda at: at, IDENTITY, grid)
    assert seen[0, 90, 0] == 0
    assert seen[0, 110, 0] == 255
