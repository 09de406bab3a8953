# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disc or a loop that turns for ever, and its way from one speed to the next.

Owns the plan that has no end. It must not know millimetres, frames, or why anything turns.
"""

from visiophare_wire import ticks_diff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .ramp import Plan, Ramp

_NS = 1_000_000_000
_FAR_STEPS = 1 << 26
_SLOWEST_NS = 10 * _NS
"""The longest time between two steps."""


class Turning:
    """steps_s: the speed wanted, signed; 0 while nothing turns."""

    def __init__(self, board: "Board") -> None:
        self._board = board
        self._plan: Plan | None = None
        self._began_steps = 0
        self._steady = False  # it has come to its speed
        self.steps_s = 0.0

    def begin(self, ramp: "Ramp", steps_s: float) -> "Plan":
        """From standstill to this speed."""
        plan = ramp.turning(1 if steps_s > 0 else -1, _period_ns(steps_s))
        self._keep(plan, steps_s)
        self._board.start_motion(plan)
        return plan

    def can_change_to(self, steps_s: float) -> bool:
        """Whether that speed is reached without a stop."""
        return self.steps_s * steps_s > 0

    def change(self, ramp: "Ramp", steps_s: float) -> "Plan":
        """From the present speed, whatever it is just now, to this one."""
        before = self._plan
        assert before is not None
        self.has_wandered()
        start = before.up if self._steady else before.climbed(self._done())
        plan = ramp.turning(before.direction, _period_ns(steps_s), start)
        self._keep(plan, steps_s)
        self._board.change_motion(plan)
        return plan

    def has_wandered(self) -> bool:
        """In every pass: whether it has gone so far that whole turns should be counted out."""
        if not self.steps_s or self._plan is None:
            return False
        done = self._done()
        if done >= self._plan.change_steps:
            self._steady = True
        if not self._steady or done < _FAR_STEPS:
            return False
        self._began_steps = self._board.position_steps()
        return True

    def leave(self) -> None:
        """It comes to an end, or has come to one."""
        self.steps_s = 0.0

    def _keep(self, plan: "Plan", steps_s: float) -> None:
        self._plan = plan
        self.steps_s = steps_s
        self._steady = False
        self._began_steps = self._board.position_steps()

    def _done(self) -> int:
        return abs(ticks_diff(self._board.position_steps(), self._began_steps))


def _period_ns(steps_s: float) -> int:
    return min(int(_NS / abs(steps_s)), _SLOWEST_NS)
