# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from firmware_bench import Bench

S = 1_000_000
WRAP = 2**30


def connected(**options):
    bench = Bench(**options)
    bench.hello()
    return bench


def later(bench, seconds):
    """The board time in so many seconds, as `@` takes it."""
    return f"@{(bench.board_us() + int(seconds * S)) % WRAP}"


def test_a_timed_command_acts_at_its_time_and_says_so():
    bench = connected()
    at = later(bench, 0.5)
    reply = bench.send(at + " light 40")
    assert reply.fields["t"] == at[1:]
    bench.run(0.49)
    assert bench.board.duty == 0
    bench.run(0.02)
    assert bench.board.duty > 0
    ran = bench.named("ran")[0]
    assert ran.fields["seq"] == "2"
    assert 0 <= int(ran.fields["t"]) - int(at[1:]) <= 5000


def test_commands_act_in_the_order_of_their_times_not_of_their_arrival():
    bench = connected()
    for seconds in (0.4, 0.1, 0.3, 0.2):
        bench.send(later(bench, seconds) + f" light {int(seconds * 100)}")
    bench.run(1)
    assert [event.fields["seq"] for event in bench.named("ran")] == ["3", "5", "4", "2"]
    assert bench.status()["light"] == "40"


def test_commands_for_the_same_time_act_in_the_order_of_their_arrival():
    bench = connected()
    at = later(bench, 0.1)
    bench.send(at + " light 80")
    bench.send(at + " light 20")
    bench.run(0.2)
    assert bench.status()["light"] == "20"


def test_a_timed_command_crosses_the_wrap_of_board_time():
    bench = connected(start_us=WRAP - S)
    bench.send(later(bench, 2) + " light 40")
    bench.run(1.9)
    assert bench.board.duty == 0
    bench.run(0.2)
    assert bench.board.duty > 0


def test_a_timed_fade_counts_from_its_time():
    bench = connected()
    bench.send(later(bench, 0.1) + " light 100 1s")
    bench.run(0.6)
    assert abs(float(bench.status()["light"]) - 50) < 0.6


def test_sixteen_commands_wait_and_the_seventeenth_is_refused():
    bench = connected()
    for index in range(16):
        assert bench.send(later(bench, 1 + index) + " light 40").ok
    assert bench.send(later(bench, 1) + " light 40").code == "busy"
    assert bench.status()["queue"] == "16"


def test_a_command_waits_eight_minutes_at_most():
    bench = connected()
    assert bench.send(later(bench, 480) + " light 40").ok
    assert bench.send(later(bench, 480.1) + " light 40").code == "too_far"
    bench.run(479.9)
    assert bench.board.duty == 0
    bench.run(0.2)
    assert bench.board.duty > 0


def test_a_command_that_comes_late_acts_at_once_and_a_very_late_one_not_at_all():
    bench = connected(start_us=10 * S)
    reply = bench.send(later(bench, -0.2) + " light 40")
    assert reply.ok
    bench.run(0.01)
    assert bench.board.duty > 0
    assert bench.send(later(bench, -1.1) + " light 90").code == "late"


def test_a_late_flash_is_still_seen():
    bench = connected(start_us=10 * S)
    assert bench.send(later(bench, -0.5) + " flash 100 50ms").ok
    assert bench.board.duty > 0
    bench.run(0.06)
    assert bench.board.duty == 0


def test_cancel_drops_what_waits_and_leaves_what_runs():
    bench = connected()
    bench.send("light 100 2s")
    bench.send(later(bench, 1) + " light 0")
    assert bench.send("cancel").fields["dropped"] == "1"
    bench.run(3)
    assert bench.status()["light"] == "100"
    assert bench.named("ran") == []


def test_what_cannot_be_done_when_its_time_comes_is_told():
    bench = connected()
    assert bench.send(later(bench, 0.1) + " carriage to 1").ok
    bench.run(0.2)
    failed = bench.named("failed")[0].fields
    assert (failed["code"], failed["seq"]) == ("unreferenced", "2")


def test_a_move_beyond_limits_that_were_tightened_while_it_waited_is_not_made():
    bench = Bench()
    bench.home()
    steps = bench.board.rotor_steps
    assert bench.send(later(bench, 1) + " carriage at 5").ok
    assert bench.send("settings min_mm 10").ok
    bench.run(2)
    assert bench.named("failed")[0].fields["code"] == "outside"
    assert bench.board.rotor_steps == steps


def test_what_can_never_be_done_is_refused_at_once():
    bench = connected()
    assert bench.send(later(bench, 1) + " carriage at 4000").code == "outside"
    assert bench.send(later(bench, 1) + " carriage to 4000").code == "no_frame"


def test_home_and_the_move_after_it_may_be_queued_together():
    bench = connected()
    assert bench.send(later(bench, 0.1) + " carriage home").ok
    assert bench.send(later(bench, 8) + " carriage to 2").ok
    bench.run(20)
    assert bench.named("arrived")[0].fields["frame"] == "2"


def test_a_person_may_time_a_command_too():
    bench = Bench()
    assert len(bench.type(later(bench, 0.1) + " light 40")) == 1
    bench.run(0.2)
    assert bench.board.duty > 0
