# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate's PIO program and the code that feeds it, to the clock.

What is judged is whose the light's pin is: PWM's, then there is light; or PIO's, then it is low.
"""

import importlib
import random

import pytest
from fake_rp2 import FUNCTION_OF_LIGHT, Chip, load_steps

PWM, PIO1 = 4, 7
CALL_US = 4


class Lantern:
    """One chip, whose every call into the hardware takes some microseconds."""

    def __init__(self, monkeypatch, hz=125_000_000, seed=1):
        chance = random.Random(seed)
        self.chip = Chip(hz, lambda: chance.randint(hz // 2_000_000, CALL_US * hz // 1_000_000))
        load_steps(self.chip, monkeypatch)
        module = importlib.import_module("visiophare_firmware.boards.rp2_gate")
        self.gate = module.Gate(FUNCTION_OF_LIGHT, None)
        self.chip.write(FUNCTION_OF_LIGHT, PWM)

    def now_us(self):
        return self.chip.clock * 1_000_000 // self.chip.hz

    def run_until(self, us):
        self.chip.run(us * self.chip.hz // 1_000_000 - self.chip.clock)

    def show(self, bits, slot_us, at_us, pass_us=5000, lit=False):
        """Tell them all, and one word more, in passes of the loop."""
        began = len(self.chip.functions)
        assert self.gate.start(lit, slot_us, at_us)
        bits = [*bits, *[0] * (7 - len(bits) % 7)]
        while bits:
            while bits and self.gate.has_room():
                self.gate.tell(
                    sum((7 - 3 * bit) << 4 * place for place, bit in enumerate(bits[:7]))
                )
                del bits[:7]
            self.run_until(self.now_us() + pass_us)
        self.run_until(self.now_us() + 40 * slot_us)
        us = self.chip.hz / 1_000_000
        return [(clock / us, function == PWM) for clock, function in self.chip.functions[began:]]


def edges(bits, slot_us, at_us):
    found, lit = [], False
    for number, bit in enumerate([*bits, 0]):
        if bit != lit:
            lit = bool(bit)
            found.append((at_us + number * slot_us, lit))
    return found


@pytest.fixture
def lantern(monkeypatch):
    return lambda **options: Lantern(monkeypatch, **options)


def assert_exact(seen, wanted, off_us):
    assert [lit for _, lit in seen] == [lit for _, lit in wanted]
    late = [t_us - wanted_us for (t_us, _), (wanted_us, _) in zip(seen, wanted, strict=True)]
    assert -off_us <= min(late) <= max(late) <= off_us, (min(late), max(late))
    assert max(late) - min(late) < 0.02  # from one another to the clock


@pytest.mark.parametrize("hz", [125_000_000, 150_000_000, 200_000_000])
def test_every_edge_is_at_its_time_whatever_the_loop_does(lantern, hz):
    l = lantern(hz=hz)  # noqa: E741
    chance = random.Random(8)
    for slot_us in (2000, 5000, 20_000, 167_000):
        bits = [chance.getrandbits(1) for _ in range(150)]
        at_us = l.now_us() + chance.randint(1500, 25_000)
        seen = l.show([1, *bits], slot_us, at_us, min(40_000, 20 * slot_us))
        assert seen.pop(0)[1] is False  # shut at once
        assert_exact(seen, edges([1, *bits], slot_us, at_us), 20)
        l.gate.stop(20_000)


def test_one_that_is_open_at_the_start_stays_so_until_its_first_edge(lantern):
    l = lantern()  # noqa: E741
    at_us = l.now_us() + 9000
    seen = l.show([0, 1, 0], 10_000, at_us, lit=True)
    assert_exact(seen, [(at_us, False), *edges([0, 1, 0], 10_000, at_us)], 20)


def test_too_soon_is_left_to_the_loop(lantern):
    l = lantern()  # noqa: E741
    assert not l.gate.start(True, 20_000, l.now_us() + 900)
    assert not l.gate.on
    assert l.chip.light_function == PWM


def test_what_was_told_last_stays_until_it_is_stopped_and_then_the_pin_is_pwms(lantern):
    l = lantern()  # noqa: E741
    l.show([1, 1, 0], 5000, l.now_us() + 3000)
    l.run_until(l.now_us() + 3_000_000)
    assert l.chip.light_function == PIO1
    before_us = l.now_us()
    l.gate.stop(20_000)
    assert l.now_us() - before_us > 50  # a whole period of PWM, so that its new duty is out
    assert l.chip.light_function == PWM
    l.run_until(l.now_us() + 3_000_000)
    assert l.chip.light_function == PWM


def test_stopped_in_the_middle_nothing_told_comes_any_more(lantern):
    l = lantern()  # noqa: E741
    assert l.gate.start(False, 5000, l.now_us() + 3000)
    l.gate.tell(0x7474747)
    l.run_until(l.now_us() + 11_000)
    l.gate.stop(20_000)
    changes = len(l.chip.functions)
    l.run_until(l.now_us() + 1_000_000)
    assert len(l.chip.functions) == changes
    seen = l.show([1, 0, 0], 5000, l.now_us() + 5000)
    assert len(seen) == 3  # shut, and one light: none of the words before
