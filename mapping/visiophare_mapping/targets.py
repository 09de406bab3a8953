# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calibration slides: which board lies where in the aperture, and the file that says so.

Owns: choosing a board for an aperture, describing one somebody owns, target.json (version 1).
Must not know: pictures, cameras, how a target is drawn or found.
Slide frame: mm, x right, y down, origin at the aperture's centre, which is the board's centre.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from visiophare_mapping.boards import DICTIONARIES, Board, Points
from visiophare_mapping.documents import Fields, raise_problems, read_json, write_json
from visiophare_mapping.errors import N_, TargetError
from visiophare_mapping.file_kinds import TARGET

VERSION = 1
# A slide frame hides up to half a millimetre of the rim, differently each time it is seated.
RIM_MM = 1.5
# 4×4 bits are the coarsest modules there are; 50 markers are those that differ most.
OWN_DICTIONARY = "DICT_4X4_50"
_MOST_SQUARES = 100
_MARKER_SHARE = 0.75
_SHORTEST_SIDE_MM = 8.0
_LONGEST_SIDE_MM = 3000.0


@dataclass(frozen=True)
class Target:
    """A calibration slide.

    `aperture_mm` is width × height; `ids` (N,) int and `points_mm` (N, 2) slide mm are the board's
    inner corners, where they really are: a measured print may be noted in target.json.
    """

    aperture_mm: tuple[float, float]
    board: Board
    ids: tuple[int, ...]
    points_mm: Points

    def to_json(self) -> dict[str, Any]:
        """The document of target.json, plain Python values."""
        board = self.board
        return {
            "version": VERSION,
            "aperture_mm": list(self.aperture_mm),
            "board": {
                "kind": board.kind,
                "columns": board.columns,
                "rows": board.rows,
                "square_mm": board.square_mm,
                "marker_mm": board.marker_mm,
                "dictionary": board.dictionary,
                "legacy": board.legacy,
            },
            "points": [
                {"id": identity, "x_mm": round(float(x), 6), "y_mm": round(float(y), 6)}
                for identity, (x, y) in zip(self.ids, self.points_mm, strict=True)
            ],
        }

    def save(self, path: Path | str) -> None:
        """Write target.json whole or not at all.  Raises: OSError."""
        write_json(path, self.to_json())

    @classmethod
    def load(cls, path: Path | str) -> Target:
        """Read target.json.

        Raises: TargetError file_missing, file_unreadable, not_json, other_file, version_unknown,
        file_invalid (with all its `problems`).
        """
        fields, problems = read_json(path, TargetError, VERSION, TARGET)
        aperture = fields.numbers("aperture_mm", 2)
        if np.any(aperture <= 0.0):
            fields.fault("aperture_mm", N_("{field} must be above zero."))
        board = _read_board(fields.child("board"))
        ids, points = _read_points(fields)
        raise_problems(path, problems, TargetError)
        _check_board(board)
        if any(identity >= len(board.corners_mm()) for identity in ids):
            fields.fault("points", N_("{field} has an id that the board does not have."))
        if len(set(ids)) != len(ids):
            fields.fault("points", N_("{field} has the same id twice."))
        raise_problems(path, problems, TargetError)
        return cls((float(aperture[0]), float(aperture[1])), board, ids, points)


def make_target(aperture_mm: tuple[float, float]) -> Target:
    """Our own ChArUco target, as large as the aperture (width × height) allows clear of its rim.

    Raises: TargetError aperture_impossible.
    """
    shortest, longest = sorted(aperture_mm)
    if not (shortest >= _SHORTEST_SIDE_MM and longest <= min(_LONGEST_SIDE_MM, 4.0 * shortest)):
        raise TargetError(
            "aperture_impossible",
            N_("An aperture of {width:g} × {height:g} mm cannot carry a target."),
            N_("Give sides of 8 mm to 3 m, one at most four times the other."),
            width=aperture_mm[0],
            height=aperture_mm[1],
        )
    columns, rows, square_mm = _squares_for(aperture_mm)
    marker_mm = round(square_mm * _MARKER_SHARE, 3)
    board = Board("charuco", columns, rows, square_mm, marker_mm, OWN_DICTIONARY)
    return _centred(board, aperture_mm)


