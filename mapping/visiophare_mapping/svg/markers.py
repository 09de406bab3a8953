# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns where markers sit on an outline, and which way they turn (SVG 2, 13.7.4)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from visiophare_mapping.svg.path import Contour, Outline, Point

Place = tuple[str, Point, float]  # "start", "mid" or "end", vertex, direction in degrees


def marker_places(outline: Outline) -> Iterator[Place]:
    """Every vertex of the outline in order; the first is the start, the last the end."""
    vertices = [place for contour in outline for place in _vertices(contour)]
    for number, (at, angle) in enumerate(vertices):
        if number == 0:
            yield ("start", at, angle)
        if 0 < number < len(vertices) - 1:
            yield ("mid", at, angle)
        if number == len(vertices) - 1:
            yield ("end", at, angle)


def _vertices(contour: Contour) -> list[tuple[Point, float]]:
    """Vertices with their bisecting direction."""
    if not contour.segments:
        return []
    ways = [_ways(segment) for segment in contour.segments]
    count = len(ways)
    found: list[tuple[Point, float]] = []
    incoming = ways[-1][1] if contour.closed else None
    found.append((contour.start, _bisector(incoming, ways[0][0])))
    for number, (segment, corner) in enumerate(zip(contour.segments, contour.corner, strict=True)):
        if not corner:
            continue
        last = number == count - 1
        outgoing = ways[number + 1][0] if not last else (ways[0][0] if contour.closed else None)
        found.append((segment[3], _bisector(ways[number][1], outgoing)))
    return found


def _ways(segment: tuple[Point, Point, Point, Point]) -> tuple[Point | None, Point | None]:
    """The directions in which a segment leaves and arrives; None when it has no length."""
    leaving = next((way for end in segment[1:] if (way := _way(segment[0], end))), None)
    arriving = next((way for end in segment[2::-1] if (way := _way(end, segment[3]))), None)
    return leaving, arriving


def _way(start: Point, end: Point) -> Point | None:
    x, y = end[0] - start[0], end[1] - start[1]
    size = math.hypot(x, y)
    return (x / size, y / size) if size > 1e-12 else None


def _bisector(incoming: Point | None, outgoing: Point | None) -> float:
    if incoming is None or outgoing is None:
        way = incoming or outgoing or (1.0, 0.0)
        return math.degrees(math.atan2(way[1], way[0]))
    first = math.atan2(incoming[1], incoming[0])
    turn = (math.atan2(outgoing[1], outgoing[0]) - first + math.pi) % (2 * math.pi) - math.pi
    return math.degrees(first + turn / 2)
