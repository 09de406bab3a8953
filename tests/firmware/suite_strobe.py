# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from fake_board import FakeBoard
from firmware_bench import Bench
from flashes import rises_us
from written_score import bound, fade, hold, score

ENGLISH = '{"language": "en"}'
GATE, PANIC = 1, 10
YES, PLUS = '"yes"', '"plus"'
DISC = {"steps_per_mm": 8, "endless": YES, "turn_mm": 400, "pitch_mm": 22.222, "frames": 18}
DISC.update({"first_frame_mm": 0, "max_mm": 9000, "speed_mm_s": 500})


def settings(**values):
    return "{%s}" % ", ".join(['"%s": %s' % item for item in values.items()])  # noqa: UP031


def moving(to_mm=390, homed=True, **options):
    """Armed, at a frame's end of the film, and on its way."""
    bench = Bench(**options)
    if homed:
        bench.home()
    else:
        bench.hello()
    assert bench.send("arm 1h").ok
    assert bench.send("carriage at %g" % to_mm).ok  # noqa: UP031
    return bench


def film_steps(bench, index, phase=0.0):
    """Where frame `index` stands in the gate, in the board's steps, not rounded."""
    board_settings = bench.controller.settings
    mm = board_settings["first_frame_mm"] + (index + phase) * board_settings["pitch_mm"]
    per_mm = board_settings["steps_per_mm"]
    if board_settings["reversed"] == "yes":
        per_mm = -per_mm
    return bench.controller.carriage.zero_steps + mm * per_mm


def assert_at_frames(bench, phase=0.0, since=0):
    """Each flash within half a step of its frame, each frame once, none left out in between."""
    seen = [steps for _, _, steps in bench.board.flashes[since:]]
    frame_steps = film_steps(bench, 1) - film_steps(bench, 0)
    found = []
    for steps in seen:
        index = round((steps - film_steps(bench, 0, phase)) / frame_steps)
        assert abs(film_steps(bench, index, phase) - steps) <= 0.501, (steps, index)
        found.append(index)
    turn = 1 if found[-1] > found[0] else -1
    assert found == list(range(found[0], found[-1] + turn, turn))
    return len(found)


def test_a_flash_at_each_frame_of_the_film():
    bench = moving()
    assert bench.send("strobe 500us").ok
    bench.run(12)
    assert assert_at_frames(bench) == 10
    assert {flash_us for _, flash_us, _ in bench.board.flashes} == {500}
    assert bench.board.duty == 0


def test_both_ways_reversed_and_with_odd_pitches():
    for values in (
        {"pitch_mm": 7.48, "first_frame_mm": 3.3, "frames": 40},
        {
            "pitch_mm": -4.75,
            "first_frame_mm": 380,
            "frames": 40,
            "reversed": YES,
            "home_side": PLUS,
        },
        {"pitch_mm": 0.333, "first_frame_mm": 0.1, "frames": 1000, "steps_per_mm": 99.999},
    ):
        bench = moving(300, settings=settings(**values))
        assert bench.send("strobe 200us").ok
        assert bench.run_until(lambda b=bench: b.controller.carriage.state == "still")
        assert assert_at_frames(bench) > 30
        first_leg = len(bench.board.flashes)
        bench.send("carriage at 10")
        assert bench.send("strobe 200us").ok
        assert bench.run_until(lambda b=bench: b.controller.carriage.state == "still")
        assert assert_at_frames(bench, since=first_leg) > 30


def test_eighteen_pictures_on_3200_steps_stay_within_half_a_step_for_ever():
    bench = moving(8000, settings=settings(**DISC))
    assert bench.send("strobe 100us").ok
    assert bench.run_until(lambda: bench.controller.carriage.state == "still", 300)
    seen = [steps - bench.controller.carriage.zero_steps for _, _, steps in bench.board.flashes]
    assert len(seen) > 350
    for steps in seen:
        picture = round(steps * 18 / 3200)
        assert abs(picture * 3200 / 18 - steps) <= 0.5
    pictures = [round(steps * 18 / 3200) for steps in seen]
    assert pictures == list(range(pictures[0], pictures[0] + len(seen)))


