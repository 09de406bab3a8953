# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from firmware_bench import Bench


def homed(**options):
    bench = Bench(**options)
    bench.home()
    return bench


def test_home_is_where_the_switch_closes():
    bench = homed(switch_closed_at_mm=-3.0)
    assert abs(float(bench.named("homed")[0].fields["mm"])) < 0.05
    bench.send("carriage at 0")
    bench.run_until(lambda: bench.named("arrived"))
    assert abs(bench.board.rotor_mm - -3.0) < 0.02


def test_homing_retracts_and_touches_again_slowly():
    bench = Bench(switch_closed_at_mm=-30.0)
    closings = []
    bench.hello()
    bench.send("carriage home")
    was_closed = False
    while not bench.named("homed"):
        bench.run(0.005)
        closed = bench.board.home_switch()
        if closed and not was_closed:
            closings.append(bench.board.speeds[-1])
        was_closed = closed
    fast, slow = closings
    assert abs(fast - 20 * 80) < 20  # home_speed_mm_s, steps_per_mm
    assert abs(slow - 1 * 80) < 2
    assert max(bench.board.speeds) < 20 * 80 + 20


def test_homing_that_begins_on_the_switch_leaves_it_first():
    bench = homed(switch_closed_at_mm=4.0)
    bench.send("carriage at 0")
    bench.run_until(lambda: bench.named("arrived"))
    assert abs(bench.board.rotor_mm - 4.0) < 0.02


def test_a_fast_search_that_runs_far_past_the_switch_comes_all_the_way_back():
    bench = Bench(switch_closed_at_mm=-200.0)
    bench.hello()
    assert bench.send("settings speed_mm_s 100").ok
    assert bench.send("settings home_speed_mm_s 100").ok  # 25 mm to a standstill
    assert bench.send("carriage home").ok
    assert bench.run_until(lambda: bench.named("homed"))
    assert abs(bench.board.rotor_mm - -200) < 0.05


def test_home_is_found_on_the_plus_side_too():
    bench = Bench()
    bench.board.home_switch = lambda: bench.board.rotor_mm >= 25
    bench.hello()
    bench.send("settings home_side plus")
    bench.send("carriage home")
    assert bench.run_until(lambda: bench.named("homed"))
    assert abs(bench.board.rotor_mm - 25) < 0.1


def test_a_missing_switch_ends_in_a_fault_after_one_and_a_half_travels():
    bench = Bench(switch_closed_at_mm=None)
    bench.hello()
    bench.send("carriage home")
    assert bench.run_until(lambda: bench.named("fault"))
    assert bench.named("fault")[0].fields["code"] == "home_not_found"
    assert abs(bench.board.rotor_mm - -600) < 1
    assert not bench.board.is_moving()
    assert bench.send("carriage at 10").code == "unreferenced"


def test_a_switch_that_never_opens_ends_in_a_fault_a_few_retracts_away():
    bench = Bench(switch_closed_at_mm=1000.0)
    bench.hello()
    bench.send("carriage home")
    assert bench.run_until(lambda: bench.named("fault"))
    assert bench.named("fault")[0].fields["code"] == "home_switch_stuck"
    assert bench.board.rotor_mm < 13


def test_a_single_wrong_reading_of_the_switch_is_no_home():
    bench = Bench()
    carriage, switch = bench.controller.carriage, bench.board.home_switch
    wrong_at_mm = [-1.0, -1.5, -2.2]

    def with_errors():
        touching = carriage.plan.cruise_period_ns > 10_000_000  # slower than anything else
        if wrong_at_mm and touching and bench.board.rotor_mm <= wrong_at_mm[0]:
            wrong_at_mm.pop(0)
            return True
        return switch()

    bench.board.home_switch = with_errors
    bench.home()
    assert wrong_at_mm == []
    assert abs(carriage.zero_steps / 80 + 3) < 0.03


def test_a_switch_of_which_nothing_but_wrong_readings_come_is_no_home_and_not_sought_for_ever():
    bench = Bench(switch_closed_at_mm=None)
    readings = []

    def noise():
        readings.append(0)
        return len(readings) % 40 == 0

    bench.board.home_switch = noise
    bench.hello()
    bench.send("carriage home")
    assert bench.run_until(lambda: bench.controller.carriage.state == "still")
    assert "home_not_found" in bench.controller.faults.present
    assert bench.board.rotor_mm > -20


def test_a_switch_that_sticks_after_the_first_touch_ends_in_a_fault():
    bench = Bench(switch_closed_at_mm=-10.0)
    bench.hello()
    bench.send("carriage home")
    assert bench.run_until(bench.board.home_switch)
    bench.board.switch_closed_at_mm = 1000.0
    assert bench.run_until(lambda: bench.named("fault"))
    assert bench.named("fault")[0].fields["code"] == "home_switch_stuck"


def test_homing_again_takes_the_fault_away():
    bench = Bench(switch_closed_at_mm=None)
    bench.hello()
    bench.send("carriage home")
    bench.run_until(lambda: bench.named("fault"))
    bench.board.switch_closed_at_mm = bench.board.rotor_mm - 5
    bench.send("carriage home")
    assert bench.run_until(lambda: bench.named("homed"))
    assert bench.status()["faults"] == "0"


