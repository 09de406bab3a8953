# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware on an emulated Pico, measured from the edges of its pins and the times of its bytes.

Wants an emulator of the RP2040 with exact PIO and DMA that runs MicroPython for the Pico; how it is
talked to is written in tests/emulated_pico.py. VISIOPHARE_PICO_EMULATOR is the command that starts
it, with `{pins}` for the pins to watch and, where it takes one, `{uf2}` for the MicroPython that
VISIOPHARE_PICO_UF2 names. Without an emulator nothing can be measured, and this says so.

    VISIOPHARE_PICO_EMULATOR='emulator --watch {pins} --uf2 {uf2}' \
    VISIOPHARE_PICO_UF2=RPI_PICO.uf2 python tests/benchmarks/pico.py [MEASURE…]
"""

import itertools
import json
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pico_cuts
import pico_faults
import pico_light
import pico_ways_back
from pico_bench import WATCHED, Bench, periods

from visiophare.provision.install import install
from visiophare_firmware.boards.pins import PICO

SAFE = {"light": 0, "step": 0, "direction": 0, "fan": 0, "enable": 1}
STANDS = "The carriage is at "
SETTINGS = {
    "language": "en",
    "ntc": "no",
    "steps_per_mm": 400,
    "max_mm": 60,
    "first_frame_mm": 5,
    "pitch_mm": 10,
    "frames": 5,
    "acceleration_mm_s2": 1000,
    "home_speed_mm_s": 40,
    "home_slow_mm_s": 4,
    "home_retract_mm": 1,
    "speed_mm_s": 100,
}
LONGEST_BYTES = 62
PHASES = 30
HEAP = """
import gc
from time import ticks_us
from visiophare_firmware import Controller, Rp2Board, Rp2Life
board = Rp2Board(Rp2Life())
controller = Controller(board, ticks_us())
BEGIN
controller.tick(ticks_us())
gc.collect()
print(gc.mem_free())
began = ticks_us()
for _ in range(100):
    controller.tick(ticks_us())
