# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Raspberry Pi Pico (RP2040) and Pico 2 (RP2350).

Owns pins, PWM, converters and files of these boards; steps are made in `rp2_steps`. It must not
know commands or settings. Nothing here happens at import; a Board takes the hardware when made.
"""

import os
import sys

import machine
from machine import ADC, PWM, Pin
from micropython import const

from ..board import Board
from ..keeping import read, write
from ..ramp import Plan, Ramp
from .pins import BOARDS
from .rp2_life import Life
from .rp2_steps import Steps
from .rp2_strobe import Strobe

_LIGHT_HZ = const(20_000)  # until the settings are read
_FAN_HZ = const(25_000)
_FOLDER = "/data/"


class Rp2Board(Board):
    """Pins as in `pins.BOARDS`; enable is low for current, switches and buttons close to ground."""

    capabilities = ("light", "carriage", "turn", "score", "expose", "strobe", "pwm")

    def __init__(self, life: Life) -> None:
        machine_name = sys.implementation._machine
        self.name = "rp2350" if "RP2350" in machine_name else "rp2040"
        self.boot_id = "".join(["%02x" % byte for byte in os.urandom(4)])  # noqa: UP031
        self.reset_cause = life.cause
        self.failure = life.failure.split(" ")[0]
        pins = BOARDS[self.name]
        self._life = life
        self._hz = self._wanted_hz = _LIGHT_HZ
        self._dark = True
        self._steps = Steps(pins)
        self._strobe = Strobe(pins, self._steps)
        self._light = PWM(Pin(pins["light"]), freq=_LIGHT_HZ, duty_u16=0)
        self._fan = PWM(Pin(pins["fan"]), freq=_FAN_HZ, duty_u16=0)
        self._no_current = Pin(pins["enable"], Pin.OUT, value=1)
        self._home = Pin(pins["home"], Pin.IN, Pin.PULL_UP)
        self._buttons = {name: Pin(pins[name], Pin.IN, Pin.PULL_UP) for name in ("go", "free")}
        self._senses = {name: ADC(pins[name]) for name in ("ntc", "supply", "knob")}
        if " W with" not in machine_name:  # there this pin wakes the radio
            Pin(pins["quiet"], Pin.OUT, value=1)
        self._midi = machine.UART(0, baudrate=31_250, rx=Pin(pins["midi"]), rxbuf=256, timeout=0)

    def set_light(self, duty_u16: int) -> None:
        if self._strobe.on:
            self._strobe.stop()
        if self._dark and self._hz != self._wanted_hz:  # a change is not in step with the pulses
            self._light.freq(self._wanted_hz)
            self._hz = self._wanted_hz
        self._light.duty_u16(duty_u16)
        self._dark = duty_u16 == 0

    def start_strobe(self, flash_us: int) -> None:
        self._light.duty_u16(0)
        self._strobe.shine(flash_us)

    def strobe_at(self, position_steps: int) -> bool:
        return self._strobe.tell(position_steps)

    def drop_strobe(self) -> None:
        self._strobe.drop()

    def set_light_pwm(self, hz: int, bits: int) -> None:
        self._wanted_hz = min(hz, machine.freq() >> bits)

    def set_fan(self, duty_u16: int) -> None:
        self._fan.duty_u16(duty_u16)

    def prepare(self, ramp: Ramp) -> None:
        self._steps.prepare(ramp)

    def start_motion(self, plan: Plan) -> None:
        self._no_current(0)
        self._strobe.begin(self._steps.position_steps(), plan.direction)
        self._steps.start(plan)

    def change_motion(self, plan: Plan) -> None:
        self._steps.change(plan)

    def decelerate(self) -> None:
        self._steps.decelerate()

    def enable_motor(self, on: bool) -> None:
        self._no_current(0 if on else 1)

    def cut_motion(self) -> None:
        self._no_current(1)
        self._steps.cut()

    def is_moving(self) -> bool:
        return self._steps.is_moving()

    def position_steps(self) -> int:
        return self._steps.position_steps()

    def film_mark(self) -> int | None:
        return self._steps.film_mark()

    def home_switch(self) -> bool:
        return not self._home()

    def button(self, which: str) -> bool:
        return not self._buttons[which]()

    def sense(self, which: str) -> int:
        return int(self._senses[which].read_u16())

    def read_midi(self, buffer: bytearray) -> int:
        count = self._midi.any()
        if not count:
            return 0  # readinto would wait a millisecond for more, whatever its timeout
        return self._midi.readinto(buffer, min(count, len(buffer))) or 0

    def feed_watchdog(self) -> None:
        self._life.feed()

    def read_settings(self) -> str | None:
        data = self.read_file("settings")
        return None if data is None else data.decode()

    def write_settings(self, text: str) -> None:
        self.write_file("settings", text.encode())

    def read_file(self, name: str) -> bytes | None:
        return read(_FOLDER + name)

    def write_file(self, name: str, data: bytes) -> None:
        if _FOLDER[1:-1] not in os.listdir("/"):
            os.mkdir(_FOLDER[:-1])
        write(_FOLDER + name, data)

    def close(self) -> None:
        """Everything off, for whatever comes after this program."""
        self._light.duty_u16(0)
        self._fan.duty_u16(0)
        self._no_current(1)
        self._strobe.close()
        self._steps.close()
        self._light.deinit()
        self._fan.deinit()
