# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share: an English, unconfigured environment, the command line, test data."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Run

CHECKOUT = Path(__file__).resolve().parent.parent

# Before anything imports visiophare.words: the language is chosen at its import, and neither the
# developer's language nor their configuration file may decide what a test sees.
os.environ["VISIOPHARE_LANG"] = "en"
os.environ["XDG_CONFIG_HOME"] = str(CHECKOUT / "tests" / "data" / "no-configuration")
os.environ.pop("VISIOPHARE_PORT", None)
# Each worker has a processor: more threads of linear algebra only get in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Whoever started the tests may ignore hang-ups (nohup, a CI's runner), and children inherit that.
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """The whole suite is shared among the processors; files that somebody names run right here."""
    return 0 if config.args_source is pytest.Config.ArgsSource.ARGS else None


@pytest.fixture
def visiophare(tmp_path: Path) -> Callable[..., Run]:
    """Runs `visiophare WORDS…` as its own process, in `tmp_path`, within a minute."""

    def run(*words: object, lang: str = "en", stdin: str = "", **environment: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "visiophare", *(str(word) for word in words)],
            input=stdin.encode(),
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "VISIOPHARE_LANG": lang, "PYTHONUTF8": "1", **environment},
            timeout=60,
            check=False,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout that the tests stand in."""
    return CHECKOUT


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of photos, drawings and performances, which is too large for the repository."""
    named = os.environ.get("VISIOPHARE_TEST_DATA", "")
    folder = Path(named) if named else CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder}: set VISIOPHARE_TEST_DATA to the folder of them")
    return folder
