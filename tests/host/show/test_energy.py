# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a show will take: `visiophare energy`, and the sum behind it."""

import pytest

from patience import eventually
from visiophare.projector import Projector
from visiophare.show import energy
from visiophare.show.actions import Go, TimedEvent
from visiophare.show.energy import consumption
from visiophare.show.reading import load_show
from visiophare.simulator.projector import SimulatedProjector
from visiophare_firmware.light import linear_of_percent

CUE = """
order = ["all"]
[[cue]]
id = "all"
steps = [ {steps} ]
"""


def used_by(tmp_path, steps, *, head="", move_s=3.0, led_w=200.0, idle_w=2.0):
    path = tmp_path / "show.toml"
    path.write_text(head + CUE.replace("{steps}", steps))
    return consumption(
        load_show(path),
        [TimedEvent(0.0, Go())],
        unattended=True,
        move_s=move_s,
        led_w=led_w,
        idle_w=idle_w,
    )


def test_full_light_for_an_hour_is_the_led_and_all_the_rest(tmp_path):
    used = used_by(tmp_path, '{ fade = 100, over = 0 }, { loop = 12, steps = [{hold = "5min"}] }')
    assert (used.duration_s, used.wh) == (3600, pytest.approx(202))
    assert (used.mean_w, used.peak_w, used.moves) == (pytest.approx(202), 202, 0)


def test_darkness_costs_what_the_rest_takes(tmp_path):
    used = used_by(tmp_path, '{ hold = "6min" }')
    assert (used.wh, used.peak_w) == (pytest.approx(0.2), 2)


@pytest.mark.parametrize(("start", "end"), [(0, 100), (100, 0), (3, 7), (5, 60), (0, 50)])
def test_a_fade_takes_what_the_boards_own_curve_adds_up_to(tmp_path, start, end):
    steps = f'{{ fade = {start}, over = 0 }}, {{ fade = {end}, over = "100s" }}'
    used = used_by(tmp_path, steps, idle_w=0.0)
    parts = [start + (end - start) * (part + 0.5) / 10_000 for part in range(10_000)]
    assert used.full_light_s == pytest.approx(
        100 * sum(linear_of_percent(percent) for percent in parts) / 10_000, rel=1e-4
    )


def test_half_the_master_is_half_the_light_to_the_eye_and_less_to_the_battery(tmp_path):
    steps = '{ fade = 100, over = 0 }, { hold = "100s" }'
    used = used_by(tmp_path, steps, head="master = 50\n", idle_w=0.0)
    assert used.full_light_s == pytest.approx(100 * linear_of_percent(50))


def test_each_move_takes_its_time_in_the_light(tmp_path):
    steps = '{ fade = 100, over = 0 }, { move = 1 }, { hold = "4s" }, { move = 2 }'
    used = used_by(tmp_path, steps, move_s=10)
    assert (used.moves, used.duration_s, used.full_light_s) == (2, 24, pytest.approx(24))


def test_a_loop_that_only_a_person_ends_counts_once_as_in_show_play(tmp_path):
    steps = '{ loop = "forever", steps = [ { fade = 100, over = 0 }, { hold = "9s" } ] }'
    assert used_by(tmp_path, steps).full_light_s == pytest.approx(9)


def test_a_show_that_cannot_be_added_up_is_said_to_be_one(tmp_path, monkeypatch):
    monkeypatch.setattr(energy, "MOST_STEPS", 50)
    assert used_by(tmp_path, '{ loop = 100, steps = [ { hold = "1s" } ] }') is None


@pytest.fixture
def show(tmp_path):
    path = tmp_path / "show.toml"
    path.write_text(CUE.replace("{steps}", "{ fade = 100, over = 0 }, { move = 1 }, { hold = 57 }"))
    return path


