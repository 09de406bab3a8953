# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which line of a TOML text each key stands on: what the standard library's reader leaves out.

Owns one walk over a text that `tomllib` has already accepted, so it looks for structure only and
never judges.  Knows nothing of shows.  A path is a tuple of keys and list positions, as one would
index the data: ("cue", 0, "steps", 2, "fade").
"""

import re
from typing import Final

Path = tuple[str | int, ...]

_BLANK: Final = re.compile(r"[ \t]*")
_SPACE_AND_COMMENTS: Final = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
# Numbers, dates, true, false: whatever is no string, list or table ends before one of these.
_PLAIN_VALUE: Final = re.compile(r"[^,\]}#\n]*")
_STRINGS: Final = (
    # Three quotes may close a string that itself ends in one or two quotes.
    re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""(?:""(?!")|"(?!"))?', re.DOTALL),
    re.compile(r"'''(?:[^']|'(?!''))*'''(?:''(?!')|'(?!'))?", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


def locate(text: str) -> dict[Path, int]:
    """The line (from 1) of each key, table header and list element of a valid TOML text.

    A table that only exists because others lie in it (`a` in `[a.b]`) has the line of the first.
    """
    return _Walk(text.replace("\r\n", "\n")).lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it; 1 for the file as a whole."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return 1


class _Walk:
    """One pass from the first character to the last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: dict[Path, int] = {}
        self._position = 0
        self._line = 1
        self._line_position = 0  # where counting lines has got to
        self._elements: dict[Path, int] = {}  # [[headers]] seen, by path
        self._document()

    def _document(self) -> None:
        table: Path = ()
        while self._skip(_SPACE_AND_COMMENTS) < len(self.text):
            if self.text.startswith("[", self._position):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        line = self._here()
        brackets = 2 if self.text.startswith("[[", self._position) else 1
        self._position += brackets
        self._skip(_BLANK)
        *outer, last = self._key()
        path: Path = ()
        for part in outer:
            path = self._inside((*path, part), line)
        path = (*path, last)
        self.lines.setdefault(path, line)
        if brackets == 2:
            self._elements[path] = self._elements.get(path, -1) + 1
            path = (*path, self._elements[path])
            self.lines[path] = line
        self._position += brackets
        return path

    def _inside(self, path: Path, line: int) -> Path:
        """A header names a list of tables: its last element is meant."""
        self.lines.setdefault(path, line)
        return (*path, self._elements[path]) if path in self._elements else path

    def _pair(self, table: Path) -> None:
        line = self._here()
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self._position += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _key(self) -> list[str]:
        """The parts of a key, which may be quoted and joined by dots; what follows is next."""
        parts = []
        while True:
            parts.append(self._key_part())
            if not self.text.startswith(".", self._skip(_BLANK)):
                return parts
            self._position += 1
            self._skip(_BLANK)

    def _key_part(self) -> str:
        start = self._position
        if self.text[start] not in "\"'":
            self._skip(_BARE_KEY)
            return self.text[start : self._position]
        self._string()
        quoted = self.text[start : self._position]
        return _unescaped(quoted) if "\\" in quoted else quoted[1:-1]

    def _value(self, path: Path) -> None:
        first = self.text[self._position]
        if first == "[":
            self._list(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self._string()
        else:
            self._skip(_PLAIN_VALUE)

    def _list(self, path: Path) -> None:
        self._position += 1
        index = 0
        while not self.text.startswith("]", self._skip(_SPACE_AND_COMMENTS)):
            element = (*path, index)
            self.lines[element] = self._here()
            self._value(element)
            index += 1
            if self.text.startswith(",", self._skip(_SPACE_AND_COMMENTS)):
                self._position += 1
        self._position += 1

    def _inline_table(self, path: Path) -> None:
        self._position += 1
        while not self.text.startswith("}", self._skip(_SPACE_AND_COMMENTS)):
            self._pair(path)
            if self.text.startswith(",", self._skip(_SPACE_AND_COMMENTS)):
                self._position += 1
        self._position += 1

    def _string(self) -> None:
        for pattern in _STRINGS:
            match = pattern.match(self.text, self._position)
            if match:
                self._position = match.end()
                return
        raise AssertionError("tomllib accepted a string that has no end")

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self._position)
        assert match is not None  # every pattern also matches nothing at all, or is looked at first
        self._position = match.end()
        return self._position

    def _here(self) -> int:
        self._line += self.text.count("\n", self._line_position, self._position)
        self._line_position = self._position
        return self._line


def _unescaped(quoted: str) -> str:
    import tomllib

    value = tomllib.loads(f"key = {quoted}")["key"]
    assert isinstance(value, str)
    return value
