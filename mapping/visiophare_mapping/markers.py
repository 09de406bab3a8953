# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first look: markers or a chessboard in a picture, roughly where the target is.

Owns: OpenCV's detectors and their settings, several scales, the board's other layout, mirrored
boards.  Points are refined elsewhere.  Must not know: lenses, files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.boards import Board
from visiophare_mapping.homography import fit_robustly

Points = NDArray[np.float64]
Encoded = NDArray[np.uint8]

# Detection needs few pixels a module; larger pictures only cost time and find noise.
_DETECTION_SIDE_PX = 2000
_SECOND_LOOK = 0.5
# A marker off by half its side is another marker.
_AGREEMENT = 0.5
_ENOUGH_SHARE = 0.6
_FEWEST_MARKERS = 2
# Smaller outlines hold no readable bits; noise makes thousands, each of which costs time.
_LEAST_PERIMETER_SHARE = 0.015
_LEAST_PERIMETER_PX = 32.0


def shows_markers(picture: Encoded, dictionary: str, fewest: int) -> bool:
    """Whether a picture (h, w[, 3]) shows several markers of one of OpenCV's dictionaries."""
    known = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, dictionary))
    _corners, identities, _rejected = cv2.aruco.ArucoDetector(
        known, _settings(max(picture.shape[:2]))
    ).detectMarkers(picture)
    return identities is not None and len(identities) >= fewest


@dataclass(frozen=True)
class Sighting:
    """Pairs (N, 2) board mm and picture px that agree, from `markers` markers (0: a chessboard);
    `seen` is how many markers of this dictionary there were, agreeing or not; `legacy` is the
    layout that explained them."""

    board_mm: Points
    picture_px: Points
    markers: int
    seen: int
    legacy: bool = False


NOTHING = Sighting(np.empty((0, 2)), np.empty((0, 2)), 0, 0)


def sight(pictures: list[Encoded], board: Board) -> Sighting:
    """Look for the board in all `pictures` (h, w) uint8 of one scene; NOTHING if it is not there.

    Marker corners of all pictures count together; a picture that shows most of them ends the look.
    """
    if board.kind == "chessboard":
        return _sight_chessboard(pictures, board)
    found: dict[int, list[Points]] = {}
    best = NOTHING
    for scale in (1.0, _SECOND_LOOK):
        for picture in pictures:
            for identity, corners in detect_markers(picture, board, scale):
                found.setdefault(identity, []).append(corners)
            best = _agreeing(found, board)
            if best.markers >= _ENOUGH_SHARE * board.marker_count():
                return best
        if best.markers >= _FEWEST_MARKERS:
            return best
    return best if best.markers >= _FEWEST_MARKERS else replace(NOTHING, seen=best.seen)


def is_mirrored(pictures: list[Encoded], board: Board) -> bool:
    """Whether the board shows when the pictures are mirrored (ChArUco only)."""
    if board.kind == "chessboard":
        return False
    mirrored = [np.ascontiguousarray(picture[:, ::-1]) for picture in pictures]
    return sight(mirrored, board).markers >= _FEWEST_MARKERS + 1


def detect_markers(picture: Encoded, board: Board, scale: float) -> list[tuple[int, Points]]:
    """Markers of the board's dictionary: (id, corners (4, 2) in px of `picture`)."""
    side = max(picture.shape)
    factor = min(1.0, _DETECTION_SIDE_PX / side) * scale
    reduced = picture
    if factor < 1.0:
        size = tuple(max(1, round(length * factor)) for length in picture.shape[::-1])
        reduced = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    across = np.array(picture.shape[::-1]) / np.array(reduced.shape[::-1])
    detector = cv2.aruco.ArucoDetector(board.opencv_dictionary(), _settings(max(reduced.shape)))
    corners, ids, _ = detector.detectMarkers(reduced)
    if ids is None:
        return []
    return [
        (int(identity), (np.asarray(four, np.float64).reshape(4, 2) + 0.5) * across - 0.5)
        for identity, four in zip(np.ravel(ids), corners, strict=True)
    ]


