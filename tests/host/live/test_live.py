# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare live` from a key to the light of a projector, as a process of its own."""

import itertools
import json
import signal
import time

import pytest

from host.live.conftest import SHOW
from patience import eventually
from visiophare.projector import Projector


def light(projector) -> float:
    return projector.outputs.light_at(time.monotonic())


@pytest.fixture
def keys(projector, live):
    """A run that is played with keys, on a machine that may have no MIDI."""
    run = live(f"socket://127.0.0.1:{projector.serve_tcp()}", "--keys")
    run.wait_for("Esc: dark at once")
    return run


def test_a_key_lights_escape_darkens_and_q_ends(projector, keys):
    keys.write("a")
    keys.wait_for("moon")
    eventually(lambda: light(projector) > 0.5, "light")
    keys.write("\x1b")
    eventually(lambda: light(projector) == 0, "darkness")
    keys.write("x")
    assert "key x is bound to nothing" in keys.wait_for("Note")
    time.sleep(0.8)
    keys.write("a")
    eventually(lambda: light(projector) > 0.5, "light after a panic")
    keys.write("q")
    assert keys.end().code == 0
    assert light(projector) == 0


def test_a_panic_then_the_end_leaves_a_projector_that_obeys_the_next_command(projector, keys):
    keys.write("a")
    keys.wait_for("moon")
    eventually(lambda: light(projector) > 0.5, "light")
    keys.write("\x1b")
    eventually(lambda: light(projector) == 0, "darkness")
    time.sleep(0.8)  # what follows an Esc too closely belongs to it
    keys.write("q")
    assert keys.end().code == 0
    with Projector.open(projector.link()) as next_one:
        assert next_one.status()["halted"] == "no"
        next_one.light(60)
        eventually(lambda: light(projector) > 0.1, "light of the next command")


def test_the_end_of_the_keys_is_the_end(projector, keys):
    keys.write("a")
    keys.wait_for("moon")
    keys.process.stdin.close()
    assert keys.end().code == 0
    assert light(projector) == 0


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_darken_first(projector, keys, name):
    keys.write("a")
    eventually(lambda: light(projector) > 0.5, "light")
    assert keys.end(getattr(signal, name)).code == 128 + getattr(signal, name)
    assert light(projector) == 0


def test_a_projector_that_vanishes_is_noticed_and_taken_back_where_the_show_is(live):
    from visiophare.simulator.projector import SimulatedProjector

    with SimulatedProjector() as first:
        number = first.serve_tcp()
        run = live(f"socket://127.0.0.1:{number}", "--keys")
        run.wait_for("Esc: dark at once")
        run.write("d")
        run.wait_for("dark")
        time.sleep(0.2)
    run.wait_for("vanished")
    run.write("a")
    run.wait_for("moon")
    with SimulatedProjector() as second:
        second.serve_tcp(number)
        run.wait_for("is back")
        eventually(lambda: light(second) > 0.5, "the light of what was hit meanwhile")
        run.write("q")
        assert run.end().code == 0
        assert light(second) == 0


def test_an_end_while_the_projector_is_away_is_not_told_as_darkness(live):
    from visiophare.simulator.projector import SimulatedProjector

    with SimulatedProjector() as gone:
        run = live(f"socket://127.0.0.1:{gone.serve_tcp()}", "--keys")
        run.write("a")
        run.wait_for("moon")
        eventually(lambda: light(gone) > 0.5, "light")
    run.wait_for("vanished")
    run.write("q")
    run.wait_for("The end; but the projector does not answer.")
    assert run.end().code == 1
    assert not any("The light is out" in line for line in run.seen)


def test_a_show_without_bindings_and_a_missing_port_are_refused_in_a_sentence(visiophare, tmp_path):
    (tmp_path / "none.toml").write_text(
        'title = "T"\n[[cue]]\nid = "a"\nsteps = [{ fade = 1, over = 1 }]\n'
    )
    run = visiophare("live", "none.toml", "--keys", "--port", "socket://127.0.0.1:9")
    assert run.code == 1
    assert "binds nothing" in run.err
    run = visiophare("live", "missing.toml", "--keys", "--json")
    assert run.code == 2
    assert json.loads(run.out)["error"]["code"] == "no_such_option"


