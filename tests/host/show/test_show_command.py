# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare show`, the examples, and the player on the simulated projector in real time."""

import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import running
from cable import Cable
from host.show.stage_fake import FakeClock, FakeProjector
from patience import eventually
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


# A flash that comes too late is left out: this one is long enough for a machine with much to do.
PLAYED = SHORT.replace('"80ms"', '"1s"')


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
    short.write_text(PLAYED)
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
    assert projector.outputs.light_at(time.monotonic()) == 0


def test_play_as_json_reports_planned_and_executed_times(
    visiophare, short: Path, simulated
) -> None:
    _projector, port = simulated
    short.write_text(PLAYED)
    document = visiophare("show", "play", short, "--port", port, "--json").document
    ahead = [command for command in document["commands"] if not command["live"]]
    assert [command["label"] for command in ahead] == [
        "dawn: fade to 60 % in 200 ms",
        "dawn: flash 100 % for 1 s",
    ]
    assert [command["planned_s"] for command in ahead] == [0, pytest.approx(0.3, abs=1e-5)]
    assert document["late_ms"]["count"] == 2
    assert document["remarks"] == []


def test_a_performance_plays_the_pads(visiophare, checkout: Path, simulated, tmp_path) -> None:
    projector, port = simulated
    # a hard hit on 36, half a second later one on 38, and 60, which is bound to nothing
    path = midi_file(tmp_path / "p.mid", "00 99 24 7F  83 60 99 26 40  00 99 3C 40")
    show = tmp_path / "show.toml"
    text = (checkout / "examples/2-pads/show.toml").read_text("utf-8")
    show.write_text(text.replace('"90ms"', '"1s"'), "utf-8")
    run = visiophare("show", "play", show, "--midi", path, "--port", port, "--json")
    assert run.code == 0, run.err
    assert "Bound to nothing: note 60." in run.err
    rows = run.document["commands"]
    (hit_s,) = (row["planned_s"] for row in rows if row["label"].startswith("coup: light"))
    (flash_s,) = (row["planned_s"] for row in rows if row["label"].startswith("eclat: flash"))
    assert flash_s - hit_s == pytest.approx(0.5, abs=1e-5)
    done = [(d.name, d.args["level_percent"]) for d in projector.executed if d.name != "master"]
    assert done == [("light", 0), ("light", 90), ("light", 15), ("flash", 100), ("light", 0)]


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


def playing(show: Path, port: str) -> running.Running:
    return running.visiophare("show", "play", show, "--port", port, together=True)


def wait_for_level(projector: SimulatedProjector, level_percent: float) -> None:
    def has_begun() -> bool:
        done = projector.executed
        return any(command.args.get("level_percent") == level_percent for command in done)

    eventually(has_begun, f"{level_percent} %")


def levels(projector: SimulatedProjector) -> list[float]:
    """The levels of all commands for the light, in order."""
    return [done.args["level_percent"] for done in projector.executed if done.name == "light"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_puts_the_light_out(short: Path, simulated) -> None:
    projector, port = simulated
    short.write_text(SHORT.replace('hold = "100ms"', "hold = 60"))
    with playing(short, port) as play:
        wait_for_level(projector, 60)
        assert play.end(signal.SIGINT).code == 130
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


def test_the_board_says_of_every_command_of_a_timeline_that_it_is_done() -> None:
    """How exactly is test_player.py's, on a fake clock, and a benchmark: timeline.py."""
    steps = "{ loop = 6, steps = [ { fade = 60, over = 0.1 }, { fade = 50, over = 0.1 } ] }"
    show = parse_show(f'[[cue]]\nid = "a"\nsteps = [ {steps} ]\n'.encode(), "x")
    with SimulatedProjector() as simulated, Projector.open(simulated.link()) as projector:
        report = Player(show, projector).play([TimedEvent(0, Go())])
    times_s = [at_s for _label, at_s in report.executed]
    assert times_s == sorted(times_s)
    assert [entry.label for entry in report.entries if entry.executed_s is None] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_a_board_that_is_reset_is_brought_back_to_where_the_show_is(short: Path, simulated) -> None:
    projector, port = simulated
    short.write_text(SHORT.replace('hold = "100ms"', "hold = 60"))
    with playing(short, port) as play:
        wait_for_level(projector, 60)
        projector.reset()
        play.wait_for("The board has started anew; the show goes on.")
        eventually(lambda: levels(projector).count(60) == 2, "60 % again")
        assert play.end(signal.SIGINT).code == 130
    assert levels(projector)[-1] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_a_show_goes_on_while_the_cable_is_pulled_and_finds_its_projector_again(
    short: Path, simulated
) -> None:
    projector, port = simulated
    short.write_text(
        SHORT.replace('hold = "100ms"', "hold = 1 }, { fade = 30, over = 0 }, { hold = 60")
    )
    with (
        Cable(int(port.rpartition(":")[2])) as cable,
        playing(short, f"socket://127.0.0.1:{cable.port}") as play,
    ):
        wait_for_level(projector, 60)
        cable.pull()
        play.wait_for("vanished")
        play.wait_for("The show goes on")
        time.sleep(1.2)  # meanwhile the light is to be at 30 %
        before = len(levels(projector))
        cable.plug()
        play.wait_for("The projector is back.")
        eventually(lambda: 30 in levels(projector)[before:], "where the show has got to")
        assert play.end(signal.SIGINT).code == 130
    assert not any("started anew" in line for line in play.seen)
    assert levels(projector)[-1] == 0


@pytest.mark.parametrize("name", ["193_rock_115_fill_4-4.mid", "111_soul-motown_104_fill_4-4.mid"])
def test_real_drummers_play_the_second_example(test_data: Path, checkout: Path, name: str) -> None:
    from visiophare.live.recorded import timed_events

    show = load_show(checkout / "examples/2-pads/show.toml")
    events = timed_events(show, read_performance(test_data / "midi" / "pads" / name))
    assert len(events) > 5
