# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`light`, `carriage`, `status` and `simulate`, each as its own process."""

import os
import signal
import time
from importlib.resources import files

import pytest

import running
from host.swift import SWIFT
from patience import StandingClock, eventually
from terminal import Terminal
from visiophare.commands.carriage import move
from visiophare.commands.common import Stopped, open_projector
from visiophare.commands.condition import LIMITS, QUANTITIES, RESETS
from visiophare.commands.light import describe as describe_light
from visiophare.commands.status import as_document, describe
from visiophare.faults import FAULTS
from visiophare.projector import Projector
from visiophare.simulator.projector import SimulatedProjector
from visiophare_wire import LINE, LineReader, parse_command

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")


@pytest.fixture
def simulated():
    with SimulatedProjector(settings=SWIFT) as simulated:
        yield simulated


@pytest.fixture
def port(simulated):
    return f"socket://127.0.0.1:{simulated.serve_tcp()}"


def make_homing_slow(projector):
    for name in ("home_slow_mm_s", "home_speed_mm_s"):
        projector.ask("settings", name=name, value="0.5")


def test_the_light_goes_to_its_level_and_stays_when_the_command_has_ended(visiophare):
    clock = StandingClock()
    with SimulatedProjector(now=clock) as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp()}"
        run = visiophare("light", "40", "--over", "20ms", "--port", port)
        assert (run.code, run.out) == (0, "The light goes to 40 % in 0.02 s.\n")
        assert simulated.outputs.light_at(clock.now_s) == 0
        clock.move(0.02)
        assert simulated.outputs.light_at(clock.now_s) == pytest.approx(0.1125, abs=0.001)
        for _ in range(10):
            clock.move(6.0)
        assert simulated.outputs.light_at(clock.now_s) == pytest.approx(0.1125, abs=0.001)


def test_numbers_have_the_decimal_sign_of_the_language(visiophare, simulated, port):
    run = visiophare("light", "12.5", "--over", "20ms", VISIOPHARE_PORT=port, VISIOPHARE_LANG="fr")
    assert run.out == "La lumière va à 12,5 % en 0,02 s.\n"
    eventually(lambda: simulated.outputs.light_at(time.monotonic()) > 0.0144)
    told = visiophare("status", VISIOPHARE_PORT=port, VISIOPHARE_LANG="fr").out
    assert "demandée à 12,5 %" in told


def test_a_fade_longer_than_any_board_can_is_a_mistake_in_the_argument(visiophare, port):
    run = visiophare("light", "40", "--over", "9min", "--json", VISIOPHARE_PORT=port)
    assert (run.code, run.document["error"]["code"]) == (2, "bad_parameter")
    assert "8 minutes" in run.document["error"]["message"]


def test_light_tells_a_script_when_the_board_acted(visiophare):
    with SimulatedProjector(now=StandingClock()) as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp()}"
        run = visiophare("light", "12.5", "--json", VISIOPHARE_PORT=port)
        assert run.document["ok"] is True
        assert run.document["level_percent"] == 12.5
        assert run.document["board_us"] == simulated.executed[0].board_us


def test_light_says_what_the_master_leaves_of_it_and_how_to_get_all(visiophare, simulated, port):
    with Projector.open(simulated.link()) as projector:
        projector.master(0)
    run = visiophare("light", "100", "--port", port)
    assert run.code == 0
    assert "The master lets 0 % of it through." in run.out
    assert simulated.outputs.light_at(time.monotonic()) == 0
    run = visiophare("light", "100", "--master", "100", "--port", port, "--json")
    assert run.document["master_percent"] == 100
    eventually(lambda: simulated.outputs.light_at(time.monotonic()) == 1)


def test_a_stopped_projector_obeys_again_after_clear(visiophare, simulated, port):
    with Projector.open(simulated.link()) as projector:
        projector.stop_now()
    refused = visiophare("light", "40", "--port", port)
    assert refused.code == 1
    assert "visiophare clear" in refused.err
    cleared = visiophare("clear", "--port", port, "--json")
    assert (cleared.code, cleared.document["faults"]) == (0, [])
    assert visiophare("light", "40", "--port", port).code == 0


