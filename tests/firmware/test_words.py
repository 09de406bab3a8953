# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every sentence of the board exists in both languages and takes what is said with it."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from on_micropython import FIRMWARE
from visiophare_firmware import VERSION
from visiophare_firmware.words import FILE, LONGEST_ROW_BYTES, say, sentence
from visiophare_wire import COMMANDS

CODE_CALLS = {"Answer", "Line", "RefusedError", "WireError", "range_error"}
HOST_ONLY = {"", "hello_first", "stale", "too_long"}
ROWS = Path(FILE).read_bytes().splitlines()
SENTENCES = {
    code: (english, french)
    for code, english, french in (row.decode().split("\t") for row in ROWS if row[:1] != b"#")
}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def codes_in_sources() -> set[str]:
    """The first argument of every answer and refusal, and the first of every (code, fields)."""
    found = set()
    for path in FIRMWARE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            code = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if (name in CODE_CALLS or name == "raise_") and node.args:
                    code = node.args[0]
            elif isinstance(node, ast.Tuple) and [type(e) for e in node.elts[1:]] == [ast.Dict]:
                code = node.elts[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                found.add(code.value)
    return found


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_row_is_found(code):
    assert (sentence("en", code), sentence("fr", code)) == SENTENCES[code]


def test_rows_are_sorted_each_once_and_short_enough_to_be_found():
    assert sorted(set(ROWS)) == ROWS
    assert len(SENTENCES) > 90
    assert max(map(len, ROWS)) < LONGEST_ROW_BYTES
    assert Path(FILE).read_bytes().endswith(b"\n")


@pytest.mark.parametrize("code", ["", "a", "light", "light_set\t", "zzz", "#"])
def test_a_code_without_a_row_is_said_itself(code):
    assert say("fr", code, {}, {}) == code


def test_a_lost_file_is_no_reason_to_fail(monkeypatch):
    monkeypatch.setattr("visiophare_firmware.words.FILE", "nowhere/words.txt")
    assert say("en", "light_set", {"level": "40"}, {}) == "light_set"


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_say_the_same_values(code):
    english, french = SENTENCES[code]
    assert placeholders(english) == placeholders(french)
    assert english
    assert french


def test_every_code_has_its_sentence():
    codes = codes_in_sources() - HOST_ONLY
    assert len(codes) > 30
    missing = {code for code in codes if code not in SENTENCES and not code.endswith(" ")}
    assert missing == set()


def test_every_command_has_its_help():
    assert {"help " + row.name for row in COMMANDS} <= set(SENTENCES)


def test_french_puts_a_space_before_double_punctuation():
    for english, french in SENTENCES.values():
        assert not re.search(r"[^\s{<][;:!?](\s|$)", french), french
        assert not re.search(r"\s[;:?](\s|$)", english), english


def test_the_firmware_has_the_version_of_the_distribution():
    project = (FIRMWARE.parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{VERSION}"\n' in project
