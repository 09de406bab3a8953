# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way once: what a newcomer sees after the README's first command."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FILES = (
    "target.pdf",
    "target.json",
    "on.png",
    "off.png",
    "calibration.json",
    "slide.pdf",
    "seen.png",
    "preview.png",
    "timeline.png",
    "show.toml",
    "report.html",
)


def demo(folder: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    """`visiophare demo` as a process of its own, in `folder`."""
    return visiophare(folder, "demo", *words, language=language)


def visiophare(folder: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    """`visiophare WORDS…` as a process of its own, in `folder`."""
    command = [sys.executable, "-m", "visiophare", *words]
    environment = {**os.environ, "VISIOPHARE_LANG": language, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=170,
        check=False,
    )


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """One rehearsal of the example, told in French, its document read."""
    folder = tmp_path_factory.mktemp("evening")
    done = demo(folder, "--json", language="fr")
    assert done.returncode == 0, done.stderr
    return folder / "rehearsal", json.loads(done.stdout)


def test_the_drawing_lands_where_it_should(rehearsed):
    landing = rehearsed[1]["landing"]
    assert landing["features"] >= 60
    assert landing["missing"] <= 0.05 * landing["features"]
    assert landing["mapping"]["worst_mm"] <= 40
    assert landing["mapping"]["median_mm"] <= 20


def test_the_seat_of_the_print_is_told_apart(rehearsed):
    landing = rehearsed[1]["landing"]
    assert landing["with_seating"]["worst_mm"] > landing["mapping"]["worst_mm"]


def test_the_board_confirms_all_that_the_show_asks(rehearsed):
    """How punctual it is depends on how busy this machine is: that is measured, not asserted."""
    show = rehearsed[1]["show"]
    assert show["actions"] >= 12
    assert show["lateness"]["count"] == show["actions"]
    assert show["lasted_s"] > 6


def test_every_file_is_left_behind(rehearsed):
    folder, document = rehearsed
    assert sorted(document["files"]) == sorted(FILES)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)


def test_the_report_is_whole_in_itself_and_in_the_persons_language(rehearsed):
    page = (rehearsed[0] / "report.html").read_text("utf-8")
    assert '<html lang="fr">' in page
    assert "Où tombe le dessin" in page
    assert "Where the drawing lands" not in page
    addresses = re.findall(r"""(?:src|href)=["']([^"']*)""", page)
    assert addresses
    assert all(address.startswith("data:image/") for address in addresses)
    assert "http" not in page


def practice(readme: Path) -> list[list[str]]:
    """The commands that a README gives to practise with."""
    section = readme.read_text("utf-8").split("\n### ")[1]
    block = section.split("```sh\n")[1].split("```")[0]
    return [shlex.split(line) for line in block.splitlines()]


def test_the_readmes_practice_works_as_it_is_written(rehearsed, checkout, tmp_path):
    commands = practice(checkout / "README.md")
    assert commands == practice(checkout / "README.fr.md")
    assert len(commands) == 5
    shutil.copytree(rehearsed[0], tmp_path / "rehearsal")
    (tmp_path / "examples").symlink_to(checkout / "examples")
    for program, *words in commands:
        assert program == "visiophare"
        done = visiophare(tmp_path, *words)
        assert done.returncode == 0, done.stderr
    made = {path.name for path in (tmp_path / "rehearsal").iterdir()} - set(FILES)
    assert made == {"mine.json", "facade.html", "mine.pdf", "mine.png"}
    ours, theirs = (
        json.loads((tmp_path / "rehearsal" / name).read_text("utf-8"))["planes"][0]
        for name in ("mine.json", "calibration.json")
    )
    assert ours["reference_corners_px"] == theirs["reference_corners_px"]
    assert ours["points"] > 0.9 * theirs["points"]


def test_somebodys_own_files_are_not_replaced(tmp_path):
    (tmp_path / "calibration.json").write_text("mine")
    done = demo(tmp_path, "--out", ".", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "folder_in_use"
    assert [path.name for path in tmp_path.iterdir()] == ["calibration.json"]
    assert (tmp_path / "calibration.json").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--artwork", "nowhere.svg"), "file_missing"),
        (("--midi", "nowhere.mid"), "file_missing"),
        (("--facade", "nowhere.jpg"), "file_missing"),
        (("--artwork", "broken.svg"), "svg_malformed"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_nothing_behind(tmp_path, words, code):
    (tmp_path / "broken.svg").write_text("<svg><g>", "utf-8")
    done = demo(tmp_path, *words, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == code
    assert not (tmp_path / "rehearsal").exists()
