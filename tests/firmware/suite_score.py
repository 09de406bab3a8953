# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scores on a board: sent in pieces, kept, played by command, and given up for a host's own."""

from fake_board import FakeBoard
from firmware_bench import Bench
from written_score import fade, flash, frame, hold, home, loop, score, sealed, upload

DAY = [fade(60, 1000), hold(1000), fade(20, 500)]
NIGHT = [loop(0, fade(40, 100), fade(5, 100))]
SHOW = score([DAY, NIGHT], order=[0, 1])
OTHER = score([[fade(90, 0)]], order=[0])
ENGLISH = '{"language": "en"}'


def with_score(data=SHOW, **options):
    board = FakeBoard(settings=ENGLISH, **options)
    board.files["score"] = data
    bench = Bench(board)
    bench.hello()
    return bench


def level(bench):
    return float(bench.status()["light"])


def test_a_score_arrives_in_pieces_and_is_kept():
    bench = Bench()
    bench.hello()
    reply = upload(bench, SHOW)
    assert reply.ok
    assert bench.board.files["score"] == SHOW
    assert reply.fields["crc"] == "%08x" % int.from_bytes(SHOW[-4:], "little")  # noqa: UP031
    assert (reply.fields["order"], reply.fields["position"]) == ("2", "0")
    assert bench.send("score play").ok
    bench.run(1.5)
    assert level(bench) == 60


def test_it_is_told_whether_the_score_plays_or_is_over():
    bench = with_score(score([[fade(60, 0), hold(1000)]], order=[0]))
    bench.send("score play")
    assert "it plays" in bench.type("score")[0]
    bench.run(1.1)
    assert "it rests" in bench.type("score")[0]
    assert level(bench) == 60
    bench.send("score play")
    bench.send("score stop")
    assert "it rests" in bench.type("score")[0]


def test_the_old_score_stays_until_the_new_one_is_whole():
    bench = with_score()
    assert bench.send("score begin 5").ok
    assert bench.send("score put 0 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").ok
    assert bench.send("score end").code == "score_damaged"
    assert bench.board.files["score"] == SHOW
    assert bench.send("score play").ok


def test_a_beginning_without_its_number_of_pieces_is_asked_for_it():
    assert Bench(settings=ENGLISH).type("score begin") == ["Something is missing: NUMBER."]


def test_pieces_that_are_none_are_refused():
    bench = Bench()
    bench.hello()
    assert bench.send("score begin 2").ok
    for put in ("0 AAAA", "0 A", "2 " + 32 * "A", "1 " + 31 * "A", "0 " + 32 * "_", "341 AAAA"):
        assert bench.send("score put " + put).code in ("score_damaged", "range"), put
    assert bench.send("score end").code == "score_damaged"
    assert "score" not in bench.board.files


def test_a_score_of_another_version_or_length_is_refused():
    for data in (sealed([0x02435356] + 17 * [0]), sealed([0] * 5), 24 * b"\0"):
        bench = Bench()
        bench.hello()
        assert upload(bench, data + b"\0" * (-len(data) % 24)).code == "score_damaged"


def test_nothing_is_written_while_the_light_is_on_or_the_film_moves():
    bench = with_score()
    bench.home()
    bench.send("light 40")
    assert upload(bench, OTHER).code == "not_dark"
    bench.send("light 0")
    bench.send("carriage to 3")
    assert upload(bench, OTHER).code == "moving"
    assert bench.board.files["score"] == SHOW


def test_a_memory_that_takes_nothing_leaves_the_old_score():
    bench = with_score()
    bench.board.broken = ("write_file",)
    assert upload(bench, OTHER).code == "not_saved"
    bench.send("score play")
    bench.run(1.5)
    assert level(bench) == 60


def test_a_damaged_score_on_the_board_is_told_and_plays_nothing():
    bench = with_score(SHOW[:-1] + b"\0")
    assert bench.status()["faults"] == "1"
    assert bench.type("faults")[0].startswith("score_damaged: ")
    assert bench.send("score play").code == "no_score"
    assert upload(bench, SHOW).ok
    assert bench.status()["faults"] == "0"


def test_it_plays_to_its_end_and_rests():
    bench = with_score()
    assert bench.send("score play").ok
    bench.run(2.4)
    assert bench.send("score").fields["position"] == "1"
    bench.run(0.2)
    assert bench.send("score").fields["position"] == "2"
    assert "at cue 2 of 2" in bench.type("score")[0]


def test_go_plays_one_cue_after_the_other():
    bench = with_score()
    bench.send("score go")
    bench.run(4)
    assert level(bench) == 20
    bench.send("score go")
    bench.run(0.1)
    assert level(bench) == 40
    bench.run(0.3)
    bench.send("score go")
    bench.run(1.1)
    assert level(bench) == 0


def test_one_cue_is_played_by_its_number():
    bench = with_score()
    bench.send("score play 1")
    bench.run(0.1)
    assert level(bench) == 40
    assert bench.send("score play 2").code == "no_cue"


def test_stop_fades_out():
    bench = with_score()
    bench.send("score play")
    bench.run(1.5)
    bench.send("score stop")
    bench.run(0.5)
    assert 25 < level(bench) < 35
    bench.run(0.6)
    assert level(bench) == 0


