# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on an emulated Pico, and what its pins, files and words show then.

Owns the faults and what must come of them: each fails by an assertion. It must not know how the
emulator is started.
"""

from pico_bench import SWITCH_SLICE_NS

from visiophare_firmware.boards.pins import PICO

OFF_WITHIN_MS = 1100
"""The watchdog's second, and the pass of the loop that fed it last."""
FAULTY_LEVEL = 50462  # 77 %
FAULTY = """
from visiophare_firmware import Controller, main
tick = Controller.tick
def hang(now_us):
    while True:
        pass
def fail(now_us):
    raise OSError(5)
def faulty(self, now_us):
    if self.light.level.target == {level}:
        self.carriage.update = {what}
    tick(self, now_us)
Controller.tick = faulty
main()
"""
PITCH_STEPS, MARK_STEPS = 1000, 200


def hanging(bench):
    """A part that hangs while the light shines and a disc turns: ms until nothing comes any more.

    Then the watchdog has reset the board, which says so.
    """
    spoil(bench, "hang")
    bench.pico.send(b"light 77\r")
    off = ms_until_off(bench, 1.3)
    assert max(off.values()) < OFF_WITHIN_MS, off
    assert bench.comes_up() == "firmware", bench.said
    bench.send("status")
    assert "reset=watchdog" in bench.said, bench.said
    return off


def raising(bench):
    """A part that raises while the light shines and a disc turns: the same, and the reason."""
    spoil(bench, "fail")
    bench.pico.send(b"light 77\r")
    off = ms_until_off(bench, 0.1)
    assert max(off.values()) < 20, off
    bench.send("hello")
    bench.send("status")
    assert "halted=yes" in bench.said, bench.said
    assert "error=OSError@tick" in bench.said, bench.said
    bench.type("prompt", ">")
    bench.begin_anew()
    return off


def spoil(bench, what):
    """The firmware, started with a fault in it that comes with the light at 77 %."""
    bench.prompt()
    code = FAULTY.format(level=FAULTY_LEVEL, what=what)
    bench.pico.send(code.encode() + b"\x04")
    bench.pico.run_ns(700e6)
    bench.seq = 0
    bench.send("hello")
    for setting in ("ntc no", "endless yes", "turn_mm 20"):
        bench.send("settings " + setting)
    bench.send("carriage turn 60")
    bench.send("light 50")
    bench.pico.run_ns(100e6)
    bench.pico.forget()


def ms_until_off(bench, seconds):
    """Let the time pass; when the light and the steps were last on, in ms from now."""
    pico, began_ns = bench.pico, bench.pico.t_ns
    pico.run_ns(seconds * 1e9)
    off = {}
    for role in ("light", "step"):
        edges = [(t, level) for t, pin, level in pico.edges if pin == PICO[role]]
        assert edges, f"{role} was not on"
        assert edges[-1][1] == 0, f"{role} stayed on"
        off[role + "_off_ms"] = round((edges[-1][0] - began_ns) / 1e6, 1)
    bench.follow()
    return off


def film(bench):
    """Marks that pass the film sensor are seen; when they stay away, the carriage stops by itself.

    steps_without: how far it went after the last mark.
    """
    for setting in ("endless yes", "turn_mm 20", "steps_per_mm 100", "pitch_mm 10"):
        bench.type("settings " + setting)
    bench.type("settings film_sensor yes")
    bench.type("carriage turn 60")
    began = bench.rotor
    while bench.rotor - began < 5 * PITCH_STEPS:
        mark(bench, (bench.rotor - began) % PITCH_STEPS < MARK_STEPS)
    assert "fault" not in bench.said
    last_mark = began + 4 * PITCH_STEPS
    bench.wait_for("film_slipped", 3)
    bench.wait_for("The carriage ", 3)
    steps = bench.rotor - last_mark
    bench.type("settings film_sensor no")
    bench.type("clear")
    return {"marks_seen": 5, "steps_without": steps}


def mark(bench, there):
    """Let a little time pass with a mark at the sensor, or none."""
    bench.pico.set_pin(PICO["film"], int(not there))
    bench.said = bench.pico.run_ns(SWITCH_SLICE_NS)
    assert "fault" not in bench.said, bench.said
    bench.follow()
