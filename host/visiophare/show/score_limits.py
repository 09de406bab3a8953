# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A show compiled for a board to play alone, or everything that a board cannot do, with its line.

Owns the limits of a board and their sentences. The bytes are `score_bytes`'s.
"""

from dataclasses import dataclass

from visiophare.errors import Problem, ShowError
from visiophare.show.loops import SHORTEST_ROUND_S
from visiophare.show.model import Binding, Call, Length, Loop, Show, Step, length
from visiophare.show.score_bytes import score_of, words_of
from visiophare.words import N_

MAX_BYTES = 8184
MAX_CUES = 64
MAX_ORDER = 255
MAX_BINDINGS = 128
MAX_AT_ONCE = 8
MAX_DEPTH = 12
"""Loops and calls within each other, counted together along the deepest way."""


@dataclass(frozen=True)
class Compiled:
    """score: the file's bytes. left_out: what of the show the board will not do, each a note.

    show: what it was made from; None for a score that was read from its file.
    """

    score: bytes
    left_out: tuple[Problem, ...] = ()
    show: Show | None = None


def compile_show(show: Show, path: object) -> Compiled:
    """The score of a show that was read from `path`.

    Raises: ShowError with a problem for each thing that a board cannot do.
    """
    heard = [binding for binding in show.bindings if binding.source.kind != "key"]
    left_out = tuple(
        Problem(
            binding.line,
            N_("A board has no keyboard: {source} is left out."),
            N_('A board hears "note" and "control", and has a button that plays the next cue.'),
            {"source": str(binding.source)},
        )
        for binding in show.bindings
        if binding.source.kind == "key"
    )
    left_out += _too_short(show) + _too_many_at_once(show, heard)
    problems = [*_too_many(show, len(heard)), *_in_cues(show)]
    if not show.order and not heard:
        problems.append(
            Problem(
                0,
                N_("Nothing on a board can start this show."),
                N_('Add order = ["…"], or a binding with source = "note 36".'),
            )
        )
    if not problems:
        score = score_of(show, heard)
        if len(score) <= MAX_BYTES:
            return Compiled(score, left_out, show)
        problems.append(_too_long(show, len(score)))
    raise ShowError(
        "board_cannot",
        N_("A board cannot play {path} alone."),
        N_("Change these lines, or play it from the computer: visiophare show play {path}"),
        problems=sorted(problems, key=lambda problem: problem.line),
        path=path,
    )


def _too_many(show: Show, bindings: int) -> list[Problem]:
    """What there is more of than the score's tables have room for."""
    problems = []
    cues = list(show.cues.values())
    if len(cues) > MAX_CUES:
        sentence = N_("A board plays up to {most} cues; this show has {count}.")
        params: dict[str, object] = {"most": MAX_CUES, "count": len(cues)}
        problems.append(Problem(cues[MAX_CUES].line, sentence, "", params))
    if len(show.order) > MAX_ORDER:
        sentence = N_("The running order of a board has up to {most} cues; this one has {count}.")
        params = {"most": MAX_ORDER, "count": len(show.order)}
        hint = N_("Put cues that come again and again into a loop, or call them.")
        problems.append(Problem(0, sentence, hint, params))
    if bindings > MAX_BINDINGS:
        sentence = N_("A board knows up to {most} bindings; this show has {count}.")
        params = {"most": MAX_BINDINGS, "count": bindings}
        problems.append(Problem(show.bindings[-1].line, sentence, "", params))
    return problems


def _too_short(show: Show) -> tuple[Problem, ...]:
    """That a board that starts by itself will not repeat the running order as fast as it is."""
    once = sum((length(show.cues[cue].steps) for cue in show.order), Length())
    if not show.order or once.moves or once.seconds >= SHORTEST_ROUND_S:
        return ()
    return (
        Problem(
            show.cues[show.order[0]].line,
            N_(
                "The running order takes {round_ms} ms; a board that starts by itself repeats it "
                "every {least_ms} ms at most."
            ),
            N_('Put a pause into it: {{ hold = "500ms" }}.'),
            {
                "round_ms": round(once.seconds * 1000),
                "least_ms": round(SHORTEST_ROUND_S * 1000),
            },
        ),
    )


def _too_many_at_once(show: Show, heard: list[Binding]) -> tuple[Problem, ...]:
    """A note when hands can have more cues play at once than a board plays."""
    lines: dict[str, int] = {}
    for binding in heard:
        if binding.cue:
            lines.setdefault(binding.cue, binding.line)
    count = len(lines) + any(cue not in lines for cue in show.order)
    if count <= MAX_AT_ONCE:
        return ()
    sentence = N_(
        "A board plays {most} cues at once; hands can start {count} here: one more takes the place "
        "of the one with the lowest priority."
    )
    params: dict[str, object] = {"most": MAX_AT_ONCE, "count": count}
    return (Problem(list(lines.values())[-1], sentence, "", params),)


def _in_cues(show: Show) -> list[Problem]:
    problems = []
    for cue in show.cues.values():
        if _depth(cue.steps) > MAX_DEPTH:
            sentence = N_('In "{cue}" loops and calls stand more than {most} deep.')
            hint = N_("Write a few of the called steps here instead.")
            params = {"cue": cue.id[:40], "most": MAX_DEPTH}
            problems.append(Problem(cue.line, sentence, hint, params))
    return problems


def _too_long(show: Show, size: int) -> Problem:
    """Blames the longest cue: that is where shortening helps most."""
    rows = dict.fromkeys(show.cues, 0)
    longest = max(show.cues.values(), key=lambda cue: len(words_of(cue.steps, rows)))
    return Problem(
        longest.line,
        N_("A score has up to {most} bytes; this one has {size}. The longest cue is here."),
        N_("Repeat steps with loop, and share them between cues with call."),
        {"most": MAX_BYTES, "size": size},
    )


def _depth(steps: tuple[Step, ...]) -> int:
    """Loops and calls within each other, along the deepest way."""
    inner = [step.steps for step in steps if isinstance(step, Loop | Call)]
    return max((1 + _depth(each) for each in inner), default=0)
