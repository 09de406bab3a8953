# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that wait for their board time.

Owns their order. It must not know what they do.
"""

from visiophare_wire import Command, ticks_diff

CAPACITY = 16


class Schedule:
    """At most CAPACITY commands in the order of their times; equal times in order of arrival."""

    def __init__(self) -> None:
        self.waiting: list[Command] = []

    def add(self, command: Command) -> bool:
        """Take a command with at_us in; False when there is no room."""
        if len(self.waiting) >= CAPACITY:
            return False
        place = len(self.waiting)
        while place and _before(command, self.waiting[place - 1]):
            place -= 1
        self.waiting.insert(place, command)
        return True

    def due(self, now_us: int) -> Command | None:
        """The next command whose time has come, taken out; None when there is none."""
        if self.waiting and ticks_diff(now_us, self.waiting[0].at_us or 0) >= 0:
            return self.waiting.pop(0)
        return None

    def clear(self) -> int:
        """Drop all; how many there were."""
        dropped = len(self.waiting)
        self.waiting = []
        return dropped


def _before(one: Command, other: Command) -> bool:
    return ticks_diff(one.at_us or 0, other.at_us or 0) < 0
