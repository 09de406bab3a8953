# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from fake_board import FakeBoard
from firmware_bench import Bench
from flashes import rises_us
from written_score import fade, score

from visiophare_wire import Bits

FULL = 65535
S = 1_000_000
WRAP = 2**30
PASS_US = 500


def connected(arm="", **options):
    bench = Bench(pass_us=PASS_US, **options)
    bench.hello()
    if arm:
        assert bench.send("arm " + arm).ok
    return bench


def later(bench, us):
    return "@%d " % ((bench.board_us() + us) % WRAP)  # noqa: UP031


def edges(bench, since=0):
    """(true time, lit) of every change of the light."""
    found, lit = [], False
    for t_us, duty in bench.board.lights:
        if (duty > 0) != lit:
            lit = duty > 0
            if t_us >= since:
                found.append((t_us, lit))
    return found


def expected(word, slot_us, at_us):
    """(time, lit) of every change that the pattern makes of darkness."""
    bits, lit, found = Bits(word), 0, []
    for index in range(bits.count):
        bit = bits.take()
        if bit != lit:
            lit = bit
            found.append((at_us + index * slot_us, bool(lit)))
    return found + ([(at_us + bits.count * slot_us, False)] if lit else [])


def assert_on_time(seen, wanted, late_us=PASS_US):
    assert [lit for _, lit in seen] == [lit for _, lit in wanted]
    for (t_us, _), (wanted_us, _) in zip(seen, wanted):  # noqa: B905
        assert 0 <= t_us - wanted_us <= late_us, (t_us, wanted_us)


def test_every_edge_comes_in_the_first_pass_after_its_time():
    bench = connected()
    at_us = bench.board.now_us + 100_123
    assert bench.send(later(bench, 100_123) + "expose 100 m31 167ms").ok
    bench.run(31 * 0.167 + 0.2)
    assert_on_time(edges(bench), expected("m31", 167_000, at_us))


def test_the_limit_of_167_ms_passes_unshifted_for_ever():
    bench = connected(start_us=WRAP - 20 * S)
    at_us = bench.board.now_us + 50_000
    wanted = []
    for _ in range(6):
        start = later(bench, at_us - bench.board.now_us)
        assert bench.send(start + "expose 100 " + "10" * 10 + " 167ms").ok
        wanted += expected("10" * 10, 167_000, at_us)
        at_us += 20 * 167_000
        bench.run((at_us - bench.board.now_us) / S - 0.03)
    bench.run(1)
    assert_on_time(edges(bench), wanted)
    assert not bench.named("failed")


def test_a_late_pass_shifts_no_later_edge():
    bench = connected(arm="1min")
    at_us = bench.board.now_us + 20_000
    bench.send(later(bench, 20_000) + "expose 100 " + "10" * 10 + " 10ms")
    random.seed(4)
    while bench.board.now_us < at_us + 250_000:
        bench.pass_us = random.choice((300, 500, 4000, 700))
        bench.run(bench.pass_us / S)
    assert_on_time(edges(bench), expected("10" * 10, 10_000, at_us), 4000)


def test_a_pattern_without_a_time_says_when_it_begins_and_is_as_exact():
    bench = connected()
    bench.run(0.0123)
    reply = bench.send("expose 100 1010 200ms")
    at_us = int(reply.fields["t"])
    assert 0 < at_us - bench.board_us() <= 10_000
    bench.run(1)
    assert_on_time(edges(bench), expected("1010", 200_000, at_us))


def test_the_level_is_scaled_by_the_master_and_what_was_there_comes_back():
    bench = connected()
    bench.send("light 30")
    bench.run(1.1)
    before = bench.board.duty
    bench.send("master 50")
    bench.run(1.1)
    under = bench.board.duty
    assert under < before
    bench.send("expose 60 010 200ms")
    bench.run(0.1)
    assert bench.board.duty == 0
    bench.run(0.2)
    pattern = bench.board.duty
    bench.run(0.5)
    assert bench.board.duty == under
    bench.send("light 60")
    bench.run(1.1)
    assert bench.board.duty == pattern


def test_a_fade_below_goes_on():
    bench = connected()
    bench.send("light 50 1s")
    bench.run(1.2)
    bench.send("light 0 2s")
    bench.send("expose 100 1 1s")
    bench.run(1.05)
    assert abs(float(bench.status()["light"]) - 24) < 2


def test_too_fast_a_pattern_is_refused_until_armed():
    for pattern in ("10 166ms", "1 100ms", "1101 160ms", "11011 100ms", "m31 166ms", "0110 83ms"):
        bench = connected()
        refused = bench.send("expose 100 " + pattern)
        assert (refused.code, refused.fields) == ("pattern_too_fast", {"min": "167"}), pattern
        assert bench.send(later(bench, S) + "expose 100 " + pattern).code == "pattern_too_fast"
        assert bench.send("arm 10s").ok
        assert bench.send("expose 100 " + pattern).ok, pattern


def test_long_runs_of_short_slots_are_slow_enough():
    bench = connected()
    assert bench.send("expose 100 110011 84ms").ok
    bench.run(0.7)
    assert len(edges(bench)) == 4


def test_a_pattern_that_was_accepted_while_armed_is_not_begun_afterwards():
    bench = connected(arm="1s")
    assert bench.send(later(bench, 1_500_000) + "expose 100 1010 50ms").ok
    bench.run(2)
    assert bench.named("failed")[0].fields["code"] == "pattern_too_fast"
    assert edges(bench) == []


