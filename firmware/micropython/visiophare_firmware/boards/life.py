# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why the board started and how often it failed: what outlives a program.

Owns the rules; where the state is kept and how the watchdog stops, each kind of board says in a
class of its own. The state survives every reset but a loss of power; it holds our mark, so that a
restart is told from a power-on, whether a program was running, and how many starts in a row did not
come to run well. Must not know what is run.
"""

import os

import machine
from machine import WDT
from micropython import const

from ..keeping import read, write

_TIMEOUT_MS = const(1000)
_MARK = const(0x56500000)  # "VP"
_RUNNING = const(0x100)
_COUNT = const(0xFF)
_KIND_AT = const(9)
_KINDS = ("", "OSError", "MemoryError", "ValueError", "TypeError", "AttributeError", "Exception")
"""What failed, kept in three bits where the reason cannot be written; the last is any other."""
_WHY = "/failure"
MAX_FAILED_BOOTS = 3


class Life:
    """cause: "power_on", "watchdog" or "soft". failure: why the program before ended, or "";
    its first word is what `status` shows.

    failed_boots: how many in a row before this one never ran well.
    """

    def __init__(self) -> None:
        self._watchdog: WDT | None = None
        kept = self._kept()
        self.failed_boots = 0
        self.cause = "power_on"
        kind = 0
        if kept >> 16 == _MARK >> 16:
            self.failed_boots = kept & _COUNT
            # reset_cause() stays what it was over soft resets
            watched = kept & _RUNNING and machine.reset_cause() == machine.WDT_RESET
            self.cause = "watchdog" if watched else "soft"
            kind = min(kept >> _KIND_AT & 7, 6)
        self._keep(_MARK | self.failed_boots)
        self.failure = _KINDS[kind] + "@start" if kind else ""
        try:
            reason = (read(_WHY) or b"").decode()
            if reason:
                self.failure = reason
                os.remove(_WHY)
        except (OSError, ValueError):  # ValueError: it is no text
            pass

    def begin(self) -> None:
        """The program runs; this start counts as failed until well()."""
        self._keep(_MARK | min(self.failed_boots + 1, MAX_FAILED_BOOTS) | _RUNNING)

    def well(self) -> None:
        """It runs as it should."""
        self.failed_boots = 0
        self._keep(_MARK | _RUNNING)

    def leave(self) -> None:
        """It ended because somebody wanted it to, or must not be tried again by itself."""
        self.failed_boots = 0
        self._keep(_MARK)

    def fail(self, reason: str) -> None:
        """It ended by itself; the reason is for the next start. Only with everything off.

        What cannot be written is kept as the kind of failure alone.
        """
        state = _MARK | min(self.failed_boots + 1, MAX_FAILED_BOOTS)
        self._keep(state)
        try:
            write(_WHY, reason.encode())
        except Exception:  # noqa: BLE001  the next start must come all the same
            kind = reason.partition("@")[0]
            self._keep(state | (_KINDS.index(kind) if kind in _KINDS else 6) << _KIND_AT)

    def feed(self) -> None:
        """No reset for another second; the first call starts the watchdog."""
        if self._watchdog is None:
            self._watchdog = WDT(timeout=_TIMEOUT_MS)
        self._watchdog.feed()

    def stop_watchdog(self) -> None:
        """No reset any more, until the next feed."""
        raise NotImplementedError

    def _kept(self) -> int:
        """What _keep() kept before the last reset; anything at all after a loss of power."""
        raise NotImplementedError

    def _keep(self, state: int) -> None:
        raise NotImplementedError
