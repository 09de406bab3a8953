# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import json

from firmware_bench import Bench

from visiophare_firmware.settings import TABLE, Settings, SettingsError


def problems(text):
    """The codes and arguments with which load() refuses the text."""
    settings = Settings()
    try:
        settings.load(text)
    except SettingsError as error:
        assert settings.values == Settings().values, "a refused text changed something"
        return [(code, fields.get("arg", "")) for code, fields in error.problems]
    return []


def test_the_defaults_are_valid_and_survive_a_round_trip():
    settings = Settings()
    assert problems(settings.to_json()) == []
    settings.load(settings.to_json())
    assert settings.values == Settings().values


def test_what_a_text_leaves_out_has_its_default():
    settings = Settings()
    settings.load('{"pitch_mm": 19, "language": "en"}')
    assert (settings["pitch_mm"], settings["language"], settings["frames"]) == (19, "en", 10)


def test_a_pulse_of_the_light_is_over_within_what_a_line_may_take_to_act():
    assert problems('{"pwm_hz": 400}') == []
    assert problems('{"pwm_hz": 399}') == [("range", "pwm_hz")]


def test_every_problem_is_told_at_once():
    text = '{"pitch_mm": "wide", "language": "de", "frames": 0, "colour": 1, "max_mm": 1e9}'
    assert problems(text) == [
        ("range", "frames"),
        ("not_a_choice", "language"),
        ("range", "max_mm"),
        ("not_a_value", "pitch_mm"),
    ]


def test_settings_that_contradict_each_other_are_refused_together():
    text = '{"min_mm": 50, "max_mm": 40, "home_slow_mm_s": 30, "speed_mm_s": 900}'
    codes = [code for code, _ in problems(text)]
    assert codes == ["limits_crossed", "frames_outside", "home_slow_too_fast", "too_many_steps"]


def test_no_text_is_taken_for_settings_that_are_none():
    for text in (
        "",
        "null",
        "[]",
        "3",
        '"x"',
        "{",
        "nonsense",
        "[" * 500,
        '{"a":',
        '{"max_mm": 40',
        "\x00",
    ):
        assert problems(text) == [("settings_unreadable", "")], text


def test_values_of_the_wrong_type_are_refused():
    for value in (True, None, [], {}, [1], "40"):
        assert problems(json.dumps({"pitch_mm": value})) == [("not_a_value", "pitch_mm")]
    assert problems('{"frames": 1.5}') == [("not_a_number", "frames")]
    assert problems('{"language": 1}') == [("not_a_value", "language")]
    assert problems('{"name": "a b"}') == [("not_a_word", "name")]
    assert problems('{"name": "%s"}' % ("n" * 25)) == [("not_a_word", "name")]


def test_a_setting_is_shown_changed_and_kept():
    bench = Bench()
    bench.hello()
    assert bench.send("settings pitch_mm").gathered == {"pitch_mm": "38"}
    assert bench.send("settings pitch_mm 19.05mm").ok
    assert bench.send("settings pitch_mm").gathered == {"pitch_mm": "19.05"}
    assert bench.board.kept is None
    assert bench.send("settings save").ok
    again = Bench(settings=bench.board.kept)
    again.hello()
    assert again.send("settings pitch_mm").gathered == {"pitch_mm": "19.05"}


def test_all_settings_are_listed():
    bench = Bench()
    bench.hello()
    gathered = bench.send("settings").gathered
    assert sorted(gathered) == sorted([name for name, _, _ in TABLE])


def test_a_refused_change_tells_why_and_changes_nothing():
    bench = Bench()
    bench.hello()
    for change, problem in (
        ("frames 0", "range"),
        ("frames 40", "frames_outside"),
        ("silence loud", "not_a_choice"),
        ("colour red", "unknown_setting"),
        ("pitch_mm wide", "not_a_number"),
    ):
        reply = bench.send("settings " + change)
        assert (reply.ok, reply.code) == (False, "settings_refused")
        assert reply.gathered["problem"] == problem
    assert bench.send("settings frames").gathered == {"frames": "10"}
    assert bench.send("settings colour").code == "unknown_setting"


def test_asking_for_a_setting_with_a_long_unknown_name_stops_nothing():
    bench = Bench()
    bench.hello()
    bench.send("light 50")
    for name in ("n" * 40, "{;|}" * 10):
        reply = bench.send("settings " + name)
        assert (reply.ok, reply.code, len(reply.fields["arg"])) == (False, "unknown_setting", 20)
    assert bench.status()["halted"] == "no"


def test_saving_waits_for_the_dark_because_it_stops_everything():
    bench = Bench()
    bench.hello()
    bench.send("light 5")
    assert bench.send("settings save").code == "not_dark"
    bench.send("light 0")
    assert bench.send("settings save").ok


def test_a_full_disk_is_told_and_stops_nothing():
    bench = Bench()
    bench.hello()
    bench.board.broken = ("write_settings",)
    assert bench.send("settings save").code == "not_saved"
    assert bench.send("light 40").ok


def test_invalid_saved_settings_are_a_fault_and_the_defaults_hold():
    bench = Bench(settings='{"frames": 0, "pitch_mm": "x"}')
    sentences = " ".join(bench.type("faults"))
    assert "frames" in sentences
    assert "pitch_mm" in sentences
    bench.hello()
    assert bench.send("settings frames").gathered == {"frames": "10"}
    assert bench.status()["faults"] == "1"
    assert bench.send("settings save").ok
    assert bench.status()["faults"] == "0"


def test_with_settings_that_do_not_hold_nothing_moves_also_after_clear():
    bench = Bench(settings='{"steps_per_mm": 400, "frames": 0, "endless": "yes"}')
    bench.hello()
    bench.send("clear")
    bench.send("settings endless yes")
    for line in ("carriage home", "carriage run 1"):
        assert bench.send(line).code == "not_set"
    assert not bench.board.is_moving()
    assert "settings save" in bench.type("carriage home")[0]
    assert bench.send("light 40").ok
    bench.send("light 0")
    bench.run(0.1)
    assert bench.send("settings save").ok
    assert bench.send("carriage home").ok


def test_a_name_of_another_version_spoils_no_other_setting():
    bench = Bench(settings='{"steps_per_mm": 400, "colour": "red", "language": "en"}')
    assert "left out: colour" in bench.type("faults")[0]
    bench.hello()
    assert bench.send("settings steps_per_mm").gathered == {"steps_per_mm": "400"}
    assert bench.send("carriage home").ok
    bench.run(20)
    assert bench.send("settings save").ok
    assert bench.status()["faults"] == "0"


def test_home_is_never_looked_for_faster_than_the_carriage_goes():
    bench = Bench(settings='{"language": "en"}')
    said = bench.type("settings home_speed_mm_s 100")
    assert said == ["home_speed_mm_s must not exceed speed_mm_s.", "Nothing was changed."]


def test_unreadable_saved_settings_do_not_keep_the_board_from_starting():
    for text in ("", "\x00\xff", "{" * 300):
        assert Bench(settings=text).type("light 40")[0] == "Lumière à 40 %."
