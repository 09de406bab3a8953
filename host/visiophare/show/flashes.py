# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a cue flashes faster than the projector allows.

The board lets three rises a second through and keeps the light down for the next; whoever writes a
strobe should hear of it before the evening.  A rise is one of a tenth of full linear light or more,
as in WCAG 2.2, success criterion 2.3.1; linear light follows the percent as perceived by CIE 1976
lightness.  Owns this estimate only: the limit itself is the firmware's.
"""

from collections.abc import Sequence
from typing import Final

from visiophare.show.actions import CarriageFailed, Command, MoveCarriage, Trigger
from visiophare.show.engine import Engine
from visiophare.show.light import linear
from visiophare.show.model import Show
from visiophare.show.timeline import Point, light_curve

MOST_RISES: Final = 3
RISE: Final = 0.1
LOOKED_AT_S: Final = 20.0
MOST_STEPS: Final = 2000


def flashes_too_fast(show: Show, cue: str) -> bool:
    """Whether more than three rises begin within a second in the cue's first 20 seconds.

    The carriage is taken to be infinitely fast.
    """
    engine = Engine(show, 0.0)
    actions = engine.step(0.0, Trigger(cue))
    commands: list[Command] = []
    for _ in range(MOST_STEPS):
        commands += [action for action in actions if isinstance(action, Command)]
        if any(isinstance(action, MoveCarriage) for action in actions):
            actions = engine.step(engine.now_s, CarriageFailed())  # nobody waits for it here
        elif engine.next_deadline_s() <= LOOKED_AT_S:
            actions = engine.step(engine.next_deadline_s())
        else:
            break
    curve = light_curve([(command.at_s, command) for command in commands], LOOKED_AT_S)
    begins_s = _rises(curve)
    return any(
        later - earlier < 1.0
        for earlier, later in zip(begins_s, begins_s[MOST_RISES:], strict=False)
    )


def _rises(curve: Sequence[Point]) -> list[float]:
    """When each rise by RISE since the lowest point before it is complete."""
    begins_s = []
    rising, turn = False, 0.0
    for at_s, percent in curve:
        light = linear(percent)
        if rising:
            turn = max(turn, light)
            if light <= turn - RISE:
                rising, turn = False, light
        else:
            turn = min(turn, light)
            if light >= turn + RISE:
                rising, turn = True, light
                begins_s.append(at_s)
    return begins_s
