# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The carriage: home on a switch, absolute moves to millimetres or frames, stops.

Owns where the carriage is, whether that is known, and the order of the legs of a move. It must
not know the wire, the light, or how steps are made: the board follows plans and counts steps.

Backlash is taken up in the direction of homing: whoever comes from the other side goes past the
place and returns. With its current off after a rest (a setting) the rotor may be anywhere.

A move is a chain of legs. Each leg says which switch state ends it early, and what follows then
or at standstill. Every leg is capped, so that a missing switch ends in a fault, not in a jam.
"""

from visiophare_wire import ticks_diff
from visiophare_wire.kinds import shortest

from .answers import RefusedError
from .board import Board
from .events import Events, Faults
from .film import Film
from .ramp import Plan, Ramp
from .settings import Settings
from .turning import Turning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SEARCH_TRAVELS = 1.5
"""How many travels the search for the switch may take."""
LEAVE_RETRACTS = 4
"""How many retracts a carriage that begins on its switch may need to leave it."""
LOST = ("film_slipped", "home_not_found", "home_switch_stuck")
"""Faults after which only a homing that succeeds, or a person, makes the position known."""

STILL, MOVING, HOMING, STOPPING = "still", "moving", "homing", "stopping"
TURNING = "turning"


class Carriage:
    """One motor on one axis. Positions in mm from home, along the film.

    freed: the film belongs to the hand, and nothing here moves it.
    plan: the one that is carried out, or was the last. zero_steps: the board's count at home.
    turn_256: a turn of a disc or loop in 256ths of a step, 0 for a film with two ends.
    """

    def __init__(self, board: Board, settings: Settings, events: Events, faults: Faults) -> None:
        self._board = board
        self._settings = settings
        self._events = events
        self._faults = faults
        self.state = STILL
        self.referenced = False
        self.freed = False
        self.zero_steps = 0
        self._zero_parts = 0  # 256ths, of a turn's that is not whole steps long
        self._contact_steps = 0
        self._target_steps = 0
        self._left_steps = 0  # where the way began of which _slack_steps does not yet know
        self._turning = Turning(board)
        self._film = Film(board)
        self._turn_steps_s = 0.0
        self._rest_us = -1  # since when it has been still with its current on
        self._awaited: bool | None = None
        self._at_switch: Callable[[int], None] = self._rest
        self._at_rest: Callable[[int], None] = self._rest
        self.configure()
        self.plan: Plan = self._ramp.plan(1)

    def configure(self) -> None:
        """Take the settings as they are now. Only while still."""
        settings = self._settings
        per_mm = settings["steps_per_mm"]
        acceleration = settings["acceleration_mm_s2"] * per_mm
        jerk = settings["jerk_mm_s3"] * per_mm
        self._ramp = Ramp(settings["speed_mm_s"] * per_mm, acceleration, jerk)
        self._home_ramp = Ramp(settings["home_speed_mm_s"] * per_mm, acceleration)
        self._slow_ramp = Ramp(settings["home_slow_mm_s"] * per_mm, acceleration)
        for ramp in (self._ramp, self._home_ramp, self._slow_ramp):
            self._board.prepare(ramp)
        self._steps_per_mm = -per_mm if settings["reversed"] == "yes" else per_mm
        minus = settings["home_side"] == "minus"
        self._homewards = 1 if minus == (settings["reversed"] == "yes") else -1
        # Of the backlash, what is not taken up: at first perhaps all.
        self._slack_steps = self._backlash_steps = round(settings["backlash_mm"] * per_mm)
        turn_mm = settings["turn_mm"] if settings["endless"] == "yes" else 0
        self.turn_256 = round(256 * turn_mm * per_mm)
        self._film.configure(settings)
        self._idle_us = int(settings["idle_off_s"] * 1_000_000)

    def position_mm(self) -> float | None:
        """Where the carriage is, or None while that is unknown."""
        if not self.referenced:
            return None
        away = ticks_diff(self._board.position_steps(), self.zero_steps)
        return float(away / self._steps_per_mm)

    def frame(self) -> int | None:
        """The frame in the gate: where the carriage stands still within a step of it."""
        mm = self.position_mm()
        pitch_mm = self._settings["pitch_mm"]
        if mm is None or self.state != STILL or pitch_mm == 0:
            return None
        frame = round((mm - self._settings["first_frame_mm"]) / pitch_mm)
        off_mm = abs(mm - self._settings.frame_mm(frame))
        within = 0 <= frame < self._settings["frames"] and off_mm * abs(self._steps_per_mm) < 1
        return frame if within else None

    def check_target(self, mm: float) -> None:
        """Raises: RefusedError("outside") for a position beyond the soft limits."""
        low, high = self._settings["min_mm"], self._settings["max_mm"]
        backlash_mm = self._settings["backlash_mm"]  # the room to go past a place
        if self._settings["home_side"] == "minus":
            high -= backlash_mm
        else:
            low += backlash_mm
        if not low <= mm <= high:
            raise RefusedError("outside", {"min": shortest(low, 3), "max": shortest(high, 3)})

    def check_frame(self, frame: int) -> None:
        """Raises: RefusedError("no_frame") for a frame that the film does not have."""
        last = self._settings["frames"] - 1
        if frame > last:
            raise RefusedError("no_frame", {"min": "0", "max": str(last)})

    def check_speed(self, count: float, mm: float, too_fast: str) -> None:
        """So many times so many mm a second. Raises: RefusedError: "not_here", "not_endless", or
        beyond the speed of moves the given one, with the largest count."""
        if "turn" not in self._board.capabilities:
            raise RefusedError("not_here")
        if self._settings["endless"] != "yes":
            raise RefusedError("not_endless")
        fastest = self._settings["speed_mm_s"]
        if abs(count * mm) > fastest:
            raise RefusedError(too_fast, {"max": shortest(int(fastest * 100 / abs(mm)) / 100, 2)})

    def turn(self, mm_s: float, now_us: int) -> None:
        """For ever at this speed, signed; from another speed of the same direction without a stop.

        0 stops. Needs no home. Raises: RefusedError("not_home_yet") while that is looked for.
        """
        if self.state == HOMING:
            raise RefusedError("not_home_yet")
        steps_s = mm_s * self._steps_per_mm
        if not steps_s:
            self.stop(now_us)
        elif self._turning.can_change_to(steps_s):
            self.plan = self._turning.change(self._ramp, steps_s)
        else:
            self._turn_steps_s = steps_s
            self._from_standstill(TURNING, self._begin_turning, now_us)

    def go_to(self, mm: float, now_us: int) -> None:
        """Go to an absolute position; while moving, stop first. `arrived` tells when it is there.

        Raises: RefusedError("unreferenced") until homed, "not_home_yet" while that is going on.
        """
        if self.state == HOMING:
            raise RefusedError("not_home_yet")
        if not self.referenced:
            raise RefusedError("unreferenced")
        self._target_steps = self.zero_steps + round(mm * self._steps_per_mm)
        self._from_standstill(MOVING, self._depart, now_us)

    def home(self, now_us: int) -> None:
        """Find the switch; `homed` tells when the position is known, a fault when it is not.

        Raises: RefusedError("film_free").
        """
        self._check_film()
        self._lose_position()
        self._faults.gone(*LOST)
        self._from_standstill(HOMING, self._begin_home, now_us)

    def is_lost(self) -> bool:
        """Whether the position was lost by a fault that is still there."""
        return bool(set(LOST) & set(self._faults.present))

    def stop(self, now_us: int) -> None:
        """Decelerate and keep the position; a homing is given up. `stopped` tells when."""
        if self.state != STILL:
            self._from_standstill(STOPPING, self._stopped, now_us)

    def cut(self) -> None:
        """No further step, now. The position is lost when the carriage was moving."""
        try:
            if self.state != STILL:
                self._lose_position()
            self._turning.leave()
            self._rest(0)
            self._rest_us = -1
            self._slack_steps = self._backlash_steps
        finally:
            self._board.cut_motion()

    def update(self, now_us: int) -> None:
        """Go on with the next leg when it is time."""
        if self.state == STILL:
            if self._rest_us >= 0 and self._idle_us:
                self._rest_in(now_us)
            return
        if self._film.slipped() and self.state != HOMING:
            self._slip(now_us)
        elif self._awaited is not None and self._board.home_switch() == self._awaited:
            self._awaited = None
            self._contact_steps = self._board.position_steps()
            self._at_rest = self._at_switch
            self._board.decelerate()
        elif not self._board.is_moving():
            self._at_rest(now_us)
        elif self._turning.has_wandered():
            self._wind_back()

    def _rest_in(self, now_us: int) -> None:
        """Current off when it has been still for so long; the position is unknown from then on."""
        if ticks_diff(now_us, self._rest_us) >= self._idle_us:
            self._rest_us = -1
            self._lose_position()
            self._board.enable_motor(False)
            self._events.add("motor_off", {"t": str(now_us)})

    def _lose_position(self) -> None:
        self.referenced = False
        self._film.forget()

    def _slip(self, now_us: int) -> None:
        """The film does not follow: come to rest, and do not trust the position."""
        self._lose_position()
        self._faults.raise_("film_slipped", "", now_us)
        self.stop(now_us)

    def _check_film(self) -> None:
        if self.freed:
            raise RefusedError("film_free")

    def _from_standstill(self, state: str, then: "Callable[[int], None]", now_us: int) -> None:
        self._check_film()
        if state != STOPPING and "settings_invalid" in self._faults.present:
            raise RefusedError("not_set")
        self.state = state
        self._awaited = None
        self._at_rest = then
        self._turning.leave()
        if self._board.is_moving():
            self._board.decelerate()
        else:
            then(now_us)

    def _leg(
        self,
        ramp: Ramp,
        steps: int,
        at_rest: "Callable[[int], None]",
        awaited: bool | None = None,
        at_switch: "Callable[[int], None] | None" = None,
    ) -> None:
        self._awaited = awaited
        self._at_switch = at_switch or at_rest
        self._at_rest = at_rest
        self._take_up()
        self._film.heads(steps, self.zero_steps if self.referenced else None)
        self.plan = ramp.plan(steps)
        self._board.start_motion(self.plan)

    def _towards_home(self, mm: float) -> int:
        return self._homewards * (round(mm * abs(self._steps_per_mm)) or 1)

    def _take_up(self) -> int:
        """Between legs: the way since the last one took backlash up, or let it go. Where it is."""
        here = self._board.position_steps()
        slack = self._slack_steps - self._homewards * ticks_diff(here, self._left_steps)
        self._slack_steps = min(max(0, slack), self._backlash_steps)
        self._left_steps = here
        return here

    def _depart(self, now_us: int) -> None:
        steps = ticks_diff(self._target_steps, self._take_up())
        past = self._homewards * self._backlash_steps
        if past and self._homewards * steps < self._slack_steps:
            self._leg(self._ramp, steps - past, self._return)
        elif steps:
            self._leg(self._ramp, steps, self._arrived)
        else:
            self._arrived(now_us)

    def _begin_turning(self, now_us: int) -> None:
        self._at_rest = self._stopped
        self._take_up()
        self._film.heads(1 if self._turn_steps_s > 0 else -1, None)
        self.plan = self._turning.begin(self._ramp, self._turn_steps_s)

    def _return(self, now_us: int) -> None:
        steps = ticks_diff(self._target_steps, self._board.position_steps())
        self._leg(self._ramp, steps, self._arrived)

    def _begin_home(self, now_us: int) -> None:
        if self._board.home_switch():
            leave_mm = LEAVE_RETRACTS * self._settings["home_retract_mm"]
            away = -self._towards_home(leave_mm)
            self._leg(self._home_ramp, away, self._switch_stuck, False, self._seek)
        else:
            self._seek(now_us)

    def _seek(self, now_us: int) -> None:
        travel_mm = self._settings["max_mm"] - self._settings["min_mm"]
        towards = self._towards_home(SEARCH_TRAVELS * travel_mm)
        self._leg(self._home_ramp, towards, self._not_found, True, self._retract)

    def _retract(self, now_us: int) -> None:
        overrun = ticks_diff(self._board.position_steps(), self._contact_steps)
        away = -self._towards_home(self._settings["home_retract_mm"]) - overrun
        self._leg(self._home_ramp, away, self._touch)

    def _touch(self, now_us: int) -> None:
        if self._board.home_switch():
            self._switch_stuck(now_us)
            return
        towards = self._towards_home(2 * self._settings["home_retract_mm"])
        self._target_steps = self._board.position_steps() + towards
        self._touch_on(now_us)

    def _touch_on(self, now_us: int) -> None:
        steps = ticks_diff(self._target_steps, self._board.position_steps())
        if self._homewards * steps > 0:
            self._leg(self._slow_ramp, steps, self._not_found, True, self._homed)
        else:
            self._not_found(now_us)

    def _homed(self, now_us: int) -> None:
        if not self._board.home_switch():  # it was but a wrong reading
            self._touch_on(now_us)
            return
        self.zero_steps = self._contact_steps
        self._zero_parts = 0
        self.referenced = True
        self._finished("homed", now_us)

    def _arrived(self, now_us: int) -> None:
        self._finished("arrived", now_us)

    def _stopped(self, now_us: int) -> None:
        self._wind_back()
        self._finished("stopped", now_us)

    def _wind_back(self) -> None:
        """Count whole turns of a disc or loop out of the position."""
        here = self._take_up()  # before it is round the circle
        turn = self.turn_256
        if turn:
            away = ticks_diff(here, self.zero_steps)
            turns = away * 256 // turn  # whole numbers: floats of a board end at 2**24
            parts = turns * turn + self._zero_parts
            self.zero_steps = ticks_diff(self.zero_steps + (parts >> 8), 0)
            self._zero_parts = parts & 255

    def _not_found(self, now_us: int) -> None:
        self._rest(now_us)
        self._faults.raise_("home_not_found", "", now_us)

    def _switch_stuck(self, now_us: int) -> None:
        self._rest(now_us)
        self._faults.raise_("home_switch_stuck", "", now_us)

    def _rest(self, now_us: int) -> None:
        self.state = STILL
        self._awaited = None
        self._at_rest = self._rest
        self._rest_us = now_us

    def _finished(self, event: str, now_us: int) -> None:
        self._rest(now_us)
        fields = {"t": str(now_us)}
        mm = self.position_mm()
        if mm is not None:
            fields["mm"] = shortest(mm, 3)
        frame = self.frame()
        if frame is not None:
            fields["frame"] = str(frame)
        self._events.add(event, fields)
