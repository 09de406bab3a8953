# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the steps of a cue: { fade = 60, over = "2s" } and its five siblings.

Owns which keys each kind of step has.  Whether cues that are called exist, and whether loops end,
is checks.py's.
"""

from collections.abc import Callable
from typing import Final

from visiophare.show import quantities as q
from visiophare.show.model import DEFAULT_TEMPO, Call, Fade, Flash, Hold, Loop, Move, Step
from visiophare.show.tables import OTHER_WORDS, Table
from visiophare.words import N_

MOVE_WITHIN_S: Final = 30.0
DEEPEST: Final = 8  # loops within loops

# Kind of step → the keys that it has besides.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "fade": ("over",),
    "hold": (),
    "flash": ("for",),
    "move": ("within", "wait"),
    "loop": ("steps",),
    "call": (),
}
_ALL_KEYS: Final = (*KINDS, *{key for keys in KINDS.values() for key in keys})


class StepReader:
    """Reads steps and remembers whether any had to be left out, for the checks that follow.

    tempo: what makes seconds of beats.
    """

    def __init__(self, tempo: float = DEFAULT_TEMPO) -> None:
        self.broken = False
        self._tempo = tempo

    def read(self, table: Table, depth: int = 0) -> tuple[Step, ...]:
        """The steps under the key "steps"; those with problems are noted and left out."""
        if depth > DEEPEST:
            table.note("", N_("Loops stand too deeply inside each other."), N_("Use call."))
            self.broken = True
            return ()
        items = table.tables(
            "steps",
            N_("Steps are a list of braces."),
            N_('Write steps = [ {{ fade = 60, over = "2s" }}, {{ hold = 1 }} ].'),
        )
        steps = []
        for item in items:
            problems = len(item.notebook.problems)
            step = self._step(item, depth)
            self.broken = self.broken or len(item.notebook.problems) > problems
            if step is not None:
                steps.append(step)
        return tuple(steps)

    def _step(self, table: Table, depth: int) -> Step | None:
        kinds = [kind for kind in KINDS if table.has(kind)]
        if len(kinds) > 1:
            table.note(
                kinds[1],
                N_("This step says two things at once: {first} and {second}."),
                N_("Write two steps, each in its own braces."),
                first=kinds[0],
                second=kinds[1],
            )
            return None
        if not kinds:
            self._note_no_kind(table)
            return None
        kind = kinds[0]
        table.refuse_unknown((kind, *KINDS[kind]), N_('This step has nothing called "{key}".'))
        if kind == "loop":
            return self._loop(table, depth)
        if kind in _TIMED:
            return _TIMED[kind](table, self._tempo)
        return _SIMPLE[kind](table)

    def _note_no_kind(self, table: Table) -> None:
        """The misspelt key is the likeliest one that no step has at all."""
        for key in table.data:
            if key not in _ALL_KEYS:
                hint, params = q.did_you_mean(key, tuple(KINDS), OTHER_WORDS)
                table.note(key, N_('There is no step "{key}".'), hint, key=key[:40], **params)
                return
        table.note(
            "",
            N_("This step does not say what to do."),
            N_("A step has one of fade, hold, flash, move, loop, call."),
        )

    def _loop(self, table: Table, depth: int) -> Step | None:
        count = table.take("loop", q.count, None)
        steps = self.read(table, depth + 1)
        if not table.data.get("steps"):
            table.note(
                "",
                N_("This loop has no steps."),
                N_("Write {{ loop = 4, steps = [ … ] }}."),
            )
            return None
        return Loop(count, steps, line=table.line("loop")) if count is not None else None


def _fade(table: Table, tempo: float) -> Step | None:
    level = table.take("fade", q.level_percent, None)
    over = table.need(
        "over",
        q.timed(tempo, q.LONGEST_FADE_S, q.LONGEST_FADE_BEATS),
        N_("This fade does not say how long it takes."),
        N_('Add over = "2s", or over = 0 for a jump.'),
    )
    if level is None or over is None:
        return None
    return Fade(level, *over, line=table.line("fade"))


def _hold(table: Table, tempo: float) -> Step | None:
    read = q.timed(tempo, q.LONGEST_HOLD_S, q.LONGEST_HOLD_BEATS)
    duration = table.take("hold", read, None)
    return Hold(*duration, line=table.line("hold")) if duration is not None else None


def _flash(table: Table, tempo: float) -> Step | None:
    level = table.take("flash", q.level_percent, None)
    duration = table.need(
        "for",
        q.timed(tempo, q.LONGEST_FADE_S, q.LONGEST_FADE_BEATS, zero=False),
        N_("This flash does not say how long it lasts."),
        N_('Add for = "80ms".'),
    )
    if level is None or duration is None:
        return None
    return Flash(level, *duration, line=table.line("flash"))


def _move(table: Table) -> Step | None:
    to = table.take("move", q.place, None)
    within = table.take("within", q.duration_s(zero=False), MOVE_WITHIN_S)
    wait = table.take("wait", q.boolean, True)
    return Move(to, within, wait, line=table.line("move")) if to is not None else None


def _call(table: Table) -> Step | None:
    cue = table.take("call", q.text, None)
    return Call(cue, line=table.line("call")) if cue is not None else None


_TIMED: Final[dict[str, Callable[[Table, float], Step | None]]] = {
    "fade": _fade,
    "hold": _hold,
    "flash": _flash,
}
_SIMPLE: Final[dict[str, Callable[[Table], Step | None]]] = {
    "move": _move,
    "call": _call,
}
