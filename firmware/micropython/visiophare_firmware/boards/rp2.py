# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Raspberry Pi Pico (RP2040) and Pico 2 (RP2350).

Owns what they have beside `wired`: their names, converters and MIDI; steps are made in `rp2_steps`.
"""

import sys

import machine
from machine import ADC, Pin
from micropython import const

from ..ramp import Plan
from .life import Life
from .pins import PICO
from .rp2_steps import Steps
from .rp2_strobe import Strobe
from .wired import WiredBoard

_LIGHT_HZ = const(20_000)  # until the settings are read


class Rp2Board(WiredBoard):
    """See WiredBoard."""

    capabilities = ("light", "carriage", "turn", "score", "expose", "strobe", "pwm")
    _steps: Steps

    def __init__(self, life: Life) -> None:
        machine_name = sys.implementation._machine
        self.name = "rp2350" if "RP2350" in machine_name else "rp2040"
        steps = Steps(PICO)
        self._strobe = Strobe(PICO, steps)
        WiredBoard.__init__(self, life, PICO, _LIGHT_HZ, machine.freq(), steps)
        self._senses = {name: ADC(PICO[name]) for name in ("ntc", "supply", "knob")}
        if " W with" not in machine_name:  # there this pin wakes the radio
            Pin(PICO["quiet"], Pin.OUT, value=1)
        self._midi = machine.UART(0, baudrate=31_250, rx=Pin(PICO["midi"]), rxbuf=256, timeout=0)

    def set_light(self, duty_u16: int) -> None:
        if self._strobe.on:
            self._strobe.stop()
        WiredBoard.set_light(self, duty_u16)

    def start_strobe(self, flash_us: int) -> None:
        self._light.duty_u16(0)
        self._strobe.shine(flash_us)

    def strobe_at(self, position_steps: int) -> bool:
        return self._strobe.tell(position_steps)

    def drop_strobe(self) -> None:
        self._strobe.drop()

    def start_motion(self, plan: Plan) -> None:
        self._strobe.begin(self._steps.position_steps(), plan.direction)
        WiredBoard.start_motion(self, plan)

    def change_motion(self, plan: Plan) -> None:
        self._steps.change(plan)

    def film_mark(self) -> int | None:
        return self._steps.film_mark()

    def sense(self, which: str) -> int:
        return int(self._senses[which].read_u16())

    def close(self) -> None:
        WiredBoard.close(self)
        self._strobe.close()
