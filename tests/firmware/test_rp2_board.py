# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pico's light, buttons and sensors, on pins that are numbers."""

import importlib
import sys
from types import ModuleType, SimpleNamespace

import pytest

from visiophare_firmware.boards.pins import PICO


class Hardware:
    """levels: of pins, by number; pwm: [frequency, duty], by pin; changes: of the light.

    told: to strobe and steps. latched: the duty that PWM makes, by pin: the one that it was told
    when its last pulse ended. owners: of pins, by number, "gpio", "pwm" or "pio".
    """

    def __init__(self):
        self.levels = {}
        self.pwm = {}
        self.changes = []
        self.told = []
        self.latched = {}
        self.owners = {}

    def end_pulses(self):
        for pin, (hz, duty) in self.pwm.items():
            if hz:
                self.latched[pin] = duty

    def may_be_high(self, role):
        """Whether the pin is, or is for a part of each pulse; one that stood still may be."""
        pin = PICO[role]
        if self.owners[pin] == "pio":
            return True
        return bool((self.levels if self.owners[pin] == "gpio" else self.latched)[pin])

    def modules(self):
        hardware = self

        class Pin:
            IN, OUT, PULL_UP = 0, 1, 2

            def __init__(self, number, mode=None, pull=None, value=None):
                self.number = number
                if pull == Pin.PULL_UP:
                    hardware.levels.setdefault(number, 1)
                if value is not None:
                    hardware.levels[number] = value
                    hardware.owners[number] = "gpio"

            def __call__(self, value=None):
                if value is None:
                    return hardware.levels[self.number]
                hardware.levels[self.number] = value

        class Pwm:
            def __init__(self, pin, freq, duty_u16):
                self.state = hardware.pwm[pin.number] = [freq, duty_u16]
                self.is_light = pin.number == PICO["light"]
                hardware.owners[pin.number] = "pwm"
                hardware.latched[pin.number] = duty_u16

            def freq(self, hz):
                self._change(0, hz)

            def duty_u16(self, duty):
                self._change(1, duty)

            def deinit(self):
                self.state[:] = [0, 0]

            def _change(self, which, value):
                self.state[which] = value
                if self.is_light:
                    hardware.changes.append(tuple(self.state))

        machine = {
            "Pin": Pin,
            "PWM": Pwm,
            "ADC": lambda number: SimpleNamespace(read_u16=lambda: 1000 * number),
            "UART": lambda *_, **__: SimpleNamespace(any=lambda: 0),
            "freq": lambda: 125_000_000,
        }
        told = self.told

        class Strobe:
            on = False

            def __init__(self, pins, steps):
                self.drop = lambda: told.append("drop")
                self.close = lambda: told.append(("close", hardware.may_be_high("light")))

            def begin(self, *words):
                told.append(("begin", *words))

            def shine(self, flash_us):
                self.on = True
                hardware.owners[PICO["light"]] = "pio"
                told.append(("shine", flash_us, hardware.pwm[PICO["light"]][1]))

            def stop(self):
                self.on = False
                hardware.owners[PICO["light"]] = "pwm"
                told.append("stop")

        steps = SimpleNamespace(
            close=lambda: told.append(("steps close", hardware.may_be_high("light"))),
            cut=lambda: None,
            start=lambda plan: told.append("start"),
            position_steps=lambda: -77,
        )
        return {
            "machine": machine,
            "micropython": {"const": lambda value: value},
            "visiophare_firmware.boards.life": {"Life": None},
            "visiophare_firmware.boards.rp2_steps": {"Steps": lambda pins: steps},
            "visiophare_firmware.boards.rp2_strobe": {"Strobe": Strobe},
        }


@pytest.fixture
def hardware(monkeypatch):
    return Hardware()


@pytest.fixture
def make_board(monkeypatch, hardware):
    """Makes a board of the chip that MicroPython would name so."""

    def make(name="Raspberry Pi Pico with RP2040"):
        for module_name, contents in hardware.modules().items():
            module = ModuleType(module_name)
            module.__dict__.update(contents)
            monkeypatch.setitem(sys.modules, module_name, module)
        for part in ("wired", "rp2"):
            monkeypatch.delitem(sys.modules, f"visiophare_firmware.boards.{part}", raising=False)
        monkeypatch.setattr(sys.implementation, "_machine", name, raising=False)
        rp2 = importlib.import_module("visiophare_firmware.boards.rp2")
        return rp2.Rp2Board(SimpleNamespace(cause="power_on", failure="OSError@start no such"))

    return make


