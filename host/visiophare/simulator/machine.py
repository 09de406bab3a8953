# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plays a simulated board from one boot to the next, and the one that does it in a thread.

Owns the pace: the firmware's own loop, woken by bytes, by the next command's time, or after its
longest allowed wait. Must not know who sends the bytes, nor what the outputs are for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from visiophare.errors import VisiophareError
from visiophare.simulator.board import Crystal, SimulatedBoard, rest_us, start_controller
from visiophare_firmware import Controller
from visiophare_firmware.loop import run

Recorded = Callable[[str, int, float, "float | str"], None]
"""(kind, board's unwrapped us, host s, value): see SimulatedBoard for kinds and values."""


@dataclass(frozen=True)
class Boot:
    """How the board finds the world when it starts."""

    boot_id: str
    reset_cause: str
    offset_us: int
    drift_ppm: float
    settings_text: str | None
    start_mm: float
    files: dict[str, str]  # in hex, by name


class Machine(Protocol):
    """A running board. From its construction on it calls `record` and `output` from a thread.

    failure: why it has stopped by itself.
    """

    failure: VisiophareError | None

    def send(self, data: bytes) -> None:
        """Bytes for the board's serial line."""

    def touch(self, what: str) -> None:
        """Hands do something: see SimulatedBoard.touch."""

    def stop(self) -> None:
        """Off: light dark, motor without current. Returns when nothing more will be called."""


class PythonMachine:
    """The controller in a thread of this process."""

    # What fails in the controller stops light and motion; the board itself goes on answering.
    failure: VisiophareError | None = None

    def __init__(
        self,
        boot: Boot,
        now: Callable[[], float],
        record: Recorded,
        output: Callable[[bytes], None],
    ) -> None:
        self._now = now
        self._crystal = Crystal(self._local_us(), boot.offset_us, boot.drift_ppm)
        self._record = record
        self._output = output
        self._arrived = threading.Condition()
        self._input = bytearray()
        self._touches: list[str] = []
        self._stopping = False
        self._board = SimulatedBoard(
            lambda: self._crystal.us_at(self._local_us()),
            self._note,
            boot.boot_id,
            boot.reset_cause,
            boot.settings_text,
            boot.start_mm,
            boot.files,
        )
        self._controller: Controller = start_controller(self._board, self._note)
        self._thread = threading.Thread(target=self._run, name="simulated board", daemon=True)
        self._thread.start()

    def send(self, data: bytes) -> None:
        with self._arrived:
            self._input += data
            self._arrived.notify()

    def touch(self, what: str) -> None:
        with self._arrived:
            self._touches.append(what)
            self._arrived.notify()

    def stop(self) -> None:
        with self._arrived:
            self._stopping = True
            self._arrived.notify()
        self._thread.join()

    def _run(self) -> None:
        run(
            self._controller,
            self._board.ticks_us,
            self._read,
            self._output,
            lambda: not self._stopping,
        )

    def _read(self) -> bytes:
        with self._arrived:
            if not self._input and not self._touches and not self._stopping:
                self._arrived.wait(self._wait_s())
            data = bytes(self._input)
            self._input.clear()
            touches, self._touches = self._touches, []
        for what in touches:
            self._board.touch(what)
        return data

    def _wait_s(self) -> float:
        """Until something has its time, or a tick."""
        return rest_us(self._controller, self._board.ticks_us()) * 1e-6

    def _local_us(self) -> int:
        return round(self._now() * 1e6)

    def _note(self, kind: str, at_us: int, value: float | str) -> None:
        self._record(kind, at_us, self._crystal.local_us_at(at_us) / 1e6, value)
