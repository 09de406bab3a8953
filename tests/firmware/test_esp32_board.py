# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ESP32's light, sensors, watchdog and memory, on pins that are numbers."""

import importlib
import sys
from types import ModuleType, SimpleNamespace

import pytest
from fake_esp32 import Chip

from visiophare_firmware import Controller, Ramp
from visiophare_firmware.answers import RefusedError
from visiophare_firmware.boards.pins import ESP32
from visiophare_firmware.queries import QUERIES
from visiophare_firmware.thermal import OPEN, SHORTED

BURST_US = 24_000  # hardware/docs/pins.md says so
LIFE = SimpleNamespace(cause="power_on", failure="OSError@start no such", feed=lambda: None)


@pytest.fixture
def chip():
    return Chip()


@pytest.fixture
def board(chip, monkeypatch):
    return chip.load(monkeypatch, "esp32").Esp32Board(LIFE)


def after_pulses(chip):
    return chip.duties[ESP32["light"]], chip.duties[ESP32["fan"]], chip.levels[ESP32["enable"]]


def test_everything_is_off_when_the_board_is_made_and_when_it_is_closed(chip, board):
    assert after_pulses(chip) == (0, 0, 1)
    assert not [value for pin, what, value in chip.changes if what == "duty" and value]
    board.set_light(40_000)
    board.set_fan(40_000)
    board.start_motion(Ramp(800, 4000).plan(50))
    assert after_pulses(chip) == (40_000, 40_000, 0)
    chip.changes.clear()
    board.close()
    assert chip.levels[ESP32["enable"]] == 1
    for role in ("light", "fan"):
        mine = [change[1:] for change in chip.changes if change[0] == ESP32[role]]
        assert mine == [("level", 0), ("deinit", None), ("level", 0)]
    assert not chip.open


def test_the_light_has_the_levels_that_the_settings_ask_for(chip, board):
    board.set_light_pwm(20_000, 12)
    board.set_light(1000)
    assert 80_000_000 / chip.frequencies[ESP32["light"]] >= 1 << 12
    board.set_light_pwm(1000, 16)
    board.set_light(2000)
    assert chip.frequencies[ESP32["light"]] == 19_531  # not while it is lit
    board.set_light(0)
    board.set_light(3000)
    assert chip.frequencies[ESP32["light"]] == 1000


def test_a_cut_takes_the_current_before_anything_else(chip, board):
    board.start_motion(Ramp(800, 4000).plan(50))
    chip.changes.clear()
    began_us = chip.us
    board.cut_motion()
    assert chip.changes == [(ESP32["enable"], "level", 1)]
    assert chip.us - began_us < BURST_US + 1000
    assert not board.is_moving()


def test_the_converter_reads_volts_and_tells_a_broken_wire_and_a_short(chip, board):
    read = {}
    for mv in (0, 160, 1650, 2900, 3300):
        chip.mv[ESP32["ntc"]] = mv
        read[mv] = board.sense("ntc")
    assert read[0] <= SHORTED
    assert SHORTED < read[160] < read[1650] < read[2900] < OPEN
    assert read[1650] == pytest.approx(32_768, rel=0.01)
    assert read[3300] >= OPEN


def test_switches_and_buttons_close_to_ground(chip, board):
    assert not any((board.home_switch(), board.button("go"), board.button("free")))
    chip.levels[ESP32["home"]] = chip.levels[ESP32["free"]] = 0
    assert board.home_switch()
    assert board.button("free")


def test_hello_says_what_this_board_can_and_turning_for_ever_is_refused(chip, board, monkeypatch):
    monkeypatch.setattr(type(board), "read_file", lambda _, name: None)
    chip.mv.update({ESP32[role]: 1650 for role in ("ntc", "supply", "knob")})
    controller = Controller(board, 0)
    can = QUERIES["hello"](controller, {}, 0).lines[2].fields["can"]
    assert can == "light,carriage,score,pwm"
    controller.change_setting("endless", "yes")
    with pytest.raises(RefusedError) as refused:
        controller.carriage.check_speed(5.0, 1.0, "too_fast")
    assert refused.value.code == "not_here"


