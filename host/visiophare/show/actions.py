# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes into the engine (events) and what comes out of it (actions): plain values.

Times are seconds of the host's monotonic clock.  Actions are commands for a projector and notices
for people.  An action's `at_s` is when it is due, exactly; `cue` is the cue that asked for it, ""
when the show as a whole did.
"""

from dataclasses import dataclass

from visiophare.show.model import Mode, Place

# ---- events


@dataclass(frozen=True)
class Go:
    """Play the next cue of the running order."""


@dataclass(frozen=True)
class Trigger:
    """A pad was hit or a key pressed; `scale` (0..1) weakens the light of this playing."""

    cue: str
    mode: Mode = Mode.TRIGGER
    scale: float = 1.0


@dataclass(frozen=True)
class Release:
    """What held a cue has been let go."""

    cue: str


@dataclass(frozen=True)
class Arrived:
    """The carriage stands: at a frame, at a place in mm, or, `home`, where it counts from."""

    frame: int | None = None
    mm: float | None = None
    home: bool = False


@dataclass(frozen=True)
class CarriageFailed:
    """The board refused the move, or gave it up: nobody needs to wait for the carriage."""


@dataclass(frozen=True)
class Master:
    """A slider says how bright everything may be."""

    level_percent: float


@dataclass(frozen=True)
class StopAll:
    """Every cue ends; the light fades out."""


@dataclass(frozen=True)
class Panic:
    """Dark now, the carriage halted, nothing left to come."""


@dataclass(frozen=True)
class Tick:
    """Only time has passed."""


Event = Go | Trigger | Release | Arrived | CarriageFailed | Master | StopAll | Panic | Tick


@dataclass(frozen=True)
class TimedEvent:
    """An event that is known beforehand, such as a note of a recorded performance."""

    at_s: float
    event: Event


# ---- actions


@dataclass(frozen=True)
class SetLight:
    """The light goes to a level over a time; the board itself draws the ramp."""

    level_percent: float
    over_s: float
    at_s: float
    cue: str = ""


@dataclass(frozen=True)
class Flash:
    """The light has a level for a moment; the board itself gives the former one back."""

    level_percent: float
    duration_s: float
    at_s: float
    cue: str = ""


@dataclass(frozen=True)
class MoveCarriage:
    """The carriage goes to a place."""

    to: Place
    at_s: float
    cue: str = ""


@dataclass(frozen=True)
class StopCarriage:
    """The carriage slows down and stays where it is."""

    at_s: float
    cue: str = ""


@dataclass(frozen=True)
class SetMaster:
    """The master, a factor on all light, goes to a level."""

    level_percent: float
    at_s: float
    cue: str = ""


@dataclass(frozen=True)
class StopNow:
    """Dark and halted, past every queue."""

    at_s: float
    cue: str = ""


Command = SetLight | Flash | MoveCarriage | StopCarriage | SetMaster | StopNow


@dataclass(frozen=True)
class Started:
    """A cue has begun.  Nothing to do for a projector, but for whoever tells people."""

    cue: str
    at_s: float


@dataclass(frozen=True)
class GaveUp:
    """The carriage did not arrive in the time the step allows; the cue has gone on."""

    cue: str
    to: Place
    at_s: float


@dataclass(frozen=True)
class LetGo:
    """A hand has ended a cue that it had begun."""

    cue: str
    at_s: float


@dataclass(frozen=True)
class OrderOver:
    """Go came after the last cue of the running order: everything ends, the next Go begins it."""

    at_s: float


Notice = Started | GaveUp | LetGo | OrderOver
Action = Command | Notice
