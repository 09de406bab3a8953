# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disc or a loop that turns for ever: speeds, changes, directions, the end."""

from fake_board import FakeBoard
from firmware_bench import Bench

from visiophare_wire import ticks_diff

SETTINGS = ("endless yes", "turn_mm 120", "speed_mm_s 60", "acceleration_mm_s2 100", "ntc no")


def disc(*settings):
    """80 steps in a millimetre, 120 mm in a turn: 9600 steps."""
    bench = Bench()
    bench.hello()
    for setting in SETTINGS + settings:
        assert bench.send("settings " + setting).ok, setting
    return bench


def steps_in(bench, seconds):
    before = bench.board.rotor_steps
    for _ in range(int(seconds)):
        bench.board.speeds = []  # thousands, and nobody asks
        bench.run(1)
    return bench.board.rotor_steps - before


def test_a_disc_turns_at_its_speed_for_ever_without_a_home():
    bench = disc()
    assert bench.send("carriage turn 20").ok
    bench.run(2)
    for _ in range(3):
        assert abs(steps_in(bench, 60) - 20 * 9600) < 20
    assert bench.status()["carriage"] == "turning"


def test_a_loop_runs_at_frames_a_second_in_either_direction():
    bench = disc("pitch_mm 5", "frames 20")
    assert bench.send("carriage run 6.5fps").ok
    bench.run(2)
    assert abs(steps_in(bench, 10) - 6.5 * 10 * 5 * 80) < 5
    assert bench.send("carriage run -2").ok
    bench.run(4)
    assert abs(steps_in(bench, 10) + 2 * 10 * 5 * 80) < 5


def test_the_speed_changes_along_the_ramp_without_a_stop():
    bench = disc()
    bench.send("carriage turn 25")
    bench.run(2)
    bench.board.speeds = []
    bench.send("carriage turn 10")
    bench.run(2)
    bench.send("carriage turn 28")
    bench.run(2)
    speeds = bench.board.speeds
    assert abs(min(speeds) - 1600) < 5
    assert abs(speeds[-1] - 28 * 160) < 20
    # 100 mm/s² are 8000 steps/s²; a segment may be one step of the staircase too fast
    jumps = [abs(b - a) for a, b in zip(speeds, speeds[1:])]  # noqa: B905, RUF007
    assert max(jumps) < 250


def test_a_change_before_the_speed_is_reached_is_smooth_too():
    bench = disc()
    bench.send("carriage turn 25")
    bench.run(0.2)
    bench.send("carriage turn 3")
    bench.run(2)
    speeds = bench.board.speeds
    assert abs(speeds[-1] - 480) < 5
    assert max(speeds) < 2200


def test_the_other_direction_comes_after_a_stop():
    bench = disc()
    bench.send("carriage turn 25")
    bench.run(2)
    bench.board.speeds = []
    bench.send("carriage turn -25")
    bench.run(2)
    assert min(bench.board.speeds) < 400
    assert steps_in(bench, 1) < -3900
    bench.send("carriage turn -5")
    bench.run(2)
    assert abs(steps_in(bench, 6) + 4800) < 5


def test_a_stop_slows_down_and_counts_whole_turns_out_of_the_position():
    bench = disc()
    bench.home()
    bench.send("carriage turn 20")
    bench.run(31)
    bench.send("carriage stop")
    assert bench.run_until(lambda: bench.named("stopped"))
    mm = float(bench.named("stopped")[0].fields["mm"])
    assert 0 <= mm < 120
    assert abs((bench.board.rotor_mm - -3 - mm) / 120 - 10) < 0.01
    before = bench.board.rotor_mm
    bench.send("carriage at 60")
    assert bench.run_until(lambda: bench.named("arrived"))
    assert abs(bench.board.rotor_mm - before) < 120


