# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Film heats while it stands in the light: a heat budget, and the light that it leaves.

Owns the budget. It must not know who moves the film. What is known: scenic projectors of 1 to
12 kW spoil a still film within 10 to 40 minutes (US 6402326). This LED gives less light and next
to no infrared, so the default, ten minutes of full light and half of it (as perceived) for ever, is
on the safe side of anything printed on clear film; nobody has measured it on a Visiophare.

Light above what the film bears for ever fills the budget, light below it and darkness empty it, and
so does motion that brings film which is cool: what goes to and fro within half a frame's pitch does
not. Once full, the light nears what is borne
for ever, continuously: the nearer it is the slower.

    light  ───────────╮
                       ╲_
               budget     ‾‾‾────────── still_percent
"""

from visiophare_wire import ticks_diff

from .light import duty_of_level, level_of_percent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .settings import Settings

FULL = 65535
_SHIFT = 4  # of duties, so that four hours of full light stay below 2**30


class StillFrame:
    """ceiling: the light allowed, 0 … 65535."""

    def __init__(self) -> None:
        self.ceiling = FULL
        self._heat = 0
        self._middle_steps = 0  # of the film that is warm

    def configure(self, settings: "Settings") -> None:
        """Take the settings as they are now; the film stays as hot as it is."""
        self._borne = duty_of_level(level_of_percent(settings["still_percent"]))
        self._budget = int(settings["still_after_s"] * 10) * ((FULL - self._borne) >> _SHIFT)
        self._most = self._budget + (self._budget >> 2)
        self._warm_steps = int(abs(settings["pitch_mm"]) * settings["steps_per_mm"]) >> 2
        self._cool_steps = max(1, 2 * self._warm_steps)
        self._relief = self._most // self._cool_steps + 1

    def update(self, duty: int, position_steps: int) -> None:
        """A tenth of a second passed with this light; the carriage is there now."""
        if self._budget <= 0:
            self.ceiling = FULL
            return
        away = ticks_diff(position_steps, self._middle_steps)
        moved = max(0, abs(away) - self._warm_steps)
        self._middle_steps = ticks_diff(self._middle_steps + (moved if away > 0 else -moved), 0)
        heat = self._heat - min(moved, self._cool_steps) * self._relief
        if duty:
            heat += (duty - self._borne) >> _SHIFT
        else:
            heat -= FULL >> _SHIFT
        self._heat = max(0, min(heat, self._most))
        self.ceiling = FULL - self._reduction(self._heat - self._budget)

    def _reduction(self, over: int) -> int:
        """Nothing up to the budget, all but what is borne a quarter above it."""
        if over <= 0:
            return 0
        quarter = max(1, self._budget >> 2)
        while quarter >= 1 << 14:
            quarter >>= 1
            over >>= 1
        return (FULL - self._borne) * min(over, quarter) // quarter
