# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checklist for a first machine: what it has people type exists, in both languages alike."""

import re
import shlex

import click
import pytest

from system.source_tree import CHECKOUT
from visiophare.cli import cli
from visiophare_firmware.settings import Settings, SettingsError
from visiophare_wire import WireError, parse_command

PAGES = [CHECKOUT / "hardware" / "docs" / f"commissioning{end}.md" for end in ("", ".fr")]
BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"`([^`]+)`")
ON_THE_BOARD = ("light", "settings", "clear", "prompt")


def typed(page):
    """The words between backticks, each as one line."""
    text = BLOCK.sub("", page.read_text("utf-8"))
    return [" ".join(words.split()) for words in TYPED.findall(text)]


def commands(page):
    return [words for words in typed(page) if words.startswith("visiophare ") and "…" not in words]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_checklist_is_one_that_is_understood(page):
    assert len(commands(page)) > 50
    for words in commands(page):
        found, args = cli, shlex.split(words)[1:]
        while isinstance(found, click.Group):
            name = args.pop(0)
            group, found = found, found.get_command(click.Context(found), name)
            assert found is not None, f"{words}: {group.name} has no {name}"
        found.make_context(found.name, args, resilient_parsing=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_of_the_checklist_is_one_that_a_board_takes(page):
    settings = Settings()
    for words in commands(page):
        _, command, *args = words.replace(" --save", "").split()
        if command == "settings":
            assert args[0] in settings.values, words
            if len(args) == 2 and args[1] != "V":
                settings.change(*args)  # or SettingsError
    with pytest.raises(SettingsError):
        settings.change("fan_c", "90")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_typed_at_the_board_is_understood_there(page):
    lines = [words for words in typed(page) if words.split(" ")[0] in ON_THE_BOARD]
    assert {"light 5", "clear", "prompt"} <= set(lines)
    for line in lines:
        assert parse_command(line.encode()).name
    with pytest.raises(WireError):
        parse_command(b"lihgt 5")


def test_both_languages_have_the_same_boxes_chapters_and_commands():
    english, french = (page.read_text("utf-8") for page in PAGES)
    for mark in ("- [ ]", "\n## "):
        assert english.count(mark) == french.count(mark)
    either = ("settings language", "settings name")  # each page has its own example of keeping
    kept = [
        [words for words in commands(page) if not any(map(words.count, either))] for page in PAGES
    ]
    assert kept[0] == kept[1]
