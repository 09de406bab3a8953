# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host dies in the middle of everything: what it left behind ends as the settings say.

It is never heard of again, mostly in the middle of a line.
"""

from firmware_bench import Bench
from written_score import fade, hold, loop, score, upload

from visiophare_wire import crc16

QUIET_S, FADE_S = 10, 3
LIVELY = score([[loop(0, fade(60, 200), hold(300), fade(20, 200))]], order=[0])
LAST_WORDS = {
    "light": ("light 80",),
    "a fade": ("light 100 60s",),
    "a flash": ("light 30", "flash 100 400s"),
    "the master": ("light 80", "master 20 100s"),
    "homing": ("light 80", "carriage home"),
    "a move": ("light 80", "carriage at 380"),
    "turning": ("light 80", "carriage turn 10"),
    "a stop": ("light 80", "carriage turn 10", "carriage stop"),
    "what waits": ("light 80", "@LATER light 90", "@LATER carriage turn 20"),
    "a score on its way": ("light 80", "score begin 4", "score put 0 " + 32 * "A"),
    "leaving the prompt for later": ("light 80", "settings still_after_s 0"),
}


def died(words, silence="fade", cut_line_after=None):
    """The board when a host said these words and then, perhaps, a part of another line."""
    settings = '{"language": "en", "endless": "yes", "turn_mm": 100, "silence_after_s": %d, '
    settings += '"silence_fade_s": %d, "silence": "%s"}'
    bench = Bench(settings=settings % (QUIET_S, FADE_S, silence))
    bench.home()
    for word in words:
        word = word.replace("LATER", str((bench.board_us() + 30_000_000) % 2**30))
        reply = bench.send(word)
        assert reply.ok, (word, reply.code)
    if cut_line_after is not None:
        body = b"#%d light 100" % (bench.seq + 1)
        bench.feed((body + b" *%04x\n" % crc16(body))[:cut_line_after])
    return bench


def assert_over(bench, what):
    """Dark, at rest, nothing to come, and nothing to complain of."""
    bench.feed(b"\n")  # the end of the line in which it died
    assert bench.board.duty == 0, what
    assert not bench.board.is_moving(), what
    assert len(bench.named("silent")) == 1, what
    assert bench.controller.error == "", what
    status = bench.status()
    assert (status["duty"], status["queue"], status["halted"]) == ("0", "0", "no"), (what, status)
    assert status["carriage"] == "still", (what, status)
    assert status["faults"] == "0", (what, status)


def test_whatever_it_left_behind_is_over_when_the_silence_has_passed():
    for what, words in LAST_WORDS.items():
        bench = died(words)
        bench.run(QUIET_S + FADE_S + 25)
        assert_over(bench, what)


def test_in_the_middle_of_a_line_too():
    for count in (0, 1, 5, 12, 17):
        bench = died(LAST_WORDS["turning"], cut_line_after=count)
        bench.run(QUIET_S + FADE_S + 1)
        assert_over(bench, count)


def test_a_carriage_that_finds_home_or_is_on_its_way_gets_there():
    bench = died(LAST_WORDS["homing"])
    bench.run(60)
    assert len(bench.named("homed")) == 2
    bench = died(LAST_WORDS["a move"])
    bench.run(60)
    assert len(bench.named("arrived")) == 1


def test_a_score_takes_over_where_the_settings_say_so():
    for what, words in LAST_WORDS.items():
        bench = died(("light 0",), "score")
        upload(bench, LIVELY)
        for word in words:
            word = word.replace("LATER", str((bench.board_us() + 30_000_000) % 2**30))
            assert bench.send(word).ok, word
        bench.run(QUIET_S + 1)
        assert bench.controller.player.active, what
        bench.run(30)
        assert bench.controller.error == "", what
        assert not bench.board.is_moving(), what
        assert bench.controller.schedule.waiting == [], what
        duties = {duty for at_us, duty in bench.board.lights if at_us > bench.board.now_us - 1e6}
        assert len(duties) > 5, what


def test_a_watched_host_that_dies_is_noticed_whatever_the_settings_say():
    for what, words in LAST_WORDS.items():
        bench = died(("watch 5s",) + words, "hold")  # noqa: RUF005
        bench.run(5 + FADE_S + 25)
        assert_over(bench, what)


def test_hold_means_as_it_is():
    bench = died(LAST_WORDS["turning"], "hold")
    bench.run(30)
    assert bench.board.duty > 0
    assert bench.board.is_moving()


def test_the_same_host_that_comes_back_goes_on():
    for what, words in LAST_WORDS.items():
        bench = died(words, cut_line_after=9)
        bench.run(QUIET_S + FADE_S + 25)
        bench.feed(b"\n")
        assert bench.hello().ok, what
        assert bench.send("master 100").ok, what
        assert bench.send("light 40").ok, what
        bench.run(0.1)
        assert bench.status()["light"] == "40", what
