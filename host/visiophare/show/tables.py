# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking TOML tables apart key by key, and noting every problem with its line.

Owns the notebook of problems and the table reader.  Knows nothing of what the keys mean.
"""

from collections.abc import Callable, Collection
from typing import Any, Final, TypeVar

from visiophare.errors import Problem
from visiophare.show.locating import Path, line_of
from visiophare.show.quantities import WrongValueError, did_you_mean
from visiophare.words import N_

T = TypeVar("T")

# What people write who think in French, or in another program's words.
OTHER_WORDS: Final = {
    "abort": "stop", "action": "do", "aller": "move", "appel": "call",
    "appeler": "call", "arrêt": "stop", "arreter": "stop", "arrêter": "stop", "attendre": "hold",
    "attente": "hold", "bascule": "toggle", "blackout": "panic", "bpm": "tempo",
    "boucle": "loop", "brightness":
    "master", "chariot": "move", "delay": "hold", "dim": "fade", "duree": "over", "duration":
    "over", "durée": "over", "eclair": "flash", "effet": "cue", "effets": "cue", "etapes": "steps",
    "fondu": "fade", "frame": "move", "goto": "move",
    "image": "move", "inf": "forever", "infini": "forever", "infinite": "forever", "intensity":
    "fade", "level": "fade", "light": "fade", "lumière": "fade", "lumiere": "fade", "niveau":
    "fade", "nom": "name", "ordre": "order", "pause": "hold", "pendant": "for", "play": "call",
    "priorité": "priority", "repeat": "loop", "répéter": "loop", "set": "fade", "sleep": "hold",
    "strobe": "flash", "suivant": "next", "time": "over", "timeout": "within", "titre": "title",
    "toujours": "forever", "touche": "key", "vélocité": "velocity", "wait": "hold", "éclair":
    "flash", "étape": "steps", "étapes": "steps",
}  # fmt: skip


class Notebook:
    """All problems of one file, each with the line of the path that it is about."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self.lines = lines
        self.problems: list[Problem] = []

    def note(self, path: Path, template: str, hint: str = "", /, **params: object) -> None:
        """Writes down a problem."""
        self.note_line(line_of(self.lines, path), template, hint, **params)

    def note_line(self, line: int, template: str, hint: str = "", /, **params: object) -> None:
        """Writes down a problem whose line is known."""
        self.problems.append(Problem(line, template, hint, params))


class Table:
    """One table of the file: hands out checked values, and knows which keys nobody asked for."""

    def __init__(self, notebook: Notebook, data: dict[str, Any], path: Path) -> None:
        self.notebook = notebook
        self.data = data
        self.path = path

    def has(self, key: str) -> bool:
        return key in self.data

    def line(self, key: str) -> int:
        """The line of a key, or of the table when it has no such key."""
        return line_of(self.notebook.lines, (*self.path, key))

    def take(self, key: str, read: Callable[[Any], T], otherwise: T) -> T:
        """The value of `key`; `otherwise` when it is absent, or wrong, which is noted."""
        if key not in self.data:
            return otherwise
        try:
            return read(self.data[key])
        except WrongValueError as wrong:
            self.note(key, wrong.template, wrong.hint, **wrong.params)
            return otherwise

    def need(self, key: str, read: Callable[[Any], T], template: str, hint: str) -> T | None:
        """As `take`, for a key that must be there: None, and noted, when it is not."""
        if key not in self.data:
            self.note("", template, hint)
            return None
        return self.take(key, read, None)

    def note(self, key: str, template: str, hint: str = "", /, **params: object) -> None:
        """Writes down a problem with the line of a key, or of the table itself for ""."""
        self.notebook.note((*self.path, key) if key else self.path, template, hint, **params)

    def refuse_unknown(self, known: Collection[str], template: str) -> None:
        """Notes every key that is none of `known`; the template may name it as {key}."""
        for key in self.data:
            if key not in known:
                hint, params = did_you_mean(key, known, OTHER_WORDS)
                self.note(key, template, hint, key=key[:40], **params)

    def tables(self, key: str, template: str, hint: str) -> "list[Table]":
        """The list of tables under `key`; anything else is noted."""
        value = self.data.get(key, [])
        if not isinstance(value, list):
            self.note(key, template, hint)
            return []
        tables = []
        for index, item in enumerate(value):
            path = (*self.path, key, index)
            if isinstance(item, dict):
                tables.append(Table(self.notebook, item, path))
            else:
                self.notebook.note(path, template, hint)
        return tables

    def words(self, key: str) -> list[tuple[str, Path]]:
        """The list of texts under `key`, each with its path; anything else is noted."""
        value = self.data.get(key, [])
        items = value if isinstance(value, list) else [value]
        words = []
        for index, item in enumerate(items):
            path = (*self.path, key, index)
            if isinstance(item, str):
                words.append((item, path))
            else:
                self.notebook.note(
                    path,
                    N_("Here stands a list of cues."),
                    N_('Write it like this: order = ["opening", "dance"].'),
                )
        return words
