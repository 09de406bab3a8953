# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from refusals import outcome, refusal

from visiophare_wire import (
    BY_NAME,
    COMMANDS,
    crc16,
    format_command,
    format_typed,
    parse_command,
    usage,
)


def sealed(text):
    return text + b" *%04x" % crc16(text)


def test_a_person_types_a_command_and_it_is_one():
    command = parse_command(b"light 40")
    assert (command.name, command.args) == ("light", {"level_percent": 40.0})
    assert (command.seq, command.crc, command.at_us) == (None, None, None)


def test_a_person_may_type_capitals():
    for line in (b"LIGHT 40 2S", b"Light 40 2s", b"LiGhT 40% 2s", b"@5 LIGHT 40 2S"):
        assert parse_command(line).args == {"level_percent": 40.0, "over_ms": 2000}, line
    assert parse_command(b"Carriage Home").name == "carriage home"
    assert parse_command(b"SETTINGS LANGUAGE FR").args == {"name": "language", "value": "fr"}
    assert parse_command(b"Settings name Phare").args == {"name": "name", "value": "Phare"}


def test_a_numbered_line_has_no_capitals():
    assert refusal(parse_command, sealed(b"#9 LIGHT 40")).code == "unknown_command"
    assert refusal(parse_command, sealed(b"#9 light 40 2S")).code == "not_a_number"
    assert refusal(parse_command, b"#12 LIGHT 40 2S *2886").code == "damaged"


def test_a_numbered_line_written_by_hand_is_read():
    command = parse_command(b"#12 light 40 2s *2886")
    assert command.name == "light"
    assert command.args == {"level_percent": 40.0, "over_ms": 2000}
    assert (command.seq, command.crc) == (12, 0x2886)


def test_a_timed_line_bears_its_board_time():
    assert parse_command(b"@123456789 carriage to 3").at_us == 123456789
    assert parse_command(sealed(b"#1 @0 flash 100 50ms")).at_us == 0


def test_a_host_writes_the_line_that_a_person_would_have():
    line = format_command(12, "light", {"level_percent": 40, "over_ms": 2000})
    assert line == b"#12 light 40 2s *2886\n"
    assert format_typed("carriage at", {"position_mm": -3.25}) == "carriage at -3.25"
    assert format_typed("light", {"level_percent": 33.3333}, at_us=7) == "@7 light 33.333"


def test_a_damaged_numbered_line_never_runs_as_a_typed_one():
    line = b"#12 light 40 2s *2886"
    for position in range(len(line)):
        for byte in range(256):
            if byte != line[position]:
                damaged = line[:position] + bytes([byte]) + line[position + 1 :]
                assert refusal(parse_command, damaged).code == "damaged", damaged


def test_a_line_cut_at_either_end_is_refused():
    line = b"#12 light 40 2s *2886"
    for cut in range(1, len(line)):
        assert refusal(parse_command, line[:-cut]).code == "damaged"
        assert refusal(parse_command, line[cut:]).code in ("damaged", "unknown_command")


def test_a_typed_line_with_a_number_sign_or_a_star_is_refused():
    for line in (b"light 40 #", b"12# light 40", b"light 40 *2886", b" #12 light 40 2s *2886"):
        assert refusal(parse_command, line).code == "damaged"


def test_line_numbers_are_1_to_65535():
    assert parse_command(sealed(b"#65535 clock")).seq == 65535
    for number in (b"", b"0", b"65536", b"123456", b"-1", b"1a", b"\xb2"):
        assert refusal(parse_command, sealed(b"#" + number + b" clock")).code == "damaged"


def test_a_whole_line_with_a_wrong_command_tells_its_number():
    for text, code in (
        (b"#9 lamp 40", "unknown_command"),
        (b"#9", "unknown_command"),
        (b"#9 light", "missing"),
        (b"#9 light 40 2s 3", "too_many"),
        (b"#9 light bright", "not_a_number"),
        (b"#9 light 101", "range"),
        (b"#9 settings a=b", "not_a_word"),
        (b"#9 @5 status", "not_timed"),
        (b"#9 @5", "unknown_command"),
        (b"#9 @ light 4", "not_a_number"),
        (b"#9 @1073741824 light 4", "range"),
    ):
        error = refusal(parse_command, sealed(text))
        assert (error.code, error.seq, error.crc) == (code, 9, crc16(text)), text


def test_a_refused_range_names_the_argument_and_its_bounds():
    assert refusal(parse_command, b"light 100.5").detail == {
        "arg": "level_percent",
        "min": "0",
        "max": "100",
    }
    assert refusal(parse_command, b"flash 50 0").detail == {
        "arg": "duration_ms",
        "min": "1",
        "max": "480000",
    }