def test_a_show_is_estimated_without_a_board(visiophare, show):
    run = visiophare("energy", "--show", show, "--led-w", "178", "--battery-wh", "480")
    assert run.out.splitlines() == [
        "show: 1 min, with 1 move of 3 s.",
        "It takes 3 Wh: 180 W on average, 180 W at its brightest (LED 178 W fully on, 2 W for all "
        "the rest).",
        "A full battery of 480 Wh plays it 160 times, for 2.67 h.",
    ]
    small = visiophare("energy", "--show", show, "--led-w", "178", "--battery-wh", "1,5", lang="fr")
    assert "n'y suffit pas\u00a0: 0,01 h" in small.out
    document = visiophare("energy", "--show", show, "--led-w", "178", "--json").document
    assert (document["energy_wh"], document["seconds"], document["moves"]) == (3, 60, 1)
    assert (document["battery_wh"], document["battery_plays"]) == (None, None)


def test_the_powers_are_those_of_the_board_unless_they_are_given(visiophare, show):
    settings = {"led_w": 58.0, "idle_w": 2.0, "battery_wh": 60.0}
    with SimulatedProjector(settings=settings) as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp()}"
        board = visiophare("energy", "--show", show, "--port", port, "--json").document
        assert (board["energy_wh"], board["battery_plays"], board["battery_lasts_h"]) == (1, 60, 1)
        mine = visiophare("energy", "--show", show, "--idle-w", "62", "--port", port, "--json")
        assert mine.document["energy_wh"] == 2


def test_without_a_board_or_watts_nothing_is_guessed(visiophare, show):
    run = visiophare("energy", "--show", show, "--json")
    assert (run.code, run.document["error"]["code"]) == (2, "power_unknown")
    assert visiophare("energy", "--led-w", "5", "--json").code == 2
    assert "go with --show" in visiophare("energy", "--led-w", "5").err


PADS = """
[[cue]]
id = "lit"
steps = [ { fade = 100, over = 0 }, { loop = "forever", steps = [ { hold = "1s" } ] } ]
[[binding]]
source = "note 36"
cue = "lit"
mode = "gate"
"""
HALF_A_SECOND_OF_NOTE_36 = (
    b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x0c\0\x90\x24\x64\x60\x80\x24\0\0\xff\x2f\0"
)


def test_a_show_of_pads_is_estimated_from_a_performance(visiophare, tmp_path):
    (tmp_path / "pads.toml").write_text(PADS)
    (tmp_path / "take.mid").write_bytes(HALF_A_SECOND_OF_NOTE_36)
    words = ("energy", "--show", "pads.toml", "--led-w", "100", "--json")
    assert visiophare(*words).document["error"]["code"] == "nothing_in_order"
    document = visiophare(*words, "--midi", "take.mid").document
    assert (document["seconds"], document["full_light_s"]) == (0.5, 0.5)
    (tmp_path / "pads.toml").write_text(PADS.replace("gate", "toggle"))
    document = visiophare(*words, "--midi", "take.mid").document
    assert document["seconds"] == 0  # nobody ends it: over with the last touch, as in show play


def test_a_board_tells_what_it_counted_and_what_its_battery_has_left(visiophare):
    settings = {"led_w": 2000.0, "idle_w": 100.0, "battery_wh": 10.0}
    with SimulatedProjector(settings=settings) as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp()}"
        with Projector.open(simulated.link()) as projector:
            projector.light(100)
            eventually(lambda: float(projector.status()["wh"]) > 0.3)
            projector.light(0)
            eventually(lambda: projector.status()["watts"] == "100")
        run = visiophare("energy", "--port", port)
        assert (run.code, "It takes 100 W now; " in run.out) == (0, True)
        assert "Its battery of 10 Wh" in run.out
        document = visiophare("energy", "--port", port, "--json").document
        used_wh, left_wh = document["energy_wh"], document["battery_left_wh"]
        assert (used_wh >= 0.3, document["power_w"]) == (True, 100)
        assert left_wh == pytest.approx(10 - used_wh, abs=0.011)
        assert document["battery_lasts_h"] == pytest.approx(left_wh / 100, abs=0.05)
        assert document["energy_total_wh"] >= used_wh


def test_a_board_without_a_battery_says_how_to_tell_it_of_one(visiophare):
    with SimulatedProjector() as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp()}"
        run = visiophare("energy", "--port", port)
        assert "visiophare settings battery_wh 480 --save" in run.out
        assert visiophare("energy", "--port", port, "--json").document["battery_left_wh"] is None
