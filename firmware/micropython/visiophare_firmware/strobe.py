# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cinema without a shutter: one flash for each frame, at a step of the motor.

Owns at which steps, and that there are flashes only while armed and moving. It must not know how a
flash is made: the board starts it by itself when the step is made, and is told a few of them ahead.

A frame is a fraction of steps: so many whole ones, and `rest` of `parts`. Where each flash is due
is carried on exactly, and rounded only for the step: half a step of error, for ever. Film: frame i
is due where it stands in the gate. Disc or loop (turn_mm): as many as fit share a turn evenly.
Takes no memory while it runs, but when a leg of the motion begins.
"""

from visiophare_wire import ticks_diff

from .answers import RefusedError
from .carriage import STILL, Carriage
from .flash_limit import FlashLimit
from .settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .ramp import Plan

PHASES = 100_000
"""In a frame: the wire's percent have three decimals."""
_LEAST_STEPS = 16
_MARGIN_NS = 1_000_000
"""What takes longer than this to come can still be told to the board."""


class Strobe:
    """flash_us: how long a flash was asked to be, 0 for no strobe. phase: 0 … PHASES of a frame.

    duty: the mean of the light, 0 … 65535, for whoever counts heat and watt-hours.
    """

    # The flash to be told next, `part` of `parts` of a step before its place; how they follow.
    _next: int
    _part: int
    _parts: int
    _whole: int
    _rest: int
    _sign: int  # of the motion
    _margin: int  # in steps

    def __init__(
        self, board: "Board", settings: Settings, carriage: Carriage, limit: FlashLimit
    ) -> None:
        self._board = board
        self._settings = settings
        self._carriage = carriage
        self._limit = limit
        self.flash_us = 0
        self.phase = 0
        self.duty = 0
        self._plan: Plan | None = None

    def start(self, flash_us: int, now_us: int) -> None:
        """Flash at each frame from the next tick on. Raises: RefusedError."""
        longest_us = self._settings["strobe_longest_us"]
        if flash_us > longest_us:
            raise RefusedError("range", {"arg": "flash_us", "min": "1", "max": str(longest_us)})
        if not self._limit.armed_s:
            raise RefusedError("not_armed")
        if self._carriage.state == STILL:
            raise RefusedError("not_moving")
        self.flash_us = flash_us
        self._length_us = -1
        self._plan = None
        self._lit_us = self._elapsed_us = 0

    def set_phase(self, percent: float) -> None:
        """Flash so much of a frame later, from the next flash on.

        One that is due within a millisecond falls away, and none comes for it.
        """
        self.phase = int(percent * (PHASES // 100) + 0.5)
        self._plan = None

    def stop(self, now_us: int) -> None:
        """Dark; the flashes just before count for the flash limit."""
        if self.flash_us:
            self.flash_us = self.duty = 0
            self._limit.flashed(now_us)
            self._board.set_light(0)

    def update(self, light: int, elapsed_us: int, now_us: int) -> None:
        """In every tick while flash_us. light: how much of it master and protection allow."""
        if not self._limit.armed_s or self._carriage.state == STILL:
            self.stop(now_us)
            return
        length_us = self.flash_us * (light + 1) >> 16
        if length_us != self._length_us:
            self._length_us = length_us
            self._board.start_strobe(length_us)
        plan = self._carriage.plan
        if plan is not self._plan:
            goes_on = self._plan and plan.start and plan.direction == self._sign
            self._plan = plan
            self._margin = 1 + _MARGIN_NS // plan.cruise_period_ns
            if not goes_on:  # at another speed, which moves no flash
                self._aim(plan.direction)
        sign, position = self._sign, self._board.position_steps()
        while sign * ticks_diff(self._next, position) <= self._margin or self._board.strobe_at(
            self._next
        ):
            steps = self._whole
            self._part += self._rest
            if self._part >= self._parts:
                self._part -= self._parts
                steps += 1
            self._next = ticks_diff(self._next + sign * steps, 0)
            self._lit_us += length_us
        self._elapsed_us += elapsed_us
        if self._elapsed_us >= 1 << 17:
            self.duty = self._lit_us * 64 // (self._elapsed_us >> 10)
            self._lit_us = self._elapsed_us = 0

    def _aim(self, sign: int) -> None:
        """At the first flash ahead on the leg that has begun."""
        settings = self._settings
        self._sign = sign
        per_mm = round(settings["steps_per_mm"] * 1000)
        if settings["reversed"] == "yes":
            per_mm = -per_mm
        parts = 1_000_000
        frame = per_mm * round(settings["pitch_mm"] * 1000)
        first = per_mm * round(settings["first_frame_mm"] * 1000)
        turn = self._carriage.turn_256
        if turn and frame:
            pictures = (turn * parts // 128 // abs(frame) + 1) // 2 or 1
            parts = 256 * pictures
            first = first * parts // 1_000_000
            frame = turn if frame > 0 else -turn
        position = self._board.position_steps()
        zero_steps = ticks_diff(self._carriage.zero_steps, position)
        ahead = sign * (zero_steps * parts + first + frame * self.phase // PHASES)
        frame = max(abs(frame), _LEAST_STEPS * parts)
        ahead = ahead % frame + parts // 2
        self._next = ticks_diff(position + sign * (ahead // parts), 0)
        self._part = ahead % parts
        self._parts = parts
        self._whole = frame // parts
        self._rest = frame % parts
        self._board.drop_strobe()
