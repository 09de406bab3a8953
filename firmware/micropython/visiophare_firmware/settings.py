# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The board's settings: one table of names, kinds and defaults, and what must hold between them.

Owns reading, checking and writing them as JSON text. It must not know where the text is kept, nor
what a setting does. They are valid as a whole or not taken at all, and every problem is told.
"""

import json

from visiophare_wire import WireError
from visiophare_wire.kinds import Choice, Decimal, Whole, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_STEPS_S = 40_000
FULL_STEPS = 4
"""So many a mark on the film may be away from its place."""

_YES = Choice("no", "yes")
_PLACE = Decimal("mm", -10_000, 10_000)
_SPEED = Decimal("", 0.01, 1000)
_WHILE = Decimal("s", 0, 480)
_OHM = Decimal("", 100, 1_000_000)
_UP_TO_200 = Decimal("", 0, 200)

TABLE: "tuple[tuple[str, Any, Any], ...]" = (
    ("name", Word(24), "visiophare"),
    ("language", Choice("fr", "en"), "fr"),
    # the carriage, along the film's axis
    ("steps_per_mm", Decimal("", 0.1, 100_000), 80.0),
    ("reversed", _YES, "no"),
    ("min_mm", _PLACE, 0.0),
    ("max_mm", _PLACE, 400.0),
    ("speed_mm_s", _SPEED, 40.0),
    ("acceleration_mm_s2", Decimal("", 0.1, 10_000), 200.0),
    ("jerk_mm_s3", Decimal("", 0, 10_000_000), 0.0),  # 0: acceleration comes at once
    ("backlash_mm", Decimal("mm", 0, 10), 0.0),
    ("idle_off_s", _WHILE, 0.0),  # 0: the motor keeps its current
    ("home_side", Choice("minus", "plus"), "minus"),
    ("home_speed_mm_s", _SPEED, 20.0),
    ("home_slow_mm_s", _SPEED, 1.0),
    ("home_retract_mm", Decimal("mm", 0.1, 100), 3.0),
    # the film: frame i at first_frame_mm + i * pitch_mm
    ("first_frame_mm", _PLACE, 20.0),
    ("pitch_mm", Decimal("mm", -1000, 1000), 38.0),
    ("frames", Whole((), 1, 10_000), 10),
    # a disc or a loop, which may turn for ever; how much of it goes by in a turn, 0: not known
    ("endless", _YES, "no"),
    ("turn_mm", Decimal("mm", 0, 100_000), 0.0),
    # a sensor that sees a mark in each frame
    ("film_sensor", _YES, "no"),
    ("microsteps", Whole((), 1, 256), 16),
    # the light's pulses: how many a second, and at least how many bits of levels; a new level waits
    # for the end of a pulse, which a line's 2.5 ms allow from 400 on
    ("pwm_hz", Whole((), 400, 100_000), 20_000),
    ("pwm_bits", Whole((), 8, 16), 12),
    ("strobe_longest_us", Whole((), 1, 2500), 1000),
    # without a host: is there a dimmer; when the score begins; may it then find home unasked
    ("knob", _YES, "no"),
    ("score_start", Choice("button", "power_on"), "button"),
    ("score_homes", _YES, "no"),
    # when the host falls silent
    ("silence", Choice("hold", "fade", "score"), "hold"),
    ("silence_after_s", Decimal("s", 0.5, 480), 10.0),
    ("silence_fade_s", _WHILE, 3.0),
    # the LED's temperature: an NTC to ground, a series resistor to the converter's reference
    ("ntc", _YES, "yes"),
    ("ntc_beta_k", Decimal("", 1000, 6000), 3950.0),
    ("ntc_r25_ohm", _OHM, 10_000.0),
    ("ntc_series_ohm", _OHM, 10_000.0),
    ("fan_c", Decimal("", 0, 120), 45.0),
    ("fold_c", Decimal("", 20, 120), 65.0),
    ("off_c", Decimal("", 20, 125), 80.0),
    ("hysteresis_c", Decimal("", 1, 40), 10.0),
    # the film: full light on a still frame for so long, and what it bears for ever; 0: no limit
    ("still_after_s", Decimal("s", 0, 14_400), 600.0),
    ("still_percent", Decimal("%", 5, 100), 50.0),
    # the supply: volts at the converter's full scale, 0 where nothing measures it
    ("supply_full_v", _UP_TO_200, 0.0),
    ("supply_warn_v", _UP_TO_200, 11.8),
    ("supply_min_v", _UP_TO_200, 10.8),
    ("supply_hysteresis_v", Decimal("", 0.05, 20), 0.4),
    # what is drawn from it at full light, and in the dark
    ("led_w", Decimal("", 0, 2000), 200.0),
    ("idle_w", _UP_TO_200, 2.0),
    ("battery_wh", Decimal("", 0, 100_000), 0.0),
)

ORDERED = (
    ("min_mm", "max_mm"),
    ("fan_c", "fold_c"),
    ("fold_c", "off_c"),
    ("supply_min_v", "supply_warn_v"),
)
"""Pairs of settings of which the first must be the lower one."""

_KINDS = {name: kind for name, kind, _ in TABLE}


class SettingsError(Exception):
    """Settings that do not hold. problems: (code, fields of the sentence), one for each."""

    def __init__(self, problems: list[tuple[str, dict[str, str]]]) -> None:
        super().__init__(problems)
        self.problems = problems


class Settings:
    """Valid settings. `values` maps each name of the table to its value."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {name: default for name, _, default in TABLE}

    def __getitem__(self, name: str) -> "Any":
        return self.values[name]

    def frame_mm(self, frame: int) -> float:
        """Where the carriage stands when this frame is in the gate."""
        return float(self.values["first_frame_mm"] + frame * self.values["pitch_mm"])

    def text_of(self, name: str) -> str:
        """The value as a person types it."""
        return str(_KINDS[name].format(self.values[name], name))

    def change(self, name: str, text: str) -> None:
        """Set one value from its text. Raises: SettingsError; then nothing has changed."""
        values = dict(self.values)
        problems = []
        try:
            if name not in _KINDS:
                raise WireError("unknown_setting", {"arg": wire_word(name)})
            values[name] = _KINDS[name].parse(text.encode(), name)
        except WireError as error:
            problems.append((error.code, error.detail))
        self._replace(values, problems)

    def load(self, text: str) -> list[str]:
        """Take what the JSON text says, defaults for what it leaves out; names that it does not
        know, as another version's.

        Raises: SettingsError with every problem of the text; then nothing has changed.
        """
        try:
            document = json.loads(text)
        except (ValueError, RuntimeError):  # RuntimeError: nested too deep
            document = None
        # MicroPython's json takes a text that is cut off, and 400 cut short is 40.
        if not isinstance(document, dict) or not text.rstrip().endswith("}"):
            raise SettingsError([("settings_unreadable", {})])
        values = {name: default for name, _, default in TABLE}
        problems = []
        unknown = []
        for name in sorted(document):
            if name not in _KINDS:
                unknown.append(wire_word(name))
                continue
            try:
                values[name] = _from_json(_KINDS[name], document[name], name)
            except WireError as error:
                problems.append((error.code, error.detail))
        self._replace(values, problems)
        return unknown

    def to_json(self) -> str:
        """The text that load() takes back."""
        return json.dumps(self.values)

    def _replace(
        self, values: "dict[str, Any]", problems: list[tuple[str, dict[str, str]]]
    ) -> None:
        problems += _conflicts(values)
        if problems:
            raise SettingsError(problems)
        self.values = values


