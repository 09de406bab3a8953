# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped PIO programs and the code that feeds them, executed to the clock.

Expected edges come from Plan.segments(), one step at a time; nothing of rp2_steps' own arithmetic
is used to judge it.
"""

import itertools
import random

import pytest
from fake_rp2 import FILM_PIN, Chip, load_steps

from visiophare_firmware import Ramp
from visiophare_firmware.boards.pins import PICO
from visiophare_wire import ticks_diff

FORCED_CLOCKS = 2  # what the two instructions from outside may add to a step, each


class Motor:
    """The motor of one chip; python_us: how long each call into the hardware takes, at most."""

    def __init__(self, monkeypatch, hz=125_000_000, python_us=0, seed=1):
        self.random = random.Random(seed)
        longest = python_us * hz // 1_000_000
        self.chip = Chip(hz, lambda: self.random.randint(0, longest) if longest else 0)
        self.steps = load_steps(self.chip, monkeypatch).Steps(PICO)

    def ramp(self, speed, acceleration):
        ramp = Ramp(speed, acceleration)
        self.steps.prepare(ramp)
        return ramp

    def finish(self):
        self.chip.run_until(lambda: not self.steps.is_moving())

    def periods(self):
        """Clocks between one rise and the next."""
        rises = self.chip.rises()
        return [after - before for before, after in itertools.pairwise(rises)]

    def expected(self, plan):
        """Clocks of each step of the plan."""
        return [
            (period_ns * self.chip.hz + 500_000_000) // 1_000_000_000
            for count, period_ns in plan.segments()
            for _ in range(count)
        ]


@pytest.fixture
def motor(monkeypatch):
    return lambda **options: Motor(monkeypatch, **options)


@pytest.mark.parametrize("hz", [125_000_000, 150_000_000, 200_000_000])
def test_every_period_of_a_move_is_exact_at_every_clock(motor, hz):
    m = motor(hz=hz)
    plan = m.ramp(40_000, 400_000).plan(9000)
    m.steps.start(plan)
    m.finish()
    assert m.periods() == m.expected(plan)[1:]
    assert min(m.periods()) == hz // 40_000
    assert m.steps.position_steps() == 9000


def test_pulses_are_wide_enough_for_any_driver(motor):
    m = motor()
    m.steps.start(m.ramp(40_000, 400_000).plan(500))
    m.finish()
    pulses = [edge for edge in m.chip.edges if edge[1] == PICO["step"]]
    widths = {fall[0] - rise[0] for rise, fall in zip(pulses[::2], pulses[1::2], strict=True)}
    assert widths == {513 + 1}
    assert min(widths) / 250e6 > 1.9e-6  # DRV8825, on an overclocked chip


def test_many_moves_there_and_back_are_exact_and_counted(motor):
    m = motor(python_us=30)
    position = 0
    for _ in range(60):
        speed = m.random.randint(50, 40_000)
        ramp = m.ramp(speed, m.random.randint(speed, 20 * speed))
        plan = ramp.plan(m.random.choice((-1, 1)) * m.random.randint(1, 1500))
        m.chip.edges.clear()
        m.steps.start(plan)
        m.finish()
        assert m.periods() == m.expected(plan)[1:]
        position += plan.direction * plan.steps
        assert m.steps.position_steps() == position
        assert m.chip.pins[PICO["direction"]] == (plan.direction > 0)


def test_the_direction_stands_before_the_first_pulse(motor):
    m = motor()
    ramp = m.ramp(1000, 10_000)
    for steps in (5, -5):
        m.chip.edges.clear()
        m.steps.start(ramp.plan(steps))
        m.finish()
        assert [edge[1] for edge in m.chip.edges[:2]] == [PICO["direction"], PICO["step"]]


def check_stop(m, plan, moment_s):
    """Stop after so long: the plan's own periods, some more of the last of them while Python works,
    then exactly the ramp's way down from there. Returns the periods."""
    m.chip.edges.clear()
    before = m.steps.position_steps()
    m.steps.start(plan)
    m.chip.run(int(moment_s * m.chip.hz))
    at_stop = len(m.chip.rises())
    m.steps.decelerate()
    m.finish()
    periods, planned = m.periods(), m.expected(plan)[1:]
    assert m.steps.position_steps() - before == plan.direction * (len(periods) + 1)
    assert len(periods) <= len(planned)
    if periods == planned:
        return periods  # it was ending anyway
    tail = longest_way_down(m, plan, periods)
    held = periods[: len(periods) - len(tail)]
    kept = 0
    while kept < len(held) and as_long(held[kept], planned[kept]):
        kept += 1
    assert kept >= at_stop - 2
    speed = planned[max(0, kept - 1)]
    assert all(as_long(period, speed) for period in held[kept:])
    known = planned[max(0, at_stop - 3) : at_stop + 1]  # what it was when Python looked
    assert tail == m.expected(plan)[-len(tail) :] or tail[0] in known
    return periods


