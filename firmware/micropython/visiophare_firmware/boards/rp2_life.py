# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The RP2040's and RP2350's watchdog: its registers, of which the first scratch word is kept.

Owns them. That word survives every reset but a loss of power and the RUN pin.
"""

import sys

from machine import mem32
from micropython import const

from .life import Life

_ENABLE = const(0x40000000)
_CLEAR_BITS = const(0x3000)  # the alias of a register that clears what is written
_SCRATCH_0 = const(0x0C)


class Rp2Life(Life):
    """See Life."""

    def __init__(self) -> None:
        rp2350 = "RP2350" in sys.implementation._machine
        self._registers = 0x400D8000 if rp2350 else 0x40058000
        Life.__init__(self)

    def stop_watchdog(self) -> None:
        mem32[self._registers + _CLEAR_BITS] = _ENABLE
        self._watchdog = None

    def _kept(self) -> int:
        return int(mem32[self._registers + _SCRATCH_0])

    def _keep(self, state: int) -> None:
        mem32[self._registers + _SCRATCH_0] = state
