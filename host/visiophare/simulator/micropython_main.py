# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in MicroPython: the controller on the simulator's board, with stdin and stdout as its line.

Owns the loop's pace there, and the second channel, on which it tells what an observer would see:

    boot LOCAL_US            the microseconds of this process at which the board's clock began
    clock LOCAL_US           now, so that the other end can line up the two processes' clocks
    KIND BOARD_US VALUE      as SimulatedBoard records it, in unwrapped board time

On a third, what hands do comes in, a line each: see SimulatedBoard.touch.

Started by `micropython_process`, with a JSON object in the environment. Ends when stdin does.
"""

import gc
import json
import os
import select
import sys
import time

arguments = json.loads(os.getenv("VISIOPHARE_SIMULATED_BOARD"))  # type: ignore[arg-type]
sys.path.append(arguments["firmware"])

from board import (  # type: ignore[import-not-found]  # noqa: E402  beside this file
    Crystal,
    SimulatedBoard,
    rest_us,
    start_controller,
)

from visiophare_firmware.loop import run  # noqa: E402

CLOCK_US = 1_000_000  # between two clock lines, once a few have been sent
FIRST_CLOCKS = 20

# MicroPython looks for free memory from the heap's start: keep it compact, or it gets slow.
gc.threshold(100_000)  # type: ignore[attr-defined]
channel = open(arguments["channel"], "w")  # noqa: SIM115  for as long as the process runs
hands = open(arguments["hands"])  # noqa: SIM115
line_in = sys.stdin.buffer
line_out = sys.stdout.buffer
poll = select.poll()
poll.register(sys.stdin, select.POLLIN)
poll.register(hands, select.POLLIN)


def local_us() -> int:
    """This process's microseconds."""
    return int(time.ticks_us())  # type: ignore[attr-defined]


def record(kind: str, at_us: int, value: "float | str") -> None:
    """Tell the other process; numbers in full, since MicroPython would round them."""
    text = value if isinstance(value, str) else "%.6f" % value  # noqa: UP031  the same on both
    channel.write("%s %d %s\n" % (kind, at_us, text))  # noqa: UP031


class Line:
    """The serial line: what the loop reads from and writes to."""

    def __init__(self) -> None:
        self.open = True
        self._clocks = 0
        self._next_clock_us = 0

    def read(self) -> bytes:
        """What has come in; waits until something has its time, at most a tick."""
        self._tell_clock()
        spoken = False
        for stream, _event in poll.poll(rest_us(controller, board.ticks_us()) // 1000):
            if stream is hands:
                board.touch(hands.readline().strip())
            else:
                spoken = True
        if not spoken:
            return b""
        data = line_in.read(256)
        if data == b"":
            self.open = False
        return data or b""

    def write(self, data: bytes) -> None:
        """Send."""
        line_out.write(data)

    def _tell_clock(self) -> None:
        now_us = local_us()
        if self._clocks < FIRST_CLOCKS or now_us >= self._next_clock_us:
            channel.write("clock %d\n" % now_us)  # noqa: UP031
            self._clocks += 1
            self._next_clock_us = now_us + CLOCK_US


boot_us = local_us()
channel.write("clock %d\nboot %d\n" % (boot_us, boot_us))  # noqa: UP031
crystal = Crystal(boot_us, arguments["offset_us"], arguments["drift_ppm"])
board = SimulatedBoard(
    lambda: crystal.us_at(local_us()),
    record,
    arguments["boot_id"],
    arguments["reset_cause"],
    arguments["settings_text"],
    arguments["start_mm"],
    arguments["files"],
)
controller = start_controller(board, record)
line = Line()
run(controller, board.ticks_us, line.read, line.write, lambda: line.open)
