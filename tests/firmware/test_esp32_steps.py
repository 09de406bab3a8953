# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ESP32's steps: every one of them, never faster than planned, whenever the loop comes by."""

import random
from itertools import pairwise

import pytest
from fake_esp32 import START_US, TICKS, Chip

from visiophare_firmware import Plan, Ramp
from visiophare_firmware.boards.pins import ESP32

JITTER_US = 10  # by which the fake's clock is looked at too early or too late
SHORTEST_US = 100
BURST_US = 24_000


class Motor:
    """Steps on a fake chip, with a loop that takes 0 to pass_us a pass."""

    def __init__(self, monkeypatch, seed=1, us=0, pass_us=2500):
        self.chip = Chip(us)
        self.steps = self.chip.load(monkeypatch, "esp32_steps").Steps(ESP32)
        self.random = random.Random(seed)
        self.pass_us = pass_us

    def run(self, until=lambda: False):
        """Passes of the loop, until the motor stands or something else is true."""
        while not until() and self.steps.is_moving():
            self.chip.us += self.random.randrange(self.pass_us)

    def periods_us(self, since=0):
        rises = self.chip.rises[since:]
        return [later - rise for rise, later in pairwise(rises)]


def planned_us(plan):
    """The periods of a plan, one for each step."""
    return [period_ns / 1000 for count, period_ns in plan.segments() for _ in range(count)]


def some_ramp(choose):
    speed = choose.choice((30, 200, 800, 3200, 8000))
    return Ramp(speed, speed * choose.uniform(1.5, 8), choose.choice((0, 0, speed * 30)))


@pytest.fixture
def motor(monkeypatch):
    return Motor(monkeypatch)


@pytest.mark.parametrize("seed", range(20))
def test_every_step_of_a_move_is_made_and_none_too_early(monkeypatch, seed):
    choose = random.Random(seed)
    m = Motor(monkeypatch, seed, us=choose.randrange(TICKS))
    position = 0
    for _ in range(3):
        before = len(m.chip.rises)
        plan = some_ramp(choose).plan(choose.choice((-1, 1)) * choose.randrange(1, 5000))
        m.steps.start(plan)
        assert m.chip.levels[ESP32["direction"]] == (plan.direction > 0)
        m.run()
        assert len(m.chip.rises) - before == plan.steps
        position += plan.direction * plan.steps
        assert m.steps.position_steps() == position
        for made, wanted in zip(m.periods_us(before), planned_us(plan), strict=False):
            assert made >= wanted - JITTER_US


def test_a_loop_that_is_quick_enough_keeps_the_time(motor):
    plan = Ramp(3200, 16_000).plan(3000)
    motor.steps.start(plan)
    motor.run()
    for made, wanted in zip(motor.periods_us(), planned_us(plan), strict=False):
        assert made <= wanted + 30
    made_us = motor.chip.rises[-1] - motor.chip.rises[0]
    assert made_us == pytest.approx(sum(planned_us(plan)[:-1]), rel=0.005)


def test_a_loop_that_comes_late_makes_a_pause_and_loses_nothing(motor):
    plan = Ramp(3200, 16_000).plan(2000)
    motor.pass_us = 60_000
    motor.steps.start(plan)
    motor.run()
    assert len(motor.chip.rises) == 2000
    assert max(motor.periods_us()) > 10_000
    for made, wanted in zip(motor.periods_us(), planned_us(plan), strict=False):
        assert made >= wanted - JITTER_US


@pytest.mark.parametrize("seed", range(20))
def test_a_stop_slows_down_within_the_ramp_and_keeps_the_position(monkeypatch, seed):
    m = Motor(monkeypatch, seed)
    ramp = some_ramp(m.random)
    plan = ramp.plan(-4000)
    stop_after = m.random.randrange(1, 3800)
    m.steps.start(plan)
    m.run(lambda: len(m.chip.rises) >= stop_after)
    asked_us = m.chip.us
    m.steps.decelerate()
    m.steps.decelerate()
    m.run()
    assert -m.steps.position_steps() == len(m.chip.rises) <= 4000
    asked = sum(rise <= asked_us for rise in m.chip.rises)
    committed = (
        BURST_US * max(1, ramp.periods_ns[0] / 1000 / BURST_US) / (ramp.cruise_period_ns / 1000)
    )
    assert len(m.chip.rises) <= asked + committed + ramp.totals[-1] + 1
    made = m.periods_us()
    slowest = planned_us(plan)
    for index, period in enumerate(made):
        fastest_left = min(slowest[: index + 1])
        assert period >= fastest_left - JITTER_US
    for index in range(1, min(len(made), 200)):  # back down the ramp, seen from the end
        last = ramp.segments_within(index)
        if last < len(ramp.periods_ns) and len(m.chip.rises) < 4000 - ramp.totals[-1]:
            assert made[-index] >= ramp.periods_ns[last] / 1000 - JITTER_US


def test_the_position_is_reckoned_while_it_turns(motor):
    plan = Ramp(3200, 16_000).plan(2000)
    motor.steps.start(plan)
    latest = 0

    def watch():
        nonlocal latest
        position = motor.steps.position_steps()
        made = sum(rise <= motor.chip.us + START_US for rise in motor.chip.rises)
        assert latest <= position
        assert abs(position - made) <= 16
        latest = position
        return False

    motor.run(watch)
    assert latest <= 2000 == motor.steps.position_steps()


def test_faster_than_the_board_can_it_goes_as_fast_as_it_can(motor):
    motor.steps.start(Ramp(40_000, 200_000).plan(6000))
    motor.run()
    assert len(motor.chip.rises) == 6000
    assert min(motor.periods_us()) >= SHORTEST_US


def test_a_very_slow_ramp_fits_the_hardware(motor):
    plan = Ramp(5, 2).plan(9)
    motor.steps.start(plan)
    motor.run()
    assert len(motor.chip.rises) == 9
    assert min(motor.periods_us()) >= 199_990


def test_a_cut_ends_soon_and_the_count_is_that_of_the_pulses(motor):
    motor.steps.start(Ramp(3200, 16_000).plan(3000))
    motor.run(lambda: len(motor.chip.rises) > 1000)
    asked_us = motor.chip.us
    motor.steps.cut()
    assert motor.chip.us - asked_us <= BURST_US + 100
    assert not motor.steps.is_moving()
    assert motor.steps.position_steps() == len(motor.chip.rises)
    motor.chip.us += TICKS // 2 + 5000  # the clock has gone round
    motor.steps.start(Ramp(3200, 16_000).plan(-100))
    began_us = motor.chip.us
    motor.run()
    assert motor.chip.us - began_us < 1_000_000
    assert len(motor.chip.rises) - 200 == motor.steps.position_steps()


def test_hardware_that_does_not_end_is_told_and_a_cut_comes_back_all_the_same(motor):
    motor.steps.start(Ramp(3200, 16_000).plan(3000))
    motor.chip.hangs = True
    with pytest.raises(OSError, match="RMT"):
        motor.run()
    motor.steps.cut()
    motor.steps.close()
    assert not motor.chip.open


def test_a_plan_is_not_held_after_its_end(motor):
    plan = Plan(Ramp(3200, 16_000), 1, 0, 64, 0)
    motor.steps.start(plan)
    motor.run()
    for _ in range(50):  # the clock goes round
        motor.chip.us += TICKS // 50
        assert motor.steps.position_steps() == 64
    motor.steps.decelerate()
    assert not motor.steps.is_moving()
