# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare live` from a key to the light of a projector, as a process of its own."""

import json
import signal
import time

import pytest

from host.live.conftest import SHOW, until
from visiophare.projector import Projector


def light(projector) -> float:
    return projector.outputs.light_at(time.monotonic())


def press(run, keys: str) -> None:
    run.process.stdin.write(keys)
    run.process.stdin.flush()


@pytest.fixture
def keys(projector, live):
    """A run that is played with keys, on a machine that may have no MIDI."""
    run = live(f"socket://127.0.0.1:{projector.serve_tcp()}", "--keys")
    run.wait_for("Esc: dark at once")
    return run


def test_a_key_lights_escape_darkens_and_q_ends(projector, keys):
    press(keys, "a")
    keys.wait_for("moon")
    until(lambda: light(projector) > 0.5, "light")
    press(keys, "\x1b")
    until(lambda: light(projector) == 0, "darkness")
    press(keys, "x")
    assert "key x is bound to nothing" in keys.wait_for("Note")
    time.sleep(0.8)
    press(keys, "a")
    until(lambda: light(projector) > 0.5, "light after a panic")
    press(keys, "q")
    assert keys.process.wait(10) == 0
    assert light(projector) == 0


def test_a_panic_then_the_end_leaves_a_projector_that_obeys_the_next_command(projector, keys):
    press(keys, "a")
    keys.wait_for("moon")
    until(lambda: light(projector) > 0.5, "light")
    press(keys, "\x1b")
    until(lambda: light(projector) == 0, "darkness")
    time.sleep(0.8)  # what follows an Esc too closely belongs to it
    press(keys, "q")
    assert keys.process.wait(10) == 0
    with Projector.open(projector.link()) as next_one:
        assert next_one.status()["halted"] == "no"
        next_one.light(60)
        until(lambda: light(projector) > 0.1, "light of the next command")


def test_the_end_of_the_keys_is_the_end(projector, keys):
    press(keys, "a")
    keys.wait_for("moon")
    keys.process.stdin.close()
    assert keys.process.wait(10) == 0
    assert light(projector) == 0


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_darken_first(projector, keys, name):
    press(keys, "a")
    until(lambda: light(projector) > 0.5, "light")
    assert keys.end(getattr(signal, name)) == 128 + getattr(signal, name)
    assert light(projector) == 0


def test_a_projector_that_vanishes_is_noticed_and_taken_back_where_the_show_is(live):
    from visiophare.simulator.projector import SimulatedProjector

    with SimulatedProjector() as first:
        number = first.serve_tcp()
        run = live(f"socket://127.0.0.1:{number}", "--keys")
        run.wait_for("Esc: dark at once")
        press(run, "d")
        run.wait_for("dark")
        time.sleep(0.2)
    run.wait_for("vanished")
    press(run, "a")
    run.wait_for("moon")
    with SimulatedProjector() as second:
        second.serve_tcp(number)
        run.wait_for("is back")
        until(lambda: light(second) > 0.5, "the light of what was hit meanwhile")
        press(run, "q")
        assert run.process.wait(10) == 0
        assert light(second) == 0


def test_an_end_while_the_projector_is_away_is_not_told_as_darkness(live):
    from visiophare.simulator.projector import SimulatedProjector

    with SimulatedProjector() as gone:
        run = live(f"socket://127.0.0.1:{gone.serve_tcp()}", "--keys")
        press(run, "a")
        run.wait_for("moon")
        until(lambda: light(gone) > 0.5, "light")
    run.wait_for("vanished")
    press(run, "q")
    assert run.process.wait(20) == 1
    run.wait_for("The end; but the projector does not answer.")
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
        pad.play(0x99, 36, 100)
        until(lambda: light(projector) > 0.5, "trigger")
        pad.play(0x99, 40, 100)
        until(lambda: light(projector) == 0, "the other trigger")
        pad.play(0x99, 38, 100)
        until(lambda: 0 < light(projector) < 0.5, "gate")
        pad.play(0x89, 38, 0)
        until(lambda: light(projector) == 0, "the end of the gate")
        for expected in (True, False):
            pad.play(0x99, 39, 100)
            pad.play(0x99, 39, 0)
            until(lambda wanted=expected: (light(projector) > 0) is wanted, "toggle")
        pad.play(0x99, 36, 100)
        until(lambda: light(projector) > 0.5, "trigger")
        assert run.end() == 130
        assert light(projector) == 0

    def test_a_pad_that_is_pulled_lets_go_and_plays_again_when_it_is_back(self, played, plug):
        pad, projector, run = played
        pad.play(0x99, 38, 100)
        until(lambda: light(projector) > 0, "gate")
        pad.pull()
        run.wait_for("Test pad:pads: unplugged")
        until(lambda: light(projector) == 0, "letting go")
        again = plug("Test pad")
        run.wait_for("Test pad:pads: back")
        again.play(0x99, 36, 100)
        until(lambda: light(projector) > 0.5, "light from the pad that is back")

    def test_a_flood_of_everything_leaves_the_last_hit_in_charge(self, played):
        pad, projector, run = played
        for moment in range(2000):
            pad.play(*[(0x90, 36, 100), (0x90, 38, 90), (0x90, 39, 80), (0xB0, 7, 127)][moment % 4])
            if moment % 10 == 0:
                pad.play(0xF0, 1, 2, 3, 0xF7)
                pad.play(0xF8)
                pad.play(0x90, 99, 1)
            time.sleep(0.001)
        pad.play(0x80, 38, 0)
        pad.play(0x90, 36, 100)
        hit_s = time.monotonic()
        until(lambda: projector.executed[-1].host_s > hit_s - 0.2, "an answer")
        pad.play(0x90, 40, 100)
        until(lambda: light(projector) == 0, "darkness")
        assert run.process.poll() is None

    def test_every_hit_is_answered_in_its_turn(self, played):
        """How soon is measured by tests/benchmarks/pads.py."""
        pad, projector, _run = played
        pad.play(0x90, 40, 100)
        until(lambda: levels_of(projector)[-1:] == [0], "the first hit")
        before = len(levels_of(projector))
        for moment in range(60):
            pad.play(0x90, 40 if moment % 2 else 36, 100)
            until(lambda so_far=before + moment: len(levels_of(projector)) > so_far, "an answer")
        assert levels_of(projector)[before:] == [80, 0] * 30


def levels_of(projector) -> list[float]:
    """The levels of all commands for the light, in order."""
    return [done.args["level_percent"] for done in projector.executed if done.name == "light"]
