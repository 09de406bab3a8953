# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A projector without a computer: button, knob, switch, MIDI, and the start by itself."""

import random

from fake_board import FakeBoard
from firmware_bench import Bench
from written_score import FOLLOW, bound, fade, frame, hold, home, loop, score

DAY = [fade(60, 200)]
NIGHT = [fade(20, 200)]
SHOW = score([DAY, NIGHT], order=[0, 1])
ROUND = score([[fade(60, 200), hold(300)], [fade(20, 200), hold(300)]], order=[0, 1])
POWER_ON = '{"language": "en", "score_start": "power_on"'
GATE, TOGGLE, VELOCITY, GO, STOP, PANIC, MASTER = 1, 2, 4, 8, 9, 10, 11


def switched_on(data=SHOW, settings='{"language": "en"', reset="power_on", boots=b""):
    board = FakeBoard(settings=settings + "}")
    board.reset_cause = reset
    board.files["score"] = data
    board.files["boots"] = boots
    return Bench(board)


def level(bench):
    return round(bench.controller.light.perceived(bench.board_us()) * 100 / 65535)


def press(bench, for_s=0.3):
    bench.board.pressed.add("go")
    bench.run(for_s)
    bench.board.pressed.clear()
    bench.run(0.2)


def midi(bench, *data):
    bench.board.midi += bytes(data)
    bench.run(0.01)


# ---- the button


def test_the_button_plays_the_next_cue():
    bench = switched_on()
    bench.run(2)
    assert level(bench) == 0
    press(bench)
    assert level(bench) == 60
    press(bench)
    assert level(bench) == 20
    press(bench)
    bench.run(1)
    assert level(bench) == 0
    press(bench)
    assert level(bench) == 60


def test_a_button_that_bounces_or_is_held_plays_one_cue():
    bench = switched_on(score([DAY] * 9, order=list(range(9))))
    random.seed(3)
    for _ in range(4):
        for pressed in (True, False):
            for _ in range(20):
                bench.board.pressed = {"go"} if random.getrandbits(1) else set()
                bench.run(0.001)
            bench.board.pressed = {"go"} if pressed else set()
            bench.run(1)
    assert len(bench.named("button")) == 4
    assert bench.controller.player.position == 3


def test_a_spike_on_the_buttons_wire_is_no_press():
    bench = switched_on()
    for _ in range(20):
        bench.board.pressed.add("go")
        bench.run(0.02)
        bench.board.pressed.clear()
        bench.run(0.05)
    assert not bench.named("button")


def test_a_button_tells_the_host_that_plays_and_leaves_the_light_to_it():
    bench = switched_on()
    bench.hello()
    bench.send("watch 8s")
    bench.send("light 33")
    press(bench)
    assert len(bench.named("button")) == 1
    assert level(bench) == 33
    bench.type("status")  # somebody types: nobody is waited for any more
    press(bench)
    assert level(bench) == 60


def test_without_a_score_the_button_is_only_told():
    bench = Bench()
    press(bench)
    assert len(bench.named("button")) == 1
    assert not bench.controller.error


def test_after_a_stop_the_button_does_nothing_until_clear():
    bench = switched_on()
    bench.feed(b"!\r")
    press(bench)
    assert level(bench) == 0
    bench.type("clear")
    press(bench)
    assert level(bench) == 60


# ---- the knob


def test_the_knob_dims_whoever_has_the_light():
    bench = switched_on(settings='{"knob": "yes"')
    bench.board.raw["knob"] = 32768
    bench.run(0.5)
    bench.hello()
    bench.send("light 80")
    bench.run(0.5)
    assert 38 <= level(bench) <= 42
    press(bench)
    assert 28 <= level(bench) <= 32
    bench.send("light 100")
    bench.board.raw["knob"] = 0
    bench.run(0.5)
    assert bench.board.duty == 0
    bench.board.raw["knob"] = 65535
    bench.run(0.5)
    assert level(bench) == 100


def test_status_says_what_hands_keep_from_the_light_and_the_film():
    bench = switched_on(settings='{"knob": "yes", "language": "en"')
    bench.hello()
    bench.board.raw["knob"] = 32768
    bench.board.pressed.add("free")
    bench.run(1)
    status = bench.status()
    assert (status["score"], status["freed"], status["knob"][:2]) == ("rests", "yes", "49")
    said = " ".join(bench.type("status"))
    assert "The dimmer knob lets 49." in said
    assert "The film belongs to the hand" in said
    assert "type carriage home" in said
    assert "it rests" in said


