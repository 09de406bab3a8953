# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns what surrounds a slide on its page: which sheet, how long the rulers, where the words go.

The slide is the page's centre. A4 is what people have: before a slide asks for a larger sheet, its
rulers come closer and its words move to where there is room.
Pure geometry in millimetres from the page's centre, x right, y down. It must not know of PDF.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

A4_MM = ((210.0, 297.0), (297.0, 210.0))
A3_MM = ((297.0, 420.0), (420.0, 297.0))
SHORTEST_RULER_MM = 100  # on a shorter one a print scale that is 1 % out escapes the eye
RULER_DISTANCE_MM = 15.0  # from the aperture, or from the other ruler's end
CLOSE_RULER_MM = 11.0  # of the upright ruler, which only has to clear a registration cross
RULER_DEPTH_MM = 9.0  # ticks and their numbers
RULER_HEIGHT_MM = 6.6  # the same for the ruler across, whose numbers stand below the ticks
LABEL_REACH_MM = 19.0  # from the aperture to the top of the word TOP
RIM_MM = 7.0  # what desktop printers cannot reach
TITLE_MM = 9.0
TITLE_SIZE_MM = 4.6
NOTE_SIZE_MM = 3.1
SMALL_SIZE_MM = 2.4  # of words in a narrow column
LEADING = 1.32
WIDEST_NOTE_MM = 250.0
NARROWEST_COLUMN_MM = 28.0

Wrap = Callable[[str, float], list[str]]
Sheet = tuple[float, float]


@dataclass(frozen=True)
class Words:
    """Lines of one size, below each other, from a left edge and a first baseline."""

    left_mm: float
    baseline_mm: float
    lines: tuple[str, ...]
    size_mm: float = NOTE_SIZE_MM
    bold: bool = False

    @property
    def leading_mm(self) -> float:
        """From line to line."""
        return self.size_mm * LEADING


@dataclass(frozen=True)
class Layout:
    """A page around a slide; all positions from the page's centre, x right, y down."""

    page_mm: Sheet
    ruler_mm: tuple[int, int]
    ruler_corner_mm: tuple[float, float]
    words: tuple[Words, ...]


@dataclass(frozen=True)
class Content:
    """What has to find its place: the aperture, the words, and a measure of words.

    wrap(sentence, width_mm): the lines it takes at NOTE_SIZE_MM. mirror: the marks will be printed
    reversed, so that the upright ruler stands on the right.
    """

    size_mm: tuple[float, float]
    title: str
    sentences: Sequence[str]
    wrap: Wrap
    mirror: bool = False

    @property
    def rulers_mm(self) -> tuple[int, int]:
        """The lengths of both rulers, across and upright."""
        across, upright = (
            max(SHORTEST_RULER_MM, 10 * math.floor(side / 10)) for side in self.size_mm
        )
        return (across, upright)

    def corner_mm(self, distance_mm: float) -> tuple[float, float]:
        """The upright ruler's x, at a distance from the aperture, and the y of the other."""
        half = [max(pair) / 2 for pair in zip(self.size_mm, self.rulers_mm, strict=True)]
        return (-half[0] - distance_mm, half[1] + RULER_DISTANCE_MM)

    def lines(self, width_mm: float, size_mm: float = NOTE_SIZE_MM) -> list[list[str]]:
        """The lines of each sentence."""
        wide = width_mm * NOTE_SIZE_MM / size_mm
        return [self.wrap(sentence, wide) for sentence in self.sentences]


def lay_out(content: Content) -> Layout:
    """The smallest of A4, A3 and a sheet made to measure that holds slide, rulers and words."""
    for sheets in (A4_MM, A3_MM):
        for arrange in (_words_below, _words_around, _words_beside):
            for page in sheets:
                layout = arrange(content, page)
                if layout is not None:
                    return layout
    made = _words_below(content, _made_to_measure(content))
    assert made is not None, "a sheet made to measure holds everything"
    return made


def largest_on_a4(within_mm: Sheet, page_of: Callable[[Sheet], Sheet]) -> Sheet | None:
    """The largest aperture in whole centimetres, within `within_mm` and turned like it, on A4.

    page_of: an aperture's page.  None where no aperture of 5 cm or more has one of A4.
    """
    rim = 2 * (CLOSE_RULER_MM + RULER_HEIGHT_MM + RIM_MM)  # the least that any arrangement leaves
    sizes = {
        (float(width), float(height))
        for page in A4_MM
        for width in range(50, int(min(within_mm[0], page[0] - rim)) + 1, 10)
        for height in range(50, int(min(within_mm[1], page[1] - rim)) + 1, 10)
        if (width - height) * (within_mm[0] - within_mm[1]) >= 0
    }
    by_area = sorted(sizes, key=lambda size: (-size[0] * size[1], size))
    return next((size for size in by_area if page_of(size) in A4_MM), None)


