# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a show is: cues made of steps, and bindings that let a pad or a key set cues off.

Owns the values and what follows from them alone (how long a step takes, whether it ever ends).
Knows nothing of files, clocks or projectors.  Everything here is immutable.

Levels are percent as perceived (0..100), times are seconds, places on the film are frames or mm.
A duration that was written in beats is known in seconds at the show's own tempo, and in ticks: MIDI
clock's 24ths of a beat, which a board that plays alone counts.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

FOREVER = math.inf
DEFAULT_TEMPO = 120.0  # beats a minute
TICKS = 24  # of a beat


@dataclass(frozen=True)
class Length:
    """How long steps take: seconds that are known, and moves that nobody can time beforehand.

    Both are infinite for a loop without end.
    """

    seconds: float = 0.0
    moves: float = 0

    def __add__(self, other: "Length") -> "Length":
        return Length(self.seconds + other.seconds, self.moves + other.moves)

    def times(self, count: float) -> "Length":
        """Repeated; nothing, repeated for ever, is nothing (0 · ∞ is no number)."""
        return Length(self.seconds and self.seconds * count, self.moves and self.moves * count)


@dataclass(frozen=True)
class Written:
    """What stands on a line of the file, from 1; 0 when there is none."""

    line: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True)
class Fade(Written):
    """The light goes to a level, evenly for the eye; the next step begins when it is there."""

    level_percent: float
    over_s: float
    ticks: int = 0  # of which over_s was made; 0 where it was written as a time


@dataclass(frozen=True)
class Hold(Written):
    """Nothing changes for a while."""

    duration_s: float
    ticks: int = 0


@dataclass(frozen=True)
class Flash(Written):
    """The light goes to a level for a moment, then has again the level it would have had."""

    level_percent: float
    duration_s: float
    ticks: int = 0


@dataclass(frozen=True)
class Place:
    """Where on the film: a frame, a distance in mm from home, or (neither) home itself."""

    frame: int | None = None
    mm: float | None = None


@dataclass(frozen=True)
class Move(Written):
    """The carriage goes to a place.

    The next step begins when it has arrived, or after `within_s` if it never says so; at once
    when the show does not `wait`.
    """

    to: Place
    within_s: float
    wait: bool = True


@dataclass(frozen=True)
class Loop(Written):
    """Steps that are repeated; `count` is FOREVER in a loop that only a person ends."""

    count: float
    steps: "tuple[Step, ...]"


@dataclass(frozen=True)
class Call(Written):
    """The steps of another cue, played here.

    `steps` and what follows from them are there once the whole show has been read; they are kept,
    because a few cues that call each other twice would take for ever to be added up each time.
    """

    cue: str
    steps: "tuple[Step, ...]" = field(default=(), repr=False, compare=False)
    length: Length = field(default=Length(), repr=False, compare=False)
    never_ends: bool = field(default=False, repr=False, compare=False)


Step = Fade | Hold | Flash | Move | Loop | Call


class Retrigger(StrEnum):
    """What happens when a cue is set off while it is playing."""

    RESTART = "restart"
    IGNORE = "ignore"
    STOP = "stop"


class Next(StrEnum):
    """What happens in the running order when a cue has ended."""

    GO = "go"
    FOLLOW = "follow"


class Mode(StrEnum):
    """How a binding plays its cue: once; as long as it is held; or on, and off again."""

    TRIGGER = "trigger"
    GATE = "gate"
    TOGGLE = "toggle"


class Velocity(StrEnum):
    """Whether hitting harder makes the cue brighter."""

    IGNORE = "ignore"
    LEVEL = "level"


class Do(StrEnum):
    """What a binding can do to the whole show instead of playing one cue."""

    GO = "go"
    STOP = "stop"
    PANIC = "panic"
    MASTER = "master"


@dataclass(frozen=True)
class Cue(Written):
    """One thing that happens, with a name to call it by."""

    id: str
    name: str
    steps: tuple[Step, ...]
    priority: int = 0
    retrigger: Retrigger = Retrigger.RESTART
    next: Next = Next.GO
    release_s: float = 0.0


@dataclass(frozen=True)
class Source:
    """What is touched: `kind` is note, control or key; notes and controls have a number.

    `channel` counts from 1 as on the instruments; None means any.
    """

    kind: str
    number: int | None = None
    key: str = ""
    channel: int | None = None

    def __str__(self) -> str:
        words = f"{self.kind} {self.key if self.kind == 'key' else self.number}"
        return words if self.channel is None else f"{words} channel {self.channel}"


@dataclass(frozen=True)
class Binding(Written):
    """A source and what it sets off: a cue, or something that concerns the whole show."""

    source: Source
    cue: str = ""
    do: Do | None = None
    mode: Mode = Mode.TRIGGER
    velocity: Velocity = Velocity.IGNORE


@dataclass(frozen=True)
class Show:
    """All of it.  `order` is what Go plays, one cue after the other.  `tempo`: beats a minute."""

    title: str
    cues: dict[str, Cue]
    order: tuple[str, ...] = ()
    bindings: tuple[Binding, ...] = ()
    master_percent: float = 100.0
    stop_s: float = 1.0
    tempo: float = DEFAULT_TEMPO


def length(steps: tuple[Step, ...]) -> Length:
    """How long the steps take, one after the other."""
    total = Length()
    for step in steps:
        match step:
            case Fade(over_s=seconds) | Hold(duration_s=seconds) | Flash(duration_s=seconds):
                total += Length(seconds)
            case Move(wait=True):
                total += Length(0.0, 1)
            case Loop():
                total += length(step.steps).times(step.count)
            case Call():
                total += step.length
    return total


def never_ends(steps: tuple[Step, ...]) -> bool:
    """Whether a loop without end is among the steps, at any depth."""
    return any(
        step.never_ends
        if isinstance(step, Call)
        else isinstance(step, Loop) and (step.count == FOREVER or never_ends(step.steps))
        for step in steps
    )