def test_light_and_clear_name_the_fault_that_keeps_it_dark(visiophare, simulated, port):
    visiophare("light", "10", "--port", port)
    stuck = simulated._machine._board.surroundings.stuck
    stuck["ntc"] = 65535  # unplugged
    eventually(lambda: simulated.outputs.light_at(time.monotonic()) == 0)
    refused = visiophare("light", "20", "--port", port, "--json", lang="fr")
    assert (refused.code, refused.document["error"]["code"]) == (1, "ntc_open")
    assert "capteur de température" in refused.document["error"]["message"]
    assert "visiophare clear" in refused.document["error"]["hint"]
    told = visiophare("status", "--port", port)
    assert "temperature sensor is missing" in told.out
    assert "is hot" not in told.out
    document = visiophare("status", "--port", port, "--json").document
    assert (document["limited_by"], document["faults"]) == ("ntc_open", ["ntc_open"])
    cleared = visiophare("clear", "--port", port)
    assert "obeys" not in cleared.out
    assert "temperature sensor is missing" in cleared.out
    del stuck["ntc"]
    time.sleep(0.2)
    assert visiophare("clear", "--port", port).out == "The projector obeys again.\n"
    time.sleep(0.3)
    assert simulated.outputs.light_at(time.monotonic()) == 0, "clear never lights anything"
    assert visiophare("light", "20", "--port", port).code == 0


def test_light_that_waits_for_a_fault_to_pass_is_not_said_to_shine():
    document = {"level_percent": 20.0, "over_s": 0.0, "light_percent": 0.0, "limited_by": "too_hot"}
    document.update(master_percent=100.0, ceiling_percent=0.0, knob_percent=None)
    told = list(describe_light(document))
    assert told[0] == "20 % is noted, but it stays dark for now:"
    assert "too hot" in told[1]
    dark = list(describe_light({**document, "level_percent": 0.0}))
    assert dark == ["The light is at 0 %."]


def test_every_fault_of_the_board_has_a_sentence_and_a_next_step():
    words = (files("visiophare_firmware") / "words.txt").read_text("utf-8")
    rows = [line.split("\t") for line in words.splitlines()]
    codes = {
        code
        for code, sentence, *_ in (r for r in rows if len(r) > 2)
        if sentence.startswith(code + ": ")
    }
    assert len(codes) > 9
    assert codes == FAULTS.keys()
    assert all(sentence and hint for sentence, hint in FAULTS.values())


def test_status_says_what_hands_have_of_it():
    status = {**BOARD_SAYS, "knob": "40", "freed": "yes", "score": "plays"}
    del status["limit"], status["ceiling"]
    document = as_document(status, ["score_waits"], {})
    assert (document["limited_by"], document["knob_percent"]) == ("knob", 40.0)
    assert (document["film_free"], document["score"]) == (True, "plays")
    told = "\n".join(describe({**document, "name": "", "firmware": "", "board": ""}))
    for words in (
        "knob lets 40 %",
        "film belongs to the hand",
        "score on the board plays",
        "press the button",
    ):
        assert words in told


def test_settings_are_shown_changed_and_kept(visiophare, simulated, port):
    assert "frames = 10\n" in visiophare("settings", "--port", port).out
    changed = visiophare("settings", "frames", "8", "--save", "--port", port)
    assert changed.out == "frames = 8\nThe settings are kept.\n"
    one = visiophare("settings", "frames", "--port", port, "--json")
    assert one.document["settings"] == {"frames": "8"}


def test_a_setting_may_have_a_decimal_comma(visiophare, simulated, port):
    changed = visiophare("settings", "first_frame_mm", "20,5", "--port", port, lang="fr")
    assert changed.out.startswith("first_frame_mm = 20.5\n")


def test_a_setting_that_the_board_does_not_take_changes_nothing(visiophare, simulated, port):
    refused = visiophare("settings", "frames", "many", "--port", port, "--json")
    assert (refused.code, refused.document["error"]["code"]) == (1, "settings_refused")
    assert "frames" in refused.document["error"]["message"]
    high = visiophare("settings", "frames", "99999", "--port", port)
    assert "frames must lie between 1 and 10000" in high.err
    other = visiophare("settings", "language", "de", "--port", port)
    assert "language can be: fr,en" in other.err
    spaced = visiophare("settings", "name", "my projector", "--port", port)
    assert "single words" in spaced.err
    far = visiophare("settings", "frames", "24", "--port", port)
    assert "where the carriage does not reach" in far.err
    unknown = visiophare("settings", "frame", "--port", port)
    assert unknown.code == 1
    assert "Did you mean frames?" in unknown.err
    assert (
        visiophare("settings", "frame", "3", "--port", port, "--json").document["error"]["code"]
        == "unknown_setting"
    )
    assert visiophare("settings", "frames", "--port", port).out == "frames = 10\n"


