# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playing as curves: light over time, planned and as the board did it, and the carriage's moves.

Owns the data of the drawing, in seconds from the show's beginning.  Whoever draws it knows colours
and pages; nothing here does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from visiophare.show.actions import Command, Flash, MoveCarriage, SetLight, SetMaster, StopNow
from visiophare.show.light import Blink, Look, Ramp, steady
from visiophare.show.model import Place
from visiophare.show.report import PlayReport

Point = tuple[float, float]
"""Seconds, percent."""


@dataclass(frozen=True)
class MoveSpan:
    """One move: when it was to begin, when it did, when the carriage stood. None: never told."""

    to: Place
    planned_s: float
    executed_s: float | None
    arrived_s: float | None


@dataclass(frozen=True)
class Timeline:
    """What a drawing needs.

    planned, executed: corners of the light's curve as (seconds, percent as perceived, master
    included), in the order of time; a jump has two corners at the same time.
    cues: (id, seconds) of each beginning.
    """

    planned: list[Point]
    executed: list[Point]
    moves: list[MoveSpan]
    cues: list[tuple[str, float]]
    duration_s: float


def timeline_of(report: PlayReport) -> Timeline:
    """The curves of a playing."""
    zero_s, end_s = report.started_s, report.ended_s
    planned = [(entry.planned_s, entry.command) for entry in report.entries]
    executed = [
        (entry.executed_s, entry.command)
        for entry in report.entries
        if entry.executed_s is not None
    ]
    return Timeline(
        planned=_from(zero_s, light_curve(planned, end_s)),
        executed=_from(zero_s, light_curve(executed, end_s)),
        moves=_moves(report),
        cues=[(cue, at_s - zero_s) for cue, at_s in report.cues],
        duration_s=end_s - zero_s,
    )


def light_curve(commands: Iterable[tuple[float, Command]], end_s: float) -> list[Point]:
    """The corners of the light's curve from the first command to `end_s`.

    commands: (time, command) in any order; those of equal times keep theirs.
    """
    lights = [timed for timed in commands if isinstance(timed[1], _OF_LIGHT)]
    ordered = sorted(lights, key=lambda timed: timed[0])
    if not ordered:
        return []
    curve = _Curve(ordered[0][0])
    for at_s, command in ordered:
        curve.advance(at_s)
        curve.do(at_s, command)
    curve.advance(max(end_s, curve.now_s))
    return curve.points


_OF_LIGHT = (SetLight, Flash, SetMaster, StopNow)


class _Curve:
    """The light as the board makes it: a ramp, a flash on top, the master over all."""

    def __init__(self, start_s: float) -> None:
        self.now_s = start_s
        self.points: list[Point] = []
        self._ramp = steady(0.0, start_s)
        self._blink: Blink | None = None
        self._master = 1.0

    def do(self, at_s: float, command: Command) -> None:
        match command:
            case SetLight(level_percent=level, over_s=over_s):
                self._ramp = Ramp(at_s, self._ramp.level_percent(at_s), level, over_s)
                self._blink = None
            case Flash(level_percent=level, duration_s=duration_s):
                self._blink = Blink(at_s, level, duration_s)
            case SetMaster(level_percent=level):
                self._master = level / 100
            case StopNow():
                self._ramp, self._blink = steady(0.0, at_s), None
        self._corner(at_s, self._look(at_s))

    def advance(self, until_s: float) -> None:
        """Corners where a ramp or a flash ends on the way, and at the end of the way."""
        ends_s = {self._ramp.end_s} | ({self._blink.end_s} if self._blink else set())
        for end_s in sorted(end_s for end_s in ends_s if self.now_s < end_s < until_s):
            self._turn(end_s)
        if until_s > self.now_s:
            self._turn(until_s)
        self.now_s = max(self.now_s, until_s)

    def _turn(self, at_s: float) -> None:
        self._corner(at_s, self._look(self.now_s))
        self._corner(at_s, self._look(at_s))
        self.now_s = at_s

    def _look(self, at_s: float) -> Look:
        return self._blink if self._blink and at_s < self._blink.end_s else self._ramp

    def _corner(self, at_s: float, look: Look) -> None:
        point = (at_s, look.level_percent(at_s) * self._master)
        if not self.points or self.points[-1] != point:
            self.points.append(point)


def _from(zero_s: float, points: Sequence[Point]) -> list[Point]:
    return [(at_s - zero_s, level) for at_s, level in points]


def _moves(report: PlayReport) -> list[MoveSpan]:
    zero_s = report.started_s
    moves = [entry for entry in report.entries if isinstance(entry.command, MoveCarriage)]
    spans = []
    for index, entry in enumerate(moves):
        assert isinstance(entry.command, MoveCarriage)
        next_s = moves[index + 1].executed_s if index + 1 < len(moves) else None
        stands = [
            at_s - zero_s
            for at_s in report.carriage_stands
            if entry.executed_s is not None
            and at_s >= entry.executed_s
            and (next_s is None or at_s <= next_s)
        ]
        spans.append(
            MoveSpan(
                to=entry.command.to,
                planned_s=entry.planned_s - zero_s,
                executed_s=None if entry.executed_s is None else entry.executed_s - zero_s,
                arrived_s=stands[0] if stands else None,
            )
        )
    return spans
