# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivery, with the real controller at the other end of lines of every quality."""

import pytest

from lossy_line import Badness, LossyLine
from visiophare.errors import BoardError, PortError
from visiophare.request import Happened, Request, Restarted
from visiophare.session import Session
from visiophare_wire import PROTOCOL, ticks_diff

NOISY = Badness(flip=0.002, drop=0.002, repeat=0.002, garbage=0.0005, lose_piece=0.01, split=True)
AWFUL = Badness(flip=0.004, drop=0.004, repeat=0.004, garbage=0.001, lose_piece=0.1, split=True)
SLOW = Badness(lose_piece=0.05, split=True, delay_steps=60)


def events_heard(line):
    return [news.event.number for news in line.news if isinstance(news, Happened)]


def test_a_command_on_a_good_line_is_answered_with_the_time_at_which_it_acted():
    line = LossyLine(1)
    request = line.ask("light", level_percent=40)
    assert request.error is None
    assert request.fields["t"].isdigit()
    assert line.acted == {"light 40": 1}


def test_the_clock_is_known_as_soon_as_the_first_command_goes():
    line = LossyLine(1)
    line.ask("light", level_percent=40)
    clock = line.session.clock
    assert (
        abs(clock.board_us_at(line.now_s) - line.board.ticks_us()) < 3000
    )  # two steps there, back


def test_a_long_answer_arrives_whole_on_a_line_that_loses_lines():
    line = LossyLine(2, Badness(drop=0.004))
    for _ in range(100):
        told = line.ask("status").fields
        assert {"light", "carriage", "queue", "reset", "t"} <= set(told)
        assert told["lines"] == "6"


@pytest.mark.parametrize("badness", [NOISY, AWFUL, SLOW])
def test_over_a_bad_line_everything_accepted_has_acted_exactly_once(badness):
    line = LossyLine(3, badness)
    accepted, given_up = [], []
    for number in range(1, 501):
        text = f"light {number / 1000:g}"
        request = line.ask("light", level_percent=number / 1000)
        if request.error is None:
            accepted.append(text)
        elif request.error.code == "halted":  # a damaged byte looked like `!`
            line.ask("clear")
        else:
            given_up.append(request.error.code)
    assert set(line.acted.values()) == {1}
    assert all(line.acted[text] == 1 for text in accepted)
    assert len(accepted) > 450
    assert set(given_up) <= {"port_silent", "port_garbage"}


def test_through_resets_and_cuts_nothing_acts_twice_and_unknown_outcomes_are_told_so():
    line = LossyLine(4, NOISY)
    results = {}
    for number in range(1, 3001):
        text = f"light {number / 1000:g}"
        request = Request("light", {"level_percent": number / 1000})
        line.session.ask(request, line.now_s)
        fate = line.rng.random()
        line.run(line.rng.randint(0, 4) / 1000)
        if fate < 0.05:
            line.reset_board()
        elif fate < 0.1:
            pull_and_replug(line, reset=fate < 0.07)
        line.finish(request)
        results[text] = request.error.code if request.error else "ok"
        if results[text] == "halted":
            line.ask("clear")
    assert max(line.acted.values()) == 1
    assert all(line.acted[text] == 1 for text, result in results.items() if result == "ok")
    codes = set(results.values())
    assert {"ok", "outcome_unknown"} <= codes
    assert codes <= {"ok", "outcome_unknown", "halted", "port_silent", "port_gone"}
    assert sum(result == "ok" for result in results.values()) > 2500


def pull_and_replug(line, reset):
    line.session.lose_link(PortError("port_gone", "gone"))
    line.connected = False
    line.to_board.lose()
    line.run(line.rng.uniform(0.0, 0.3))
    line.to_host.lose()
    if reset:
        line.reset_board()
    line.connected = True
    line.session.regain_link(line.now_s)