def test_the_carriage_is_waited_for_and_negative_positions_are_positions(
    visiophare, simulated, port
):
    refused = visiophare("carriage", "to", "3", "--port", port, "--json")
    assert refused.code == 1
    assert refused.document["error"]["code"] == "unreferenced"
    homed = visiophare("carriage", "home", "--port", port)
    assert homed.code == 0
    assert "looks for its switch" in homed.err
    there = visiophare("carriage", "to", "3", "--port", port, "--json")
    assert (there.document["mm"], there.document["frame"]) == (134.0, 3)
    assert simulated.outputs.frame(time.monotonic()) == 3
    below = visiophare("carriage", "at", "-3", "--port", port, "--json", lang="fr")
    assert below.code == 1
    assert below.document["error"]["code"] == "outside"
    assert "chariot" in below.document["error"]["message"]


def test_status_tells_people_and_scripts(visiophare, simulated, port):
    run = visiophare("status", "--port", port)
    assert run.code == 0
    assert "Light at 0 %" in run.out
    assert "does not know where it is" in run.out
    assert "lumière" in visiophare("status", "--port", port, lang="fr").out.lower()
    document = visiophare("status", "--json", "--port", port).document
    assert document["carriage"] == {"state": "still", "referenced": False}
    assert document["halted"] is False
    assert document["faults"] == []
    assert document["temperature_c"] == 20.0
    assert document["limited_by"] is None
    assert document["supply_v"] is None  # nothing measures it in this projector
    assert {"fan_percent", "power_w", "energy_wh", "energy_total_wh"} < document.keys()
    assert "The LED is at 20 °C, its fan at 0 %." in run.out
    assert "It last started when its power came." in run.out


BOARD_SAYS = {
    "light": "47.5", "level": "100", "master": "100", "duty": "9000", "carriage": "still",
    "referenced": "no", "queue": "0", "halted": "no", "faults": "0", "celsius": "81.5",
    "fan": "100", "volts": "11.42", "limit": "heat", "ceiling": "47.5", "watts": "22.5",
    "wh": "3.25", "wh_total": "812.5", "battery_wh": "480", "hours": "21.2", "reset": "watchdog",
}  # fmt: skip


def test_status_says_in_plain_words_how_the_projector_protects_itself():
    document = as_document(BOARD_SAYS, [], {})
    assert document["limited_by"] == "heat"
    assert (document["ceiling_percent"], document["temperature_c"]) == (47.5, 81.5)
    assert (document["supply_v"], document["power_w"]) == (11.42, 22.5)
    assert (document["battery_wh"], document["battery_lasts_h"]) == (480.0, 21.2)
    told = "\n".join(describe({**document, "name": "", "firmware": "", "board": ""}))
    for words in (
        "limited to 47.5 %: the LED is hot",
        "81.5 °C, its fan at 100 %",
        "supply has 11.42 V",
        "22.5 W now; 3.25 Wh since it started, 812.5 Wh in all",
        "lasts 21.2 h",
        "by its watchdog",
    ):
        assert words in told
    scarce = {name: BOARD_SAYS[name] for name in BOARD_SAYS if name not in QUANTITIES}
    assert list(describe(as_document({**scarce, "limit": "heat"}, [], {})))  # an older board


def test_every_limit_and_start_that_a_board_tells_has_its_sentence():
    words = (files("visiophare_firmware") / "words.txt").read_text("utf-8")
    codes = {line.split("\t")[0] for line in words.splitlines()}
    assert {f"status_limit_{name}" for name in LIMITS} == {
        code for code in codes if code.startswith("status_limit_")
    }
    assert {f"reset {name}" for name in (*RESETS, "unknown")} == {
        code for code in codes if code.startswith("reset ")
    }


def test_a_command_without_a_port_or_to_a_wrong_one_is_one_sentence(visiophare):
    run = visiophare("light", "40", "--json")
    assert (run.code, run.document["error"]["code"]) == (2, "port_needed")
    run = visiophare("status", "--port", "socket://127.0.0.1:1")
    assert run.code == 1
    assert run.out == ""
    assert len(run.err.splitlines()) == 2


