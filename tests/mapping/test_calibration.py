# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calibration's chain in all directions, and its file against everything a disk can do."""

import json
from pathlib import Path

import numpy as np
import pytest

from visiophare_mapping.calibration import Calibration, load_camera_lens
from visiophare_mapping.errors import CalibrationError, MappingError
from visiophare_mapping.lens import CameraLens, ProjectorLens
from visiophare_mapping.planes import Plane


def example() -> Calibration:
    plane = Plane(
        slide_to_camera=np.array([[42.0, 1.2, 960.0], [-0.7, 41.0, 545.0], [0.002, 0.001, 1.0]]),
        outline_slide_mm=np.array([[-18.0, -12.0], [18.0, -12.0], [18.0, 12.0], [-18.0, 12.0]]),
        points=77,
        rms_px=0.05,
        covariance=np.eye(2),
        covariance_of=("h11", "h12"),
        camera_to_facade=np.array([[0.008, 0.0, -1.0], [0.0, -0.008, 9.0], [1e-5, 2e-5, 1.0]]),
        reference_size_m=(12.0, 8.0),
        reference_corners_px=np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]),
    )
    matrix = np.array([[1590.0, 0.0, 959.5], [0.0, 1590.0, 539.5], [0.0, 0.0, 1.0]])
    return Calibration(
        image_size_px=(1920, 1080),
        aperture_mm=(36.0, 24.0),
        planes=(plane,),
        camera_lens=CameraLens(matrix, np.array([-0.08, 0.01, 0.0005, -0.0003, 0.0]), (1920, 1080)),
        projector_lens=ProjectorLens(-0.1, 0.01, (0.1, 0.2), 21.63),
    )


SLIDE = np.random.default_rng(1).uniform(-1, 1, (200, 2)) * (18, 12)


def test_points_go_through_the_chain_as_the_plan_writes_it() -> None:
    calibration = example()
    away = SLIDE - (0.1, 0.2)
    r2 = (away**2).sum(axis=1) / 21.63**2
    bent = (0.1, 0.2) + away * (1 - 0.1 * r2 + 0.01 * r2**2)[:, None]
    ideal = np.column_stack([bent, np.ones(200)]) @ calibration.planes[0].slide_to_camera.T
    ideal = ideal[:, :2] / ideal[:, 2:]
    x, y = ((ideal - (959.5, 539.5)) / 1590.0).T
    r2 = x * x + y * y
    radial = 1 - 0.08 * r2 + 0.01 * r2**2
    p1, p2 = 0.0005, -0.0003
    raw_x = 959.5 + 1590 * (x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x))
    raw_y = 539.5 + 1590 * (y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y)
    raw = calibration.map_points(SLIDE, "slide", "camera")
    assert np.abs(raw - np.column_stack([raw_x, raw_y])).max() < 1e-9


@pytest.mark.parametrize("there", ["camera", "facade"])
def test_every_way_there_comes_back(there) -> None:
    calibration = example()
    mapped = calibration.map_points(SLIDE, "slide", there)
    assert np.abs(calibration.map_points(mapped, there, "slide") - SLIDE).max() < 1e-8


def test_a_point_behind_the_camera_is_nan() -> None:
    calibration = example()
    assert np.isnan(calibration.map_points(np.array([[-900.0, 0.0]]), "slide", "camera")).all()


def test_facade_metres_need_a_facade_frame() -> None:
    calibration = example()
    bare = calibration.planes[0].__class__(
        **{**calibration.planes[0].__dict__, "camera_to_facade": None}
    )
    with pytest.raises(CalibrationError) as caught:
        calibration.with_plane(0, bare).map_points(SLIDE, "slide", "facade")
    assert caught.value.code == "facade_unknown"
    with pytest.raises(CalibrationError) as caught:
        calibration.map_points(SLIDE, "slide", "camera", plane=1)
    assert caught.value.code == "plane_unknown"


def test_the_file_gives_back_exactly_what_was_saved(tmp_path: Path) -> None:
    calibration = example()
    calibration.save(tmp_path / "c.json")
    loaded = Calibration.load(tmp_path / "c.json")
    assert loaded.to_json() == calibration.to_json()
    assert np.array_equal(
        loaded.map_points(SLIDE, "slide", "facade"),
        calibration.map_points(SLIDE, "slide", "facade"),
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["c.json"]


def test_all_faults_of_a_file_are_listed_at_once(tmp_path: Path) -> None:
    document = example().to_json()
    document["image_size_px"] = [0, "x"]
    document["camera_lens"]["K"] = [[1, 2], [3, 4]]
    document["projector_lens"]["radius_mm"] = -1
    document["planes"][0]["points"] = 1.5
    document["planes"][0]["slide_to_camera"] = [[1, 2, 3], [2, 4, 6], [0, 0, 1]]
    (tmp_path / "c.json").write_text(json.dumps(document))
    with pytest.raises(CalibrationError) as caught:
        Calibration.load(tmp_path / "c.json")
    said = " ".join(problem.message() for problem in caught.value.problems)
    for field in ("image_size_px", "K", "radius_mm", "planes[0].points", "slide_to_camera"):
        assert field in said
    assert caught.value.code == "file_invalid"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff\xfe\x00", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"[]", "file_invalid"),
        (b"{}", "version_unknown"),
        (b'{"version": true}', "version_unknown"),
        (b'{"version": 2}', "version_unknown"),
        (b'{"version": 1}', "file_invalid"),
        (b'{"version": 1, "planes": [{}], "aperture_mm": [NaN, Infinity]}', "file_invalid"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "c.json").write_bytes(content)
    with pytest.raises(CalibrationError) as caught:
        Calibration.load(tmp_path / "c.json")
    assert caught.value.code == code
    assert caught.value.hint


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError) as caught:
        Calibration.load(tmp_path / "none.json")
    assert caught.value.code == "file_missing"
    with pytest.raises(CalibrationError) as caught:
        Calibration.load(tmp_path)
    assert caught.value.code == "file_unreadable"


def test_damaged_files_never_raise_anything_else(tmp_path: Path) -> None:
    chance = np.random.default_rng(4)
    good = json.dumps(example().to_json()).encode()
    path = tmp_path / "c.json"
    refused = 0
    for _ in range(400):
        damaged = bytearray(good)
        for _ in range(chance.integers(1, 4)):
            at = chance.integers(len(damaged))
            damaged[at : at + chance.integers(0, 6)] = chance.choice(
                [b"null", b"-", b"1e999", b"{}", b"", b'"x"', b"[[]]", b"\x00"]
            )
        path.write_bytes(bytes(damaged))
        try:
            Calibration.load(path)
        except MappingError as error:
            refused += bool(str(error))
    assert refused > 300


def test_a_camera_lens_of_its_own_is_read(tmp_path: Path) -> None:
    lens = {"K": [[800, 0, 319], [0, 800, 239], [0, 0, 1]], "dist": [-0.1, 0, 0, 0]}
    (tmp_path / "lens.json").write_text(json.dumps({**lens, "image_size_px": [640, 480]}))
    assert load_camera_lens(tmp_path / "lens.json").source == "given"
    (tmp_path / "lens.json").write_text(json.dumps({**lens, "dist": [1, 2]}))
    with pytest.raises(CalibrationError) as caught:
        load_camera_lens(tmp_path / "lens.json")
    assert len(caught.value.problems) == 2
