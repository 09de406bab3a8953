# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Typing what hands do to a simulated projector."""

import signal
import sys
import time

import pytest

from patience import eventually
from running import Running
from visiophare.errors import BoardError, UsageError
from visiophare.projector import Projector
from visiophare.show.reading import parse_show
from visiophare.show.score_limits import compile_show
from visiophare.simulator.hands import act
from visiophare.simulator.projector import SimulatedProjector

SHOW = """
order = ["lamp", "lamp", "lamp", "lamp", "lamp", "lamp"]
[[cue]]
id = "lamp"
steps = [ { fade = 100, over = 0 }, { hold = "10min" } ]
[[binding]]
source = "note 36"
do = "stop"
"""


FREE_EVERY_S = 0.3  # a homing that began before has to come to rest


@pytest.fixture
def simulated():
    score = compile_show(parse_show(SHOW.encode(), "show.toml"), "show.toml").score
    with SimulatedProjector(settings={"knob": "yes"}, files={"score": score}) as projector:
        yield projector


def light(simulated, condition):
    eventually(lambda: condition(simulated.outputs.light_at(time.monotonic())), "that light")


def go_until_lit(simulated):
    """A board that has much to wait for may miss a short press; a person presses again."""

    def lit():
        act(simulated, "go\n")
        return simulated.outputs.light_at(time.monotonic()) == 1

    eventually(lit, "light")


def is_freed(projector):
    try:
        projector.carriage_home()
    except BoardError as refused:
        return refused.code == "film_free"
    projector.carriage_stop()
    return False


def test_button_knob_midi_and_mains(simulated):
    go_until_lit(simulated)
    act(simulated, "Knob 40 %")
    light(simulated, lambda level: 0.05 < level < 0.2)
    act(simulated, "knob 100,0")
    light(simulated, lambda level: level == 1)
    act(simulated, "midi 90 24 64")
    light(simulated, lambda level: level == 0)
    go_until_lit(simulated)
    act(simulated, "power")
    light(simulated, lambda level: level == 0)
    act(simulated, "")


def test_the_switch_is_on_and_off_again(simulated):
    with Projector.open(simulated.link()) as projector:
        act(simulated, "free")
        eventually(lambda: is_freed(projector), "the film is free", FREE_EVERY_S)
        act(simulated, "free")
        eventually(lambda: not is_freed(projector), "the film is held")


@pytest.mark.parametrize(
    "line", ["gogo", "knob", "knob much", "knob 140", "knob -1", "midi 9", "midi xyz"]
)
def test_what_is_nothing_is_told(simulated, line):
    with pytest.raises(UsageError):
        act(simulated, line)


def test_simulate_reads_hands_from_its_terminal():
    with Running(sys.executable, "-m", "visiophare", "simulate", "--hands", together=True) as it:
        port = it.line()
        it.write("free\nknob 40,5\nnonsense\n")
        it.wait_for("The film is free.")
        it.wait_for("The knob is at 40.5 %.")
        it.wait_for("nonsense")
        with Projector.open(port) as projector:
            eventually(lambda: is_freed(projector), "the film is free", FREE_EVERY_S)
            assert projector.settings()["knob"] == "no", "as on a board: somebody has to say so"
            projector.light(100)
            eventually(lambda: projector.status()["light"] == "100", "the knob dims nothing yet")
        it.end(signal.SIGTERM)