def test_everything_is_off_when_the_board_is_made_and_when_it_is_closed(hardware, make_board):
    board = make_board()
    assert hardware.pwm[PICO["light"]][1] == 0
    assert hardware.pwm[PICO["fan"]][1] == 0
    assert hardware.levels[PICO["enable"]] == 1
    board.set_light(40_000)
    board.set_fan(40_000)
    board.start_motion(SimpleNamespace(direction=1))
    assert hardware.levels[PICO["enable"]] == 0
    hardware.end_pulses()
    assert hardware.may_be_high("light")
    assert hardware.may_be_high("fan")
    board.close()
    assert not hardware.may_be_high("light")
    assert not hardware.may_be_high("fan")
    assert hardware.levels[PICO["enable"]] == 1
    assert hardware.pwm[PICO["fan"]] == [0, 0]


@pytest.mark.parametrize("strobing", [False, True])
def test_close_darkens_in_the_midst_of_a_pulse_before_anything_else(hardware, make_board, strobing):
    board = make_board()
    board.set_light(40_000)
    hardware.end_pulses()
    if strobing:
        board.start_strobe(500)
    else:
        board.set_light(0)  # which PWM takes at the end of the pulse
    del hardware.told[:]
    board.close()
    assert hardware.told == [("steps close", False), ("close", False)]
    assert not hardware.may_be_high("light")


def test_the_light_has_the_frequency_of_the_settings_when_it_keeps_the_levels(hardware, make_board):
    board = make_board()
    for hz, bits, expected_hz in ((20_000, 12, 20_000), (60_000, 12, 30_517), (1000, 16, 1000)):
        board.set_light_pwm(hz, bits)
        board.set_light(65_535)
        assert hardware.changes[-1] == (expected_hz, 65_535)
        assert 125_000_000 // expected_hz >= 2**bits
        board.set_light(0)


def test_a_new_frequency_waits_for_the_dark(hardware, make_board):
    board = make_board()
    board.set_light(30_000)
    board.set_light_pwm(1000, 12)
    board.set_light(31_000)
    assert hardware.changes[-1] == (20_000, 31_000)
    board.set_light(0)
    assert hardware.changes[-1] == (20_000, 0)
    board.set_light(5)
    assert hardware.changes[-2:] == [(1000, 0), (1000, 5)]


def test_switches_and_buttons_close_to_ground(hardware, make_board):
    board = make_board()
    assert not board.home_switch()
    assert not board.button("go")
    hardware.levels[PICO["home"]] = hardware.levels[PICO["go"]] = 0
    assert board.home_switch()
    assert board.button("go")
    assert not board.button("free")


def test_each_sense_is_read_where_the_pin_map_says(make_board):
    board = make_board()
    assert [board.sense(which) for which in ("ntc", "supply", "knob")] == [26_000, 27_000, 28_000]


@pytest.mark.parametrize(
    ("machine", "name", "quiet"),
    [
        ("Raspberry Pi Pico with RP2040", "rp2040", 1),
        ("Raspberry Pi Pico2 with RP2350", "rp2350", 1),
        ("Raspberry Pi Pico W with RP2040", "rp2040", None),
        ("Raspberry Pi Pico 2 W with RP2350", "rp2350", None),
    ],
)
def test_the_supply_is_quiet_where_its_pin_is_not_the_radios(
    hardware, make_board, machine, name, quiet
):
    assert make_board(machine).name == name
    assert hardware.levels.get(PICO["quiet"]) == quiet


def test_the_cause_and_the_failure_before_are_passed_on(make_board):
    board = make_board()
    assert board.reset_cause == "power_on"
    assert board.failure == "OSError@start"
    assert len(bytes.fromhex(board.boot_id)) == 4


def test_nothing_on_the_midi_line_is_no_bytes(make_board):
    assert make_board().read_midi(bytearray(8)) == 0


def test_the_strobe_has_the_light_until_somebody_sets_it(hardware, make_board):
    board = make_board()
    board.set_light(40_000)
    board.start_strobe(500)
    board.start_strobe(400)
    assert hardware.told == [("shine", 500, 0), ("shine", 400, 0)]
    board.set_light(0)
    assert hardware.told[2:] == ["stop"]
    board.set_light(20_000)
    assert hardware.told[3:] == []
    assert hardware.changes[-1][1] == 20_000


def test_steps_are_numbered_anew_before_a_plan_begins(hardware, make_board):
    make_board().start_motion(SimpleNamespace(direction=-1))
    assert hardware.told == [("begin", -77, -1), "start"]