def test_without_midi_and_without_keys_one_sentence_says_so(visiophare, tmp_path):
    (tmp_path / "show.toml").write_text(SHOW)
    (tmp_path / "rtmidi.py").write_text("raise ModuleNotFoundError('rtmidi')\n")
    run = visiophare(
        "live", "show.toml", "--port", "socket://127.0.0.1:9", PYTHONPATH=str(tmp_path)
    )
    assert run.code == 1
    assert "pip install 'visiophare[midi]'" in run.err
    assert len(run.err.splitlines()) == 2


class TestPads:
    """Through virtual pads on a JACK server without sound."""

    @pytest.fixture
    def played(self, projector, live, plug, jack_server):
        """(pad, projector, run): a pad that is listened to."""
        pad = plug("Test pad")
        run = live(f"socket://127.0.0.1:{projector.serve_tcp()}", "--pad", "Test pad")
        run.wait_for("Test pad:pads: listening")
        return pad, projector, run

    def test_trigger_gate_and_toggle_reach_the_light(self, played):
        pad, projector, run = played
        pad.play_until(lambda: light(projector) > 0.5, 0x99, 36, 100)
        pad.play_until(lambda: light(projector) == 0, 0x99, 40, 100)
        pad.play_until(lambda: 0 < light(projector) < 0.5, 0x99, 38, 100)
        pad.play_until(lambda: light(projector) == 0, 0x89, 38, 0)
        for expected in (True, False):
            pad.play_until(
                lambda wanted=expected: (light(projector) > 0) is wanted,
                *(0x99, 39, 100),
                again_s=10.0,  # a second hit undoes the first: it has to be lost, not late
            )
            pad.play(0x99, 39, 0)
        pad.play_until(lambda: light(projector) > 0.5, 0x99, 36, 100)
        assert run.end(signal.SIGINT).code == 130
        assert light(projector) == 0

    def test_a_pad_that_is_pulled_lets_go_and_plays_again_when_it_is_back(self, played, plug):
        pad, projector, run = played
        pad.play_until(lambda: light(projector) > 0, 0x99, 38, 100)
        pad.pull()
        run.wait_for("Test pad:pads: unplugged")
        eventually(lambda: light(projector) == 0, "letting go")
        again = plug("Test pad")
        run.wait_for("Test pad:pads: back")
        again.play_until(lambda: light(projector) > 0.5, 0x99, 36, 100)

    def test_a_flood_of_everything_leaves_the_last_hit_in_charge(self, played):
        pad, projector, run = played
        for moment in range(1000):
            pad.play(*[(0x90, 36, 100), (0x90, 38, 90), (0x90, 39, 80), (0xB0, 7, 127)][moment % 4])
            if moment % 10 == 0:
                pad.play(0xF0, 1, 2, 3, 0xF7)
                pad.play(0xF8)
                pad.play(0x90, 99, 1)
            time.sleep(0.001)
        pad.play_until(lambda: levels_of(projector)[-1:] == [0], 0x90, 40, 100)
        eventually(lambda: light(projector) == 0, "darkness")
        assert run.process.poll() is None

    def test_every_hit_is_answered_in_its_turn(self, played):
        """How soon, and what the MIDI system loses, is measured by tests/benchmarks/pads.py."""
        pad, projector, _run = played
        pad.play_until(lambda: levels_of(projector)[-1:] == [0], 0x90, 40, 100)
        before = len(levels_of(projector))
        for note, level in [(36, 80), (40, 0)] * 20:
            pad.play_until(
                lambda wanted=level: levels_of(projector)[-1:] == [wanted], 0x90, note, 100
            )
        turns = [level for level, _hits in itertools.groupby(levels_of(projector)[before:])]
        assert [level for level in turns if level != 0] == [80] * 20
        assert turns[-40:] == [80, 0] * 20


def levels_of(projector) -> list[float]:
    """The levels of all commands for the light, in order."""
    return [done.args["level_percent"] for done in projector.executed if done.name == "light"]
