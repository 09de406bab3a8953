# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays a score: which cues play, who has the light, where the carriage is wanted.

Owns the way through a score's words, and what the host's engine owns while a host plays
(host/visiophare/show/engine.py says how): a test plays shows on both. It must not know buttons,
MIDI, files or the wire. The time comes in with every call; a step's time follows from when its cue
began, so that lateness never adds up. Takes no memory while it plays, but when the carriage goes.

A score is an array of 32-bit words, written by host/visiophare/show/score_bytes.py, which says
what stands where. Its checksum was right, so nothing is looked at twice; whatever stands in it, the
worst it can do is to fail, which is dark.
"""

from array import array
from binascii import crc32

from visiophare_wire import ticks_add, ticks_diff

from .answers import RefusedError
from .beat import Beat
from .carriage import STILL, Carriage
from .events import Events
from .light import Light
from .playing import Run
from .settings import Settings

_MAGIC = 0x01435356
_CUES_AT = 4

_END, _FADE, _FLASH, _LOOP, _AGAIN, _CALL = 0, 1, 2, 3, 4, 5
_HOME, _FRAME, _MM = 7, 8, 9  # 6 only waits
_MM_ZERO = 0x800000
_BEATS = 0x8000000
_BYTE = 255

_IGNORE, _STOP, _FOLLOW = 1, 2, 4
_TOGGLE = 2

FULL_SCALE = 127

_RUNS = 8
"""Cues at once; one more takes the place of the lowest."""
_MOST_STEPS = 8  # in one pass of the loop, 1.5 ms each; the others come later, with their own times
_ROUND_MS = 50  # at least, for a board that repeats the order
_GO_GUARD_US = 250_000
"""A second go within this time is a finger that trembled."""
_COUNT = 0xFFFFF


def words_of(data: bytes) -> "array[int]":
    """The words of a score. Raises: ValueError for bytes that are none, or not whole."""
    words = array("I", data if len(data) % 4 == 0 else b"")
    if len(words) <= _CUES_AT or words[0] != _MAGIC or words[-1] != crc32(memoryview(data)[:-4]):
        raise ValueError
    return words


class Player:
    """active: the score has light and carriage; otherwise a host or a person at a terminal has.

    words: the score; none without one. position: in the running order, -1 before the first.
    unattended: each cue follows the one before, and endless loops in the order play one round.
    alone: it also began by itself, so it repeats the order for ever, and finds home only if the
    settings allow; after a jam once more, and again only after a round without. beat: the tempo.
    cue, everywhere: where its row is in the score.
    """

    def __init__(
        self, light: Light, carriage: Carriage, settings: Settings, events: Events
    ) -> None:
        self.words = array("I")
        self.active = self.unattended = self.alone = False
        self.position = -1
        self.beat = Beat()
        self._light = light
        self._carriage = carriage
        self._settings = settings
        self._events = events
        self._runs = [Run() for _ in range(_RUNS)]
        self._ground = Run()  # the light when no cue has it
        self._number = 0
        self._now_us = 0
        self._go_us = 0
        self._round_us = 0  # when the order was begun
        self._guarded = self._moving = False
        self._blink = 0
        self._asked = 0
        self._lost = False  # when it looked for home last

    def plays(self) -> bool:
        """Whether a cue does."""
        return any(run.cue for run in self._runs)

    def cue(self, number: int) -> int:
        """Where the row of this cue is, counted from 0; 0 when there is no such cue."""
        at = _CUES_AT + 2 * number
        return at if self.words and at < self.words[1] & _BYTE else 0

    def drop(self) -> None:
        """Nothing plays any more; light and carriage stay as they are, for whoever has them now."""
        if not self.active:
            return
        self._end_all()
        self.position = -1
        self.active = self.unattended = self.alone = False

    def start(self, now_us: int, alone: bool = False) -> None:
        """Play the running order from its beginning, each cue after the one before."""
        self.drop()
        self.unattended = True
        self.alone = alone
        self.go(now_us)

    def go(self, now_us: int) -> None:
        """Play the next cue of the running order."""
        self._wake(now_us)
        if self._guarded:
            return
        self._guarded = True
        self._go_us = now_us
        for run in self._runs:
            if run.cue and run.by_go:
                self._end(run)
        self._play_next()
        self._settle(now_us)

    def trigger(self, cue: int, mode: int, scale: int, now_us: int) -> None:
        """Play a cue, or end it, as its mode and its own flags say."""
        self._wake(now_us)
        flags = self.words[cue] >> 24
        ends = mode == _TOGGLE or flags & _STOP != 0
        if not self._withdraw(cue, ends) or not (ends or flags & _IGNORE):
            self._start(cue, scale, mode > 0, False)
        self._settle(now_us)

    def release(self, cue: int, now_us: int) -> None:
        """What held a cue has been let go."""
        if self.active:
            self._advance(now_us)
            self._withdraw(cue, True)
            self._settle(now_us)

    def stop_all(self, now_us: int) -> None:
        """Every cue ends; the light fades out."""
        if self.active:
            self._advance(now_us)
            self._fade_out()
            self._settle(now_us)

    def panic(self, now_us: int) -> None:
        """Dark at once, the carriage to rest, nothing left to come."""
        self.drop()
        self._light.darken()
        self._carriage.stop(now_us)

    def tick(self, now_us: int) -> None:
        """Do what has become due. Nothing is while it is not active."""
        if self._guarded and ticks_diff(now_us, self._go_us) >= _GO_GUARD_US:
            self._guarded = False
        self._asked = (self._asked + 1) % _RUNS  # now and then, or board time would wrap unnoticed
        self._runs[self._asked].light.value(now_us)
        self._ground.light.value(now_us)
        if self._moving and self._carriage.state == STILL:
            self._moving = False
            for run in self._runs:
                if run.arriving:
                    run.go_on_at(now_us)
        if self._advance(now_us):
            self._show()

    def _wake(self, now_us: int) -> None:
        """The score takes light and carriage over, from wherever the light is."""
        if self.active:
            self._advance(now_us)
            return
        self.active = True
        self._guarded = False
        self._now_us = now_us
        self._blink = 0
        self._ground.light.jump(self._light.level.value(now_us))
        self._light.follow(self._ground.light)
        self._light.master.jump(self.words[2] & 0xFFFF)
        self.beat.start(self.words[2] >> 16, now_us)

    def _settle(self, now_us: int) -> None:
        self._advance(now_us)
        self._show()

    def _show(self) -> None:
        """Tell the light what is new. It gives back by itself what a flash has covered."""
        top = self._top(True)
        if top.blink:
            if self._blink != top.blink:
                self._blink = top.blink
                self._light.flash(top.blink_level, top.blink_ms, top.blink_us)
        elif self._blink or self._light.level is not top.light:
            self._blink = 0
            self._light.follow(top.light)

    # ---- cues and their steps

    def _top(self, flashes: bool) -> Run:
        """The run that has the light; with flashes, or the one that it follows without."""
        top = self._ground
        for run in self._runs:
            if run.cue and run.rank > top.rank and (run.lit or (flashes and run.blink)):
                top = run
        return top

    def _counted(self) -> int:
        """A number that no other run or flash has for long."""
        self._number = self._number % _COUNT + 1
        return self._number

    def _start(self, cue: int, scale: int, held: bool, by_go: bool) -> Run:
        """Play a cue from its first step; an earlier playing of it hands on its light."""
        level = -1
        free = self._runs[0]
        for run in self._runs:
            if run.cue == cue:
                if run.lit:
                    level = run.light.value(self._now_us)
                by_go = by_go or run.by_go
                run.cue = 0
            if not run.cue or (free.cue and run.rank < free.rank):
                free = run
        row = self.words[cue]
        free.begin(cue, row & 0xFFFF, self._now_us)
        free.rank = (row >> 16 & 15) << 20 | self._counted()
        free.scale = scale
        free.held = held
        free.by_go = by_go
        if level >= 0:
            free.lit = True
            free.light.jump(level)
        return free

    def _play_next(self) -> None:
        words = self.words
        ordered = words[1] >> 8 & _BYTE
        self.position += 1
        rest_ms = 0
        if self.alone and self.position >= ordered:
            self.position = 0
            short = ticks_diff(self._now_us, self._round_us) < _ROUND_MS * 1000
            rest_ms = _ROUND_MS if short else 0
        if self.position == 0:
            self._round_us = ticks_add(self._now_us, rest_ms * 1000)
        if self.position < ordered:
            run = self._start(words[(words[1] & _BYTE) + self.position], FULL_SCALE, False, True)
            run.wait(rest_ms)
        else:
            self.position = -1
            self._fade_out()

    def _end(self, run: Run) -> None:
        """The light stays where the cue has it, until another cue takes it from there."""
        run.cue = 0
        if run.lit:
            self._ground.light.jump(run.light.value(self._now_us))

    def _withdraw(self, cue: int, ends: bool) -> bool:
        """Whether the cue plays; ends: it gives the light back to what lies below it."""
        plays = False
        for run in self._runs:
            if run.cue == cue and not run.leaving:
                plays = True
                if ends:
                    had_it = self._top(True) is run
                    run.cue = 0
                    if run.lit and had_it and self.words[cue + 1]:
                        self._leave(run, cue)
        return plays

    def _leave(self, run: Run, cue: int) -> None:
        run.begin(0, 0, self._now_us)
        run.wait(self.words[cue + 1])
        level = self._top(False).light.ahead(run.due_us)
        run.light.start(level, self.words[cue + 1], self._now_us, self._now_us)
        run.cue = cue
        run.lit = run.leaving = True

    def _fade_out(self) -> None:
        top = self._top(True)
        level = top.blink_level if top.blink else top.light.value(self._now_us)
        light = self._ground.light
        light.jump(level)
        if level:
            light.start(0, self.words[3], self._now_us, self._now_us)
        if self._moving:
            self._carriage.stop(self._now_us)
        self._end_all()

    def _end_all(self) -> None:
        self._moving = False
        for run in self._runs:
            run.cue = 0

    def _advance(self, now_us: int) -> bool:
        """Play the steps that are due until now, in the order of time, at their own times.

        Whether there were any.
        """
        passed = self.beat.passed(now_us)
        if passed:
            for run in self._runs:
                if run.ticks:
                    run.keep_time(passed, self.beat, now_us)
        for played in range(_MOST_STEPS):
            due = None
            for run in self._runs:
                if run.cue and run.timed and ticks_diff(run.due_us, now_us) <= 0:
                    ahead_us = ticks_diff(run.due_us, due.due_us) if due else -1
                    if ahead_us < 0 or (
                        due and not ahead_us and run.rank & _COUNT < due.rank & _COUNT
                    ):
                        due = run
            if not due:
                self._now_us = now_us
                return played > 0
            if ticks_diff(due.due_us, self._now_us) > 0:
                self._now_us = due.due_us
            self._go_on(due)
        return True

    def _go_on(self, run: Run) -> None:
        """The run's time has come: wait on, or play one step."""
        if run.rest_ms:
            run.wait(run.rest_ms)
        elif run.leaving:
            run.cue = 0
        else:
            run.blink = 0
            run.arriving = False
            run.go_on_at(self._now_us)
            word = self.words[run.at]
            run.at += 2
            self._play(run, word & 15, word >> 4, self.words[run.at - 1])

    def _play(self, run: Run, step: int, value: int, ms: int) -> None:
        now_us = self._now_us
        if ms & _BEATS:
            ms = run.wait_ticks(ms - _BEATS, self.beat)
        else:
            run.wait(ms)
        if step == _FADE:
            if not run.lit:
                run.light.jump(self._top(False).light.value(now_us))
                run.lit = True
            run.fading = True
            run.light.start(value * run.scale // FULL_SCALE, ms, now_us, now_us)
        elif step == _FLASH:
            run.blink = self._counted()
            run.blink_level = value * run.scale // FULL_SCALE
            run.blink_us = now_us
            run.blink_ms = ms
        elif step == _LOOP:
            run.enter(1 if not value and self.unattended and run.by_go else value)
        elif step == _AGAIN:
            run.again()
        elif step == _CALL:
            run.enter(1)
            run.at = self.words[value] & 0xFFFF
        elif step >= _HOME:
            run.arriving = ms > 0
            self._move(step, value)
        elif step == _END and not run.leave():
            self._steps_are_over(run)

    def _steps_are_over(self, run: Run) -> None:
        run.timed = False
        if not run.held:
            follows = self.words[run.cue] >> 24 & _FOLLOW or self.unattended
            self._end(run)
            more = self.alone or self.position + 1 < self.words[1] >> 8 & _BYTE
            if run.by_go and follows and more:
                self._play_next()

    def _move(self, step: int, value: int) -> None:
        """Send the carriage; where it cannot go nobody needs to wait for it."""
        carriage = self._carriage
        self._moving = True
        try:
            if step == _HOME:
                lost = carriage.is_lost()
                if self.alone and (self._settings["score_homes"] == "no" or (lost and self._lost)):
                    raise RefusedError("unreferenced")
                self._lost = lost
                carriage.home(self._now_us)
                return
            mm = (value - _MM_ZERO) / 100
            if step == _FRAME:
                carriage.check_frame(value)
                mm = self._settings.frame_mm(value)
            carriage.check_target(mm)
            carriage.go_to(mm, self._now_us)
        except RefusedError as refusal:
            fields = {"seq": "0", "t": str(self._now_us), "code": refusal.code}
            self._events.add("failed", fields)
