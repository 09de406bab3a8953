# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read at a terminal."""

from firmware_bench import Bench

from visiophare_wire import COMMANDS, usage


def test_a_person_types_a_level_and_reads_a_sentence():
    assert Bench().type("light 40") == ["Lumière à 40 %."]


def test_the_language_is_a_setting():
    bench = Bench()
    bench.type("settings language en")
    assert bench.type("light 12.5% 2s") == ["Light to 12.5 % in 2s."]
    assert bench.type("flash 80 50") == ["Flash at 80 % for 50ms."]
    bench.type("settings language fr")
    assert bench.type("light 12.5% 2s") == ["Lumière à 12.5 % en 2s."]


def test_mistakes_are_told_with_the_words_that_help_shows():
    bench = Bench(settings='{"language": "en"}')
    assert bench.type("light 200") == ["PERCENT must lie between 0 and 100 %."]
    assert bench.type("light") == ["Something is missing: PERCENT."]
    assert bench.type("lihgt 40") == ["There is no such command. Type help for the list."]
    assert "carriage home" in bench.type("carriage to 3")[0]
    assert bench.type("settings frames 40")[-1] == "Nothing was changed."


def test_capitals_are_no_mistake():
    assert Bench().type("LIGHT 40") == ["Lumière à 40 %."]
    assert Bench().type("Carriage Home") == ["Le chariot cherche son interrupteur."]


def test_a_carriage_that_looks_for_its_switch_asks_to_wait():
    bench = Bench(settings='{"language": "en"}')
    bench.type("carriage home")
    bench.run(0.1)
    for line in ("carriage to 3", "carriage at 10"):
        assert "Wait until it has found it" in bench.type(line)[0]
    assert bench.run_until(lambda: bench.controller.carriage.referenced)
    assert "going to frame 3" in bench.type("carriage to 3")[0]


def test_what_the_french_type_is_no_mistake():
    bench = Bench()
    assert bench.type("light 10 %") == ["Lumière à 10 %."]
    assert bench.type("light 10 % 2s") == ["Lumière à 10 % en 2s."]
    assert bench.type("light 12,5%") == ["Lumière à 12.5 %."]
    assert bench.type("light 40 1,5s") == ["Lumière à 40 % en 1500ms."]
    assert "12.5" in bench.type("settings pitch_mm 12,5")[0]
    assert "a,b" in bench.type("settings name a,b")[0]
    for question in ("?", "aide", "Aide"):
        assert len(bench.type(question)) == len(COMMANDS) + 1
    assert len(bench.type("aide carriage")) == len(bench.type("help carriage"))


def test_a_key_that_is_no_letter_is_named():
    bench = Bench(settings='{"language": "en"}')
    for line in (b"\x1b[A\r", b"light\x1b[C 30\r", b"lumi\xc3\xa8re 20\r", b"light 3 #\r"):
        assert "an arrow or another special key, an accent, # or *" in bench.feed(line)[0], line


def test_a_person_reads_sentences_where_a_host_hears_of_events():
    bench = Bench(settings='{"language": "en"}')
    bench.type("carriage home")
    bench.run(60)
    assert bench.sentences[-1].startswith("The carriage is at ")
    bench.type("carriage to 1")
    bench.run(10)
    assert bench.sentences[-1] == "The carriage is at 58 mm, frame 1."
    bench.board.raw["ntc"] = 65535
    bench.run(2)
    assert bench.sentences[-1].startswith("ntc_open: ")
    assert bench.feed(b"!\n")[-1].startswith("Stopped")
    assert [event.name for event in bench.events] == [], "the lines of machines are for hosts"
    bench.hello()
    bench.send("clear")
    bench.send("carriage at 3")
    assert bench.run_until(lambda: bench.named("arrived"))


