# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ESP32: simple moves, no turning for ever, no film sensor, no strobe.

Owns what it has beside `wired`: its converters and MIDI; steps are made in `esp32_steps`. Not yet
tried on a machine. For the first ESP32 only: others of the family have other pins.
"""

import machine
from machine import ADC, Pin
from micropython import const

from .esp32_steps import Steps
from .life import Life
from .pins import ESP32
from .wired import WiredBoard

_CLOCK_HZ = const(80_000_000)  # of its PWM
_LIGHT_HZ = const(19_531)  # until the settings are read: the fastest with 12 bits
_LOWEST_MV, _HIGHEST_MV = const(150), const(3000)  # beyond these the converter is deaf
_FULL_MV = const(3300)


class Esp32Board(WiredBoard):
    """See WiredBoard."""

    name = "esp32"
    capabilities = ("light", "carriage", "score", "pwm")

    def __init__(self, life: Life) -> None:
        WiredBoard.__init__(self, life, ESP32, _LIGHT_HZ, _CLOCK_HZ, Steps(ESP32))
        self._senses = {
            name: ADC(Pin(ESP32[name]), atten=ADC.ATTN_11DB) for name in ("ntc", "supply", "knob")
        }
        self._midi = machine.UART(
            1, baudrate=31_250, rx=Pin(ESP32["midi"]), tx=Pin(ESP32["spare"]), rxbuf=256, timeout=0
        )

    def sense(self, which: str) -> int:
        """As calibrated when the chip was made, of 3.3 V; a broken wire or a short at its end."""
        mv = self._senses[which].read_uv() // 1000
        if mv <= _LOWEST_MV:
            return 0
        return 65_535 if mv >= _HIGHEST_MV else int(mv * 65_535 // _FULL_MV)

    def close(self) -> None:
        WiredBoard.close(self)
        for role in ("light", "fan"):  # PWM could go on after a soft reset
            Pin(ESP32[role], Pin.OUT, value=0)
