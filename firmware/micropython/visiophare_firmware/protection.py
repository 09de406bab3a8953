# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much light the LED's temperature, the film and the supply allow; the fan; the watt-hours.

Owns the pace of the sensors and the ceiling over the light. It must not know why light is wanted,
nor the flash limit that comes after it. The ceiling moves so evenly (a second down, five up, over
the whole range) that nothing a sensor reads can make the light flash. Takes no memory while it
runs, but when a fault comes or goes and when watt-hours are kept.
"""

from visiophare_wire import TICKS_MASK, ticks_diff

from .answers import RefusedError
from .energy import FILE, Energy
from .senses import READINGS, Sensor
from .still_frame import StillFrame
from .supply import Supply
from .thermal import Thermal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .events import Faults
    from .settings import Settings

FULL = 65535
READING_US = 100_000 // READINGS
_FALL, _RISE = FULL // 50, FULL // 250
_LATE_US = 1_000_000  # after this the clock is not caught up with
_REST = 23
"""Tenths of a second of darkness and quiet before the flash memory may be written: not a round
number, at which a score might go on."""


class Protection:
    """ceiling: the light allowed now, 0 … 65535, linear.

    target: what the ceiling is on its way to. thermal, still, supply, energy: the parts.
    """

    def __init__(self, board: "Board", settings: "Settings", faults: "Faults", now_us: int) -> None:
        self._board = board
        self._settings = settings
        self._faults = faults
        self._ntc = Sensor(board, "ntc")
        self._volts = Sensor(board, "supply")
        self.thermal = Thermal()
        self.still = StillFrame()
        self.supply = Supply()
        self.energy = Energy()
        self.ceiling = 0
        self.target = 0
        self._started = False
        self._told = ["", ""]
        self._fan = -1
        self._rest = 0
        self._duty_sum = 0
        self._passes = 0
        self._due_us = now_us
        self.configure()
        self._load()

    def configure(self) -> None:
        """Take the settings as they are now."""
        self.thermal.configure(self._settings)
        self.still.configure(self._settings)
        self.supply.configure(self._settings)
        self.energy.configure(self._settings)

    def acknowledge(self, now_us: int) -> None:
        """The faults were taken note of and are no longer listed: those that persist come back."""
        self.thermal.acknowledge()
        self.thermal.update(self._ntc.median, self._ntc.mean)
        self._tell(now_us)

    @property
    def battery_wh(self) -> float:
        """What a full battery holds, as the settings say; 0 for no battery."""
        return float(self._settings["battery_wh"])

    def disturb(self) -> None:
        """Somebody speaks to the board: not now a write that stops everything."""
        self._rest = 0

    def allow(self, wanted: int) -> int:
        """The duty that may go on to the flash limit."""
        ceiling = self.ceiling
        return wanted if wanted < ceiling else ceiling  # min() takes three times as long

    def update(self, duty: int, busy: bool, now_us: int) -> None:
        """Once in a pass. duty: the light now. busy: something moves, or waits for its time."""
        if not self._started:
            self._start(now_us)
        self._duty_sum += duty
        self._passes += 1
        late_us = ticks_diff(now_us, self._due_us)
        if -READING_US <= late_us < 0:
            return
        if not 0 <= late_us < _LATE_US:
            self._due_us = now_us
        self._due_us = (self._due_us + READING_US) & TICKS_MASK
        self._approach()
        self._volts.take()
        if self._ntc.take():
            self._evaluate(self._duty_sum // self._passes, busy, now_us)
            self._duty_sum = self._passes = 0

    def fault(self) -> str:
        """The code of the fault that keeps the light off, "" for none."""
        return self.thermal.fault or self.supply.fault

    def check_light(self) -> None:
        """Raises: RefusedError when the light stays dark until somebody types `clear`."""
        if self.thermal.is_broken():
            raise RefusedError(self.thermal.fault)

    def limited_by(self) -> str:
        """What holds the ceiling where it is: a fault's code, "heat", "supply", "film", "rising"
        while it comes back, or "" for nothing."""
        if self.fault():
            return self.fault()
        if self.target == FULL:
            return "" if self.ceiling == FULL else "rising"
        if self.target == self.thermal.ceiling:
            return "heat"
        return "supply" if self.target == self.supply.ceiling else "film"

    def _start(self, now_us: int) -> None:
        """Dark until the sensors have been read; then there is nothing yet to be smooth about."""
        self._ntc.start_anew()
        self._volts.start_anew()
        self._evaluate(0, True, now_us)
        self.ceiling = self.target
        self._started = True

    def _approach(self) -> None:
        if self.ceiling > self.target:
            self.ceiling = max(self.target, self.ceiling - _FALL)
        elif self.ceiling < self.target:
            self.ceiling = min(self.target, self.ceiling + _RISE)

    def _evaluate(self, duty: int, busy: bool, now_us: int) -> None:
        """A tenth of a second passed with this light."""
        self.thermal.update(self._ntc.median, self._ntc.mean)
        self.supply.update(self._volts.mean, duty)
        self.still.update(duty, self._board.position_steps())
        self.energy.update(duty)
        self.target = min(self.thermal.ceiling, self.supply.ceiling, self.still.ceiling)
        self._tell(now_us)
        if self._fan != self.thermal.fan:
            self._fan = self.thermal.fan
            self._board.set_fan(self._fan)
        self._rest = 0 if duty or busy else self._rest + 1
        if self._rest >= _REST and self.energy.is_worth_keeping():
            self._keep(now_us)

    def _tell(self, now_us: int) -> None:
        self._tell_one(0, self.thermal.fault, now_us)
        self._tell_one(1, self.supply.fault, now_us)

    def _tell_one(self, index: int, fault: str, now_us: int) -> None:
        told = self._told[index]
        if told and told != fault:
            self._faults.gone(told)
        if fault and fault not in self._faults.present:
            self._faults.raise_(fault, "", now_us)
        self._told[index] = fault

    def _load(self) -> None:
        try:
            self.energy.load(self._board.read_file(FILE))
        except OSError:
            self.energy.load(None)

    def _keep(self, now_us: int) -> None:
        try:
            self._board.write_file(FILE, self.energy.to_keep())
            self._faults.gone("energy_not_kept")
        except OSError as error:
            self._faults.raise_("energy_not_kept", str(error), now_us)