def test_a_timed_command_acts_once_and_at_its_time_over_a_bad_line():
    line = LossyLine(5, NOISY)
    line.ask("status")
    for number in range(1, 101):
        request = line.ask("light", at_s=line.now_s + 3.5, level_percent=number / 1000)
        if request.error:
            line.ask("clear")
            continue
        text = f"light {number / 1000:g}"
        assert line.acted[text] == 0
        line.run(3.6)
        assert line.acted[text] == 1 or line.ask("status").fields["halted"] == "yes"
    assert len(line.acted) > 80


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("carriage home", {}),
        ("cancel", {}),
        ("clear", {}),
        ("settings save", {}),
        ("settings", {"name": "frames", "value": "7"}),
    ],
)
def test_an_outcome_lost_to_a_reset_is_unknown_and_never_repeated(name, args):
    line = LossyLine(6)
    line.ask("status")
    line.to_host.badness = Badness(lose_piece=1.0)
    request = Request(name, args)
    line.session.ask(request, line.now_s)
    line.run(0.05)
    line.reset_board()
    line.to_host.badness = Badness()
    line.finish(request)
    assert isinstance(request.error, BoardError)
    assert request.error.code == "outcome_unknown"
    line.run(3.0)
    assert line.acted["carriage home"] == (name == "carriage home")
    assert line.controller.settings["frames"] != 7
    assert any(isinstance(news, Restarted) for news in line.news)


def test_what_only_asks_is_asked_anew_after_a_reset():
    line = LossyLine(7)
    line.ask("status")
    line.reset_board()
    assert line.ask("status").error is None
    assert isinstance(line.news[0], Restarted)


def test_the_clock_of_a_new_boot_is_known_as_soon_as_a_command_goes_and_nothing_of_the_old():
    line = LossyLine(1)
    line.ask("status")
    line.run(5)
    line.reset_board()
    line.ask("status")
    clock = line.session.clock
    assert abs(ticks_diff(clock.board_us_at(line.now_s), line.board.ticks_us())) < 3000


def test_a_board_that_boots_while_it_answers_the_greeting_is_greeted_again():
    session = Session(first_seq=41)
    session.ask(Request("status"), 0.0)
    session.take_output()
    session.receive(sealed(f"#42+ protocol={PROTOCOL}") + sealed("#42+ boot=ab"), 0.1)
    # The new boot answers the repeated greeting; a line of it is lost, so that the count is right.
    session.receive(sealed("#42+ boot=cd") + sealed("#42 ok lines=3"), 0.2)
    assert session.board == {}
    assert session.take_output().endswith(b"#43 hello *%04x\n" % crc("#43 hello"))


def test_half_a_line_from_before_the_cut_spoils_nothing_behind_it():
    session = Session(first_seq=41)
    session.ask(Request("status"), 0.0)
    session.receive(b"#42+ proto", 0.1)
    session.lose_link(PortError("port_gone", "gone"))
    session.regain_link(0.5)
    session.receive(sealed(f"#42+ protocol={PROTOCOL}") + sealed("#42+ boot=ab"), 0.6)
    session.receive(sealed("#42 ok lines=2"), 0.6)
    assert session.board["boot"] == "ab"


def test_a_host_with_nothing_to_say_speaks_often_enough_to_be_thought_alive():
    line = LossyLine(1)
    line.session = Session(watch_s=0.6)
    line.ask("light", level_percent=50)
    line.run(15)
    assert line.ask("status").fields["level"] == "50"
    assert "silent" not in [news.event.name for news in line.news if isinstance(news, Happened)]


def test_a_command_for_a_time_of_the_old_boot_is_not_sent_to_the_new_one():
    line = LossyLine(8)
    line.ask("status")
    line.reset_board()
    first = Request("status")
    timed = Request("light", {"level_percent": 5}, at_s=line.now_s + 5)
    line.session.ask(first, line.now_s)
    line.session.ask(timed, line.now_s)
    line.finish(timed)
    assert timed.error.code == "board_restarted"
    line.finish(first)
    assert first.error is None
    assert line.acted["light 5"] == 0


def let_a_stranger_speak(line, first_seq):
    """Another program greets the board and sets the light."""
    stranger = Session(first_seq=first_seq)
    stranger.ask(Request("light", {"level_percent": 9}), line.now_s)
    for _ in range(50):
        line.controller.receive(stranger.take_output(), line.board.ticks_us())
        stranger.receive(line.controller.take_output(), line.now_s)