def test_a_knob_that_is_not_there_dims_nothing():
    bench = switched_on()
    bench.board.raw["knob"] = 0
    bench.type("light 100")
    bench.run(0.5)
    assert level(bench) == 100


def test_a_noisy_knob_keeps_the_light_steady():
    bench = switched_on(settings='{"knob": "yes"')
    bench.type("light 60")
    random.seed(5)
    seen = set()
    for turn in range(400):
        bench.board.raw["knob"] = 40_000 + random.getrandbits(9) - 256
        bench.run(0.01)
        if turn > 100:
            seen.add(bench.board.duty)
    assert len(seen) == 1


# ---- the switch that frees the film


def test_the_switch_frees_the_film_and_the_carriage_asks_for_home_afterwards():
    bench = switched_on()
    bench.home()
    bench.send("carriage to 5")
    bench.run(0.5)
    bench.board.pressed.add("free")
    bench.run(2)
    assert not bench.board.motor_on
    assert not bench.board.is_moving()
    assert bench.status()["referenced"] == "no"
    assert bench.send("carriage home").code == "film_free"
    assert "hand" in bench.type("carriage home")[0]
    bench.run(1)
    assert not bench.board.motor_on
    bench.board.pressed.clear()
    bench.run(0.1)
    assert bench.send("carriage to 5").code == "unreferenced"
    assert bench.send("carriage home").ok


def test_home_refused_because_the_film_is_free_takes_no_fault_away():
    bench = Bench()
    bench.home()
    bench.controller.faults.raise_("film_slipped", "", 0)
    bench.board.pressed.add("free")
    bench.run(0.1)
    assert bench.send("carriage home").code == "film_free"
    assert "film_slipped" in bench.controller.faults.present


def test_a_spike_on_the_switchs_wire_stops_no_move():
    bench = switched_on()
    bench.home()
    bench.send("carriage to 5")
    bench.run(0.3)
    for _ in range(3):
        bench.board.pressed.add("free")
        bench.run(0.01)
        bench.board.pressed.clear()
        bench.run(0.05)
    assert bench.run_until(lambda: bench.named("arrived"))
    assert not bench.named("stopped")
    assert bench.status()["referenced"] == "yes"
    bench.board.pressed.add("free")
    bench.run(0.1)
    bench.board.pressed.clear()
    bench.run(0.01)
    assert bench.send("carriage home").code == "film_free"  # the last wobble of letting go


def test_a_score_goes_on_with_the_light_while_the_film_is_free():
    bench = switched_on(score([[frame(3), fade(50, 0)]], order=[0]))
    bench.home()
    bench.board.pressed.add("free")
    bench.run(0.1)
    bench.board.pressed.add("go")
    bench.run(0.1)
    assert level(bench) == 50
    assert bench.named("failed")[0].fields["code"] == "unreferenced"


# ---- MIDI


PADS = score(
    [[fade(60, 0)], [fade(90, 0), hold(10_000)], [fade(30, 0)]],
    order=[2],
    bindings=[
        bound(36, 0, 0),
        bound(37, GATE, 1, channel=10),
        bound(38, TOGGLE, 1),
        bound(39, VELOCITY, 0),
        bound(1, MASTER, control=True),
        bound(64, GO, control=True),
        bound(40, STOP),
        bound(41, PANIC),
    ],
)


def test_a_note_plays_its_cue_and_running_status_too():
    bench = switched_on(PADS)
    midi(bench, 0x90, 36, 100)
    assert level(bench) == 60
    bench = switched_on(PADS)
    midi(bench, 0x90, 1, 1, 36, 100)
    assert level(bench) == 60


def test_a_held_pad_lights_until_it_is_let_go():
    for let_go in ((0x89, 37, 0), (0x99, 37, 0)):
        bench = switched_on(PADS)
        midi(bench, 0x99, 37, 100)
        assert level(bench) == 90
        midi(bench, *let_go)
        assert level(bench) == 0


def test_a_binding_to_a_channel_hears_no_other():
    bench = switched_on(PADS)
    midi(bench, 0x90, 37, 100)
    assert level(bench) == 0


def test_a_toggle_and_a_hard_hit():
    bench = switched_on(PADS)
    midi(bench, 0x90, 38, 100, 38, 0)
    assert level(bench) == 90
    midi(bench, 0x90, 38, 100)
    assert level(bench) == 0
    midi(bench, 0x90, 39, 64)
    assert level(bench) == 30


