# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which language is chosen, and that click speaks it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visiophare.words import choose_language, filled


@pytest.mark.parametrize(
    ("environment", "config", "language"),
    [
        ({"VISIOPHARE_LANG": "fr", "LANG": "en_GB.UTF-8"}, {"language": "en"}, "fr"),
        ({"VISIOPHARE_LANG": "de", "LANG": "fr_FR.UTF-8"}, {"language": "fr"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, {"language": "fr"}, "fr"),
        ({"LANG": "fr_CA.UTF-8"}, {"language": 7}, "fr"),
        ({"LC_ALL": "fr_BE", "LANG": "en_GB.UTF-8"}, {}, "fr"),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, {}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "fr"}, {}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "fr:en"}, {}, "fr"),
        ({"LANG": "pt_BR.UTF-8"}, {}, "en"),
        ({}, {}, "en"),
    ],
)
def test_the_first_that_says_something_decides(
    environment: dict[str, str], config: dict[str, object], language: str
) -> None:
    assert choose_language(environment, config, platform="linux") == language


def test_numbers_in_a_sentence_are_written_as_its_readers_write_them() -> None:
    values = {"share": 1.5, "path": "v1.2.pdf", "at": -0.25, "count": 3}
    sentence = "{path} {share} {at:.1f} {count}"
    assert filled(sentence, values, "fr") == "v1.2.pdf 1,5 -0,2 3"
    assert filled(sentence, values, "en") == "v1.2.pdf 1.5 -0.2 3"


def test_click_itself_speaks_french(visiophare: Callable[..., Any]) -> None:
    run = visiophare("devices", "--bogus", lang="fr")
    assert run.code == 2
    assert "Il n'y a pas d'option '--bogus'." in run.err
    assert "Usage\u00a0:" in run.err


def test_the_configuration_file_decides_when_no_variable_does(
    visiophare: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "visiophare").mkdir()
    (tmp_path / "visiophare" / "config.toml").write_text('language = "fr"\n', "utf-8")
    run = visiophare("--help", lang="", XDG_CONFIG_HOME=str(tmp_path), LC_ALL="en_GB.UTF-8")
    assert "Pour commencer" in run.out


def test_a_broken_configuration_is_told_and_left_aside(
    visiophare: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "visiophare").mkdir()
    (tmp_path / "visiophare" / "config.toml").write_text("language = fr\n", "utf-8")
    run = visiophare("devices", "--json", XDG_CONFIG_HOME=str(tmp_path))
    assert run.code == 0
    assert run.document["ok"] is True
    assert "config.toml is left aside" in run.err