def test_units_are_told_where_there_are_any():
    bench = Bench()
    assert bench.type("carriage to x") == ["FRAME doit être un nombre, par exemple 40 ou 12.5."]
    assert bench.type("carriage turn x")[0].endswith("12.5 (rpm).")
    assert "  RPM : de -10000 à 10000 rpm (tours par minute)" in bench.type("help carriage")
    assert bench.type("carriage turn 99999")[0].endswith("10000 rpm (tours par minute).")


def test_a_line_with_a_number_sign_is_answered():
    assert "Type it again" in Bench(settings='{"language": "en"}').type("light 40 *")[0]


def test_help_names_every_command():
    said = Bench().type("help")
    assert len(said) == len(COMMANDS) + 1
    for row, sentence in zip(COMMANDS, said):  # noqa: B905
        assert sentence.startswith(usage(row))


def test_help_for_one_command_tells_its_ranges():
    said = Bench(settings='{"language": "en"}').type("help light")
    assert said[0].startswith("light PERCENT [OVER]")
    assert said[1:] == ["  PERCENT: 0 to 100 %", "  OVER: 0 to 480000 ms"]
    assert len(Bench().type("help carriage")) == 10
    assert Bench().type("help lamp")[0].startswith("Cette commande n'existe pas")


def test_status_tells_how_things_are():
    bench = Bench(settings='{"language": "en"}')
    bench.type("light 40")
    said = bench.type("status")
    assert said[0] == "Light at 40 % (set to 40 %, master at 100 %)."
    assert said[-1] == "No faults."
    bench.feed(b"!\n")
    assert "until you type clear" in " ".join(bench.type("status"))


def test_a_long_answer_comes_line_by_line_and_leaves_the_loop_to_all_else():
    for command, lines in (("help", len(COMMANDS) + 1), ("settings", 45), ("status", 6)):
        bench = Bench()
        controller = bench.controller
        controller.receive(command.encode() + b"\r", 0)
        pieces = []
        while controller.telling.pieces:
            controller.tick(0)
            pieces.append(controller.take_output())
        assert max([piece.count(b"\r\n") for piece in pieces]) == 1, command
        assert len(pieces) > lines - 1


def test_a_long_answer_waits_for_who_reads_and_a_stop_does_not():
    bench = Bench()
    bench.type("light 40")
    controller = bench.controller
    controller.receive(b"help\r", 0)
    first = controller.take_output()
    controller.unread = True
    for _ in range(100):
        controller.tick(0)
        assert b"light" not in controller.take_output()
    bench.controller.receive(b"!", 0)
    assert bench.board.duty == 0
    controller.unread = False
    rest = b""
    while controller.telling.pieces:
        rest += controller.take_output()
    assert (first + rest).count(b"\r\n") == len(COMMANDS) + 2  # and what the stop says


def test_the_next_line_ends_a_long_answer():
    bench = Bench()
    bench.controller.receive(b"help\r", 0)
    bench.controller.take_output()
    assert bench.type("light 40") == ["Lumière à 40 %."]


def test_a_stop_tells_a_person_how_to_go_on():
    assert "clear" in Bench().feed(b"!\n")[0]


def test_a_host_reads_no_sentences():
    bench = Bench()
    bench.hello()
    for data in (b"!\n", b"\x00\n", b"*\n", b"x" * 100 + b"\n"):
        assert bench.feed(data) == []
    for command in (
        "help",
        "status",
        "settings",
        "faults",
        "light 40",
        "light 400",
        "settings x 3",
    ):
        bench.send(command)
    assert bench.sentences == []


def test_backspace_works():
    assert Bench().type("ligth\x7f\x7fht 40") == ["Lumière à 40 %."]


def test_a_fault_is_told_with_what_to_do():
    bench = Bench(switch_closed_at_mm=None)
    bench.type("carriage home")
    bench.run(60)
    said = bench.type("faults")
    assert said[0].startswith("home_not_found : ")
    assert "carriage home" in said[0]
    assert "clear" in said[-1]
