# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as people and scripts meet it: help, exit codes, one JSON document."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import pytest

from visiophare import cli
from visiophare.commands.common import Command, Group, emit, json_option
from visiophare.errors import FileError, Problem, ShowError

Cli = Callable[..., Any]


@pytest.fixture
def add_command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., None]], None]:
    """Puts a command `try` with `--json` into the table; its body is the function given."""

    def add(body: Callable[..., None]) -> None:
        command = Command("try", callback=body, params=[click.Argument(["words"], nargs=-1)])
        json_option(command)
        command.params.append(click.Option(["--at"]))
        inside = cli.LazyGroup.get_command

        def get_command(self: cli.LazyGroup, ctx: click.Context, name: str) -> Any:
            return command if name == "try" else inside(self, ctx, name)

        monkeypatch.setattr(cli.LazyGroup, "get_command", get_command)

    return add


def fail(error: Exception) -> Callable[..., None]:
    def body(**_options: object) -> None:
        raise error

    return body


def documents(out: str) -> list[Any]:
    return [json.loads(line) for line in out.splitlines()]


def test_bare_visiophare_prints_the_help_and_succeeds(visiophare: Cli) -> None:
    bare, asked = visiophare(), visiophare("--help")
    assert bare.code == asked.code == 0
    assert bare.out == asked.out
    assert "devices" in bare.out
    assert bare.err == ""


@pytest.mark.parametrize(
    "words", ["--json --version", "--version --json", "--debug --version --json"]
)
def test_a_script_may_ask_for_the_version(visiophare: Cli, words: str) -> None:
    run = visiophare(*words.split())
    assert (run.code, run.err) == (0, "")
    assert documents(run.out) == [{"ok": True, "version": version("visiophare")}]


def test_version(visiophare: Cli) -> None:
    run = visiophare("--version")
    assert (run.code, run.out.split()[0]) == (0, "visiophare")


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, f"{path} {name}")


def test_every_command_takes_negative_numbers_as_values() -> None:
    for path, command in commands(cli.cli, "visiophare"):
        assert isinstance(command, Command | Group | cli.LazyGroup), path


def test_every_command_explains_itself_with_an_example() -> None:
    for path, command in commands(cli.cli, "visiophare"):
        if not isinstance(command, click.Group):
            text = command.get_help(click.Context(command, info_name=path))
            assert "Example" in text, f"{path} --help has no example"


def test_every_option_says_what_it_is_for() -> None:
    for path, command in commands(cli.cli, "visiophare"):
        for param in command.params:
            if isinstance(param, click.Option):
                assert param.help, f"{path} {param.opts[0]} has no help"


def test_options_that_name_files_leave_the_check_to_the_command() -> None:
    """`exists=True` would exit 2 for a missing file, where 1 is promised."""
    for path, command in commands(cli.cli, "visiophare"):
        for param in command.params:
            assert not (isinstance(param.type, click.Path) and param.type.exists), path


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["lihgt", "--json"], "no_such_command"),
        (["devices", "--json", "--bogus"], "no_such_option"),
        (["devices", "extra", "--json"], "usage"),
        (["--bogus", "--json"], "no_such_option"),
    ],
)
def test_usage_errors_are_one_json_document_too(
    visiophare: Cli, words: list[str], code: str
) -> None:
    for language in ("en", "fr"):
        run = visiophare(*words, lang=language)
        assert run.code == 2
        assert run.document["ok"] is False
        assert run.document["error"]["code"] == code
        assert run.document["error"]["message"]
        assert run.document["error"]["hint"]
        assert run.err == ""


def test_help_with_json_is_one_document(visiophare: Cli) -> None:
    assert "devices" in visiophare("--help", "--json").document["help"]
    assert "devices" in visiophare("--json").document["help"]
    assert "--json" in visiophare("devices", "-h", "--json").document["help"]


def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(visiophare: Cli) -> None:
    assert "Did you mean 'carriage'?" in visiophare("cariage").err
    assert "Vouliez-vous dire 'carriage'" in visiophare("cariage", lang="fr").err


