# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from flashes import rises_us

from visiophare_firmware.flash_limit import FlashLimit

FULL = 65535
MS = 1000
WRAP = 2**30


def output(wanted, step_us=5 * MS, start_us=0):
    """[(time, duty)] that the limit lets out for the duties wanted, one each step."""
    limit = FlashLimit()
    times = [step_us * index for index in range(len(wanted))]
    return [(t, limit.allow(w, (t + start_us) % WRAP)) for t, w in zip(times, wanted)]  # noqa: B905


def strobe(on_steps, off_steps, times, on=FULL, off=0):
    return ([on] * on_steps + [off] * off_steps) * times


def assert_safe(shown):
    begun_us = rises_us(shown)
    for first, fourth in zip(begun_us, begun_us[3:]):  # noqa: B905
        assert fourth - first >= 1_000_000, (first, fourth)


def test_the_first_three_hits_are_answered_at_once():
    wanted = strobe(10, 10, 3)
    assert [duty for _, duty in output(wanted)] == wanted


def test_a_fourth_flash_within_the_second_waits_dark():
    shown = output(strobe(10, 10, 3) + [FULL] * 200)
    assert not any(duty for t, duty in shown if 300 * MS <= t < 1_000_000)
    first_lit = next(t for t, duty in shown if t > 300 * MS and duty == FULL)
    assert 1_000_000 <= first_lit <= 1_020_000


def test_three_a_second_pass_for_ever():
    wanted = strobe(34, 34, 60)  # 340 ms a period
    shown = [duty for _, duty in output(wanted)]
    assert shown == wanted


def test_a_fast_strobe_is_thinned_to_three_a_second():
    shown = output(strobe(2, 2, 1000))
    assert_safe(shown)
    assert len(rises_us(shown)) >= 3 * 19


def test_going_dark_is_never_delayed():
    random.seed(7)
    wanted = [random.choice((0, 100, 20_000, FULL)) for _ in range(3000)]
    for (_, duty), asked in zip(output(wanted), wanted):  # noqa: B905
        assert duty <= asked


def test_small_flicker_is_no_flash():
    wanted = strobe(4, 4, 500, on=36_000, off=30_000)
    assert [duty for _, duty in output(wanted)] == wanted


def test_flashes_from_a_lit_ground_count_too():
    assert_safe(output(strobe(3, 3, 500, on=40_000, off=30_000)))


def test_a_slow_fade_up_is_one_rise_and_passes_unchanged():
    wanted = [FULL * index // 1000 for index in range(1000)]
    shown = output(wanted)
    assert [duty for _, duty in shown] == wanted
    assert len(rises_us(shown)) == 1


def test_fast_fades_cannot_creep_past_the_limit():
    ramp = [FULL * index // 20 for index in range(20)]
    assert_safe(output((ramp + ramp[::-1]) * 60))


def test_the_limit_works_across_the_wrap_of_board_time():
    assert_safe(output(strobe(5, 5, 300), start_us=WRAP - 700 * MS))


def test_no_random_light_flashes_more_than_three_times_a_second():
    random.seed(20264)
    for _ in range(20):
        wanted, duty = [], 0
        while len(wanted) < 1500:
            kind = random.getrandbits(2)
            if kind == 0:
                duty = random.getrandbits(16)
            elif kind == 1:
                duty = 0
            wanted += [duty] * (1 + random.getrandbits(4))
            if kind == 2:
                step = random.getrandbits(11)
                wanted += [min(FULL, duty + step * index) for index in range(20)]
                duty = wanted[-1]
        assert_safe(output(wanted))
