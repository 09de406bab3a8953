# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`arm`, `strobe` and `expose` on a simulated disc."""

import os
import signal
import time

import pytest

import running
from patience import eventually
from visiophare.commands.units import parse_flash_s
from visiophare.projector import Projector
from visiophare.simulator.projector import SimulatedProjector

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")


@pytest.fixture
def disc():
    with SimulatedProjector(settings={"endless": "yes"}) as simulated:
        yield simulated


@pytest.fixture
def port(disc):
    return f"socket://127.0.0.1:{disc.serve_tcp()}"


def test_a_strobe_wants_to_be_armed_and_arming_warns_first(visiophare, port):
    refused = visiophare("strobe", "500us", "--port", port)
    assert refused.code == 1
    assert "visiophare arm 10min" in refused.err
    armed = visiophare("arm", "10min", "--port", port)
    assert (armed.code, armed.out) == (0, "Armed for 600 s; `visiophare arm 0` ends it.\n")
    assert "epilepsy" in armed.err
    assert "épilepsie" in visiophare("arm", "10min", "--port", port, lang="fr").err
    still = visiophare("strobe", "500us", "--port", port, "--json")
    assert still.document["error"]["code"] == "not_moving"
    assert visiophare("arm", "0", "--port", port, "--json").document["armed_s"] == 0
    with Projector.open(port) as projector:
        assert projector.status().get("armed") is None
    for wrong in ("2h", "61min", "0.2s"):
        assert visiophare("arm", wrong, "--port", port).code == 2, wrong


def test_a_strobe_goes_on_until_it_is_ended_and_its_phase_moves(visiophare, port):
    visiophare("arm", "1min", "--port", port)
    visiophare("carriage", "run", "1", "--port", port)
    run = visiophare("strobe", "500us", "--phase", "25", "--port", port)
    assert (run.code, run.out) == (0, "A flash of 500 µs at each frame, until the motion ends.\n")
    with Projector.open(port) as projector:
        assert (projector.status()["strobe_us"], projector.status()["phase"]) == ("500", "25")
    moved = visiophare("strobe", "--phase", "12,5", "--port", port, lang="fr")
    assert moved.out == "Les éclairs viennent 12,5 % de vue plus tard.\n"
    ended = visiophare("strobe", "0", "--port", port, "--json")
    assert (ended.code, ended.document["flash_us"]) == (0, 0)
    with Projector.open(port) as projector:
        assert "strobe_us" not in projector.status()
    assert visiophare("strobe", "--port", port).code == 2


def test_the_length_of_a_flash_is_in_microseconds_until_it_says_otherwise():
    assert [parse_flash_s(text) for text in ("500", "500us", "500µs", "0,5ms")] == [0.0005] * 4
    for wrong in ("3ms", "-1", "1s", "us"):
        with pytest.raises(ValueError, match="2500us"):
            parse_flash_s(wrong)


def test_a_pattern_is_waited_for_and_leaves_the_light_as_it_was(visiophare, disc, port):
    began_s = time.monotonic()
    run = visiophare("expose", "80", "101", "--slot", "200ms", "--port", port, "--json")
    assert (run.code, run.document["lasts_s"]) == (0, pytest.approx(0.6))
    assert disc.outputs.light_at(time.monotonic()) == 0
    edges = [disc.outputs.light_at(began_s + index / 100) > 0 for index in range(500)]
    assert 35 <= sum(edges) <= 45, "two slots of 200 ms, in hundredths of a second"
    fast = visiophare("expose", "80", "101", "--slot", "20ms", "--port", port)
    assert "visiophare arm" in fast.err
    wrong = visiophare("expose", "80", "12", "--port", port, "--json")
    assert wrong.document["error"]["code"] == "not_a_pattern"


@posix
def test_a_signal_in_the_middle_of_a_pattern_makes_it_dark(disc, port):
    with Projector.open(port) as projector:
        projector.light(30)
    time.sleep(1.1)  # a pattern begins a second after a rise
    with running.visiophare("expose", "80", "1", "--slot", "30s", "--port", port) as exposing:
        eventually(lambda: disc.outputs.light_at(time.monotonic()) > 0.5)
        ended = exposing.end(signal.SIGINT)
    assert ended.code == 130
    assert disc.outputs.light_at(time.monotonic()) == 0
