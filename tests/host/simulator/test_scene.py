# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes and façades: believable, repeatable, and safe against files that are no photos."""

import itertools

import cv2
import numpy as np
import pytest

from visiophare.errors import FileError
from visiophare.simulator import scene as scene_module
from visiophare.simulator.facade_painting import paint_facade
from visiophare.simulator.facade_picture import facade_from_photo, read_photo
from visiophare.simulator.sampling import decode
from visiophare.simulator.scene import seeded_scene

WALL = np.full((60, 90, 3), 180, np.uint8)
SEEDS = range(16)


def gate_at_facade_grid(scene):
    axes = [np.linspace(0, side, 41) for side in scene.facade_size_m]
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    return scene.projector.optics.facade_to_gate(grid)


@pytest.mark.parametrize(
    ("aperture_mm", "photo"),
    [((36.0, 24.0), WALL), ((285.0, 285.0), WALL), ((36.0, 24.0), np.rot90(WALL).copy())],
    ids=["slide", "overhead", "tall house"],
)
def test_every_seed_is_a_scene_one_could_stand_in(aperture_mm, photo):
    for seed in SEEDS:
        scene = seeded_scene(seed, photo, aperture_mm=aperture_mm)
        projector, camera = scene.projector, scene.camera
        gate = gate_at_facade_grid(scene)
        covered = (np.abs(gate) <= np.array(aperture_mm) / 2).all(axis=1)
        assert covered.mean() > 0.93
        off_normal = np.degrees(np.arccos(-projector.optics.pose.axes[2, 2]))
        assert off_normal < 26
        corners = camera.optics.facade_to_camera(scene.facade_corners_m())
        assert (corners > 0).all()
        assert (corners < np.array(camera.size_px) - 1).all()
        apart_m = np.linalg.norm(camera.optics.pose.position_m - projector.optics.pose.position_m)
        assert 0.3 < apart_m < 8
        assert camera.optics.pose.position_m[1] > 0.5


def test_the_throw_is_ten_to_eighteen_metres_before_a_twelve_metre_facade():
    for seed in SEEDS:
        pose = seeded_scene(seed, WALL).projector.optics.pose
        assert 9 < pose.position_m[2] < 18.5


def test_prints_sit_a_few_hundredths_off():
    seatings = [seeded_scene(seed, WALL).seating for seed in SEEDS]
    off_mm = np.hypot([s.dx_mm for s in seatings], [s.dy_mm for s in seatings])
    assert 0.02 < np.median(off_mm) < 0.06
    assert off_mm.max() < 0.2
    assert len(set(off_mm)) == len(off_mm)


def test_the_same_seed_is_the_same_scene():
    one, two, other = (seeded_scene(seed, WALL) for seed in (4, 4, 5))
    points = [[1.0, 2.0], [10.0, 6.0]]
    first, again, different = (s.camera.optics.facade_to_camera(points) for s in (one, two, other))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - different).max() > 1


def test_a_photo_keeps_its_proportions():
    scene = seeded_scene(1, np.full((50, 40, 3), 120, np.uint8), facade_size_m=(10.0, 8.0))
    assert scene.facade_size_m == (10.0, 12.5)


def test_a_photo_lies_where_its_pixels_say():
    photo = np.zeros((100, 200, 3), np.uint8)
    photo[20:30, 150:160] = 255
    facade = facade_from_photo(photo, (10.0, 5.0), (-2.0, -1.0, 12.0, 6.0))
    place = facade.facade_to_pixel(np.array([[7.75, 3.75]]))[0]
    rows, columns = np.nonzero(facade.albedo[:, :, 1] > 100)
    assert place == pytest.approx([columns.mean(), rows.mean()], abs=0.01)


def test_a_dim_photo_becomes_a_wall_that_reflects_like_one():
    photo = np.random.default_rng(0).integers(20, 60, (80, 120, 3)).astype(np.uint8)
    facade = facade_from_photo(photo, (12.0, 8.0), (0.0, 0.0, 12.0, 8.0))
    albedo = decode(facade.albedo)
    assert 0.2 < albedo.mean() < 0.7
    assert albedo.max() <= 0.86


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_a_file_that_is_no_photo_is_told_in_a_sentence(tmp_path, content):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"photo\.jpg") as caught:
        seeded_scene(1, path)
    assert caught.value.code == "photo_unreadable"


def test_a_missing_photo_is_told_in_a_sentence(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        seeded_scene(1, tmp_path / "none.jpg")


def test_a_cut_or_damaged_photo_never_crashes(tmp_path):
    chance = np.random.default_rng(3)
    _, encoded = cv2.imencode(".png", np.full((40, 60, 3), 99, np.uint8))
    whole = encoded.tobytes()
    path = tmp_path / "photo.png"
    for _ in range(60):
        damaged = bytearray(whole[: chance.integers(1, len(whole))])
        damaged[chance.integers(len(damaged))] ^= int(chance.integers(1, 256))
        path.write_bytes(bytes(damaged))
        try:
            assert read_photo(path).shape[2] == 3
        except FileError:
            continue


def test_a_grey_photo_and_a_huge_one_serve_as_well(tmp_path):
    grey, huge = tmp_path / "grey.png", tmp_path / "huge.jpg"
    cv2.imwrite(str(grey), np.full((50, 70), 99, np.uint8))
    cv2.imwrite(str(huge), np.full((3000, 5200, 3), 99, np.uint8))
    assert read_photo(grey).shape == (50, 70, 3)
    assert max(read_photo(huge).shape) <= 2600


def test_photos_of_real_facades_become_scenes(test_data):
    for path in sorted((test_data / "facades").glob("*.jpg")):
        scene = seeded_scene(2, path)
        assert scene.facade_size_m == (12.0, 12.0)
        assert 0.05 < decode(scene.facade.albedo).mean() < 0.7


def test_painted_facades_differ_and_repeat():
    extent = (-1.0, -1.0, 13.0, 9.5)
    pictures = [paint_facade(seed, (12.0, 8.0), extent).albedo for seed in (1, 1, 2, 3)]
    np.testing.assert_array_equal(pictures[0], pictures[1])
    for one, two in itertools.combinations(pictures[1:], 2):
        assert np.mean(one != two) > 0.3


@pytest.mark.parametrize("size_m", [(3.0, 2.0), (4.0, 15.0), (40.0, 6.0)])
def test_a_facade_of_any_size_can_be_painted(size_m):
    extent = (-2.0, -1.0, size_m[0] + 2.0, size_m[1] + 2.0)
    facade = paint_facade(1, size_m, extent)
    assert facade.albedo.size < 3 * 7e6
    corners = facade.facade_to_pixel(np.array([(0.0, 0.0), size_m]))
    assert (corners > 0).all()
    assert (corners < facade.albedo.shape[1::-1]).all()


def test_the_bench_shares_no_code_with_what_it_judges():
    for name in ("optics", "scene", "landing", "bench", "throw", "sampling"):
        module = __import__(f"{scene_module.__package__}.{name}", fromlist=["x"])
        with open(module.__file__, encoding="utf-8") as source:
            assert "import visiophare_" not in source.read().replace("from ", "import ")
