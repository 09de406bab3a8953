# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal (POSIX) and the console (Windows), key by key; always given back as they were.

The only file that changes a terminal. Which bytes are which key is keys.py's.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from visiophare.midi.keys import KeyNames, KeySource, key_name

ESCAPE_S = 0.05
"""A lone escape character is the key; one with more behind it begins a sequence."""

_LOOK_S = 0.005
_WINDOWS_KEYS = {"H": "up", "P": "down", "K": "left", "M": "right", "G": "home", "O": "end"}
_WINDOWS_KEYS |= {"R": "insert", "S": "delete", "I": "pageup", "Q": "pagedown"}
_WINDOWS_KEYS |= {chr(ord(";") + n): f"f{n + 1}" for n in range(10)}
_WINDOWS_KEYS |= {"\x85": "f11", "\x86": "f12"}


@contextlib.contextmanager
def key_source() -> Iterator[KeySource]:
    """Keys of the terminal (or pipe) that standard input is."""
    if sys.platform == "win32":
        yield ConsoleKeys()
        return
    with _single_keys(sys.stdin.fileno()), _pipe() as (wake_in, wake_out):
        yield TerminalKeys(sys.stdin.fileno(), wake_in, wake_out)


class TerminalKeys:
    """Keys from a POSIX file descriptor."""

    def __init__(self, descriptor: int, wake_in: int, wake_out: int) -> None:
        self._descriptor, self._wake_in, self._wake_out = descriptor, wake_in, wake_out
        self._names = KeyNames()

    def read(self, timeout_s: float | None) -> list[str]:
        if self._names.waits:
            timeout_s = ESCAPE_S if timeout_s is None else min(ESCAPE_S, timeout_s)
        ready, _, _ = select.select([self._descriptor, self._wake_in], [], [], timeout_s)
        if self._descriptor not in ready:
            return self._names.silence()
        data = _read(self._descriptor)
        if not data:
            raise EOFError
        return self._names.feed(data)

    def wake(self) -> None:
        os.write(self._wake_out, b"!")


class ConsoleKeys:
    """Keys from the Windows console, which nobody can wait for: looked at 200 times a second."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def read(self, timeout_s: float | None) -> list[str]:
        import msvcrt

        console: Any = msvcrt  # a type checker on another system knows none of its functions
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        while not console.kbhit():
            if self._woken.wait(_LOOK_S) or (deadline_s and time.monotonic() >= deadline_s):
                return []
        character = console.getwch()
        if character in "\x00\xe0":
            name = _WINDOWS_KEYS.get(console.getwch(), "")
        elif character == "\x03":  # the console hands Ctrl-C to whoever reads keys
            signal.raise_signal(signal.SIGINT)
            name = ""
        else:
            name = "escape" if character == "\x1b" else key_name(character)
        return [name] if name else []

    def wake(self) -> None:
        self._woken.set()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1024)
    except OSError:  # the terminal was closed
        return b""


@contextlib.contextmanager
def _single_keys(descriptor: int) -> Iterator[None]:
    """Each key at once and unseen; of the keys that act on the program only Ctrl-C is left.

    Ctrl-Z would leave the light on behind a stopped program, Ctrl-\\ would end the program
    without darkening, Ctrl-S would hold back what it says.
    """
    if not os.isatty(descriptor):
        yield
        return
    import termios

    before = termios.tcgetattr(descriptor)
    mode = termios.tcgetattr(descriptor)
    nothing = os.fpathconf(descriptor, "PC_VDISABLE").to_bytes(1, "big")
    mode[0] &= ~termios.IXON
    mode[3] &= ~(termios.ICANON | termios.ECHO)
    for key, value in (("VMIN", 1), ("VTIME", 0)):
        mode[6][getattr(termios, key)] = value
    for key in ("VSUSP", "VQUIT", "VDSUSP"):
        if hasattr(termios, key):
            mode[6][getattr(termios, key)] = nothing
    try:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)
        yield
    finally:
        with contextlib.suppress(termios.error):  # the terminal is gone: nothing to give back
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """A pipe that wakes a `select`."""
    ends = os.pipe()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)