print((ticks_us() - began) // 100)
print(controller.player.active)
board.close()
"""


def boot(bench):
    """Milliseconds from a reset to safe outputs, to USB, to the first answer."""
    pico = bench.pico
    bench.type("prompt", ">>> ")
    pico.forget()
    pico.send(b"import machine; machine.reset()\r")
    while not any(event["ev"] == "usb-up" for event in pico.events):
        pico.run_ns(100_000)
    times = {event["ev"]: event["t"] for event in pico.events}
    reset_ns = times["reboot"]
    safe = [t for t, pin, level in pico.edges if t > reset_ns and _is_safe(pin, level)]
    bench.seq = 0
    up_ns = pico.t_ns
    bench.send("hello")
    return {
        "safe_ms": round((max(safe) - reset_ns) / 1e6, 1) if safe else None,
        "usb_ms": round((times["usb-up"] - reset_ns) / 1e6, 1),
        "answer_after_usb_ms": round((pico.told[-1][0] - up_ns) / 1e6, 1),
    }


def _is_safe(pin, level):
    return any(PICO[role] == pin and level == SAFE[role] for role in WATCHED)


def motion(bench):
    """Homes, goes to a place, and looks at every period of the way."""
    for name, value in SETTINGS.items():
        bench.type(f"settings {name} {value}")
    bench.type("carriage home", STANDS, 10)
    bench.rises = []
    before = bench.rotor
    bench.type("carriage at 20", STANDS, 5)
    every = periods(bench.rises)
    groups = [(period, len(list(same))) for period, same in itertools.groupby(every)]
    order = [period for period, _ in groups]
    top = order.index(min(order))
    return {
        "steps": bench.rotor - before,
        "different_periods": len(set(order)),
        "fastest_clocks": order[top],
        "evenly_up_and_down": order[: top + 1] == sorted(order[: top + 1], reverse=True)
        and order[top:] == sorted(order[top:]),
    }


def stop(bench):
    """A stop in the middle of a way there and back: whether any step was lost."""
    before = bench.rotor
    bench.type("carriage at 40")
    bench.wait_for("", 0.1)
    bench.pico.run_ns(150e6)
    bench.follow()
    bench.pico.send(b"!\r")
    bench.wait_for(STANDS, 2)
    stopped_after = bench.rotor - before
    bench.type("clear")
    bench.pico.forget()
    bench.pico.send(b"carriage at 20\r")
    bench.wait_for(STANDS, 3)
    return {"stopped_after_steps": stopped_after, "lost_steps": bench.rotor - before}


def turning(bench):
    """A disc at 8000 steps/s beside commands and a fade: its periods; then faster, and a stop."""
    for setting in ("endless yes", "turn_mm 20"):
        bench.type("settings " + setting)
    bench.type("carriage turn 60")
    bench.pico.run_ns(100e6)
    bench.follow()
    bench.rises = []
    bench.type("light 50 1s", "Light to", 1)
    for _ in range(5):
        bench.type("clock", "Board time")
    steady = set(periods(bench.rises))
    bench.rises = []
    bench.type("carriage turn 120", "turns at")
    bench.pico.run_ns(100e6)
    bench.type("carriage stop", STANDS, 1)
    between = periods(bench.rises)
    return {"steady_clocks": sorted(steady), "fastest_clocks": min(between), "steps": len(between)}


def acting(bench):
    """Microseconds from a typed line of 9 bytes, and from one as long as any, to the light's pin:
    beside a move and a fade of the master."""
    bench.send("hello")
    bench.send("master 90 8s")
    bench.send("carriage at 5")
    short = [_acts_us(bench, "light 40") for _ in range(3)]
    bench.send("carriage at 50")
    long = [_acts_us(bench, "light" + " " * (LONGEST_BYTES - 8) + "40") for _ in range(3)]
    bench.send("master 100")
    return {"short_us": short, "longest_us": long}


def _acts_us(bench, line):
    pico = bench.pico
    bench.send("light 0")
    pico.run_ns(350e6)  # the flash limit lets three pass in a second
    bench.follow()
    sent_ns = pico.t_ns
    pico.send(line.encode() + b"\r")
    pico.run_ns(30e6)
    acted_ns = min(t for t, pin, level in pico.edges if pin == PICO["light"] and level)
    bench.follow()
    return round((acted_ns - sent_ns) / 1e3)


def arriving(bench):
    """Microseconds from a numbered line's sending to the light's pin, the middle one and the worst
    of PHASES moments of the loop: at rest, beside motion and fades, and the longest line."""
    bench.send("hello")
    bench.send("watch 0")
    bench.send("arm 1h")  # otherwise three rises in a second are all that can be measured
    phases = random.Random(1)
    still = [_arrives_us(bench, "light 40", phases) for _ in range(PHASES)]
    for setting in ("endless yes", "turn_mm 20", "steps_per_mm 400", "speed_mm_s 100"):
        bench.send("settings " + setting)
    bench.send("carriage turn 30")
    bench.send("master 90 60s")
    moving = [_arrives_us(bench, "light 40", phases) for _ in range(PHASES)]
    gap = " " * (LONGEST_BYTES - len("#1000 light 40 *0000"))
    long = [_arrives_us(bench, f"light {gap}40", phases) for _ in range(PHASES // 3)]
    bench.send("carriage stop")
    bench.send("master 100")
    bench.send("disarm")
    found = {"still_us": still, "moving_us": moving, "longest_us": long}
    return {name: [round(sorted(us)[len(us) // 2]), round(max(us))] for name, us in found.items()}


def _arrives_us(bench, command, phases):
    pico = bench.pico
    bench.send("light 0")
    pico.run_ns(130e6 + phases.randrange(20_000_000))  # memory is cleared up in such a pause
    bench.follow()
    sent_ns = pico.t_ns
    bench.put(command)
    pico.run_ns(30e6)
    acted_ns = min(t for t, pin, level in pico.edges if pin == PICO["light"] and level)
    bench.follow()
    return (acted_ns - sent_ns) / 1e3


def latency(bench):
    """Microseconds from a sent command to its reply, at rest and beside motion and a fade."""
    bench.send("hello")
    bench.send("watch 0")
    still = [bench.send(f"light {turn}") for turn in range(20)]
    bench.send("light 80 3s")
    bench.send("carriage at 50")
    moving = [bench.send("clock") for _ in range(20)]
    bench.wait_for(STANDS, 3)
    bench.send("light 0")
    return {
        "still_us": [round(sorted(still)[10]), round(max(still))],
        "busy_us": [round(sorted(moving)[10]), round(max(moving))],
    }


def light(bench):
    """The light's pulses at half a duty, if the emulator shows them."""
    pico = bench.pico
    bench.send("light 76")
    pico.run_ns(20e6)
    pico.edges = []
    pico.run_ns(2e6)
    rises = [t for t, pin, level in pico.edges if pin == PICO["light"] and level]
    bench.send("light 0")
    pico.run_ns(20e6)
    pico.edges = []
    pico.run_ns(2e6)
    dark = not any(pin == PICO["light"] for _, pin, _ in pico.edges)
    every = sorted(set(periods(rises)))
    return {"period_clocks": every or "not shown by this emulator", "dark": dark}


def memory(bench):
    """Bytes of heap that are free with a running controller, and how long a tick takes; then the
    same while the score on the board plays."""
    pico_cuts.upload(bench)
    resting, playing = _memory(bench, "None"), _memory(bench, "controller.player.start(ticks_us())")
    return {"resting": resting, "score_plays": playing}


def _memory(bench, begin):
    free, tick_us, plays = bench.prompt().run(HEAP.replace("BEGIN", begin)).split()
    return {"heap_free": int(free), "tick_us": int(tick_us), "plays": plays == "True"}


MEASURES = (
    boot,
    motion,
    stop,
    turning,
    latency,
    acting,
    arriving,
    light,
    pico_light.strobe,
    pico_light.expose,
    pico_faults.film,
    pico_cuts.upload,
    pico_cuts.upload_cut,
    memory,
    pico_faults.raising,
    pico_faults.hanging,
    pico_ways_back.ways_back,
    pico_cuts.install_cut,
)


def main():
    """Measures everything, or what is named: a line for each, then one line of JSON."""
    command = os.environ.get("VISIOPHARE_PICO_EMULATOR", "")
    uf2 = os.environ.get("VISIOPHARE_PICO_UF2", "")
    if not command or ("{uf2}" in command and not uf2):
        print("Nothing measured: VISIOPHARE_PICO_EMULATOR names no emulator (or it wants a UF2).")
        print("See the first lines of this file.")
        return
    bench = Bench(command.replace("{uf2}", uf2))
    results = {}
    bench.pico.run_ns(1e9)
    outcome = install(bench.pico, lambda step, **values: None, now=bench.pico.now_s)
    results["install"] = {
        "files": len(outcome.plan.send),
        "kb": round(outcome.plan.send_bytes / 1024, 1),
        "emulated_s": round(bench.pico.now_s(), 1),
    }
    print("install", results["install"], flush=True)
    bench.send("hello")
    for measure in MEASURES:
        if sys.argv[1:] and measure.__name__ not in sys.argv[1:]:
            continue
        results[measure.__name__] = measure(bench)
        print(measure.__name__, results[measure.__name__], flush=True)
    bench.pico.close()
    print(json.dumps(results))


if __name__ == "__main__":
    main()
