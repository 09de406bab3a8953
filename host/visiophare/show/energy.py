# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a show takes from the battery, before it is played.

Owns the estimate: the show played without a projector, and its light added up. The power is that
which the firmware counts: idle_w, and led_w times the linear light. What the projector would limit
(heat, flashes, a weak supply, a knob) is not known here, so it is rather too much than too little.
Must not know where watts come from.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from visiophare.show.actions import CarriageFailed, Command, MoveCarriage, TimedEvent
from visiophare.show.engine import NEVER, Engine
from visiophare.show.light import linear
from visiophare.show.model import Show
from visiophare.show.timeline import Point, light_curve

MOST_STEPS: Final = 100_000
_KNEE_PERCENT = 8.0  # where the curve of linear light changes its formula


@dataclass(frozen=True)
class Consumption:
    """wh: of the whole show, whose moves take some time each that somebody assumed.

    full_light_s: for how long the LED would have to shine fully to take as much.
    """

    duration_s: float
    moves: int
    full_light_s: float
    brightest: float
    wh: float
    mean_w: float
    peak_w: float


def consumption(
    show: Show,
    schedule: Sequence[TimedEvent],
    *,
    unattended: bool,
    move_s: float,
    led_w: float,
    idle_w: float,
) -> Consumption | None:
    """The show from dark to its last cue's end; None when it has more steps than can be added up.

    unattended: nobody says Go, as `show play` does it. Wh = ∫ (idle_w + led_w · linear light) dt.
    """
    played = _played(show, schedule, unattended, move_s)
    if played is None:
        return None
    commands, end_s = played
    curve = light_curve([(command.at_s, command) for command in commands], end_s)
    full_light_s = _full_light_s(curve)
    brightest = max((linear(percent) for _, percent in curve), default=0.0)
    wh = (idle_w * end_s + led_w * full_light_s) / 3600
    return Consumption(
        duration_s=end_s,
        moves=sum(isinstance(command, MoveCarriage) for command in commands),
        full_light_s=full_light_s,
        brightest=brightest,
        wh=wh,
        mean_w=wh * 3600 / end_s if end_s else idle_w,
        peak_w=idle_w + led_w * brightest,
    )


def _played(
    show: Show, schedule: Sequence[TimedEvent], unattended: bool, move_s: float
) -> tuple[list[Command], float] | None:
    """The commands of a playing, and when it ends. A move takes `move_s`, whatever its way."""
    engine = Engine(show, 0.0, schedule, unattended=unattended)
    commands: list[Command] = engine.opening()
    stands_s = NEVER
    for _ in range(MOST_STEPS):
        now_s = min(engine.next_deadline_s(), stands_s)
        if now_s == NEVER:
            return commands, engine.now_s
        arrived = now_s == stands_s
        stands_s = NEVER if arrived else stands_s
        for action in engine.step(now_s, CarriageFailed() if arrived else None):
            if isinstance(action, MoveCarriage):
                stands_s = action.at_s + move_s
            if isinstance(action, Command):
                commands.append(action)
        if engine.finished:
            return commands, engine.now_s
    return None


def _full_light_s(curve: Sequence[Point]) -> float:
    """How many seconds of full light are as much light as this curve."""
    return sum(
        (after[0] - before[0]) * _mean_light(before[1], after[1])
        for before, after in itertools.pairwise(curve)
    )


def _mean_light(from_percent: float, to_percent: float) -> float:
    """The mean linear light of an even ramp between two levels as perceived."""
    if abs(to_percent - from_percent) < 1e-6:
        return linear(from_percent)
    return (_area(to_percent) - _area(from_percent)) / (to_percent - from_percent)


def _area(percent: float) -> float:
    """The integral of `linear` from 0 to this level."""
    below = min(percent, _KNEE_PERCENT)
    area = below * below / (2 * 903.3)
    if percent > _KNEE_PERCENT:
        area += ((percent + 16) ** 4 - (_KNEE_PERCENT + 16) ** 4) / (4 * 116**3)
    return area
