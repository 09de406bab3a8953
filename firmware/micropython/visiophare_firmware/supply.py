# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supply's voltage: light that a battery or a dynamo can bear, and when it is dark.

Owns the power budget. It must not know where readings come from. A voltage recovers as soon as it
is loaded less, so a ceiling that followed it would swing. This one only sinks below supply_warn_v,
the faster the lower the voltage, rests in the band of supply_hysteresis_v above that, and rises
slowly beyond. Below supply_min_v it is dark until the supply, without load, is above the band.
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


class Supply:
    """ceiling: the light allowed, 0 … 65535. fault: "supply_low" or "".

    hundredths_v: the voltage in hundredths, None where nothing measures it.
    """

    def __init__(self) -> None:
        self.fault = ""
        self.ceiling = FULL
        self.hundredths_v: int | None = None

    def configure(self, settings: "Settings") -> None:
        """Take the settings as they are now."""
        self._full = round(100 * settings["supply_full_v"])
        self._warn = round(100 * settings["supply_warn_v"])
        self._least = round(100 * settings["supply_min_v"])
        self._rested = self._warn + round(100 * settings["supply_hysteresis_v"])

    def update(self, mean: int) -> None:
        """A new reading; ten times a second."""
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
        if self.fault:
            self.ceiling = 0
        elif volts < self._warn:
            self.ceiling = max(0, self.ceiling - _FALL * (self._warn - volts))
        elif volts >= self._rested:
            self.ceiling = min(FULL, self.ceiling + _RISE)
