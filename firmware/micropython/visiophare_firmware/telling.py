# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers on their way out: short ones at once, long ones a line in each pass of the loop, so that
nothing waits for them.

Owns how far a long one has come. It must not know what the lines say. The next line that comes in
ends it, except the same numbered one again, whose answer this is. A host's is kept only when it is
whole: one that was cut short is made anew when the host asks once more.
"""

from .answers import Answer, RefusedError, for_host, for_person, pieces_for_host, pieces_for_person
from .delivery import Delivery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Telling:
    """pieces: the lines to come of a long answer, made when asked for; None while there is none."""

    def __init__(self, delivery: Delivery) -> None:
        self.pieces: Iterator[bytes] | None = None
        self._delivery = delivery
        self._seq = self._crc = 0
        self._language = ""
        self._told: list[bytes] = []

    def answers(self, seq: int, crc: int) -> bool:
        """Whether the answer to this line is on its way; any other answer ends here."""
        if self.pieces and seq == self._seq and crc == self._crc:
            return True
        self.pieces = None
        return False

    def to_person(self, language: str, answer: Answer | RefusedError) -> bytes:
        """What goes out at once."""
        self.pieces = None
        if not answer.long:
            return for_person(language, answer)
        self._language = language
        self._begin(pieces_for_person(language, answer), 0, 0)
        return b""

    def to_host(self, seq: int, crc: int, answer: Answer | RefusedError) -> bytes:
        """What goes out at once, kept for the same line again."""
        if answer.long:
            self._begin(pieces_for_host(seq, answer), seq, crc)
            return b""
        told = for_host(seq, answer)
        self._delivery.keep(seq, crc, told)
        return told

    def again(self, seq: int, crc: int) -> bytes:
        """What was kept goes out once more: what of it at once."""
        kept = self._delivery.answer
        if isinstance(kept, bytes):
            return kept
        self._begin(iter(kept), seq, crc)
        return b""

    def piece(self, fail: "Callable[[str, Exception, int], None]", now_us: int) -> bytes:
        """What comes next of a long answer; b"" once there is no more."""
        try:
            for piece in self.pieces or ():
                if self._seq:
                    self._told.append(piece)
                return piece
        except Exception as error:  # noqa: BLE001  the command still gets its answer
            fail("answer", error, now_us)
            self.pieces = None
            refusal = RefusedError("internal")
            if self._seq:
                return for_host(self._seq, refusal)
            return for_person(self._language, refusal)
        self.pieces = None
        if self._seq:
            self._delivery.keep(self._seq, self._crc, self._told)
        return b""

    def _begin(self, pieces: "Iterator[bytes]", seq: int, crc: int) -> None:
        self.pieces = pieces
        self._seq, self._crc = seq, crc
        self._told = []
