# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine of a show: (now, event) → actions.  Pure: it reads no clock, never sleeps or sends.

Owns which cues play, who has the light, and where the carriage is wanted.

Time: every step ends at an absolute time that follows from when its cue began, and each action
bears the time at which it is due.  Whoever calls late gets the same actions with the same times.

Light: of all cues that have touched the light, the one with the highest priority has it; among
equals the one that began last.  A cue that was triggered leaves the light where its last fade ends.
A cue that was held (gate, toggle) or stopped gives the light back to what lies below it, over its
release time; a flash always gives it back.

Carriage: it is one, so the latest move counts.  How long it takes nobody knows: steps wait for
`Arrived`, each until its own deadline.
"""

import copy
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from visiophare.show.actions import (
    Action,
    Arrived,
    CarriageFailed,
    Command,
    Event,
    GaveUp,
    Go,
    LetGo,
    Master,
    MoveCarriage,
    OrderOver,
    Panic,
    Release,
    SetMaster,
    Started,
    StopAll,
    StopCarriage,
    StopNow,
    Tick,
    TimedEvent,
    Trigger,
)
from visiophare.show.light import Blink, Ramp, commands_for, commands_to_resume, steady
from visiophare.show.model import (
    Cue,
    Fade,
    Flash,
    Hold,
    Mode,
    Move,
    Next,
    Place,
    Retrigger,
    Show,
    Step,
    never_ends,
)
from visiophare.show.run import Round, Run, look_of, next_step, ramp_of, top_of

GO_GUARD_S: Final = 0.25
"""A second Go within this time is a finger that trembled."""

NEAR_MM: Final = 0.05
"""What a place and the report of it may differ by, rounded to steps and to the wire's decimals."""

NEVER: Final = math.inf


