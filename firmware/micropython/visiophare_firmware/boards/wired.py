# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What boards have in common that MicroPython runs on: pins, PWM, buttons and files.

Owns what MicroPython does alike on all of them; converters, the names of chips and how steps are
made, each kind of board says. It must not know commands or settings. Nothing here happens at
import; a board takes the hardware when made.
"""

import os

from machine import PWM, Pin
from micropython import const

from ..board import Board
from ..keeping import read, write
from ..ramp import Plan, Ramp
from .life import Life

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from machine import UART

    class Steps(Protocol):
        """What makes the steps."""

        def prepare(self, ramp: Ramp) -> None: ...
        def start(self, plan: Plan) -> None: ...
        def decelerate(self) -> None: ...
        def cut(self) -> None: ...
        def is_moving(self) -> bool: ...
        def position_steps(self) -> int: ...
        def close(self) -> None: ...


_FAN_HZ = const(25_000)
_FOLDER = "/data/"


class WiredBoard(Board):
    """Pins as in `pins.BOARDS`; enable is low for current, switches and buttons close to ground.

    clock_hz: what PWM counts. A derived board adds _midi.
    """

    _midi: "UART"

    def __init__(
        self, life: Life, pins: "dict[str, int]", light_hz: int, clock_hz: int, steps: "Steps"
    ) -> None:
        self.boot_id = "".join(["%02x" % byte for byte in os.urandom(4)])  # noqa: UP031
        self.reset_cause = life.cause
        self.failure = life.failure.split(" ")[0]
        self._life = life
        self._clock_hz = clock_hz
        self._hz = self._wanted_hz = light_hz
        self._dark = True
        self._pins = pins
        self._light = PWM(Pin(pins["light"]), freq=light_hz, duty_u16=0)
        self._fan = PWM(Pin(pins["fan"]), freq=_FAN_HZ, duty_u16=0)
        self._no_current = Pin(pins["enable"], Pin.OUT, value=1)
        self._steps = steps
        self._home = Pin(pins["home"], Pin.IN, Pin.PULL_UP)
        self._buttons = {name: Pin(pins[name], Pin.IN, Pin.PULL_UP) for name in ("go", "free")}

    def set_light(self, duty_u16: int) -> None:
        if self._dark and self._hz != self._wanted_hz:  # a change is not in step with the pulses
            self._light.freq(self._wanted_hz)
            self._hz = self._wanted_hz
        self._light.duty_u16(duty_u16)
        self._dark = duty_u16 == 0

    def set_light_pwm(self, hz: int, bits: int) -> None:
        self._wanted_hz = min(hz, self._clock_hz >> bits)

    def set_fan(self, duty_u16: int) -> None:
        self._fan.duty_u16(duty_u16)

    def prepare(self, ramp: Ramp) -> None:
        self._steps.prepare(ramp)

    def start_motion(self, plan: Plan) -> None:
        self._no_current(0)
        self._steps.start(plan)

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

    def home_switch(self) -> bool:
        return not self._home()

    def button(self, which: str) -> bool:
        return not self._buttons[which]()

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
        for role in (
            "light",
            "fan",
        ):  # from PWM first: it would stand still in the midst of a pulse
            Pin(self._pins[role], Pin.OUT, value=0)
        self._no_current(1)
        self._steps.close()
        self._light.deinit()
        self._fan.deinit()
