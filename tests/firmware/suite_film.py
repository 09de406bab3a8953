# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sensor on the film: a mark in each frame, and a film that slips, jams or follows."""

from fake_board import FakeBoard
from firmware_bench import Bench

FULL_STEP = 16


class MarkedBoard(FakeBoard):
    """A mark is a slot 40 steps long, once in each pitch_steps; film_steps: where the film is.

    jammed: it does not follow. no_marks_…: the film ends there.
    """

    def __init__(self, **options):
        FakeBoard.__init__(self, **options)
        self.film_steps = 0
        self.jammed = False
        self.pitch_steps = 38 * 80
        self.no_marks_below_mm = -1000
        self.no_marks_above_mm = 1000
        self._seen = None
        self._in_slot = False

    def advance_to(self, now_us):
        while self.now_us < now_us:  # less than a step each
            before = self.rotor_steps
            FakeBoard.advance_to(self, min(self.now_us + 200, now_us))
            if not self.jammed:
                self.film_steps += self.rotor_steps - before
            on_film = self.no_marks_below_mm <= self.rotor_mm + 3 <= self.no_marks_above_mm
            in_slot = on_film and (self.film_steps - 700) % self.pitch_steps < 40
            if in_slot and not self._in_slot:
                self._seen = self.rotor_steps
            self._in_slot = in_slot

    def film_mark(self):
        seen, self._seen = self._seen, None
        return seen


def watched(*settings):
    bench = Bench(MarkedBoard())
    bench.home()
    for setting in ("film_sensor yes",) + settings:  # noqa: RUF005
        assert bench.send("settings " + setting).ok
    return bench


def go(bench, mm):
    before = len(bench.named("arrived"))
    assert bench.send(f"carriage at {mm}").ok
    return bench.run_until(lambda: len(bench.named("arrived")) > before, 20)


def faults(bench):
    return [event.fields["code"] for event in bench.named("fault")]


def test_a_film_that_follows_there_and_back_is_no_fault():
    bench = watched()
    for mm in (200, 0, 350, 20, 60, 58):
        assert go(bench, mm)
    assert faults(bench) == []


def test_three_full_steps_are_borne_and_five_are_a_fault():
    for full_steps, told in ((3, []), (5, ["film_slipped"]), (-3, []), (-5, ["film_slipped"])):
        bench = watched()
        assert go(bench, 150)
        bench.board.film_steps -= full_steps * FULL_STEP
        go(bench, 300)
        assert faults(bench) == told
        assert bench.status()["referenced"] == ("no" if told else "yes")


def test_frames_that_are_no_whole_steps_long_stay_in_their_places():
    bench = watched("microsteps 1", "first_frame_mm 5", "pitch_mm 10.005")
    bench.board.pitch_steps = 800.4
    for mm in (5, 340, 5):
        assert go(bench, mm)
    assert faults(bench) == []


def test_no_film_is_watched_while_home_is_looked_for():
    bench = watched()
    assert go(bench, 350)
    bench.send("carriage home")
    for mm in (250, 150):
        assert bench.run_until(lambda mm=mm: bench.board.rotor_mm < mm)
        bench.board.film_steps -= 10 * FULL_STEP
    assert bench.run_until(lambda: len(bench.named("homed")) == 2)
    assert faults(bench) == []


def test_frames_too_short_for_a_mark_to_be_out_of_place_are_refused():
    bench = Bench()
    bench.hello()
    assert bench.send("settings film_sensor yes").ok
    for change in ("pitch_mm 1.59", "pitch_mm -1.59", "steps_per_mm 3"):
        reply = bench.send("settings " + change)
        assert (reply.ok, reply.gathered.get("problem")) == (False, "film_pitch_short")
    assert bench.send("settings pitch_mm 1.7").ok
    assert bench.send("settings microsteps 32").gathered["problem"] == "film_pitch_short"
    assert "8 pas entiers" in bench.type("settings microsteps 32")[0]


def test_a_slip_slows_down_and_wants_a_new_home():
    bench = watched()
    assert go(bench, 100)
    bench.board.film_steps += 10 * FULL_STEP
    assert not go(bench, 300)
    assert not bench.board.is_moving()
    assert bench.send("carriage at 100").code == "unreferenced"
    bench.send("clear")
    bench.send("carriage home")
    assert bench.run_until(lambda: len(bench.named("homed")) == 2)
    assert go(bench, 300)
    assert faults(bench) == ["film_slipped"]


def test_a_loop_whose_marks_stay_away_has_jammed():
    bench = watched("endless yes")
    assert bench.send("carriage run 0.5").ok
    bench.run(12)
    assert faults(bench) == []
    bench.board.jammed = True
    assert bench.run_until(lambda: bench.named("stopped"), 8)
    assert faults(bench) == ["film_slipped"]


def test_a_loop_of_which_no_mark_ever_comes_is_told_within_two_frames():
    for speed in (0.8, -0.8):
        bench = watched("endless yes")
        bench.board.jammed = True
        assert bench.send(f"carriage run {speed}").ok
        begun_mm = bench.board.rotor_mm
        assert bench.run_until(lambda bench=bench: bench.named("stopped"))
        assert faults(bench) == ["film_slipped"]
        assert abs(bench.board.rotor_mm - begun_mm) < 2 * 38


def test_a_film_that_jams_on_its_way_from_frame_to_frame_is_told_within_two_frames():
    for first_mm, then_mm in ((20, 300), (300, 20)):
        bench = watched()
        assert go(bench, first_mm)
        bench.board.jammed = True
        assert not go(bench, then_mm)
        assert faults(bench) == ["film_slipped"]
        assert abs(bench.board.rotor_mm - 3 - first_mm) < 2 * 38 + 6
        status = bench.status()
        assert (status["carriage"], status["referenced"]) == ("still", "no")
        assert bench.type("faults")[0].startswith("film_slipped")


def test_a_film_that_jams_is_told_too_when_it_goes_frame_by_frame():
    for backlash_mm in (0, 0.5):
        bench = watched(f"backlash_mm {backlash_mm}")
        for frame in range(3):
            assert go(bench, 20 + 38 * frame)
        bench.board.jammed = True
        frame = 3
        while go(bench, 20 + 38 * frame):
            frame += 1
        assert frame <= 5
        assert faults(bench) == ["film_slipped"]


def test_beyond_the_first_and_the_last_frame_nobody_waits_for_marks():
    bench = watched("max_mm 600")
    bench.board.no_marks_below_mm = 20
    bench.board.no_marks_above_mm = 362
    for mm in (600, 0, 400, 362, 20, 5):
        assert go(bench, mm), mm
    assert faults(bench) == []


def test_without_the_setting_nobody_looks():
    bench = watched("film_sensor no")
    assert go(bench, 100)
    bench.board.film_steps += 10 * FULL_STEP
    assert go(bench, 300)
    assert faults(bench) == []
