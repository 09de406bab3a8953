# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an observer beside a simulated projector saw, to be asked with host times.

Owns the record over time: light, carriage, commands carried out. Must not know how any of it came
about. Written by the board's thread, read by others.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from visiophare.simulator.board import CARRIAGE, CUT, EXECUTED, LIGHT, MOTOR
from visiophare_wire import TICKS_MASK, parse_command

KEPT_POINTS = 200_000  # a quarter of an hour of fading; the older half goes when it is full
KEPT_COMMANDS = 100_000
FULL_DUTY = 65535


class Executed(NamedTuple):
    """A command as the board carried it out."""

    name: str
    args: dict[str, Any]
    board_us: int  # as the board counts it, modulo 2**30
    host_s: float


class Outputs:
    """All times are seconds of the clock that the simulated projector was given.

    motor_on: whether the motor holds the film.
    """

    def __init__(self, frame_at: Callable[[float], int]) -> None:
        self.executed: deque[Executed] = deque(maxlen=KEPT_COMMANDS)
        self.motor_on = False
        self._frame_at = frame_at
        self._lock = threading.Lock()
        self._light = _Points()
        self._carriage = _Points()

    def mean_light(self, from_s: float, to_s: float) -> float:
        """The mean of the light over a time, linear, 0 … 1: what a shutter would gather."""
        with self._lock:
            return self._light.mean(from_s, to_s) / FULL_DUTY

    def light_at(self, at_s: float) -> float:
        """The light at a moment, linear, 0 … 1."""
        with self._lock:
            return self._light.held(at_s) / FULL_DUTY

    def carriage_mm(self, at_s: float) -> float:
        """Where the carriage stands or moves at that moment, in mm of film from the switch."""
        with self._lock:
            return self._carriage.between(at_s)

    def frame(self, at_s: float) -> int:
        """The frame nearest to the middle of the gate at that moment."""
        return self._frame_at(self.carriage_mm(at_s))

    def record(self, kind: str, at_us: int, at_s: float, value: float | str) -> None:
        """Take what the board reports; at_us is its own unwrapped time, at_s the host's."""
        with self._lock:
            if kind == LIGHT:
                self._light.add(at_s, float(value))
            elif kind == CARRIAGE:
                self._carriage.add(at_s, float(value))
            elif kind == CUT:
                self._carriage.cut(at_s, float(value))
            elif kind == MOTOR:
                self.motor_on = bool(float(value))
            elif kind == EXECUTED:
                command = parse_command(str(value).encode())
                done = Executed(command.name, command.args, at_us & TICKS_MASK, at_s)
                self.executed.append(done)


class _Points:
    """A value over time. 0 before the first point, held behind the last."""

    def __init__(self) -> None:
        self.times_s: list[float] = []
        self.values: list[float] = []

    def add(self, at_s: float, value: float) -> None:
        if len(self.times_s) >= KEPT_POINTS:
            del self.times_s[: KEPT_POINTS // 2]
            del self.values[: KEPT_POINTS // 2]
        self.times_s.append(at_s)
        self.values.append(value)

    def cut(self, at_s: float, value: float) -> None:
        """What was to come after this moment does not come."""
        while self.times_s and self.times_s[-1] > at_s:
            self.times_s.pop()
            self.values.pop()
        self.add(at_s, value)

    def held(self, at_s: float) -> float:
        """The value of the latest point."""
        index = bisect_right(self.times_s, at_s) - 1
        return self.values[index] if index >= 0 else 0.0

    def between(self, at_s: float) -> float:
        """The value on the straight line between the points around this moment."""
        after = bisect_right(self.times_s, at_s)
        if after == 0:
            return self.values[0] if self.values else 0.0
        if after == len(self.times_s):
            return self.values[-1]
        from_s, to_s = self.times_s[after - 1], self.times_s[after]
        part = (at_s - from_s) / (to_s - from_s)
        return self.values[after - 1] + part * (self.values[after] - self.values[after - 1])

    def mean(self, from_s: float, to_s: float) -> float:
        """The mean of the held values over a time; of a moment, the value."""
        if to_s <= from_s:
            return self.held(from_s)
        index = bisect_right(self.times_s, from_s)
        total, at_s, value = 0.0, from_s, self.held(from_s)
        while index < len(self.times_s) and self.times_s[index] < to_s:
            total += value * (self.times_s[index] - at_s)
            at_s, value = self.times_s[index], self.values[index]
            index += 1
        return (total + value * (to_s - at_s)) / (to_s - from_s)
