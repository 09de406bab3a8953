# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns what surrounds a slide on its page: which sheet, how long the rulers, where the words go.

Pure geometry in millimetres from the page's centre, x right, y down. It must not know of PDF.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

SHEETS_MM = ((210.0, 297.0), (297.0, 210.0), (297.0, 420.0), (420.0, 297.0))  # A4, A3, both ways
SHORTEST_RULER_MM = 100  # on a shorter one a print scale that is 1 % out escapes the eye
RULER_DISTANCE_MM = 15.0  # from the aperture, or from the other ruler's end
RULER_DEPTH_MM = 9.0  # ticks and their numbers
RIM_MM = 7.0  # what desktop printers cannot reach
TITLE_MM = 9.0
LEADING_MM = 4.1
WIDEST_NOTE_MM = 250.0

Wrap = Callable[[str, float], list[str]]


@dataclass(frozen=True)
class Layout:
    """A page around a slide; all positions from the page's centre, x right, y down."""

    page_mm: tuple[float, float]
    ruler_mm: tuple[int, int]
    ruler_corner_mm: tuple[float, float]
    note: tuple[str, ...]

    @property
    def note_left_mm(self) -> float:
        """Where every line of words begins."""
        return -note_width_mm(self.page_mm[0]) / 2

    @property
    def title_baseline_mm(self) -> float:
        """The title's baseline, near the page's top."""
        return -self.page_mm[1] / 2 + RIM_MM + TITLE_MM / 2

    @property
    def note_baseline_mm(self) -> float:
        """The first line's baseline; the last line sits above the rim."""
        return self.page_mm[1] / 2 - RIM_MM - LEADING_MM * (len(self.note) - 0.6)


def note_width_mm(page_width_mm: float) -> float:
    """How wide lines of words may be on a page."""
    return min(WIDEST_NOTE_MM, page_width_mm - 2 * RIM_MM - 6)


def lay_out(size_mm: tuple[float, float], sentences: list[str], wrap: Wrap) -> Layout:
    """The smallest of A4, A3 and a sheet made to measure that holds slide, rulers and words.

    size_mm: the aperture. wrap(sentence, width_mm): the lines it takes.
    """
    ruler = (_ruler_length_mm(size_mm[0]), _ruler_length_mm(size_mm[1]))
    half = (max(size_mm[0], ruler[0]) / 2, max(size_mm[1], ruler[1]) / 2)
    corner = (-half[0] - RULER_DISTANCE_MM, half[1] + RULER_DISTANCE_MM)
    half_width = -corner[0] + RULER_DEPTH_MM + RIM_MM
    for page in (*SHEETS_MM, _made_to_measure(half_width, corner[1], sentences, wrap)):
        lines = _lines(sentences, page, wrap)
        half_height = _half_height_mm(corner[1], len(lines))
        if page[0] / 2 >= half_width and page[1] / 2 >= half_height:
            break
    return Layout(page, ruler, corner, tuple(lines))


def _made_to_measure(
    half_width: float, ruler_y: float, sentences: list[str], wrap: Wrap
) -> tuple[float, float]:
    width = 5 * math.ceil(2 * half_width / 5)
    lines = _lines(sentences, (width, 0), wrap)
    return (width, 5 * math.ceil(2 * _half_height_mm(ruler_y, len(lines)) / 5))


def _lines(sentences: list[str], page: tuple[float, float], wrap: Wrap) -> list[str]:
    width = note_width_mm(page[0])
    return [line for sentence in sentences for line in wrap(sentence, width)]


def _half_height_mm(ruler_y: float, lines: int) -> float:
    below = ruler_y + RULER_DEPTH_MM + LEADING_MM * lines + RIM_MM
    above = ruler_y + TITLE_MM + RIM_MM
    return max(below, above)


def _ruler_length_mm(side_mm: float) -> int:
    return max(SHORTEST_RULER_MM, 10 * math.floor(side_mm / 10))
