# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The light over time: ramps and flashes as functions of absolute time, and what to send for them.

Owns the arithmetic of one light.  Which cue has the light is the engine's.  Levels are percent as
perceived, times are seconds; a level is always computed from the times at which things began, so
nothing adds up when somebody is late.
"""

from dataclasses import dataclass

from visiophare.show.actions import Command, Flash, SetLight


@dataclass(frozen=True)
class Ramp:
    """From one level evenly to another, and the other one ever after."""

    start_s: float
    from_percent: float
    to_percent: float
    over_s: float

    @property
    def end_s(self) -> float:
        return self.start_s + self.over_s

    def level_percent(self, at_s: float) -> float:
        """The level at a time: from + (to − from) · (t − start) / over, held at both ends."""
        if at_s >= self.end_s:
            return self.to_percent
        if at_s <= self.start_s:
            return self.from_percent
        part = (at_s - self.start_s) / self.over_s
        return self.from_percent + (self.to_percent - self.from_percent) * part


def steady(level_percent: float, since_s: float) -> Ramp:
    """A level that does not change."""
    return Ramp(since_s, level_percent, level_percent, 0.0)


@dataclass(frozen=True)
class Blink:
    """A level for a moment, on top of a ramp that goes on underneath."""

    start_s: float
    at_percent: float
    duration_s: float

    @property
    def end_s(self) -> float:
        return self.start_s + self.duration_s

    def level_percent(self, _at_s: float) -> float:
        """The level while it lasts."""
        return self.at_percent


Look = Ramp | Blink


def linear(percent: float) -> float:
    """The linear light, 0..1, that looks this bright, 0..100 (CIE 15:2004, 8.2.1.1)."""
    return percent / 903.3 if percent <= 8 else ((percent + 16) / 116) ** 3


def commands_for(
    look: Look, told: Ramp, blink: Blink | None, at_s: float, cue: str
) -> list[Command]:
    """What to send at a time so that a board shows a look.

    `told` is the ramp and `blink` the flash that the board heard of last.  The board draws ramps
    from wherever it is, so one that is joined on its way is first put where it has got to; it
    gives back by itself what a flash has covered, and a new level ends a flash.
    """
    if isinstance(look, Blink):
        return [] if look == blink else [Flash(look.at_percent, look.duration_s, at_s, cue)]
    interrupts = blink is not None and blink.end_s > at_s
    if look == told and not interrupts:
        return []
    level = look.level_percent(at_s)
    is_there = not interrupts and told.level_percent(at_s) == level
    if look.end_s > at_s:
        there = [] if is_there else [SetLight(level, 0.0, at_s, cue)]
        return [*there, SetLight(look.to_percent, look.end_s - at_s, at_s, cue)]
    if is_there and told.end_s <= at_s:
        return []
    return [SetLight(level, 0.0, at_s, cue)]


def commands_to_resume(ramp: Ramp, at_s: float) -> list[Command]:
    """What to send to a board of which nothing is known, so that it follows a ramp from now on."""
    there: list[Command] = [SetLight(ramp.level_percent(at_s), 0.0, at_s)]
    if ramp.end_s > at_s:
        there.append(SetLight(ramp.to_percent, ramp.end_s - at_s, at_s))
    return there
