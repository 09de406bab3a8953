# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns on a board that opens and shuts the light at exact times, whatever the loop does."""

import random

from flashes import rises_us
from suite_exposure import FULL, S, connected, edges, expected, later


def gated(**options):
    return connected(gated=True, **options)


def assert_exact(bench, wanted):
    assert edges(bench) == wanted, (edges(bench)[:12], wanted[:12])


def run_roughly(bench, seconds, longest_us=16_000):
    """In passes of any length, with questions between them."""
    end_us = bench.board.now_us + seconds * S
    while bench.board.now_us < end_us:
        bench.pass_us = random.choice((400, 900, longest_us))
        bench.run(bench.pass_us / S)
        if not random.getrandbits(2):
            bench.status()


def test_every_edge_is_exact_beside_long_replies():
    random.seed(3)
    for word, slot_ms in (("1010101", 20), ("m31", 5), ("m127", 20), ("0110", 40), ("1", 33)):
        bench = gated(arm="1min")
        at_us = bench.board.now_us + 100_000
        assert bench.send(later(bench, 100_000) + "expose 100 %s %dms" % (word, slot_ms)).ok  # noqa: UP031
        run_roughly(bench, 4)
        assert_exact(bench, expected(word, slot_ms * 1000, at_us))


def test_slow_ones_are_exact_without_arming_for_ever():
    random.seed(4)
    bench = gated()
    wanted = []
    at_us = bench.board.now_us + 50_000
    for _ in range(4):
        start = later(bench, at_us - bench.board.now_us)
        assert bench.send(start + "expose 100 " + "10" * 10 + " 167ms").ok
        wanted += expected("10" * 10, 167_000, at_us)
        at_us += 20 * 167_000
        run_roughly(bench, (at_us - bench.board.now_us) / S - 0.1)
    run_roughly(bench, 1)
    assert [lit for _, lit in edges(bench)] == [lit for _, lit in wanted]
    late = [t_us - due_us for (t_us, _), (due_us, _) in zip(edges(bench), wanted)]  # noqa: B905
    assert late[:20] == [0] * 20
    assert len([one for one in late if one]) <= 3  # where a pattern takes over from another
    assert 0 <= min(late) <= max(late) <= 17_000
    assert not bench.named("failed")


def test_a_pattern_without_a_time_is_as_exact():
    bench = gated(arm="1min")
    bench.run(0.0123)
    at_us = int(bench.send("expose 100 1010 50ms").fields["t"])
    run_roughly(bench, 1)
    assert_exact(bench, expected("1010", 50_000, at_us))
    assert bench.board.duty == 0


def test_what_was_there_comes_back_and_inner_edges_are_exact():
    bench = gated()
    bench.send("light 30")
    bench.run(1.1)
    under = bench.board.duty
    at_us = bench.board.now_us + 50_000
    bench.send(later(bench, 50_000) + "expose 60 0101 200ms")
    bench.board.lights.clear()
    bench.run(2)
    seen = edges(bench, at_us + 100_000)
    assert seen == [(at_us + 200_000 * k, k % 2 == 1) for k in (1, 2, 3)]
    assert bench.board.lights[-1][1] == under
    assert bench.board.duty == under


def test_one_that_ends_lit_goes_over_into_the_next_without_darkness():
    bench = gated()
    at_us = bench.board.now_us + 50_000
    bench.send(later(bench, 50_000) + "expose 100 1011 200ms")
    bench.send(later(bench, 850_000) + "expose 100 1101 200ms")
    run_roughly(bench, 2)
    wanted = expected("10111101", 200_000, at_us)
    assert [lit for _, lit in edges(bench)] == [lit for _, lit in wanted]


def test_whatever_ends_it_leaves_nothing_to_come():
    for line in (b"light 0\r", b"!", b"flash 100 10ms\r"):
        bench = gated(arm="1min")
        bench.send("expose 100 m127 20ms")
        bench.run(0.1)
        assert bench.board.gate.on
        bench.feed(line)
        bench.run(0.05)
        now_us = bench.board.now_us
        assert not bench.board.gate.on, line
        bench.run(2)
        assert edges(bench, now_us) == [], line


def test_a_failure_ends_it():
    bench = gated(arm="1min")
    bench.send("expose 100 m127 20ms")
    bench.run(0.1)
    bench.board.broken = ("sense",)
    bench.run(0.2)
    assert not bench.board.gate.on
    assert bench.board.duty == 0


def test_what_dims_acts_at_once_and_what_brightens_in_the_next_darkness():
    bench = gated()
    bench.send("expose 100 110011 300ms")
    bench.run(0.2)
    assert bench.board.duty == FULL
    bench.send("master 50")
    bench.run(0.05)
    dimmed = bench.board.duty
    assert 0 < dimmed < FULL // 2
    bench.send("master 100")
    bench.run(0.1)
    assert bench.board.duty == dimmed
    bench.run(0.5)
    assert bench.board.duty == FULL
    assert bench.board.gate.on


def test_heat_dims_it():
    bench = gated()
    bench.send("expose 100 1 2s")
    bench.run(0.2)
    assert bench.board.duty == FULL
    bench.controller.protection.target = bench.controller.protection.ceiling = 0
    bench.controller.protection.update = lambda *_: None
    bench.run(0.01)
    assert bench.board.duty == 0


def test_when_arming_runs_out_the_flash_limit_holds():
    bench = gated(arm="1s")
    bench.send("expose 100 " + "10" * 20 + " 50ms")
    bench.run(4)
    begun_us = [t_us for t_us in rises_us(bench.board.lights) if t_us > bench.board.now_us - 3 * S]
    for first_us, fourth_us in zip(begun_us, begun_us[3:]):  # noqa: B905
        assert fourth_us - first_us >= S


def test_never_more_than_three_rises_in_any_second_whatever_is_sent():
    random.seed(20311)
    seen = 0
    for _ in range(8):
        bench = gated(start_us=random.getrandbits(30))
        while bench.board.now_us < 12 * S:
            slot = random.choice((83, 167, 167, 168, 190))
            word = random.choice(("10", "1", "0110", "110011", "1010101010", "m7", "1"))
            at = later(bench, random.getrandbits(20)) if random.getrandbits(1) else ""
            bench.send(at + "expose 100 %s %dms" % (word, slot))  # noqa: UP031
            if random.getrandbits(3) == 0:
                line = random.choice(("flash 100 30ms", "light 100", "light 0", "master 20"))
                bench.send(line if random.getrandbits(1) else "master 100")
            bench.pass_us = random.choice((400, 900, 5000, 16_000))
            bench.run(random.getrandbits(12) / 1000)
        begun_us = rises_us(bench.board.lights)
        seen += len(begun_us)
        for first_us, fourth_us in zip(begun_us, begun_us[3:]):  # noqa: B905
            assert fourth_us - first_us >= S, (first_us, fourth_us)
    assert seen > 40
