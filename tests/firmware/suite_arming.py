# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from firmware_bench import Bench
from flashes import rises_us

ENGLISH = '{"language": "en"}'


def armed(duration="1min", **options):
    bench = Bench(**options)
    bench.hello()
    assert bench.send("arm " + duration).ok
    return bench


def flicker(bench, seconds):
    """A flash of 20 ms every 50 ms; how many rises an observer saw."""
    before = len(bench.board.lights)
    for _ in range(int(seconds * 20)):
        bench.send("flash 100 20ms")
        bench.run(0.05)
    return len(rises_us(bench.board.lights[before:]))


def test_until_armed_three_flashes_a_second_pass_and_then_all():
    bench = Bench()
    bench.hello()
    assert flicker(bench, 2) <= 6
    assert bench.send("arm 10s").fields["armed"] == "10"
    assert flicker(bench, 2) == 40


def test_arming_ends_by_itself_after_its_time_and_not_before():
    for duration, seconds in (("5", 5), ("2min", 120), ("1h", 3600)):
        bench = armed(duration)
        bench.controller.watch_s = 0
        pass_us, bench.pass_us = bench.pass_us, 50_000  # nothing happens meanwhile
        bench.run(seconds - 1.1)
        bench.pass_us = pass_us
        assert int(bench.status()["armed"]) in (1, 2)
        bench.run(1.2)
        assert "armed" not in bench.status()
        assert flicker(bench, 1) <= 3


def test_status_tells_the_seconds_left():
    bench = armed("1min")
    bench.run(20.5)
    assert bench.status()["armed"] == "40"


def test_after_the_end_the_flashes_just_before_count():
    bench = armed()
    assert flicker(bench, 1) == 20
    bench.send("disarm")
    bench.send("flash 100 20ms")
    assert bench.board.duty == 0


def disarming_events():
    def fail(bench):
        bench.controller.carriage.update = None
        bench.run(0.01)
        bench.controller.carriage.update = lambda now_us: None

    def silence(bench):
        bench.send("watch 1s")
        bench.run(1.1)

    return {
        "disarm": lambda bench: bench.send("disarm"),
        "stop": lambda bench: bench.feed(b"!\n"),
        "failure": fail,
        "host silent": silence,
    }


def test_disarm_and_whatever_stops_everything_end_it():
    for name, act in disarming_events().items():
        bench = armed("1h")
        act(bench)
        bench.send("clear")
        assert "armed" not in bench.status(), name
        bench.run(1.1)
        assert flicker(bench, 1) <= 3, name


def test_a_board_is_never_armed_after_a_reset():
    board = armed("1h").board
    again = Bench(board)
    again.hello()
    assert "armed" not in again.status()


def test_an_hour_is_the_most_and_a_stopped_board_is_not_armed():
    bench = Bench()
    bench.hello()
    assert bench.send("arm 3601").code == "range"
    assert bench.send("arm 0").code == "range"
    bench.feed(b"!\n")
    assert bench.send("arm 10s").code == "halted"


def test_a_person_is_warned_in_both_languages():
    said = Bench(settings=ENGLISH).type("arm 5min")[0]
    assert "300 s" in said
    assert "photosensitive epilepsy" in said
    assert "épilepsie photosensible" in Bench().type("arm 5min")[0]
    bench = Bench(settings=ENGLISH)
    bench.type("arm 5min")
    assert any("Armed for 300 s more" in line for line in bench.type("status"))
    assert bench.type("disarm") == ["Disarmed: at most three flashes a second."]
