# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a show and the projector that shall play it go together. Pure.

Owns the comparison of the show's moves with the board's settings and state, before any light. How
the board tells them is the projector's.
"""

from collections.abc import Iterable, Iterator, Mapping

from visiophare.errors import BoardError, Problem, ShowError
from visiophare.show.model import Call, Loop, Move, Place, Show, Step
from visiophare.show.words_for import number
from visiophare.words import N_


def refuse_misfit(show: Show, settings: Mapping[str, str], path: object) -> None:
    """Raises ShowError with every move to a place that the board's film or travel does not have."""
    moves = [move for cue in show.cues.values() for move in moves_of(cue.steps)]
    refuse_misfit_of(moves, settings, path)


def refuse_misfit_of(moves: Iterable[Move], settings: Mapping[str, str], path: object) -> None:
    """As refuse_misfit, for the moves of a show or a score."""
    problems = {}
    for move in moves:
        problem = _misfit(move, settings)
        if problem:
            problems[move.line, str(problem.params)] = problem
    if problems:
        raise ShowError(
            "show_does_not_fit",
            N_("The show {path} wants what the film in this projector does not have."),
            N_("Correct the show, or tell the board of its film: `visiophare settings`."),
            problems=sorted(problems.values(), key=lambda problem: problem.line),
            path=path,
        )


def refuse_unreferenced(show: Show, is_referenced: bool) -> None:
    """Raises BoardError when the running order moves the film and does not begin with home."""
    steps = (move for cue in show.order for move in moves_of(show.cues[cue].steps))
    first = next(steps, None)
    if first is not None and first.to != Place() and not is_referenced:
        raise BoardError(
            "unreferenced",
            N_("The show moves the film, and the carriage does not know where it is."),
            N_('Run `visiophare carriage home` first, or begin the show with {{ move = "home" }}.'),
        )


def moves_of(steps: tuple[Step, ...]) -> Iterator[Move]:
    """The moves among the steps, also those of loops and called cues, in their order."""
    for step in steps:
        if isinstance(step, Move):
            yield step
        elif isinstance(step, Loop | Call):
            yield from moves_of(step.steps)


def _misfit(move: Move, settings: Mapping[str, str]) -> Problem | None:
    low_mm, high_mm = float(settings["min_mm"]), float(settings["max_mm"])
    frame, mm = move.to.frame, move.to.mm
    if frame is not None:
        last = int(settings["frames"]) - 1
        if frame > last:
            sentence = N_("There is no frame {frame}: the film has frames 0 to {last}.")
            return Problem(move.line, sentence, "", {"frame": frame, "last": last})
        mm = float(settings["first_frame_mm"]) + frame * float(settings["pitch_mm"])
    if mm is None or low_mm <= mm <= high_mm:
        return None
    sentence = N_("{mm} mm is out of reach: the carriage goes from {low} to {high}.")
    if frame is not None:
        sentence = N_("Frame {frame}, at {mm} mm, is out of reach: from {low} to {high} mm.")
    told = {"mm": number(mm), "low": number(low_mm), "high": number(high_mm)}
    return Problem(move.line, sentence, "", {"frame": frame, **told})
