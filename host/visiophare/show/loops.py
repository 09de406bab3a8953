# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether loops end and take time.

A loop that is written `loop = "forever"` may stand only where a person can end it:

* in a cue of the running order that waits for Go afterwards: the next Go ends it;
* in a cue that a pad holds (mode gate), switches off (mode toggle) or stops (retrigger stop).

Every way in which the cue can be set off has to be one of these.  A round of any loop takes at
least `SHORTEST_ROUND_S`, or a move that is waited for: a loop of no time would never let go.
"""

from typing import Final

from visiophare.show.model import (
    Cue,
    Loop,
    Mode,
    Next,
    Retrigger,
    Show,
    Step,
    length,
    never_ends,
)
from visiophare.show.tables import Notebook
from visiophare.words import N_

SHORTEST_ROUND_S: Final = 0.05


def check_loops(show: Show, notebook: Notebook) -> None:
    """Notes loops without time, loops that nothing ends, and steps that are never reached."""
    for cue in show.cues.values():
        _check_rounds(cue.steps, notebook)
        _check_endless(show, cue, notebook)


def _check_rounds(steps: tuple[Step, ...], notebook: Notebook) -> None:
    for index, step in enumerate(steps):
        if isinstance(step, Loop):
            once = length(step.steps)
            if once.seconds < SHORTEST_ROUND_S and not once.moves:
                notebook.note_line(
                    step.line,
                    N_("A round of this loop takes {round_ms} ms; {least_ms} ms is the least."),
                    N_('Put a pause into it: {{ hold = "500ms" }}.'),
                    round_ms=round(once.seconds * 1000),
                    least_ms=round(SHORTEST_ROUND_S * 1000),
                )
            _check_rounds(step.steps, notebook)
        if index and never_ends((steps[index - 1],)):
            notebook.note_line(
                step.line,
                N_("This step is never reached: the one before it goes on forever."),
                N_("Give the loop before it a number of rounds, such as loop = 4."),
            )


def _check_endless(show: Show, cue: Cue, notebook: Notebook) -> None:
    line = _line_of_endless(cue.steps)
    if not line:
        return
    if cue.id in show.order and cue.next is Next.FOLLOW:
        notebook.note_line(
            line,
            N_('The cue "{cue}" goes on forever, but the next one is to follow by itself.'),
            N_('Write next = "go", or give the loop a number of rounds, such as loop = 4.'),
            cue=cue.id[:40],
        )
    once = [b for b in show.bindings if b.cue == cue.id and b.mode is Mode.TRIGGER]
    if once and cue.retrigger is not Retrigger.STOP:
        notebook.note_line(
            line,
            N_('The cue "{cue}" goes on forever, and nothing ends it when {source} plays it.'),
            N_('Give that binding mode = "gate" or "toggle", or give the loop a number of rounds.'),
            cue=cue.id[:40],
            source=str(once[0].source),
        )


def _line_of_endless(steps: tuple[Step, ...]) -> int:
    """The line of the first loop without end, or of the call that leads to one; 0 for none."""
    for step in steps:
        if never_ends((step,)):
            if isinstance(step, Loop):
                return _line_of_endless(step.steps) or step.line
            return step.line
    return 0
