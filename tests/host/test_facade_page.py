# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that the façade's page gives, as a shell reads it."""

import subprocess
from pathlib import Path

import pytest

from visiophare.commands.facade import quoted


@pytest.mark.parametrize(
    "name", ["plain.json", "two words.json", "it's.json", 'a"b.json', "$HOME `id`.json", "-~*?!;é"]
)
def test_the_pages_command_is_quoted_for_the_shell(name: str) -> None:
    run = subprocess.run(
        ["sh", "-c", f"printf %s {quoted(Path(name), windows=False)}"],
        capture_output=True,
        check=True,
    )
    assert run.stdout.decode() == name


@pytest.mark.parametrize(
    ("name", "word"),
    [
        (r"C:\maps\plain.json", r"C:\maps\plain.json"),
        ("two words.json", '"two words.json"'),
        ("it's.json", '"it\'s.json"'),
        ("$HOME `it's`.json", "'$HOME `it''s`.json'"),
        ("“mur”.json", "'“mur”.json'"),
    ],
)
def test_the_pages_command_is_quoted_for_powershell(name: str, word: str) -> None:
    assert quoted(Path(name), windows=True) == word
