# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The board of a simulated projector: a light, a motor on a rail with a switch, hands, files.

Owns what the hardware does between two calls of the controller: it carries plans out step by
step on its own clock, and records what an observer beside the projector would see. It must not
know the wire nor the host. The same file runs on CPython and on MicroPython, where it is imported
without its package: nothing here but the firmware's own words.
"""

import binascii

from visiophare_firmware.actions import Actions
from visiophare_firmware.board import Board
from visiophare_firmware.controller import Controller
from visiophare_wire import TICKS_MASK, format_typed, ticks_diff

try:
    from visiophare.simulator.flashing import Flashing
    from visiophare.simulator.surroundings import Mechanics, Surroundings
except ImportError:  # on MicroPython
    from flashing import Flashing  # type: ignore[import-not-found,no-redef]
    from surroundings import Mechanics, Surroundings  # type: ignore[import-not-found,no-redef]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from visiophare_firmware.answers import Answer
    from visiophare_firmware.ramp import Plan
    from visiophare_wire import Command

    Record = Callable[[str, int, "float | str"], None]

LIGHT, CARRIAGE, CUT, EXECUTED = "light", "carriage", "cut", "executed"
SAVED, FILED, MOTOR = "saved", "filed", "motor"
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
    capabilities = ("light", "carriage", "turn", "score", "expose", "strobe")

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
        self._flashing = Flashing(self._shine)
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
        if self._flashing.on:
            self._play(now_us)
            self._flashing.stop(now_us)
        self._shine(duty_u16, now_us)

    def start_strobe(self, flash_us: int) -> None:
        self._flashing.on = True
        self._flashing.flash_us = flash_us

    def strobe_at(self, position_steps: int) -> bool:
        self._play(self.now_us())
        return self._flashing.tell(position_steps)

    def drop_strobe(self) -> None:
        self._play(self.now_us())
        self._flashing.drop()

    def start_motion(self, plan: "Plan") -> None:
        self.enable_motor(True)
        self._play(self.now_us())
        self._flashing.drop()
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
        self._flashing.drop()
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

    def _shine(self, duty_u16: int, at_us: int) -> None:
        self.surroundings.set_light(duty_u16, at_us)
        self._record(LIGHT, at_us, duty_u16)

    def _play(self, now_us: int) -> None:
        if self._plan:
            done = self._done(now_us)
            position_steps = self._steps + self._plan.direction * done
            while self._flashing.waits:
                ahead_steps = ticks_diff(self._flashing.next_steps, position_steps)
                ahead_steps *= self._plan.direction
                if ahead_steps > 0:
                    break
                self._flashing.flash(self._us_of_step(done + ahead_steps))
        self._flashing.pass_time(now_us)

    def _us_of_step(self, step: int) -> int:
        """When the plan makes this step of its own."""
        index = 1
        while self._points[index][1] < step:
            index += 1
        (from_us, from_steps), (to_us, to_steps) = self._points[index - 1 : index + 1]
        return from_us + (step - from_steps) * (to_us - from_us) // (to_steps - from_steps)

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
        self._play(now_us)
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