def test_an_expected_error_is_a_sentence_and_a_hint(
    add_command: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    add_command(fail(FileError("file_missing", "No {path}.", "Look for {path}.", path="a{b}")))
    assert cli.run(["try"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "Error: No a{b}.\nLook for a{b}.\n"
    assert captured.out == ""


def test_an_expected_error_shows_its_traceback_when_asked(
    add_command: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    add_command(fail(FileError("file_missing", "There is none.")))
    assert cli.run(["try", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_many_problems_are_told_with_their_lines(
    add_command: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = [Problem(3, "No cue {cue}.", "Try go.", {"cue": "og"}), Problem(0, "No cues.")]
    add_command(fail(ShowError("show_wrong", "{count} mistakes.", problems=problems, count=2)))
    assert cli.run(["try", "--json"]) == 1
    assert documents(capsys.readouterr().out) == [
        {
            "ok": False,
            "error": {
                "code": "show_wrong",
                "message": "2 mistakes.",
                "hint": "",
                "problems": [
                    {"line": 3, "message": "No cue og.", "hint": "Try go."},
                    {"line": 0, "message": "No cues.", "hint": ""},
                ],
            },
        }
    ]
    cli.run(["try"])
    assert "  line 3: No cue og.\n      Try go.\n  No cues.\n" in capsys.readouterr().err


def test_errors_of_packages_that_do_not_know_ours_are_told_alike(
    add_command: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    from visiophare_mapping.errors import MappingError

    add_command(fail(MappingError("no_target", "No target in {name}.", "Look.", name="a.jpg")))
    assert cli.run(["try", "--json"]) == 1
    assert documents(capsys.readouterr().out)[0]["error"] == {
        "code": "no_target",
        "message": "No target in a.jpg.",
        "hint": "Look.",
    }


def test_a_mistake_in_the_program_surfaces_and_is_still_one_document(
    add_command: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    add_command(fail(ZeroDivisionError("oops")))
    assert cli.run(["try", "--json"]) == 1
    captured = capsys.readouterr()
    assert documents(captured.out)[0]["error"]["code"] == "internal"
    assert "Traceback" in captured.err


def test_a_failure_after_the_document_does_not_print_a_second_one(
    add_command: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    def body(as_json: bool, **_options: object) -> None:
        emit(as_json, {"n": 1}, ["1"])
        raise FileError("late", "Too late.")

    add_command(body)
    assert cli.run(["try", "--json"]) == 1
    captured = capsys.readouterr()
    assert documents(captured.out) == [{"ok": True, "n": 1}]
    assert "Too late." in captured.err


def test_a_document_may_hold_paths_and_numpy_values_but_no_nan(
    add_command: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    import numpy as np

    values = {"path": Path("a"), "n": np.int64(3), "rows": np.eye(2)}
    add_command(lambda as_json, **_options: emit(as_json, values, []))
    assert cli.run(["try", "--json"]) == 0
    expected = {"ok": True, "path": "a", "n": 3, "rows": [[1.0, 0.0], [0.0, 1.0]]}
    assert documents(capsys.readouterr().out) == [expected]

    add_command(lambda as_json, **_options: emit(as_json, {"rms_px": float("nan")}, []))
    assert cli.run(["try", "--json"]) == 1
    assert documents(capsys.readouterr().out)[0]["error"]["code"] == "internal"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-3"], (("-3",), None)),
        (["at", "-3", "--at", "-1,2,3,4"], (("at", "-3"), "-1,2,3,4")),
        (["-1,2", "-.5", "-,5"], (("-1,2", "-.5", "-,5"), None)),
        (["--", "--debug"], (("--debug",), None)),
    ],
)
def test_negative_numbers_are_values(
    add_command: Cli, words: list[str], expected: tuple[Any, Any]
) -> None:
    seen = []
    add_command(lambda words, at, as_json: seen.append((words, at)))
    assert cli.run(["try", *words]) == 0
    assert seen == [expected]


def test_a_reader_that_goes_away_is_no_failure_worth_a_traceback(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [sys.executable, "-m", "visiophare", "--help"],
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        check=False,
    )
    os.close(writer)
    assert run.stderr == b""


@pytest.mark.parametrize("words", [("light", "40", "--json"), ("pfff", "--json"), ("--version",)])
def test_nor_is_one_that_goes_away_before_an_error_is_told(words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [sys.executable, "-m", "visiophare", *words], stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert (run.returncode, run.stderr) == (1, b"")


def test_a_console_without_accents_still_gets_its_answer(visiophare: Cli) -> None:
    run = visiophare("--help", lang="fr", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert run.code == 0
    assert "visiophare" in run.out


def test_json_is_readable_in_any_encoding(visiophare: Cli) -> None:
    run = visiophare("pfff", "--json", lang="fr", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert "\u00a0" not in run.out
    assert run.document["error"]["message"]


def test_a_usage_error_points_to_the_help_of_its_own_command(visiophare: Cli) -> None:
    for words in (["light", "40", "--port"], ["light"], ["light", "bright"]):
        assert "`visiophare light --help`" in visiophare(*words).err


def test_nothing_is_coloured(visiophare: Cli) -> None:
    run = visiophare("--help", NO_COLOR="1", FORCE_COLOR="1")
    assert "\x1b" not in run.out + run.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("words", [("devices",), ("devices", "--json"), ("--help",)])
def test_an_output_that_takes_nothing_is_told_in_one_sentence(words: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "visiophare", *words], stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"Error: The output cannot be written: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's way to close an output")
def test_a_closed_output_is_no_mistake_of_the_program() -> None:
    command = f'"{sys.executable}" -m visiophare devices >&-'
    done = subprocess.run(command, shell=True, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")


def test_numbers_are_called_numbers_in_both_languages(visiophare: Cli) -> None:
    run = visiophare("demo", "--width", "abc", lang="fr")
    assert run.code == 2
    assert "(nombre)" in run.err
    assert "NOMBRE ENTIER" in visiophare("calibrate", "--help", lang="fr").out
    assert "INTEGER RANGE" not in visiophare("warp", "--help").out
    assert "COMMANDE [ARGS]" in visiophare("target", "--help", lang="fr").out


def test_a_decimal_comma_is_a_decimal_point(visiophare: Cli) -> None:
    assert "0,5 is not in the range 1 to" in visiophare("demo", "--width", "0,5").err
