# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated board is built into: a rail with its switch, an LED that warms, a supply.

Owns what they do by themselves. It must not know plans or pins. Runs on CPython and on MicroPython,
as `board`.
"""

from math import exp

from visiophare_firmware.settings import Settings

START_FRAME = 0
"""The frame that is in the gate before anything has moved."""
FULL = 65535


class Mechanics:
    """Steps into millimetres of film, as the projector is built: what its settings said at first.

    Changing a setting later does not rebuild the projector.
    """

    def __init__(self, settings_text: str | None, start_mm: float | None = None) -> None:
        settings = Settings()
        if settings_text:
            settings.load(settings_text)
        per_mm = settings["steps_per_mm"]
        self._steps_per_mm = -per_mm if settings["reversed"] == "yes" else per_mm
        self._side = -1 if settings["home_side"] == "minus" else 1
        self._first_mm = settings["first_frame_mm"]
        self._pitch_mm = settings["pitch_mm"]
        self._last_frame = settings["frames"] - 1
        self.start_mm = settings.frame_mm(START_FRAME) if start_mm is None else start_mm

    def mm(self, steps: int) -> float:
        """Where the carriage is, in mm of film from the switch, after steps since boot."""
        return float(self.start_mm + steps / self._steps_per_mm)

    def switch_closed(self, steps: int) -> bool:
        """The switch closes at 0 mm and stays closed beyond."""
        return self.mm(steps) * self._side >= 0

    def frame_at(self, mm: float) -> int:
        """The frame nearest to the middle of the gate."""
        if not self._pitch_mm:
            return 0
        frame = round((mm - self._first_mm) / self._pitch_mm)
        return int(min(max(frame, 0), self._last_frame))


class Surroundings:
    """The LED's heat and the supply, as plausible as two equations make them.

    The LED nears, within HEAT_S, the ambient temperature plus RISE_C for full light, of which a fan
    takes up to half. The supply has an inner resistance. All may be changed at any time:

    ambient_c                   of the air
    emf_v, resistance_ohm       of the supply
    knob                        how far it is turned, 0 … 65535
    stuck                       what a sensor reads whatever happens, by its name: 65535 for an NTC
                                that is open, 0 for one that is shorted
    """

    RISE_C = 40.0
    HEAT_S = 150.0

    def __init__(self, settings_text: str | None) -> None:
        self._settings = Settings()
        if settings_text:
            self._settings.load(settings_text)
        self.ambient_c = 20.0
        self.led_c = 20.0
        self.emf_v = 12.6
        self.resistance_ohm = 0.03
        self.knob = FULL
        self.stuck: dict[str, int] = {}
        self._light = 0.0
        self._fan = 0.0
        self._at_us: int | None = None

    def set_light(self, duty_u16: int, now_us: int) -> None:
        """The light changes; until now it was as before."""
        self._pass_time(now_us)
        self._light = duty_u16 / FULL

    def set_fan(self, duty_u16: int, now_us: int) -> None:
        """The fan changes."""
        self._pass_time(now_us)
        self._fan = duty_u16 / FULL

    def raw(self, which: str, now_us: int) -> int:
        """What the board's converter reads for this sensor."""
        if which in self.stuck:
            return self.stuck[which]
        if which == "ntc":
            self._pass_time(now_us)
            return self._ntc_raw()
        if which == "supply":
            return self._supply_raw()
        return self.knob

    def _pass_time(self, now_us: int) -> None:
        passed_s = (now_us - (now_us if self._at_us is None else self._at_us)) / 1e6
        self._at_us = now_us
        target_c = self.ambient_c + self.RISE_C * self._light * (1 - self._fan / 2)
        self.led_c = target_c + (self.led_c - target_c) * exp(-passed_s / self.HEAT_S)

    def _ntc_raw(self) -> int:
        settings = self._settings
        reciprocal = 1 / (self.led_c + 273.15) - 1 / 298.15
        ntc_ohm = settings["ntc_r25_ohm"] * exp(settings["ntc_beta_k"] * reciprocal)
        return int(FULL * ntc_ohm / (ntc_ohm + settings["ntc_series_ohm"]))

    def _supply_raw(self) -> int:
        settings = self._settings
        full_v = settings["supply_full_v"]
        if not full_v:
            return 0
        watts = settings["idle_w"] + settings["led_w"] * self._light
        volts = self.emf_v - self.resistance_ohm * watts / max(self.emf_v, 1.0)
        return int(min(max(volts / full_v, 0.0), 1.0) * FULL)
