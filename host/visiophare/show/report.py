# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was planned and what the board did: the account of one playing.

Owns the book of commands and the numbers that sum it up.  Times are seconds of the host's
monotonic clock; executed times are the board's own, carried over to that clock.
"""

import math
from dataclasses import dataclass, field

from visiophare.show.actions import Command


@dataclass
class Entry:
    """One command: when it was due, and when the board did it (None: it never said so)."""

    command: Command
    label: str
    planned_s: float
    live: bool = False  # an answer to a touch, sent at once
    executed_s: float | None = None

    @property
    def late_s(self) -> float | None:
        """How much later than planned; negative when earlier."""
        return None if self.executed_s is None else self.executed_s - self.planned_s


@dataclass(frozen=True)
class Lateness:
    """Size of the differences between planned and executed, in ms; count is how many there are."""

    count: int
    p50_ms: float
    p99_ms: float
    worst_ms: float


@dataclass
class PlayReport:
    """One playing: its commands in the order of time, and what went differently than it should.

    remarks: sentences in the person's language. carriage_stands: when the board said so.
    refused: how many commands the board did not carry out.
    """

    started_s: float
    ended_s: float = 0.0
    entries: list[Entry] = field(default_factory=list)
    cues: list[tuple[str, float]] = field(default_factory=list)
    carriage_stands: list[float] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    refused: int = 0

    @property
    def planned(self) -> list[tuple[str, float]]:
        """(label, time) of every command."""
        return [(entry.label, entry.planned_s) for entry in self.entries]

    @property
    def executed(self) -> list[tuple[str, float]]:
        """(label, time as the board saw it) of every command that the board confirmed."""
        return [
            (entry.label, entry.executed_s)
            for entry in self.entries
            if entry.executed_s is not None
        ]

    def lateness(self, *, live: bool = False) -> Lateness:
        """How exactly the timeline was kept, or, `live`, how fast touches were answered."""
        sizes_ms = sorted(
            abs(entry.late_s) * 1000
            for entry in self.entries
            if entry.late_s is not None and entry.live is live
        )
        if not sizes_ms:
            return Lateness(0, 0.0, 0.0, 0.0)
        return Lateness(
            len(sizes_ms), _quantile(sizes_ms, 0.5), _quantile(sizes_ms, 0.99), sizes_ms[-1]
        )


def _quantile(ordered: list[float], part: float) -> float:
    """The smallest value that at least this part of all values does not exceed."""
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]
