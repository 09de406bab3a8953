# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The projector as programs use it, on a simulated one: in real time, or on a clock that stands
still until the test moves it, wherever a time is claimed.

Delivery over bad lines is tested without threads in test_session.py; here the thread around it.
"""

import threading
import time

import pytest

from host.swift import SWIFT
from patience import PATIENCE_S, StandingClock, eventually
from visiophare.errors import BoardError, PortError
from visiophare.projector import Projector
from visiophare.simulator.projector import SimulatedProjector


@pytest.fixture
def simulated():
    with SimulatedProjector(settings=SWIFT) as simulated:
        yield simulated


@pytest.fixture
def projector(simulated):
    with Projector.open(simulated.link()) as projector:
        yield projector


@pytest.fixture
def standing():
    """(the clock of both, the simulated projector, the projector)"""
    clock = StandingClock()
    with (
        SimulatedProjector(now=clock, settings={**SWIFT, "silence_fade_s": 0.1}) as simulated,
        Projector.open(simulated.link(), clock, watch_s=0.6) as projector,
    ):
        yield clock, simulated, projector


def keep_asking(projector):
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        projector.light(3)


def test_a_pattern_is_seen_as_it_was_sent_at_its_times(simulated, projector):
    time.sleep(0.05)
    receipt = projector.expose(100, "1011", 0.2, at_s=time.monotonic() + 0.1)
    time.sleep(1.0)
    middles_s = [receipt.host_s + 0.2 * index + 0.1 for index in range(5)]
    assert [simulated.outputs.light_at(at_s) for at_s in middles_s] == [1, 0, 1, 1, 0]


def test_a_fast_pattern_needs_arming_and_says_so(projector):
    with pytest.raises(BoardError) as refused:
        projector.expose(100, "10", 0.05)
    assert refused.value.code == "pattern_too_fast"
    assert "167 ms" in str(refused.value)
    projector.arm(60)
    assert int(projector.status()["armed"]) in (59, 60)
    projector.expose(100, "10", 0.05)
    projector.disarm()
    assert "armed" not in projector.status()


def test_a_strobe_lights_each_frame_where_it_stands_in_the_gate(simulated, projector):
    with pytest.raises(BoardError) as refused:
        projector.strobe(0.0005)
    assert refused.value.code == "not_armed"
    projector.arm(60)
    projector.carriage_home()
    eventually(lambda: projector.status()["referenced"] == "yes")
    for name, value in (
        ("pitch_mm", "4"),
        ("home_slow_mm_s", "40"),
        ("home_speed_mm_s", "40"),
        ("speed_mm_s", "40"),
    ):
        projector.ask("settings", name=name, value=value)
    projector.carriage_to_mm(80)
    start_s = projector.strobe(0.0005, 50).host_s
    eventually(lambda: projector.status()["carriage"] == "still")
    times_s = [start_s + index * 0.0001 for index in range(40_000)]
    lit_mm = [
        simulated.outputs.carriage_mm(at_s) for at_s in times_s if simulated.outputs.light_at(at_s)
    ]
    frames = [(mm - lit_mm[0]) / 4 for mm in lit_mm]  # the home switch was touched in haste
    assert {round(frame) for frame in frames} >= set(range(12))
    off = [frame - round(frame) for frame in frames]
    assert max(off) - min(off) < 0.01  # 0.5 ms at 40 mm/s, and the rounding to a step
    assert 3 <= len(frames) / len({round(frame) for frame in frames}) <= 6


class HastyClock:
    """A hundred seconds a second, so that giving up takes no time."""

    def __call__(self):
        return time.monotonic() * 100


class MutteringLink:
    """A link on which something talks, or nothing, but never a projector."""

    def __init__(self, mutter=b""):
        self.mutter = mutter
        self.sent = b""
        self.closed = False

    def send(self, data):
        self.sent += data

    def receive(self, timeout_s):
        time.sleep(0.001)
        return self.mutter

    def close(self):
        self.closed = True


def test_a_command_says_when_the_board_acted(standing):
    clock, simulated, projector = standing
    clock.now_s += 0.1
    receipt = projector.light(40, 0.5)
    assert receipt.host_s == pytest.approx(clock.now_s, abs=20e-6)
    (done,) = simulated.executed
    assert (done.name, done.args) == ("light", {"level_percent": 40.0, "over_ms": 500})
    assert done.host_s == pytest.approx(clock.now_s, abs=2e-6)


def test_a_timed_command_acts_at_its_host_time_and_not_before(standing):
    clock, simulated, projector = standing
    at_s = clock.now_s + 0.2
    receipt = projector.flash(80, 0.05, at_s=at_s)
    assert receipt.host_s == pytest.approx(at_s, abs=20e-6)
    clock.now_s = at_s - 0.001
    assert projector.status()["queue"] == "1"
    assert simulated.executed == []
    clock.now_s = at_s + 20e-6  # a burst of pings does not tell a drift of 40 ppm
    eventually(lambda: simulated.executed)
    assert simulated.executed[0].host_s == pytest.approx(clock.now_s, abs=2e-6)


def test_a_timed_command_acts_by_itself_in_real_time_too(simulated, projector):
    projector.flash(80, 0.05, at_s=time.monotonic() + 0.2)
    eventually(lambda: simulated.executed)


def test_a_time_that_is_over_means_at_once(simulated, projector):
    projector.light(10, at_s=time.monotonic() - 5)
    assert simulated.executed[0].args == {"level_percent": 10.0}


def test_a_time_further_ahead_than_board_time_can_tell_is_refused(projector):
    with pytest.raises(BoardError) as caught:
        projector.light(10, at_s=time.monotonic() + 500)
    assert caught.value.code == "too_far"


def test_a_value_that_the_wire_cannot_say_is_refused_here(simulated, projector):
    with pytest.raises(BoardError) as caught:
        projector.light(101)
    assert caught.value.code == "range"
    assert simulated.executed == []


def test_homing_is_waited_for_and_its_event_is_not_missed_when_it_comes_early(projector):
    receipt = projector.carriage_home()
    found = projector.wait_for("homed", "fault", timeout_s=PATIENCE_S, since=receipt)
    assert found is not None
    assert found[0].name == "homed"
    assert found[1] > receipt.host_s
    # Asked once more, it is there at once; and what came before the receipt does not count.
    assert projector.wait_for("homed", timeout_s=0.0, since=receipt) == found
    later = projector.carriage_to_mm(0)
    assert projector.wait_for("homed", timeout_s=0.0, since=later) is None
    assert projector.wait_for("arrived", timeout_s=PATIENCE_S, since=later) is not None


def test_status_and_board_are_told(projector):
    projector.light(25)
    status = projector.status()
    assert status["level"] == "25"
    assert status["halted"] == "no"
    assert projector.faults() == []
    assert projector.board["board"] == "simulated"
    assert projector.clock_uncertainty_s < 1.0


def test_stop_now_darkens_until_clear(simulated, projector):
    projector.light(100)
    projector.light(50, at_s=time.monotonic() + 30)
    projector.stop_now()
    eventually(lambda: simulated.outputs.light_at(time.monotonic()) == 0.0)
    assert projector.status()["queue"] == "0"
    with pytest.raises(BoardError) as caught:
        projector.light(10)
    assert caught.value.code == "halted"
    projector.clear()
    projector.light(10)


def test_darken_puts_the_light_out_and_drops_what_would_light_it_again(simulated, projector):
    projector.light(100)
    projector.light(100, at_s=time.monotonic() + 30)
    projector.darken()
    eventually(lambda: simulated.outputs.light_at(time.monotonic()) == 0.0)
    assert projector.status()["queue"] == "0"
    projector.light(10)  # no `clear` is needed


def test_events_are_told_in_order_with_their_host_times(standing):
    clock, _simulated, projector = standing
    heard = []
    projector.on_event(lambda event, host_s: heard.append((event.name, host_s)))
    times_s = [clock.now_s + 0.05 * (1 + index) for index in range(5)]
    for at_s in times_s:
        projector.light(1, at_s=at_s)
    for index, at_s in enumerate(times_s):
        clock.now_s = at_s + 50e-6
        eventually(lambda due=index: len(heard) > due, "an event")
    assert [name for name, _ in heard] == ["ran"] * 5
    assert [host_s for _, host_s in heard] == pytest.approx(times_s, abs=1e-4)


def test_a_reset_is_noticed_and_its_forgotten_orders_are_told(simulated, projector):
    restarted = threading.Event()
    projector.on_restart(restarted.set)
    projector.light(30, at_s=time.monotonic() + 60)
    simulated.reset()
    assert restarted.wait(PATIENCE_S)
    assert projector.status()["queue"] == "0"
    assert projector.status()["reset"] == "watchdog"
    projector.light(5)


def test_waiting_for_an_arrival_ends_when_the_board_boots_anew(simulated, projector):
    receipt = projector.carriage_home()
    simulated.reset()
    with pytest.raises(BoardError) as caught:
        projector.wait_for("homed", timeout_s=PATIENCE_S, since=receipt)
    assert caught.value.code == "board_restarted"


def test_a_mistake_in_an_event_function_surfaces_at_the_next_command(standing):
    clock, _simulated, projector = standing

    def mistaken(event, host_s):
        raise ZeroDivisionError

    projector.on_event(mistaken)
    projector.light(1, at_s=clock.now_s + 1)
    clock.now_s += 2
    with pytest.raises(RuntimeError) as caught:
        keep_asking(projector)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_command_from_an_event_function_is_told_to_go_elsewhere(standing):
    clock, _simulated, projector = standing
    caught = []

    def eager(event, host_s):
        try:
            projector.light(2)
        except RuntimeError as error:
            caught.append(error)

    projector.on_event(eager)
    projector.light(1, at_s=clock.now_s + 1)
    clock.now_s += 2
    eventually(lambda: caught)


def test_a_vanished_board_fails_the_command_in_the_middle_and_every_later_one(simulated):
    with Projector.open(simulated.link()) as projector:
        threading.Timer(0.1, simulated.stop).start()
        with pytest.raises(PortError) as caught:
            keep_asking(projector)
        assert caught.value.code == "port_gone"
        with pytest.raises(PortError):
            projector.wait_for("arrived", timeout_s=PATIENCE_S)
        projector.darken()  # never raises


def test_a_port_that_comes_back_is_taken_back(simulated):
    links, said = [], []

    def open_link():
        if len(links) in (1, 2):
            links.append(None)
            raise PortError("port_missing", "not yet")
        links.append(simulated.link())
        return links[-1]

    with Projector(open_link, reconnect=True) as projector:
        projector.on_connection(said.append)
        projector.light(3)
        links[0].hang_up()
        eventually(lambda: said == [False, True])
        projector.light(4)
        assert [done.args["level_percent"] for done in simulated.executed] == [3.0, 4.0]


def test_while_a_port_is_away_commands_fail_at_once(simulated):
    links = []

    def open_link():
        if links:
            raise PortError("port_missing", "pulled for good")
        links.append(simulated.link())
        return links[0]

    with Projector(open_link, reconnect=True) as projector:
        projector.light(3)
        links[0].hang_up()
        with pytest.raises(PortError):
            keep_asking(projector)


@pytest.mark.parametrize(
    ("mutter", "code"), [(b"", "port_silent"), (b"login: \r\n", "port_garbage")]
)
def test_what_is_no_projector_is_told_so_and_let_go(mutter, code):
    link = MutteringLink(mutter)
    with pytest.raises(PortError) as caught:
        Projector.open(link, HastyClock())
    assert caught.value.code == code
    assert link.closed


def test_darken_shouts_stop_at_a_board_that_does_not_answer():
    link = MutteringLink()
    with Projector(lambda: link, HastyClock()) as projector:
        projector.darken()
    assert b"!\n" in link.sent


def has_nothing_to_say(projector, clock):
    """Whether all that is due by now has been said, and answered."""
    with projector._changed:
        session = projector._session
        return session._current is None and session.next_deadline_s() > clock.now_s


def test_a_watched_projector_goes_dark_by_itself_when_the_line_is_cut(standing):
    clock, simulated, projector = standing
    projector.light(80)
    for _ in range(12):
        clock.now_s += 0.1
        eventually(lambda: has_nothing_to_say(projector, clock), "speaking by itself")
    clock.move(0)
    assert projector.status()["light"] == "80", "it speaks often enough"
    projector.close()
    clock.move(0.599)
    assert simulated.outputs.light_at(clock.now_s) > 0.5
    for _ in range(2):
        clock.move(0.1)
    assert simulated.outputs.light_at(clock.now_s) == 0
