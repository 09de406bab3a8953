# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare show`, the examples, and the player on the simulated projector in real time."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.show.stage_fake import FakeClock, FakeProjector
from visiophare.midi.files import read_performance
from visiophare.projector import Projector
from visiophare.show.actions import Go, TimedEvent, Trigger
from visiophare.show.player import Player
from visiophare.show.reading import load_show, parse_show
from visiophare.simulator.projector import SimulatedProjector

SHORT = """
title = "Short"
stop_fade = "100ms"
[[cue]]
id = "dawn"
name = "It dawns"
steps = [ { fade = 60, over = "200ms" }, { hold = "100ms" }, { flash = 100, for = "80ms" } ]
"""


@pytest.fixture
def simulated() -> Iterator[tuple[SimulatedProjector, str]]:
    with SimulatedProjector() as projector:
        yield projector, f"socket://127.0.0.1:{projector.serve_tcp()}"


@pytest.fixture
def short(tmp_path: Path) -> Path:
    path = tmp_path / "short.toml"
    path.write_text(SHORT)
    return path


def midi_file(path: Path, notes: str) -> Path:
    """A file of format 0, 480 ticks a quarter of half a second; `notes` are its events in hex."""
    track = bytes.fromhex(notes) + bytes.fromhex("00 FF 2F 00")
    head = b"MThd" + bytes.fromhex("00000006 0000 0001 01E0")
    path.write_bytes(head + b"MTrk" + len(track).to_bytes(4, "big") + track)
    return path


def test_check_prints_the_score(visiophare, short: Path) -> None:
    run = visiophare("show", "check", short)
    assert run.code == 0
    assert "dawn - It dawns (380 ms)" in run.out
    assert "0.2 s  hold 100 ms" in run.out
    assert "In order: dawn (380 ms)" in visiophare("show", "check", short).out


def test_check_speaks_french(visiophare, short: Path) -> None:
    run = visiophare("show", "check", short, lang="fr")
    assert "0,2 s  attendre 100 ms" in run.out


def test_check_as_json_has_lengths_bindings_and_notes(visiophare, checkout: Path) -> None:
    document = visiophare(
        "show", "check", checkout / "examples/2-pads/show.toml", "--json"
    ).document
    assert document["ok"] is True
    cues = {cue["id"]: cue for cue in document["cues"]}
    assert cues["coup"]["seconds"] == 0.6
    assert cues["orage"]["endless"] is True
    assert document["bindings"][0] == {
        "source": "note 36",
        "cue": "coup",
        "do": "",
        "mode": "trigger",
        "velocity": "level",
    }
    assert document["notes"] == []


def test_mistakes_exit_1_with_their_lines_as_text_and_as_json(visiophare, short: Path) -> None:
    short.write_text(SHORT.replace("fade = 60", "fade = 600").replace("hold", "hodl"))
    run = visiophare("show", "check", short)
    assert (run.code, run.out) == (1, "")
    assert "line 7: The level 600 is outside 0 to 100." in run.err
    error = visiophare("show", "check", short, "--json").document["error"]
    assert error["code"] == "show_mistakes"
    assert [problem["line"] for problem in error["problems"]] == [7, 7]
    assert error["problems"][1]["hint"] == 'Did you mean "hold"?'


def test_what_is_perhaps_not_meant_is_noted(visiophare, short: Path) -> None:
    short.write_text(
        'order = ["dawn"]\n'
        + SHORT
        + '[[cue]]\nid = "strobe"\nsteps = [ { loop = 20, steps = [ '
        + '{ flash = 100, for = "50ms" }, { hold = "50ms" } ] } ]\n'
    )
    run = visiophare("show", "check", short)
    assert run.code == 0
    assert 'Nothing plays the cue "strobe"' in run.err
    assert 'The cue "strobe" flashes more than three times a second' in run.err


def test_play_plays_and_leaves_the_dark(visiophare, short: Path, simulated) -> None:
    projector, port = simulated
    run = visiophare("show", "play", short, "--port", port)
    assert (run.code, run.err) == (0, "    0.0 s  dawn - It dawns\n")
    assert run.out.startswith("Played Short: ")
    names = [(done.name, done.args.get("level_percent")) for done in projector.executed]
    assert names == [
        ("master", 100),
        ("light", 0),
        ("light", 60),
        ("flash", 100),
        ("light", 0),
    ]
    assert projector.outputs.mean_light(time.monotonic() - 0.001, time.monotonic()) == 0


def test_play_as_json_reports_planned_and_executed_times(
    visiophare, short: Path, simulated
) -> None:
    _projector, port = simulated
    document = visiophare("show", "play", short, "--port", port, "--json").document
    ahead = [command for command in document["commands"] if not command["live"]]
    assert [command["label"] for command in ahead] == [
        "dawn: fade to 60 % in 200 ms",
        "dawn: flash 100 % for 80 ms",
    ]
    assert [command["planned_s"] for command in ahead] == [0, pytest.approx(0.3, abs=1e-5)]
    assert document["late_ms"]["count"] == 2
    assert document["remarks"] == []


