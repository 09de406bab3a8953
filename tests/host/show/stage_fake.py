# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that only moves when somebody sleeps, and a projector that lives on it."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from visiophare.errors import BoardError, PortError


class FakeClock:
    def __init__(self, now_s: float = 1000.0) -> None:
        self.now_s = now_s
        self.calls = 0
        self.at: list[tuple[float, int, Callable[[], None]]] = []
        self.overrun_s: Callable[[], float] = lambda: 0.0

    def now(self) -> float:
        return self.now_s

    def call_at(self, at_s: float, what: Callable[[], None]) -> None:
        self.calls += 1
        heapq.heappush(self.at, (at_s, self.calls, what))

    def sleep(self, seconds: float) -> None:
        """Sleeps, perhaps too long, and lets everything happen on its way at its own time."""
        assert seconds > 0
        until_s = self.now_s + seconds + self.overrun_s()
        while self.at and self.at[0][0] <= until_s:
            at_s, _, what = heapq.heappop(self.at)
            self.now_s = max(self.now_s, at_s)
            what()
        self.now_s = until_s

    def nap(self, seconds: float) -> None:
        """Sleeps until something happens, as whoever waits for a thread to wake it does."""
        if self.at and self.at[0][0] < self.now_s + seconds:
            seconds = max(1e-6, self.at[0][0] - self.now_s)
        self.sleep(seconds)


@dataclass(frozen=True)
class FakeReceipt:
    seq: int
    t_us: int
    host_s: float


@dataclass(frozen=True)
class FakeEvent:
    name: str
    fields: dict[str, str]


@dataclass
class Waiting:
    seq: int
    at_s: float
    name: str
    args: tuple[float, ...]


@dataclass
class FakeProjector:
    """Acts when its clock says so, to the microsecond; each call takes `round_trip_s`."""

    clock: FakeClock
    round_trip_s: float = 0.002
    executed: list[tuple[float, str, tuple[float, ...]]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    callbacks: list[Callable[[FakeEvent, float], None]] = field(default_factory=list)
    connection_callbacks: list[Callable[[bool], None]] = field(default_factory=list)
    restart_callbacks: list[Callable[[], None]] = field(default_factory=list)
    seq: int = 0
    travel_s: float = 1.0
    gone: bool = False
    refuse: dict[str, str] = field(default_factory=dict)
    dark: bool = False
    halted: bool = False
    most_waiting: int = 0

    def on_event(self, callback: Callable[[FakeEvent, float], None]) -> None:
        self.callbacks.append(callback)

    def status(self) -> None:
        self._do("status", (), None)

    def on_restart(self, callback: Callable[[], None]) -> None:
        self.restart_callbacks.append(callback)

    def on_connection(self, callback: Callable[[bool], None]) -> None:
        self.connection_callbacks.append(callback)

    def connect(self, there: bool) -> None:
        """The cable is pulled, or put back in."""
        self.gone = not there
        for callback in self.connection_callbacks:
            callback(there)

    def restart(self) -> None:
        """The board boots anew: dark, and nothing waits."""
        self.waiting.clear()
        self.executed.append((self.clock.now_s, "light", (0.0, 0.0)))
        for callback in self.restart_callbacks:
            callback()

    def light(
        self, level_percent: float, over_s: float = 0.0, *, at_s: float | None = None
    ) -> FakeReceipt:
        return self._do("light", (level_percent, round(over_s, 6)), at_s)

    def flash(
        self, level_percent: float, duration_s: float, *, at_s: float | None = None
    ) -> FakeReceipt:
        return self._do("flash", (level_percent, round(duration_s, 6)), at_s)

    def master(
        self, level_percent: float, over_s: float = 0.0, *, at_s: float | None = None
    ) -> FakeReceipt:
        return self._do("master", (level_percent, over_s), at_s)

    def carriage_home(self, *, at_s: float | None = None) -> FakeReceipt:
        return self._do("home", (), at_s)

    def carriage_to_frame(self, frame: int, *, at_s: float | None = None) -> FakeReceipt:
        return self._do("to", (frame,), at_s)

    def carriage_to_mm(self, position_mm: float, *, at_s: float | None = None) -> FakeReceipt:
        return self._do("at", (position_mm,), at_s)

    def carriage_stop(self, *, at_s: float | None = None) -> FakeReceipt:
        return self._do("stop", (), at_s)

    def cancel(self) -> int:
        self._do("cancel", (), None)
        dropped = len(self.waiting)
        self.waiting.clear()
        return dropped

    def clear(self) -> None:
        self.halted = False
        self._do("clear", (), None)

    def stop_now(self) -> None:
        self.halted = False
        self._do("halt", (), None)
        self.halted = True
        self.waiting.clear()
        self.tell("halted", self.clock.now_s)

    def darken(self) -> bool:
        self.dark = True
        self.waiting.clear()
        self.executed.append((self.clock.now_s, "light", (0.0, 0.0)))
        return not self.gone

    def lights(self) -> list[tuple[float, float, float]]:
        """(when, level, over) as the board did it."""
        return [
            (round(at_s, 4), args[0], args[1])
            for at_s, name, args in self.executed
            if name == "light"
        ]

    def tell(self, name: str, at_s: float, **fields: object) -> None:
        event = FakeEvent(name, {key: str(value) for key, value in fields.items()})
        for callback in self.callbacks:
            callback(event, at_s)

    def _do(self, name: str, args: tuple[float, ...], at_s: float | None) -> FakeReceipt:
        self.clock.sleep(self.round_trip_s / 2)
        if self.gone:
            raise PortError("port_vanished", "The port is gone.")
        if self.halted:
            raise BoardError("halted", "Halted.")
        if name in self.refuse:
            raise BoardError(self.refuse[name], "Refused.")
        self.seq += 1
        acted_s = self.clock.now_s
        receipt = FakeReceipt(self.seq, 0, acted_s if at_s is None else at_s)
        if at_s is None:
            self._execute(Waiting(self.seq, acted_s, name, args))
        else:
            assert len(self.waiting) < 16, "the board's queue is full"
            command = Waiting(self.seq, at_s, name, args)
            self.waiting.append(command)
            self.most_waiting = max(self.most_waiting, len(self.waiting))
            self.clock.call_at(at_s, lambda: self._ripe(command))
        self.clock.sleep(self.round_trip_s / 2)
        return receipt

    def _ripe(self, command: Waiting) -> None:
        if command not in self.waiting:
            return
        self.waiting.remove(command)
        self._execute(command)
        if not self.gone:
            self.tell("ran", self.clock.now_s, seq=command.seq)

    def _execute(self, command: Waiting) -> None:
        self.executed.append((self.clock.now_s, command.name, command.args))
        if command.name == "to":
            frame = int(command.args[0])
            arrives_s = self.clock.now_s + self.travel_s
            self.clock.call_at(
                arrives_s, lambda: self.tell("arrived", arrives_s, frame=frame, mm=frame * 19.0)
            )
        if command.name == "home":
            arrives_s = self.clock.now_s + self.travel_s
            self.clock.call_at(arrives_s, lambda: self.tell("homed", arrives_s, mm="0"))
