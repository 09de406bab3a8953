# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `score`: playing the one on the board, and taking another in pieces.

Owns what it answers; queries.py says how. It must not know how a score is played or kept. What
arrives takes the old score's place only at the end, when it is whole: until then nothing changes.

    score                     which score this is, and where it stands
    score play [CUE]          from its beginning, each cue after the other; or one cue
    score go | stop           the next cue; fade out
    score begin PIECES, score put PIECE DATA, score end
                              a new one: so many times 24 bytes, each in base64
"""

from binascii import a2b_base64

from .answers import Answer, RefusedError
from .saved import check_writable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .controller import Controller
    from .player import Player

_PIECE_BYTES = 24


def score(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    action = args.get("action")
    number = args.get("number", 0)
    if action == "begin":
        if not number:
            raise RefusedError("missing", {"arg": "number"})
        controller.alone.pieces = bytearray(number * _PIECE_BYTES)
        return Answer("score_begun")
    if action == "put":
        _put(controller.alone.pieces, number * _PIECE_BYTES, args.get("data", ""))
        return Answer("score_begun")
    if action == "end":
        _end(controller)
    elif action:
        _play(controller, action, args, now_us)
    player = controller.player
    if not player.words:
        raise RefusedError("no_score")
    code, fields = score_state(player)
    return Answer(code, fields)


def score_state(player: "Player") -> tuple[str, dict[str, str]]:
    """How it is with the score that the player has: a sentence's code, and its fields."""
    words = player.words
    fields = {
        "crc": f"{words[-1]:08x}",
        "position": str(player.position + 1),
        "order": str(words[1] >> 8 & 255),
    }
    return "score_plays" if player.plays() else "score_rests", fields


def _put(pieces: bytearray, at: int, data: str) -> None:
    try:
        piece = a2b_base64(data)
    except ValueError:
        piece = b""
    if len(piece) != _PIECE_BYTES or at >= len(pieces):
        raise RefusedError("score_damaged")
    pieces[at : at + _PIECE_BYTES] = piece


def _end(controller: "Controller") -> None:
    check_writable(controller)
    try:
        controller.alone.store()
    except ValueError:
        raise RefusedError("score_damaged") from None
    except OSError as error:
        raise RefusedError("not_saved", {"error": str(error.errno)}) from None
    controller.faults.gone("score_damaged")


def _play(controller: "Controller", action: str, args: "dict[str, Any]", now_us: int) -> None:
    if controller.halted:
        raise RefusedError("halted")
    player = controller.player
    cue = player.cue(args.get("number", 0))
    if not cue:
        raise RefusedError("no_cue" if player.words else "no_score")
    if action == "stop":
        player.stop_all(now_us)
        return
    controller.protection.check_light()
    if action == "go":
        player.go(now_us)
    elif "number" in args:
        player.trigger(cue, 0, 127, now_us)
    else:
        player.start(now_us)