def test_a_fader_moves_the_master_and_a_pedal_says_go_once():
    bench = switched_on(PADS)
    midi(bench, 0xB0, 64, 60, 64, 70, 64, 127)
    assert level(bench) == 30
    midi(bench, 0xB0, 1, 64)
    assert level(bench) == 15
    midi(bench, 0xB0, 1, 127)
    bench.run(0.3)
    midi(bench, 0xB0, 64, 127)
    bench.run(0.5)
    assert level(bench) == 30  # still down
    midi(bench, 0xB0, 64, 0, 64, 127)
    bench.run(1.1)
    assert level(bench) == 0  # the order has one cue


def test_stop_and_panic():
    bench = switched_on(PADS)
    midi(bench, 0x90, 38, 1, 40, 1)
    assert level(bench) > 80
    bench.run(1.1)
    assert level(bench) == 0
    midi(bench, 0x90, 38, 1, 41, 1)
    assert bench.board.duty == 0


def test_start_continue_and_stop_of_a_sequencer_with_its_clock():
    bench = switched_on(SHOW)
    midi(bench, 0xF8, 0xFA, 0xF8)
    bench.run(0.15)
    assert level(bench) > 40
    midi(bench, 0xF8, 0xFC, 0xF8)
    bench.run(1.1)
    assert level(bench) == 0
    midi(bench, 0xFB)
    bench.run(0.5)
    assert level(bench) == 20


def test_a_host_that_plays_is_not_disturbed_by_midi():
    bench = switched_on(PADS)
    bench.hello()
    bench.send("watch 8s")
    bench.send("light 33")
    midi(bench, 0x90, 36, 100, 0xFA)
    assert level(bench) == 33


def test_without_a_score_midi_does_nothing():
    bench = Bench()
    midi(bench, 0x90, 36, 100, 0xFA, 0xFB, 0xFC, 0xB0, 1, 2)
    bench.run(0.1)
    assert not bench.controller.error


def test_noise_on_the_midi_line_does_no_harm():
    bench = switched_on(PADS)
    random.seed(7)
    for _ in range(300):
        midi(bench, *[random.getrandbits(8) for _ in range(random.getrandbits(5))])
        assert not bench.controller.error, bench.controller.error
        assert not bench.controller.halted
    bench.feed(b"!\r")
    assert bench.board.duty == 0


# ---- by itself


def test_after_power_on_it_plays_over_and_over_if_the_settings_say_so():
    bench = switched_on(ROUND, POWER_ON)
    bench.run(0.4)
    assert level(bench) == 60
    bench.run(0.5)
    assert level(bench) == 20
    bench.run(100.5)
    assert level(bench) == 60
    assert bench.type("faults") == ["No faults."]


def test_an_order_of_no_time_is_repeated_twenty_times_a_second():
    nowhere = frame(1, 0)  # each playing is told, as the carriage cannot go
    for start_us in (0, 2**30 - 1_000_000):
        bench = switched_on(score([[fade(80, 0), nowhere]], order=[0]), POWER_ON)
        bench = Bench(bench.board, start_us)
        bench.run(2)
        assert level(bench) == 80
        assert 39 <= len(bench.named("failed")) <= 41
        press(bench)
        assert level(bench) == 80


def test_a_pass_plays_eight_steps_and_the_next_goes_on_in_time():
    bench = switched_on(score([[fade(percent, 0) for percent in range(1, 60)] + [hold(500)]], [0]))
    bench.board.pressed.add("go")
    levels = []
    for _ in range(12):
        bench.run(0.005)
        levels.append(level(bench))
    risen = [percent for percent in levels if percent]
    assert [b - a for a, b in zip(risen, risen[1:])] == [8] * 6 + [3]  # noqa: B905, RUF007


def test_not_without_the_setting_nor_after_any_other_reset():
    assert not started(switched_on(ROUND))
    for reset in ("watchdog", "soft", "unknown"):
        assert not started(switched_on(ROUND, POWER_ON, reset))
    assert started(switched_on(ROUND, POWER_ON))


def started(bench):
    bench.run(1)
    return bench.controller.player.active


def test_a_stop_comes_before_it():
    bench = switched_on(ROUND, POWER_ON)
    bench.feed(b"!")
    assert not started(bench)
    assert bench.board.duty == 0


def test_endless_loops_play_one_round():
    data = score([[loop(0, fade(60, 100), fade(10, 100))], [fade(90, 0), hold(200)]], order=[0, 1])
    bench = switched_on(data, POWER_ON)
    bench.run(0.3)
    assert level(bench) == 90


