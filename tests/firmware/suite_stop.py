# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from firmware_bench import Bench
from flashes import rises_us


def lit_and_moving():
    bench = Bench()
    bench.home()
    bench.send("light 80")
    bench.send("carriage at 300")
    bench.run(2)
    assert bench.board.duty > 0
    assert bench.board.is_moving()
    return bench


def test_a_stop_darkens_at_once():
    bench = lit_and_moving()
    bench.controller.receive(b"!", bench.board_us())
    assert bench.board.duty == 0


def test_a_ctrl_c_darkens_at_once_and_stops_the_carriage():
    bench = lit_and_moving()
    bench.controller.receive(b"\x03", bench.board_us())
    assert bench.board.duty == 0
    assert bench.run_until(lambda: bench.named("stopped"))
    bench.feed(b"\n")
    assert bench.status()["halted"] == "yes"


def test_a_stop_in_the_middle_of_a_line_darkens_at_once_and_the_line_is_not_done():
    bench = lit_and_moving()
    bench.feed(b"light 1!00\n")
    assert bench.board.duty == 0
    bench.run(1)
    assert bench.board.duty == 0


def test_a_person_who_types_on_behind_the_stop_is_told_that_it_does_not_count():
    bench = Bench(settings='{"language": "en"}')
    assert bench.feed(b"!") == [
        "Stopped: the light is off, the carriage is coming to rest. Type clear to go on."
    ]
    assert bench.type("clear") == ["What follows ! on its line is not carried out. Type it again."]
    assert bench.type("light 40") != ["Light to 40 %."]
    assert bench.type("clear") == ["Faults acknowledged; light and carriage obey again."]


def test_a_host_hears_nothing_of_what_follows_a_stop():
    bench = lit_and_moving()
    before = len(bench.replies)
    assert bench.feed(b"!#17 light 40 *0000\n") == []
    assert len(bench.replies) == before


def test_a_stop_slows_the_carriage_down_and_keeps_its_position():
    bench = lit_and_moving()
    bench.board.speeds = []
    bench.feed(b"!\n")
    assert bench.board.is_moving()
    assert bench.run_until(lambda: bench.named("stopped"))
    assert bench.board.speeds == sorted(bench.board.speeds, reverse=True)
    assert bench.status()["referenced"] == "yes"
    assert 30 < float(bench.status()["mm"]) < 290


def test_a_stop_drops_what_waits():
    bench = lit_and_moving()
    bench.send(f"@{bench.board_us() + 500_000} light 100")
    bench.feed(b"!\n")
    bench.run(1)
    assert bench.board.duty == 0
    assert bench.named("ran") == []


def test_until_clear_light_and_carriage_refuse_and_everything_else_answers():
    bench = lit_and_moving()
    bench.feed(b"!\n")
    bench.run(2)
    for command in ("light 40", "flash 9 10", "carriage to 1", "carriage home", "@5 light 40"):
        assert bench.send(command).code == "halted"
    for command in ("status", "faults", "settings", "clock", "help", "events"):
        assert bench.send(command).ok
    assert bench.status()["halted"] == "yes"
    assert bench.board.duty == 0
    assert bench.send("clear").ok
    assert bench.status()["halted"] == "no"
    bench.run(1)
    assert bench.board.duty == 0, "the light came back by itself"
    assert bench.send("light 40").ok
    assert bench.send("carriage to 1").ok


def test_a_stop_is_an_event_that_a_host_can_read_again():
    bench = lit_and_moving()
    bench.feed(b"!\n")
    assert len(bench.named("halted")) == 1
    first = bench.named("halted")[0]
    bench.events = []
    bench.send(f"events {first.number}")
    assert bench.events[0].name == "halted"
    assert bench.events[0].fields == first.fields


def test_events_are_kept_for_a_host_that_missed_them():
    bench = Bench()
    bench.hello()
    for _ in range(20):
        bench.feed(b"!\n")
    bench.events = []
    assert bench.send("events").fields["last"] == "21"
    assert [event.number for event in bench.events] == list(range(6, 22))
    bench.events = []
    bench.send("events 20")
    assert [event.number for event in bench.events] == [20, 21]


def test_two_stops_are_one():
    bench = lit_and_moving()
    bench.feed(b"!!!!\n")
    assert bench.run_until(lambda: bench.named("stopped"))
    assert bench.send("clear").ok


def test_every_output_that_the_light_ever_had_obeys_the_flash_limit():
    bench = Bench()
    bench.hello()
    for index in range(200):
        bench.send("light 100" if index % 2 else "light 0")
        bench.run(0.04)
        if index % 17 == 0:
            bench.feed(b"!\n")
            bench.send("clear")
        bench.send("flash 100 20ms")
        bench.send("master 50" if index % 3 else "master 100")
    begun_us = rises_us(bench.board.lights)
    assert len(begun_us) > 15
    for first, fourth in zip(begun_us, begun_us[3:]):  # noqa: B905
        assert fourth - first >= 1_000_000


def test_a_pause_for_clearing_up_is_no_moment_of_motion_strobe_waiting_or_fading():
    bench = Bench(settings='{"endless": "yes"}')
    calm = bench.controller.is_calm
    assert calm()
    bench.home()
    bench.send("carriage at 60")
    bench.run(0.3)
    assert not calm()
    bench.send("arm 60s")
    bench.send("strobe 500us")
    bench.run(0.1)
    assert not calm()
    bench.run(20)
    assert calm()
    assert bench.send("@%d light 0" % (bench.board_us() + 5_000_000)).ok  # noqa: UP031
    assert not calm()
    bench.run(6)
    assert calm()
    bench.send("light 50 2s")
    assert not calm()
    bench.run(3)
    assert calm()
    bench.send("light 0")
    bench.run(1)
    bench.send("carriage run 1")
    bench.run(1)
    bench.send("strobe 500us")
    bench.run(1)
    assert bench.controller.strobe.flash_us
    assert not calm()
