# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated strobe: what was told to flash, and what is lit meanwhile.

Owns the steps that are still to come and the end of each flash. It must not know how motion goes on
between them. Runs on CPython and on MicroPython, as `board`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

ROOM = 8
FULL = 65535


class Flashing:
    """shine(duty, at_us) is told every change, in order. on: the light is the strobe's."""

    def __init__(self, shine: "Callable[[int, int], None]") -> None:
        self.on = False
        self.flash_us = 0
        self._shine = shine
        self._steps: list[int] = []
        self._dark_us: int | None = None

    def tell(self, position_steps: int) -> bool:
        """One more; False when there are too many."""
        if len(self._steps) >= ROOM:
            return False
        self._steps.append(position_steps)
        return True

    def drop(self) -> None:
        """Forget what is to come."""
        self._steps = []

    @property
    def waits(self) -> bool:
        """Whether there is a flash to come."""
        return self._steps != []

    @property
    def next_steps(self) -> int:
        """At which position it comes; 0 when there is none."""
        return self._steps[0] if self._steps else 0

    def flash(self, at_us: int) -> None:
        """The next one came, then; one that another one still lights is not seen."""
        self._steps.pop(0)
        self.pass_time(at_us)
        if self.flash_us and self._dark_us is None:
            self._shine(FULL, at_us)
            self._dark_us = at_us + self.flash_us

    def pass_time(self, now_us: int) -> None:
        """So late it is."""
        if self._dark_us is not None and self._dark_us <= now_us:
            self._shine(0, self._dark_us)
            self._dark_us = None

    def stop(self, now_us: int) -> None:
        """The light belongs to somebody else from now on."""
        if self._dark_us is not None:
            self._dark_us = min(self._dark_us, now_us)
        self.pass_time(now_us)
        self.on = False
        self.drop()
