# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may import whom: the contracts in pyproject.toml, and what those cannot say."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from system.source_tree import (
    CHECKOUT,
    PACKAGES,
    all_files,
    files,
    imports_anywhere,
    imports_at_start,
    name,
    tree,
)

HEAVY = {"cv2", "numpy", "mido", "rtmidi", "reportlab", "serial", "pypdfium2", "resvg_py"} | {
    "svgelements",
    "pathops",
    "importlib.metadata",
    "tomllib",
}
MACHINE = {"machine", "umachine", "rp2", "esp32", "micropython"}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60


def top(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def test_the_contracts_in_pyproject_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", files("visiophare_wire"), ids=name)
def test_the_protocol_imports_struct_and_binascii_and_itself(path: Path) -> None:
    assert top(imports_anywhere(path)) <= {"struct", "binascii", "visiophare_wire", ""}


@pytest.mark.parametrize("path", files("visiophare_firmware"), ids=name)
def test_only_boards_and_start_touch_the_machine(path: Path) -> None:
    folder = path.relative_to(PACKAGES["visiophare_firmware"]).parts[0]
    if folder not in ("boards", "start"):
        assert not top(imports_anywhere(path)) & MACHINE


def test_commands_and_the_command_line_start_without_anything_heavy() -> None:
    folder = PACKAGES["visiophare"]
    light = [*(folder / "commands").rglob("*.py"), *(folder / f"{stem}.py" for stem in STARTERS)]
    for path in light:
        heavy = {name for name in imports_at_start(path) if name.split(".")[0] in HEAVY}
        assert not heavy, f"{name(path)} imports {heavy} outside of a function"


STARTERS = ("__init__", "__main__", "cli", "words", "settings", "errors", "files")


@pytest.mark.parametrize("path", files("visiophare"), ids=name)
def test_mapping_is_imported_inside_functions_of_commands_and_rehearsal(path: Path) -> None:
    folder = path.relative_to(PACKAGES["visiophare"]).parts[0]
    if folder not in ("commands", "rehearsal"):
        assert "visiophare_mapping" not in top(imports_anywhere(path))
    assert "visiophare_mapping" not in top(imports_at_start(path))


@pytest.mark.parametrize("path", all_files(), ids=name)
def test_files_and_functions_stay_short(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    assert lines <= MAX_FILE_LINES, f"{name(path)} has {lines} lines: split it"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION_LINES, f"{name(path)}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", all_files(), ids=name)
def test_each_file_says_first_what_it_owns(path: Path) -> None:
    assert ast.get_docstring(tree(path)), f"{name(path)} has no docstring"


def test_the_help_imports_no_command_and_nothing_heavy() -> None:
    script = (
        "import sys; from visiophare.cli import run; run(['--help']);"
        "print(*sys.modules, sep=chr(10), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert not loaded & HEAVY
    assert {module for module in loaded if module.startswith("visiophare.commands.")} == {
        "visiophare.commands.common",
        "visiophare.commands.parsing",
        "visiophare.commands.units",
    }
