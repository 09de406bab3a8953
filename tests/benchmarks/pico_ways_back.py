# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to MicroPython's prompt on an emulated Pico: from a light that shines and a disc that
turns, each leaves both off, and the watchdog too.

Owns those ways and what the pins must show: each fails by an assertion. It must not know how the
emulator is started.
"""

import re

from pico_faults import ms_until_off

from visiophare_firmware.boards.pins import PICO

WATCHDOG_S = 1.5
SILENCE_NS = 150e6
SOUND_MAIN = "from visiophare_firmware import main\nmain()\n"
BROKEN_MAIN = """
from visiophare_firmware import Controller, main
def fail(self):
    raise OSError(6)
Controller.take_output = fail
main()
"""
WRITE = "with open('/main.py', 'w') as file:\n    file.write({!r})\n"


def ways_back(bench):
    """Ms until light and motor are off, by each way; then what starts with the button held, and
    after three starts that failed."""
    results = {}
    for name, way in (
        ("prompt_typed", lambda: bench.pico.send(b"prompt\r")),
        ("prompt_numbered", lambda: bench.put("prompt")),
        ("opening_of_mpremote", lambda: opening(bench, b"\r\x03")),
        ("opening_in_two", lambda: (opening(bench, b"\r"), opening(bench, b"\x03"))),
    ):
        shine(bench)
        way()
        results[name] = off_and_prompt(bench)
        bench.begin_anew()
    results["ctrl_c_alone"] = ctrl_c(bench)
    results["held_button"] = held_button(bench)
    results["three_failed_starts"] = three_failed_starts(bench)
    return results


def shine(bench):
    """The light at 60 %, a disc that turns, and nothing said for a while."""
    for setting in ("ntc no", "endless yes", "turn_mm 20", "steps_per_mm 400"):
        bench.send("settings " + setting)
    bench.send("carriage turn 60")
    bench.send("light 60")
    bench.pico.run_ns(SILENCE_NS)
    bench.follow()
    bench.pico.forget()


def opening(bench, data):
    bench.pico.send(data)
    bench.pico.run_ns(1e6)


def ctrl_c(bench):
    """Off, and the program goes on, which says that it was stopped."""
    shine(bench)
    bench.pico.send(b"\x03")
    off = ms_until_off(bench, 0.5)
    bench.pico.send(b"\r")
    bench.send("status")
    assert "halted=yes" in bench.said, bench.said
    bench.send("clear")
    return max(off.values())


def off_and_prompt(bench):
    """Off at once and for good; MicroPython's prompt is there, and no watchdog ends it."""
    off = ms_until_off(bench, 0.3)
    bench.pico.forget()
    bench.pico.send(b"\r")
    bench.wait_for(">>> ", 1)
    bench.pico.run_ns(WATCHDOG_S * 1e9)
    assert not any(event["ev"] == "reboot" for event in bench.pico.events)
    bench.check_safe()
    assert bench.type("6 * 7", ">>> ").split()[-2] == "42"
    return max(off.values())


def reset(bench, code=""):
    """A reset, by way of the prompt; what starts then."""
    prompt = bench.prompt()
    if code:
        prompt.run(code)
    bench.pico.forget()
    bench.pico.send(b"import machine; machine.reset()\x04")
    while not any(event["ev"] == "reboot" for event in bench.pico.events):
        bench.pico.run_ns(1e6)
    who = bench.comes_up()
    bench.check_safe()
    return who


def held_button(bench):
    """With the button held the prompt starts, and without it the firmware."""
    bench.pico.set_pin(PICO["go"], 0)
    held = reset(bench)
    bench.pico.set_pin(PICO["go"], 1)
    assert held == "prompt", held
    bench.pico.run_ns(WATCHDOG_S * 1e9)
    bench.check_safe()
    free = reset(bench)
    assert free == "firmware", free
    return held


def three_failed_starts(bench):
    """A program that fails whenever it has started: the prompt stays, dark, and says why."""
    prompt = bench.prompt()
    prompt.run(WRITE.format(BROKEN_MAIN))
    bench.pico.forget()
    prompt.start_program()
    said = bench.wait_for("Three starts failed", 20)
    said += bench.wait_for(">>> ", 2)
    bench.pico.run_ns(WATCHDOG_S * 1e9)
    assert not any(event["ev"] == "reboot" for event in bench.pico.events)
    bench.check_safe()
    who = reset(bench, WRITE.format(SOUND_MAIN))
    assert who == "firmware", (who, bench.said)
    return re.search(r"failed\.(.*)", said)[1].strip()
