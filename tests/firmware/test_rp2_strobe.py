# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strobe's PIO programs and the code that feeds them, to the clock, beside the motor's.

A flash is judged by the pulses on the step pin: which of them it follows, by how many clocks.
"""

import importlib
import random

import pytest
from fake_rp2 import Chip, load_steps

from visiophare_firmware import Ramp
from visiophare_firmware.boards.pins import PICO

LIGHT_PIN, STEP_PIN = PICO["light"], PICO["step"]
DELAY_CLOCKS = {11, 12}
PIO1, PWM = 7, 4


class Cinema:
    """Motor and strobe of one chip; python_us: how long each call into the hardware takes, at most.

    told: the positions for which tell() was true, in order.
    """

    def __init__(self, monkeypatch, hz=125_000_000, python_us=0, seed=1):
        self.random = random.Random(seed)
        longest = python_us * hz // 1_000_000
        self.chip = Chip(hz, lambda: self.random.randint(0, longest) if longest else 0)
        self.steps = load_steps(self.chip, monkeypatch).Steps(PICO)
        module = importlib.import_module("visiophare_firmware.boards.rp2_strobe")
        self.strobe = module.Strobe(PICO, self.steps)
        self.told = []

    def start(self, plan):
        """As Rp2Board does: positions are those of the plan, from 0."""
        self.begun_steps = self.steps.position_steps()
        self.strobe.begin(self.begun_steps, plan.direction)
        self.told = []
        self.chip.edges.clear()
        self.steps.start(plan)

    def prepared(self, speed, acceleration):
        ramp = Ramp(speed, acceleration)
        self.steps.prepare(ramp)
        return ramp

    def play(self, every, direction=1, first=None, tick_s=0.005, at_most_s=30):
        """Let it move to its end, telling steps at each tick: every so many, from the first on."""
        following = first or every
        end = self.chip.clock + at_most_s * self.chip.hz
        while self.steps.is_moving() and self.chip.clock < end:
            position = direction * (self.steps.position_steps() - self.begun_steps)
            while following <= position + 41:
                following += every
            while self.strobe.tell(self.begun_steps + direction * following):
                self.told.append(following)
                following += every
            self.chip.run(int(tick_s * self.chip.hz))
        self.chip.run(self.chip.hz // 100)

    def flashes(self):
        """(number of the step that it follows, clocks after it, clocks lit), in order."""
        rises = self.chip.rises()
        edges = [edge for edge in self.chip.edges if edge[1] == LIGHT_PIN]
        found = []
        for on, off in zip(edges[::2], edges[1::2], strict=True):
            assert (on[2], off[2]) == (1, 0)
            number = len([rise for rise in rises if rise <= on[0]])
            found.append((number, on[0] - rises[number - 1], off[0] - on[0]))
        return found

    def reached(self):
        made = len(self.chip.rises())
        return [number for number in self.told if number <= made]


@pytest.fixture
def cinema(monkeypatch):
    return lambda **options: Cinema(monkeypatch, **options)


def test_each_flash_follows_its_step_by_the_same_few_clocks_and_is_as_long_as_it_was_told(cinema):
    c = cinema()
    c.strobe.shine(300)
    c.start(c.prepared(40_000, 200_000).plan(20_000))
    c.play(177)
    flashes = c.flashes()
    assert [number for number, _, _ in flashes] == c.reached() == list(range(177, 20_000, 177))
    assert {after for _, after, _ in flashes} <= DELAY_CLOCKS
    assert {lit for _, _, lit in flashes} == {300 * 125 - 3}


def test_many_moves_there_and_back_with_stops_flash_at_every_step_told(cinema):
    c = cinema(python_us=10, seed=6)
    c.strobe.shine(20)
    for _ in range(25):
        speed = c.random.randint(500, 40_000)
        plan = c.prepared(speed, c.random.randint(speed, 20 * speed)).plan(
            c.random.choice((-1, 1)) * c.random.randint(300, 4000)
        )
        c.start(plan)
        every = c.random.randint(40, 300)
        if c.random.random() < 0.5:
            c.play(every, plan.direction, at_most_s=c.random.random() * 0.1)
            c.steps.decelerate()
            c.play(every, plan.direction, first=(c.told or [0])[-1] + every)
        else:
            c.play(every, plan.direction)
        assert not c.steps.is_moving()
        assert [number for number, _, _ in c.flashes()] == c.reached()
        assert {after for _, after, _ in c.flashes()} <= DELAY_CLOCKS


def test_steps_told_at_any_moment_come_also_when_the_ones_before_have_just_passed(cinema):
    c = cinema(python_us=12, seed=2)
    c.strobe.shine(10)
    c.start(c.prepared(40_000, 2_000_000).plan(30_000))
    following = 60
    while c.steps.is_moving() and following < 29_000:
        made = c.steps.position_steps()
        following = max(following, made + 15)
        if following < made + 40:  # so that often the ones before pass just then
            assert c.strobe.tell(following)
            c.told.append(following)
            following += c.random.randint(3, 50)
        c.chip.run(c.random.randint(0, 3125))
    c.chip.run_until(lambda: not c.steps.is_moving())
    assert len(c.told) > 300
    assert [number for number, _, _ in c.flashes()] == c.told


def test_one_told_too_late_is_left_out_and_the_others_come(cinema):
    c = cinema()
    c.strobe.shine(50)
    c.start(c.prepared(20_000, 400_000).plan(9000))
    c.chip.run_until(lambda: c.steps.position_steps() >= 500)
    assert c.strobe.tell(400)
    for number in (800, 900):
        assert c.strobe.tell(number)
    c.chip.run_until(lambda: c.steps.position_steps() >= 1000)
    for number in (1200, 1300):
        assert c.strobe.tell(number)
    c.chip.run_until(lambda: not c.steps.is_moving())
    seen = [number for number, _, _ in c.flashes()]
    assert seen[-2:] == [1200, 1300]
    assert set(seen) <= {800, 900, 1200, 1300}


def test_eight_and_one_more_are_kept_and_forgotten_when_dropped(cinema):
    c = cinema()
    c.strobe.shine(50)
    c.start(c.prepared(20_000, 400_000).plan(9000))
    taken = [number for number in range(500, 6500, 500) if c.strobe.tell(number)]
    assert taken == list(range(500, 5000, 500))
    c.chip.run_until(lambda: c.steps.position_steps() >= 1200)
    c.strobe.drop()
    assert c.strobe.tell(1333)
    c.chip.run_until(lambda: not c.steps.is_moving())
    assert [number for number, _, _ in c.flashes()] == [500, 1000, 1333]


def test_nothing_told_and_nothing_moving_is_dark(cinema):
    c = cinema()
    c.strobe.shine(1000)
    c.start(c.prepared(20_000, 400_000).plan(3000))
    c.strobe.tell(200)
    c.chip.run_until(lambda: not c.steps.is_moving())
    c.chip.run(c.chip.hz)
    assert [number for number, _, _ in c.flashes()] == [200]


def test_no_program_lights_more_than_a_fifth_of_the_time_nor_longer_than_a_few_milliseconds(cinema):
    c = cinema()
    c.strobe.shine(10**6)
    ramp = c.prepared(20_000, 400_000)
    c.start(ramp.plan(9000))
    c.play(10)
    flashes = c.flashes()
    assert len(flashes) > 10
    assert max(lit for _, _, lit in flashes) <= 65_536 * 8 + 1 < 0.0043 * c.chip.hz
    ons = [edge[0] for edge in c.chip.edges if edge[1] == LIGHT_PIN and edge[2]]
    for on, following, (_, _, lit) in zip(ons, ons[1:], flashes, strict=False):
        assert lit <= (following - on) / 5


def test_a_new_length_holds_from_the_next_flash_on_and_none_means_dark(cinema):
    c = cinema()
    c.strobe.shine(100)
    c.start(c.prepared(20_000, 400_000).plan(9000))
    lengths = {}
    for number, flash_us in ((500, 100), (1500, 40), (2500, 0), (3500, 1), (4500, 700)):
        c.chip.run_until(lambda at=number: c.steps.position_steps() >= at - 300)
        for _ in range(6):  # also when it is told again and again
            c.strobe.shine(flash_us)
        c.strobe.tell(number)
        lengths[number] = flash_us
        c.chip.run_until(lambda at=number: c.steps.position_steps() >= at + 200)
    seen = {number: lit / 125 for number, _, lit in c.flashes()}
    assert seen.keys() == {500, 1500, 3500, 4500}
    for number, lit_us in seen.items():
        assert abs(lit_us - lengths[number]) < 0.15


def test_the_pin_is_the_strobes_only_while_it_is_on(cinema):
    c = cinema()
    assert c.chip.light_function == PWM
    c.strobe.shine(100)
    assert c.chip.light_function == PIO1
    c.start(c.prepared(20_000, 400_000).plan(9000))
    c.strobe.tell(1000)
    c.chip.run_until(lambda: c.steps.position_steps() >= 500)
    c.strobe.stop()
    assert c.chip.light_function == PWM
    c.chip.run_until(lambda: not c.steps.is_moving())
    assert c.flashes() == []


@pytest.mark.parametrize("hz", [125_000_000, 150_000_000, 200_000_000])
def test_a_flash_is_as_long_at_every_clock(cinema, hz):
    c = cinema(hz=hz)
    c.strobe.shine(500)
    c.start(c.prepared(20_000, 400_000).plan(3000))
    c.strobe.tell(1000)
    c.chip.run_until(lambda: not c.steps.is_moving())
    assert abs(c.flashes()[0][2] / hz - 500e-6) < 0.1e-6


@pytest.mark.parametrize("direction", [1, -1])
def test_after_hours_of_turning_without_a_strobe_its_first_flash_is_where_it_should_be(
    cinema, direction
):
    c = cinema()
    ramp = c.prepared(20_000, 200_000)
    c.start(ramp.turning(direction, 50_000))
    c.chip.run(c.chip.hz // 10)
    begun = c.begun_steps
    for _ in range(11):  # 11 * 2**27: more than half the circle of positions
        for counter in (c.steps._counter, c.strobe._watch):
            counter.x = (counter.x - 2**27) % 2**32
        c.chip.run(c.chip.hz // 1000)
        c.steps.position_steps()
    c.chip.edges.clear()
    here = c.steps.position_steps()
    assert (direction * (here - begun)) % 2**30 > 2**27
    c.strobe.shine(10)
    for ahead in (100, 230):
        assert c.strobe.tell((here + direction * ahead + 2**29) % 2**30 - 2**29)
    c.chip.run(c.chip.hz // 20)
    assert [number for number, _, _ in c.flashes()] == [100, 230]
