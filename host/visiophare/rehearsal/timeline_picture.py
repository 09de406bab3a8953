# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline of a show as a picture: what was planned over what the board did.

Owns the chart's looks; it is handed plain numbers and measures nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from visiophare.rehearsal.pictures import FONT_FAMILY, draw_svg
from visiophare.words import _, number

Scale = Callable[[float], float]

WIDTH, HEIGHT = 1280, 450
LEFT, RIGHT, TOP, BOTTOM = 76, 24, 112, 320
CARRIAGE_Y, CARRIAGE_HEIGHT = 360, 22
INK, PALE, PLANNED, SEEN, MOVING = "#222", "#888", "#1f6fb2", "#f2b544", "#7a9b5b"


@dataclass(frozen=True)
class Timeline:
    """A show over time, seconds from its start; light in percent as perceived."""

    lasted_s: float
    planned: Sequence[tuple[float, float]]
    seen: Sequence[tuple[float, float]]
    moves: Sequence[tuple[float, float, str]]
    cues: Sequence[tuple[float, str]]


def timeline_png(timeline: Timeline) -> bytes:
    """Return the chart as a PNG."""
    span_s = max(timeline.lasted_s, 0.1)

    def x(t_s: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * t_s / span_s

    def y(percent: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * percent / 100

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="{FONT_FAMILY}" font-size="15">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    ]
    area = [(0.0, 0.0), *timeline.seen, (span_s, 0.0)]
    parts.append(f'<polygon points="{_points(area, x, y)}" fill="{SEEN}"/>')
    parts += [_level_line(percent, y(percent)) for percent in (0, 25, 50, 75, 100)]
    parts += [_second_mark(second, x(second)) for second in _round_seconds(span_s)]
    parts.append(
        f'<polyline points="{_points(timeline.planned, x, y)}" fill="none" '
        f'stroke="{PLANNED}" stroke-width="2.5" stroke-dasharray="7 4"/>'
    )
    parts += _cue_marks([(x(t_s), name) for t_s, name in timeline.cues])
    parts += [
        _move_bar(x(begin_s), x(min(end_s, span_s)), label)
        for begin_s, end_s, label in timeline.moves
    ]
    parts += _legend(bool(timeline.moves))
    return draw_svg("".join(parts) + "</svg>", WIDTH)


def _points(curve: Sequence[tuple[float, float]], x: Scale, y: Scale) -> str:
    return " ".join(f"{x(t_s):.1f},{y(percent):.1f}" for t_s, percent in curve)


def _text(x: float, y: float, words: str, anchor: str = "start", colour: str = INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words)}</text>"
    )


def _level_line(percent: int, y: float) -> str:
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{PALE}" '
        f'stroke-width="0.6"/>' + _text(LEFT - 8, y + 5, f"{percent} %", "end")
    )


def _second_mark(second: float, x: float) -> str:
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{BOTTOM}" y2="{BOTTOM + 6}" stroke="{INK}"/>'
        + _text(x, BOTTOM + 24, _plain(second) + " s", "middle")
    )


def _plain(second: float) -> str:
    return number(second, 0 if second == int(second) else 1)


def _round_seconds(span_s: float) -> list[float]:
    """Eight to sixteen marks, at round numbers."""
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600)
    step = next((step for step in steps if span_s / step <= 16), 1800)
    return [round(index * step, 1) for index in range(int(span_s / step) + 1)]


def _cue_marks(cues: list[tuple[float, str]]) -> list[str]:
    """A line for each cue, its name on the first of two rows that has room, else left out."""
    parts = []
    free_from = [0.0, 0.0]
    for x, name in cues:
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 46}" y2="{BOTTOM}" stroke="{PALE}" '
            f'stroke-dasharray="2 4"/>'
        )
        width = 8.6 * len(name)
        row = next((row for row in (0, 1) if x >= free_from[row]), None)
        if row is not None and x + width < WIDTH:
            parts.append(_text(x + 4, TOP - 12 - 20 * row, name))
            free_from[row] = x + 12 + width
    return parts


def _move_bar(left: float, right: float, label: str) -> str:
    width = max(right - left, 3)
    return (
        f'<rect x="{left:.1f}" y="{CARRIAGE_Y}" width="{width:.1f}" height="{CARRIAGE_HEIGHT}" '
        f'rx="3" fill="{MOVING}"/>' + _text(left + width + 8, CARRIAGE_Y + 16, label)
    )


def _legend(moves: bool) -> list[str]:
    rows = [(SEEN, _("light as the board gave it")), (PLANNED, _("light as planned"))]
    if moves:
        rows.append((MOVING, _("the carriage moves")))
    parts = []
    x = float(LEFT)
    for colour, words in rows:
        if colour == PLANNED:
            parts.append(
                f'<line x1="{x:.0f}" x2="{x + 24:.0f}" y1="29" y2="29" stroke="{colour}" '
                f'stroke-width="2.5" stroke-dasharray="7 4"/>'
            )
        else:
            parts.append(f'<rect x="{x:.0f}" y="22" width="22" height="14" fill="{colour}"/>')
        parts.append(_text(x + 30, 35, words))
        x += 70 + 8.8 * len(words)
    below = CARRIAGE_Y + CARRIAGE_HEIGHT + 30 if moves else BOTTOM + 52
    return [*parts, _text(LEFT, below, _("time since the start of the show"), colour=PALE)]