def test_percent_has_decimals_and_may_bear_its_sign():
    for text, value in ((b"0", 0), (b"100", 100), (b"12.5", 12.5), (b"40%", 40), (b".5", 0.5)):
        assert parse_command(b"light " + text).args["level_percent"] == value


def test_durations_are_milliseconds_unless_they_say_otherwise():
    for text, value_ms in (
        (b"250", 250),
        (b"500ms", 500),
        (b"2s", 2000),
        (b"1.5s", 1500),
        (b"0.001s", 1),
        (b"480s", 480_000),
    ):
        assert parse_command(b"light 0 " + text).args["over_ms"] == value_ms


def test_positions_have_a_sign_and_frames_have_none():
    assert parse_command(b"carriage at -12.75mm").args == {"position_mm": -12.75}
    assert parse_command(b"carriage at +3").args == {"position_mm": 3}
    assert refusal(parse_command, b"carriage to -1").code == "not_a_number"
    assert refusal(parse_command, b"carriage to 1.5").code == "not_a_number"


def test_what_python_would_take_as_a_number_is_not_one_here():
    for text in (b"1e2", b"nan", b"inf", b"1_0", b"+-1", b"--1", b".", b"1.2.3", b"0x10", b"4 0 0"):
        assert refusal(parse_command, b"light " + text).code in (
            "not_a_number",
            "too_many",
            "range",
        ), text
    for text in (b"1.0001s", b"-1s", b"s", b"2 s", b"2m", b"481s", b"2ss"):
        assert refusal(parse_command, b"light 4 " + text).code in (
            "not_a_number",
            "too_many",
            "range",
        ), text


def test_commands_of_two_words_and_their_single_word_neighbours_are_told_apart():
    assert parse_command(b"settings save").name == "settings save"
    command = parse_command(b"settings light_fade 3")
    assert (command.name, command.args) == ("settings", {"name": "light_fade", "value": "3"})
    assert parse_command(b"settings").args == {}
    assert refusal(parse_command, b"carriage").code == "unknown_command"


def test_a_value_that_does_not_fit_the_table_is_never_written():
    for name, args, code in (
        ("light", {"level_percent": 100.001}, "range"),
        ("light", {"level_percent": float("nan")}, "range"),
        ("light", {}, "missing"),
        ("light", {"level_percent": 4, "over_ms": 1.5}, "not_a_number"),
        ("light", {"level_percent": 4, "color": 3}, "too_many"),
        ("settings", {"value": "3"}, "missing"),
        ("settings", {"name": "a b"}, "not_a_word"),
        ("settings", {"name": "n" * 40, "value": "v" * 40}, "too_long"),
        ("lamp", {}, "unknown_command"),
    ):
        assert refusal(format_command, 1, name, args).code == code


def test_the_longest_acting_lines_fit():
    for name, args in (
        ("master", {"level_percent": 99.999, "over_ms": 479_999}),
        ("carriage at", {"position_mm": -99999.999}),
    ):
        assert len(format_command(65535, name, args, at_us=2**30 - 1)) <= 63


def test_usage_comes_from_the_table():
    assert usage(BY_NAME["light"]) == "light PERCENT [OVER]"
    assert usage(BY_NAME["carriage home"]) == "carriage home"


def test_every_command_is_written_and_read_back():
    examples = {"level_percent": 12.5, "over_ms": 1500, "duration_ms": 40, "frame": 7}
    examples.update({"position_mm": -3.125, "command": "light", "name": "language"})
    examples.update({"value": "fr", "since": 3, "silence_ms": 5000, "turn_rpm": -2.5})
    examples.update({"action": "put", "number": 341, "data": 32 * "+", "run_fps": 18})
    examples.update({"bits": "1011", "slot_ms": 170, "duration_s": 300})
    examples.update({"flash_us": 500, "phase_percent": 12.5})
    for row in COMMANDS:
        args = {name: examples[name] for name, _, _, _ in row.arguments}
        command = parse_command(format_command(77, row.name, args)[:-1])
        assert (command.name, command.args, command.seq) == (row.name, args, 77)


def test_no_bytes_make_the_parser_fail_otherwise_than_by_refusing():
    random.seed(20262)
    alphabet = b"#*@~! .%-0123456789abcdefghlmrst\x00\xff"
    for _ in range(1000):
        size = random.getrandbits(4)
        line = bytes([alphabet[random.getrandbits(8) % len(alphabet)] for _ in range(size)])
        for candidate in (line, b"light " + line, sealed(b"#7 " + line), b"@" + line):
            outcome(parse_command, candidate)
