# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live MIDI messages to touches of pads and knobs. Pure: the time comes in with the message.

Knows no port and no show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

PRESSED_FROM = 64
"""A controller counts as pressed from here on, as pedals and switches do in the MIDI 1.0
specification (0 to 63 off, 64 to 127 on)."""

_NOTE_OFF, _NOTE_ON, _CONTROL = 0x80, 0x90, 0xB0


class Edge(StrEnum):
    """What a touch did: went down, went up, or moved a knob without passing its middle."""

    DOWN = "down"
    UP = "up"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Touch:
    """A pad, controller or key was touched at `at_s`, on the clock of whoever listened.

    kind: "note", "control" or "key"; number of the note or controller, or the key's name;
    channel 1 to 16, 0 for keys; value: velocity or controller value, 0 to 127; port: the
    instrument's name, "" for keys.
    """

    at_s: float
    kind: str
    edge: Edge
    number: int = 0
    key: str = ""
    channel: int = 0
    value: int = 127
    port: str = ""

    @property
    def source(self) -> str:
        """What was touched, as a binding in a show names it: "note 36", "key a"."""
        return f"{self.kind} {self.key if self.kind == 'key' else self.number}"


class MidiTouches:
    """Turns the messages of one port into touches; remembers which pads and knobs are down."""

    def __init__(self, port: str = "") -> None:
        self._port = port
        self._down: set[tuple[str, int, int]] = set()

    def touch(self, message: Sequence[int], at_s: float) -> Touch | None:
        """The touch in a message; None for everything else, damaged messages included.

        A controller goes down when it passes the middle upwards and up on its way back: a fader
        that sweeps through fifty values presses once.
        """
        if len(message) != 3 or not all(0 <= byte <= 127 for byte in message[1:]):
            return None
        status, number, value = message
        command, channel = status & 0xF0, (status & 0x0F) + 1
        if command in (_NOTE_OFF, _NOTE_ON):
            edge = Edge.DOWN if command == _NOTE_ON and value > 0 else Edge.UP
            self._remember(("note", number, channel), edge is Edge.DOWN)
            return Touch(at_s, "note", edge, number, "", channel, value, self._port)
        if command == _CONTROL:
            edge = self._control_edge(("control", number, channel), value >= PRESSED_FROM)
            return Touch(at_s, "control", edge, number, "", channel, value, self._port)
        return None

    def let_go(self, at_s: float) -> list[Touch]:
        """Everything that is down goes up: the instrument was unplugged, and will not say so."""
        down, self._down = sorted(self._down), set()
        return [
            Touch(at_s, kind, Edge.UP, number, "", channel, 0, self._port)
            for kind, number, channel in down
        ]

    def _control_edge(self, knob: tuple[str, int, int], down: bool) -> Edge:
        if down == (knob in self._down):
            return Edge.MOVED
        self._remember(knob, down)
        return Edge.DOWN if down else Edge.UP

    def _remember(self, what: tuple[str, int, int], down: bool) -> None:
        if down:
            self._down.add(what)
        else:
            self._down.discard(what)
