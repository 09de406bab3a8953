# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quantities as people type them."""

import random
from collections.abc import Callable
from typing import Any

import click
import pytest

from command_line import Run
from visiophare.commands.units import (
    LENGTH_MM,
    parse_duration_s,
    parse_length_mm,
    parse_percent,
    parse_points,
    parse_rect,
    parse_size_m,
    parse_size_mm,
)

PARSERS = (
    parse_duration_s,
    parse_length_mm,
    parse_percent,
    parse_points,
    parse_rect,
    parse_size_m,
    parse_size_mm,
)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_length_mm, "3mm", 3.0),
        (parse_length_mm, "2,2", 2.2),
        (parse_length_mm, " 1.5 cm ", 15.0),
        (parse_length_mm, "-3", -3.0),
        (parse_duration_s, "2s", 2.0),
        (parse_duration_s, "500ms", 0.5),
        (parse_duration_s, "1.5", 1.5),
        (parse_duration_s, "1min", 60.0),
        (parse_percent, "40", 40.0),
        (parse_percent, "12,5 %", 12.5),
        (parse_size_mm, "24x36", (36.0, 24.0)),
        (parse_size_mm, "24×36", (36.0, 24.0)),
        (parse_size_mm, "24x36mm", (36.0, 24.0)),
        (parse_size_mm, "24 x 36", (36.0, 24.0)),
        (parse_size_mm, "24 X 36 mm", (36.0, 24.0)),
        (parse_size_mm, "24mm × 36mm", (36.0, 24.0)),
        (parse_size_mm, "36x24", (36.0, 24.0)),
        (parse_size_mm, "A4", (210.0, 297.0)),
        (parse_size_mm, "6x6cm", (60.0, 60.0)),
        (parse_size_m, "12x8m", (12.0, 8.0)),
        (parse_size_m, "12m x 8,5m", (12.0, 8.5)),
        (parse_size_m, "1200x800cm", (12.0, 8.0)),
        (parse_points, "-1,2 3.5,-4", [(-1.0, 2.0), (3.5, -4.0)]),
        (parse_points, "1,2;3,4", [(1.0, 2.0), (3.0, 4.0)]),
        (parse_rect, "-1, 2, 3, 4", (-1.0, 2.0, 3.0, 4.0)),
        (parse_rect, "2,5; 1; 3; 1,5", (2.5, 1.0, 3.0, 1.5)),
    ],
)
def test_reads_what_people_type(parse: Callable[[str], Any], text: str, value: Any) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_length_mm, "3km"),
        (parse_length_mm, "1e400"),
        (parse_length_mm, "nan"),
        (parse_length_mm, "9" * 400),
        (parse_duration_s, "-1s"),
        (parse_duration_s, "2 hours"),
        (parse_percent, "101"),
        (parse_percent, "-1"),
        (parse_size_mm, "36"),
        (parse_size_mm, "0x24"),
        (parse_size_mm, "36mx24mm"),
        (parse_size_m, "12x-8m"),
        (parse_points, ""),
        (parse_points, "1,2,3"),
        (parse_points, "1,,2"),
        (parse_rect, "1,2,0,4"),
        (parse_rect, "1,2,3"),
        (parse_rect, "1;2;3;"),
    ],
)
def test_refuses_with_a_sentence(parse: Callable[[str], Any], text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ .*\.$"):
        parse(text)


def refusal(parse: Callable[[str], Any], text: str) -> str:
    """The sentence with which `text` is refused, "." when it is not."""
    try:
        parse(text)
    except ValueError as error:
        return str(error)
    return "."


def test_any_text_is_read_or_refused_and_nothing_else() -> None:
    source = random.Random(2026)
    alphabet = "0123456789.,;x×-+ mscin%a4٣½\0{}é"
    for _round in range(20_000):
        text = "".join(source.choices(alphabet, k=source.randrange(12)))
        for parse in PARSERS:
            complaint = refusal(parse, text)
            assert complaint.endswith("."), f"Python's own words for {text!r}: {complaint}"


def test_a_default_that_is_already_a_number_passes() -> None:
    assert LENGTH_MM.convert(3.0, None, None) == 3.0


def test_the_refusal_is_clicks_usage_error() -> None:
    with pytest.raises(click.BadParameter, match="is not a length"):
        LENGTH_MM.convert("wide", None, None)


def test_bounds_are_told_in_words_and_in_the_languages_numbers(
    visiophare: Callable[..., Run],
) -> None:
    assert "[1 to 100]" in visiophare("demo", "--help").out
    assert "[1 à 100]" in visiophare("demo", "--help", lang="fr").out
    refused = visiophare("demo", "--width", "0,5", lang="fr")
    assert refused.code == 2
    assert "0,5 est hors des bornes\N{NO-BREAK SPACE}: 1 à 100." in refused.err
    assert visiophare("demo", "--width", "nan").code == 2
    assert "[0 or more]" in visiophare("map", "--help").out
