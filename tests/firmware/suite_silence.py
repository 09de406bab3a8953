# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from firmware_bench import Bench
from written_score import fade, hold, score, upload

LEISURELY_US = 50_000
"""Of a pass, where minutes pass in which nothing is to happen."""


def lit(setting):
    bench = Bench(settings='{"silence_after_s": 10, "silence_fade_s": 2}')
    bench.type("settings silence " + setting)
    bench.hello()
    bench.send("light 80")
    return bench


def test_by_default_the_light_stays_when_the_host_falls_silent():
    bench = Bench(pass_us=LEISURELY_US)
    bench.hello()
    bench.send("light 80")
    bench.run(600)
    assert bench.status()["light"] == "80"


def test_a_silent_host_fades_the_light_out_if_the_setting_says_so():
    bench = lit("fade")
    bench.run(9.9)
    assert bench.board.duty > 0
    bench.run(1.2)
    duty = bench.board.duty
    assert 0 < duty < 40_000
    bench.run(1)
    assert bench.board.duty == 0
    assert len(bench.named("silent")) == 1


def test_any_line_of_the_host_breaks_the_silence():
    bench = lit("fade")
    for _ in range(5):
        bench.run(9)
        bench.send("clock")
    assert bench.status()["light"] == "80"


def test_a_score_leaves_no_dead_host_in_the_light_when_it_is_over():
    bench = Bench(settings='{"silence": "fade", "silence_after_s": 10, "silence_fade_s": 2}')
    bench.hello()
    assert upload(bench, score([[fade(60, 1000), hold(15_000)]], order=[0])).ok
    bench.send("score play")
    bench.run(14)
    assert bench.status()["light"] == "60", "it plays on without the host"
    bench.run(15)
    assert bench.board.duty == 0, "it is over"


def test_after_a_stop_no_score_begins_when_the_host_falls_silent():
    bench = Bench(settings='{"silence": "score", "silence_after_s": 10}')
    bench.hello()
    assert upload(bench, score([[fade(60, 0), hold(15_000)]], order=[0])).ok
    bench.send("light 40")
    bench.feed(b"!\n")
    bench.run(15)
    assert len(bench.named("silent")) == 1
    assert bench.send("clear").ok
    bench.run(1)
    assert bench.board.duty == 0
    assert not bench.controller.player.active


def test_what_waits_is_dropped_by_a_silence():
    bench = lit("fade")
    bench.send(f"@{bench.board_us() + 60_000_000} light 100")
    bench.run(70)
    assert bench.board.duty == 0


def test_a_host_that_comes_back_is_obeyed():
    bench = lit("fade")
    bench.run(20)
    assert bench.send("light 50").ok
    bench.run(1)
    assert bench.status()["light"] == "50"


def test_a_person_may_be_silent():
    bench = lit("fade")
    bench.type("light 60")
    bench.run(60)
    assert bench.board.duty > 0


def test_a_persons_light_stays_although_a_program_asked_how_things_are():
    for setting in ("fade", "score"):
        bench = lit(setting)
        bench.type("light 60")
        for question in ("hello", "status", "settings", "score", "no_command"):
            bench.send(question)
        bench.run(60)
        assert bench.board.duty > 0, setting
    bench.send("light 50")
    bench.run(60)
    assert bench.board.duty == 0


def test_a_light_that_is_to_hold_from_now_on_holds():
    bench = lit("fade")
    assert bench.send("settings silence hold").ok
    bench.run(60)
    assert bench.status()["light"] == "80"


def test_a_host_can_have_itself_watched_whatever_the_setting_says():
    bench = lit("hold")
    assert bench.send("watch 5s").ok
    bench.run(4.9)
    assert bench.status()["light"] == "80"
    bench.run(7.1)
    assert bench.board.duty == 0
    assert bench.send("light 50").ok
    bench.run(7.1)
    assert bench.board.duty == 0, "it is watched for as long as it speaks"


def test_a_host_that_is_no_longer_watched_leaves_the_light_on():
    for farewell in (("watch 0",), ("hello", "light 80")):
        bench = lit("hold")
        bench.pass_us = LEISURELY_US
        bench.send("watch 5s")
        for line in farewell:
            assert bench.send(line).ok
        bench.run(600)
        assert bench.status()["light"] == "80", farewell


def test_whoever_only_asks_how_it_is_leaves_the_host_before_watched():
    bench = lit("hold")
    bench.send("watch 5s")
    bench.run(2)
    bench.send("hello")
    bench.send("status")
    bench.run(12)
    assert bench.board.duty == 0