def longest_way_down(m, plan, periods):
    """The longest way down of the plan's ramp with which these periods end."""
    ways = [m.expected(plan.ramp.plan(2 * total))[total:] for total in plan.ramp.totals[1:]]
    return max([way for way in ways if ends_with(periods, way)], key=len)


def as_long(period, planned):
    """Whether it is the planned period, lengthened at most by what came from outside."""
    return 0 <= period - planned <= FORCED_CLOCKS


def ends_with(periods, way):
    """Whether the periods end so; the first step of it may have been lengthened."""
    if len(way) > len(periods):
        return False
    part = periods[len(periods) - len(way) :]
    return part[1:] == way[1:] and as_long(part[0], way[0])


def test_a_stop_at_any_moment_follows_the_ramp_down_and_keeps_the_position(motor):
    m = motor(python_us=10)
    ramp = m.ramp(40_000, 800_000)
    for _ in range(60):
        check_stop(m, ramp.plan(m.random.choice((-1, 1)) * 3000), m.random.uniform(0, 0.12))


def test_stops_of_short_and_slow_moves_keep_the_position_too(motor):
    m = motor(python_us=10, seed=3)
    for _ in range(60):
        speed = m.random.randint(20, 4000)
        plan = m.ramp(speed, m.random.randint(speed, 20 * speed)).plan(m.random.randint(1, 600))
        duration_s = sum(m.expected(plan)) / m.chip.hz
        check_stop(m, plan, m.random.uniform(0, 1.05 * duration_s))


def test_a_stop_never_shortens_a_step(motor):
    m = motor(python_us=10, seed=5)
    ramp = m.ramp(20_000, 400_000)
    for _ in range(40):
        plan = ramp.plan(1500)
        periods = check_stop(m, plan, m.random.uniform(0, 0.11))
        assert min(periods) >= min(m.expected(plan))


