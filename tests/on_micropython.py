# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs `suite_*.py` on MicroPython too: every function once per interpreter, each a pytest item.

pytest collects the suites itself for CPython; a conftest that imports `pytest_collect_file` from
here adds the same functions as `test_name[micropython]`. The suites import no pytest, only the
packages under test and neighbours in their own folder. One process runs one file.

The interpreter is VISIOPHARE_MICROPYTHON, or `micropython` on PATH, or what
`.ci/get-micropython .micropython` left in the checkout. Without one the items skip; with
VISIOPHARE_REQUIRE_MICROPYTHON=1 they fail.
"""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FIRMWARE = ROOT / "firmware" / "micropython"
RUNNER = Path(__file__).resolve().parent / "micropython_runner.py"
MARK = "@@"
TIMEOUT_S = 300


def find_micropython() -> Path | None:
    """The MicroPython to test with, or None."""
    named = os.environ.get("VISIOPHARE_MICROPYTHON")
    if named:
        return Path(named)
    found = shutil.which("micropython")
    if found:
        return Path(found)
    fetched = ROOT / ".micropython" / "micropython"
    return fetched if fetched.exists() else None


def require_micropython() -> Path:
    """The MicroPython to test with; skips or fails the running test when there is none."""
    micropython = find_micropython()
    if micropython is None:
        sentence = "There is no MicroPython: run `.ci/get-micropython .micropython`."
        if os.environ.get("VISIOPHARE_REQUIRE_MICROPYTHON") == "1":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    return micropython


def micropython_environment(*folders: Path) -> dict[str, str]:
    """The environment in which MicroPython imports from these folders and the firmware's."""
    path = ":".join([*map(str, folders), str(FIRMWARE), ".frozen"])
    return {**os.environ, "MICROPYPATH": path}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not file_path.match("suite_*.py"):
        return None
    if str(file_path.parent) not in sys.path:  # what a suite's `import fake_board` needs
        sys.path.insert(0, str(file_path.parent))
    return SuiteOnMicroPython.from_parent(parent, path=file_path)


class SuiteOnMicroPython(pytest.File):
    """One suite file; runs it once, when the first of its items wants a result."""

    results: dict[str, str] | None = None

    def collect(self) -> Iterator[pytest.Item]:
        for node in ast.parse(self.path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield FunctionOnMicroPython.from_parent(
                    self, name=f"{node.name}[micropython]", function=node.name
                )

    def result_of(self, function: str) -> str:
        """ "" when it passed, otherwise the traceback."""
        if self.results is None:
            self.results = self._run()
        return self.results.get(function, self.results["output"])

    def _run(self) -> dict[str, str]:
        selected = [
            item.function_name
            for item in self.session.items
            if isinstance(item, FunctionOnMicroPython) and item.parent is self
        ]
        done = subprocess.run(
            [require_micropython(), "-X", "heapsize=8m", RUNNER, self.path.stem, *selected],
            env=micropython_environment(self.path.parent),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_S,
        )
        results = {"output": done.stdout + done.stderr + f"\nexit {done.returncode}"}
        for block in done.stdout.split(MARK)[1:]:
            name, _, traceback = block.partition("\n")
            results[name] = traceback
        return results


class FunctionOnMicroPython(pytest.Item):
    """One function of a suite, on MicroPython."""

    def __init__(self, function: str, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.function_name = function

    def runtest(self) -> None:
        failure = self.parent.result_of(self.function_name)
        if failure:
            raise FailureOnMicroPythonError(failure)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style=None) -> str:
        if isinstance(excinfo.value, FailureOnMicroPythonError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


class FailureOnMicroPythonError(Exception):
    """The traceback that MicroPython printed."""