def turning(command, rotor_steps=0, **values):
    bench = Bench(settings=settings(**dict(DISC, **values)))
    bench.board.rotor_steps = bench.controller.carriage.zero_steps = rotor_steps
    bench.hello()
    assert bench.send("arm 1h").ok
    assert bench.send(command).ok
    return bench


def test_a_disc_that_turns_for_ever_flashes_at_each_picture_whatever_its_speed():
    for direction in (1, -1):
        for rotor_steps in (0, direction * (2**29 - 4000)):
            bench = turning("carriage turn %d" % (direction * 40), rotor_steps)  # noqa: UP031
            assert bench.send("strobe 300us").ok
            for rpm in (70, 20, 55):
                bench.run(7)
                seen = [steps - rotor_steps for _, _, steps in bench.board.flashes[1:]]
                pictures = [round(steps * 18 / 3200) for steps in seen]
                assert len(seen) > 20
                assert pictures == list(
                    range(pictures[0], pictures[0] + direction * len(seen), direction)
                )
                for steps, picture in zip(seen, pictures):  # noqa: B905
                    assert abs(picture * 3200 / 18 - steps) <= 0.5
                assert bench.send("carriage turn %d" % (direction * rpm)).ok  # noqa: UP031
                bench.run(1)
                bench.board.flashes = []


def test_a_change_of_speed_loses_no_flash_though_one_is_just_due():
    bench = turning("carriage turn 40")
    assert bench.send("strobe 300us").ok
    bench.run(3)
    bench.pass_us = 100
    for turn in range(20):
        seen = len(bench.board.flashes)
        bench.run_until(lambda: len(bench.board.flashes) > seen)  # noqa: B023
        due = bench.board._flash_steps[0]
        assert bench.run_until(lambda: due - bench.board.rotor_steps <= 1 + turn % 2)  # noqa: B023
        assert bench.board._flash_steps[0] == due
        assert bench.send("carriage turn %d" % (41 + turn % 3)).ok  # noqa: UP031
        bench.run(0.1)
    pictures = [round(steps * 18 / 3200) for _, _, steps in bench.board.flashes]
    assert pictures == list(range(pictures[0], pictures[0] + len(pictures)))


def test_pictures_on_a_turn_of_any_length_keep_their_places():
    bench = turning("carriage run 9", turn_mm=399.97, pitch_mm=-33.33, reversed=YES, min_mm=-900)
    turn_steps = round(256 * 399.97 * 8) / 256
    first_steps = bench.controller.carriage.zero_steps
    assert bench.send("strobe 300us").ok
    bench.run(60)
    seen = [steps - first_steps for _, _, steps in bench.board.flashes]
    assert len(seen) > 500
    pictures = [round(steps * 12 / turn_steps) for steps in seen]
    assert pictures == list(range(pictures[0], pictures[0] + len(seen)))
    for steps, picture in zip(seen, pictures):  # noqa: B905
        assert abs(picture * turn_steps / 12 - steps) <= 0.501


def test_a_score_takes_the_light_from_a_strobe_and_panic_ends_it():
    pads = score([[fade(60, 50), fade(0, 5000)]], [0], bindings=[bound(36, GATE), bound(41, PANIC)])
    for note, shown in ((36, True), (41, False)):
        board = FakeBoard(settings=settings(**DISC))
        board.files["score"] = pads
        bench = Bench(board)
        bench.type("arm 1h")
        bench.type("carriage turn 40")
        bench.type("strobe 300us")
        bench.run(1)
        assert bench.board.flashes
        bench.board.midi = bytes((0x90, note, 100))
        bench.run(0.04)
        assert bench.board.flash_us is None
        bench.run(0.1)
        assert (bench.board.duty > 0) == shown


