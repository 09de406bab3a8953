# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as a person writes them into a show, turned into numbers with one unit each.

Owns the spelling of durations, levels, places, counts and sources, and the sentence for each that
is wrong.  A value comes as tomllib gives it.  Knows neither lines nor keys.
"""

import difflib
import math
import re
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from visiophare.show.model import FOREVER, TICKS, Place, Source
from visiophare.words import N_

LONGEST_FADE_S: Final = 480.0  # what the wire carries
LONGEST_HOLD_S: Final = 86_400.0
SHORTEST_S: Final = 0.001  # the wire counts in ms
LONGEST_FADE_BEATS: Final = 128  # which a board's clock can tell at any tempo
LONGEST_HOLD_BEATS: Final = 100_000
SLOWEST: Final = 20  # beats a minute
FASTEST: Final = 300
LARGEST_FRAME: Final = 9999
LARGEST_MM: Final = 100_000.0
LARGEST_COUNT: Final = 1_000_000

KEY_NAMES: Final = (
    "space", "enter", "tab", "escape", "backspace", "insert", "delete", "home", "end", "pageup",
    "pagedown", "up", "down", "left", "right",
    "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
)  # fmt: skip

_UNITS_S: Final = {"": 1.0, "s": 1.0, "ms": 0.001, "min": 60.0}
_NUMBER: Final = r"([+-]?\d{1,15}(?:[.,]\d{1,15})?)"
_QUANTITY: Final = re.compile(_NUMBER + r"\s*([a-z%]*)")
_BEATS: Final = re.compile(r"(\d{1,9}(?:[.,]\d{1,9})?)(?:\s*/\s*([1-9]\d?))?\s*beats?")
NEAR_TICKS: Final = 0.1  # "0.33 beats" means a third


class WrongValueError(Exception):
    """A value that cannot be used: a sentence, the next step, and what to put into both."""

    def __init__(self, template: str, hint: str = "", **params: object) -> None:
        super().__init__(template)
        self.template = template
        self.hint = hint
        self.params = params


def text(value: Any) -> str:
    """A text in quotes that says something."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise WrongValueError(
            N_("{value} should be a text in quotes, on one line."),
            N_('Write it like this: "opening".'),
            value=shown(value),
        )
    return value


def level_percent(value: Any) -> float:
    """`60`, `12.5`, `"60 %"`."""
    hint = N_("0 is dark, 100 is full light.")
    number = _quantity(value, {"": 1.0, "%": 1.0})
    if number is None:
        sentence = N_("{value} is not a level from 0 to 100.")
        raise WrongValueError(sentence, hint, value=shown(value))
    if not 0 <= number <= 100:
        sentence = N_("The level {value} is outside 0 to 100.")
        raise WrongValueError(sentence, hint, value=shown(value))
    return number


def duration_s(longest_s: float = LONGEST_HOLD_S, *, zero: bool = True) -> Callable[[Any], float]:
    """A reader of `2`, `"2s"`, `"500ms"`, `"1.5 min"` that takes nothing beyond `longest_s`."""

    def read(value: Any) -> float:
        seconds = _quantity(value, _UNITS_S)
        hint = N_('Write "2s", "500ms", "1.5min", or a number of seconds.')
        if seconds is None:
            sentence = N_("{value} is not a duration.")
        elif seconds < 0:
            sentence = N_("A duration cannot be negative: {value}.")
        elif seconds > longest_s:
            sentence = N_("{value} is too long: {longest} minutes is the most here.")
        elif seconds < SHORTEST_S and not (seconds == 0 and zero):
            sentence = N_("{value} is too short: 1 ms is the least here.")
        else:
            return round(seconds, 3)
        raise WrongValueError(sentence, hint, value=shown(value), longest=f"{longest_s / 60:.0f}")

    return read


def timed(
    tempo: float, longest_s: float, longest_beats: int, *, zero: bool = True
) -> Callable[[Any], tuple[float, int]]:
    """A reader of durations that also takes `"2 beats"`, `"1/3 beat"`: seconds, and ticks if so."""
    seconds = duration_s(longest_s, zero=zero)

    def read(value: Any) -> tuple[float, int]:
        match = isinstance(value, str) and _BEATS.fullmatch(value.strip().lower())
        if not match:
            return seconds(value), 0
        ticks = float(match[1].replace(",", ".")) * TICKS / int(match[2] or 1)
        if ticks > longest_beats * TICKS:
            raise WrongValueError(
                N_("{value} is too long: {longest} beats is the most here."),
                value=shown(value),
                longest=longest_beats,
            )
        whole = round(ticks)
        if not whole or abs(ticks - whole) > NEAR_TICKS:
            raise WrongValueError(
                N_("{value} is no whole number of 24ths of a beat."),
                N_('MIDI clock counts 24 in a beat: write "1 beat", "1/2 beat", "1/3 beat".'),
                value=shown(value),
            )
        return whole * tick_us(tempo) / 1e6, whole

    return read


def tick_us(tempo: float) -> int:
    """A 24th of a beat as a board has it, in whole microseconds."""
    return 25_000_000 // round(tempo * 10)


def tempo(value: Any) -> float:
    """Beats a minute, to a tenth."""
    number = _quantity(value, {"": 1.0, "bpm": 1.0})
    if number is None or not SLOWEST <= number <= FASTEST:
        raise WrongValueError(
            N_("{value} is no tempo from {least} to {most}."),
            N_("A tempo is a number of beats a minute."),
            value=shown(value),
            least=SLOWEST,
            most=FASTEST,
        )
    return round(number, 1)


