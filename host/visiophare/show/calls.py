# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cues that call cues: refuses circles and towers, and puts the called steps into the calls.

Owns nothing but this.  All cues that are called exist already.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from visiophare.show.model import Call, Cue, Loop, Step, length, never_ends
from visiophare.show.tables import Notebook
from visiophare.words import N_

DEEPEST: Final = 8  # calls within calls
MOST_AT_ONCE: Final = 10_000


def calls_of(steps: tuple[Step, ...]) -> Iterator[Call]:
    """The calls among the steps, also those within loops."""
    for step in steps:
        if isinstance(step, Call):
            yield step
        elif isinstance(step, Loop):
            yield from calls_of(step.steps)


def join_calls(cues: dict[str, Cue], notebook: Notebook) -> dict[str, Cue] | None:
    """The cues with the steps of each call in place; None, and noted, when that has no end."""
    order = _callees_first(cues, notebook)
    if order is None:
        return None
    joined: dict[str, Cue] = {}
    depths: dict[str, int] = {}
    weights: dict[str, int] = {}
    for cue_id in order:
        cue = cues[cue_id]
        calls = list(calls_of(cue.steps))
        depths[cue_id] = 1 + max((depths[call.cue] for call in calls), default=-1)
        weights[cue_id] = _weight(cue.steps, weights)
        if depths[cue_id] > DEEPEST or weights[cue_id] > MOST_AT_ONCE:
            notebook.note_line(
                calls[0].line if calls else cue.steps[0].line,
                N_('The cue "{cue}" calls cues that call cues, more than anybody can follow.'),
                N_("Up to {deepest} calls may stand within each other."),
                cue=cue_id[:40],
                deepest=DEEPEST,
            )
            return None
        joined[cue_id] = replace(cue, steps=_joined(cue.steps, joined))
    return {cue_id: joined[cue_id] for cue_id in cues}


def _joined(steps: tuple[Step, ...], cues: dict[str, Cue]) -> tuple[Step, ...]:
    result: list[Step] = []
    for step in steps:
        if isinstance(step, Call):
            inner = cues[step.cue].steps
            step = replace(step, steps=inner, length=length(inner), never_ends=never_ends(inner))
        elif isinstance(step, Loop):
            step = replace(step, steps=_joined(step.steps, cues))
        result.append(step)
    return tuple(result)


def _weight(steps: tuple[Step, ...], weights: dict[str, int]) -> int:
    """How many steps the engine may meet at one instant, counting each loop's round once."""
    total = 0
    for step in steps:
        total += 1
        if isinstance(step, Call):
            total += weights[step.cue]
        elif isinstance(step, Loop):
            total += _weight(step.steps, weights)
    return total


def _callees_first(cues: dict[str, Cue], notebook: Notebook) -> list[str] | None:
    """The cues in an order in which each comes after those it calls.

    Depth first, with the way so far kept by hand: a chain of thousands of cues must not exhaust
    the interpreter's stack.  Each circle is noted once, at the call that closes it.
    """
    done: dict[str, None] = {}
    circles = False
    for start in cues:
        if start in done:
            continue
        pending = [(start, calls_of(cues[start].steps))]
        on_the_way = {start: None}
        while pending:
            cue_id, calls = pending[-1]
            call = next(calls, None)
            if call is None:
                done[cue_id] = None
                del on_the_way[cue_id]
                pending.pop()
            elif call.cue in on_the_way:
                _note_circle(call, list(on_the_way), notebook)
                circles = True
            elif call.cue not in done:
                on_the_way[call.cue] = None
                pending.append((call.cue, calls_of(cues[call.cue].steps)))
    return None if circles else list(done)


def _note_circle(call: Call, way: list[str], notebook: Notebook) -> None:
    circle = [*way[way.index(call.cue) :], call.cue]
    shown = circle if len(circle) < 8 else [*circle[:3], "…", *circle[-3:]]
    notebook.note_line(
        call.line,
        N_('The cue "{cue}" would call itself without end: {way}.'),
        N_("To play something again and again, write {{ loop = 4, steps = [ … ] }}."),
        cue=call.cue[:40],
        way=" > ".join(name[:40] for name in shown),
    )