def _from_json(kind: "Any", value: "Any", name: str) -> "Any":
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise WireError("not_a_value", {"arg": name})
    if isinstance(value, str) == isinstance(kind, (Decimal, Whole)):
        raise WireError("not_a_value", {"arg": name})
    return kind.parse(kind.format(value, name).encode(), name)


def wire_word(name: str) -> str:
    """The unknown name as far as it fits a reply: a longer line would be no line."""
    return "".join([letter if "+" <= letter <= "z" else "_" for letter in name[:20]]) or "_"


def _conflicts(values: "dict[str, Any]") -> list[tuple[str, dict[str, str]]]:
    """What is wrong between values that are each right."""
    found = []
    low, high = values["min_mm"], values["max_mm"]
    last_mm = values["first_frame_mm"] + (values["frames"] - 1) * values["pitch_mm"]
    for low_name, high_name in ORDERED:
        if values[low_name] >= values[high_name]:
            found.append(("limits_crossed", {"min": low_name, "max": high_name}))
    for frame_mm in (values["first_frame_mm"], last_mm):
        if not low <= frame_mm <= high:
            found.append(("frames_outside", {"mm": f"{frame_mm:.2f}"}))
            break
    if values["home_slow_mm_s"] > values["home_speed_mm_s"]:
        found.append(("home_slow_too_fast", {}))
    if values["home_speed_mm_s"] > values["speed_mm_s"]:
        found.append(("home_too_fast", {}))
    if values["speed_mm_s"] * values["steps_per_mm"] > MAX_STEPS_S:
        found.append(("too_many_steps", {"max": str(MAX_STEPS_S)}))
    if values["home_retract_mm"] >= high - low > 0:
        found.append(("retract_too_long", {}))
    pitch_steps = abs(values["pitch_mm"]) * values["steps_per_mm"]
    if values["film_sensor"] == "yes" and pitch_steps <= 2 * FULL_STEPS * values["microsteps"]:
        found.append(("film_pitch_short", {}))  # no mark could be too far from its place
    return found