def test_speed_0_is_a_stop_and_a_shout_stops_too():
    for stop in ("carriage turn 0", None):
        bench = disc()
        bench.send("carriage turn 20")
        bench.run(2)
        if stop:
            assert bench.send(stop).ok
        else:
            bench.feed(b"!\n")
        bench.run(2)
        assert bench.status()["carriage"] == "still"
        assert not bench.board.is_moving()


def test_whole_turns_are_counted_out_long_before_positions_go_round_their_circle():
    bench = disc()
    bench.home()
    assert bench.send("carriage turn 20").ok
    bench.run(3)
    carriage, board = bench.controller.carriage, bench.board
    for _ in range(6):
        board.rotor_steps += 2**26
        bench.run(0.02)
        away = ticks_diff(board.rotor_steps, carriage.zero_steps)
        assert 0 <= away * 256 < 2 * carriage.turn_256


def test_what_cannot_turn_is_refused():
    bench = disc()
    refused = bench.send("carriage turn 31")
    assert (refused.code, refused.fields["max"]) == ("too_fast_turn", "30")
    refused = bench.send("carriage run -2")
    assert (refused.code, refused.fields["max"]) == ("too_fast", "1.57")
    assert bench.send("settings turn_mm 0").ok
    assert bench.send("carriage turn 3").code == "no_turn"
    assert bench.send("carriage run 1").ok
    bench = disc("endless no")
    assert bench.send("carriage turn 3").code == "not_endless"
    assert bench.send("carriage run 1").code == "not_endless"


def test_stops_without_number_leave_a_disc_whose_turn_is_no_whole_steps_where_it_is():
    bench = disc("turn_mm 120.007")
    bench.home()
    carriage = bench.controller.carriage
    home_steps = carriage.zero_steps
    turn = carriage.turn_256
    assert turn % 256
    for _ in range(60):
        bench.board.speeds, bench.events, bench.replies = [], [], []
        assert bench.send("carriage turn 29").ok
        bench.run(2.9)
        assert bench.send("carriage stop").ok
        assert bench.run_until(lambda: carriage.state == "still")
    off = (ticks_diff(bench.board.rotor_steps, home_steps) * 256) % turn - 256 * 80 * float(
        carriage.position_mm()
    )
    assert abs((off + turn // 2) % turn - turn // 2) <= 256 + 3


def test_nothing_turns_while_home_is_looked_for():
    bench = disc()
    bench.send("carriage home")
    assert bench.send("carriage turn 3").code == "not_home_yet"
    assert bench.run_until(lambda: bench.named("homed"))
    assert bench.send("carriage turn 3").ok


def test_a_wish_to_turn_is_told_in_words():
    bench = Bench(settings='{"language": "en", "endless": "yes", "turn_mm": 60}')
    assert bench.type("carriage turn 12") == ["The film turns at 12 mm/s."]
    assert "The film is turning." in bench.type("status")


class RoundBoard(FakeBoard):
    """A board whose rotor is about to come around the circle of positions."""

    def __init__(self):
        FakeBoard.__init__(self)
        self.rotor_steps = 2**29 - 30_000

    def position_steps(self):
        return ticks_diff(self.rotor_steps, 0)

    def home_switch(self):
        return self.rotor_steps <= 2**29 - 30_240


def test_positions_may_go_around_their_circle():
    bench = Bench(RoundBoard())
    bench.home()
    for setting in SETTINGS:
        bench.send("settings " + setting)
    home_steps = 2**29 - 30_240
    for mm in (100, 399.5):
        bench.send(f"carriage at {mm}")
        assert bench.run_until(lambda n=mm: float(bench.status()["mm"]) == n, 30)
        assert abs(bench.board.rotor_steps - home_steps - mm * 80) < 3
    bench.send("carriage turn 20")
    bench.run(5)
    bench.send("carriage turn 10")
    bench.run(1)
    bench.send("carriage stop")
    assert bench.run_until(lambda: bench.named("stopped"))
    mm = float(bench.named("stopped")[0].fields["mm"])
    assert 0 <= mm < 120
    assert abs((bench.board.rotor_steps - home_steps) % 9600 - mm * 80) < 3
