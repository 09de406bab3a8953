# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watt-hours: counted from the light's duty, kept over power cuts.

Owns the count, and when it is worth a write. It must not know files. Nothing here measures a
current: the settings say what the supply gives at full light (led_w, driver included) and in the
dark (idle_w). What is drawn between two writes is lost by a power cut.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .settings import Settings

FILE = "energy"
_MJ = 36_000  # millijoules in a hundredth of a watt-hour
_WORTH = 100
"""A write for each watt-hour at most,"""
_APART = 6000
"""and for each ten minutes (in tenths of a second), but"""
_AFTER_LIGHT = 60
"""times sooner in a pause that follows light: at most one in ten seconds. A year of nothing else is
3 million writes, spread by the file system over hundreds of blocks that bear 100,000 each."""


class Energy:
    """In hundredths of a watt-hour: now, since the board started; total, with all before that.

    watts: drawn at present.
    """

    def __init__(self) -> None:
        self.now = 0
        self.milliwatts = 0
        self._before = 0
        self._mj = 0
        self._kept = 0
        self._since_write = 0
        self._lit = False  # since the last write

    @property
    def total(self) -> int:
        return self._before + self.now

    def configure(self, settings: "Settings") -> None:
        """Take the settings as they are now."""
        self._led = int(settings["led_w"] * 1000) >> 5
        self._idle = int(settings["idle_w"] * 1000)

    def load(self, data: bytes | None) -> None:
        """Go on from what was kept; unreadable bytes count as none."""
        text = data or b"0"
        self._before = int(text) if text.isdigit() and len(text) < 10 else 0

    def update(self, duty: int) -> None:
        """A tenth of a second passed with this light."""
        self.milliwatts = self._idle + (self._led * (duty >> 2) >> 9)
        self._since_write += 1
        if duty:
            self._lit = True
        self._mj += self.milliwatts // 10
        while self._mj >= _MJ:
            self._mj -= _MJ
            self.now += 1

    def is_worth_keeping(self) -> bool:
        """Whether enough came together, and long enough after the last time."""
        pace = _AFTER_LIGHT if self._lit else 1
        return (self.now - self._kept) * pace >= _WORTH and self._since_write * pace >= _APART

    def to_keep(self) -> bytes:
        """What load() takes back; from now on it counts as kept."""
        self._kept = self.now
        self._since_write = 0
        self._lit = False
        return str(self.total).encode()
