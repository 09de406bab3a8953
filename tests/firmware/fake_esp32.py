# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of an ESP32 that `boards/esp32….py` use, and the modules by which they reach them.

Written from MicroPython's sources of 1.25 and 1.28: a list of pulses goes out by itself and must
have ended before the next comes; a duration has 15 bits and is never 0. Every look at the clock
takes two microseconds, so that waiting comes to an end.
"""

import importlib
import sys
from types import ModuleType, SimpleNamespace

LOOK_US = 2
START_US = 60  # from write_pulses to the first edge
BURST_STEPS = 128
TICKS = 1 << 30
MODULES = ("life", "esp32_life", "wired", "esp32_steps", "esp32")


class Chip:
    """us: the time. rises: of pulses, in microseconds. changes: (pin, what, value), in order.

    levels: of pins. duties: of PWM pins. mv: at converters. memory: of the clock. hangs: the RMT.
    """

    def __init__(self, us=0):
        self.us = us
        self.rises = []
        self.changes = []
        self.levels = {}
        self.duties = {}
        self.frequencies = {}
        self.mv = {}
        self.memory = b""
        self.reset_cause = 1
        self.watchdog_ms = None
        self.feeds = 0
        self.ends_us = 0
        self.hangs = False
        self.open = False

    def ticks_us(self):
        self.us += LOOK_US
        return self.us % TICKS

    def change(self, pin, what, value):
        self.changes.append((pin, what, value))

    def load(self, monkeypatch, name):
        """A module of boards/, imported on this chip."""
        for module_name, contents in self._modules().items():
            module = ModuleType(module_name)
            module.__dict__.update(contents)
            monkeypatch.setitem(sys.modules, module_name, module)
        for loaded in MODULES:
            monkeypatch.delitem(sys.modules, f"visiophare_firmware.boards.{loaded}", raising=False)
        return importlib.import_module(f"visiophare_firmware.boards.{name}")

    def _modules(self):
        chip = self
        made = {name: type(name, (part,), {"chip": chip}) for name, part in PARTS.items()}
        machine = {
            **{name: made[name] for name in ("Pin", "PWM", "ADC", "RTC", "WDT")},
            "UART": lambda *_, **__: SimpleNamespace(any=lambda: 0),
            "WDT_RESET": 3,
            "reset_cause": lambda: chip.reset_cause,
        }
        time = {
            "ticks_us": chip.ticks_us,
            "ticks_add": lambda ticks, delta: (ticks + delta) % TICKS,
            "ticks_diff": lambda a, b: (a - b + TICKS // 2) % TICKS - TICKS // 2,
        }
        return {
            "machine": machine,
            "esp32": {"RMT": made["RMT"]},
            "time": time,
            "micropython": {"const": lambda value: value},
        }


class Pin:
    IN, OUT, PULL_UP = 1, 3, 2

    def __init__(self, number, mode=None, pull=None, value=None):
        assert not (mode == Pin.OUT and number >= 34), "34 to 39 are inputs"
        assert not (pull and number >= 34), "34 to 39 have no resistors"
        assert number not in range(6, 12), "the flash is there"
        self.number = number
        if pull == Pin.PULL_UP:
            self.chip.levels.setdefault(number, 1)
        if value is not None:
            self(value)

    def __call__(self, value=None):
        if value is None:
            return self.chip.levels[self.number]
        self.chip.levels[self.number] = value
        self.chip.change(self.number, "level", value)


class Pwm:
    def __init__(self, pin, freq, duty_u16):
        self.pin = pin.number
        self.freq(freq)
        self.duty_u16(duty_u16)

    def freq(self, hz):
        self.chip.frequencies[self.pin] = hz
        self.chip.change(self.pin, "hz", hz)

    def duty_u16(self, duty):
        assert 0 <= duty <= 65_535
        self.chip.duties[self.pin] = duty
        self.chip.change(self.pin, "duty", duty)

    def deinit(self):
        self.chip.change(self.pin, "deinit", None)


class Adc:
    ATTN_11DB = 3

    def __init__(self, pin, *, atten):
        assert atten == Adc.ATTN_11DB, "reads to 1 V only"
        assert pin.number in range(32, 40), "the other converter belongs to the radio"
        self.pin = pin.number

    def read_uv(self):
        return 1000 * min(max(self.chip.mv[self.pin], 142), 3120)


class Rtc:
    def memory(self, data=None):
        if data is None:
            return self.chip.memory
        self.chip.memory = bytes(data)


class Wdt:
    def __init__(self, timeout):
        self.chip.watchdog_ms = timeout

    def feed(self):
        self.chip.feeds += 1


class Rmt:
    """At one microsecond a unit."""

    def __init__(self, channel, *, pin, clock_div):
        assert (channel, clock_div) == (0, 80)
        self.chip.open = True

    def write_pulses(self, durations):
        assert self.chip.open
        assert self.wait_done(), "1.25 spoils the list that is under way"
        assert len(durations) % 2 == 0
        assert all(0 < duration <= 32_767 for duration in durations)
        at_us = self.chip.us + START_US
        for high, low in zip(durations[::2], durations[1::2], strict=True):
            self.chip.rises.append(at_us)
            at_us += high + low
        self.chip.ends_us = at_us

    def wait_done(self):
        self.chip.us += LOOK_US
        return self.chip.us >= self.chip.ends_us and not self.chip.hangs

    def deinit(self):
        self.chip.open = False


PARTS = {"Pin": Pin, "PWM": Pwm, "ADC": Adc, "RTC": Rtc, "WDT": Wdt, "RMT": Rmt}