def place(value: Any) -> Place:
    """`3` (a frame), `"57.5mm"`, `"home"`."""
    hint = N_('A frame is a whole number; "57.5mm" and "home" are places too.')
    if isinstance(value, str):
        if value.strip().lower() == "home":
            return Place()
        mm = _quantity(value, {"mm": 1.0})
        if mm is not None and abs(mm) <= LARGEST_MM:
            return Place(mm=mm)
    elif isinstance(value, float) and math.isfinite(value):
        raise WrongValueError(N_("Frame {value} is not whole."), hint, value=shown(value))
    elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_FRAME:
        return Place(frame=value)
    sentence = N_("{value} is no place on the film; frames count from 0 to {largest}.")
    raise WrongValueError(sentence, hint, value=shown(value), largest=LARGEST_FRAME)


def count(value: Any) -> float:
    """`4` rounds, or `"forever"`."""
    if value == "forever":
        return FOREVER
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_COUNT:
        return value
    raise WrongValueError(
        N_("A loop cannot be played {value} times."),
        N_('Write a whole number such as loop = 4, or loop = "forever".'),
        value=shown(value),
    )


def boolean(value: Any) -> bool:
    """`true` or `false`, without quotes."""
    if isinstance(value, bool):
        return value
    raise WrongValueError(
        N_("{value} should be true or false."), N_("Without quotes."), value=shown(value)
    )


def priority(value: Any) -> int:
    """A whole number from 0 to 9."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9:
        return value
    raise WrongValueError(
        N_("{value} is not a priority from 0 to 9."),
        N_("The highest priority has the light; among equals the latest cue has it."),
        value=shown(value),
    )


def one_of(words: Iterable[str]) -> Callable[[Any], str]:
    """A reader that takes one of these words."""
    known = [str(word) for word in words]

    def read(value: Any) -> str:
        if isinstance(value, str) and value in known:
            return value
        hint, params = did_you_mean(str(value), known)
        sentence = N_("{value} is not one of the words that can stand here.")
        raise WrongValueError(sentence, hint, value=shown(value), **params)

    return read


def source(value: Any) -> Source:
    """`"note 36"`, `"control 1 channel 10"`, `"key space"`."""
    hint = N_('Write "note 36", "control 1", "note 36 channel 10" or "key space".')
    words = value.lower().split() if isinstance(value, str) else []
    if not words or len(value) > 64:
        raise WrongValueError(N_("{value} does not say what is touched."), hint, value=shown(value))
    kind, rest = words[0], words[1:]
    if kind not in ("note", "control", "key"):
        hint, params = did_you_mean(kind, ("note", "control", "key"))
        sentence = N_("{value} should begin with note, control or key.")
        raise WrongValueError(sentence, hint, value=shown(value), **params)
    if kind == "key":
        return _key(value, rest)
    if len(rest) == 1:
        return Source(kind, _midi_number(rest[0], 0, 127, value, hint))
    if len(rest) == 3 and rest[1] == "channel":
        number = _midi_number(rest[0], 0, 127, value, hint)
        return Source(kind, number, channel=_midi_number(rest[2], 1, 16, value, hint))
    raise WrongValueError(N_("{value} does not say what is touched."), hint, value=shown(value))


def shown(value: Any) -> str:
    """A value as it stands in the file, or nearly, and never long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    if isinstance(value, str):
        return f'"{_short(value)}"'
    if isinstance(value, int) and abs(value) >= 10**20:
        return f"{'-' if value < 0 else ''}1e{int(math.log10(abs(value)))}"
    return _short(str(value))


def did_you_mean(
    word: str, known: Collection[str], also: dict[str, str] | None = None
) -> tuple[str, dict[str, object]]:
    """The next step for a word that nobody knows: the likeliest one that was meant, or all.

    `also` has other words for some of `known`, such as those of another language.
    """
    spellings = {name.lower(): name for name in known} | {
        name: meant for name, meant in (also or {}).items() if meant in known
    }
    close = difflib.get_close_matches(word.lower()[:64], spellings, n=1, cutoff=0.6)
    if close:
        return N_('Did you mean "{guess}"?'), {"guess": spellings[close[0]]}
    if not known:
        return "", {}
    names = [f'"{_short(name)}"' for name in list(known)[:12]]
    return N_("Known here: {known}."), {"known": ", ".join(names + ["…"] * (len(known) > 12))}


def _key(value: str, rest: list[str]) -> Source:
    name = rest[0] if len(rest) == 1 else ""
    if len(name) == 1 or name in KEY_NAMES:
        return Source("key", key=name)
    hint, params = did_you_mean(name, KEY_NAMES)
    if "guess" not in params:
        hint = N_('Write "key a" for a letter or "key space", "key enter", "key left", "key f1".')
    raise WrongValueError(N_("{value} names no key."), hint, value=shown(value), **params)


def _midi_number(word: str, least: int, most: int, value: str, hint: str) -> int:
    if re.fullmatch(r"[0-9]{1,3}", word) and least <= int(word) <= most:
        return int(word)
    raise WrongValueError(
        N_("In {value}, {word} should be a number from {least} to {most}."),
        hint,
        value=shown(value),
        word=_short(word),
        least=least,
        most=most,
    )


def _quantity(value: Any, units: dict[str, float]) -> float | None:
    """A number, or a text of a number and a unit, in the unit that has factor 1."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float) and "" in units:
        return float(value) if abs(value) < 1e15 else None
    if not isinstance(value, str):
        return None
    match = _QUANTITY.fullmatch(value.strip().lower())
    if not match or match[2] not in units:
        return None
    return float(match[1].replace(",", ".")) * units[match[2]]


def _short(words: str) -> str:
    return words if len(words) <= 40 else words[:39] + "…"