def test_a_strobe_takes_the_light_from_a_score_but_a_phase_does_not():
    board = FakeBoard(settings=settings(**DISC))
    board.files["score"] = score([[fade(60, 50), hold(60_000)]], order=[0])
    bench = Bench(board)
    bench.type("arm 1h")
    bench.type("carriage turn 40")
    bench.board.pressed.add("go")
    bench.run(1)
    bench.type("strobe phase 20")
    assert bench.controller.player.active
    assert bench.board.duty > 0
    bench.type("strobe 300us")
    bench.run(0.5)
    assert not bench.controller.player.active
    assert bench.board.duty == 0
    assert bench.board.flashes


def test_the_knob_shortens_the_flash():
    bench = turning("carriage turn 40", knob=YES)
    bench.send("strobe 1ms")
    bench.run(1)
    assert bench.board.flash_us == 1000
    bench.board.raw["knob"] = 30_000
    bench.run(1)
    assert 0 < bench.board.flash_us < 250


def test_the_phase_is_a_part_of_a_frame_and_moves_while_it_runs():
    random.seed(9)
    bench = moving(settings=settings(pitch_mm=5, frames=70))
    assert bench.send("strobe 300us 25").ok
    for _ in range(6):
        bench.run(0.9)
        assert assert_at_frames(bench, bench.controller.strobe.phase / 100_000) >= 2
        assert bench.send("strobe phase %.3f" % random.uniform(0, 100)).ok  # noqa: UP031
        bench.board.flashes = []


def test_it_goes_on_through_a_stop_until_the_last_step():
    bench = moving(settings=settings(pitch_mm=1, frames=300, acceleration_mm_s2=40))
    assert bench.send("strobe 300us").ok
    bench.run(4)
    bench.send("carriage stop")
    assert bench.run_until(lambda: bench.named("stopped"))
    bench.run(0.01)
    assert assert_at_frames(bench) > 60
    assert bench.board.rotor_steps - bench.board.flashes[-1][2] < 80
    assert bench.board.flash_us is None


def test_it_needs_arming_and_motion():
    bench = Bench()
    bench.home()
    assert bench.send("strobe 500us").code == "not_armed"
    bench.send("arm 1min")
    assert bench.send("strobe 500us").code == "not_moving"
    bench.send("carriage at 300")
    assert bench.send("strobe 500us").ok
    refused = bench.send("strobe 1.5ms")
    assert (refused.code, refused.fields["max"]) == ("range", "1000")


def test_the_end_of_the_motion_is_the_end_of_it():
    bench = moving(60)
    bench.send("strobe 500us")
    assert bench.status()["strobe_us"] == "500"
    assert bench.run_until(lambda: bench.named("arrived"))
    bench.run(0.01)
    assert "strobe_us" not in bench.status()
    assert bench.board.flash_us is None
    before = len(bench.board.flashes)
    bench.send("carriage at 300")
    bench.run(3)
    assert len(bench.board.flashes) == before


def endings():
    return {
        "light": lambda bench: bench.send("light 0"),
        "off": lambda bench: bench.send("strobe off"),
        "disarm": lambda bench: bench.send("disarm"),
        "stop": lambda bench: bench.feed(b"!"),
        "silence": lambda bench: (bench.send("watch 1s"), bench.run(1.1)),
        "failure": lambda bench: setattr(bench.board, "broken", ("strobe_at",)),
    }


def test_whatever_darkens_the_light_ends_it():
    for name, act in endings().items():
        bench = moving(settings=settings(pitch_mm=2, frames=100))
        bench.send("strobe 500us")
        bench.run(2)
        assert bench.board.flashes, name
        act(bench)
        bench.run(0.01)
        assert bench.board.flash_us is None, name
        seen = len(bench.board.flashes)
        bench.run(1)
        assert len(bench.board.flashes) == seen, name


def test_arming_that_expires_ends_it():
    bench = moving(settings=settings(pitch_mm=2, frames=100))
    bench.send("arm 2s")
    bench.send("strobe 500us")
    bench.run(1.9)
    assert bench.board.flash_us is not None
    bench.run(0.2)
    assert bench.board.flash_us is None