def program_on(machine_name, chip, monkeypatch, tmp_path):
    """What ran, and the board's class."""
    run = {}
    implementation = SimpleNamespace(**vars(sys.implementation), _machine=machine_name)
    monkeypatch.setattr(sys, "implementation", implementation)
    program = ModuleType("visiophare_firmware.boards.program")
    program.run_program = lambda life, *parts: run.update({"life": life, "parts": parts})
    port = ModuleType("visiophare_firmware.boards.esp32_port")
    port.Esp32Port = "port"
    for module in (program, port):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    board_class = chip.load(monkeypatch, "esp32").Esp32Board
    life = sys.modules["visiophare_firmware.boards.life"]
    monkeypatch.setattr(life, "_WHY", str(tmp_path / "why"))
    monkeypatch.delitem(sys.modules, "visiophare_firmware.boards.esp32_program", raising=False)
    monkeypatch.setattr(sys, "platform", "esp32")
    monkeypatch.delitem(sys.modules, "visiophare_firmware")
    importlib.import_module("visiophare_firmware").main()
    return run, board_class


@pytest.mark.parametrize("name", ["S2", "S3", "C3", "C6"])
def test_on_another_chip_of_the_family_nothing_is_touched_and_a_sentence_says_why(
    chip, monkeypatch, tmp_path, capsys, name
):
    machine_name = f"Generic ESP32{name} module with ESP32{name}"
    assert program_on(machine_name, chip, monkeypatch, tmp_path)[0] == {}
    assert "other pins" in capsys.readouterr().out
    assert chip.changes == []
    assert chip.watchdog_ms is None


def test_the_program_runs_on_these_parts(chip, monkeypatch, tmp_path):
    run, board_class = program_on("Generic ESP32 module with ESP32", chip, monkeypatch, tmp_path)
    assert isinstance(run["life"], sys.modules["visiophare_firmware.boards.life"].Life)
    assert run["parts"] == (board_class, "port", ESP32["go"])


def start_life(chip, monkeypatch, folder):
    module = chip.load(monkeypatch, "esp32_life")
    monkeypatch.setattr(
        importlib.import_module("visiophare_firmware.boards.life"), "_WHY", str(folder / "why")
    )
    return module.Esp32Life()


def test_why_it_started_and_how_often_it_failed_outlive_a_reset(chip, monkeypatch, tmp_path):
    chip.memory = b"noise from the power-on"
    life = start_life(chip, monkeypatch, tmp_path)
    assert (life.cause, life.failed_boots) == ("power_on", 0)
    life.begin()
    life.fail("OSError@start")
    life = start_life(chip, monkeypatch, tmp_path)
    assert (life.cause, life.failed_boots, life.failure) == ("soft", 1, "OSError@start")
    life.begin()
    chip.reset_cause = 3
    life = start_life(chip, monkeypatch, tmp_path)
    assert (life.cause, life.failed_boots, life.failure) == ("watchdog", 2, "")
    life.well()
    assert start_life(chip, monkeypatch, tmp_path).failed_boots == 0


def test_the_watchdog_waits_a_second_while_it_runs_and_eleven_days_at_the_prompt(
    chip, monkeypatch, tmp_path
):
    life = start_life(chip, monkeypatch, tmp_path)
    assert chip.watchdog_ms > 900_000_000
    life.feed()
    assert chip.watchdog_ms == 1000
    feeds = chip.feeds
    life.feed()
    assert chip.feeds == feeds + 1
    life.stop_watchdog()
    assert chip.watchdog_ms > 900_000_000


def test_no_more_goes_to_the_port_than_it_can_send_meanwhile(chip, monkeypatch):
    """Its hardware holds 128 bytes; MicroPython's write waits when it is full."""
    held = 0.0
    last_us = 0
    sent = b""

    def write(piece):
        nonlocal held, last_us, sent
        held = max(0.0, held - (chip.us - last_us) / 86.8) + len(piece)
        last_us = chip.us
        assert held <= 128
        sent += piece

    silent = SimpleNamespace(register=lambda *_: None, ipoll=lambda _: ())
    select = ModuleType("select")
    select.POLLIN, select.poll = 1, lambda: silent
    chip.load(monkeypatch, "life")
    sys.modules["micropython"].kbd_intr = lambda _: None
    monkeypatch.setitem(sys.modules, "select", select)
    monkeypatch.setattr(
        sys, "stdin", SimpleNamespace(buffer=SimpleNamespace(readinto=lambda _: None))
    )
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=SimpleNamespace(write=write)))
    for name in ("port", "esp32_port"):
        monkeypatch.delitem(sys.modules, f"visiophare_firmware.boards.{name}", raising=False)
    port = importlib.import_module("visiophare_firmware.boards.esp32_port").Esp32Port()
    text = bytes(range(256)) * 4
    port.write(text)
    for _ in range(200):
        chip.us += 700
        port.read()
    assert sent == text
    chip.us += 1_000_000
    port.write(text)
