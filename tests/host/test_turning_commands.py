# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`carriage turn`, `carriage run` and `carriage stop` on a simulated disc."""

import os
import signal
import time

import pytest

import running
from host.swift import SWIFT
from patience import eventually
from visiophare.errors import BoardError
from visiophare.projector import Projector
from visiophare.simulator.projector import SimulatedProjector

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
DISC = {**SWIFT, "endless": "yes", "turn_mm": 120.0}


@pytest.fixture
def disc():
    with SimulatedProjector(settings=DISC) as simulated:
        yield simulated


@pytest.fixture
def port(disc):
    return f"socket://127.0.0.1:{disc.serve_tcp()}"


def speed_mm_s(simulated, over_s=0.3):
    """How fast the film goes by, over the next moment."""
    began_s = time.monotonic()
    before_mm = simulated.outputs.carriage_mm(began_s)
    time.sleep(over_s)
    ended_s = time.monotonic()
    return (simulated.outputs.carriage_mm(ended_s) - before_mm) / (ended_s - began_s)


def comes_to(simulated, mm_s):
    eventually(lambda: abs(speed_mm_s(simulated) - mm_s) < max(0.5, 0.05 * abs(mm_s)))


def test_a_disc_turns_on_when_the_command_has_ended_until_it_is_stopped(visiophare, disc, port):
    run = visiophare("carriage", "turn", "12", "--port", port)
    assert (run.code, run.err) == (0, "")
    assert run.out == "It turns 12 times a minute, until `visiophare carriage stop`.\n"
    comes_to(disc, 24)
    assert "The film turns." in visiophare("status", "--port", port).out
    faster = visiophare("carriage", "turn", "30rpm", "--port", port, "--json")
    assert (faster.document["turn_rpm"], faster.document["board_us"] > 0) == (30.0, True)
    comes_to(disc, 60)
    back = visiophare("carriage", "turn", "-6", "--port", port, lang="fr")
    assert back.out == "Il fait -6 tours par minute, jusqu'à `visiophare carriage stop`.\n"
    comes_to(disc, -12)
    stopped = visiophare("carriage", "stop", "--port", port)
    assert (stopped.code, stopped.out) == (0, "It stands still.\n")
    assert speed_mm_s(disc) == 0


def test_a_loop_runs_at_frames_a_second_and_0_waits_until_it_stands(visiophare, disc, port):
    with Projector.open(port) as projector:
        projector.carriage_home()
        eventually(lambda: projector.status()["referenced"] == "yes")
    run = visiophare("carriage", "run", "0,5", "--port", port)
    assert run.out == "It runs at 0.5 frames a second, until `visiophare carriage stop`.\n"
    comes_to(disc, 19)
    ended = visiophare("carriage", "run", "0", "--port", port, "--json").document
    assert (ended["state"], 0 <= ended["mm"] <= 120) == ("still", True)
    assert speed_mm_s(disc) == 0


def test_stop_leaves_the_light_and_what_stands_already(visiophare, disc, port):
    with Projector.open(port) as projector:
        projector.light(60)
    assert visiophare("carriage", "stop", "--port", port).out == "It stands still.\n"
    with Projector.open(port) as projector:
        assert projector.status()["light"] == "60"


@pytest.mark.parametrize(
    ("settings", "words", "code", "hint"),
    [
        (
            {"turn_mm": 120.0},
            ("turn", "6"),
            "not_endless",
            "visiophare settings endless yes --save",
        ),
        ({"endless": "yes"}, ("turn", "6"), "no_turn", "visiophare settings turn_mm"),
        ({"endless": "yes"}, ("run", "25"), "too_fast", "visiophare settings speed_mm_s"),
    ],
)
def test_what_a_board_refuses_is_told_with_the_command_that_helps(
    visiophare, settings, words, code, hint
):
    with SimulatedProjector(settings={**SWIFT, **settings}) as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp()}"
        refused = visiophare("carriage", *words, "--port", port, "--json")
        assert (refused.code, refused.document["error"]["code"]) == (1, code)
        assert hint in refused.document["error"]["hint"]
        assert simulated.outputs.carriage_mm(0) == simulated.outputs.carriage_mm(time.monotonic())


@pytest.mark.parametrize("speed", ["fast", "12fps", "nan"])
def test_what_is_no_speed_is_a_mistake_in_the_argument(visiophare, speed):
    run = visiophare("carriage", "turn", speed, "--port", "nowhere", "--json")
    assert (run.code, run.document["error"]["code"]) == (2, "bad_parameter")
    assert "turns a minute such as 12" in run.document["error"]["message"]


def test_a_speed_may_wait_for_its_time_and_a_receipt_tells_it(disc):
    with Projector.open(disc.link()) as projector:
        at_s = time.monotonic() + 0.3
        receipt = projector.carriage_run(1.0, at_s=at_s)
        assert receipt.host_s == pytest.approx(at_s, abs=0.001)
        eventually(lambda: disc.executed)
        assert (disc.executed[-1].name, disc.executed[-1].args) == ("carriage run", {"run_fps": 1})
        assert projector.carriage_turn(3.0).t_us > receipt.t_us
        with pytest.raises(BoardError, match="must lie between"):
            projector.carriage_turn(20_000)


@posix
def test_ctrl_c_while_it_slows_down_makes_it_dark(disc, port):
    with Projector.open(port) as projector:
        projector.change_setting("acceleration_mm_s2", "5")
        projector.light(80)
        projector.carriage_turn(12)
        comes_to(disc, 24)
    with running.visiophare("carriage", "stop", together=True, VISIOPHARE_PORT=port) as stopping:
        stopping.wait_for("slows down")
        assert stopping.end(signal.SIGINT).code == 130
    assert disc.outputs.light_at(time.monotonic()) == 0
