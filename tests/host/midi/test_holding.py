# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of a terminal, which tells no key-up, to keys that go down and up."""

import pytest

from visiophare.midi.holding import RELEASED_AFTER_S, KeyHolds


def play(*presses_s: float, until_s: float = 10.0, holds: KeyHolds | None = None, key: str = "a"):
    """(edge, second) of all that follows when the key comes at these seconds."""
    holds = holds or KeyHolds()
    told, now_s = [], 0.0
    for next_s in [*presses_s, until_s]:
        while (due_s := holds.next_deadline_s()) is not None and due_s < next_s:
            now_s = due_s
            told += holds.due(now_s)
        if next_s != until_s:
            told += holds.press(key, next_s)
    return [(str(touch.edge), round(touch.at_s, 3)) for touch in told]


def held(from_s: float, delay_s: float, gap_s: float, repeats: int) -> list[float]:
    return [from_s, *(from_s + delay_s + gap_s * i for i in range(repeats))]


def test_a_tap_goes_down_at_once():
    assert KeyHolds().press("a", 1.0)[0].edge == "down"
    assert play(1.0)[0] == ("down", 1.0)


@pytest.mark.parametrize(
    ("delay_s", "gap_s"), [(0.2, 0.025), (0.5, 0.033), (0.66, 0.04), (0.5, 0.1)]
)
def test_a_held_key_goes_down_once_and_up_when_its_repeats_stop(delay_s, gap_s):
    presses = held(1.0, delay_s, gap_s, repeats=30)
    assert play(*presses) == [("down", 1.0), ("up", round(presses[-1] + RELEASED_AFTER_S, 3))]


def test_taps_in_every_rhythm_all_count():
    for gap_s in (0.08, 0.12, 0.17, 0.25, 0.4, 0.6, 0.74, 0.9, 2.0):
        taps = [1.0 + gap_s * i for i in range(6)]
        downs = [at_s for edge, at_s in play(*taps, until_s=20.0) if edge == "down"]
        assert len(downs) == 6, gap_s
        assert all(-0.001 < down - tap < 0.12 for down, tap in zip(downs, taps, strict=True)), gap_s


def test_once_the_repeat_delay_is_known_most_taps_come_without_waiting():
    holds = KeyHolds()
    play(*held(1.0, 0.5, 0.03, repeats=10), holds=holds)
    taps = [20.0, 20.3, 20.6, 20.9]
    downs = [at_s for edge, at_s in play(*taps, until_s=30.0, holds=holds) if edge == "down"]
    assert downs == pytest.approx(taps)


def test_a_busy_machine_that_reads_late_lets_go_of_no_key():
    holds = KeyHolds()
    play(*held(1.0, 0.5, 0.03, repeats=10), holds=holds, until_s=1.8)
    assert holds.press("a", 1.8 + 3 * RELEASED_AFTER_S) == []


def test_two_keys_are_told_apart():
    holds = KeyHolds()
    first, second = holds.press("a", 1.0), holds.press("b", 1.01)
    assert [touch.key for touch in first + second] == ["a", "b"]


def test_downs_and_ups_alternate_whatever_comes():
    import random

    rng = random.Random(11)
    holds, now_s, down = KeyHolds(), 0.0, {"a": False, "b": False}
    for _round in range(5000):
        now_s += rng.choice([0.001, 0.03, 0.05, 0.1, 0.11, 0.15, 0.3, 0.5, 0.8])
        key = rng.choice("ab")
        for touch in holds.press(key, now_s) if rng.random() < 0.8 else holds.due(now_s):
            assert (touch.edge == "down") is not down[touch.key]
            down[touch.key] = touch.edge == "down"
