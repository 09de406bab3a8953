# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from visiophare_wire import next_seq, ticks_add, ticks_diff

WRAP = 2**30


def test_the_later_time_is_positive():
    assert ticks_diff(1500, 1000) == 500
    assert ticks_diff(1000, 1500) == -500


def test_a_difference_across_the_wrap_is_as_short_as_it_really_is():
    assert ticks_diff(5, WRAP - 5) == 10
    assert ticks_diff(WRAP - 5, 5) == -10


def test_half_the_period_is_the_farthest():
    assert ticks_diff(2**29 - 1, 0) == 2**29 - 1
    assert ticks_diff(2**29, 0) == -(2**29)


def test_adding_wraps_in_both_directions():
    assert ticks_add(WRAP - 1, 1) == 0
    assert ticks_add(WRAP - 1, WRAP - 1) == WRAP - 2
    assert ticks_add(0, -1) == WRAP - 1
    assert ticks_add(7, 0) == 7


def test_adding_undoes_the_difference():
    for start in (0, 1, 2**29, WRAP - 1):
        for delta in (-(2**29), -1, 0, 1, 2**29 - 1):
            assert ticks_diff(ticks_add(start, delta), start) == delta


def test_numbers_of_lines_wrap_past_zero():
    assert next_seq(0) == 1
    assert next_seq(65534) == 65535
    assert next_seq(65535) == 1