def _settings(side_px: int) -> Any:
    """Tuned on façades: many window sizes, low contrast allowed, corners left as the outline is."""
    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMin = 5
    settings.adaptiveThreshWinSizeMax = 85
    settings.adaptiveThreshWinSizeStep = 16
    settings.adaptiveThreshConstant = 2
    settings.minOtsuStdDev = 1.0
    settings.minMarkerPerimeterRate = max(_LEAST_PERIMETER_SHARE, _LEAST_PERIMETER_PX / side_px)
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    return settings


def _agreeing(found: dict[int, list[Points]], board: Board) -> Sighting:
    """The sightings that one homography explains, under whichever layout explains more."""
    best = replace(NOTHING, seen=len(found))
    for legacy in (board.legacy, not board.legacy):
        layout = replace(board, legacy=legacy)
        places = _marker_corners(layout)
        known = [
            (places[identity], corners)
            for identity, sightings in found.items()
            if identity in places
            for corners in sightings
        ]
        if not known:
            continue
        board_mm = np.concatenate([place for place, _ in known])
        picture_px = np.concatenate([corners for _, corners in known])
        sides = [np.hypot(*(corners[1] - corners[0])) for _, corners in known]
        robust = fit_robustly(board_mm, picture_px, _AGREEMENT * float(np.median(sides)))
        if robust is None or np.linalg.det(robust[0]) * np.sign(robust[0][2, 2]) <= 0.0:
            continue
        whole = np.asarray(robust[1].reshape(-1, 4).all(axis=1))
        chosen = np.repeat(whole, 4)
        names = [identity for identity, sightings in found.items() if identity in places
                 for _ in sightings]  # fmt: skip
        markers = len({name for name, agrees in zip(names, whole, strict=True) if agrees})
        if markers > best.markers:
            best = Sighting(board_mm[chosen], picture_px[chosen], markers, len(found), legacy)
        if board.rows % 2 == 1:
            break  # both layouts are the same
    return best


def _marker_corners(board: Board) -> dict[int, Points]:
    """Corners (4, 2) of each marker in board mm, upper left first, clockwise as printed."""
    opencv = board.opencv()
    return {
        int(identity): np.asarray(corners, np.float64).reshape(4, 3)[:, :2]
        for identity, corners in zip(np.ravel(opencv.getIds()), opencv.getObjPoints(), strict=True)
    }


def _sight_chessboard(pictures: list[Encoded], board: Board) -> Sighting:
    """All inner corners or nothing; x towards the right in the picture."""
    grid = board.corner_grid
    for picture in pictures:
        factor = min(1.0, _DETECTION_SIDE_PX / max(picture.shape))
        size = tuple(round(length * factor) for length in picture.shape[::-1])
        reduced = picture if factor == 1.0 else cv2.resize(
            picture, size, interpolation=cv2.INTER_AREA
        )  # fmt: skip
        across = np.array(picture.shape[::-1]) / np.array(reduced.shape[::-1])
        found, corners = cv2.findChessboardCornersSB(
            reduced, grid, flags=cv2.CALIB_CB_NORMALIZE_IMAGE | cv2.CALIB_CB_EXHAUSTIVE
        )
        if not found:
            found, corners = cv2.findChessboardCorners(reduced, grid)
        if found:
            points = (np.asarray(corners, np.float64).reshape(-1, 2) + 0.5) * across - 0.5
            return Sighting(board.corners_mm(), _upright(points, grid), 0, 0)
    return NOTHING


def _upright(corners: Points, grid: tuple[int, int]) -> Points:
    """Corners row by row such that x runs right and, seen from the front, y runs down."""
    across, down = grid
    lattice = corners.reshape(down, across, 2)
    turns = [lattice, lattice[::-1], lattice[:, ::-1], lattice[::-1, ::-1]]
    if across == down:
        turns += [turn.transpose(1, 0, 2) for turn in turns]

    def merit(turn: Points) -> tuple[bool, float]:
        x_axis = (turn[:, -1] - turn[:, 0]).mean(axis=0)
        y_axis = (turn[-1] - turn[0]).mean(axis=0)
        right_handed = x_axis[0] * y_axis[1] - x_axis[1] * y_axis[0] > 0.0
        return right_handed, float(x_axis[0] / np.hypot(*x_axis))

    return np.ascontiguousarray(max(turns, key=merit)).reshape(-1, 2)