def _words_below(content: Content, page: Sheet) -> Layout | None:
    """The title above, everything else below: what is found most easily."""
    corner = content.corner_mm(RULER_DISTANCE_MM)
    lines = _flat(content.lines(_note_width_mm(page)))
    if not _is_wide_enough(page, corner) or page[1] / 2 < _half_height_mm(corner, len(lines)):
        return None
    words = (_title(content, page), _last_lines(page, lines))
    return Layout(page, content.rulers_mm, corner, words)


def _words_around(content: Content, page: Sheet) -> Layout | None:
    """As many sentences below as fit, those before them under the title."""
    corner = content.corner_mm(CLOSE_RULER_MM)
    if not _is_wide_enough(page, corner):
        return None
    sentences = content.lines(_note_width_mm(page))
    leading = NOTE_SIZE_MM * LEADING
    room = page[1] / 2 - content.size_mm[1] / 2 - LABEL_REACH_MM - RIM_MM - TITLE_MM
    for above in range(len(sentences)):
        first, rest = _flat(sentences[:above]), _flat(sentences[above:])
        if len(first) * leading > room:
            return None
        if page[1] / 2 >= _half_height_mm(corner, len(rest)):
            title = _title(content, page)
            baseline = title.baseline_mm + TITLE_MM / 2 + leading / 2
            under = [Words(title.left_mm, baseline, tuple(first))] if first else []
            words = (title, *under, _last_lines(page, rest))
            return Layout(page, content.rulers_mm, corner, words)
    return None


def _words_beside(content: Content, page: Sheet) -> Layout | None:
    """All words in a column on the side where no ruler is."""
    corner = content.corner_mm(CLOSE_RULER_MM)
    width = page[0] / 2 + corner[0] - RIM_MM
    half_height = max(
        content.size_mm[1] / 2 + LABEL_REACH_MM + RIM_MM, corner[1] + RULER_HEIGHT_MM + RIM_MM
    )
    if width < NARROWEST_COLUMN_MM or page[1] / 2 < half_height:
        return None
    title = content.wrap(content.title, width * NOTE_SIZE_MM / TITLE_SIZE_MM * 0.85)  # it is bold
    spaced = [["", *lines] for lines in content.lines(width, SMALL_SIZE_MM)]
    left = -page[0] / 2 + RIM_MM if content.mirror else -corner[0]
    heading = Words(left, -page[1] / 2 + RIM_MM + TITLE_SIZE_MM, tuple(title), TITLE_SIZE_MM, True)
    foot = heading.baseline_mm + heading.leading_mm * (len(title) - 1)
    column = Words(left, foot + SMALL_SIZE_MM * LEADING, tuple(_flat(spaced)), SMALL_SIZE_MM)
    if column.baseline_mm + column.leading_mm * len(column.lines) > page[1] / 2 - RIM_MM:
        return None
    return Layout(page, content.rulers_mm, corner, (heading, column))


def _flat(sentences: Sequence[Sequence[str]]) -> list[str]:
    return [line for lines in sentences for line in lines]


def _title(content: Content, page: Sheet) -> Words:
    left = -_note_width_mm(page) / 2
    baseline = -page[1] / 2 + RIM_MM + TITLE_MM / 2
    return Words(left, baseline, (content.title,), TITLE_SIZE_MM, True)


def _last_lines(page: Sheet, lines: list[str]) -> Words:
    """Lines of which the last sits above the rim."""
    baseline = page[1] / 2 - RIM_MM - NOTE_SIZE_MM * LEADING * (len(lines) - 0.6)
    return Words(-_note_width_mm(page) / 2, baseline, tuple(lines))


def _made_to_measure(content: Content) -> Sheet:
    corner = content.corner_mm(RULER_DISTANCE_MM)
    width = 5.0 * math.ceil(2 * (-corner[0] + RULER_DEPTH_MM + RIM_MM) / 5)
    lines = _flat(content.lines(_note_width_mm((width, 0.0))))
    return (width, 5.0 * math.ceil(2 * _half_height_mm(corner, len(lines)) / 5))


def _note_width_mm(page: Sheet) -> float:
    """How wide lines of words may be on a page."""
    return min(WIDEST_NOTE_MM, page[0] - 2 * RIM_MM - 6)


def _is_wide_enough(page: Sheet, corner: tuple[float, float]) -> bool:
    return page[0] / 2 >= -corner[0] + RULER_DEPTH_MM + RIM_MM


def _half_height_mm(corner: tuple[float, float], lines: int) -> float:
    below = corner[1] + RULER_DEPTH_MM + NOTE_SIZE_MM * LEADING * lines + RIM_MM
    above = corner[1] + TITLE_MM + RIM_MM
    return max(below, above)