def test_cut_means_not_one_more_pulse_and_the_next_move_is_whole(motor):
    m = motor(python_us=10)
    ramp = m.ramp(40_000, 800_000)
    for _ in range(20):
        m.chip.edges.clear()
        m.steps.start(ramp.plan(3000))
        m.chip.run(m.random.randint(0, m.chip.hz // 10))
        m.steps.cut()
        made = len(m.chip.rises())
        m.chip.run(m.chip.hz // 50)
        assert len(m.chip.rises()) == made
        assert m.chip.pins[PICO["step"]] == 0
        assert not m.steps.is_moving()
        m.chip.edges.clear()
        plan = ramp.plan(-700)
        m.steps.start(plan)
        m.finish()
        assert m.periods() == m.expected(plan)[1:]


def test_turning_goes_on_for_ever_and_changes_speed_along_the_ramp(motor):
    m = motor(python_us=10)
    ramp = m.ramp(40_000, 800_000)
    plan = ramp.turning(1, 50_000)
    m.steps.start(plan)
    m.chip.run(m.chip.hz // 8)
    assert set(m.periods()[-1500:]) == {6250}
    for period_ns in (27_000, 400_000, 31_000):
        made = len(m.chip.rises())
        plan = ramp.turning(1, period_ns, plan.up)
        m.steps.change(plan)
        m.chip.run(m.chip.hz // 8)
        change = m.expected(ramp_part(plan))
        periods = m.periods()[made:]
        first = next(i for i, period in enumerate(periods) if as_long(period, change[0]))
        assert first < 20
        assert periods[first + 1 : first + len(change)] == change[1:]
        assert set(periods[first + len(change) :]) == {round(period_ns / 8)}
        assert m.steps.position_steps() == len(m.chip.rises())
    m.steps.decelerate()
    m.finish()
    assert m.steps.position_steps() == len(m.chip.rises())


def ramp_part(plan):
    """The change of speed alone."""
    segments = [segment for segment in plan.segments() if segment[0] != plan.cruise_steps]
    return type("Change", (), {"segments": lambda self: segments})()


def test_the_film_sensor_tells_the_step_at_which_a_mark_began(motor):
    m = motor()
    m.steps.start(m.ramp(40_000, 800_000).plan(-4000))
    for at_steps in (100, 1500, 1501, 3500):
        m.chip.run_until(lambda at=at_steps: m.steps.position_steps() <= -at)
        passed = len(m.chip.rises())
        m.chip.set_pin(FILM_PIN, 0)
        m.chip.run(100)
        assert m.steps.film_mark() == -passed
        assert m.steps.film_mark() is None
        m.chip.set_pin(FILM_PIN, 1)
        m.chip.run(100)
    m.finish()


def test_a_disc_may_turn_for_weeks_and_every_step_counts(motor):
    """The counts are set forward by hand to what they would be after so long."""
    m = motor(python_us=10)
    ramp = m.ramp(40_000, 800_000)
    m.steps.start(ramp.turning(1, 25_000))
    m.chip.run(m.chip.hz // 20)
    for skipped in [2**28 - 5000] * 40:
        before = m.steps.position_steps()
        m.chip.machines[1].x = (m.chip.machines[1].x - skipped) & 0xFFFFFFFF
        m.chip.set_pin(FILM_PIN, 1)
        m.chip.run(m.chip.hz // 5000)
        made = len(m.chip.rises())
        m.chip.set_pin(FILM_PIN, 0)
        m.chip.run(m.chip.hz // 5000)
        passed = skipped + len(m.chip.rises()) - made
        assert abs(ticks_diff(m.steps.position_steps(), before) - passed) <= 10
        assert abs(ticks_diff(m.steps.film_mark(), before) - skipped) <= 10
        assert -(2**29) <= m.steps.position_steps() < 2**29
    m.chip.edges.clear()
    m.steps.decelerate()
    m.finish()
    assert 1000 <= len(m.periods()) < 1050  # the whole way down


def test_the_other_channel_goes_on_counting_when_one_has_moved_all_its_words(motor):
    m = motor()
    m.steps.start(m.ramp(40_000, 800_000).plan(3000))
    m.chip.run(m.chip.hz // 50)
    counting = [c for c in m.chip.channels if c.left > 2**31]
    assert len(counting) == 1
    counting[0].left = 3
    m.finish()
    assert m.steps.position_steps() == 3000


def test_a_stop_just_before_the_way_down_goes_nowhere_beyond_the_end_though_python_is_slow(motor):
    m = motor()
    plan = m.ramp(40_000, 2_000_000).plan(900)
    for us in range(20_900, 22_300, 60):
        m.chip.call_clocks = lambda: 0
        before = m.steps.position_steps()
        m.steps.start(plan)
        m.chip.run(us * 125)
        m.chip.call_clocks = lambda: 85 * 125  # decelerate() then takes some 1.2 ms
        m.steps.decelerate()
        m.finish()
        assert m.steps.position_steps() - before <= 900, us


def test_half_a_segment_that_was_fetched_is_forgotten(motor):
    m = motor()
    m.steps._steps.put(3)
    m.chip.run(100)
    assert m.steps.is_moving()
    m.steps._hold()
    m.chip.run(100)
    assert not m.steps.is_moving()
    plan = m.ramp(40_000, 800_000).plan(3000)
    m.steps.start(plan)
    m.finish()
    assert m.periods() == m.expected(plan)[1:]