def test_after_it_the_flash_limit_counts_the_last_flashes():
    bench = moving(settings=settings(pitch_mm=2, frames=100))
    bench.send("strobe 500us")
    bench.run(2)
    bench.send("disarm")
    bench.run(0.01)
    dark_from_us = bench.board.now_us
    bench.send("light 100")
    bench.run(1.2)
    assert rises_us(bench.board.lights)[0] >= dark_from_us + 980_000


def test_light_takes_over_and_a_pattern_too():
    for line in ("light 50", "flash 50 1s", "expose 50 1 1s"):
        bench = moving(settings=settings(pitch_mm=2, frames=100))
        bench.send("light 30")
        bench.send("strobe 500us")
        assert bench.board.duty == 0
        bench.run(1)
        assert bench.send(line).ok
        bench.run(0.02)
        assert bench.board.duty > 0
        assert bench.board.flash_us is None
        assert "strobe_us" not in bench.status()


def test_master_and_heat_shorten_the_flash():
    bench = moving()
    bench.send("strobe 1ms")
    bench.run(0.1)
    assert bench.board.flash_us == 1000
    bench.send("master 50")
    bench.run(0.1)
    assert 180 < bench.board.flash_us < 188  # 18.4 % of the light looks half as bright
    bench.send("master 100")
    bench.controller.protection.ceiling = bench.controller.protection.target = 16384
    bench.controller.protection.update = lambda *_: None
    bench.run(0.1)
    assert bench.board.flash_us == 250
    bench.send("master 0")
    bench.run(0.1)
    assert bench.board.flash_us == 0


def test_heat_and_watt_hours_count_its_mean_light():
    bench = moving(settings=settings(pitch_mm=0.5, frames=600, led_w=1000, idle_w=0))
    bench.send("strobe 1ms")
    bench.run(3)
    # 40 mm/s are 80 frames a second of 1 ms: 8 % of the light
    assert abs(bench.controller.strobe.duty / 65536 - 0.08) < 0.003
    assert abs(float(bench.status()["watts"]) - 80) < 3
    bench.send("strobe off")
    bench.run(0.3)
    assert float(bench.status()["watts"]) == 0


def test_homing_strobes_through_its_legs():
    bench = Bench(settings=settings(pitch_mm=0.5, frames=100))
    bench.home()
    bench.send("arm 1min")
    bench.send("carriage at 60")
    assert bench.run_until(lambda: bench.named("arrived"))
    bench.send("carriage home")
    assert bench.send("strobe 200us").ok
    assert bench.run_until(lambda: len(bench.named("homed")) == 2)
    assert len(bench.board.flashes) > 100
    assert not bench.status().get("error")


def test_people_read_what_it_does():
    bench = Bench(settings=ENGLISH)
    bench.type("carriage home")
    assert "arm" in bench.type("strobe 500us")[0]
    bench.type("arm 1min")
    assert bench.type("strobe 500us 25") == [
        "A flash of 500us at each frame, until the motion ends."
    ]
    assert "A flash of 500 µs at each frame, phase 25 %." in bench.type("status")
    assert bench.type("strobe phase 50") == ["The flashes come 50 % of a frame later."]
    assert bench.type("strobe off") == ["No flashes any more."]
    assert bench.type("strobe 5ms") == ["FLASH must lie between 1 and 2500 us (µs)."]
    assert "strobe" in Bench().hello().gathered["can"].split(",")


def test_a_score_that_a_hand_begins_during_a_strobe_lets_no_film_turn_in_its_light():
    for hand in ("button", "pad"):
        board = FakeBoard(settings=settings(**DISC))
        board.files["score"] = score([[fade(50, 0), hold(9000)]], [0], [bound(36, 0, 0)])
        bench = Bench(board)
        bench.hello()
        assert bench.send("arm 1h").ok
        assert bench.send("carriage turn 30").ok
        bench.run(3)
        assert bench.send("strobe 300us").ok
        bench.run(1)
        if hand == "button":
            board.pressed.add("go")
        else:
            board.midi = bytes([0x90, 36, 100])
        bench.run(3)
        assert board.duty > 0, hand
        assert not board.is_moving(), hand
