# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from visiophare_firmware.light import duty_of_level, level_of_percent
from visiophare_firmware.settings import Settings
from visiophare_firmware.still_frame import StillFrame

FULL = 65535
HALF = duty_of_level(level_of_percent(50))


class Film:
    """A still frame in a light that obeys the ceiling."""

    def __init__(self, after_s="60"):
        settings = Settings()
        settings.change("still_after_s", after_s)
        self.still = StillFrame()
        self.still.configure(settings)
        self.steps = 0

    def shine(self, seconds, duty=FULL, steps=0):
        """So long, moving by so many steps in that time; the light at the end."""
        for turn in range(10 * seconds):
            at = self.steps + steps * (turn + 1) // (10 * seconds)
            self.still.update(min(duty, self.still.ceiling), at)
        self.steps += steps
        return self.still.ceiling


def test_full_light_for_the_set_time_then_less_and_never_less_than_is_borne():
    film = Film()
    assert film.shine(59) == FULL
    assert HALF < film.shine(10) < FULL
    assert HALF <= film.shine(600) < HALF + 2000
    assert film.shine(6000) >= HALF


def test_the_reduction_is_continuous():
    film = Film()
    last = FULL
    for _ in range(300):
        ceiling = film.shine(1)
        assert 0 <= last - ceiling < FULL // 15
        last = ceiling


def test_light_that_the_film_bears_is_never_reduced():
    assert Film().shine(3600, HALF) == FULL


def test_twice_as_dim_lasts_longer_than_twice_as_long():
    assert Film().shine(119, FULL // 2) == FULL


def test_another_frame_is_cool():
    film = Film()
    film.shine(300)
    pitch_steps = 38 * 80
    assert film.shine(1, FULL, pitch_steps) > FULL * 9 // 10
    assert film.shine(50) == FULL


def test_a_nudge_is_no_other_frame():
    film = Film()
    reduced = film.shine(300)
    for _ in range(3):
        film.shine(1, FULL, 20)
        film.shine(1, FULL, -20)
    assert film.shine(1) < reduced + FULL // 8


def test_to_and_fro_within_a_part_of_a_frame_is_no_other_frame():
    for start in (0, 2**29 - 400):
        film = Film()
        film.steps = start
        film.shine(1)
        for _ in range(150):
            film.shine(1, FULL, 1200)
            film.shine(1, FULL, -1200)
        assert film.shine(1) < HALF + 4000, start
        assert film.shine(1, FULL, 38 * 80) > FULL * 9 // 10


def test_back_to_the_frame_before_is_a_cool_one_again():
    film = Film()
    for turn in range(6):
        film.shine(58)
        assert film.shine(1, FULL, (-1) ** turn * 38 * 80) > FULL * 9 // 10


def test_film_that_runs_is_never_reduced():
    assert Film().shine(1200, FULL, 1200 * 80) == FULL


def test_darkness_lets_it_recover():
    film = Film()
    film.shine(300)
    assert film.shine(80, 0) == FULL
    assert film.shine(55) == FULL


def test_the_longest_setting_counts_without_error():
    film = Film("14400")
    assert film.shine(14_000) == FULL
    assert film.shine(4000) < FULL


def test_none_means_none():
    assert Film("0").shine(7200) == FULL
