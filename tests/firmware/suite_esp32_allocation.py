# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ESP32's own parts take no memory in the running loop either.

As suite_allocation.py, with the board that is shipped and parts that are numbers: its clock goes on
with every look, its RMT says when the pulses are over.
"""

import sys

from visiophare_firmware import Controller

try:
    from micropython import heap_lock, heap_unlock  # type: ignore[import-not-found]
except ImportError:

    def heap_lock():
        pass

    heap_unlock = heap_lock

PASS_US = 2000
CIRCLE = 1 << 30
MODULES = "life", "wired", "esp32_steps", "esp32"


class Clock:
    us = 0
    rmt_ends_us = 0
    sent_steps = 0


clock = Clock()


class Part:
    """A pin, PWM, converter, UART: at rest."""

    IN = OUT = PULL_UP = ATTN_11DB = WDT_RESET = 1

    def __init__(self, *_, **options):
        self.level = 1

    def __call__(self, level=None):
        return self.level

    def duty_u16(self, duty):
        self.level = duty

    def freq(self, hz):
        pass

    def read_uv(self):
        return 1_650_000

    def any(self):
        return 0


class Rmt(Part):
    def write_pulses(self, durations):
        us = 60
        for duration in durations:
            us += duration
        clock.rmt_ends_us = (clock.us + us) % CIRCLE
        clock.sent_steps += len(durations) >> 1

    def wait_done(self):
        return ticks_diff(ticks_us(), clock.rmt_ends_us) >= 0


def ticks_us():
    clock.us = (clock.us + 2) % CIRCLE
    return clock.us


def ticks_add(ticks, delta):
    return (ticks + delta) % CIRCLE


def ticks_diff(a, b):
    return (a - b + CIRCLE // 2) % CIRCLE - CIRCLE // 2


class Module:
    """With these names."""

    def __init__(self, **names):
        for name in names:
            setattr(self, name, names[name])


FAKES = {
    "machine": Module(Pin=Part, PWM=Part, ADC=Part, UART=Part, WDT=Part),
    "esp32": Module(RMT=Rmt),
    "time": Module(ticks_us=ticks_us, ticks_add=ticks_add, ticks_diff=ticks_diff),
    "micropython": Module(const=lambda value: value),
}


def board_of_fakes():
    """An Esp32Board; afterwards all modules are as before."""
    before = {name: sys.modules.get(name) for name in FAKES}
    ours = ["visiophare_firmware.boards." + name for name in MODULES]
    before.update({name: sys.modules.get(name) for name in ours})
    for name in ours:
        sys.modules.pop(name, None)
    try:
        sys.modules.update(FAKES)
        from visiophare_firmware.boards.esp32 import Esp32Board
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
    board_class = type("QuietBoard", (Esp32Board,), {"read_file": lambda self, name: None})
    return board_class(Module(cause="power_on", failure="", feed=lambda: None))


def busy_passes(lines, passes, start_us, busy):
    """Turn the loop, locked in what is not busy; in which passes something was told or begun."""
    clock.us, clock.rmt_ends_us, clock.sent_steps = start_us, start_us, 0
    controller = Controller(board_of_fakes(), ticks_us())
    controller.carriage.referenced = True
    controller.change_setting("ntc", "no")
    controller.take_output()
    for line in lines:
        controller.receive(line, ticks_us())
    controller.take_output()
    found = []
    for turn in range(passes):
        clock.us = (clock.us + PASS_US) % CIRCLE
        before = controller.events.last_number, controller.carriage.plan
        locked = busy is not None and not busy[turn]
        if locked:
            heap_lock()
        try:
            controller.tick(ticks_us())
            controller.take_output()
        finally:
            if locked:
                heap_unlock()
        assert not controller.error, controller.error
        found.append(before != (controller.events.last_number, controller.carriage.plan))
    return found


def walk(passes, *lines, start_us=1_000_000):
    busy = busy_passes(lines, passes, start_us, None)
    busy_passes(lines, passes, start_us, busy)
    return sum(busy)


def test_idle_and_shining():
    assert walk(400, b"light 40\r") == 0


def test_fading_over_the_wrap_of_board_time():
    assert walk(800, b"light 80 1s\r", start_us=CIRCLE - 700_000) == 0


def test_moving_in_bursts_while_the_light_fades():
    assert walk(2500, b"light 80 1s\r", b"carriage at 60\r") <= 2
    assert clock.sent_steps == 60 * 80


def test_moving_over_the_wrap_of_board_time():
    assert walk(2500, b"carriage at 60\r", start_us=CIRCLE - 700_000) <= 2
    assert clock.sent_steps == 60 * 80


def test_slowing_down_in_the_middle():
    assert walk(400, b"carriage at 60\r", b"carriage stop\r") <= 2