def test_a_flash_within_the_second_before_refuses_it_since_it_would_be_shifted():
    bench = connected()
    bench.send("flash 100 50ms")
    bench.run(0.5)
    assert bench.send("expose 100 10 200ms").code == "too_soon"
    bench.run(0.6)
    assert bench.send("expose 100 10 200ms").ok


def test_one_pattern_follows_another_without_a_gap():
    bench = connected()
    at_us = bench.board.now_us + 50_000
    bench.send(later(bench, 50_000) + "expose 100 1011 200ms")
    bench.send(later(bench, 850_000) + "expose 100 1101 200ms")
    bench.run(2)
    assert_on_time(edges(bench), expected("10111101", 200_000, at_us))


def test_light_flash_stop_and_silence_end_it():
    endings = {"light": b"light 0\r", "stop": b"!", "flash": b"flash 100 10ms\r"}
    for name, line in endings.items():
        bench = connected()
        bench.send("expose 100 1111 400ms")
        bench.run(0.1)
        assert bench.board.duty == FULL
        bench.feed(line)
        bench.run(0.05)
        assert bench.board.duty == 0, name
        bench.run(2)
        assert bench.board.duty == 0, name
    bench = connected(settings='{"silence": "fade", "silence_after_s": 1, "silence_fade_s": 0.1}')
    bench.send("expose 100 1 60s")
    bench.run(0.9)
    assert bench.board.duty == FULL
    bench.run(0.5)
    assert bench.board.duty == 0


def test_a_failure_ends_it():
    bench = connected()
    bench.send("expose 100 1 60s")
    bench.run(0.1)
    bench.board.broken = ("sense",)
    bench.run(0.1)
    assert bench.board.duty == 0


def test_a_pattern_that_comes_late_is_where_it_would_have_been():
    bench = connected()
    bench.run(2)
    at_us = bench.board.now_us - 300_000
    assert bench.send(later(bench, -300_000) + "expose 100 0101 200ms").ok
    now_us = bench.board.now_us
    bench.run(1)
    wanted = [edge for edge in expected("0101", 200_000, at_us) if edge[0] >= now_us]
    assert_on_time(edges(bench)[1:], wanted)
    assert edges(bench)[0] == (now_us, True)


def test_heat_limits_a_pattern_too():
    bench = connected()
    bench.controller.protection.ceiling = bench.controller.protection.target = 0
    bench.controller.protection.update = lambda *_: None
    bench.send("expose 100 1 1s")
    bench.run(0.5)
    assert bench.board.duty == 0


def test_a_board_that_cannot_says_so():
    class Plain(FakeBoard):
        capabilities = ("light", "carriage")

    assert connected(board=Plain()).send("expose 100 10 200ms").code == "not_here"
    assert "expose" in Bench().hello().gathered["can"].split(",")


def test_never_more_than_three_rises_in_any_second_whatever_is_sent_in_passes_of_any_length():
    random.seed(20311)
    seen = 0
    for _ in range(8):
        bench = connected(start_us=random.getrandbits(30))
        while bench.board.now_us < 12 * S:
            slot = random.choice((83, 167, 167, 168, 190))
            word = random.choice(("10", "1", "0110", "110011", "1010101010", "m7", "1"))
            at = later(bench, random.getrandbits(20)) if random.getrandbits(1) else ""
            bench.send(at + "expose 100 %s %dms" % (word, slot))  # noqa: UP031
            if random.getrandbits(3) == 0:
                bench.send(random.choice(("flash 100 30ms", "light 100", "light 0")))
            bench.pass_us = random.choice((400, 900, 5000))
            bench.run(random.getrandbits(12) / 1000)
        begun_us = rises_us(bench.board.lights)
        seen += len(begun_us)
        for first_us, fourth_us in zip(begun_us, begun_us[3:]):  # noqa: B905
            assert fourth_us - first_us >= S, (first_us, fourth_us)
    assert seen > 40


def test_people_read_what_will_be_shown():
    bench = Bench(settings='{"language": "en"}')
    assert bench.type("expose 80 m31 170") == ["Pattern m31 at 80 %, 170ms a bit."]
    assert "arm" in bench.type("expose 80 10 100")[0]
    assert "1101" in bench.type("expose 80 12 170")[0]


def with_score():
    board = FakeBoard(settings='{"language": "en", "pitch_mm": 5, "frames": 70}')
    board.files["score"] = score([[fade(60, 50), fade(20, 3000)]], order=[0])
    return Bench(board, pass_us=PASS_US)


def test_a_pattern_takes_the_light_from_a_score_and_a_score_from_a_pattern():
    bench = with_score()
    bench.board.pressed.add("go")
    bench.run(1)
    assert bench.board.duty > 0
    bench.board.pressed.clear()
    bench.run(1)
    bench.type("expose 100 0 20s")
    assert not bench.controller.player.active
    bench.run(1)
    assert bench.board.duty == 0
    bench.board.pressed.add("go")
    bench.run(0.2)
    assert bench.controller.player.active
    assert bench.board.duty > 0


def test_the_knob_dims_a_pattern():
    bench = connected(settings='{"knob": "yes"}')
    bench.send("expose 100 1 10s")
    bench.run(1)
    assert bench.board.duty == FULL
    bench.board.raw["knob"] = 30_000
    bench.run(1)
    assert 0 < bench.board.duty < FULL // 4


def test_nothing_is_written_and_no_memory_cleared_up_beside_a_pattern():
    bench = connected()
    bench.send("expose 100 01 10s")
    bench.run(1)
    assert not bench.controller.is_calm()
    assert bench.send("settings save").code == "not_dark"
    bench.run(20)
    assert bench.controller.is_calm()
    assert bench.send("settings save").ok
