# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal that a person would type into, opened by a test."""

import os
import select
import time
from types import TracebackType
from typing import Self

from patience import PATIENCE_S


class Terminal:
    """A pseudo-terminal by its path. No wait for a line is endless.

    A process that leads a session (`setsid pytest`, a container's first) would get the terminal as
    its own, and a hang-up at its end: hence O_NOCTTY.
    """

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_NOCTTY)
        self._heard = b""

    def write(self, data: bytes) -> None:
        os.write(self._file, data)

    def line(self) -> str:
        """The next line that a person would see: events for hosts left out."""
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            line, end, rest = self._heard.partition(b"\n")
            if end:
                self._heard = rest
                if not line.startswith(b"~"):
                    return line.decode().strip()
            else:
                assert time.monotonic() < deadline_s, f"no whole line came, only {self._heard!r}"
                self._heard += self.waiting(1.0)

    def waiting(self, timeout_s: float = 0.0) -> bytes:
        """What can be read now, or comes first within the time."""
        ready, _write, _odd = select.select([self._file], [], [], timeout_s)
        return os.read(self._file, 65536) if ready else b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)