def test_by_itself_it_finds_home_only_if_the_settings_allow():
    data = score([[home(), fade(50, 0), hold(60_000)]], order=[0])
    bench = switched_on(data, POWER_ON)
    bench.run(1)
    assert (bench.controller.carriage.state, level(bench)) == ("still", 50)
    bench = switched_on(data, POWER_ON + ', "score_homes": "yes"')
    bench.run(1)
    assert (bench.controller.carriage.state, level(bench)) == ("homing", 0)
    bench = switched_on(data)
    press(bench)  # somebody is there
    assert bench.controller.carriage.state == "homing"


def homings(bench):
    """How often the carriage began to look for home, while it runs for two minutes."""
    count = 0
    for _ in range(1200):
        before = bench.controller.carriage.state
        bench.run(0.1)
        count += before != "homing" and bench.controller.carriage.state == "homing"
    return count


def test_by_itself_it_looks_for_a_lost_home_once_more_and_then_waits_for_a_person():
    data = score([[home(), fade(50, 0), hold(500), fade(10, 0), hold(500)]], order=[0])
    bench = switched_on(data, POWER_ON + ', "score_homes": "yes"')
    bench.board.switch_closed_at_mm = None
    bench.pass_us = 10_000
    assert homings(bench) == 2
    assert bench.type("faults")[0].startswith("home_not_found: ")
    assert not bench.board.is_moving()
    assert bench.controller.player.active  # the light goes on, and still_frame looks after it
    assert homings(bench) == 0
    bench.type("clear")
    bench.board.switch_closed_at_mm = bench.board.rotor_mm - 3
    assert homings(bench) > 20
    assert bench.type("faults") == ["No faults."]


def test_after_a_round_without_a_fault_it_may_look_for_home_again():
    data = score([[home(), fade(50, 0), hold(500)]], order=[0])
    bench = switched_on(data, POWER_ON + ', "score_homes": "yes"')
    bench.run(20)
    for _ in range(3):
        bench.controller.faults.raise_("film_slipped", "", bench.board_us())
        bench.run(20)
        assert bench.type("faults") == ["No faults."]


def test_after_repeated_power_ons_it_waits_for_the_button():
    boots = b""
    for _ in range(3):
        bench = switched_on(ROUND, POWER_ON, boots=boots)
        assert started(bench)
        bench.run(20)
        boots = bench.board.files["boots"]
    bench = switched_on(ROUND, POWER_ON, boots=boots)
    assert not started(bench)
    assert bench.type("faults")[0].startswith("score_waits: ")
    press(bench)
    assert level(bench) == 60
    bench.run(0.5)
    assert level(bench) == 20  # by itself again
    assert bench.type("faults")[0] == "No faults."
    bench.run(35)
    assert bench.board.files["boots"] == b""


def test_a_start_that_lasts_half_a_minute_counts_no_more():
    bench = switched_on(ROUND, POWER_ON, boots=b"..")
    bench.run(29)
    assert bench.board.files["boots"] == b"..."
    bench.run(3)
    assert bench.board.files["boots"] == b""


def test_light_that_always_moves_counts_within_minutes():
    data = score([[fade(100, 500), fade(20, 500)]], order=[0])
    bench = switched_on(data, POWER_ON)
    bench.run(290)
    assert bench.board.files["boots"] == b"."
    bench.run(20)
    assert bench.board.files["boots"] == b""


def test_a_memory_that_takes_nothing_is_no_reason_to_stay_dark():
    bench = switched_on(ROUND, POWER_ON)
    board = bench.board
    board.broken = ("write_file",)
    bench = Bench(board)
    assert started(bench)
    bench.run(40)
    assert not bench.controller.error


def test_the_button_leads_on_within_what_plays_by_itself():
    bench = switched_on(ROUND, POWER_ON)
    bench.run(0.3)
    press(bench, 0.1)
    bench.run(0.1)
    assert level(bench) == 20
    bench.run(0.5)
    assert level(bench) == 60


def test_cues_follow_each_other_where_the_show_says_so():
    bench = switched_on(score([DAY, NIGHT], order=[0, 1], flags=FOLLOW))
    press(bench, 0.05)
    bench.run(0.4)
    assert level(bench) == 20


def test_panic_and_a_host_that_falls_silent_end_arming_also_while_a_score_plays():
    bench = switched_on(PADS)
    bench.type("arm 1h")
    midi(bench, 0x90, 36, 100)
    assert bench.controller.limit.armed_s
    midi(bench, 0x90, 41, 100)
    assert not bench.controller.limit.armed_s
    bench = switched_on(ROUND, POWER_ON)
    bench.run(0.1)
    bench.hello()
    bench.send("arm 1h")
    bench.send("watch 1s")
    bench.run(1.2)
    assert bench.controller.player.active
    assert not bench.controller.limit.armed_s
