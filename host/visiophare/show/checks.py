# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only the whole show can tell: cues that do not exist, doubles, the running order.

Owns these checks and joins what has been read into one `Show`.  How cues call each other is
calls.py's, whether loops end is loops.py's.
"""

from collections.abc import Iterator
from dataclasses import replace

from visiophare.show.calls import calls_of, join_calls
from visiophare.show.locating import Path, line_of
from visiophare.show.loops import check_loops
from visiophare.show.model import Binding, Cue, Show
from visiophare.show.quantities import did_you_mean
from visiophare.show.tables import Notebook, Table
from visiophare.words import N_

Cues = list[tuple[Cue | None, Table]]
Bindings = list[tuple[Binding | None, Table]]


def check_and_join(
    show: Show, cues: Cues, bindings: Bindings, table: Table, *, steps_are_whole: bool
) -> Show:
    """The show with its cues, order and bindings; what is wrong with them is noted.

    `steps_are_whole` is False when steps with problems were left out: then loops are not judged.
    """
    notebook = table.notebook
    by_id = _by_id(cues)
    order = _order(by_id, cues, bindings, table)
    _note_doubles(bindings)
    named = [named for _binding, item in bindings for named in _named(item.data, "cue", item.path)]
    called = [named for _cue, item in cues for named in _named(item.data, "call", item.path)]
    for cue_id, path in [*named, *called]:
        if cue_id not in by_id:
            _note_unknown_cue(notebook, line_of(notebook.lines, path), cue_id, by_id)
    known = all(call.cue in by_id for cue in by_id.values() for call in calls_of(cue.steps))
    joined = join_calls(by_id, notebook) if known else None
    if joined is None:
        return show
    show = replace(
        show,
        cues=joined,
        order=tuple(order),
        bindings=tuple(binding for binding, _item in bindings if binding),
    )
    if steps_are_whole:
        check_loops(show, notebook)
    return show


def _named(data: object, key: str, path: Path) -> Iterator[tuple[str, Path]]:
    """The cues that a table names, also where something else in it is wrong."""
    if not isinstance(data, dict):
        return
    cue_id = data.get(key)
    if isinstance(cue_id, str) and cue_id:
        yield cue_id, (*path, key)
    steps = data.get("steps")
    for index, step in enumerate(steps if isinstance(steps, list) else []):
        yield from _named(step, key, (*path, "steps", index))


def _by_id(cues: Cues) -> dict[str, Cue]:
    by_id: dict[str, Cue] = {}
    lines: dict[str, int] = {}
    for cue, table in cues:
        if cue is None:
            continue
        if cue.id in by_id:
            table.note(
                "id",
                N_('There are two cues called "{cue}"; the first is on line {line}.'),
                N_("Give one of them another id."),
                cue=cue.id[:40],
                line=lines[cue.id],
            )
        else:
            by_id[cue.id] = cue
            lines[cue.id] = table.line("id")
    return by_id


def _order(by_id: dict[str, Cue], cues: Cues, bindings: Bindings, table: Table) -> list[str]:
    """The running order: as written, or all cues that no pad plays and no other cue calls."""
    if table.has("order"):
        order = []
        for word, path in table.words("order"):
            if word in by_id:
                order.append(word)
            else:
                _note_unknown_cue(table.notebook, line_of(table.notebook.lines, path), word, by_id)
        return order
    elsewhere = {binding.cue for binding, _item in bindings if binding}
    elsewhere |= {call.cue for cue, _item in cues if cue for call in calls_of(cue.steps)}
    return [cue_id for cue_id in by_id if cue_id not in elsewhere]


def _note_unknown_cue(notebook: Notebook, line: int, cue: str, by_id: dict[str, Cue]) -> None:
    hint, params = did_you_mean(cue, list(by_id))
    notebook.note_line(line, N_('There is no cue "{cue}".'), hint, cue=cue[:40], **params)


def _note_doubles(bindings: Bindings) -> None:
    lines: dict[tuple[object, ...], int] = {}
    for binding, table in bindings:
        if binding is None:
            continue
        same = (binding.source, binding.cue, binding.do)
        if same in lines:
            table.note(
                "source",
                N_("{source} is bound to this twice; the first time is on line {line}."),
                N_("Keep one of the two."),
                source=str(binding.source),
                line=lines[same],
            )
        lines.setdefault(same, table.line("source"))
