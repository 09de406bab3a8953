# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding the target in pictures of a street whose truth is known, and saying why not."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from mapping.street import APERTURE_MM, Light, Photographer, View, random_street
from visiophare_mapping.boards import Board
from visiophare_mapping.detect import Detection, calibrate, find_target
from visiophare_mapping.errors import DetectionError, PictureError
from visiophare_mapping.photos import read_light
from visiophare_mapping.target_picture import target_array
from visiophare_mapping.targets import Target, describe_target, make_target

STREET = random_street(11).scaled(0.5)
TARGET = make_target(APERTURE_MM)
OWNED = describe_target(
    Board("charuco", 11, 8, 3.0, 2.2, "DICT_5X5_100", legacy=True), (36.0, 24.0)
)
CHESSBOARD = describe_target(Board("chessboard", 10, 7, 3.2), (36.0, 24.0))


DUSK = Light(60, 15)
Pictures = list[np.ndarray]


@cache
def view() -> View:
    return View.of(STREET)


@cache
def taken(light: Light, pairs: int, target: str) -> tuple[Pictures, Pictures]:
    chosen = {"own": TARGET, "owned": OWNED, "chessboard": CHESSBOARD}[target]
    slide = target_array(chosen, 1600) / 255.0
    return Photographer(STREET, slide, light, seed=1, view=view()).pairs(pairs)


def photographed(light: Light, pairs: int, target: str = "own") -> tuple[Pictures, Pictures]:
    """Pictures with the light on and off, the test's own; always the same ones."""
    lit, dark = taken(light, pairs, target)
    return [picture.copy() for picture in lit], [picture.copy() for picture in dark]


def errors_px(detection: Detection) -> np.ndarray:
    truth = STREET.slide_to_camera(detection.slide_mm)
    return np.hypot(*(detection.camera_px - truth).T)


@pytest.mark.parametrize(
    ("light", "pairs", "least", "median_px"),
    [
        (Light(160, 2), 2, 77, 0.02),
        (Light(60, 15), 4, 75, 0.02),
        (Light(60, 60), 4, 75, 0.03),
        (Light(15, 60), 8, 70, 0.08),
        (Light(60, 30, blur_px=3.0), 4, 70, 0.06),
        (Light(60, 30, noise=8.0), 8, 70, 0.1),
    ],
    ids=["night", "dusk", "lit street", "weak light", "out of focus", "noise"],
)
def test_points_are_found_to_a_fraction_of_a_pixel(light, pairs, least, median_px) -> None:
    detection = find_target(*photographed(light, pairs), TARGET)
    assert len(detection.ids) >= least
    assert np.median(errors_px(detection)) < median_px
    calibration = calibrate(detection, detection.image_size_px, TARGET)
    x, y = np.meshgrid(np.linspace(-18, 18, 9), np.linspace(-12, 12, 7))
    grid = np.column_stack([x.ravel(), y.ravel()])
    error = calibration.map_points(grid, "slide", "camera") - STREET.slide_to_camera(grid)
    assert np.sqrt((error**2).sum(axis=1).mean()) < 5 * median_px + 0.1


def test_a_single_picture_is_enough_in_the_dark() -> None:
    lit, _ = photographed(Light(160, 2), 1)
    detection = find_target(lit, [], TARGET)
    assert len(detection.ids) >= 70
    assert np.median(errors_px(detection)) < 0.05
    outline_mm = calibrate(detection, detection.image_size_px, TARGET).planes[0].outline_slide_mm
    assert {tuple(corner) for corner in outline_mm} <= {tuple(p) for p in detection.slide_mm}


def test_what_hides_a_part_of_the_target_costs_only_those_points() -> None:
    lit, dark = photographed(DUSK, 2)
    tree = np.random.default_rng(2).integers(0, 120, (540, 260, 3)).astype(np.uint8)
    for picture in (*lit, *dark):
        picture[:, 500:760] = cv2.blur(tree, (9, 9))
    detection = find_target(lit, dark, TARGET)
    assert 40 <= len(detection.ids) < 70
    truth = STREET.slide_to_camera(TARGET.points_mm)
    open_wall = (truth[:, 0] < 470) | (truth[:, 0] > 790)
    assert len(detection.ids) >= 0.95 * np.count_nonzero(open_wall)
    calibration = calibrate(detection, detection.image_size_px, TARGET)
    assert np.median(np.hypot(*(calibration.map_points(TARGET.points_mm, "slide", "camera")
                                - truth).T)) < 0.1  # fmt: skip


def test_a_print_that_was_measured_is_found_where_its_picture_is() -> None:
    pictures = photographed(DUSK, 2)
    as_designed = find_target(*pictures, TARGET)
    moved_mm = np.array([0.15, -0.1])
    measured = replace(TARGET, points_mm=TARGET.points_mm + moved_mm)
    detection = find_target(*pictures, measured)
    assert detection.ids.tolist() == as_designed.ids.tolist()
    assert np.abs(detection.slide_mm - as_designed.slide_mm - moved_mm).max() < 1e-9
    assert np.abs(detection.camera_px - as_designed.camera_px).max() < 0.02


@pytest.mark.parametrize("said_legacy", [True, False])
def test_somebody_elses_board_is_found_whatever_its_layout_is_called(said_legacy) -> None:
    pictures = photographed(DUSK, 2, "owned")
    named = replace(OWNED, board=replace(OWNED.board, legacy=said_legacy))
    detection = find_target(*pictures, named)
    assert len(detection.ids) >= 65
    assert np.median(errors_px(detection)) < 0.03