def describe_target(board: Board, aperture_mm: tuple[float, float] | None = None) -> Target:
    """A board that somebody already owns, centred in the aperture (default: the board's size).

    Raises: TargetError board_impossible, dictionary_unknown, dictionary_too_small,
    board_larger_than_aperture.
    """
    _check_board(board)
    width, height = board.size_mm
    if aperture_mm is None:
        aperture_mm = (width, height)
    if width > aperture_mm[0] + 1e-6 or height > aperture_mm[1] + 1e-6:
        raise TargetError(
            "board_larger_than_aperture",
            N_("The board is {width:g} × {height:g} mm, larger than the aperture."),
            N_("Check --square, and that --aperture is width × height."),
            width=width,
            height=height,
        )
    return _centred(board, aperture_mm)


def _squares_for(aperture_mm: tuple[float, float]) -> tuple[int, int, float]:
    """Columns, rows and side in mm: the division that fills the clear area best, of those with
    at most one marker for each of the dictionary's, preferring many squares."""
    clear = np.array(aperture_mm) - 2.0 * RIM_MM
    best = (0.0, (0, 0, 0.0))
    for across_short in range(4, 13):
        exact = clear.min() / across_short
        square_mm = np.floor(exact * 20.0) / 20.0 if exact > 1.0 else exact
        columns, rows = (int(n) for n in np.floor(clear / square_mm + 1e-9))
        if columns * rows > _MOST_SQUARES:
            continue
        filled = columns * rows * square_mm**2 / clear.prod()
        merit = float(filled * (columns - 1) * (rows - 1))
        best = max(best, (merit, (columns, rows, float(round(square_mm, 4)))))
    return best[1]


def _centred(board: Board, aperture_mm: tuple[float, float]) -> Target:
    corners = board.corners_mm() - np.array(board.size_mm) / 2.0
    return Target(aperture_mm, board, tuple(range(len(corners))), corners)


def _check_board(board: Board) -> None:
    """Raises: TargetError board_impossible, dictionary_unknown, dictionary_too_small."""
    charuco = board.kind == "charuco"
    possible = min(board.columns, board.rows) >= 3 and board.square_mm > 0.0
    if not possible or (charuco and not 0.0 < board.marker_mm < board.square_mm):
        raise TargetError(
            "board_impossible",
            N_("There is no board of {columns} × {rows} squares with these measures."),
            N_("Give at least 3 × 3 squares, and markers smaller than their squares."),
            columns=board.columns,
            rows=board.rows,
        )
    if charuco and board.dictionary not in DICTIONARIES:
        meant = get_close_matches(board.dictionary, DICTIONARIES, n=1)
        raise TargetError(
            "dictionary_unknown",
            N_("OpenCV has no marker dictionary {name}."),
            N_("Did you mean {meant}?")
            if meant
            else N_("Give one such as DICT_4X4_50 or DICT_5X5_100."),
            name=board.dictionary,
            meant="".join(meant),
        )
    if charuco and board.marker_count() > board.dictionary_size():
        raise TargetError(
            "dictionary_too_small",
            N_("{name} has {capacity} markers; this board needs {needed}."),
            N_("Check the dictionary and the number of squares."),
            name=board.dictionary,
            capacity=board.dictionary_size(),
            needed=board.marker_count(),
        )


def _read_board(fields: Fields) -> Board:
    kind = fields.text("kind", among=("charuco", "chessboard"))
    charuco = kind == "charuco"
    return Board(
        kind="charuco" if charuco else "chessboard",
        columns=fields.integer("columns", least=3),
        rows=fields.integer("rows", least=3),
        square_mm=fields.number("square_mm", above=0.0),
        marker_mm=fields.number("marker_mm", above=0.0) if charuco else 0.0,
        dictionary=fields.text("dictionary", among=DICTIONARIES) if charuco else "",
        legacy=fields.flag("legacy") if charuco else False,
    )


def _read_points(fields: Fields) -> tuple[tuple[int, ...], Points]:
    entries = [
        (entry.integer("id"), entry.number("x_mm"), entry.number("y_mm"))
        for entry in fields.children("points")
    ]
    ids = tuple(identity for identity, _, _ in entries)
    return ids, np.array([(x, y) for _, x, y in entries], dtype=np.float64).reshape(-1, 2)
