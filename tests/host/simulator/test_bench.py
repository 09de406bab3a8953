# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The optical bench: what it shows lies where its geometry says, in the light that falls there."""

import dataclasses
import time

import numpy as np
import pytest

from host.simulator.bench_scenes import plain_scene, quiet_scene
from visiophare.simulator.bench import Bench
from visiophare.simulator.equipment import Seating

SMALL_PX = (480, 270)
APERTURE_MM = (36.0, 24.0)


def dots_slide(dots_mm, radius_mm=0.1, px_per_mm=80):
    """White dots on black over the aperture, antialiased."""
    width, height = (round(side * px_per_mm) for side in APERTURE_MM)
    slide = np.zeros((height, width), np.float32)
    reach = int(radius_mm * px_per_mm) + 3
    for x_mm, y_mm in dots_mm:
        x = (x_mm + APERTURE_MM[0] / 2) * px_per_mm - 0.5
        y = (y_mm + APERTURE_MM[1] / 2) * px_per_mm - 0.5
        rows = np.arange(int(y) - reach, int(y) + reach + 1)
        columns = np.arange(int(x) - reach, int(x) + reach + 1)
        distance = np.hypot(columns[None] - x, rows[:, None] - y)
        dot = np.clip(radius_mm * px_per_mm + 0.5 - distance, 0, 1)
        slide[rows[:, None], columns[None]] = np.maximum(slide[rows[:, None], columns[None]], dot)
    return slide


def centroid(picture, near, reach):
    x, y = (round(v) for v in near)
    part = picture[y - reach : y + reach + 1, x - reach : x + reach + 1].astype(float)
    part = np.clip(part - np.median(part), 0, None)
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return x + (part * columns).sum() / part.sum(), y + (part * rows).sum() / part.sum()


def grid_mm(columns=7, rows=5):
    x, y = np.meshgrid(np.linspace(-15, 15, columns), np.linspace(-9.5, 9.5, rows))
    return np.column_stack([x.ravel(), y.ravel()]) + 0.013


@pytest.mark.parametrize("seed", [1, 2])
def test_a_dot_in_the_camera_picture_lies_where_the_geometry_says(seed):
    bench = Bench(quiet_scene(seed, (1920, 1080)))
    dots = grid_mm()
    bench.insert(dots_slide(dots))
    picture = (bench.expose(1.0, 0.0)[:, :, 1] / 255.0) ** bench.scene.camera.gamma
    truth = bench.facade_to_camera(bench.gate_to_facade(dots))
    found = np.array([centroid(picture, place, 10) for place in truth])
    errors = np.hypot(*(found - truth).T)
    assert np.median(errors) < 0.01
    assert errors.max() < 0.02


def test_a_dot_on_the_facade_lies_where_the_geometry_says():
    bench = Bench(quiet_scene(3, SMALL_PX))
    dots = grid_mm()
    bench.insert(dots_slide(dots))
    light = bench.light_on_facade(150)
    height_m = bench.scene.facade_size_m[1]
    truth = (bench.gate_to_facade(dots) * (1, -1) + (0, height_m)) * 150 - 0.5
    inside = ((truth > 25) & (truth < np.array(light.shape[::-1]) - 25)).all(axis=1)
    found = np.array([centroid(light, place, 18) for place in truth[inside]])
    assert inside.sum() > 20
    assert np.hypot(*(found - truth[inside]).T).max() < 0.03


def test_a_seated_slide_moves_and_turns_as_its_seating_says():
    bench = Bench(quiet_scene(3, SMALL_PX))
    seating = Seating(dx_mm=0.2, dy_mm=-0.1, rotation_rad=0.01)
    bench.insert(dots_slide([(10.0, 5.0)]), seating)
    turned_mm = (10.0 - 0.01 * 5.0 + 0.2, 5.0 + 0.01 * 10.0 - 0.1)
    for seated, expected_mm in ((True, turned_mm), (False, (10.0, 5.0))):
        light = bench.light_on_facade(150, seated=seated)
        rows, columns = np.unravel_index(light.argmax(), light.shape)
        found = centroid(light, (columns, rows), 18)
        landed = bench.gate_to_facade([expected_mm])[0]
        truth = (landed * (1, -1) + (0, bench.scene.facade_size_m[1])) * 150 - 0.5
        assert np.hypot(*(found - truth)) < 0.15


def test_the_slide_is_right_reading_on_the_wall_and_in_the_camera():
    bench = Bench(quiet_scene(1, SMALL_PX))
    slide = np.zeros((24, 36), np.float32)
    slide[:6, :8] = 1.0
    bench.insert(slide)
    for picture in (bench.light_on_facade(40), bench.expose(1.0, 0.0)[:, :, 1]):
        rows, columns = np.nonzero(picture > 0.5 * picture.max())
        assert columns.mean() < 0.5 * picture.shape[1]
        assert rows.mean() < 0.5 * picture.shape[0]


