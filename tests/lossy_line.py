# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both ends of the wire in memory, on a clock that only tests move, joined by a bad line.

The host's end is the real Session, the board's end the real Controller on the simulator's board.
"""

import random
from collections import Counter
from dataclasses import dataclass

from visiophare.request import Request
from visiophare.session import Session
from visiophare.simulator.board import EXECUTED, Crystal, SimulatedBoard, start_controller

STEP_S = 0.001
TICK_STEPS = 5


@dataclass(frozen=True)
class Badness:
    """How often each thing happens: per byte, or per piece sent."""

    flip: float = 0.0
    drop: float = 0.0
    repeat: float = 0.0
    garbage: float = 0.0
    lose_piece: float = 0.0
    split: bool = False
    delay_steps: int = 0


class Cable:
    """One direction: bytes stay in order, and not much else is certain."""

    def __init__(self, rng: random.Random, badness: Badness) -> None:
        self.badness = badness
        self._rng = rng
        self._pieces: list[tuple[int, bytes]] = []  # (steps to go, bytes)

    def send(self, data: bytes) -> None:
        if not data or self._rng.random() < self.badness.lose_piece:
            return
        data = b"".join(self._mangle(byte) for byte in data)
        while data:
            size = self._rng.randint(1, len(data)) if self.badness.split else len(data)
            self._pieces.append((self._rng.randint(0, self.badness.delay_steps), data[:size]))
            data = data[size:]

    def arrived(self) -> bytes:
        """What comes out in this step."""
        out = b""
        while self._pieces and self._pieces[0][0] <= 0:
            out += self._pieces.pop(0)[1]
        if self._pieces:
            steps, data = self._pieces[0]
            self._pieces[0] = (steps - 1, data)
        return out

    def lose(self) -> None:
        self._pieces.clear()

    def _mangle(self, byte: int) -> bytes:
        rng, bad = self._rng, self.badness
        if rng.random() < bad.drop:
            return b""
        if rng.random() < bad.flip:
            byte ^= 1 << rng.randrange(8)
        out = bytes([byte]) * (2 if rng.random() < bad.repeat else 1)
        if rng.random() < bad.garbage:
            out += rng.randbytes(rng.randint(1, 80))
        return out


class LossyLine:
    """`acted` counts what the board carried out, in the words of a person who types it."""

    def __init__(self, seed: int, badness: Badness = Badness()) -> None:
        self.rng = random.Random(seed)
        self.steps = 0
        self.boots = 0
        self.acted: Counter[str] = Counter()
        self.news: list[object] = []
        self.session = Session(first_seq=self.rng.randrange(65535))
        self.to_board = Cable(self.rng, badness)
        self.to_host = Cable(self.rng, badness)
        self.connected = True
        self.reset_board()

    @property
    def now_s(self) -> float:
        return 1000.0 + self.steps * STEP_S

    def reset_board(self) -> None:
        """The board loses everything but where the carriage stands."""
        self.boots += 1
        crystal = Crystal(round(self.now_s * 1e6), self.rng.randrange(2**30), 40.0)
        self.board = SimulatedBoard(
            lambda: crystal.us_at(round(self.now_s * 1e6)), self._record, f"{self.boots:08x}"
        )
        self.controller = start_controller(self.board, self._record)

    def step(self) -> None:
        """One millisecond."""
        self.steps += 1
        self.to_board.send(self.session.take_output())
        data = self.to_board.arrived()
        if data:
            self.controller.receive(data, self.board.ticks_us())
        if self.steps % TICK_STEPS == 0:
            self.controller.tick(self.board.ticks_us())
        self.to_host.send(self.controller.take_output())
        data = self.to_host.arrived()
        if data and self.connected:
            self.session.receive(data, self.now_s)
        if self.now_s >= self.session.next_deadline_s():
            self.session.advance(self.now_s)
        self.news += self.session.take_news()

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_S)):
            self.step()

    def ask(self, name: str, at_s: float | None = None, **args: object) -> Request:
        """Send a command, let time pass until it is done."""
        request = Request(name, args, at_s)
        self.session.ask(request, self.now_s)
        self.finish(request)
        return request

    def finish(self, request: Request) -> None:
        for _ in range(20_000):
            if request.done:
                return
            self.step()
        raise AssertionError(f"{request.name} is neither answered nor given up after 20 s")

    def _record(self, kind: str, at_us: int, value: float | str) -> None:
        if kind == EXECUTED:
            self.acted[str(value)] += 1
