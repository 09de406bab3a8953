# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watchdog is fed only when every part of the loop has reported in.

Owns who has reported. It must not know what the parts do. A part that hangs, is skipped or fails
without having been made safe keeps its bit from being set; within a second the watchdog resets the
board, which starts dark.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board

READ, QUEUE, MOTION, PROTECTION, LIGHT, WRITE = 1, 2, 4, 8, 16, 32
ALL_OF_TICK = QUEUE | MOTION | PROTECTION | LIGHT
ALL = READ | ALL_OF_TICK | WRITE


class Supervision:
    """report(part) in every pass, then feed()."""

    def __init__(self, board: "Board") -> None:
        self._board = board
        self._reported = 0

    def report(self, parts: int) -> None:
        """These parts have done their work of this pass."""
        self._reported |= parts

    def feed(self) -> None:
        """Once in a pass: feed the watchdog if all have reported since the last time."""
        if self._reported == ALL:
            self._reported = 0
            self._board.feed_watchdog()
