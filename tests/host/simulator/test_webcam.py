# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The webcam: when it exposes, and what of the LED and the film it catches."""

import numpy as np
import pytest

from visiophare.simulator.webcam import Webcam


class FakeBench:
    """Stands in for the bench; writes down what it was asked to expose."""

    class scene:  # noqa: N801 - read as an attribute
        class camera:  # noqa: N801
            fps = 25.0
            exposure_s = 0.02

    def __init__(self):
        self.exposures = []

    def expose(self, light, t_s, frame):
        self.exposures.append((light, t_s, frame))
        return np.zeros((2, 2, 3), np.uint8)


class FakeClock:
    def __init__(self, start_s=0.0, oversleep_s=0.0):
        self.t_s, self._oversleep_s = start_s, oversleep_s

    def now(self):
        return self.t_s

    def sleep(self, duration_s):
        assert duration_s > 0
        self.t_s += duration_s + self._oversleep_s


def make_webcam(clock, mean_light=lambda t0, t1: 0.0, frame_at=lambda t: 0):
    bench = FakeBench()
    return bench, Webcam(bench, mean_light, frame_at, clock.now, clock.sleep)


def test_exposures_begin_at_multiples_of_the_frame_interval():
    clock = FakeClock(start_s=10.013)
    _, webcam = make_webcam(clock)
    times = [webcam.read()[0] for _ in range(4)]
    np.testing.assert_allclose(times, [10.04, 10.08, 10.12, 10.16])


def test_a_picture_is_ready_only_when_its_exposure_has_ended():
    clock = FakeClock(start_s=1.0)
    _, webcam = make_webcam(clock)
    began_s, _ = webcam.read()
    assert clock.now() >= began_s + 0.02


def test_an_exposure_never_begins_before_the_reader_asked():
    clock = FakeClock(start_s=2.0)
    _, webcam = make_webcam(clock)
    for _ in range(20):
        asked_s = clock.now()
        assert webcam.read()[0] >= asked_s - 1e-9
        clock.t_s += 0.033


def test_a_slow_reader_misses_frames():
    clock = FakeClock()
    _, webcam = make_webcam(clock)
    first, _ = webcam.read()
    clock.t_s += 1.0
    second, _ = webcam.read()
    assert second - first == pytest.approx(1.04)


def test_the_light_is_asked_for_over_exactly_the_exposure():
    asked = []

    def mean_light(t0_s, t1_s):
        asked.append((t0_s, t1_s))
        return 0.25

    bench, webcam = make_webcam(FakeClock(start_s=5.001), mean_light, lambda t: 7)
    began_s, _ = webcam.read()
    assert asked == [(began_s, began_s + 0.02)]
    assert bench.exposures == [(0.25, began_s, 7)]


def test_the_film_frame_is_that_of_the_middle_of_the_exposure():
    bench, webcam = make_webcam(FakeClock(start_s=0.9999), frame_at=lambda t: int(t >= 1.005))
    webcam.read()
    assert bench.exposures[0][2] == 1


def test_a_clock_that_oversleeps_costs_no_picture_its_time():
    clock = FakeClock(oversleep_s=0.005)
    _, webcam = make_webcam(clock)
    times = [webcam.read()[0] for _ in range(5)]
    np.testing.assert_allclose(np.diff(times), 0.04)


def test_flicker_and_noise_can_be_those_of_another_instant_but_never_the_light():
    asked_s = []
    clock, bench = FakeClock(start_s=3.0), FakeBench()
    instants = iter([0.1, 0.2])
    webcam = Webcam(
        bench,
        lambda t0_s, _t1_s: asked_s.append(t0_s) or 0.5,
        lambda _t_s: 0,
        clock.now,
        clock.sleep,
        lambda _begin_s: next(instants),
    )
    began_s = [webcam.read()[0] for _ in range(2)]
    assert [t_s for _light, t_s, _frame in bench.exposures] == [0.1, 0.2]
    assert asked_s == began_s
