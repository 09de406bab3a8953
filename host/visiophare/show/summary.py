# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A show on paper: its cues, when each step begins, and what pads and keys set off.

Owns the layout in lines of plain text, to be read without colours and with no particular width.
"""

from collections.abc import Iterator

from visiophare.show import words_for
from visiophare.show.calls import calls_of
from visiophare.show.flashes import flashes_too_fast
from visiophare.show.model import (
    FOREVER,
    Binding,
    Call,
    Cue,
    Do,
    Length,
    Loop,
    Mode,
    Next,
    Show,
    Step,
    Velocity,
    length,
)
from visiophare.words import _, ngettext


def lines_of(show: Show) -> Iterator[str]:
    """The whole show."""
    cues = ngettext("{count} cue", "{count} cues", len(show.cues)).format(count=len(show.cues))
    yield _("{title}: {cues}").format(title=show.title, cues=cues)
    if show.order:
        yield _("In order: {cues} ({time})").format(
            cues=", ".join(show.order), time=words_for.length(order_length(show))
        )
    if show.master_percent != 100:
        yield _("Master: {level} %").format(level=words_for.number(show.master_percent))
    for cue in show.cues.values():
        yield ""
        yield _heading(show, cue)
        yield from _score(cue.steps, Length(), "  ")
    if show.bindings:
        yield ""
        yield _("Pads and keys")
        yield from binding_lines(show)


def binding_lines(show: Show) -> Iterator[str]:
    """What each pad and key sets off."""
    width = max((len(str(binding.source)) for binding in show.bindings), default=0)
    for binding in show.bindings:
        yield f"  {binding.source!s:<{width}}  {_bound(binding)}"


def order_length(show: Show) -> Length:
    """How long the running order takes; a loop that Go ends counts as one without end."""
    total = Length()
    for cue in show.order:
        total += length(show.cues[cue].steps)
    return total


def notes_on(show: Show) -> list[str]:
    """What is no mistake and yet perhaps not meant."""
    notes = []
    bound = {binding.cue for binding in show.bindings}
    called = {call.cue for cue in show.cues.values() for call in calls_of(cue.steps)}
    for cue in show.cues:
        if cue not in bound | called | set(show.order):
            notes.append(
                _('Nothing plays the cue "{cue}": no binding, no call, not in order.').format(
                    cue=cue
                )
            )
    for cue in show.cues:
        if flashes_too_fast(show, cue):
            notes.append(
                _(
                    'The cue "{cue}" flashes more than three times a second; the projector keeps '
                    "the light down in between."
                ).format(cue=cue)
            )
    return notes


def _heading(show: Show, cue: Cue) -> str:
    name = f"{cue.id} - {cue.name}" if cue.name else cue.id
    words = [f"{name} ({words_for.length(length(cue.steps))})"]
    if cue.priority:
        words.append(_("priority {priority}").format(priority=cue.priority))
    if cue.id in show.order and cue.next is Next.FOLLOW:
        words.append(_("the next cue follows by itself"))
    if cue.release_s:
        words.append(_("released over {time}").format(time=words_for.duration(cue.release_s)))
    return ", ".join(words)


def _score(steps: tuple[Step, ...], start: Length, indent: str) -> Iterator[str]:
    """Each step with the time at which it begins, counted anew from each arrival."""
    for step in steps:
        yield f"{indent}{_time(start):>10}  {words_for.step(step)}"
        if isinstance(step, Loop):
            yield from _score(step.steps, Length(), indent + "    ")
        once = length((step,))
        start = (
            Length(once.seconds, 1)
            if once.moves and not isinstance(step, Loop | Call)
            else (start + once)
        )


def _time(start: Length) -> str:
    """`0 s`, and after a move `+ 1.5 s`, because nobody knows how long it takes."""
    if FOREVER in (start.seconds, start.moves):
        return ""
    seconds = _("{s} s").format(s=words_for.number(start.seconds))
    return f"+ {seconds}" if start.moves else seconds


def _bound(binding: Binding) -> str:
    done = {
        Do.GO: _("the next cue (Go)"),
        Do.STOP: _("stop all, fading out"),
        Do.PANIC: _("panic: dark at once"),
        Do.MASTER: _("master"),
    }
    if binding.do is not None:
        return done[binding.do]
    modes = {
        Mode.TRIGGER: "{cue}",
        Mode.GATE: _("{cue}, as long as it is held"),
        Mode.TOGGLE: _("{cue}, on and off"),
    }
    words = modes[binding.mode].format(cue=binding.cue)
    if binding.velocity is Velocity.LEVEL:
        words = _("{words}, brighter when hit harder").format(words=words)
    return words
