# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A score onto a board: dark and still first, then piece by piece, then the board's word for it.

Owns that order. How a line arrives exactly once is the projector's business; the board keeps its
old score until the new one is whole.
"""

import base64
import time
from collections.abc import Callable

from visiophare.errors import BoardError
from visiophare.projector import Projector
from visiophare.show.score_bytes import PIECE_BYTES, checksum
from visiophare.words import N_

REST_S = 60.0
LOOK_S = 0.05


def upload(projector: Projector, score: bytes, tell: Callable[[int, int], None]) -> None:
    """Have the board keep this score; tell(sent, count) after each piece.

    Raises BoardError when the board has no place for scores, or keeps another than was sent.
    """
    if "score" not in projector.board.get("can", "").split(","):
        raise BoardError(
            "no_scores",
            N_("The program on this board plays no scores."),
            N_("Bring it up to date: visiophare install --port PORT"),
        )
    _come_to_rest(projector)
    count = len(score) // PIECE_BYTES
    projector.ask("score", action="begin", number=count)
    for number in range(count):
        piece = score[number * PIECE_BYTES : (number + 1) * PIECE_BYTES]
        projector.ask("score", action="put", number=number, data=_text(piece))
        tell(number + 1, count)
    kept = projector.ask("score", action="end").fields.get("crc")
    if kept != checksum(score):
        raise BoardError(
            "score_differs",
            N_("The board has kept another score than was sent ({crc})."),
            N_("Was another program connected to it? Send it again."),
            crc=kept,
        )


def _text(piece: bytes) -> str:
    return base64.b64encode(piece).decode()


def _come_to_rest(projector: Projector) -> None:
    """Writing stops everything on a board for a moment: it does so only in the dark, and still."""
    if projector.status().get("halted") != "yes":
        projector.light(0)
        projector.carriage_stop()
    deadline_s = time.monotonic() + REST_S
    while time.monotonic() < deadline_s:
        status = projector.status()
        if status.get("carriage") == "still" and status.get("duty") == "0":
            return
        time.sleep(LOOK_S)
