# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Boards: the pattern on a calibration slide, ChArUco or chessboard, in board millimetres.

Owns: where a board's points and its black parts lie, and OpenCV's object for finding it.
Must not know: apertures, pictures, files.
Board frame: mm, x right, y down, origin at the board's upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

DICTIONARIES = tuple(sorted(name for name in dir(cv2.aruco) if name.startswith("DICT_")))


@dataclass(frozen=True)
class Board:
    """A pattern of `columns` × `rows` squares of `square_mm`.

    A ChArUco board has markers of `marker_mm` from `dictionary` in its white squares, marker 0
    first; `legacy` is the layout that OpenCV drew before 4.6 (it differs for even `rows`).
    A chessboard has no markers: dictionary "" and marker_mm 0.
    """

    kind: Literal["charuco", "chessboard"]
    columns: int
    rows: int
    square_mm: float
    marker_mm: float = 0.0
    dictionary: str = ""
    legacy: bool = False

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width × height over all squares."""
        return self.columns * self.square_mm, self.rows * self.square_mm

    @property
    def corner_grid(self) -> tuple[int, int]:
        """Number of inner corners (across, down)."""
        return self.columns - 1, self.rows - 1

    def corners_mm(self) -> Points:
        """Inner corners (N, 2), row by row from the upper left; the index is OpenCV's id."""
        across, down = self.corner_grid
        x, y = np.meshgrid(np.arange(1, across + 1), np.arange(1, down + 1))
        return np.column_stack([x.ravel(), y.ravel()]).astype(np.float64) * self.square_mm

    def opencv(self) -> Any:
        """OpenCV's CharucoBoard (ChArUco only)."""
        board = cv2.aruco.CharucoBoard(
            (self.columns, self.rows), self.square_mm, self.marker_mm, self.opencv_dictionary()
        )
        board.setLegacyPattern(self.legacy)
        return board

    def opencv_dictionary(self) -> Any:
        """OpenCV's dictionary (ChArUco only)."""
        return cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, self.dictionary))

    def marker_count(self) -> int:
        """Markers on the board: one in each white square."""
        squares = self.columns * self.rows
        return squares // 2 if self.kind == "charuco" else 0

    def dictionary_size(self) -> int:
        """Markers in the dictionary (ChArUco only)."""
        return len(self.opencv_dictionary().bytesList)

    def black_squares_mm(self) -> list[tuple[float, float, float, float]]:
        """The black squares, each (left, top, right, bottom)."""
        odd_is_black = self.legacy and self.rows % 2 == 0
        return [
            (i * self.square_mm, j * self.square_mm,
             (i + 1) * self.square_mm, (j + 1) * self.square_mm)
            for j in range(self.rows)
            for i in range(self.columns)
            if ((i + j) % 2 == 1) == odd_is_black
        ]  # fmt: skip

    def markers_mm(self) -> list[tuple[tuple[float, float], float, NDArray[np.bool_]]]:
        """Each marker: upper left corner, side of a module, black modules [row, column]."""
        if self.kind != "charuco":
            return []
        board, dictionary = self.opencv(), self.opencv_dictionary()
        side = dictionary.markerSize + 2
        markers = []
        for identity, corners in zip(np.ravel(board.getIds()), board.getObjPoints(), strict=True):
            column, row = np.floor(np.asarray(corners)[:, :2].mean(axis=0) / self.square_mm)
            margin = (self.square_mm - self.marker_mm) / 2.0
            corner = (column * self.square_mm + margin, row * self.square_mm + margin)
            picture = cv2.aruco.generateImageMarker(dictionary, int(identity), side, borderBits=1)
            markers.append((corner, self.marker_mm / side, picture < 128))
        return markers
