# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The computer's keyboard as pads: which bytes are which key, and a thread that listens.

The terminal itself is terminal.py's, when a key goes up is holding.py's. Knows no show.
"""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Callable
from typing import Protocol

from visiophare.midi.holding import KeyHolds
from visiophare.midi.messages import Touch

_NAMES = {" ": "space", "\r": "enter", "\n": "enter", "\t": "tab"}
_NAMES |= {"\x7f": "backspace", "\b": "backspace"}
_SEQUENCE = re.compile(r"\x1b(?:\[\[[A-E]|\[[0-?]*[ -/]*[@-Z\\-~]|O[ -~]|[^\[O\x1b])")
_FINALS = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end"}
_FINALS |= {"P": "f1", "Q": "f2", "R": "f3", "S": "f4"}
# ESC [ number ~, as xterm, the VT220 and the Linux console number them
_TILDES = {1: "home", 2: "insert", 3: "delete", 4: "end", 5: "pageup", 6: "pagedown"}
_TILDES |= {7: "home", 8: "end", 11: "f1", 12: "f2", 13: "f3", 14: "f4", 15: "f5"}
_TILDES |= {17: "f6", 18: "f7", 19: "f8", 20: "f9", 21: "f10", 23: "f11", 24: "f12"}


class KeyNames:
    """Bytes of a terminal to the names of keys: "a", "7", "space", "up", "escape"."""

    def __init__(self) -> None:
        self._text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")

    def feed(self, data: bytes) -> list[str]:
        """Keys that are complete. Letters are small; what is no key is left out."""
        self._text += self._decoder.decode(data)
        names = []
        while self._text:
            sequence = _SEQUENCE.match(self._text)
            if sequence is not None:
                names.append(_sequence_name(sequence.group()))
                self._text = self._text[sequence.end() :]
            elif self._text.startswith("\x1b\x1b"):
                names.append("escape")
                self._text = self._text[1:]
            elif self._text[0] == "\x1b":
                break
            else:
                names.append(key_name(self._text[0]))
                self._text = self._text[1:]
        return [name for name in names if name]

    @property
    def waits(self) -> bool:
        """Whether the beginning of a sequence is there, which may be the escape key alone."""
        return bool(self._text)

    def silence(self) -> list[str]:
        """Nothing more came for a while: a sequence that only began was the escape key."""
        began, self._text = self._text, ""
        return ["escape"] if began == "\x1b" else []


def key_name(character: str) -> str:
    """The name of the key that types a character, "" for control characters."""
    return _NAMES.get(character) or (character.lower() if character.isprintable() else "")


def _sequence_name(sequence: str) -> str:
    """The key behind an escape sequence, whatever is held with it; "" for all others."""
    if sequence.startswith("\x1b[["):  # the Linux console's F1 to F5
        return f"f{'ABCDE'.index(sequence[-1]) + 1}"
    number = sequence[2:-1].partition(";")[0]
    if sequence[-1] == "~" and number.isascii() and number.isdigit():
        return _TILDES.get(int(number), "")
    return _FINALS.get(sequence[-1], "") if len(sequence) > 2 else ""


class KeySource(Protocol):
    """Where keys come from: a terminal, a console, a test."""

    def read(self, timeout_s: float | None) -> list[str]:
        """Names of keys as soon as there are some; [] after the timeout or `wake`.

        Raises: EOFError when there will never be any more.
        """

    def wake(self) -> None:
        """Ends a `read` that another thread waits in."""


class Keyboard:
    """Puts a Touch for each key that goes down or up, on a thread of its own, while entered.

    `put` also gets the exception that ends the thread: EOFError when the keys have ended.
    """

    def __init__(
        self,
        source: KeySource,
        put: Callable[[Touch | BaseException], None],
        now: Callable[[], float],
    ) -> None:
        self._source, self._put, self._now = source, put, now
        self._holds = KeyHolds()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keyboard", daemon=True)

    def __enter__(self) -> Keyboard:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stopping.set()
        self._source.wake()
        self._thread.join(1.0)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                names = self._source.read(self._until_due_s())
                now_s = self._now()
                for name in names:
                    self._send(self._holds.press(name, now_s))
                self._send(self._holds.due(self._now()))
        except BaseException as error:  # noqa: BLE001 - the main thread raises it
            self._put(error)

    def _until_due_s(self) -> float | None:
        due_s = self._holds.next_deadline_s()
        return None if due_s is None else max(0.0, due_s - self._now())

    def _send(self, touches: list[Touch]) -> None:
        for touch in touches:
            self._put(touch)
