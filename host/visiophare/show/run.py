# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One playing of one cue: where it stands in its steps, and when it goes on.

Owns the walk through loops and calls, and which of several runs has the light.  What a step does
to light and carriage is the engine's.
Everything is immutable, so that an engine can be copied by copying its references.
"""

import math
from dataclasses import dataclass, replace

from visiophare.show.light import Blink, Look, Ramp
from visiophare.show.model import FOREVER, Call, Cue, Loop, Mode, Step


@dataclass(frozen=True)
class Round:
    """A list of steps being played: the index of the next one, and the rounds left with this."""

    steps: tuple[Step, ...]
    index: int = 0
    left: float = 1


@dataclass(frozen=True)
class Run:
    """A cue that is playing.

    number: counts all runs, so that of two the later is known. due_s: when it goes on by itself,
    infinite when only an event takes it further. waiting: for the carriage, until due_s.
    leaving: it has been let go and fades to what lies below.
    """

    cue: Cue
    number: int
    scale: float
    mode: Mode
    by_go: bool
    stack: tuple[Round, ...]
    due_s: float
    light: Ramp | None = None
    blink: Blink | None = None
    waiting: bool = False
    leaving: bool = False

    @property
    def is_held(self) -> bool:
        """Whether it has no more steps and only waits to be let go."""
        return not self.stack and math.isinf(self.due_s)

    @property
    def rank(self) -> tuple[int, int]:
        """Of two runs that have touched the light, the one with the higher rank has it."""
        return self.cue.priority, self.number


def next_step(run: Run, *, once: bool) -> tuple[Run, Step | None]:
    """The run past the next plain step, and that step; None when there is none left.

    Loops and calls are entered and left on the way.  `once`: a loop without end is played for one
    round, because nobody is there to end it.
    """
    stack = run.stack
    while stack:
        top = stack[-1]
        if top.index == len(top.steps):
            again = (Round(top.steps, 0, top.left - 1),) if top.left > 1 else ()
            stack = (*stack[:-1], *again)
            continue
        step = top.steps[top.index]
        stack = (*stack[:-1], replace(top, index=top.index + 1))
        if isinstance(step, Loop):
            rounds = 1 if once and step.count == FOREVER else step.count
            stack = (*stack, Round(step.steps, 0, rounds))
        elif isinstance(step, Call):
            stack = (*stack, Round(step.steps))
        else:
            return replace(run, stack=stack), step
    return replace(run, stack=()), None


def top_of(runs: tuple[Run, ...]) -> Run | None:
    """The run that has the light, flashes included."""
    return max((r for r in runs if r.light or r.blink), key=lambda r: r.rank, default=None)


def ramp_of(runs: tuple[Run, ...], ground: Ramp) -> Ramp:
    """The ramp that the light follows where no flash lies on top."""
    top = max((r for r in runs if r.light), key=lambda r: r.rank, default=None)
    return top.light if top is not None and top.light is not None else ground


def look_of(runs: tuple[Run, ...], ground: Ramp) -> Look:
    """What the light does: the ramp, or the flash on it."""
    top = top_of(runs)
    if top is not None and top.blink is not None:
        return top.blink
    return ramp_of(runs, ground)
