# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The light of an emulated Pico against its motor and its clock: strobe and patterns, from edges.

Owns what the edges must show: each measure fails by an assertion. It must not know how the
emulator is started.
"""

import itertools

from pico_bench import HZ

from visiophare_firmware.boards.pins import PICO
from visiophare_wire import Bits, ticks_diff

STROBE = (
    "endless yes",
    "steps_per_mm 160",
    "turn_mm 20",
    "pitch_mm 1.111",
    "first_frame_mm 0.2",
    "speed_mm_s 250",
    "acceleration_mm_s2 500",
    "ntc no",
)
PICTURES = 18
FRAME_STEPS = 3200 / PICTURES
FLASH_US = 200
LONG_TURN_S = 6.0
SLOT_MS = 10
BITS = "m31"
NOW = """
from machine import Pin
from time import ticks_us
pin = Pin(STEP, Pin.OUT)
at_us = ticks_us()
pin(1)
pin(0)
print(at_us)
"""


def strobe(bench):
    """18 pictures on 3,200 steps: a flash for each, from the way up to speed to a turn back.

    The flashes' steps, against where the pictures are; clocks from the step to the flash, and what
    differs from its length. Then a new phase, and flashes asked for longer than there is room.
    """
    for setting in STROBE:
        bench.send("settings " + setting)
    bench.send("arm 5min")
    bench.send("carriage turn 60")
    bench.send(f"strobe {FLASH_US}us")
    results = {}
    for name, line, seconds in (
        ("slow", "clock", 1.0),
        ("faster", "carriage turn 600", 1.0),
        ("long_turn", "clock", LONG_TURN_S),
        ("slower", "carriage turn 200", 1.0),
        ("back", "carriage turn -300", 1.5),
    ):
        results[name] = _pictures(_flashes(bench, line, seconds))
    offset = results["long_turn"].pop("offset")
    for name in ("slow", "faster", "slower", "back"):
        off = abs(results[name].pop("offset") - offset) % FRAME_STEPS
        assert min(off, FRAME_STEPS - off) < 1, (name, off)
    shifted = _pictures(_flashes(bench, "strobe phase 25", 1.0)[8:])
    results["phase_25_moves_by"] = round((offset - shifted["offset"]) % FRAME_STEPS, 1)
    longest = _flashes(bench, "strobe 1ms", 0.5)[8:]
    results["at_1ms_lit_of_time"] = round(_share(longest), 3)
    bench.send("carriage stop")
    bench.wait_for("stopped", 2)
    bench.follow()
    bench.pico.run_ns(100e6)
    assert not any(pin == PICO["light"] and level for _, pin, level in bench.pico.edges)
    bench.send("disarm")
    return results


def _flashes(bench, line, seconds):
    """(position when it began, clocks after the step, clocks lit, when), one for each."""
    bench.follow()
    bench.send(line)
    bench.pico.run_ns(seconds * 1e9)
    direction, position, stepped, began = bench.direction, bench.rotor, 0, None
    found = []
    for t, pin, level in bench.pico.edges:
        if pin == PICO["direction"]:
            direction = level
        elif pin == PICO["step"] and level:
            position, stepped = position + (1 if direction else -1), t
        elif pin == PICO["light"] and level:
            began = (position, _clocks(t - stepped))
            lit = t
        elif pin == PICO["light"] and began:
            found.append((*began, _clocks(t - lit), lit))
    bench.follow()
    return [flash for flash in found if flash[1] < HZ]  # one that began before has no step here


def _clocks(ns):
    return round(ns * HZ / 1e9)


def _pictures(flashes):
    """How far the flashes' places are from a grid of pictures; none is missing, none comes twice.

    offset: of the grid that fits best.
    """
    first = flashes[0][0]
    numbers = [round((place - first) / FRAME_STEPS) for place, _, _, _ in flashes]
    steps = [abs(b - a) for a, b in itertools.pairwise(numbers)]
    assert sorted(set(steps)) in ([1], [0, 1]), steps
    turned = steps.count(0)  # where it turned back, the same picture comes again
    assert turned <= 1, steps
    places = [
        place - number * FRAME_STEPS
        for (place, _, _, _), number in zip(flashes, numbers, strict=True)
    ]
    off = (max(places) - min(places)) / 2
    assert off <= 0.5, off
    return {
        "flashes": len(flashes),
        "off_by_steps": round(off, 2),
        "after_step_clocks": sorted({after for _, after, _, _ in flashes}),
        "lit_clocks": sorted({lit for _, _, lit, _ in flashes}),
        "offset": (max(places) + min(places)) / 2,
    }


def _share(flashes):
    """Of the time from the first flash to the last."""
    lit = sum(clocks for _, _, clocks, _ in flashes[:-1])
    return lit / _clocks(flashes[-1][3] - flashes[0][3])


def expose(bench):
    """Patterns of 31 bits at a told board time, at rest and beside a disc that turns, a fade of the
    master and, in the beginning, commands: µs from when each edge is due to when it comes."""
    bench.pico.forget()
    began_us = int(bench.prompt().run(NOW.replace("STEP", str(PICO["step"]))))
    rise_ns = next(t for t, pin, level in bench.pico.edges if pin == PICO["step"] and level)
    bench.begin_anew()
    for setting in STROBE:
        bench.send("settings " + setting)
    bench.send("arm 5min")
    still = _edges_late(bench, rise_ns, began_us, [])
    bench.send("carriage turn 300")
    busy = _edges_late(bench, rise_ns, began_us, ["master 100 2s", *["clock"] * 12])
    bench.send("carriage stop")
    bench.wait_for("stopped", 2)
    bench.send("disarm")
    return {"at_rest_us": still, "busy_us": busy}


def _edges_late(bench, rise_ns, began_us, lines):
    """The first edge, and the earliest and the latest of the others, after their times."""
    bench.follow()
    bench.lights = []
    at_us = (began_us + int(bench.pico.t_ns - rise_ns) // 1000 + 50_000) & 0x3FFFFFFF
    bench.send(f"@{at_us} expose 100 {BITS} {SLOT_MS}ms")
    for line in lines:
        bench.send(line)
    bench.pico.run_ns(500e6)
    bench.follow()
    bits = Bits(BITS)
    levels = [0, *[bits.take() for _ in range(bits.count)], 0]
    due = [
        (number, after)
        for number, (before, after) in enumerate(itertools.pairwise(levels))
        if before != after
    ]
    assert [level for _, level in bench.lights] == [level for _, level in due], bench.lights
    begins_ns = rise_ns + ticks_diff(at_us, began_us) * 1000
    late = [
        (t - begins_ns) / 1000 - number * SLOT_MS * 1000
        for (t, _), (number, _) in zip(bench.lights, due, strict=True)
    ]
    first, others = round(late[0]), late[1:]
    return {"first": first, "others": [round(min(others)), round(max(others))], "edges": len(late)}
