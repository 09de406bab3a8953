# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ESP32's watchdog, and the memory of its clock, which only a loss of power clears.

Owns both. MicroPython cannot end a watchdog there, but may give it another time: at the prompt it
would come after eleven days.
"""

from machine import RTC, WDT
from micropython import const

from .life import Life

_NEVER_MS = const(1_000_000_000)
_BYTES = const(4)


class Esp32Life(Life):
    """See Life."""

    def __init__(self) -> None:
        self._memory = RTC().memory
        self.stop_watchdog()  # one that a soft reset left running
        Life.__init__(self)

    def stop_watchdog(self) -> None:
        WDT(timeout=_NEVER_MS).feed()
        self._watchdog = None

    def _kept(self) -> int:
        kept: bytes = self._memory()
        return int.from_bytes(kept, "little") if len(kept) == _BYTES else 0

    def _keep(self, state: int) -> None:
        self._memory(state.to_bytes(_BYTES, "little"))
