# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning of moves in steps: acceleration, cruise, the same deceleration.

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
ENDLESS = 0x3FFFFFFF
"""Cruise steps of a plan that ends only when told to; boards take it for ever."""
_NS = 1_000_000_000


class Ramp:
    """The way from standstill to a speed, as segments.

    counts[i] steps are made with period_ns[i] between one and the next; totals[i] steps are made
    before segment i.
    """

    def __init__(
        self, speed_steps_s: float, acceleration_steps_s2: float, jerk_steps_s3: float = 0.0
    ) -> None:
        way = Rise(speed_steps_s, acceleration_steps_s2, jerk_steps_s3)
        whole_steps = max(1, int(way.steps))
        segments = max(1, min(MAX_SEGMENTS, int(sqrt(whole_steps))))
        self.cruise_period_ns = int(_NS / speed_steps_s)
        self.counts: list[int] = []
        self.periods_ns: list[int] = []
        self.totals = [0]
        self.prepared: object = None  # what a board makes of it, see Board.prepare
        done = 0
        done_s = 0.0
        for index in range(1, segments + 1):
            due = whole_steps * index * index // (segments * segments)
            due_s = way.time_s(due)
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

    def turning(self, direction: int, period_ns: int, start: int = 0) -> "Plan":
        """For ever at this period, which the ramp can reach, from `start` of its segments on."""
        low, high = 0, len(self.counts)
        while low < high:
            middle = (low + high) // 2
            if self.periods_ns[middle] > period_ns:
                low = middle + 1
            else:
                high = middle
        return Plan(self, direction, low, ENDLESS, 0, start, period_ns)

    def period_above_ns(self, segments: int) -> int:
        """The period of a cruise after the first so many segments."""
        if segments == len(self.counts):
            return self.cruise_period_ns
        return self.periods_ns[max(segments - 1, 0)]

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


class Rise:
    """From standstill to a speed v. steps: how many it takes.

    With constant acceleration a: s = v²/2a, and step s is due at t(s) = √(2·s/a). With a limited
    jerk j the acceleration itself rises and falls in straight lines, as far as a or, where v is
    reached before, as far as √(v·j). The speed is symmetrical about its middle, so s = v·T/2:

        begin   t³·j/6    for T_j = a/j        then constant acceleration        end, mirrored

    A short move turns round before its acceleration has fallen again, with a kink at the top.
    """

    def __init__(self, speed: float, acceleration: float, jerk: float) -> None:
        self._speed = speed
        self._jerk = jerk
        if jerk:
            acceleration = min(acceleration, sqrt(speed * jerk))
        self._acceleration = acceleration
        self._jerk_s = acceleration / jerk if jerk else 0.0
        self._whole_s = speed / acceleration + self._jerk_s
        self.steps = speed * self._whole_s / 2

    def time_s(self, steps: int) -> float:
        """When so many steps are made."""
        if not self._jerk:
            return sqrt(2 * steps / self._acceleration)
        gained = self._acceleration * self._jerk_s / 2  # the speed after the first part
        first = gained * self._jerk_s / 3
        if steps <= first:
            return float((6 * steps / self._jerk) ** (1 / 3))
        last = self._speed * self._jerk_s - first
        left = self.steps - steps
        if left <= last:
            return self._whole_s - self._time_left_s(max(0.0, left))
        root = sqrt(gained * gained + 2 * self._acceleration * (steps - first))
        return self._jerk_s + (root - gained) / self._acceleration

    def _time_left_s(self, left: float) -> float:
        """t with v·t - j·t³/6 = left, by Newton's method."""
        t = left / self._speed
        for _ in range(4):
            slope = self._speed - self._jerk * t * t / 2
            t += (left - self._speed * t + self._jerk * t * t * t / 6) / slope
        return t


class Plan:
    """One move: from `start` segments of the ramp to `up` of them, cruise, and down the first
    `down` backwards.

    direction: +1 or -1. start: 0 from standstill; a plan that takes over from another begins at
    its speed. cruise_steps: ENDLESS for turning until told otherwise. steps: how many in all.
    """

    def __init__(
        self,
        ramp: Ramp,
        direction: int,
        up: int,
        cruise_steps: int,
        down: int,
        start: int = 0,
        cruise_period_ns: int = 0,
    ) -> None:
        self.ramp = ramp
        self.direction = direction
        self.start = start
        self.up = up
        self.cruise_steps = cruise_steps
        self.down = down
        self.change_steps = abs(ramp.totals[up] - ramp.totals[start])
        self.steps = self.change_steps + cruise_steps + ramp.totals[down]
        self.cruise_period_ns = cruise_period_ns or ramp.period_above_ns(up)

    def segments(self) -> list[tuple[int, int]]:
        """(count, period_ns) in the order of execution: `count` steps, `period_ns` apart."""
        ramp = self.ramp
        way = list(range(self.start, self.up)) or list(range(self.start - 1, self.up - 1, -1))
        found = [(ramp.counts[i], ramp.periods_ns[i]) for i in way]
        if self.cruise_steps:
            found.append((self.cruise_steps, self.cruise_period_ns))
        return found + [(ramp.counts[i], ramp.periods_ns[i]) for i in range(self.down - 1, -1, -1)]

    def climbed(self, steps_done: int) -> int:
        """From how many segments of the ramp the speed after so many steps comes down, at least 1.

        Takes no memory.
        """
        ramp = self.ramp
        climbed = self.up
        if steps_done < self.change_steps:
            way = steps_done if self.up > self.start else -steps_done
            within = ramp.segments_within(ramp.totals[self.start] + way) + 1
            climbed = min(within, max(self.up, self.start))
        return max(1, climbed)

    def segments_to_stop(self, steps_done: int, late_steps: int = 0) -> int:
        """How many segments backwards lead to standstill after so many steps; takes no memory.

        0 when the plan is coming to its end anyway: stopping would take as long. late_steps: that
        many more may be made before the way down begins.
        """
        if steps_done >= self.change_steps + self.cruise_steps:
            return 0
        down = self.climbed(steps_done)
        return 0 if self.steps - steps_done - late_steps <= self.ramp.totals[down] else down

    def stopping(self, steps_done: int) -> "Plan | None":
        """The ramp down that leaves this plan after so many of its steps; None for its own end."""
        down = self.segments_to_stop(steps_done)
        return Plan(self.ramp, self.direction, 0, 0, down) if down else None
