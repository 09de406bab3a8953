# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that runs while a test watches it: no wait is endless, and nothing of it stays."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from command_line import Run
from patience import PATIENCE_S


class Running:
    """A process of its own, killed at the end of the block. `seen` are its lines so far.

    together: what it says on standard error stands among its lines.
    """

    def __init__(
        self,
        *words: object,
        together: bool = False,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.seen: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._complaints: list[str] = []
        self.process = subprocess.Popen(
            [str(word) for word in words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if together else subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            cwd=cwd,
            env={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
        )
        self._readers = [threading.Thread(target=self._read_lines, daemon=True)]
        if not together:
            self._readers.append(threading.Thread(target=self._read_complaints, daemon=True))
        for reader in self._readers:
            reader.start()

    def line(self) -> str:
        """The next line, without its end."""
        try:
            line = self._lines.get(timeout=PATIENCE_S)
        except queue.Empty:
            raise AssertionError(f"no more lines came after {self.seen}") from None
        assert line is not None, f"it ended after {self.seen}: {''.join(self._complaints)}"
        self.seen.append(line)
        return line

    def wait_for(self, words: str) -> str:
        """The next line that has these words in it."""
        deadline_s = time.monotonic() + PATIENCE_S
        while words not in (line := self.line()):
            assert time.monotonic() < deadline_s, f"{words!r} is not among {self.seen}"
        return line

    def said(self, words: str) -> bool:
        """Whether a line so far has these words in it; waits for nothing."""
        with contextlib.suppress(queue.Empty):
            while (line := self._lines.get_nowait()) is not None:
                self.seen.append(line)
        return any(words in line for line in self.seen)

    def write(self, text: str) -> None:
        """Somebody types; nothing is added."""
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def end(self, signal_number: int | None = None) -> Run:
        """Waits for its end, which a signal may ask for; `out` is what no test had read yet."""
        if signal_number is not None:
            self.process.send_signal(signal_number)
        code = self.process.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        left = []
        while not self._lines.empty() and (line := self._lines.get()) is not None:
            left.append(line + "\n")
        return Run(code, "".join(left), "".join(self._complaints))

    def _read_lines(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def _read_complaints(self) -> None:
        self._complaints.extend(self.process.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):  # what it was told last, and did not read
                if stream is not None:
                    stream.close()


def visiophare(*words: object, together: bool = False, **environment: str) -> Running:
    """`visiophare WORDS…`, running."""
    return Running(
        sys.executable,
        "-u",
        "-m",
        "visiophare",
        *words,
        together=together,
        environment=environment,
    )
