# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show compile` and `show upload`, and a projector that then plays without them."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from on_micropython import find_micropython
from visiophare.projector import Projector
from visiophare.show.reading import load_show
from visiophare.show.score_limits import compile_show
from visiophare.simulator.projector import SimulatedProjector

SHOW = """
order = ["dawn"]
[[cue]]
id = "dawn"
steps = [ { fade = 60, over = "200ms" }, { hold = "10min" } ]
[[cue]]
id = "hit"
steps = [ { fade = 100, over = 0 }, { hold = "10min" } ]
[[binding]]
source = "note 36"
cue = "hit"
[[binding]]
source = "key a"
cue = "hit"
"""


@pytest.fixture
def show(tmp_path: Path) -> Path:
    path = tmp_path / "show.toml"
    path.write_text(SHOW)
    return path


@pytest.fixture(params=["python", "micropython"])
def simulated(request) -> Iterator[SimulatedProjector]:
    if request.param == "micropython" and find_micropython() is None:
        pytest.skip("There is no MicroPython.")
    with SimulatedProjector(request.param, settings={"knob": "yes"}) as projector:
        yield projector


def port_of(simulated: SimulatedProjector) -> str:
    return f"socket://127.0.0.1:{simulated.serve_tcp()}"


def eventually(simulated: SimulatedProjector, percent: float) -> None:
    """The light comes to this level, in percent as perceived."""
    linear = ((percent + 16) / 116) ** 3 if percent > 8 else percent / 903.3
    deadline_s = time.monotonic() + 20
    while abs(simulated.outputs.light_at(time.monotonic()) - linear) > 0.01:
        assert time.monotonic() < deadline_s, f"the light never came to {percent} %"
        time.sleep(0.01)


def test_compile_writes_a_score_and_names_what_it_leaves_out(visiophare, show: Path) -> None:
    run = visiophare("show", "compile", show, "--out", "show.score")
    assert run.code == 0
    assert "line 13: A board has no keyboard: key a is left out." in run.err
    score = compile_show(load_show(show), show).score
    assert show.with_name("show.score").read_bytes() == score
    document = json.loads(visiophare("show", "compile", show, "--out", "show.score", "--json").out)
    assert (document["bytes"], document["left_out"][0]["line"]) == (len(score), 13)


def test_what_a_board_cannot_do_is_told_and_nothing_is_written(visiophare, tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    keys = SHOW.replace('order = ["dawn"]', "")
    path.write_text(keys.replace('"note 36"\ncue = "hit"', '"key b"\ncue = "dawn"'))
    run = visiophare("show", "compile", path, "--out", "keys.score")
    assert run.code == 1
    assert "Nothing on a board can start this show." in run.err
    assert not path.with_suffix(".score").exists()


def test_a_show_stays_on_its_side_of_the_compiler(visiophare, show: Path) -> None:
    run = visiophare("show", "compile", show, "--out", show)
    assert run.code == 2
    assert show.read_text() == SHOW


def test_upload_sends_a_show_which_the_board_then_plays_by_its_button_and_pads(
    visiophare, show: Path, simulated: SimulatedProjector
) -> None:
    port = port_of(simulated)
    with Projector.open(simulated.link()) as other:
        other.light(80)
    run = visiophare("show", "upload", show, "--port", port)
    assert (run.code, "The board has the score" in run.out) == (0, True), run.err
    eventually(simulated, 0)
    simulated.press("go")
    eventually(simulated, 60)
    simulated.release("go")
    simulated.play_midi(bytes([0x90, 36, 100]))
    eventually(simulated, 100)
    simulated.turn_knob(50)
    eventually(simulated, 50)


def test_a_show_for_another_film_is_not_sent(
    visiophare, show: Path, simulated: SimulatedProjector
) -> None:
    show.write_text(SHOW.replace("{ hold", "{ move = 40 }, { hold", 1))
    run = visiophare("show", "upload", show, "--port", port_of(simulated))
    assert (run.code, "line 5: There is no frame 40" in run.err) == (1, True), run.err
    visiophare("show", "compile", show, "--out", "show.score")
    score = show.with_name("show.score")
    run = visiophare("show", "upload", score, "--port", port_of(simulated))
    assert (run.code, "There is no frame 40" in run.err) == (1, True), run.err


def test_a_score_file_is_sent_as_it_is_and_a_damaged_one_is_not(
    visiophare, show: Path, simulated: SimulatedProjector
) -> None:
    port = port_of(simulated)
    visiophare("show", "compile", show, "--out", "show.score")
    score = show.with_name("show.score")
    document = json.loads(visiophare("show", "upload", score, "--port", port, "--json").out)
    assert document["crc"] == score.read_bytes()[-4:][::-1].hex()
    score.write_bytes(score.read_bytes()[:-1])
    run = visiophare("show", "upload", score, "--port", port)
    assert (run.code, "not a whole one" in run.err) == (1, True)


def test_the_score_stays_over_a_power_cut_and_begins_by_itself(
    visiophare, show: Path, simulated: SimulatedProjector
) -> None:
    visiophare("show", "upload", show, "--port", port_of(simulated))
    with Projector.open(simulated.link()) as projector:
        projector.ask("settings", name="score_start", value="power_on")
        projector.ask("settings save")
    simulated.reset("watchdog")
    time.sleep(1)
    assert simulated.outputs.light_at(time.monotonic()) == 0
    simulated.reset("power_on")
    eventually(simulated, 60)


def test_the_switch_frees_the_film(simulated: SimulatedProjector) -> None:
    with Projector.open(simulated.link()) as projector:
        projector.carriage_home()
        simulated.press("free")
        deadline_s = time.monotonic() + 20
        while simulated.outputs.motor_on:
            assert time.monotonic() < deadline_s
            time.sleep(0.01)
        simulated.release("free")
        assert projector.status()["referenced"] == "no"
