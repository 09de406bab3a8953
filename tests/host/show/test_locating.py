# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random
import tomllib
from collections.abc import Iterator

import pytest

from visiophare.show.locating import Path, line_of, locate


def paths_of(value: object, path: Path = ()) -> Iterator[Path]:
    """Every path in data that tomllib has read."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths_of(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths_of(inner, (*path, index))


def test_keys_lists_and_tables_are_found_on_their_lines() -> None:
    text = """\
# a comment with = and [brackets]
title = "not # a comment"  # but this is

[[cue]]
id = 'one'
steps = [
  { fade = 60, over = "3s" },

  # { fade = 1 },
  { loop = 2, steps = [
      { hold = 1 }, { hold = 2 },
  ] },
]
[[cue]]
id = "two"
[[cue.steps]]
fade = 3
[[cue.steps]]
"fade" . 'x # y' = 4
"""
    lines = locate(text)
    assert lines[("title",)] == 2
    assert lines[("cue",)] == 4
    assert lines[("cue", 0)] == 4
    assert lines[("cue", 0, "id")] == 5
    assert lines[("cue", 0, "steps", 0, "over")] == 7
    assert lines[("cue", 0, "steps", 1, "loop")] == 10
    assert lines[("cue", 0, "steps", 1, "steps", 1, "hold")] == 11
    assert lines[("cue", 1)] == 14
    assert lines[("cue", 1, "steps", 0, "fade")] == 17
    assert lines[("cue", 1, "steps", 1, "fade", "x # y")] == 19


@pytest.mark.parametrize(
    "string",
    [
        r'"a \" b # c"',
        r'"\\"',
        "'C:\\'",
        '""',
        "''",
        '"""one\ntwo # three\n"""',
        '"""ends in quotes"""""',
        '"""ends in a quote""""',
        '"""a "" b \\""" c"""',
        "'''\nit's '' \\'''''",
        "''''''",
        '""""""',
    ],
)
def test_what_stands_inside_a_string_is_not_looked_at(string: str) -> None:
    text = f"a = {string} # comment\nb = [{string}, 1, {{ c = {string} }}]\nlast = 1\n"
    lines = locate(text)
    assert set(lines) == set(paths_of(tomllib.loads(text)))
    assert lines[("last",)] == text.count("\n")


def test_what_dotted_keys_share_has_the_line_of_the_first_of_them() -> None:
    lines = locate("a.b = 1\na.c = 2\n[d.e]\n[d.f]\n")
    assert (lines[("a",)], lines[("a", "c")]) == (1, 2)
    assert (lines[("d",)], lines[("d", "f")]) == (3, 4)


def test_windows_line_ends_do_not_shift_the_lines() -> None:
    assert locate('a = """\r\n"""\r\nb = 1\r\n') == {("a",): 1, ("b",): 3}


def test_an_unknown_path_has_the_line_of_what_surrounds_it() -> None:
    lines = locate("x = 1\n[[cue]]\nid = 'a'\n")
    assert line_of(lines, ("cue", 0, "steps")) == 2
    assert line_of(lines, ("binding", 4)) == 1


class Writer:
    """Writes random TOML and remembers on which line it put each path."""

    KEYS = ("a", "b", "fade", "-1", "", "c d", "x.y", "é", 'q"', "#", "[", "=")

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.text = ""
        self.lines: dict[Path, int] = {}

    def put(self, text: str) -> None:
        self.text += text

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def document(self) -> str:
        self.pairs(())
        for key in self.some_keys("table-"):
            if self.random.random() < 0.5:
                self.table((key,), key)
            else:
                self.tables(key)
        return self.text

    def table(self, path: Path, header: str) -> None:
        self.note(path)
        self.put(f"[{self.blank()}{self.quoted(header)}{self.blank()}]{self.end()}")
        self.pairs(path)

    def tables(self, key: str) -> None:
        for index in range(self.random.randint(1, 3)):
            self.note((key,))
            self.note((key, index))
            self.put(f"[[{self.quoted(key)}]]{self.end()}")
            self.pairs((key, index))
            if self.random.random() < 0.5:
                path = (key, index, "sub")
                self.note(path)
                self.put(f"[ {self.quoted(key)} . sub ]{self.end()}")
                self.pairs(path)
            for inner in range(self.random.randint(0, 2)):
                path = (key, index, "list")
                self.note(path)
                self.note((*path, inner))
                self.put(f"[[{self.quoted(key)}.list]]{self.end()}")
                self.pairs((*path, inner))

    def pairs(self, path: Path) -> None:
        for key in self.some_keys():
            self.pair((*path, key), key, depth=0)
            self.put(self.end())

    def pair(self, path: Path, key: str, depth: int) -> None:
        self.note(path)
        self.put(self.quoted(key))
        if self.random.random() < 0.2:
            path = (*path, "dot")
            self.note(path)
            self.put(f"{self.blank()}.{self.blank()}dot")
        self.put(f"{self.blank()}={self.blank()}")
        self.value(path, depth)

    def value(self, path: Path, depth: int) -> None:
        kind = self.random.randint(0, 6 if depth < 3 else 4)
        if kind == 5:
            self.list_of_values(path, depth)
        elif kind == 6:
            self.put("{")
            for index, key in enumerate(self.some_keys()):
                self.put((", " if index else "") + self.blank())
                self.pair((*path, key), key, depth + 1)
            self.put(self.blank() + "}")
        else:
            self.put(self.random.choice(SCALARS))

    def list_of_values(self, path: Path, depth: int) -> None:
        self.put("[")
        count = self.random.randint(0, 3)
        for index in range(count):
            self.put(self.gap())
            self.note((*path, index))
            self.value((*path, index), depth + 1)
            if index < count - 1 or self.random.random() < 0.5:
                self.put(self.gap() + ",")
        self.put(self.gap() + "]")

    def some_keys(self, prefix: str = "") -> list[str]:
        keys = self.random.sample(self.KEYS, self.random.randint(0, 4))
        return [prefix + key for key in keys]

    def quoted(self, key: str) -> str:
        bare = key and all(c.isascii() and (c.isalnum() or c in "-_") for c in key)
        if bare and self.random.random() < 0.6:
            return key
        if self.random.random() < 0.5:
            return f"'{key}'"
        escaped = "".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in key)
        return f'"{escaped}"'

    def blank(self) -> str:
        return self.random.choice(["", " ", "\t "])

    def gap(self) -> str:
        return self.random.choice(["", " ", "\n", ' # ] } , = "\n\t', "\n\n  "])

    def end(self) -> str:
        return self.random.choice(["\n", "  # [c] = 'x\n", "\n\n", '\n# """\n'])


SCALARS = (
    "1", "-0.5e3", "true", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00", "07:32:00", "inf", "0x1F",
    '"# no \\" comment"', "'[not] {a} = list'", '"""\nline # two\n\n[x]\n"""', "'''a\n'b''''",
    '"é\\u00e9"', "''", '""',
)  # fmt: skip


@pytest.mark.parametrize("seed", range(400))
def test_every_path_of_a_random_text_is_found_on_the_line_it_was_written_on(seed: int) -> None:
    writer = Writer(seed)
    text = writer.document()
    assert set(writer.lines) == set(paths_of(tomllib.loads(text))), "the writer itself is wrong"
    assert locate(text) == writer.lines
