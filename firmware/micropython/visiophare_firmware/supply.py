# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supply's voltage: light that a battery or a dynamo can bear, and when it is dark.

Owns the power budget. It must not know where readings come from. A voltage recovers as soon as it
is loaded less, so a ceiling that followed it would swing. This one only sinks below supply_warn_v,
the faster the lower the voltage, rests in the band of supply_hysteresis_v above that, and rises
slowly beyond. Below supply_min_v it is dark until the supply, without load, is above the band.

What stores energy (a dynamo's capacitor, a DC-DC converter's) tells too late that it is asked for
more than comes in: the voltage stays where it was until that is used up. So the ceiling at which
it sagged is remembered; the way back is slow near it, and past it only while light takes it all.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .settings import Settings

FULL = 65535
_FALL = 16
"""Per tenth of a second and hundredth of a volt: a volt below takes all light in 4 s. With a supply
that sags by 3 V at full light and readings half a second old this is half of what would swing."""
_RISE = FULL // 300
"""Per tenth of a second: from dark to full in 30 s."""
_NEAR = 9
"""Within a quarter of where it sagged the pace is the distance >> _NEAR: with 0.05 to 10 F it comes
to what the source gives, and tries a little more every minute or two."""
_YIELD = 4
"""When it sags, what was asked for >> _YIELD goes at once: then the voltage comes back."""


class Supply:
    """ceiling: the light allowed, 0 … 65535. fault: "supply_low" or "".

    hundredths_v: the voltage in hundredths, None where nothing measures it.
    """

    def __init__(self) -> None:
        self.fault = ""
        self.ceiling = FULL
        self.hundredths_v: int | None = None
        self._sagged = 0  # the ceiling at which it did; 0: never
        self._sags = False

    def configure(self, settings: "Settings") -> None:
        """Take the settings as they are now."""
        self._full = round(100 * settings["supply_full_v"])
        self._warn = round(100 * settings["supply_warn_v"])
        self._least = round(100 * settings["supply_min_v"])
        self._rested = self._warn + round(100 * settings["supply_hysteresis_v"])

    def update(self, mean: int, duty: int) -> None:
        """A new reading, and the light since the last one; ten times a second."""
        if not self._full:
            self.fault = ""
            self.ceiling = FULL
            self.hundredths_v = None
            return
        volts = self.hundredths_v = (mean >> 2) * self._full >> 14
        if volts < self._least:
            self.fault = "supply_low"
        elif volts >= self._rested:
            self.fault = ""
        if volts < self._warn:
            if not self._sags:
                self._sags = True
                self._sagged = self.ceiling
                self.ceiling -= self.ceiling >> _YIELD
            self.ceiling = max(0, self.ceiling - _FALL * (self._warn - volts))
        elif volts >= self._rested:
            self._sags = False
            self._rise(duty)
        if self.fault:
            self.ceiling = 0

    def _rise(self, duty: int) -> None:
        rise, away = _RISE, self.ceiling - self._sagged
        if -(self._sagged >> 2) < away < self._sagged >> 2:
            rise = max(1, abs(away) >> _NEAR)
        if away < 0 or not self._sagged or duty >= self.ceiling - (self.ceiling >> 3):
            self.ceiling = min(FULL, self.ceiling + rise)