def test_a_performance_plays_the_pads(visiophare, checkout: Path, simulated, tmp_path) -> None:
    projector, port = simulated
    # a hard hit on 36, half a second later one on 38, and 60, which is bound to nothing
    path = midi_file(tmp_path / "p.mid", "00 99 24 7F  83 60 99 26 40  00 99 3C 40")
    show = checkout / "examples/2-pads/show.toml"
    run = visiophare("show", "play", show, "--midi", path, "--port", port)
    assert run.code == 0, run.err
    assert "Bound to nothing: note 60." in run.err
    done = [(d.name, d.args["level_percent"]) for d in projector.executed if d.name != "master"]
    assert done == [("light", 0), ("light", 90), ("light", 15), ("flash", 100), ("light", 0)]
    hit, flash = projector.executed[2], projector.executed[4]
    assert flash.host_s - hit.host_s == pytest.approx(0.5, abs=0.02)


def test_a_performance_of_which_nothing_is_bound_is_refused(visiophare, short, tmp_path) -> None:
    path = midi_file(tmp_path / "p.mid", "00 99 24 7F")
    run = visiophare("show", "play", short, "--midi", path, "--port", "loop://")
    assert run.code == 1
    assert 'Add a [[binding]] with source = "note 36".' in run.err


def test_a_show_of_pads_alone_has_no_order_to_play(visiophare, short: Path) -> None:
    short.write_text(SHORT + '[[binding]]\nsource = "note 1"\ncue = "dawn"\n')
    run = visiophare("show", "play", short, "--port", "loop://")
    assert run.code == 1
    assert "all its cues belong to pads" in run.err


def test_a_show_is_read_before_a_port_is_opened(visiophare, tmp_path: Path) -> None:
    run = visiophare("show", "play", "missing.toml", "--port", "/dev/nothing")
    assert (run.code, "There is no file missing.toml." in run.err) == (1, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_puts_the_light_out(short: Path, simulated) -> None:
    projector, port = simulated
    short.write_text(SHORT.replace('hold = "100ms"', "hold = 60"))
    words = [sys.executable, "-m", "visiophare", "show", "play", str(short), "--port", port]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as process:
        deadline_s = time.monotonic() + 20
        while not any(done.args.get("level_percent") == 60 for done in projector.executed):
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    ended = [done for done in projector.executed if done.name != "master"][-2:]
    assert [done.name for done in ended] == ["light", "carriage stop"]
    assert ended[0].args["level_percent"] == 0


def test_the_first_example_plays_whole(checkout: Path) -> None:
    clock = FakeClock()
    show = load_show(checkout / "examples/1-first-show/show.toml")
    stage = FakeProjector(clock)
    report = Player(show, stage, clock.now, clock.nap).play([TimedEvent(0, Go())])
    assert report.remarks == []
    assert [cue for cue, _at_s in report.cues] == list(show.cues)
    assert [args for _at_s, name, args in stage.executed if name == "to"] == [(0,), (1,)]
    assert stage.lights()[-1][1] == 0


def test_the_second_example_answers_on_the_simulated_projector(checkout: Path) -> None:
    """In real time, with a few hits."""
    with SimulatedProjector() as simulated, Projector.open(simulated.link()) as projector:
        show = load_show(checkout / "examples/2-pads/show.toml")
        hits = [
            TimedEvent(n * 0.3, Trigger(cue)) for n, cue in enumerate(("coup", "eclat", "vague"))
        ]
        report = Player(show, projector).play(hits, unattended=False)
        assert report.remarks == []
        assert [cue for cue, _at_s in report.cues] == ["coup", "eclat", "vague"]


def test_the_board_keeps_the_timeline_to_a_few_milliseconds() -> None:
    """A computer under load may wake late, but it has sent 150 ms ahead."""
    steps = "{ loop = 12, steps = [ { fade = 60, over = 0.1 }, { fade = 50, over = 0.1 } ] }"
    show = parse_show(f'[[cue]]\nid = "a"\nsteps = [ {steps} ]\n'.encode(), "x")
    with SimulatedProjector() as simulated, Projector.open(simulated.link()) as projector:
        report = Player(show, projector).play([TimedEvent(0, Go())])
    lateness = report.lateness()
    assert lateness.count >= 22
    assert lateness.p50_ms < 50


def test_a_pulled_cable_does_not_end_a_show_that_finds_its_projector_again(
    visiophare, short: Path, simulated
) -> None:
    projector, port = simulated
    short.write_text(SHORT.replace('hold = "100ms"', "hold = 4"))
    words = [sys.executable, "-m", "visiophare", "show", "play", str(short), "--port", port]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        deadline_s = time.monotonic() + 20
        while not any(done.args.get("level_percent") == 60 for done in projector.executed):
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        projector.reset()
        _out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert "The board has started anew; the show goes on." in err
    levels = [done.args.get("level_percent") for done in projector.executed if done.name == "light"]
    assert levels[-2:] == [60, 0], "where it ought to be, then the end"


@pytest.mark.parametrize("name", ["193_rock_115_fill_4-4.mid", "111_soul-motown_104_fill_4-4.mid"])
def test_real_drummers_play_the_second_example(test_data: Path, checkout: Path, name: str) -> None:
    from visiophare.live.recorded import timed_events

    show = load_show(checkout / "examples/2-pads/show.toml")
    events = timed_events(show, read_performance(test_data / "midi" / "pads" / name))
    assert len(events) > 5
