# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calibration slides: where their points are, how they are drawn, and their file."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from visiophare_mapping.boards import Board
from visiophare_mapping.errors import MappingError, TargetError
from visiophare_mapping.render import drawing_to_array
from visiophare_mapping.target_picture import black_outlines_mm, target_array, target_drawing
from visiophare_mapping.targets import RIM_MM, Target, describe_target, make_target

FORMATS = [(36.0, 24.0), (24.0, 36.0), (210.0, 297.0), (285.0, 285.0), (60.0, 60.0), (9.0, 9.0)]
OWNED = Board("charuco", 12, 8, 3.0, 2.2, "DICT_5X5_100")


@pytest.mark.parametrize("aperture", FORMATS)
def test_a_target_stays_clear_of_the_rim_and_has_markers_enough(aperture) -> None:
    target = make_target(aperture)
    black = np.concatenate([loop for shape in black_outlines_mm(target) for loop in shape])
    assert np.all(np.abs(black) <= np.array(aperture) / 2 - RIM_MM + 1e-9)
    assert target.board.marker_count() <= target.board.dictionary_size()
    assert len(target.ids) >= 35
    assert np.abs(target.points_mm.mean(axis=0)).max() < 1e-9


def test_24x36_is_wide_and_its_points_count_from_the_upper_left() -> None:
    target = make_target((36.0, 24.0))
    assert target.board.columns > target.board.rows
    assert target.ids[0] == 0
    assert np.all(target.points_mm[0] < 0)
    assert target.points_mm[1][0] > target.points_mm[0][0]
    assert target.points_mm[1][1] == target.points_mm[0][1]


@pytest.mark.parametrize("aperture", [(7.0, 7.0), (100.0, 10.0), (4000.0, 3000.0), (0.0, 5.0)])
def test_apertures_that_cannot_carry_a_target_are_refused(aperture) -> None:
    with pytest.raises(TargetError) as caught:
        make_target(aperture)
    assert caught.value.code == "aperture_impossible"


@pytest.mark.parametrize(
    "board",
    [
        Board("charuco", 12, 8, 8.0, 6.0, "DICT_4X4_50"),
        Board("charuco", 5, 8, 16.0, 8.0, "DICT_6X6_250", legacy=True),
        Board("charuco", 5, 7, 16.0, 8.0, "DICT_6X6_250", legacy=True),
        Board("charuco", 7, 5, 9.0, 7.0, "DICT_5X5_100"),
    ],
)
def test_the_drawing_is_opencvs_own_board(board: Board) -> None:
    target = describe_target(board)
    width, height = (round(side) for side in board.size_mm)
    ours = target_array(target, 25.4)
    theirs = board.opencv().generateImage((width, height))
    assert ours.shape == theirs.shape
    assert np.count_nonzero(ours != theirs) == 0


def test_vector_and_raster_of_a_target_agree() -> None:
    target = make_target((36.0, 24.0))
    drawn = drawing_to_array(target_drawing(target), 600)[..., 0].astype(float)
    exact = target_array(target, 600).astype(float)
    assert drawn.shape == exact.shape
    assert np.abs(drawn - exact).mean() < 1.0


def test_every_saddle_of_the_png_is_where_target_json_says() -> None:
    target = make_target((36.0, 24.0))
    picture = target_array(target, 1270)  # 50 px/mm, edges of squares between pixels
    height, width = picture.shape
    px = (target.points_mm + np.array([18.0, 12.0])) * (width / 36.0, height / 24.0) - 0.5
    guess = np.ascontiguousarray(px + 0.3, dtype=np.float32).reshape(-1, 1, 2)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 100, 1e-5)
    blurred = cv2.GaussianBlur(picture, (0, 0), 2.0)
    found = cv2.cornerSubPix(blurred, guess, (12, 12), (-1, -1), stop).reshape(-1, 2)
    assert np.abs(found - px).max() < 0.02


def test_target_json_comes_back(tmp_path: Path) -> None:
    for target in (make_target((36.0, 24.0)), describe_target(OWNED, (36.0, 24.0))):
        target.save(tmp_path / "target.json")
        loaded = Target.load(tmp_path / "target.json")
        assert loaded.to_json() == target.to_json()
        assert loaded.board == target.board


def test_a_described_board_is_centred_and_a_chessboard_counts_inner_corners() -> None:
    target = describe_target(OWNED, (36.0, 24.0))
    assert len(target.ids) == 77
    assert target.points_mm[0].tolist() == [-15.0, -9.0]
    chessboard = describe_target(Board("chessboard", 10, 7, 25.0))
    assert len(chessboard.ids) == 54
    assert chessboard.aperture_mm == (250.0, 175.0)


@pytest.mark.parametrize(
    ("board", "code"),
    [
        (Board("charuco", 12, 8, 3.0, 3.0, "DICT_5X5_100"), "board_impossible"),
        (Board("charuco", 2, 8, 3.0, 2.0, "DICT_5X5_100"), "board_impossible"),
        (Board("charuco", 12, 8, 3.0, 2.0, "DICT_9X9"), "dictionary_unknown"),
        (Board("charuco", 12, 9, 2.5, 2.0, "DICT_4X4_50"), "dictionary_too_small"),
        (Board("charuco", 12, 8, 3.1, 2.0, "DICT_5X5_100"), "board_larger_than_aperture"),
        (Board("chessboard", 10, 7, -1.0), "board_impossible"),
    ],
)
def test_boards_that_cannot_be_are_refused(board: Board, code: str) -> None:
    with pytest.raises(TargetError) as caught:
        describe_target(board, (36.0, 24.0))
    assert caught.value.code == code


def test_a_target_file_with_foreign_points_is_refused(tmp_path: Path) -> None:
    document = make_target((36.0, 24.0)).to_json()
    document["points"][0]["id"] = 400
    document["points"][1]["id"] = document["points"][2]["id"]
    (tmp_path / "target.json").write_text(json.dumps(document))
    with pytest.raises(TargetError) as caught:
        Target.load(tmp_path / "target.json")
    assert len(caught.value.problems) == 2


def test_damaged_target_files_never_raise_anything_else(tmp_path: Path) -> None:
    chance = np.random.default_rng(9)
    good = json.dumps(make_target((36.0, 24.0)).to_json()).encode()[:900]
    refused = 0
    for _ in range(300):
        damaged = bytearray(good)
        at = chance.integers(len(damaged))
        damaged[at : at + 3] = chance.choice([b"null", b"-5", b"{}", b"", b"1e400", b'"DICT_"'])
        (tmp_path / "t.json").write_bytes(bytes(damaged) + b"}]}")
        try:
            Target.load(tmp_path / "t.json")
        except MappingError as error:
            refused += bool(str(error))
    assert refused > 250