def test_another_program_that_took_over_the_count_makes_outcomes_unknown():
    line = LossyLine(9)
    line.ask("status")
    let_a_stranger_speak(line, first_seq=line.session._seq + 10)
    request = line.ask("light", level_percent=8)
    assert request.error.code == "outcome_unknown"
    assert line.ask("light", level_percent=7).error is None


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("arrives", [True, False])
def test_a_line_from_before_a_cut_never_acts_after_another_program_has_spoken(seed, arrives):
    line = LossyLine(seed)
    line.ask("status")
    line.to_host.badness = Badness(lose_piece=1.0)
    line.to_board.badness = Badness(lose_piece=0.0 if arrives else 1.0)
    request = Request("carriage home")
    line.session.ask(request, line.now_s)
    line.run(0.05)
    line.session.lose_link(PortError("port_gone", "gone"))
    line.to_host.badness = line.to_board.badness = Badness()
    let_a_stranger_speak(line, first_seq=line.rng.randrange(65535))
    line.session.regain_link(line.now_s)
    line.finish(request)
    line.run(1.0)
    assert request.error.code == "outcome_unknown"
    assert line.acted["carriage home"] == (1 if arrives else 0)
    assert line.ask("light", level_percent=7).error is None


@pytest.mark.parametrize("arrives", [True, False])
def test_a_command_cut_off_has_its_answer_when_the_line_is_back_and_nobody_else_spoke(arrives):
    line = LossyLine(10)
    line.ask("light", level_percent=3)
    line.to_host.badness = Badness(lose_piece=1.0)
    line.to_board.badness = Badness(lose_piece=0.0 if arrives else 1.0)
    request = Request("carriage home")
    line.session.ask(request, line.now_s)
    line.run(0.05)
    for _ in range(2):  # it comes back for a moment, and once more for good
        line.session.lose_link(PortError("port_gone", "gone"))
        line.run(0.1)
        line.session.regain_link(line.now_s)
        line.session.take_output()
    line.to_host.badness = line.to_board.badness = Badness()
    line.finish(request)
    assert request.error is None
    assert line.acted["carriage home"] == 1


def test_a_board_that_stays_silent_after_a_cut_is_greeted_before_it_is_told_anything():
    line = LossyLine(11)
    line.ask("light", level_percent=3)
    request = Request("carriage home")
    line.session.ask(request, line.now_s)
    line.session.lose_link(PortError("port_gone", "gone"))
    line.to_host.badness = Badness(lose_piece=1.0)
    line.session.regain_link(line.now_s)
    line.finish(request)
    assert request.error.code == "port_silent"
    line.to_host.badness = Badness()
    let_a_stranger_speak(line, first_seq=line.session._seq - 1)
    assert line.ask("light", level_percent=5).error is None
    assert line.acted["light 5"] == 1


def test_a_command_for_a_time_waits_for_the_clock_of_a_board_that_has_started_anew():
    line = LossyLine(12)
    line.ask("status")
    line.reset_board()
    while not any(isinstance(news, Restarted) for news in line.news):
        line.step()
    assert not line.session.clock.ready
    at_s = line.now_s + 2.0
    request = line.ask("light", at_s=at_s, level_percent=4)
    assert request.error is None
    line.run(at_s - line.now_s - 0.02)
    assert line.acted["light 4"] == 0
    line.run(0.04)
    assert line.acted["light 4"] == 1


def test_a_time_too_far_ahead_is_refused_before_anything_is_sent():
    line = LossyLine(13)
    line.ask("status")
    with pytest.raises(BoardError) as refused:
        line.ask("light", at_s=line.now_s + 600, level_percent=4)
    assert refused.value.code == "too_far"


def test_a_refusal_is_told_with_its_bounds():
    line = LossyLine(10)
    line.ask("carriage home")
    line.run(60)
    error = line.ask("carriage to", frame=99).error
    assert isinstance(error, BoardError)
    assert str(error) == "The film has frames 0 to 9."


def test_a_silent_line_is_given_up_and_so_is_what_waits_behind():
    line = LossyLine(11, Badness(lose_piece=1.0))
    first, second = Request("status"), Request("light", {"level_percent": 1})
    line.session.ask(first, line.now_s)
    line.session.ask(second, line.now_s)
    line.finish(second)
    assert first.error.code == second.error.code == "port_silent"
    assert line.steps * 0.001 < 4


