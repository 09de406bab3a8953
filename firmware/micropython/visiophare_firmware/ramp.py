# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning of moves in steps: constant acceleration, cruise, the same deceleration.

Owns the arithmetic from speeds to step periods. It must not know millimetres, pins or the time of
day. A Ramp is computed once from a speed and an acceleration; every Plan is a part of its table,
so that starting and stopping a move cost no arithmetic:

    speed        ______________
                /|            |\\          table[:up], cruise_steps at one period,
               / |            | \\         then table[:down] backwards
              /  |            |  \\
"""

from math import sqrt

MAX_SEGMENTS = 128
_NS = 1_000_000_000


class Ramp:
    """The way from standstill to a speed, as segments of equal duration.

    counts[i] steps are made with period_ns[i] between one and the next; totals[i] steps are made
    before segment i. After v = a·t, s = v²/2a, step s is due at t(s) = √(2·s/a).
    """

    def __init__(self, speed_steps_s: float, acceleration_steps_s2: float) -> None:
        whole_steps = max(1, int(speed_steps_s * speed_steps_s / (2 * acceleration_steps_s2)))
        segments = max(1, min(MAX_SEGMENTS, int(sqrt(whole_steps))))
        self.cruise_period_ns = int(_NS / speed_steps_s)
        self.counts: list[int] = []
        self.periods_ns: list[int] = []
        self.totals = [0]
        done = 0
        done_s = 0.0
        for index in range(1, segments + 1):
            due = whole_steps * index * index // (segments * segments)
            due_s = sqrt(2 * due / acceleration_steps_s2)
            period_ns = int((due_s - done_s) * _NS / (due - done))
            self.counts.append(due - done)
            self.periods_ns.append(max(period_ns, self.cruise_period_ns))
            self.totals.append(due)
            done, done_s = due, due_s

    def plan(self, steps: int) -> "Plan":
        """The fastest move by this many steps (signed, not 0) that this ramp allows."""
        distance = abs(steps)
        up = self.segments_within(distance // 2)
        direction = 1 if steps > 0 else -1
        return Plan(self, direction, up, distance - 2 * self.totals[up], up)

    def segments_within(self, steps: int) -> int:
        """How many segments are over after so many steps."""
        low, high = 0, len(self.counts)
        while low < high:
            middle = (low + high + 1) // 2
            if self.totals[middle] <= steps:
                low = middle
            else:
                high = middle - 1
        return low


class Plan:
    """One move: up the first `up` segments of the ramp, cruise, down the first `down` backwards.

    direction: +1 or -1. steps: how many in all.
    """

    def __init__(self, ramp: Ramp, direction: int, up: int, cruise_steps: int, down: int) -> None:
        self.ramp = ramp
        self.direction = direction
        self.up = up
        self.cruise_steps = cruise_steps
        self.down = down
        self.steps = ramp.totals[up] + cruise_steps + ramp.totals[down]

    def segments(self) -> list[tuple[int, int]]:
        """(count, period_ns) in the order of execution: `count` steps, `period_ns` apart."""
        ramp = self.ramp
        rising = [(ramp.counts[i], ramp.periods_ns[i]) for i in range(self.up)]
        falling = [(ramp.counts[i], ramp.periods_ns[i]) for i in range(self.down - 1, -1, -1)]
        if self.cruise_steps:
            rising.append((self.cruise_steps, self._cruise_period_ns()))
        return rising + falling

    def stopping(self, steps_done: int) -> "Plan | None":
        """The ramp down that leaves this plan after so many of its steps.

        None when the plan is coming to its end anyway: stopping would take as long.
        """
        rising_steps = self.ramp.totals[self.up]
        if steps_done >= rising_steps + self.cruise_steps:
            return None
        down = max(1, min(self.up, self.ramp.segments_within(steps_done) + 1))
        if self.steps - steps_done <= self.ramp.totals[down]:
            return None
        return Plan(self.ramp, self.direction, 0, 0, down)

    def _cruise_period_ns(self) -> int:
        if self.up == len(self.ramp.counts):
            return self.ramp.cruise_period_ns
        return self.ramp.periods_ns[max(self.up - 1, 0)]
