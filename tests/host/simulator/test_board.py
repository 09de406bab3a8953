# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated board and what an observer sees of it, on a clock that only the tests move."""

import json

import pytest

from visiophare.simulator.board import SAVED, Crystal, SimulatedBoard, start_controller
from visiophare.simulator.outputs import Outputs
from visiophare.simulator.surroundings import Mechanics
from visiophare_firmware import Ramp
from visiophare_wire import TICKS_MASK

RAMP = Ramp(3200.0, 16000.0)  # 40 mm/s, 200 mm/s² at 80 steps/mm


class Stand:
    """A board on a fake clock whose outputs are observed; board time begins at 5 s."""

    def __init__(self, **board_options):
        self.now_us = 0
        self.saved = []
        crystal = Crystal(0, 5_000_000, 0.0)
        settings_text = board_options.get("settings_text")
        self.outputs = Outputs(Mechanics(settings_text).frame_at)
        self.board = SimulatedBoard(
            lambda: crystal.us_at(self.now_us), self.record, "0badcafe", **board_options
        )

    def record(self, kind, at_us, value):
        if kind == SAVED:
            self.saved.append(value)
        self.outputs.record(kind, at_us, (at_us - 5_000_000) / 1e6, value)

    def run(self, controller, seconds, say=b""):
        controller.receive(say, self.board.ticks_us())
        for _ in range(round(seconds / 0.005)):
            controller.tick(self.board.ticks_us())
            self.now_us += 5000
        return controller.take_output().decode()


def test_a_plan_is_carried_out_step_by_step():
    stand = Stand()
    plan = RAMP.plan(800)
    stand.board.start_motion(plan)
    due_us = sum(count * period_ns for count, period_ns in plan.segments()) / 1000
    assert stand.board.is_moving()
    before = 0
    while stand.now_us < due_us:
        stand.now_us += 1000
        steps = stand.board.position_steps()
        assert 0 <= steps - before <= 4  # never faster than 3.2 steps a millisecond
        assert stand.outputs.carriage_mm(stand.now_us / 1e6) == pytest.approx(
            20 + steps / 80, abs=1 / 80
        )
        before = steps
    assert not stand.board.is_moving()
    assert stand.board.position_steps() == 800


def test_a_plan_left_in_the_middle_follows_its_ramp_down_and_loses_no_step():
    stand = Stand()
    plan = RAMP.plan(-8000)
    stand.board.start_motion(plan)
    stand.now_us = 1_000_000
    done = -stand.board.position_steps()
    stand.board.decelerate()
    stopping = plan.stopping(done)
    stand.now_us = 3_000_000
    assert not stand.board.is_moving()
    assert stand.board.position_steps() == -(done + stopping.steps)
    assert stand.outputs.carriage_mm(3.0) == pytest.approx(20 - (done + stopping.steps) / 80)
    stand.board.start_motion(RAMP.plan(done + stopping.steps))
    stand.now_us = 6_000_000
    assert stand.board.position_steps() == 0


def test_cut_motion_stays_where_it_is():
    stand = Stand()
    stand.board.start_motion(RAMP.plan(8000))
    stand.now_us = 1_000_000
    stand.board.cut_motion()
    steps = stand.board.position_steps()
    stand.now_us = 9_000_000
    assert not stand.board.is_moving()
    assert stand.board.position_steps() == steps
    assert stand.outputs.carriage_mm(9.0) == pytest.approx(20 + steps / 80)


def test_deceleration_and_cuts_while_still_change_nothing():
    stand = Stand()
    stand.board.decelerate()
    stand.board.cut_motion()
    assert not stand.board.is_moving()
    assert stand.board.position_steps() == 0


def test_the_controller_homes_the_simulated_carriage_and_finds_a_frame():
    stand = Stand()
    controller = start_controller(stand.board, stand.record)
    assert stand.outputs.frame(0.0) == 0
    said = stand.run(controller, 30, b"settings language en\ncarriage home\n")
    assert "The carriage is at -0.013 mm" in said
    assert stand.outputs.carriage_mm(30.0) == pytest.approx(0.0, abs=0.05)
    said = stand.run(controller, 10, b"carriage to 3\n")
    assert "frame 3" in said
    # Home was found by touching the switch: to within a step or two, as on a real rail.
    assert stand.outputs.carriage_mm(40.0) == pytest.approx(20 + 3 * 38, abs=0.05)
    assert stand.outputs.frame(40.0) == 3
    assert [done.name for done in stand.outputs.executed] == ["carriage home", "carriage to"]


def test_a_carriage_built_the_other_way_round_homes_too():
    built = json.dumps({"reversed": "yes", "home_side": "plus", "min_mm": -400.0, "max_mm": 0.0,
                        "first_frame_mm": -20.0, "pitch_mm": -38.0})  # fmt: skip
    stand = Stand(settings_text=built)
    controller = start_controller(stand.board, stand.record)
    assert "est à 0.013 mm" in stand.run(controller, 30, b"carriage home\n")
    assert "vue 2" in stand.run(controller, 10, b"carriage to 2\n")
    assert stand.outputs.carriage_mm(40.0) == pytest.approx(-96.0, abs=0.05)
    assert stand.outputs.frame(40.0) == 2


def test_settings_are_kept_for_the_next_boot():
    stand = Stand()
    controller = start_controller(stand.board, stand.record)
    stand.run(controller, 0.1, b"settings frames 7\nsettings save\n")
    assert json.loads(stand.saved[0])["frames"] == 7
    assert stand.board.read_settings() == stand.saved[0]


def test_the_light_is_seen_as_a_shutter_gathers_it():
    stand = Stand()
    controller = start_controller(stand.board, stand.record)
    stand.run(controller, 1.0)
    stand.run(controller, 1.0, b"light 100\n")
    stand.run(controller, 1.0, b"light 0\n")
    seen = stand.outputs.mean_light
    assert seen(0.2, 0.8) == 0.0
    assert seen(1.2, 1.8) == 1.0
    assert seen(0.5, 1.5) == pytest.approx(0.5, abs=0.01)
    assert seen(0.0, 4.0) == pytest.approx(0.25, abs=0.01)
    assert stand.outputs.light_at(1.5) == seen(1.5, 1.5) == 1.0
    assert stand.outputs.light_at(-1.0) == 0.0


def test_the_light_is_dark_at_boot_and_after_a_shut_down():
    stand = Stand()
    controller = start_controller(stand.board, stand.record)
    assert stand.outputs.light_at(0.0) == 0.0
    stand.run(controller, 1.0, b"light 100\n")
    controller.shut_down(stand.board.ticks_us())
    assert stand.outputs.light_at(1.0) == 0.0


def test_the_crystal_drifts_and_its_inverse_follows():
    crystal = Crystal(7_000_000, 123, 40.0)
    assert crystal.us_at(7_000_000) == 123
    hour_later_us = crystal.us_at(7_000_000 + 3_600_000_000)
    assert hour_later_us - 3_600_000_123 == 144_000  # 40 ppm of an hour
    assert crystal.local_us_at(hour_later_us) == pytest.approx(3_607_000_000, abs=1)


def test_a_command_is_remembered_with_the_time_at_which_the_board_acted():
    stand = Stand()
    controller = start_controller(stand.board, stand.record)
    at_us = (stand.board.ticks_us() + 500_000) & TICKS_MASK
    stand.run(controller, 1.0, b"@%d light 12.5 250ms\n" % at_us)
    (done,) = stand.outputs.executed
    assert (done.name, done.args) == ("light", {"level_percent": 12.5, "over_ms": 250})
    assert done.board_us == at_us
    assert done.host_s == pytest.approx(0.5)
