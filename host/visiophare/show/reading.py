# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a show from a TOML file: the show, or every mistake in it with its line.

Owns the order of reading and the keys of the show, its cues and its bindings.  The steps are
steps.py's, the spelling of values quantities.py's, what only the whole can tell checks.py's.
"""

from pathlib import Path
from typing import Final

from visiophare.errors import Problem, ShowError
from visiophare.files import read_file
from visiophare.show import quantities as q
from visiophare.show.checks import check_and_join
from visiophare.show.locating import locate
from visiophare.show.model import (
    DEFAULT_TEMPO,
    Binding,
    Cue,
    Do,
    Mode,
    Next,
    Retrigger,
    Show,
    Velocity,
)
from visiophare.show.steps import StepReader
from visiophare.show.syntax import parse
from visiophare.show.tables import Notebook, Table
from visiophare.words import N_

MAX_BYTES: Final = 256 * 1024  # some 5000 steps; nobody writes that by hand
MOST_PROBLEMS: Final = 50

_SHOW_KEYS: Final = ("title", "master", "stop_fade", "tempo", "order", "cue", "binding")
_CUE_KEYS: Final = ("id", "name", "steps", "priority", "retrigger", "next", "release")
_BINDING_KEYS: Final = ("source", "cue", "do", "mode", "velocity")


def load_show(path: str | Path) -> Show:
    """The show in a TOML file.

    Raises: FileError when the file cannot be read; ShowError with `problems`: the first mistake
    against TOML's own rules, otherwise all mistakes.
    """
    path = Path(path)
    data = read_file(path, limit_bytes=64 * MAX_BYTES)
    if len(data) > MAX_BYTES:
        sentence = N_("A show has at most {limit_kb} kB of text; this file is larger.")
        raise _refusal(str(path), [Problem(0, sentence, "", {"limit_kb": MAX_BYTES // 1024})])
    return parse_show(data, str(path))


def parse_show(data: bytes, name: str) -> Show:
    """The show in the bytes of a TOML file; `name` stands in messages, and for a missing title.

    Raises: ShowError.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")  # Notepad marks UTF-8 with a BOM
    except UnicodeDecodeError as error:
        raise _refusal(name, [_not_text(data, error)]) from None
    tree, problem = parse(text)
    if problem:
        raise _refusal(name, [problem])
    notebook = Notebook(locate(text))
    show = _show(Table(notebook, tree, ()), Path(name).stem)
    if notebook.problems:
        raise _refusal(name, notebook.problems)
    return show


def _refusal(name: str, problems: list[Problem]) -> ShowError:
    problems = sorted(problems, key=lambda problem: problem.line)
    more = len(problems) - MOST_PROBLEMS
    if more > 0:
        sentence = N_("And {more} more mistakes.")
        problems = [*problems[:MOST_PROBLEMS], Problem(0, sentence, "", {"more": more})]
    return ShowError(
        "show_mistakes",
        N_("The show {path} cannot be played as it is written."),
        N_("Correct the file and check it again: visiophare show check {path}"),
        problems=problems,
        path=name,
    )


def _not_text(data: bytes, error: UnicodeDecodeError) -> Problem:
    if b"\0" in data:
        sentence = N_("This is not a text file.")
        return Problem(0, sentence, N_("A show is a plain text; examples/ has some to start from."))
    return Problem(
        1 + data.count(b"\n", 0, error.start),
        N_("A letter on this line is not stored as UTF-8."),
        N_("Save the file again with the encoding UTF-8."),
    )


def _show(table: Table, title: str) -> Show:
    table.refuse_unknown(_SHOW_KEYS, N_('A show has nothing called "{key}".'))
    tempo = table.take("tempo", q.tempo, DEFAULT_TEMPO)
    reader = StepReader(tempo)
    bracket_hint = N_("Each cue begins with [[cue]], with two brackets on both sides.")
    items = table.tables("cue", N_("Cues are not written like this."), bracket_hint)
    cues = [(_cue(item, reader), item) for item in items]
    if not table.data.get("cue"):
        hint = N_('Begin one with [[cue]], then id = "opening" and steps = [ … ].')
        table.note("", N_("The show has no cue."), hint)
    bracket_hint = N_("Each binding begins with [[binding]], with two brackets on both sides.")
    items = table.tables("binding", N_("Bindings are not written like this."), bracket_hint)
    bindings = [(_binding(item), item) for item in items]
    show = Show(
        title=table.take("title", q.text, title),
        cues={},
        master_percent=table.take("master", q.level_percent, 100.0),
        stop_s=table.take("stop_fade", q.duration_s(q.LONGEST_FADE_S), 1.0),
        tempo=tempo,
    )
    return check_and_join(show, cues, bindings, table, steps_are_whole=not reader.broken)


def _cue(table: Table, reader: StepReader) -> Cue | None:
    table.refuse_unknown(_CUE_KEYS, N_('A cue has nothing called "{key}".'))
    hint = N_('Add id = "opening"; bindings and the running order call it by that.')
    cue_id = table.need("id", q.text, N_("This cue has no id."), hint)
    steps = reader.read(table)
    if not table.data.get("steps"):
        hint = N_('Add steps = [ {{ fade = 60, over = "2s" }} ].')
        table.note("", N_("This cue has no steps."), hint)
    name = table.take("name", q.text, "")
    if cue_id is None:
        return None
    return Cue(
        id=cue_id,
        name=name,
        steps=steps,
        priority=table.take("priority", q.priority, 0),
        retrigger=Retrigger(table.take("retrigger", q.one_of(Retrigger), "restart")),
        next=Next(table.take("next", q.one_of(Next), "go")),
        release_s=table.take("release", q.duration_s(q.LONGEST_FADE_S), 0.0),
        line=table.line("id"),
    )


def _binding(table: Table) -> Binding | None:
    table.refuse_unknown(_BINDING_KEYS, N_('A binding has nothing called "{key}".'))
    hint = N_('Add source = "note 36", "control 1" or "key space".')
    source = table.need("source", q.source, N_("This binding has no source."), hint)
    cue = table.take("cue", q.text, "")
    word = table.take("do", q.one_of(Do), None)
    do = Do(word) if word else None
    if table.has("cue") == table.has("do"):
        table.note(
            "",
            N_("This binding should say one thing: a cue, or something to do."),
            N_('Add cue = "opening", or do = "go", "stop", "panic" or "master".'),
        )
    mode = Mode(table.take("mode", q.one_of(Mode), "trigger"))
    velocity = Velocity(table.take("velocity", q.one_of(Velocity), "ignore"))
    if source is None:
        return None
    for key in ("mode", "velocity"):
        if do is not None and table.has(key):
            table.note(key, N_('"{key}" only belongs to a binding with a cue.'), "", key=key)
    if source.kind == "key" and velocity is Velocity.LEVEL:
        table.note("velocity", N_("A key has no velocity."), N_("Only notes and controls have."))
    if do is Do.MASTER and source.kind != "control":
        hint = N_('Write source = "control 1", with the number of the slider.')
        table.note("source", N_("The master needs a slider or a knob."), hint)
    return Binding(source, cue, do, mode, velocity, line=table.line("source"))
