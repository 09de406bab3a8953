# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold for every light, move and text; hypothesis looks for the exceptions."""

import json

from flashes import rises_us
from hypothesis import given, settings
from hypothesis import strategies as st

from visiophare_firmware import Ramp
from visiophare_firmware.energy import Energy
from visiophare_firmware.flash_limit import LATE_US, PROMPT_US, FlashLimit
from visiophare_firmware.light import FULL, Fade
from visiophare_firmware.settings import Settings, SettingsError
from visiophare_firmware.still_frame import StillFrame
from visiophare_wire import ticks_add

board_times_us = st.integers(0, 2**30 - 1)
levels = st.integers(0, FULL)


@given(st.lists(st.tuples(st.integers(500, 400_000), levels), max_size=60), board_times_us)
def test_no_light_whatever_flashes_more_than_three_times_a_second(wanted, start_us):
    limit, t_us, shown = FlashLimit(), 0, []
    for step_us, duty in wanted:
        t_us += step_us
        allowed = limit.allow(duty, ticks_add(start_us, t_us))
        assert 0 <= allowed <= duty
        shown.append((t_us, allowed))
    begun_us = rises_us(shown)
    assert all(d - a >= 1_000_000 for a, d in zip(begun_us, begun_us[3:], strict=False))


lateness = st.sampled_from((PROMPT_US, LATE_US)).flatmap(
    lambda most_us: st.tuples(st.just(most_us), st.integers(0, most_us))
)


@settings(deadline=None)
@given(st.lists(lateness, min_size=1), st.integers(300, 4000), board_times_us)
def test_nor_when_it_goes_out_later_than_the_clock_was_read(lateness, pass_us, start_us):
    limit, t_us, shown = FlashLimit(), 0, [(0, 0)]
    while t_us < 3_500_000:
        most_late_us, late_us = lateness[len(shown) % len(lateness)]
        wanted = 0 if shown[-1][1] else FULL  # flickers as fast as it may
        shown.append((t_us + late_us, limit.allow(wanted, ticks_add(start_us, t_us), most_late_us)))
        t_us += max(pass_us, late_us)
    begun_us = rises_us(shown)
    assert len(begun_us) > 9
    assert all(d - a >= 1_000_000 for a, d in zip(begun_us, begun_us[3:], strict=False))


@given(board_times_us, st.integers(0, 1000))
def test_light_and_dark_of_167_ms_each_pass_whenever_passes_come(start_us, pass_us):
    limit = FlashLimit()
    for edge in range(24):
        t_us = edge * 167_000 + (pass_us if edge % 6 == 0 else 0)
        wanted = 0 if edge % 2 else FULL
        assert limit.allow(wanted, ticks_add(start_us, t_us), PROMPT_US) == wanted


@given(st.lists(st.tuples(levels, st.integers(0, 480_000), st.integers(0, 5_000_000)), max_size=8))
def test_no_chain_of_fades_ever_jumps_or_leaves_its_range(chain):
    fade, now_us = Fade(0), 0
    for level, over_ms, wait_us in chain:
        before = fade.value(now_us)
        fade.start(level, over_ms, now_us, now_us)
        assert fade.value(now_us) == (before if over_ms else level)
        low, high = min(before, level), max(before, level)
        now_us = ticks_add(now_us, wait_us)
        assert low <= fade.value(now_us) <= high


@given(st.integers(0, FULL), st.integers(0, FULL), st.integers(1, 480_000), board_times_us)
def test_a_fade_never_turns_back(start, end, over_ms, start_us):
    fade = Fade(start)
    fade.start(end, over_ms, start_us, start_us)
    seen = [fade.value(ticks_add(start_us, over_ms * 50 * step)) for step in range(22)]
    assert seen == sorted(seen, reverse=end < start)
    assert seen[-1] == end


@given(
    st.floats(1, 40_000),
    st.floats(20, 200_000),
    st.integers(1, 200_000),
    st.floats(0, 1, exclude_max=True),
)
def test_every_move_and_every_stop_makes_its_steps_within_its_speed(
    speed, acceleration, steps, when
):
    plan = Ramp(speed, acceleration).plan(steps)
    stop = plan.stopping(int(steps * when))
    for part in filter(None, (plan, stop)):
        assert sum(count for count, _ in part.segments()) == part.steps
        assert all(count > 0 for count, _ in part.segments())
        assert all(period_ns >= int(1e9 / speed) for _, period_ns in part.segments())
    assert stop is None or stop.steps <= steps - int(steps * when)


def load_is_refused(board_settings, text):
    """Whether the settings refuse the text; any other failure passes."""
    try:
        board_settings.load(text)
    except SettingsError as error:
        return bool(error.problems)
    return False


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(Settings().values)) | st.text(), json_values))
def test_no_settings_text_is_half_taken(document):
    board_settings = Settings()
    if load_is_refused(board_settings, json.dumps(document)):
        assert board_settings.values == Settings().values
    else:
        again = Settings()
        again.load(board_settings.to_json())
        assert again.values == board_settings.values


@given(st.text())
def test_no_text_makes_the_settings_fail_otherwise_than_by_refusing(text):
    load_is_refused(Settings(), text)


def test_no_lamp_and_no_still_frame_makes_numbers_that_take_memory_on_a_board():
    energy, still, values = Energy(), StillFrame(), Settings()
    for name, text in (("led_w", "2000"), ("still_after_s", "14400"), ("still_percent", "5")):
        values.change(name, text)
    energy.configure(values)
    still.configure(values)
    assert energy._led * (FULL >> 2) < 2**30
    assert still._most + FULL < 2**30
    assert still._cool_steps * still._relief < 2**30