def test_a_command_for_light_or_carriage_ends_the_score():
    for command in ("light 30", "flash 50 100ms", "carriage home", "@1600000 light 30"):
        bench = with_score()
        bench.send("score play")
        bench.run(1.5)
        assert bench.send(command).ok
        bench.run(0.5)
        assert bench.type("score")[0].split(": ")[1].startswith("it rests"), command


def test_the_master_scales_a_score():
    bench = with_score()
    bench.send("score play")
    bench.run(1.5)
    bench.send("master 50")
    bench.run(0.1)
    assert level(bench) == 30


def test_a_stop_ends_the_score_and_it_waits_for_clear():
    bench = with_score()
    bench.send("score play")
    bench.run(1.5)
    bench.feed(b"!\r")
    bench.run(3)
    assert bench.board.duty == 0
    assert bench.send("score play").code == "halted"
    assert bench.send("score go").code == "halted"
    bench.send("clear")
    bench.run(1)
    assert bench.board.duty == 0
    assert bench.send("score play").ok


def test_no_score_no_playing():
    bench = Bench(settings=ENGLISH)
    bench.hello()
    for command in ("score", "score play", "score go", "score stop", "score play 0"):
        assert bench.send(command).code == "no_score", command
    assert "no score on this board" in Bench(settings=ENGLISH).type("score play")[0]
    assert "no such cue" in with_score().type("score play 2")[0]
    assert "visiophare show upload" in bench.type("score play")[0]


def test_a_cue_waits_for_the_film_and_goes_on_where_it_cannot_go():
    bench = with_score(score([[frame(3), fade(50, 0)]], order=[0]))
    bench.send("score play")
    bench.run(0.1)
    assert level(bench) == 50  # unreferenced: told, and nobody waits
    assert bench.named("failed")[0].fields["code"] == "unreferenced"
    bench = with_score(score([[home(), frame(3), fade(50, 0)]], order=[0]))
    bench.send("score play")
    bench.run(0.5)
    assert level(bench) == 0
    assert bench.run_until(lambda: level(bench) == 50)
    assert bench.status()["frame"] == "3"


def test_the_flash_limit_stands_above_every_score():
    bench = with_score(score([[loop(0, flash(100, 30), hold(30))]], order=[0]))
    bench.send("score play 0")
    bench.run(10)
    duties = [duty for _, duty in bench.board.lights]
    rises = [index for index in range(1, len(duties)) if duties[index] > duties[index - 1]]
    assert 27 <= len(rises) <= 33


def test_a_silent_host_hands_over_to_the_score_if_the_setting_says_so():
    bench = with_score()
    bench.type("settings silence score")
    bench.send("watch 5s")
    bench.send("light 80")
    bench.run(7)
    assert bench.type("score")[0].split(": ")[1].startswith("it plays")


def test_a_stop_stays_a_stop_when_the_host_falls_silent():
    bench = with_score()
    bench.type("settings silence score")
    bench.send("watch 5s")
    bench.send("light 80")
    bench.feed(b"!\r")
    bench.send("status")
    bench.run(30)
    assert bench.board.duty == 0
    assert not bench.controller.player.active


def test_a_command_that_is_refused_leaves_the_score_alone():
    bench = with_score()
    bench.send("score play")
    bench.run(0.5)
    for command in ("carriage at 40", "carriage to 3000", "light 400"):
        assert not bench.send(command).ok
    bench.run(1)
    assert level(bench) == 60


def test_otherwise_it_fades_out_and_the_score_rests():
    for setting in ("hold", "fade"):
        bench = with_score()
        bench.type("settings silence " + setting)
        bench.send("watch 5s")
        bench.send("light 80")
        bench.run(20)
        assert bench.board.duty == 0
        assert not bench.controller.player.active


def test_a_failure_ends_the_score_for_good():
    bench = with_score(score([NIGHT], order=[0]))
    bench.send("score play 0")
    bench.run(1)
    bench.board.broken = ("sense",)
    bench.run(0.1)
    bench.board.broken = ()
    bench.run(5)
    assert bench.board.duty == 0
    bench.send("clear")
    bench.run(5)
    assert bench.board.duty == 0


def test_a_host_that_only_asks_and_falls_silent_leaves_the_score_alone():
    for setting in ("score", "fade"):
        bench = with_score(score([[fade(60, 0), hold(60_000)], [fade(20, 0)]], order=[0, 1]))
        bench.type("settings silence " + setting)
        bench.send("score play")
        bench.run(30)
        bench.send("status")
        bench.board.pressed.add("go")  # hands still have their say
        bench.run(20)
        assert level(bench) == 20


def test_watt_hours_are_kept_in_a_dark_pause_of_a_score():
    day = [fade(100, 0), hold(600_000), fade(0, 0), hold(10_000)]
    bench = with_score(score([day], order=[0]))
    bench.send("score play")
    bench.run(605)
    assert int(bench.board.files["energy"]) > 100


def test_whatever_a_score_holds_the_worst_is_darkness():
    state = 1
    for _ in range(60):
        words = [0x01435356]
        for _ in range(41):
            state = (state * 1103515245 + 12345) & 0x3FFFFFFF
            words.append(state >> 5 if state & 16 else state >> 5 & 0x1FF)
        words[1] &= 0x3FF0F
        bench = with_score(sealed(words))
        bench.send("score play")
        bench.send("score play 0")
        bench.run(1)
        status = bench.status()
        if status["halted"] == "yes":
            assert (bench.board.duty, status["faults"]) == (0, "1")
        bench.feed(b"!")
        assert bench.board.duty == 0