def test_all_the_light_that_passes_the_gate_arrives():
    """The irradiance summed over the wall is the brightness summed over the gate."""
    scene = quiet_scene(1, SMALL_PX)
    even = dataclasses.replace(scene.projector, falloff=0.0, veil=0.0, leak=0.0, film_black=0.0)
    bench = Bench(dataclasses.replace(scene, projector=even))
    step_mm = 0.2
    half = np.array([4.0, 3.0])
    slide = np.zeros((240, 360), np.float32)
    slide[120 - 30 : 120 + 30, 180 - 40 : 180 + 40] = 1.0
    bench.insert(slide)
    arrived = bench.light_on_facade(100).sum() / 100**2
    axes = [np.arange(-h + step_mm / 2, h, step_mm) for h in half]
    gate = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    natural = (1 + np.sum(gate**2, axis=1) / even.optics.focal_mm**2) ** -2
    around = bench.gate_to_facade(np.array([[0.1, 0], [-0.1, 0], [0, 0.1], [0, -0.1]]))
    across, down = around[0] - around[1], around[2] - around[3]
    per_mm2 = abs(across[0] * down[1] - across[1] * down[0]) / 0.04
    assert arrived == pytest.approx(natural.sum() * step_mm**2 * per_mm2, rel=2e-3)


def test_the_light_counts_linearly():
    bench = Bench(quiet_scene(2, SMALL_PX))
    bench.insert(np.full((24, 36), 0.5))
    half, full = (np.mean((bench.expose(light, 0.0) / 255.0) ** 2.2) for light in (0.5, 1.0))
    assert half == pytest.approx(full / 2, rel=0.02)


def test_outside_the_aperture_next_to_nothing_arrives():
    bench = Bench(quiet_scene(1, SMALL_PX))
    bench.insert(None)
    light = bench.light_on_facade(50)
    y, x = np.indices(light.shape)
    places = np.column_stack([x.ravel(), light.shape[0] - 1 - y.ravel()]) + 0.5
    gate = np.abs(bench.facade_to_gate(places / 50)) - np.array(APERTURE_MM) / 2
    outside = (gate.max(axis=1) > 0.2).reshape(light.shape)
    assert outside.any()
    assert light[outside].max() < 0.01
    assert light.max() == pytest.approx(1.0, abs=0.35)


def test_an_open_gate_does_not_saturate_the_camera():
    for seed in range(3):
        bench = Bench(plain_scene(seed, SMALL_PX))
        assert np.mean(bench.expose(1.0, 0.0) == 255) < 0.002


def test_in_the_dark_the_ambient_light_flickers_between_exposures():
    scene = plain_scene(5, SMALL_PX)
    camera = dataclasses.replace(scene.camera, exposure_s=1 / 60)
    bench = Bench(dataclasses.replace(scene, camera=camera))
    means = [bench.expose(0.0, k * 0.0013).mean() for k in range(8)]
    steady = dataclasses.replace(camera, exposure_s=0.02)
    calm = Bench(dataclasses.replace(scene, camera=steady))
    calm_means = [calm.expose(0.0, k * 0.0013).mean() for k in range(8)]
    assert np.ptp(means) > 5 * np.ptp(calm_means)


def test_noise_differs_between_instants_and_repeats_with_them():
    bench = Bench(plain_scene(1, SMALL_PX))
    first, again, later = (bench.expose(0.0, t) for t in (0.5, 0.5, 0.6))
    np.testing.assert_array_equal(first, again)
    assert np.mean(first != later) > 0.3


def test_each_frame_of_a_film_shows_its_own_picture_and_an_unknown_one_is_black():
    bench = Bench(quiet_scene(1, SMALL_PX))
    left, right = np.zeros((2, 24, 36), np.float32)
    left[:, :18] = right[:, 18:] = 1.0
    bench.insert_film({0: left, 3: right})
    centres = [
        np.nonzero(bench.expose(1.0, 0.0, frame)[:, :, 1] > 60)[1].mean() for frame in (0, 3)
    ]
    assert centres[0] < centres[1] - 50
    assert bench.expose(1.0, 0.0, 7).max() < 60
    bench.insert(np.ones((24, 36)))
    np.testing.assert_array_equal(bench.expose(1.0, 0.0, 0), bench.expose(1.0, 0.0, 7))


def test_a_coloured_slide_colours_the_light():
    bench = Bench(quiet_scene(1, SMALL_PX))
    bench.insert(np.ones((24, 36, 3)) * (0.0, 0.0, 1.0))
    assert bench.light_on_facade(30).shape[2] == 3
    blue, _, red = bench.expose(1.0, 0.0).reshape(-1, 3).max(axis=0)
    assert red > 4 * blue


@pytest.mark.parametrize(
    "slide",
    [
        np.ones(5),
        np.ones((4, 4, 4)),
        np.full((4, 4), 1.5),
        np.full((4, 4), np.nan),
        np.ones((0, 3)),
    ],
)
def test_what_is_no_transmittance_is_refused(slide):
    bench = Bench(quiet_scene(1, (320, 180)))
    with pytest.raises(ValueError, match="slide"):
        bench.insert(slide)


def test_a_later_exposure_at_full_size_is_quick():
    bench = Bench(plain_scene(1, (1920, 1080)))
    bench.expose(1.0, 0.0)
    began = time.process_time()
    for k in range(4):
        bench.expose(1.0, k / 30)
    assert (time.process_time() - began) / 4 < 0.4  # processor seconds; measured about 0.1
