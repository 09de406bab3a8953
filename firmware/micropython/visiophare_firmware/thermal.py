# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The LED's temperature: how much light it allows, how fast the fan turns, and when it is dark.

Owns the sensor's curve and the fold-back. It must not know where readings come from, nor how
quickly the light follows. The sensor is an NTC from the converter's pin to ground, a resistor
from the pin to the converter's reference:

    raw / 65535 = R / (R + series),  R = r25 · exp(beta · (1/T - 1/298.15 K))

so that a broken wire reads full scale and a short reads nothing. Of the three styles of thermal
derating (off; one step; continuous, then off) this is the last:

    light  ────────╮           100 % up to fold_c, straight down to nothing at off_c; once there,
                    ╲          dark until it has cooled by hysteresis_c
                 fold off

Without an NTC (a setting) all light is allowed and the fan always turns.
"""

from array import array
from math import exp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .settings import Settings

FULL = 65535
SHORTED, OPEN = 655, 64_880
"""Readings from 1 % to 99 % are temperatures: -50 °C to 180 °C with equal resistors."""
_BROKEN = ("ntc_open", "ntc_shorted")
_COLDEST_C, _STEP_C, _POINTS = -30, 5, 34
_FAN_LEAST = 20_000  # a fan given less may not start


class Thermal:
    """ceiling: the light allowed, 0 … 65535. fan: its duty. fault: a code, or "".

    tenths_c: the temperature in tenths of a degree, None while unknown.
    A broken sensor is not trusted again until acknowledge(): one that makes and loses contact must
    not switch the light.
    """

    def __init__(self) -> None:
        self.fault = ""
        self.ceiling = FULL
        self.fan = 0
        self.tenths_c: int | None = None
        self._raws = array("H", [0] * _POINTS)
        self._hot = False
        self._fan_on = False

    def configure(self, settings: "Settings") -> None:
        """Take the settings as they are now, and what the sensor reads at each fifth degree."""
        self.present = settings["ntc"] == "yes"
        self._fold = round(10 * settings["fold_c"])
        self._off = round(10 * settings["off_c"])
        self._fan_start = round(10 * settings["fan_c"])
        self._hysteresis = round(10 * settings["hysteresis_c"])
        for point in range(_POINTS):
            kelvin = _COLDEST_C + _STEP_C * point + 273.15
            ohm = settings["ntc_r25_ohm"] * exp(settings["ntc_beta_k"] * (1 / kelvin - 1 / 298.15))
            self._raws[point] = int(FULL * ohm / (ohm + settings["ntc_series_ohm"]))
        if not self.present:
            self.fault = ""
            self.tenths_c = None

    def update(self, median: int, mean: int) -> None:
        """New readings; ten times a second."""
        if not self.present:
            self.ceiling = self.fan = FULL
            return
        if median >= OPEN:
            self.fault = "ntc_open"
        elif median <= SHORTED:
            self.fault = "ntc_shorted"
        if self.is_broken():
            self.tenths_c = None
            self.ceiling = 0
            self.fan = FULL
            return
        self.tenths_c = self.tenths(mean)
        self._limit(self.tenths_c)
        self._cool(self.tenths_c)

    def is_broken(self) -> bool:
        """Whether there is a fault that stays until somebody has seen to it."""
        return self.fault in _BROKEN

    def acknowledge(self) -> None:
        """Somebody has seen to the sensor: trust what it reads from now on."""
        if self.is_broken():
            self.fault = ""

    def tenths(self, raw: int) -> int:
        """The temperature of a reading, straight between each fifth degree; capped at the ends."""
        raws = self._raws
        if raw >= raws[0]:
            return _COLDEST_C * 10
        point = 1
        while point < _POINTS and raw < raws[point]:
            point += 1
        if point == _POINTS:
            return (_COLDEST_C + _STEP_C * (_POINTS - 1)) * 10
        above = raws[point - 1]
        part = _STEP_C * 10 * (above - raw) // max(1, above - raws[point])
        return (_COLDEST_C + _STEP_C * (point - 1)) * 10 + part

    def _limit(self, tenths: int) -> None:
        if tenths >= self._off:
            self._hot = True
        elif tenths < self._off - self._hysteresis:
            self._hot = False
        self.fault = "too_hot" if self._hot else ""
        if self._hot:
            self.ceiling = 0
        elif tenths <= self._fold:
            self.ceiling = FULL
        else:
            self.ceiling = FULL * (self._off - tenths) // (self._off - self._fold)

    def _cool(self, tenths: int) -> None:
        if tenths >= self._fan_start:
            self._fan_on = True
        elif tenths < self._fan_start - self._hysteresis:
            self._fan_on = False
        if not self._fan_on:
            self.fan = 0
            return
        above = max(0, tenths - self._fan_start)
        wanted = _FAN_LEAST + (FULL - _FAN_LEAST) * above // (self._fold - self._fan_start)
        self.fan = min(FULL, wanted | 2047)  # in 32 steps: no need to follow each hundredth
