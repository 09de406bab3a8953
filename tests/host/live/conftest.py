# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare live` as its own process, a projector to look at, and virtual pads."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time

import pytest

from visiophare.simulator.projector import SimulatedProjector

SHOW = """
title = "Pads"
[[cue]]
id = "moon"
steps = [{ fade = 80, over = 0 }]
[[cue]]
id = "spark"
steps = [{ flash = 100, for = "100ms" }]
[[cue]]
id = "glow"
steps = [{ fade = 40, over = 0 }]
[[cue]]
id = "dark"
steps = [{ fade = 0, over = 0 }]
[[binding]]
source = "note 36"
cue = "moon"
[[binding]]
source = "note 37"
cue = "spark"
[[binding]]
source = "note 38"
cue = "glow"
mode = "gate"
[[binding]]
source = "note 39"
cue = "glow"
mode = "toggle"
[[binding]]
source = "note 40"
cue = "dark"
[[binding]]
source = "control 7"
do = "master"
[[binding]]
source = "key a"
cue = "moon"
[[binding]]
source = "key d"
cue = "dark"
"""

PATIENCE_S = 15.0


class LiveRun:
    """One run of `visiophare live`, its lines as they come."""

    def __init__(self, words, environment):
        self._lines = queue.SimpleQueue()
        self.seen = []
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "visiophare", "live", *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env={**os.environ, **environment, "PYTHONUTF8": "1"},
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line.rstrip())

    def wait_for(self, words):
        """The next line that has these words in it."""
        deadline_s = time.monotonic() + PATIENCE_S
        while (left_s := deadline_s - time.monotonic()) > 0:
            try:
                self.seen.append(self._lines.get(timeout=left_s))
            except queue.Empty:
                break
            if words in self.seen[-1]:
                return self.seen[-1]
        raise AssertionError(f"{words!r} is not among {self.seen}")

    def end(self, number=signal.SIGINT):
        """Ends it by a signal; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def projector():
    """A projector without hardware, in this process, so that its light can be looked at."""
    with SimulatedProjector() as simulated:
        yield simulated


@pytest.fixture
def live(tmp_path):
    """`live(port, WORDS…)` starts a run; those that still run are ended."""
    show = tmp_path / "show.toml"
    show.write_text(SHOW)
    runs = []

    def start(port, *words, **environment):
        runs.append(LiveRun([show, "--port", port, *words], environment))
        return runs[-1]

    yield start
    for run in runs:
        run.process.kill()
        run.process.wait()
        run.process.stdin.close()


def until(condition, what="it"):
    """Waits until a condition holds."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, f"{what} did not happen"
        time.sleep(0.005)
