# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heat, a broken sensor, a weak supply, a film that jams, while a score plays or a host moves.

suite_protection.py and suite_film.py have each fault by itself; here, what they do to a show.
"""

from fake_board import FakeBoard
from firmware_bench import Bench
from flashes import rises_us
from sensors import SUPPLY_FULL_V, ntc_raw, supply_raw
from suite_film import MarkedBoard
from written_score import fade, flash, frame, hold, home, loop, score

SETTINGS = (
    '{"language": "en", "still_after_s": 0, "supply_full_v": %s, "score_start": "%s", '
    '"score_homes": "yes", "film_sensor": "%s"}'
)
SHOW = score(
    [
        [home(), loop(0, fade(100, 50), hold(300), flash(30, 100), fade(60, 100), frame(2))],
        [fade(100, 0), loop(0, frame(2), frame(9))],
    ],
    order=[0],
)
FAULTS = {
    "too_hot": ("ntc", ntc_raw(95)),
    "ntc_open": ("ntc", 65535),
    "ntc_shorted": ("ntc", 0),
    "supply_low": ("supply", supply_raw(9)),
}
WELL = {"ntc": ntc_raw(25), "supply": supply_raw(13)}


def projector(start="button", film=False):
    settings = SETTINGS % (SUPPLY_FULL_V, start, "yes" if film else "no")
    board = MarkedBoard(settings=settings) if film else FakeBoard(settings=settings)
    board.raw.update(WELL)
    board.files["score"] = SHOW
    return Bench(board)


def at_work():
    """(who has the light, a board that shines and moves)."""
    alone = projector("power_on")
    assert alone.run_until(lambda: alone.board.duty and alone.named("homed"), 30)
    alone.run(1)
    yield "a score by itself", alone
    hosted = projector()
    hosted.home()
    hosted.send("light 100")
    hosted.send("carriage at 300")
    hosted.run(1)
    yield "a host", hosted


def test_every_fault_darkens_whatever_plays_and_is_told():
    for code, (sensor, raw) in FAULTS.items():
        for who, bench in at_work():
            assert bench.board.duty > 0, who
            bench.board.raw[sensor] = raw
            bench.run(5)
            assert bench.board.duty == 0, (code, who)
            begun = len(bench.board.lights)
            bench.run(5)
            assert len(bench.board.lights) == begun, (code, who, "it flickered")
            bench.type("light 100")
            assert bench.board.duty == 0, (code, who)
            bench.hello()
            status = bench.status()
            assert (status["light"], status["duty"]) == ("0", "0"), (code, who)
            assert (status["faults"], status["halted"]) == ("1", "no"), (code, who)
            assert bench.type("faults")[0].startswith(code + ": "), (code, who)
            assert bench.controller.error == "", (code, who)


def test_when_the_fault_is_over_the_light_comes_back_slowly_and_the_score_goes_on():
    for code, (sensor, raw) in FAULTS.items():
        bench = projector("power_on")
        assert bench.run_until(lambda: bench.board.duty and bench.named("homed"), 30)  # noqa: B023
        bench.board.raw[sensor] = raw
        bench.run(5)
        bench.board.raw[sensor] = WELL[sensor]
        bench.run(5)
        bench.type("clear")
        bench.run(30)
        if code[:3] == "ntc":  # a person is there, and lights when it is meant to
            assert bench.board.duty == 0, code
            assert bench.type("score play")[0].endswith("."), code
            bench.run(30)
        assert bench.board.duty > 0, code
        assert bench.controller.player.active, code
        assert bench.type("faults") == ["No faults."], code
        begun_us = rises_us(bench.board.lights)
        for first, fourth in zip(begun_us, begun_us[3:]):  # noqa: B905
            assert fourth - first >= 1_000_000, code


def test_faults_that_come_together_are_all_told():
    bench = projector(film=True)
    bench.home()
    bench.send("light 100")
    bench.board.raw["ntc"] = 0
    bench.board.raw["supply"] = supply_raw(9)
    bench.send("carriage at 20")
    assert bench.run_until(lambda: bench.named("arrived"), 20)
    bench.board.jammed = True
    bench.send("carriage at 300")
    bench.run(10)
    assert bench.board.duty == 0
    assert not bench.board.is_moving()
    assert sorted(bench.controller.faults.present) == ["film_slipped", "ntc_shorted", "supply_low"]
    assert bench.status()["faults"] == "3"
    assert bench.status()["referenced"] == "no"


def test_a_film_that_jams_under_a_score_stops_the_carriage_and_not_the_light():
    bench = projector(film=True)
    bench.home()
    assert bench.send("score play 1").ok
    assert bench.run_until(lambda: bench.named("arrived"), 20)
    bench.board.jammed = True
    assert bench.run_until(lambda: bench.named("fault"), 20)
    bench.run(2)
    assert list(bench.controller.faults.present) == ["film_slipped"]
    steps = bench.board.rotor_steps
    bench.run(5)
    assert bench.board.rotor_steps == steps
    assert bench.controller.player.active
    status = bench.status()
    assert (status["referenced"], status["carriage"], status["light"]) == ("no", "still", "100")
    assert bench.named("failed")[-1].fields["code"] == "unreferenced"


def test_a_switch_that_sticks_or_never_closes_ends_the_search_in_rest():
    for closed_at_mm, code in ((1000, "home_switch_stuck"), (None, "home_not_found")):
        bench = projector()
        bench.board.switch_closed_at_mm = closed_at_mm
        bench.hello()
        bench.send("light 50")
        bench.send("carriage home")
        assert bench.run_until(lambda: bench.named("fault"), 100)  # noqa: B023
        assert bench.named("fault")[0].fields["code"] == code
        assert not bench.board.is_moving()
        status = bench.status()
        assert (status["carriage"], status["referenced"]) == ("still", "no")
        assert bench.send("carriage to 1").code == "unreferenced"
