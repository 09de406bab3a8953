# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A board made of numbers: a rotor that follows plans exactly, a switch, a light that remembers.

Follows plans by summing step periods, one step at a time, so that it shares no arithmetic with the
planning under test.
"""

from visiophare_firmware import Board
from visiophare_wire import ticks_diff


class FakeBoard(Board):
    """`bench.now_us` is the true time, counted without wrapping; start_steps where the rotor is.

    switch_closed_at_mm: the switch is closed there and beyond, on the minus side. None: never.
    lights: (true time, duty) of every change. speeds: of the steps made, in steps/s.
    raw: what each sensor reads, 0 … 65535.
    """

    name = "fake"
    capabilities = ("light", "carriage", "turn", "score", "expose", "strobe")
    boot_id = "0badcafe"
    reset_cause = "power_on"

    def __init__(self, switch_closed_at_mm=-3.0, steps_per_mm=80.0, settings=None):
        self.now_us = 0
        self.switch_closed_at_mm = switch_closed_at_mm
        self.steps_per_mm = steps_per_mm
        self.kept = settings
        self.files = {}  # by name
        self.pressed = set()  # names of buttons
        self.midi = b""  # bytes that wait to be read
        self.rotor_steps = 0
        self.duty = 0
        self.lights = []
        self.pwm = None  # frequency in Hz, bits
        self.speeds = []
        self.raw = {"ntc": 32768, "supply": 0, "knob": 65535}  # 25 °C in a divider of equals
        self.fan = 0
        self.fed = 0
        self.broken = ()  # names of the methods that raise
        self.motor_on = False
        self.flash_us = None  # while it strobes
        self.flashes = []  # (true time in ns, flash_us, the rotor's position)
        self._flash_steps = []  # still to come
        self._plan = None
        self._done = 0
        self._to_come = []  # [count, period_ns] of steps still to be made
        self._due_ns = 0

    def advance_to(self, now_us):
        """Make the steps that fall due until then."""
        self.now_us = now_us
        while self._to_come and self._due_ns + self._to_come[0][1] <= now_us * 1000:
            period_ns = self._to_come[0][1]
            self._to_come[0][0] -= 1
            if not self._to_come[0][0]:
                self._to_come.pop(0)
            self._due_ns += period_ns
            self.rotor_steps += self._plan.direction
            self._done += 1
            self.speeds.append(1e9 / period_ns)
            if self._flash_steps and not ticks_diff(self._flash_steps[0], self.rotor_steps):
                self._flash_steps.pop(0)
                self.flashes.append((self._due_ns, self.flash_us, self.rotor_steps))

    @property
    def rotor_mm(self):
        return self.rotor_steps / self.steps_per_mm

    def set_light(self, duty_u16):
        self._break("set_light")
        self.duty = duty_u16
        self.lights.append((self.now_us, duty_u16))
        self.flash_us = None
        self._flash_steps = []

    def set_light_pwm(self, hz, bits):
        self.pwm = hz, bits

    def start_motion(self, plan):
        self._break("start_motion")
        assert not self._to_come, "a plan began while another was under way"
        self.motor_on = True
        self._flash_steps = []
        self._follow(plan)
        self._due_ns = self.now_us * 1000

    def change_motion(self, plan):
        self._break("change_motion")
        assert plan.direction == self._plan.direction, "a change of direction without a stop"
        self._follow(plan)

    def start_strobe(self, flash_us):
        self._break("start_strobe")
        assert not self.duty, "a strobe began in the light"
        self.flash_us = flash_us

    def strobe_at(self, position_steps):
        self._break("strobe_at")
        assert self.flash_us is not None, "no strobe to tell steps to"
        before = self._flash_steps[-1] if self._flash_steps else self.rotor_steps
        ahead_steps = ticks_diff(position_steps, before) * self._plan.direction
        assert ahead_steps > 0, "that step is over"
        if len(self._flash_steps) == 8:
            return False
        self._flash_steps.append(position_steps)
        return True

    def drop_strobe(self):
        self._flash_steps = []

    def enable_motor(self, on):
        self._break("enable_motor")
        assert on or not self._to_come, "the current was taken from a moving motor"
        self.motor_on = on

    def decelerate(self):
        self._break("decelerate")
        if self._to_come:
            ramp_down = self._plan.stopping(self._done)
            if ramp_down:
                self._follow(ramp_down)

    def cut_motion(self):
        self._break("cut_motion")
        self.motor_on = False
        self._to_come = []

    def is_moving(self):
        self._break("is_moving")
        return bool(self._to_come)

    def position_steps(self):
        self._break("position_steps")
        return self.rotor_steps

    def home_switch(self):
        self._break("home_switch")
        return self.switch_closed_at_mm is not None and self.rotor_mm <= self.switch_closed_at_mm

    def read_settings(self):
        self._break("read_settings")
        return self.kept

    def write_settings(self, text):
        self._break("write_settings")
        self.kept = text

    def sense(self, which):
        self._break("sense")
        return self.raw[which]

    def set_fan(self, duty_u16):
        self._break("set_fan")
        self.fan = duty_u16

    def feed_watchdog(self):
        self._break("feed_watchdog")
        self.fed += 1

    def read_file(self, name):
        self._break("read_file")
        return self.files.get(name)

    def write_file(self, name, data):
        self._break("write_file")
        assert not self.duty or len(data) < 4, "a write would freeze the light"
        assert not self._to_come, "a write would disturb the motion"
        self.files[name] = bytes(data)

    def button(self, which):
        self._break("button")
        return which in self.pressed

    def read_midi(self, buffer):
        if not self.midi:
            return 0  # without taking memory
        count = min(len(buffer), len(self.midi))
        buffer[:count] = self.midi[:count]
        self.midi = self.midi[count:]
        return count

    def _follow(self, plan):
        self._plan = plan
        self._done = 0
        self._to_come = [list(segment) for segment in plan.segments()]

    def _break(self, method):
        if method in self.broken:
            raise OSError(5, method)
