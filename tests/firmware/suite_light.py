# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from visiophare_firmware.light import (
    FULL,
    Fade,
    Light,
    duty_of_level,
    level_of_percent,
    linear_of_percent,
)

S = 1_000_000
WRAP = 2**30


def percent(level):
    return level * 100 / FULL


def test_the_curve_is_cie_lightness():
    # CIE 1976: L* 50 is 18.42 % of the light, L* 8 is 0.8856 %, where the two branches meet
    assert abs(linear_of_percent(50) - 0.18419) < 1e-5
    assert abs(linear_of_percent(8) - 0.008856) < 1e-6
    assert linear_of_percent(0) == 0
    assert abs(linear_of_percent(100) - 1) < 1e-6


def test_the_duty_follows_the_curve_within_a_thousandth_and_ends_exactly():
    for tenth in range(1001):
        duty = duty_of_level(level_of_percent(tenth / 10))
        exact = linear_of_percent(tenth / 10) * FULL
        assert abs(duty - exact) < 4 + exact / 1000, tenth
    assert duty_of_level(0) == 0
    assert duty_of_level(FULL) == FULL


def test_the_duty_never_falls_while_the_level_rises():
    last = -1
    for level in range(0, FULL + 1, 7):
        assert duty_of_level(level) >= last
        last = duty_of_level(level)


def test_a_fade_moves_evenly_as_perceived():
    fade = Fade(0)
    fade.start(level_of_percent(80), 4000, 0, 0)
    for seconds in range(5):
        assert abs(percent(fade.value(seconds * S)) - 20 * seconds) < 0.02
    assert fade.value(9 * S) == level_of_percent(80)


def test_a_fade_turns_round_half_way_without_a_jump():
    fade = Fade(0)
    fade.start(FULL, 2000, 0, 0)
    before = fade.value(S)
    fade.start(0, 2000, S, S)
    assert fade.value(S) == before
    assert abs(fade.value(2 * S) - before // 2) < 10
    assert fade.value(3 * S) == 0


def test_a_fade_across_the_wrap_of_board_time_is_like_any_other():
    fade = Fade(0)
    start_us = WRAP - S
    fade.start(FULL, 2000, start_us, start_us)
    assert abs(percent(fade.value((start_us + S) % WRAP)) - 50) < 0.02
    assert fade.value((start_us + 2 * S) % WRAP) == FULL


def test_the_longest_and_the_shortest_fades_keep_time():
    for over_ms in (1, 2, 16, 17, 33, 1000, 65_000, 480_000):
        fade = Fade(0)
        fade.start(FULL, over_ms, 0, 0)
        assert abs(percent(fade.value(over_ms * 500)) - 50) < 0.1, over_ms
        assert fade.value(over_ms * 1000 - 1) < FULL + 1
        assert fade.value(over_ms * 1000) == FULL


def test_a_late_fade_does_not_jump_and_ends_in_time():
    fade = Fade(0)
    fade.start(FULL, 1000, 0, 400_000)
    assert fade.value(400_000) == 0
    assert abs(percent(fade.value(700_000)) - 50) < 0.02
    assert fade.value(S) == FULL
    fade.start(0, 1000, 2 * S, 4 * S)
    assert fade.value(4 * S) == 0


def test_a_fade_asked_before_its_start_has_not_begun():
    fade = Fade(1000)
    fade.start(FULL, 1000, 5000, 5000)
    assert fade.value(4000) == 1000


def test_the_master_scales_what_the_eye_sees():
    light = Light()
    light.fade(80, 0, 0, 0)
    light.fade_master(50, 0, 0, 0)
    assert abs(percent(light.perceived(0)) - 40) < 0.02
    light.fade_master(100, 0, 0, 0)
    assert abs(percent(light.perceived(0)) - 80) < 0.001


def test_the_master_fades_too():
    light = Light()
    light.fade(100, 0, 0, 0)
    light.fade_master(0, 2000, 0, 0)
    assert abs(percent(light.perceived(S)) - 50) < 0.02
    assert light.duty(2 * S) == 0


def test_a_flash_shows_and_then_gives_back_what_would_have_been():
    light = Light()
    light.fade(20, 1000, 0, 0)
    light.flash(level_of_percent(90), 200, 500_000)
    assert abs(percent(light.perceived(600_000)) - 90) < 0.01
    assert abs(percent(light.perceived(700_000)) - 14) < 0.02
    assert abs(percent(light.perceived(2 * S)) - 20) < 0.01


def test_a_light_command_ends_a_flash():
    light = Light()
    light.flash(FULL, 5000, 0)
    light.fade(0, 0, 1000, 1000)
    assert light.duty(1000) == 0


def test_darkening_leaves_the_master():
    light = Light()
    light.fade_master(50, 0, 0, 0)
    light.fade(100, 1000, 0, 0)
    light.flash(FULL, 1000, 0)
    light.darken()
    assert light.duty(0) == 0
    assert abs(percent(light.master.target) - 50) < 0.01
