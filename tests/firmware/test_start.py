# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the program runs, when the prompt stays instead, and what outlives a start.

`boards/program.py` on a Pico, with the real controller, loop and watchdog's scratch word; the
hardware below is a fake board, a port that plays bytes, and a chip that knows registers.
"""

import gc
import importlib
import pathlib
import sys
from types import ModuleType, SimpleNamespace

import pytest
from fake_board import FakeBoard

SCRATCH_0 = 0x4005800C
WATCHDOG_CLEAR = 0x4005B000
ENABLE = 1 << 30
POWER_ON, WDT_RESET = 1, 3
READ_US = 500
"""What passes with each look at the port: five to a pass."""
LOOK_US = 10
"""What a look at the clock takes."""


class RestartError(BaseException):
    """machine.soft_reset: the program is gone."""


class Pico:
    """A chip over several starts. held: the go button. typed: what comes in, a piece a pass.

    "knock" and "hang" happen in their turn, and at the end `prompt` is typed.
    breaks: which call raises, "board" or "read".
    """

    def __init__(self, monkeypatch, folder):
        self.monkeypatch = monkeypatch
        self.registers = {SCRATCH_0: 0}
        self.cause = POWER_ON
        self.why = str(folder / "failure")
        self.us = 0
        self.held = False
        self.bounces_until_us = 0
        self.typed = []
        self.breaks = ""
        self.board = None
        self.written = b""
        self.left_for = ""
        self.watchdog_on = False
        self.frozen = None  # the registers when the program hung

    def start(self):
        """One start; True when it ended at the prompt, False when it starts anew."""
        self.board, self.written = None, b""
        for name, contents in self._modules().items():
            module = ModuleType(name)
            module.__dict__.update(contents)
            self.monkeypatch.setitem(sys.modules, name, module)
        package = "visiophare_firmware"
        for name in ("life", "rp2_life", "program", "rp2_program"):
            self.monkeypatch.delitem(sys.modules, f"{package}.boards.{name}", raising=False)
        self.monkeypatch.setattr(
            sys, "print_exception", lambda error: print(f"{error!r}"), raising=False
        )
        self.monkeypatch.setattr(
            sys.implementation, "_machine", "Raspberry Pi Pico with RP2040", raising=False
        )
        life = importlib.import_module(f"{package}.boards.life")
        self.monkeypatch.setattr(life, "_WHY", self.why)
        try:
            importlib.import_module(f"{package}.boards.rp2_program").main()
        except RestartError:
            if self.frozen:
                self._reset_by_watchdog()
            return False
        return True

    def _reset_by_watchdog(self):
        """As if nothing had been run after it hung."""
        self.registers, self.frozen = self.frozen, None
        self.cause = WDT_RESET
        pathlib.Path(self.why).unlink()

    def cut_power(self):
        self.registers[SCRATCH_0] = 0
        self.cause = POWER_ON

    def ticks_us(self):
        self.us += LOOK_US
        if self.board:
            self.board.advance_to(self.us)
        return self.us

    def sleep_ms(self, ms):
        self.us += ms * 1000

    def make_board(self, life):
        if self.breaks == "board":
            raise OSError(19)
        self.board = PicoBoard(self, life)
        return self.board

    def _modules(self):
        pin = type(
            "Pin", (), {"IN": 0, "PULL_UP": 1, "__call__": lambda _: int(not self._is_closed())}
        )
        pin.__init__ = lambda *_: None
        machine = {
            "Pin": pin,
            "mem32": Registers(self),
            "WDT": lambda timeout: Watchdog(self, timeout),
            "WDT_RESET": WDT_RESET,
            "reset_cause": lambda: self.cause,
            "soft_reset": self._restart,
            "bootloader": self._go_to_bootloader,
        }
        time = {
            "sleep_ms": self.sleep_ms,
            "ticks_add": lambda a, b: a + b,
            "ticks_diff": lambda a, b: a - b,
            "ticks_ms": lambda: self.us // 1000,
            "ticks_us": self.ticks_us,
        }
        return {
            "machine": machine,
            "micropython": {"const": lambda value: value},
            "time": time,
            "visiophare_firmware.boards.rp2": {"Rp2Board": self.make_board},
            "visiophare_firmware.boards.port": {"Port": None},
            "visiophare_firmware.boards.rp2_port": {"Rp2Port": lambda: Port(self)},
        }

    def _is_closed(self):
        return self.held or self.us < self.bounces_until_us

    def _restart(self):
        raise RestartError

    def _go_to_bootloader(self):
        self.left_for = "bootloader"


class Registers(SimpleNamespace):
    def __init__(self, chip):
        SimpleNamespace.__init__(self, chip=chip)

    def __getitem__(self, address):
        return self.chip.registers[address]

    def __setitem__(self, address, value):
        self.chip.registers[address] = value
        if address == WATCHDOG_CLEAR and value & ENABLE:
            self.chip.watchdog_on = False


class Watchdog:
    def __init__(self, chip, timeout):
        assert timeout == 1000
        chip.watchdog_on = True

    def feed(self):
        pass


class PicoBoard(FakeBoard):
    def __init__(self, chip, life):
        FakeBoard.__init__(self, settings='{"language": "en"}')
        self.life = life
        self.closed = False
        self.reset_cause = life.cause
        self.failure = life.failure.split(" ")[0]

    def feed_watchdog(self):
        self.life.feed()

    def close(self):
        self.closed = True


class Port:
    """Plays what is typed, then asks for the prompt."""

    def __init__(self, chip):
        self.chip = chip
        self.knocked = False
        self.pieces = 0
        self.heard_us = 0
        self.waiting = b""

    def read(self):
        if self.knocked:
            return b""
        self.chip.us += READ_US
        if self.chip.board:
            self.chip.board.advance_to(self.chip.us)
        if self.chip.breaks == "read":
            raise OSError(5)
        piece = self.chip.typed.pop(0) if self.chip.typed else b"prompt\r"
        if piece == "hang":
            self.chip.frozen = dict(self.chip.registers)
            raise RestartError
        if piece == "knock":
            self.knocked = True
            return b""
        if piece:
            self.pieces += 1
            self.heard_us = self.chip.us
        return piece

    def write(self, data):
        self.chip.written += data

    def close(self):
        pass


@pytest.fixture
def pico(monkeypatch, tmp_path):
    return Pico(monkeypatch, tmp_path)


def stays_well(chip):
    """A start that lasts six seconds and is then left."""
    chip.typed = [b""] * 1200
    assert chip.start()


def test_the_program_runs_and_the_prompt_comes_when_asked_for(pico):
    pico.typed = [b"light 40\r", b""]
    assert pico.start()
    assert b"Light to 40 %." in pico.written
    assert b"MicroPython" in pico.written
    assert pico.board.duty == 0
    assert pico.board.closed
    assert not pico.watchdog_on


def test_a_tool_that_knocks_gets_the_prompt(pico):
    pico.typed = [b"light 40\r", "knock"]
    assert pico.start()
    assert b"MicroPython" not in pico.written
    assert pico.board.closed
    assert pico.board.duty == 0


def test_a_patterns_edges_and_a_timed_command_wait_for_no_pass(pico):
    pico.typed = [b"arm 60s\r", b"expose 100 101101 12ms\r", *[b""] * 300, b"light 0\r"]
    at_us = 300_000
    pico.typed += [b"@%d light 100\r" % at_us, *[b""] * 900]
    assert pico.start()
    lit, times = 0, []
    for t_us, duty in pico.board.lights:
        if (duty > 0) != lit:
            lit = duty > 0
            times.append(t_us)
    edges, (timed, _off) = times[:-2], times[-2:]
    late = [
        t_us - edges[0] - slot * 12_000
        for t_us, slot in zip(edges, (0, 1, 2, 4, 5, 6), strict=True)
    ]
    assert max(late) - min(late) < 10 * LOOK_US, late
    assert 0 <= timed - at_us < 10 * LOOK_US


def test_bootloader_leaves_for_the_boot_drive_with_everything_off(pico):
    pico.typed = [b"light 40\r", b"bootloader\r"]
    assert pico.start()
    assert pico.left_for == "bootloader"
    assert pico.board.closed


def test_a_button_held_at_the_start_means_the_prompt_and_a_bounce_does_not(pico, capsys):
    pico.held = True
    assert pico.start()
    assert "Held button" in capsys.readouterr().out
    assert pico.board is None
    pico.held = False
    pico.bounces_until_us = pico.us + 15_000
    assert pico.start()
    assert pico.board is not None


def test_three_failed_starts_stay_at_the_prompt_and_say_why(pico, capsys):
    pico.breaks = "board"
    assert [pico.start() for _ in range(3)] == [False, False, False]
    capsys.readouterr()
    assert pico.start()
    assert "OSError@start" in capsys.readouterr().out
    assert pico.board is None


def test_after_the_prompt_the_program_may_try_again(pico):
    pico.breaks = "board"
    for _ in range(4):
        pico.start()
    pico.breaks = ""
    assert pico.start()
    assert pico.board is not None


def test_a_failure_leaves_everything_off_and_the_next_status_tells_of_it(pico):
    pico.breaks = "read"
    assert not pico.start()
    assert pico.board.closed
    assert not pico.watchdog_on
    pico.breaks = ""
    pico.typed = [b"status\r", *[b""] * 99]
    assert pico.start()
    assert b"OSError@start" in pico.written
    pico.typed = [b"status\r", *[b""] * 99]
    assert pico.start()
    assert b"OSError@start" not in pico.written


def test_a_reason_that_cannot_be_written_is_kept_as_its_kind_and_the_start_comes_again(pico):
    part = pathlib.Path(pico.why + ".part")
    part.mkdir()
    pico.breaks = "read"
    assert not pico.start()
    pico.breaks = ""
    for expected in (True, False):
        pico.typed = [b"status\r", *[b""] * 99]
        assert pico.start()
        assert (b"OSError@start" in pico.written) is expected
    pico.breaks = "board"
    assert [pico.start() for _ in range(4)] == [False, False, False, True]


def test_a_reason_that_is_no_text_keeps_no_board_from_starting(pico):
    pathlib.Path(pico.why).write_bytes(b"\xff\xfe")
    pico.typed = [b"light 40\r", b""]
    assert pico.start()
    assert b"Light to 40 %." in pico.written


def test_a_start_that_ran_well_ends_the_count_of_failures(pico):
    pico.breaks = "board"
    for _ in range(2):
        assert not pico.start()
    pico.breaks = ""
    stays_well(pico)
    pico.breaks = "board"
    assert [pico.start() for _ in range(3)] == [False, False, False]
    assert pico.start()


def test_starts_that_the_watchdog_ends_early_count_as_failed(pico):
    for _ in range(3):
        pico.typed = [b"light 40\r", "hang"]
        assert not pico.start()
    assert pico.start()
    assert pico.board is None


def test_the_cause_of_the_start_is_told(pico):
    def told_cause():
        pico.typed = [b"status\r", *[b""] * 99]
        assert pico.start()
        return pico.board.reset_cause

    assert told_cause() == "power_on"
    assert told_cause() == "soft"
    pico.typed = ["hang"]
    assert not pico.start()
    assert told_cause() == "watchdog"
    assert told_cause() == "soft"
    pico.cut_power()
    assert told_cause() == "power_on"


def test_memory_is_cleared_up_when_nobody_speaks_and_nothing_moves_or_fades(pico, monkeypatch):
    moments = []
    monkeypatch.setattr(gc, "collect", lambda: moments.append((pico.us, pico.board.duty)))
    talk = [b"light 1\r", b""] * 15
    pico.typed = [*[b""] * 400, *talk, *talk, b"light 80 1s\r", *[b""] * 3000]
    assert pico.start()
    assert len(moments) == 2  # what the start had used, at the first pause
    lit = [at_us for at_us, duty in pico.board.lights if duty]
    last_change_us = [at_us for at_us in lit if at_us < moments[1][0]][-1]
    assert moments[1][0] - last_change_us < 50_000  # the fade lasted longer than the silence
    assert moments[1][1] > 0
