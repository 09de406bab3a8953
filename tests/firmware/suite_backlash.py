# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A carriage with play between motor and film, and a motor whose current goes off at rest."""

import random

from fake_board import FakeBoard
from firmware_bench import Bench

PLAY_MM = 0.4


class LooseBoard(FakeBoard):
    """film_mm follows the rotor only where the play ends. highest_mm: of the rotor, ever."""

    film_mm = 0.0
    highest_mm = 0.0

    def advance_to(self, now_us):
        while self.now_us < now_us:  # in small steps, for the film to follow
            FakeBoard.advance_to(self, min(self.now_us + 1000, now_us))
            self.film_mm = min(max(self.film_mm, self.rotor_mm - PLAY_MM), self.rotor_mm)
            self.highest_mm = max(self.highest_mm, self.rotor_mm)

    def home_switch(self):
        return self.film_mm <= -3.0


def loose_bench(*settings):
    bench = Bench(LooseBoard())
    bench.hello()
    for setting in settings:
        assert bench.send("settings " + setting).ok
    bench.send("carriage home")
    assert bench.run_until(lambda: bench.named("homed"))
    return bench


def landings(bench, wanted_mm):
    """Where the film lands, from home, for each of these positions."""
    home_mm, found = None, []
    for mm in [0] + list(wanted_mm):  # noqa: RUF005
        before = len(bench.named("arrived"))
        bench.board.speeds = []  # thousands, and nobody asks
        assert bench.send(f"carriage at {mm}").ok
        assert bench.run_until(lambda n=before: len(bench.named("arrived")) > n)
        if home_mm is None:
            home_mm = bench.board.film_mm
        found.append(bench.board.film_mm - home_mm)
    return found[1:]


def worst_mm(bench, wanted_mm):
    return max([abs(a - b) for a, b in zip(landings(bench, wanted_mm), wanted_mm)])  # noqa: B905


def places(seed, count):
    random.seed(seed)
    return [random.randint(0, 3900) / 10 for _ in range(count)]


def test_without_the_setting_the_play_is_seen():
    assert worst_mm(loose_bench(), (50, 100, 60)) > 0.9 * PLAY_MM


def test_every_place_is_reached_from_the_same_side():
    bench = loose_bench("backlash_mm 0.5")
    assert worst_mm(bench, places(1, 25)) < 0.03


def test_a_small_way_homewards_after_a_stop_takes_the_play_up_too():
    bench = loose_bench("backlash_mm 0.5")
    landings(bench, (50,))
    bench.send("carriage at 100")
    bench.run(0.5)
    bench.send("carriage stop")
    assert bench.run_until(lambda: bench.named("stopped"))
    at_mm = round(float(bench.named("stopped")[0].fields["mm"]) - 0.1, 2)
    before = len(bench.named("arrived"))
    bench.send(f"carriage at {at_mm}")
    assert bench.run_until(lambda: len(bench.named("arrived")) > before)
    assert abs(bench.board.film_mm - -3.0 - at_mm) < 0.05


def test_who_comes_from_home_or_is_there_already_makes_no_detour():
    bench = loose_bench("backlash_mm 0.5")
    landings(bench, (50,))
    for mm, steps in ((30, 1600), (29.9, 8), (29.9, 0), (32, 2 * 40 + 168)):
        landings_before = len(bench.named("arrived"))
        bench.board.speeds = []
        bench.send(f"carriage at {mm}")
        assert bench.run_until(lambda n=landings_before: len(bench.named("arrived")) > n)
        assert len(bench.board.speeds) == steps, mm


def arrives(bench, mm):
    """Whether the film then is where the board says."""
    before = len(bench.named("arrived"))
    assert bench.send(f"carriage at {mm}").ok
    assert bench.run_until(lambda: len(bench.named("arrived")) > before)
    return abs(bench.board.film_mm - -3.0 - mm) < 0.03


def test_a_way_homewards_cut_short_by_another_has_taken_up_no_more_than_its_steps():
    bench = loose_bench("backlash_mm 0.5")
    for turn in range(12):
        assert bench.send("carriage at 200").ok
        bench.run(1)
        assert bench.send("carriage stop").ok
        assert bench.run_until(lambda: bench.controller.carriage.state == "still")
        assert bench.send("carriage at 0").ok
        bench.run(0.01 + 0.01 * turn)
        # The next target is met while it comes to rest: a few steps further homewards.
        assert arrives(bench, round(bench.controller.carriage.position_mm() - 0.15, 3)), turn
        assert arrives(bench, 20)


def test_after_turning_away_from_home_a_little_way_back_takes_the_play_up():
    bench = loose_bench("backlash_mm 0.5", "endless yes", "turn_mm 300")
    for way in (1, -1):
        assert arrives(bench, 50)
        assert bench.send(f"carriage turn {2 * way}").ok
        bench.run(1)
        carriage = bench.controller.carriage
        end = bench.board.rotor_steps + carriage.plan.stopping(10**6).steps * way
        assert arrives(bench, round((end - carriage.zero_steps) / 80 - 0.2, 3)), way


def test_there_is_room_to_go_past_every_place_and_no_limit_is_passed():
    bench = loose_bench("backlash_mm 2")
    assert bench.send("carriage at 398.5").code == "outside"
    landings(bench, (398, 0, 398))
    assert 397 < bench.board.highest_mm + 3 <= 400.5  # home is at -3; the play itself on top


def test_the_plus_side_is_homes_side_too():
    bench = Bench(LooseBoard())
    bench.board.home_switch = lambda: bench.board.film_mm >= 25
    bench.hello()
    for setting in ("home_side plus", "min_mm -400", "max_mm 0", "first_frame_mm -380"):
        bench.send("settings " + setting)
    bench.send("settings backlash_mm 0.5")
    bench.send("carriage home")
    assert bench.run_until(lambda: bench.named("homed"))
    assert bench.send("carriage at -399.8").code == "outside"
    assert worst_mm(bench, (-50, -10, -90.5, -90)) < 0.03


def test_at_rest_the_current_goes_off_when_the_settings_say_so_and_home_is_unknown():
    bench = Bench()
    bench.home()
    bench.send("settings idle_off_s 5")
    bench.send("carriage at 30")
    assert bench.run_until(lambda: bench.named("arrived"))
    bench.run(4.5)
    assert bench.board.motor_on
    assert bench.status()["referenced"] == "yes"
    bench.run(1)
    assert not bench.board.motor_on
    assert bench.status()["referenced"] == "no"
    assert len(bench.named("motor_off")) == 1
    assert bench.send("carriage at 10").code == "unreferenced"
    bench.run(20)
    assert len(bench.named("motor_off")) == 1
    bench.send("carriage home")
    assert bench.run_until(lambda: len(bench.named("homed")) == 2)


def test_without_the_setting_the_motor_holds_the_film_for_ever():
    bench = Bench()
    bench.home()
    bench.run(500)
    assert bench.board.motor_on
    assert bench.status()["referenced"] == "yes"
