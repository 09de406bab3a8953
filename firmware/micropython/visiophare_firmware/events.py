# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened, for whoever asks later: events in a ring, and the faults that are still there.

Owns their numbers and their keeping. It must not know who sends them.
"""

from visiophare_wire import Event, format_event, next_seq

KEPT = 16


class Events:
    """The last KEPT events as the lines that were sent, numbered 1 … 65535 and around."""

    def __init__(self) -> None:
        self.last_number = 0
        self._lines: list[bytes] = []
        self._unsent: list[bytes] = []

    def add(self, name: str, fields: dict[str, str]) -> None:
        """Something happened."""
        self.last_number = next_seq(self.last_number)
        line = format_event(Event(self.last_number, name, fields))
        self._unsent.append(line)
        self._lines.append(line)
        if len(self._lines) > KEPT:
            self._lines.pop(0)

    def take_unsent(self) -> bytes:
        """The lines that nobody has taken yet."""
        if not self._unsent:
            return b""
        lines = b"".join(self._unsent)
        self._unsent = []
        return lines

    def since(self, number: int | None) -> list[bytes]:
        """The kept lines from this number on, in order; all of them when it is not among them."""
        age = (self.last_number - (number or 0)) % 65535
        if number and age < len(self._lines):
            return self._lines[len(self._lines) - 1 - age :]
        return self._lines


class Faults:
    """The faults that are present, each a code with a detail, in the order they came."""

    def __init__(self, events: Events) -> None:
        self.present: dict[str, str] = {}
        self._events = events

    def raise_(self, code: str, detail: str, now_us: int) -> None:
        """The fault is there; told once until it is gone."""
        if code not in self.present:
            self._events.add("fault", {"code": code, "t": str(now_us)})
        self.present[code] = detail

    def gone(self, *codes: str) -> None:
        """These faults are there no more."""
        for code in codes:
            self.present.pop(code, None)

    def clear(self) -> None:
        """Somebody has taken note of all of them; but settings that do not hold stay a guess."""
        self.present = {
            code: detail for code, detail in self.present.items() if code == "settings_invalid"
        }
