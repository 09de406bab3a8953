# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The estimate of the board's clock, on a board clock made up here."""

import math
import random

import pytest

from visiophare.clock import BoardClock

WRAP_US = 2**30


class MadeUpBoard:
    """A clock with an offset and a drift, read over a path with jitter."""

    def __init__(self, seed: int, offset_us: int = 123_456_789, drift_ppm: float = 40.0) -> None:
        self.rng = random.Random(seed)
        self.offset_us = offset_us
        self.drift_ppm = drift_ppm

    def us_at(self, host_s: float) -> float:
        return self.offset_us + host_s * (1e6 + self.drift_ppm)

    def ping(self, clock: BoardClock, sent_s: float) -> float:
        """One ping with the delays of a pseudo-terminal on a busy machine; when it came back."""
        there_s = 0.0001 + self.rng.expovariate(1 / 0.0003)
        back_s = 0.0001 + self.rng.expovariate(1 / 0.0003)
        if self.rng.random() < 0.1:
            back_s += self.rng.uniform(0, 0.012)
        clock.feed(sent_s, int(self.us_at(sent_s + there_s)) % WRAP_US, sent_s + there_s + back_s)
        return sent_s + there_s + back_s


def error_us(clock: BoardClock, board: MadeUpBoard, host_s: float) -> float:
    wrapped = (clock.board_us_at(host_s) - round(board.us_at(host_s))) % WRAP_US
    return abs(wrapped - WRAP_US if wrapped > WRAP_US // 2 else wrapped)


def p99(values: list[float]) -> float:
    return sorted(values)[math.ceil(len(values) * 0.99) - 1]


def test_before_the_first_ping_there_is_no_board_time():
    clock = BoardClock()
    assert not clock.ready
    assert clock.uncertainty_s == math.inf
    with pytest.raises(LookupError):
        clock.board_us_at(0.0)
    with pytest.raises(LookupError):
        clock.host_s_at(0)


def test_one_ping_is_right_within_half_its_round_trip():
    clock = BoardClock()
    clock.feed(10.000, 5_000_000, 10.004)
    assert clock.board_us_at(10.002) == 5_000_000
    assert clock.host_s_at(5_000_000) == pytest.approx(10.002)
    assert clock.uncertainty_s == pytest.approx(0.002)


def test_a_jittery_path_and_a_drifting_board_stay_within_a_tenth_of_a_millisecond():
    errors_us = []
    for seed in range(8):
        board, clock = MadeUpBoard(seed), BoardClock()
        for step in range(20 * 60):
            now_s = 1000.0 + step / 20
            received_s = board.ping(clock, now_s)
            if step >= 40:
                # A timeline is sent up to 200 ms ahead.
                errors_us.append(error_us(clock, board, received_s + board.rng.uniform(0, 0.2)))
    assert p99(errors_us) <= 100.0


def test_slow_pings_every_half_second_find_the_drift():
    board, clock = MadeUpBoard(1), BoardClock()
    for step in range(240):
        board.ping(clock, step / 2)
    assert clock.drift_ppm == pytest.approx(40.0, abs=10.0)


def test_a_burst_of_pings_gives_an_offset_and_no_wild_drift():
    board, clock = MadeUpBoard(2), BoardClock()
    now_s = 50.0
    for _ in range(12):
        now_s = board.ping(clock, now_s)
    assert abs(clock.drift_ppm) < 60.0
    assert error_us(clock, board, now_s + 0.2) < 500.0


def test_the_counter_starting_again_at_zero_is_followed():
    board, clock = MadeUpBoard(3, offset_us=WRAP_US - 5_000_000), BoardClock()
    for step in range(400):  # 20 s; the counter wraps after 5
        board.ping(clock, step / 20)
    assert error_us(clock, board, 20.0) < 100.0
    assert clock.host_s_at(int(board.us_at(21.0)) % WRAP_US) == pytest.approx(21.0, abs=1e-3)


def test_a_board_time_means_the_repetition_nearest_to_the_time_given():
    board, clock = MadeUpBoard(4), BoardClock()
    for step in range(100):
        board.ping(clock, step / 20)
    board_us = int(board.us_at(4.0)) % WRAP_US
    period_s = WRAP_US / (1e6 + clock.drift_ppm)
    assert clock.host_s_at(board_us, near_s=300.0) == pytest.approx(4.0, abs=1e-3)
    assert clock.host_s_at(board_us, near_s=900.0) == pytest.approx(4.0 + period_s, abs=1e-3)


def test_a_silence_of_an_hour_does_not_lose_count():
    board, clock = MadeUpBoard(5), BoardClock()
    for step in range(200):
        board.ping(clock, step / 20)
    for step in range(200):
        board.ping(clock, 3600 + step / 20)
    assert error_us(clock, board, 3610.0) < 100.0
    assert clock.drift_ppm == pytest.approx(40.0, abs=10.0)


def test_after_a_reset_nothing_of_the_old_boot_remains():
    board, clock = MadeUpBoard(6), BoardClock()
    board.ping(clock, 1.0)
    clock.reset()
    assert not clock.ready
    clock.feed(2.0, 17, 2.001)
    assert clock.board_us_at(2.0005) == 17


def test_a_ping_with_no_round_trip_at_all_is_taken():
    clock = BoardClock()
    clock.feed(1.0, 100, 1.0)
    clock.feed(1.0, 100, 1.0)
    assert clock.board_us_at(1.0) == 100
