# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The board of a simulated projector: a light, a motor on a rail with a switch, hands, files.

Owns what the hardware does between two calls of the controller: it carries plans out step by
step on its own clock, and records what an observer beside the projector would see. It must not
know the wire nor the host. The same file runs on CPython and on MicroPython, where it is imported
without its package: nothing here but the firmware's own words.
"""

import binascii
from math import exp

from visiophare_firmware.actions import Actions
from visiophare_firmware.board import Board
from visiophare_firmware.controller import Controller
from visiophare_firmware.settings import Settings
from visiophare_wire import TICKS_MASK, format_typed, ticks_diff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from visiophare_firmware.answers import Answer
    from visiophare_firmware.ramp import Plan
    from visiophare_wire import Command

    Record = Callable[[str, int, "float | str"], None]

LIGHT, CARRIAGE, CUT, EXECUTED = "light", "carriage", "cut", "executed"
SAVED, FILED, MOTOR = "saved", "filed", "motor"
START_FRAME = 0
"""The frame that is in the gate before anything has moved."""
FULL = 65535
TICK_US = 5000  # what the controller asks for at least


class Crystal:
    """The board's clock, counted from its boot: early or late by its drift.

    All times of this file are its unwrapped microseconds: board time before it wraps at 2**30.
    """

    def __init__(self, boot_local_us: int, offset_us: int, drift_ppm: float) -> None:
        self._boot_local_us = boot_local_us
        self._offset_us = offset_us
        self._drift_ppb = int(drift_ppm * 1000)

    def us_at(self, local_us: int) -> int:
        """Board microseconds at local ones, those of the computer that plays the board."""
        since_boot_us = local_us - self._boot_local_us
        return self._offset_us + since_boot_us + since_boot_us * self._drift_ppb // 1_000_000_000

    def local_us_at(self, board_us: int) -> float:
        """The inverse of us_at."""
        since_boot_us = (board_us - self._offset_us) / (1 + self._drift_ppb / 1_000_000_000)
        return self._boot_local_us + since_boot_us


class SimulatedBoard(Board):
    """record(kind, at_us, value) gets:

        LIGHT     the duty from then on, 0 … 65535
        CARRIAGE  a point of the carriage's way: there it is at that time, in mm of film;
                  between points it moves evenly
        CUT       all later points are void; it stays there (value: mm)
        SAVED     the settings have been written (value: their text)
        FILED     a file has been written (value: its name and its bytes in hex)
        MOTOR     it has its current from then on (1), or is free (0)
        EXECUTED  a command acts on light or carriage (value: as a person would type it)

    start_mm: where the carriage stands at boot; None for the middle of a frame. files: those that
    the board holds at boot, by name, in hex.
    """

    name = "simulated"

    def __init__(
        self,
        now_us: "Callable[[], int]",
        record: "Record",
        boot_id: str,
        reset_cause: str = "power_on",
        settings_text: str | None = None,
        start_mm: float | None = None,
        files: "dict[str, str] | None" = None,
    ) -> None:
        self.boot_id = boot_id
        self.reset_cause = reset_cause
        self.now_us = now_us
        self._record = record
        self._settings_text = settings_text
        self._files = {name: binascii.unhexlify(text) for name, text in (files or {}).items()}
        self._mechanics = Mechanics(settings_text, start_mm)
        self.surroundings = Surroundings(settings_text)
        self._steps = 0  # at the beginning of the plan
        self._plan: Plan | None = None
        self._points: list[tuple[int, int]] = []  # (time, steps of the plan made by then)
        self._motor_on = False
        self._pressed: set[str] = set()
        self._midi = b""
        record(LIGHT, now_us(), 0)
        record(CARRIAGE, now_us(), self._mechanics.start_mm)

    def touch(self, what: str) -> None:
        """Hands do something: `press go`, `release go`, `knob 32768`, `midi 902464`."""
        action, _, value = what.partition(" ")
        if action == "press":
            self._pressed.add(value)
        elif action == "release":
            self._pressed.discard(value)
        elif action == "knob":
            self.surroundings.knob = int(value)
        else:
            self._midi += binascii.unhexlify(value)

    def ticks_us(self) -> int:
        """The time to give to the controller."""
        return self.now_us() & TICKS_MASK

    def set_light(self, duty_u16: int) -> None:
        now_us = self.now_us()
        self.surroundings.set_light(duty_u16, now_us)
        self._record(LIGHT, now_us, duty_u16)

    def start_motion(self, plan: "Plan") -> None:
        self.enable_motor(True)
        self._settle()
        self._begin(plan, self.now_us())

    def decelerate(self) -> None:
        plan = self._plan
        if plan is None or not self.is_moving():
            return
        now_us = self.now_us()
        done = self._done(now_us)
        stopping = plan.stopping(done)
        if stopping:
            self._void(now_us, done)
            self._begin(stopping, now_us)

    def change_motion(self, plan: "Plan") -> None:
        now_us = self.now_us()
        self._void(now_us, self._done(now_us))
        self._begin(plan, now_us)

    def cut_motion(self) -> None:
        now_us = self.now_us()
        self._void(now_us, self._done(now_us))
        self.enable_motor(False)

    def enable_motor(self, on: bool) -> None:
        if on != self._motor_on:
            self._motor_on = on
            self._record(MOTOR, self.now_us(), int(on))

    def is_moving(self) -> bool:
        return bool(self._points) and self.now_us() < self._points[-1][0]

    def position_steps(self) -> int:
        direction = self._plan.direction if self._plan else 0
        return self._steps + direction * self._done(self.now_us())

    def home_switch(self) -> bool:
        return self._mechanics.switch_closed(self.position_steps())

    def read_settings(self) -> str | None:
        return self._settings_text

    def write_settings(self, text: str) -> None:
        self._settings_text = text
        self._record(SAVED, self.now_us(), text)

    def sense(self, which: str) -> int:
        return self.surroundings.raw(which, self.now_us())

    def set_fan(self, duty_u16: int) -> None:
        self.surroundings.set_fan(duty_u16, self.now_us())

    def feed_watchdog(self) -> None:
        """Nothing here hangs but with the whole process."""

    def read_file(self, name: str) -> bytes | None:
        return self._files.get(name)

    def write_file(self, name: str, data: bytes) -> None:
        self._files[name] = bytes(data)
        text = binascii.hexlify(data).decode()
        self._record(FILED, self.now_us(), f"{name} {text}")

    def button(self, which: str) -> bool:
        return which in self._pressed

    def read_midi(self, buffer: bytearray) -> int:
        count = min(len(buffer), len(self._midi))
        buffer[:count] = self._midi[:count]
        self._midi = self._midi[count:]
        return count

    def _begin(self, plan: "Plan", at_us: int) -> None:
        self._plan = plan
        due_ns, done = at_us * 1000, 0
        self._points = [(at_us, 0)]
        for count, period_ns in plan.segments():
            due_ns += count * period_ns
            done += count
            self._points.append((due_ns // 1000, done))
        for point_us, steps in self._points:
            at_mm = self._mechanics.mm(self._steps + plan.direction * steps)
            self._record(CARRIAGE, point_us, at_mm)

    def _void(self, now_us: int, done: int) -> None:
        """The rest of the plan is not carried out."""
        if self._plan:
            self._steps += self._plan.direction * done
        self._plan = None
        self._points = []
        self._record(CUT, now_us, self._mechanics.mm(self._steps))

    def _settle(self) -> None:
        """The plan has come to its end: what it did becomes the beginning of the next."""
        if self._plan and self._points:
            self._steps += self._plan.direction * self._points[-1][1]
        self._plan = None
        self._points = []

    def _done(self, now_us: int) -> int:
        """Steps of the plan made by now: whole ones, even within a segment."""
        points = self._points
        if not points:
            return 0
        if now_us >= points[-1][0]:
            return points[-1][1]
        low, high = 0, len(points) - 1  # points[low] <= now < points[high]
        while high - low > 1:
            middle = (low + high) // 2
            if points[middle][0] <= now_us:
                low = middle
            else:
                high = middle
        (from_us, from_steps), (to_us, to_steps) = points[low], points[high]
        return from_steps + (to_steps - from_steps) * (now_us - from_us) // (to_us - from_us)


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


class WatchedActions(Actions):
    """The controller's actions, with a record of each that is carried out."""

    def __init__(self, actions: Actions, record: "Record", now_us: "Callable[[], int]") -> None:
        self._actions = actions
        self._record = record
        self._now_us = now_us

    def check(self, command: "Command") -> None:
        self._actions.check(command)

    def describe(self, command: "Command") -> "Answer":
        return self._actions.describe(command)

    def run(self, command: "Command", at_us: int, now_us: int) -> None:
        self._actions.run(command, at_us, now_us)
        self._record(EXECUTED, self._now_us(), format_typed(command.name, command.args))


def rest_us(controller: Controller, now_us: int) -> int:
    """How long the loop may wait for bytes until something has its time; at most a tick."""
    rest_us = TICK_US
    if controller.schedule.waiting:
        rest_us = min(rest_us, ticks_diff(controller.schedule.waiting[0].at_us or 0, now_us))
    if controller.light.exposure.active:
        rest_us = min(rest_us, ticks_diff(controller.light.exposure.next_us, now_us))
    return max(0, rest_us)


def start_controller(board: SimulatedBoard, record: "Record") -> Controller:
    """The firmware's own controller on this board, watched."""
    controller = Controller(board, board.ticks_us())
    controller.actions = WatchedActions(controller.actions, record, board.now_us)
    return controller
