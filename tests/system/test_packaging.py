# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a newcomer installs: the README's commands, the build hook, the dependencies.

The wheel itself is built and used outside the checkout by `.ci/run`: that takes a minute.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from system.source_tree import CHECKOUT, all_files, imports_anywhere

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
INSTALL = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/visiophare demo"


def test_both_readmes_begin_with_the_two_commands() -> None:
    script = CHECKOUT / ".ci" / "readme_commands.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [INSTALL, ".venv/bin/pytest"]


@pytest.mark.skipif(os.name != "posix", reason="shell scripts")
def test_every_recipe_of_the_justfile_is_a_line_that_runs_without_just() -> None:
    lines = (CHECKOUT / "justfile").read_text("utf-8").splitlines()
    commands = [line.split()[0] for line in lines if re.match(r"    [.]", line)]
    assert len(commands) >= 6
    for command in commands:
        if not command.startswith(".venv/"):
            assert os.access(CHECKOUT / command, os.X_OK), command


def test_click_is_bounded_to_the_minor_version_whose_words_we_know() -> None:
    bounds = [word for word in PROJECT["project"]["dependencies"] if word.startswith("click")]
    lower, upper = re.fullmatch(r"click>=8\.(\d+),<8\.(\d+)", bounds[0]).groups()  # type: ignore[union-attr]
    assert int(upper) == int(lower) + 1


def test_every_dependency_is_imported_and_every_import_is_a_dependency() -> None:
    declared = {_name(word) for word in PROJECT["project"]["dependencies"]}
    imported = {name.split(".")[0] for path in all_files() for name in imports_anywhere(path)}
    ours = {"visiophare", "visiophare_mapping", "visiophare_wire", "visiophare_firmware", ""}
    boards = {"board", "machine", "micropython", "rp2", "uctypes", "esp32", "msvcrt", "umachine"}
    boards |= {"flashing", "surroundings"}  # of a simulated one on MicroPython
    absent = {"rtmidi": "python-rtmidi"}  # has no wheels for the newest Pythons
    distributions = packages_distributions()
    needed = {
        _name(distribution)
        for module in imported - ours - boards - set(sys.stdlib_module_names)
        for distribution in distributions.get(module, [absent.get(module, f"{module}?")])
    }
    assert needed == declared


def test_the_hook_compiles_what_the_parts_say(tmp_path: Path) -> None:
    shutil.copy(CHECKOUT / "hatch_build.py", tmp_path)
    locale = Path("host/visiophare/locale")
    shutil.copytree(CHECKOUT / locale / "fr" / "parts", tmp_path / locale / "fr" / "parts")
    bundling = Path("host/visiophare/provision/bundle.py")
    (tmp_path / bundling).parent.mkdir()
    shutil.copy(CHECKOUT / bundling, tmp_path / bundling)
    done = subprocess.run(
        [sys.executable, tmp_path / "hatch_build.py"], capture_output=True, text=True, check=True
    )
    compiled = tmp_path / locale / "fr" / "LC_MESSAGES" / "visiophare.mo"
    assert done.stdout.strip() == str(compiled)
    assert b"Il manque une commande." in compiled.read_bytes()


def _name(requirement: str) -> str:
    """`Python-RTMidi>=1.5; …` → `python-rtmidi`."""
    return re.split(r"[\s<>=;\[(]", requirement)[0].lower().replace("_", "-")
