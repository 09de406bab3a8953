# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans into step pulses on an ESP32: bursts of pulses, which its RMT sends by itself.

Owns the motor's pins, the burst under way and the count of steps. It must not know millimetres or
why anything moves. MicroPython sends one list of pulses at a time, and 1.25 spoils the list under
way when it gets another. So a burst lasts 24 ms at most, or is a single step, and the loop sends
the next when its time has come: is_moving() fills it shortly before, and waits for the moment.

    burst  ▁▌▁▌▁▌▁▌▁▁│▁▌▁▌▁▌…     the last pulse of a burst is followed by a pause, as long as the
                     due          rest of its period, or longer when the loop comes late

What was sent is counted, and a burst is never broken off: no step is lost, a stop begins after the
burst under way, and the position is exact whenever the motor stands. While it turns it is reckoned
from the time. A loop that comes late lengthens a period and never shortens one.
"""

from time import ticks_add, ticks_diff, ticks_us  # type: ignore[attr-defined]

from esp32 import RMT
from machine import Pin
from micropython import const

from ..ramp import Plan, Ramp

_CLOCK_DIV = const(80)  # of 80 MHz: durations are in microseconds
_HIGH_US = const(10)  # how long a pulse is
_SHORTEST_US = const(100)  # the fastest: 10,000 steps a second
_BURST_US = const(24_000)
_SIZES = const(8)  # a burst has 1, 2, 4 … 128 steps: lists made once take no memory later
_NEAR_US = const(4_000)  # so long before its time a burst is made ready
_STUCK_US = const(100_000)
_HALF_CIRCLE = const(0x20000000)  # of positions


class Steps:
    """The motor. Uses RMT channel 0."""

    def __init__(self, pins: "dict[str, int]") -> None:
        self._direction_pin = Pin(pins["direction"], Pin.OUT, value=0)
        self._rmt = RMT(0, pin=Pin(pins["step"], Pin.OUT, value=0), clock_div=_CLOCK_DIV)
        self._bursts = [[_HIGH_US] * (2 << size) for size in range(_SIZES)]
        self._plan: Plan | None = None
        self._sign = 1
        self._sent_steps = 0  # position after the burst under way
        self._left = 0  # steps of the plan that are not sent yet
        self._climbed = self._down = 0  # segments up that have begun, and down that have not
        self._segment_left = self._period_us = 0  # of the segment under way
        self._size = self._ready_us = 0  # of the next burst: which list, and how long it takes
        self._steps = 0  # of the burst under way
        self._began_us = self._lasts_us = 0

    def prepare(self, ramp: Ramp) -> None:
        """Nothing: bursts are made on the way."""

    def start(self, plan: Plan) -> None:
        """Carry this plan out. Only while not moving."""
        self._sign = plan.direction
        self._direction_pin(1 if plan.direction > 0 else 0)
        self._plan = plan
        self._left = plan.steps
        self._climbed = self._segment_left = 0
        self._down = plan.down
        self._fill()
        self._send()

    def decelerate(self) -> None:
        """Go over to the way down after the burst under way. Takes no memory."""
        plan = self._plan
        if plan is None or self._climbed > plan.up + 1:
            return
        down = plan.segments_to_stop(plan.steps - self._left)
        if down:
            self._climbed = plan.up + 2
            self._down = down
            self._segment_left = 0
            self._left = plan.ramp.totals[down]

    def cut(self) -> None:
        """No further burst. Waits for the one under way: until then the count is not true."""
        self._plan = None
        while self._steps and not self._rmt.wait_done():
            if ticks_diff(ticks_us(), self._began_us) > _STUCK_US:
                break
        self._steps = 0

    def is_moving(self) -> bool:
        """Whether steps are still to come. Sends them when it is time."""
        if self._plan is None:
            return False
        if self._left_us() > _NEAR_US:
            return True
        if not self._left:
            self._wait()
            self._plan = None
            self._steps = 0
            return False
        self._fill()
        self._wait()
        self._send()
        return True

    def position_steps(self) -> int:
        """Steps since boot, signed, around a circle. Takes no memory."""
        to_come = 0
        if self._steps > 1:
            reckoned = self._left_us() * self._steps // self._lasts_us
            to_come = max(0, min(reckoned, self._steps - 1))
        return _around(self._sent_steps - self._sign * to_come)

    def close(self) -> None:
        """No pulse, and the channel given back."""
        self.cut()
        self._rmt.deinit()

    def _left_us(self) -> int:
        """How long the burst under way still takes, with the pause behind it."""
        return int(self._lasts_us - ticks_diff(ticks_us(), self._began_us))

    def _wait(self) -> None:
        """Until the next burst may begin. Raises OSError when the one under way does not end."""
        due_us = ticks_add(self._began_us, self._lasts_us)
        while ticks_diff(ticks_us(), due_us) < 0 or not self._rmt.wait_done():
            if ticks_diff(ticks_us(), due_us) > _STUCK_US:
                raise OSError("RMT")

    def _fill(self) -> None:
        """Make the next burst ready."""
        if not self._segment_left:
            self._advance()
        self._size = self._next_size()
        steps = 1 << self._size
        burst = self._bursts[self._size]
        lasts_us = 0
        for index in range(1, 2 * steps, 2):
            if not self._segment_left:
                self._advance()
            self._segment_left -= 1
            burst[index] = self._period_us - _HIGH_US
            lasts_us += self._period_us
        burst[-1] = _HIGH_US  # the rest is the pause
        self._left -= steps
        self._ready_us = lasts_us

    def _next_size(self) -> int:
        """Which list: so many steps as there are, and as take no longer than a burst may."""
        assert self._plan is not None
        ramp = self._plan.ramp
        size: int = _SIZES - 1
        while size:
            behind = self._left - (1 << size)
            if behind >= 0:
                slowest_us = self._period_us
                if behind < ramp.totals[self._down_from()]:
                    last = ramp.segments_within(behind)
                    slowest_us = max(slowest_us, _period_us(ramp.periods_ns[last]))
                if slowest_us << size <= _BURST_US:
                    break
            size -= 1
        return size

    def _down_from(self) -> int:
        """From how many segments of the ramp the way comes down in the end."""
        assert self._plan is not None
        return self._down if self._climbed > self._plan.up + 1 else self._plan.down

    def _advance(self) -> None:
        """The next segment: up, level, down."""
        plan = self._plan
        assert plan is not None
        ramp = plan.ramp
        if self._climbed < plan.up:
            self._take(ramp.counts[self._climbed], ramp.periods_ns[self._climbed])
            self._climbed += 1
        elif self._climbed == plan.up and plan.cruise_steps:
            self._take(plan.cruise_steps, plan.cruise_period_ns)
            self._climbed += 1
        else:
            self._down -= 1
            self._take(ramp.counts[self._down], ramp.periods_ns[self._down])

    def _take(self, steps: int, period_ns: int) -> None:
        self._segment_left = steps
        self._period_us = _period_us(period_ns)

    def _send(self) -> None:
        self._steps = 1 << self._size
        self._lasts_us = self._ready_us
        self._sent_steps = _around(self._sent_steps + self._sign * self._steps)
        self._began_us = ticks_us()
        self._rmt.write_pulses(self._bursts[self._size])


def _period_us(period_ns: int) -> int:
    return int(max((period_ns + 999) // 1000, _SHORTEST_US))


def _around(steps: int) -> int:
    """The position on a circle, half of it negative."""
    if steps >= _HALF_CIRCLE:
        steps -= _HALF_CIRCLE
        steps -= _HALF_CIRCLE
    elif steps < -_HALF_CIRCLE:
        steps += _HALF_CIRCLE
        steps += _HALF_CIRCLE
    return steps