class Engine:
    """A show in play.

    schedule: events known beforehand, in the order of time. unattended: nobody will say Go, so
    each cue of the running order follows the one before, and endless loops in it play one round.
    """

    def __init__(
        self,
        show: Show,
        start_s: float,
        schedule: Sequence[TimedEvent] = (),
        *,
        unattended: bool = False,
    ) -> None:
        self.show = show
        self.now_s = start_s
        self.position = -1  # in the running order; -1 before the first Go
        self.carriage: Place | None = None  # where it was sent last
        self.master_percent = show.master_percent
        self._unattended = unattended
        self._schedule = tuple(schedule)
        self._scheduled = 0  # how many of them have been
        self._runs: tuple[Run, ...] = ()
        self._numbers = 0
        self._ground = steady(0.0, start_s)  # the light when no cue has it
        self._told = self._ground  # the ramp that the board heard of last
        self._blink: Blink | None = None  # and the flash
        self._last_go_s = -NEVER
        self._moving = False
        self._actions: list[Action] = []

    # ---- what may be asked

    def copy(self) -> "Engine":
        """An engine that goes its own way from here; cheap, as everything inside is immutable."""
        other = copy.copy(self)
        other._actions = []
        return other

    def next_deadline_s(self) -> float:
        """When something happens by itself; infinite when only an event can make it happen."""
        due_s = min((run.due_s for run in self._runs), default=NEVER)
        if self._scheduled < len(self._schedule):
            due_s = min(due_s, self._schedule[self._scheduled].at_s)
        return due_s

    @property
    def playing(self) -> tuple[str, ...]:
        """The ids of the cues that play, in the order in which they began."""
        return tuple(run.cue.id for run in self._runs)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to come without a person."""
        return self._scheduled == len(self._schedule) and all(map(self._needs_a_person, self._runs))

    def level_percent(self, at_s: float) -> float:
        """The level of the light as it stands now, seen at a time not before now."""
        return look_of(self._runs, self._ground).level_percent(at_s)

    def opening(self) -> list[Command]:
        """What brings a projector, whatever it does, to where a show begins: dark."""
        return [
            SetMaster(self.master_percent, self.now_s),
            *commands_to_resume(self._ground, self.now_s),
        ]

    def resumption(self) -> list[Command]:
        """What brings a projector that was away to where the show has got to by now."""
        light = commands_to_resume(ramp_of(self._runs, self._ground), self.now_s)
        # Going where it is costs nothing, but finding home is a journey: not twice.
        again = self.carriage is not None and (self._moving or self.carriage != Place())
        move = [MoveCarriage(self.carriage, self.now_s)] if self.carriage and again else []
        return [SetMaster(self.master_percent, self.now_s), *light, *move]

    # ---- the one thing it does

    def step(self, now_s: float, event: Event | None = None) -> list[Action]:
        """All actions that have become due until now, in the order of time, then the event's.

        Time never goes back: an earlier `now_s` counts as the latest one.
        """
        self._actions = []
        now_s = max(now_s, self.now_s)
        while (due_s := self.next_deadline_s()) <= now_s:
            self._pass(max(due_s, self.now_s))
        self.now_s = now_s
        if event is not None:
            self._take(event)
            self._settle()
        return self._actions

    def _pass(self, due_s: float) -> None:
        """Everything that happens by itself at one moment."""
        self.now_s = due_s
        self._go_on_all()
        while self._scheduled < len(self._schedule):
            scheduled = self._schedule[self._scheduled]
            if scheduled.at_s > due_s:
                break
            self._scheduled += 1
            self._take(scheduled.event)
        self._settle()

    def _settle(self) -> None:
        """Plays what an event has set off at this moment; only its outcome is shown."""
        self._go_on_all()
        self._show_light()

    def _go_on_all(self) -> None:
        while due := next((run for run in self._runs if run.due_s <= self.now_s), None):
            self._go_on(due)

    def _take(self, event: Event) -> None:
        match event:
            case Trigger():
                self._trigger(event)
            case Release(cue=cue_id):
                for run in self._active(cue_id):
                    self._withdraw(run)
            case Go():
                self._next_in_order()
            case Arrived():
                if self.carriage is not None and _is_at(self.carriage, event):
                    self._carriage_stands()
            case CarriageFailed():
                self._carriage_stands()
            case Master(level_percent=level):
                self.master_percent = level
                self._actions.append(SetMaster(level, self.now_s))
            case StopAll():
                self._stop_all()
            case Panic():
                self._panic()
            case Tick():
                pass

    # ---- cues begin and end

    def _trigger(self, event: Trigger) -> None:
        cue = self.show.cues[event.cue]
        active = self._active(cue.id)
        if active and (event.mode is Mode.TOGGLE or cue.retrigger is Retrigger.STOP):
            for run in active:
                self._withdraw(run)
            self._actions.append(LetGo(cue.id, self.now_s))
        elif not active or cue.retrigger is Retrigger.RESTART:
            self._start(cue, event.mode, event.scale)

    def _start(self, cue: Cue, mode: Mode, scale: float, *, by_go: bool = False) -> None:
        """Plays a cue from its first step; an earlier playing of it hands on its light."""
        light = None
        for run in self._runs:
            if run.cue.id == cue.id:
                if run.light is not None:
                    light = steady(run.light.level_percent(self.now_s), self.now_s)
                by_go = by_go or run.by_go
                self._remove(run)
        self._numbers += 1
        self._actions.append(Started(cue.id, self.now_s))
        stack = (Round(cue.steps),)
        run = Run(cue, self._numbers, scale, mode, by_go, stack, self.now_s, light)
        self._runs = (*self._runs, run)

    def _next_in_order(self) -> None:
        if self.now_s - self._last_go_s < GO_GUARD_S:
            return
        self._last_go_s = self.now_s
        for run in self._runs:
            if run.by_go:
                self._end(run)
        self._play_next()

    def _play_next(self) -> None:
        self.position += 1
        if self.position < len(self.show.order):
            cue = self.show.cues[self.show.order[self.position]]
            self._start(cue, Mode.TRIGGER, 1.0, by_go=True)
        else:
            self.position = -1
            self._stop_all()
            self._actions.append(OrderOver(self.now_s))

    def _end(self, run: Run) -> None:
        """The light stays where the cue has it, until another cue takes it from there."""
        if run.light is not None:
            self._ground = (
                run.light
                if run.light.end_s <= self.now_s
                else steady(run.light.level_percent(self.now_s), self.now_s)
            )
        self._remove(run)

    def _withdraw(self, run: Run) -> None:
        """The cue gives the light back to what lies below it."""
        had_it = top_of(self._runs) is run
        self._remove(run)
        if run.light is None or not run.cue.release_s or not had_it:
            return
        until_s = self.now_s + run.cue.release_s
        light = Ramp(
            self.now_s,
            run.light.level_percent(self.now_s),
            ramp_of(self._runs, self._ground).level_percent(until_s),
            run.cue.release_s,
        )
        leaving = replace(
            run, stack=(), due_s=until_s, light=light, blink=None, waiting=False, leaving=True
        )
        self._runs = (*self._runs, leaving)

    def _stop_all(self) -> None:
        level = self.level_percent(self.now_s)
        self._ground = Ramp(self.now_s, level, 0.0, self.show.stop_s if level else 0.0)
        self._runs = ()
        if self._moving:
            self._moving = False
            self._actions.append(StopCarriage(self.now_s))

    def _panic(self) -> None:
        self._runs = ()
        self._schedule, self._scheduled = (), 0
        self._ground = self._told = steady(0.0, self.now_s)
        self._blink, self._moving, self.carriage = None, False, None
        self._actions.append(StopNow(self.now_s))

    # ---- steps

    def _go_on(self, run: Run) -> None:
        """Plays the steps that are due, up to the next one that takes time."""
        if run.leaving:
            self._remove(run)
            return
        if run.waiting and run.due_s <= self.now_s and self.carriage is not None:
            self._actions.append(GaveUp(run.cue.id, self.carriage, self.now_s))
        after = replace(run, blink=None, waiting=False, due_s=self.now_s)
        once = self._unattended and run.by_go
        while after.due_s <= self.now_s:
            after, step = next_step(after, once=once)
            if step is None:
                self._replace(replace(after, due_s=NEVER))
                self._steps_are_over(after)
                return
            after = self._play(after, step)
        self._replace(after)

    def _play(self, run: Run, step: Step) -> Run:
        now_s = self.now_s
        match step:
            case Fade(level_percent=level, over_s=over_s):
                start = run.light or ramp_of(self._runs, self._ground)
                light = Ramp(now_s, start.level_percent(now_s), level * run.scale, over_s)
                return replace(run, light=light, due_s=now_s + over_s)
            case Flash(level_percent=level, duration_s=duration_s):
                blink = Blink(now_s, level * run.scale, duration_s)
                return replace(run, blink=blink, due_s=now_s + duration_s)
            case Hold(duration_s=duration_s):
                return replace(run, due_s=now_s + duration_s)
            case Move(to=to, within_s=within_s, wait=wait):
                self._actions.append(MoveCarriage(to, now_s, run.cue.id))
                self.carriage, self._moving = to, True
                return replace(run, waiting=wait, due_s=now_s + within_s) if wait else run
            case _:
                raise AssertionError("next_step enters loops and calls itself")

    def _steps_are_over(self, run: Run) -> None:
        if run.mode is not Mode.TRIGGER:
            return  # it stays until it is let go
        self._end(run)
        follows = self._unattended or run.cue.next is Next.FOLLOW
        if run.by_go and follows and self.position + 1 < len(self.show.order):
            self._play_next()

    def _carriage_stands(self) -> None:
        self._moving = False
        for run in self._runs:
            if run.waiting:
                self._go_on(replace(run, due_s=NEVER))

    def _show_light(self) -> None:
        look, top = look_of(self._runs, self._ground), top_of(self._runs)
        self._actions.extend(
            commands_for(look, self._told, self._blink, self.now_s, top.cue.id if top else "")
        )
        if isinstance(look, Blink):
            self._blink = look
        else:
            self._told, self._blink = look, None

    def _needs_a_person(self, run: Run) -> bool:
        """Whether nothing but a person ends this run."""
        if run.leaving or (run.by_go and self._unattended):
            return False
        return run.is_held or never_ends(run.cue.steps)

    # ---- the list of runs

    def _active(self, cue_id: str) -> list[Run]:
        return [run for run in self._runs if run.cue.id == cue_id and not run.leaving]

    def _remove(self, run: Run) -> None:
        self._runs = tuple(other for other in self._runs if other.number != run.number)

    def _replace(self, new: Run) -> None:
        self._runs = tuple(new if run.number == new.number else run for run in self._runs)


def _is_at(place: Place, arrived: Arrived) -> bool:
    if place.frame is not None:
        return arrived.frame == place.frame
    if place.mm is not None:
        return arrived.mm is not None and abs(arrived.mm - place.mm) < NEAR_MM
    return arrived.home