def test_a_chessboards_x_points_right_in_the_photo_and_y_down() -> None:
    lit, dark = photographed(DUSK, 2, "chessboard")
    detection = find_target(lit, dark, CHESSBOARD)
    assert len(detection.ids) == 54
    assert np.median(errors_px(detection)) < 0.05
    upside_down = [[np.ascontiguousarray(p[::-1, ::-1]) for p in side] for side in (lit, dark)]
    turned = find_target(*upside_down, CHESSBOARD)
    jacobian = calibrate(turned, turned.image_size_px, CHESSBOARD).planes[0].slide_to_camera
    assert jacobian[0, 0] > 0
    assert jacobian[1, 1] > 0


def test_sixteen_bits_alpha_and_grey_pictures_do_as_well() -> None:
    lit, dark = photographed(DUSK, 1)
    sixteen = [p.astype(np.uint16) * 257 for p in lit]
    alpha = [np.dstack([p, np.full(p.shape[:2], 255, np.uint8)]) for p in lit]
    grey = [np.ascontiguousarray(p[:, :, 0]) for p in lit]
    for on in (sixteen, alpha, grey):
        assert len(find_target(on, dark, TARGET).ids) >= 74


def test_a_slide_in_backwards_is_named() -> None:
    lit, dark = photographed(DUSK, 1)
    mirrored = [[np.ascontiguousarray(p[:, ::-1]) for p in side] for side in (lit, dark)]
    with pytest.raises(DetectionError) as caught:
        find_target(*mirrored, TARGET)
    assert caught.value.code == "slide_backwards"


def test_light_on_and_off_exchanged_is_named() -> None:
    lit, dark = photographed(DUSK, 1)
    with pytest.raises(PictureError) as caught:
        find_target(dark, lit, TARGET)
    assert caught.value.code == "on_off_swapped"


def test_pictures_of_different_sizes_are_named() -> None:
    lit, dark = photographed(DUSK, 1)
    with pytest.raises(PictureError) as caught:
        find_target(lit, [dark[0][:-2]], TARGET)
    assert caught.value.code == "sizes_differ"
    with pytest.raises(PictureError) as caught:
        find_target([], dark, TARGET)
    assert caught.value.code == "no_pictures"


def wall(seed: int) -> list[np.ndarray]:
    return photographed(DUSK, 1)[1]


def noise(seed: int) -> list[np.ndarray]:
    return [np.random.default_rng(seed).integers(0, 255, (120, 160, 3)).astype(np.uint8)]


def black(seed: int) -> list[np.ndarray]:
    return [np.zeros((480, 640, 3), np.uint8)]


@pytest.mark.parametrize("scene", [wall, noise, black])
@pytest.mark.parametrize("target", [TARGET, CHESSBOARD], ids=["charuco", "chessboard"])
def test_no_target_is_found_where_there_is_none(
    scene: Callable[[int], list[np.ndarray]], target: Target
) -> None:
    for seed in range(2):
        with pytest.raises(DetectionError) as caught:
            find_target(scene(seed), [], target)
        assert caught.value.code in ("target_not_found", "wrong_target")


def test_another_target_is_not_taken_for_this_one() -> None:
    pictures = photographed(DUSK, 1)
    for board in (
        Board("charuco", 8, 12, 1.9, 1.4, "DICT_4X4_50"),
        Board("charuco", 9, 9, 2.5, 1.8, "DICT_4X4_50"),
        Board("charuco", 12, 8, 2.6, 1.95, "DICT_5X5_50"),
    ):
        with pytest.raises(DetectionError) as caught:
            find_target(*pictures, describe_target(board, (36.0, 24.0)))
        assert caught.value.code in ("wrong_target", "target_not_found")


def test_a_corner_of_the_target_is_too_little_and_says_how_much_there_was() -> None:
    lit, dark = photographed(DUSK, 1)
    x, y = STREET.slide_to_camera(TARGET.points_mm[:1])[0].astype(int)
    for picture in (*lit, *dark):
        kept = picture[: y + 30, : x + 70].copy()
        picture[:] = 20
        picture[: y + 30, : x + 70] = kept
    with pytest.raises(DetectionError) as caught:
        find_target(lit, dark, TARGET)
    assert caught.value.code in ("too_few_points", "target_not_found")


CHARUCO_PHOTO = describe_target(Board("charuco", 5, 7, 40.0, 20.0, "DICT_6X6_250", legacy=True))
CHESSBOARD_PHOTO = describe_target(Board("chessboard", 10, 7, 25.0))


@pytest.mark.parametrize(
    ("name", "target", "least"),
    [
        ("choriginal.jpg", CHARUCO_PHOTO, 24),
        ("chocclusion_original.jpg", CHARUCO_PHOTO, 16),
        *((f"left{n:02}.jpg", CHESSBOARD_PHOTO, 54) for n in (*range(1, 10), *range(11, 15))),
    ],
)
def test_boards_in_real_photos_are_found(test_data: Path, name, target, least) -> None:
    detection = find_target([read_light(test_data / "boards" / name)], [], target)
    calibration = calibrate(detection, detection.image_size_px, target)
    assert len(detection.ids) >= least
    assert calibration.planes[0].points >= least
    assert calibration.planes[0].rms_px < 0.35
    jacobian = calibration.planes[0].slide_to_camera
    assert np.linalg.det(jacobian) > 0


def test_books_on_a_floor_are_no_chessboard(test_data: Path) -> None:
    with pytest.raises(DetectionError):
        find_target([read_light(test_data / "boards" / "left.jpg")], [], CHESSBOARD_PHOTO)
