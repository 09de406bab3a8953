# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random
from math import sqrt

from visiophare_firmware import Ramp


def executed(plan):
    """[(duration so far, period)] of every single step, both in s."""
    steps, t_s = [], 0.0
    for count, period_ns in plan.segments():
        for _ in range(count):
            t_s += period_ns / 1e9
            steps.append((t_s, period_ns / 1e9))
    return steps


def test_a_long_move_reaches_the_speed_and_makes_every_step():
    plan = Ramp(2000, 5000).plan(5000)
    steps = executed(plan)
    assert plan.steps == len(steps) == 5000
    assert abs(1 / min(period for _, period in steps) - 2000) < 1
    # v²/a for both ramps together, the rest at cruise: 0.8 s + (5000 - 800) / 2000
    assert abs(steps[-1][0] - 2.9) < 0.01


def test_a_short_move_turns_round_before_it_is_fast():
    plan = Ramp(2000, 5000).plan(-200)
    steps = executed(plan)
    assert plan.direction == -1
    assert len(steps) == 200
    fastest = 1 / min(period for _, period in steps)
    assert fastest < sqrt(2 * 5000 * 100) * 1.01
    assert abs(steps[-1][0] - 2 * sqrt(2 * 100 / 5000)) < 0.05


def test_every_distance_is_made_exactly():
    ramp = Ramp(1234, 4321)
    for distance in tuple(range(1, 60)) + (175, 176, 177, 351, 352, 353, 10_000):  # noqa: RUF005
        for steps in (distance, -distance):
            plan = ramp.plan(steps)
            assert sum([count for count, _ in plan.segments()]) == plan.steps == distance
            assert plan.direction * steps > 0


def test_the_way_up_is_the_way_down_backwards():
    periods = [period for _, period in executed(Ramp(800, 900).plan(3000))]
    assert periods == periods[::-1]


def test_acceleration_stays_within_what_was_asked():
    ramp = Ramp(8000, 20_000)
    last_s, last_speed = 0.0, 0.0
    for count, period_ns in ramp.plan(100_000).segments()[: len(ramp.counts)]:
        duration_s = count * period_ns / 1e9
        speed = 1e9 / period_ns
        assert (speed - last_speed) / ((duration_s + last_s) / 2) < 20_000 * 1.05
        last_s, last_speed = duration_s, speed


def test_the_fastest_ramp_of_the_plan_fits_its_table():
    ramp = Ramp(40_000, 80_000)
    assert len(ramp.counts) <= 128
    assert ramp.totals[-1] == 10_000
    assert ramp.cruise_period_ns == 25_000
    assert min(ramp.periods_ns) >= 25_000


def test_the_slowest_ramp_has_a_step_to_start_with():
    for speed, acceleration in ((0.5, 10_000), (1, 1), (80, 16_000)):
        plan = Ramp(speed, acceleration).plan(5)
        assert plan.steps == 5
        assert all(period_ns > 0 for _, period_ns in plan.segments())


def test_a_stop_slows_down_from_the_present_speed():
    ramp = Ramp(2000, 5000)
    plan = ramp.plan(5000)
    periods = [period for _, period in executed(plan)]
    for done in (1, 10, 100, 200, 399, 400, 1000, 4000):
        stop = plan.stopping(done)
        stop_periods = [period for _, period in executed(stop)]
        assert stop.direction == plan.direction
        assert stop_periods[0] >= periods[done] * 0.9, done
        assert stop_periods == sorted(stop_periods)
        assert done + stop.steps <= plan.steps


def test_a_stop_is_no_harder_than_the_acceleration():
    plan = Ramp(2000, 5000).plan(5000)
    periods = [period for _, period in executed(plan)]
    for done in (1, 10, 100, 200, 399, 400, 1000, 4000):
        duration_s = executed(plan.stopping(done))[-1][0]
        assert 1 / periods[done] / duration_s < 5000 * 1.05, done


def test_a_stop_near_the_end_is_the_end():
    plan = Ramp(2000, 5000).plan(5000)
    assert plan.stopping(4600) is None
    assert plan.stopping(4999) is None
    assert Ramp(2000, 5000).plan(1).stopping(0) is None


def test_no_stop_at_any_moment_overruns_the_plan():
    random.seed(20265)
    for _ in range(300):
        ramp = Ramp(1 + random.getrandbits(13), 1 + random.getrandbits(14))
        plan = ramp.plan(1 + random.getrandbits(12))
        done = random.getrandbits(12) % plan.steps
        stop = plan.stopping(done)
        if stop is None:
            continue
        assert 0 < stop.steps <= plan.steps - done
        assert sum([count for count, _ in stop.segments()]) == stop.steps


def speeds_by_time(plan):
    """[(time, speed)] in the middle of every segment."""
    points, t_s = [], 0.0
    for count, period_ns in plan.segments():
        lasts_s = count * period_ns / 1e9
        points.append((t_s + lasts_s / 2, 1e9 / period_ns))
        t_s += lasts_s
    return points


def test_with_a_limited_jerk_the_acceleration_rises_and_falls_in_straight_lines():
    ramp = Ramp(4000, 20_000, 200_000)  # 0.1 s of rising, 0.1 s of holding, 0.1 s of falling
    points = speeds_by_time(ramp.plan(20_000))[: len(ramp.counts)]
    for t_s, speed in points:
        if t_s < 0.1:
            expected = 100_000 * t_s * t_s
        elif t_s < 0.2:
            expected = 1000 + 20_000 * (t_s - 0.1)
        else:
            expected = 4000 - 100_000 * (0.3 - t_s) ** 2
        assert abs(speed - expected) < 60, (t_s, speed, expected)
    assert ramp.totals[-1] == 600  # v·T/2
    assert ramp.periods_ns == sorted(ramp.periods_ns, reverse=True)


def test_a_jerk_too_low_for_the_acceleration_still_reaches_the_speed():
    ramp = Ramp(4000, 1_000_000, 100_000)  # T = 2·√(v/j) = 0.4 s
    assert ramp.totals[-1] == 800
    steps = executed(ramp.plan(20_000))
    assert abs(1 / min([period for _, period in steps]) - 4000) < 1
    assert abs(steps[799][0] - 0.4) < 0.01


def test_every_distance_is_made_exactly_with_any_jerk():
    for jerk in (500, 20_000, 3_000_000):
        ramp = Ramp(1234, 4321, jerk)
        for distance in tuple(range(1, 40)) + (351, 352, 353, 10_000):  # noqa: RUF005
            assert sum([count for count, _ in ramp.plan(distance).segments()]) == distance