def test_a_switch_that_is_never_found_is_told_and_what_to_check(visiophare):
    settings = {**SWIFT, "home_side": "plus", "max_mm": 380.0}  # wired to the wrong end
    with SimulatedProjector(settings=settings) as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp()}"
        with Projector.open(port) as projector:
            projector.ask("settings", name="home_side", value="minus")
        run = visiophare("carriage", "home", "--port", port, "--json")
        assert run.code == 1
        assert run.document["error"]["code"] in ("home_not_found", "home_switch_stuck")


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_in_the_middle_darkens_and_stops_the_carriage(simulated, port, name):
    number = getattr(signal, name)
    with Projector.open(port) as projector:
        make_homing_slow(projector)
        projector.light(100)
    with running.visiophare("carriage", "home", "--port", port) as moving:
        eventually(lambda: simulated.outputs.carriage_mm(time.monotonic()) < 20.0)
        ended = moving.end(number)
    assert (ended.code, ended.out) == (128 + number, "")
    assert simulated.outputs.light_at(time.monotonic()) == 0.0
    told = [(done.name, done.args.get("level_percent")) for done in simulated.executed]
    assert told[2:4] == [("light", 0.0), ("carriage stop", None)]  # dark first


def test_a_signal_before_the_board_has_answered_stops_the_carriage_too(port, simulated):
    def start_and_be_stopped(projector):
        projector.carriage_home()
        raise Stopped(signal.SIGTERM)

    with pytest.raises(Stopped):
        move(port, False, 5.0, "", start_and_be_stopped)
    told = [done.name for done in simulated.executed]
    assert told[1:3] == ["light", "carriage stop"]  # dark first


class OverheardProjector(SimulatedProjector):
    """Remembers for how long its host wished to be waited for, each time it said so."""

    def __init__(self):
        super().__init__()
        self.silences_ms = []
        self._lines = LineReader()

    def hear(self, data):
        for kind, line in self._lines.feed(data):
            if kind == LINE and isinstance(line, bytes) and b" watch " in line:
                self.silences_ms.append(parse_command(line).args["silence_ms"])
        super().hear(data)


@pytest.mark.parametrize(("darken", "silences_ms"), [(True, [5000, 0]), (False, [])])
def test_whoever_would_darken_is_watched_for_as_long_as_it_has_the_projector(darken, silences_ms):
    with OverheardProjector() as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp()}"
        with open_projector(port, darken_on_error=darken):
            assert simulated.silences_ms == silences_ms[:1]
        assert simulated.silences_ms == silences_ms


def test_an_arrival_that_takes_too_long_is_given_up_and_the_carriage_told_to_stop(
    visiophare, simulated, port
):
    with Projector.open(port) as projector:
        make_homing_slow(projector)
    run = visiophare("carriage", "home", "--timeout", "200ms", "--port", port, "--json")
    assert run.document["error"]["code"] == "not_arrived"
    assert simulated.executed[-1].name == "carriage stop"


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_simulate_listens_as_soon_as_it_says_so_and_ends_well(name):
    with running.visiophare("simulate", VISIOPHARE_PORT="/dev/ttyNOT-THERE") as simulate:
        address = simulate.line()
        assert address.startswith("socket://127.0.0.1:")
        with Projector.open(address) as projector:
            projector.light(10)
            ended = simulate.end(getattr(signal, name))
    assert (ended.code, ended.out) == (0, "")
    assert "Traceback" not in ended.err


@posix
def test_simulate_names_a_terminal_that_understands_typing():
    with running.visiophare("simulate", "--pty") as simulate:
        address = simulate.line()
        with Terminal(simulate.line()) as terminal:
            terminal.write(b"light 40\r\n")
            assert "Light to 40 %." in terminal.line()
        with Projector.open(address) as projector:
            assert projector.status()["level"] == "40"


def test_simulate_on_a_taken_port_or_without_micropython_is_one_sentence(visiophare, simulated):
    taken = visiophare("simulate", "--port", simulated.serve_tcp())
    assert (taken.code, taken.out) == (1, "")
    assert "is taken" in taken.err
    none = visiophare("simulate", "--interpreter", "micropython", VISIOPHARE_MICROPYTHON="/nowhere")
    assert (none.code, none.out) == (1, "")
    assert len(none.err.splitlines()) == 2
    assert visiophare("simulate", "--port", "70000").code == 2
