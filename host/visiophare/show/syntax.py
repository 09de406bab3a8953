# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a text from being TOML at all, told to somebody who has never heard of TOML.

Owns the table from tomllib's messages, and from what stands at the place it points to, to plain
sentences.  Knows nothing of cues and steps.  tomllib stops at the first mistake, so there is one.
"""

import re
import tomllib
from typing import Any, Final

from visiophare.errors import Problem
from visiophare.words import N_

_QUOTES: Final = "“”„«»‘’"
_UNIT: Final = re.compile(r"%|(?:ms|s|sec|seconds?|m|mm|min|h)\b", re.IGNORECASE)
_DECIMAL_COMMA: Final = re.compile(r"=\s*[-+]?\d+,\d+(?=\s*(?:[,}]|$))")
_MOST_DOTS: Final = 300
_WHERE: Final = re.compile(
    r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|.*)\)$"
)

_TWICE: Final = (
    N_("This name is given twice."),
    N_("Keep one of the two. Cues begin with [[cue]] and bindings with [[binding]], each time."),
)
_OPEN_STRING: Final = (
    N_("A text is not closed: its second quote is missing."),
    N_('A text begins and ends on one line with the same quote: "like this".'),
)
_BACKSLASH: Final = (
    N_("A backslash in double quotes has a special meaning."),
    N_("Write the text in single quotes: 'like this'."),
)
# tomllib's message begins with … → sentence, next step.  The first that fits is taken.
_SENTENCES: Final = (
    (
        "Expected '='",
        N_("An equals sign is missing after a name."),
        N_('Write it like this: title = "My show".'),
    ),
    ("Cannot declare", *_TWICE),
    ("Cannot overwrite", *_TWICE),
    ("Cannot mutate", *_TWICE),
    ("Cannot redefine", *_TWICE),
    ("Duplicate inline table key", *_TWICE),
    ("Unescaped", *_BACKSLASH),
    ("Invalid hex value", *_BACKSLASH),
    ("Escaped character", *_BACKSLASH),
    ("Unterminated string", *_OPEN_STRING),
    ("Illegal character '\\n'", *_OPEN_STRING),
    ("Found invalid character '\\n'", *_OPEN_STRING),
    ("Expected \"'", *_OPEN_STRING),
    ("Expected '\"", *_OPEN_STRING),
    (
        "Unclosed array",
        N_("A comma is missing before this, or a list is not closed."),
        N_("A list looks like this: [ {{ hold = 1 }}, {{ hold = 2 }} ]."),
    ),
    (
        "Unclosed inline table",
        N_("A comma is missing before this, or a brace is not closed."),
        N_('A step stands on one line: {{ fade = 60, over = "2s" }}.'),
    ),
    (
        "Expected newline",
        N_("There is something left over on this line."),
        N_('Each line says one thing: title = "My show". Texts stand in quotes.'),
    ),
    (
        "Expected ']",
        N_("A square bracket is missing at the end of the line."),
        N_("Cues begin with [[cue]] and bindings with [[binding]]."),
    ),
    (
        "Invalid value",
        N_("This value cannot be read."),
        N_('Numbers stand alone (60), everything else in quotes ("2s", "home", "opening").'),
    ),
    (
        "Invalid initial character",
        N_("A name is missing here, or has a letter that names may not have."),
        N_('Names are like fade or over. Texts with accents stand after the =, in quotes: "été".'),
    ),
    (
        "Invalid statement",
        N_("This line cannot be read."),
        N_('Lines are like title = "My show", like [[cue]], or begin with # for a remark.'),
    ),
    ("Invalid date", N_("There is no such date."), N_('Durations are like "2s" or "500ms".')),
)


def parse(text: str) -> tuple[dict[str, Any], Problem | None]:
    """The data of a TOML text, or no data and the one problem that keeps it from being TOML.

    `text` has "\\n" between its lines.
    """
    dotted = _line_of_dots(text)
    if dotted:
        # tomllib takes minutes for a name of thousands of parts.
        return {}, Problem(dotted, N_("This line has more dots than any show needs."))
    try:
        return tomllib.loads(text), None
    except tomllib.TOMLDecodeError as error:
        return {}, _explain(text, str(error))
    except RecursionError:
        sentence = N_("Lists and braces stand too deeply inside each other.")
        return {}, Problem(0, sentence, N_("A show needs four levels at most."))
    except ValueError:
        # The only one left: Python converts no integer of thousands of digits.
        return {}, Problem(_longest_line(text), N_("A number is far too long."))


def _explain(text: str, message: str) -> Problem:
    match = _WHERE.match(message)
    what = match["what"] if match else message
    lines = text.split("\n")
    if match and match["line"]:
        line, column = int(match["line"]), int(match["column"])
    else:
        line, column = len(text.rstrip("\n").split("\n")), 10**9
    sentence, hint = _by_place(lines[line - 1], column - 1, what) or _by_message(what)
    return Problem(line, sentence, hint, {"detail": what})


def _by_place(line: str, column: int, what: str) -> tuple[str, str] | None:
    """What the place itself gives away, which tells more than the rule that it breaks."""
    here, before = line[column : column + 1], line[:column]
    if (here and here in _QUOTES) or (before and before.rstrip()[-1:] in tuple(_QUOTES)):
        return (
            N_("These quotes are of a word processor; they do not count as quotes."),
            N_("Use the straight ones: \"2s\" or '2s'."),
        )
    if any(at.start() < column <= at.end() + 2 for at in _DECIMAL_COMMA.finditer(line)):
        return (
            N_("Decimals are written with a point."),
            N_("Write 1.5, not 1,5."),
        )
    if re.search(r"=\s*[-+]?\d[\d.,_]*\s?$", before) and _UNIT.match(line, column):
        return (
            N_("A number with a unit has no quotes around it."),
            N_('Write "2s" or "500ms" in quotes; levels are plain numbers: 60.'),
        )
    if what in ("Invalid value", "Unclosed array") and line.lstrip().startswith("["):
        return (
            N_("The list above this line is not closed."),
            N_("Put a ] after the last step, before this line."),
        )
    return None


def _by_message(what: str) -> tuple[str, str]:
    for beginning, sentence, hint in _SENTENCES:
        if what.startswith(beginning):
            return sentence, hint
    return N_("This is not TOML: {detail}."), ""


def _line_of_dots(text: str) -> int:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS and not line.lstrip().startswith("#"):
            return number
    return 0


def _longest_line(text: str) -> int:
    lines = text.split("\n")
    return 1 + max(range(len(lines)), key=lambda index: len(lines[index]))