def test_nothing_moves_to_a_position_before_home_is_known():
    bench = Bench()
    bench.hello()
    for command in ("carriage to 3", "carriage at 12.5"):
        reply = bench.send(command)
        assert (reply.ok, reply.code) == (False, "unreferenced")
    bench.run(1)
    assert bench.board.rotor_steps == 0


def test_a_move_goes_to_the_millimetre_it_was_told():
    bench = homed()
    home_steps = bench.board.rotor_steps
    bench.send("carriage at 57.25")
    assert bench.run_until(lambda: bench.named("arrived"))
    arrived = bench.named("arrived")[0]
    assert arrived.fields["mm"] == "57.25"
    travelled_mm = (bench.board.rotor_steps - home_steps) / 80
    assert abs(travelled_mm - 57.25) < 0.05


def test_a_frame_is_at_first_plus_its_number_times_the_pitch():
    bench = homed()
    for frame, mm in ((3, "134"), (0, "20"), (9, "362")):
        bench.send(f"carriage to {frame}")
        assert bench.run_until(lambda: bench.named("arrived"))
        arrived = bench.named("arrived")[0]
        bench.events = []
        assert (arrived.fields["frame"], arrived.fields["mm"]) == (str(frame), mm)


def test_moves_are_absolute_so_that_twice_is_once():
    bench = homed()
    for _ in range(2):
        bench.send("carriage to 2")
        bench.run(6)
    assert len(bench.named("arrived")) == 2
    assert bench.named("arrived")[0].fields["mm"] == bench.named("arrived")[1].fields["mm"]


def test_soft_limits_hold_and_say_where_they_are():
    bench = homed()
    for command in ("carriage at -0.5", "carriage at 400.001"):
        reply = bench.send(command)
        assert (reply.code, reply.fields) == ("outside", {"min": "0", "max": "400"})
    reply = bench.send("carriage to 10")
    assert (reply.code, reply.fields) == ("no_frame", {"min": "0", "max": "9"})
    assert bench.send("carriage at 400").ok


def test_a_stop_decelerates_and_keeps_the_position():
    bench = homed()
    home_steps = bench.board.rotor_steps
    home_mm = float(bench.named("homed")[0].fields["mm"])
    bench.send("carriage at 300")
    bench.run(2)
    bench.board.speeds = []
    bench.send("carriage stop")
    assert bench.run_until(lambda: bench.named("stopped"))
    assert bench.board.speeds == sorted(bench.board.speeds, reverse=True)
    assert bench.board.speeds[-1] < 400
    told_mm = float(bench.named("stopped")[0].fields["mm"])
    assert abs(told_mm - home_mm - (bench.board.rotor_steps - home_steps) / 80) < 0.01
    assert bench.send("carriage at 50").ok
    assert bench.run_until(lambda: bench.named("arrived"))


def test_a_new_target_on_the_way_stops_first_and_then_goes_there():
    bench = homed()
    bench.send("carriage at 300")
    bench.run(2)
    assert bench.send("carriage at 10").ok
    assert bench.run_until(lambda: bench.named("arrived"))
    assert [event.fields["mm"] for event in bench.named("arrived")] == ["10"]
    bench.send("carriage at 0")
    bench.run(5)
    assert abs(bench.board.rotor_mm - -3.0) < 0.05


def test_of_many_targets_on_the_way_the_last_one_counts():
    bench = homed()
    for mm in (300, 20, 250, 120, 60):
        bench.send(f"carriage at {mm}")
        bench.run(0.1)
    bench.run(20)
    assert [event.fields["mm"] for event in bench.named("arrived")] == ["60"]


def test_homing_given_up_leaves_the_position_unknown():
    bench = homed()
    bench.send("carriage to 9")
    bench.run(20)
    bench.send("carriage home")
    bench.run(1)
    bench.send("carriage stop")
    assert bench.run_until(lambda: bench.named("stopped"))
    assert "mm" not in bench.named("stopped")[0].fields
    assert bench.send("carriage to 1").code == "unreferenced"


def test_home_on_the_way_stops_first():
    bench = homed()
    bench.send("carriage at 300")
    bench.run(2)
    bench.send("carriage home")
    assert bench.run_until(lambda: len(bench.named("homed")) == 2)
    assert bench.named("arrived") == []


def test_a_reversed_motor_goes_the_other_way_and_tells_the_same():
    bench = Bench()
    bench.board.home_switch = lambda: bench.board.rotor_mm >= 3
    bench.hello()
    bench.send("settings reversed yes")
    bench.send("carriage home")
    assert bench.run_until(lambda: bench.named("homed"))
    bench.send("carriage at 40")
    assert bench.run_until(lambda: bench.named("arrived"))
    assert bench.named("arrived")[0].fields["mm"] == "40"
    assert abs(bench.board.rotor_mm - -37) < 0.1


def test_what_moves_cannot_be_resettled():
    bench = homed()
    bench.send("carriage at 300")
    bench.run(1)
    assert bench.send("settings steps_per_mm 90").code == "moving"
    assert bench.send("settings save").code == "moving"


def test_other_steps_per_millimetre_lose_the_position():
    bench = homed()
    assert bench.send("settings speed_mm_s 30").ok
    assert bench.status()["referenced"] == "yes"
    assert bench.send("settings steps_per_mm 90").ok
    assert bench.status()["referenced"] == "no"