def test_a_line_that_speaks_something_else_is_told_with_what_it_said():
    session = Session()
    request = Request("status")
    session.ask(request, 0.0)
    session.receive(b"CircuitPython 9.0 REPL\r\n>>> ", 0.5)
    session.advance(4.0)
    assert request.error.code == "port_garbage"
    assert "CircuitPython" in str(request.error)


def test_a_board_at_its_prompt_is_told_so_with_the_way_out():
    session = Session()
    request = Request("status")
    session.ask(request, 0.0)
    session.receive(b">>> #37046 hello *1a2b\r\n>>> ", 0.5)
    session.advance(4.0)
    assert request.error.code == "at_prompt"
    assert "holding its button" in request.error.hint


@pytest.mark.parametrize("noise", [bytes(range(128, 256)), b"\xf3#4;~(\x1c9}2,]=\x80*!&.6\xff"])
def test_a_line_that_speaks_no_text_is_told_so(noise):
    session = Session()
    request = Request("status")
    session.ask(request, 0.0)
    session.receive(noise, 0.5)
    session.advance(4.0)
    assert request.error.code == "port_garbage"
    assert "unreadable" in str(request.error)


def test_a_board_of_another_protocol_is_refused_before_any_command():
    session = Session(first_seq=41)
    request = Request("light", {"level_percent": 1})
    session.ask(request, 0.0)
    assert session.take_output() == b"#\n#42 hello *%04x\n" % crc("#42 hello")
    session.receive(
        sealed("#42+ protocol=9") + sealed("#42+ boot=ab") + sealed("#42 ok lines=2"), 1
    )
    assert request.error.code == "protocol_mismatch"
    assert session.take_output() == b""


def test_random_bytes_from_the_line_do_no_harm():
    line = LossyLine(12)
    line.ask("status")
    for _ in range(200):
        line.session.receive(line.rng.randbytes(50), line.now_s)
        line.step()
    assert line.ask("light", level_percent=3).error is None


def test_events_lost_on_the_way_are_read_again_and_passed_on_in_order():
    line = LossyLine(13, Badness(lose_piece=0.2, drop=0.0005))
    line.ask("status")
    for number in range(1, 101):
        line.ask("light", at_s=line.now_s + 0.5, level_percent=number / 1000)
        line.run(0.6)
    line.run(8)
    heard = events_heard(line)
    assert heard == list(range(heard[0], heard[0] + len(heard)))
    assert heard[-1] == line.controller.events.last_number >= 90


def test_events_that_the_board_no_longer_keeps_are_skipped():
    line = LossyLine(14)
    line.ask("status")
    line.to_host.badness = Badness(lose_piece=1.0)
    for number in range(30):
        line.controller.events.add("fault", {"code": f"made_up_{number}"})
        line.step()
    line.to_host.badness = Badness()
    line.run(4)
    heard = events_heard(line)
    assert heard == list(range(heard[-1] - 15, heard[-1] + 1))


def test_events_from_before_the_conversation_are_not_news():
    line = LossyLine(15)
    line.controller.events.add("fault", {"code": "old"})
    line.run(2)
    assert events_heard(line) == []


def test_a_stop_goes_out_before_anything_that_waits_and_spoils_nothing_behind_it():
    line = LossyLine(16)
    line.ask("light", level_percent=50)
    line.session.stop()
    assert line.session.take_output() == b"!\n"
    line.session.stop()
    refused = line.ask("light", level_percent=60)
    assert refused.error.code == "halted"
    line.run(0.1)
    assert "halted" in [news.event.name for news in line.news if isinstance(news, Happened)]
    line.ask("clear")
    assert line.ask("light", level_percent=60).error is None


def crc(text):
    import binascii

    return binascii.crc32(text.encode()) & 0xFFFF


def sealed(text):
    return b"%s *%04x\n" % (text.encode(), crc(text))


def test_whoever_asks_for_the_time_is_answered_in_spite_of_a_reset():
    line = LossyLine(1)
    line.ask("status")
    line.reset_board()
    assert not line.ask("clock").error


def test_a_host_that_wants_to_be_watched_says_so_to_every_boot():
    line = LossyLine(6, NOISY)
    line.session = Session(watch_s=5.0)
    line.ask("clock")
    assert line.controller.watch_s == 5.0
    line.reset_board()
    line.ask("clock")
    assert line.controller.watch_s == 5.0
