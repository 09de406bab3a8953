# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting in tests: in real time for an outcome, however long a busy machine takes; and a clock
that stands still, for whatever a test has to say about times."""

import time
from collections.abc import Callable

PATIENCE_S = 30.0
"""Only a test that fails waits so long."""


def eventually(condition: Callable[[], object], what: str = "it", every_s: float = 0.005) -> None:
    """Waits until a condition holds; fails when it does not in PATIENCE_S."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, f"{what} did not happen"
        time.sleep(every_s)


class StandingClock:
    """A clock for threads that a test shares: their time passes only when the test moves it."""

    READINGS = 20
    """After so many a board's loop has turned a few times."""

    def __init__(self, now_s: float = 1000.0) -> None:
        self.now_s = now_s
        self._readings = 0

    def __call__(self) -> float:
        self._readings += 1
        return self.now_s

    def move(self, seconds: float) -> None:
        """Let time pass, and those who read the clock do what is due by then."""
        self.now_s += seconds
        enough = self._readings + self.READINGS
        eventually(lambda: self._readings >= enough, "reading the clock")
