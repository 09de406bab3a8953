# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns outlines as SVG writes them: path data, and the basic shapes, into `Outline`s.

An outline knows which of its contours are closed and where its corners are, which a stroke and
its markers need and a filled `Path` does not. Path data is drawn up to its first error (SVG 2,
9.5.4). Units are the element's own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from visiophare_mapping.drawing import Floats, Path
from visiophare_mapping.svg.values import LARGEST, NUMBER

_COMMAND = re.compile(r"[\s,]*([MmZzLlHhVvCcSsQqTtAa])")
_SEPARATED = re.compile(rf"[\s,]*({NUMBER.pattern})")
_FLAG = re.compile(r"[\s,]*([01])")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
SMALLEST_RADIUS = 1e-9
_PART_OF_ARC = math.pi / 4  # a cubic over 45° errs by 4e-6 of the radius

Point = tuple[float, float]


@dataclass
class Contour:
    """One contour under way: segments of four points each, from `start`."""

    start: Point
    segments: list[tuple[Point, Point, Point, Point]] = field(default_factory=list)
    straight: list[bool] = field(default_factory=list)
    corner: list[bool] = field(default_factory=list)  # the segment's end is a vertex for markers
    closed: bool = False

    @property
    def end(self) -> Point:
        """Where the pen stands."""
        return self.segments[-1][3] if self.segments else self.start

    def line(self, to: Point) -> None:
        """A straight segment."""
        (x0, y0), (x1, y1) = self.end, to
        third = ((2 * x0 + x1) / 3, (2 * y0 + y1) / 3)
        two_thirds = ((x0 + 2 * x1) / 3, (y0 + 2 * y1) / 3)
        self._add((self.end, third, two_thirds, to), True, True)

    def cubic(self, first: Point, second: Point, to: Point, corner: bool = True) -> None:
        """A cubic segment."""
        self._add((self.end, first, second, to), False, corner)

    def quadratic(self, control: Point, to: Point) -> None:
        """A quadratic segment, raised to a cubic."""
        (x0, y0), (x, y), (x1, y1) = self.end, control, to
        first = (x0 + 2 / 3 * (x - x0), y0 + 2 / 3 * (y - y0))
        second = (x1 + 2 / 3 * (x - x1), y1 + 2 / 3 * (y - y1))
        self.cubic(first, second, to)

    def arc(self, radii: Point, turn: float, large: bool, sweep: bool, to: Point) -> None:
        """An elliptical arc, in cubics of at most 45° (SVG 2, B.2.4)."""
        pieces = _arc_cubics(self.end, radii, turn, large, sweep, to)
        if pieces is None:
            self.line(to)
            return
        for number, (first, second, end) in enumerate(pieces):
            last = number == len(pieces) - 1
            self.cubic(first, second, to if last else end, corner=last)

    def _add(
        self, segment: tuple[Point, Point, Point, Point], straight: bool, corner: bool
    ) -> None:
        self.segments.append(segment)
        self.straight.append(straight)
        self.corner.append(corner)


Outline = list[Contour]


def filled_path(outline: Outline) -> Path:
    """The outline as a region to fill; contours without any segment fill nothing."""
    contours = [contour for contour in outline if contour.segments]
    if not contours:
        return Path.empty()
    counts = [len(contour.segments) for contour in contours]
    segments = np.array([segment for contour in contours for segment in contour.segments])
    straight = np.array([flag for contour in contours for flag in contour.straight], bool)
    return Path(segments, straight, np.cumsum([0, *counts[:-1]]).astype(np.intp))


def read_path(data: str) -> Outline:
    """The contours of SVG path data, up to its first error."""
    return _PathReader(data).read()


def polyline(points: Iterable[float], closed: bool) -> Outline:
    """Straight segments through x, y, x, y…; an odd last number is dropped."""
    values = list(points)
    corners = list(zip(values[::2], values[1::2], strict=False))
    if len(corners) < 2:
        return []
    contour = Contour(corners[0])
    for corner in corners[1:]:
        contour.line(corner)
    if closed:
        _close(contour)
    return [contour]


def rectangle(x: float, y: float, width: float, height: float, rx: float, ry: float) -> Outline:
    """A rectangle, with elliptical corners where rx and ry are above zero."""
    if rx <= 0 or ry <= 0:
        right, bottom = x + width, y + height
        return polyline([x, y, right, y, right, bottom, x, bottom], closed=True)
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    right, bottom = x + width, y + height
    contour = Contour((x + rx, y))
    for line_to, arc_to in (
        ((right - rx, y), (right, y + ry)),
        ((right, bottom - ry), (right - rx, bottom)),
        ((x + rx, bottom), (x, bottom - ry)),
        ((x, y + ry), (x + rx, y)),
    ):
        contour.line(line_to)
        contour.arc((rx, ry), 0.0, False, True, arc_to)
    contour.closed = True
    return [contour]


def ellipse(x: float, y: float, rx: float, ry: float) -> Outline:
    """An ellipse, clockwise from its rightmost point, as SVG draws and dashes it."""
    contour = Contour((x + rx, y))
    for to in ((x, y + ry), (x - rx, y), (x, y - ry), (x + rx, y)):
        contour.arc((rx, ry), 0.0, False, True, to)
    contour.closed = True
    return [contour]


class _PathReader:
    """Reads commands one after the other; stops where the grammar does."""

    def __init__(self, data: str) -> None:
        self._data = data
        self._at = 0
        self._outline: Outline = []
        self._contour: Contour | None = None
        self._last_control: tuple[str, Point] | None = None

    def read(self) -> Outline:
        while match := _COMMAND.match(self._data, self._at):
            self._at = match.end()
            if not self._run(match[1]):
                break
        return self._outline

    def _run(self, letter: str) -> bool:
        """One command with all its repetitions; False at an error."""
        kind, relative = letter.upper(), letter.islower()
        if kind != "M" and not self._outline:
            return False
        first = True
        while True:
            values = self._arguments(kind)
            if values is None:
                return not first
            self._draw("L" if kind == "M" and not first else kind, values, relative)
            if kind == "Z":
                return True
            first = False

    def _arguments(self, kind: str) -> list[float] | None:
        values: list[float] = []
        at = self._at
        for position in range(_COUNTS[kind]):
            pattern = _FLAG if kind == "A" and position in (3, 4) else _SEPARATED
            match = pattern.match(self._data, at)
            if not match or not abs(float(match[1])) <= LARGEST:
                return None
            values.append(float(match[1]))
            at = match.end()
        self._at = at
        return values

    def _draw(self, kind: str, values: list[float], relative: bool) -> None:
        x0, y0 = self._pen()
        base = (x0, y0) if relative else (0.0, 0.0)
        control, self._last_control = self._last_control, None
        if kind == "M":
            self._begin((values[0] + base[0], values[1] + base[1]))
            return
        contour = self._drawing()
        if kind == "Z":
            _close(contour)
            self._contour = None
        elif kind == "H":
            contour.line((values[0] + base[0], y0))
        elif kind == "V":
            contour.line((x0, values[0] + base[1]))
        elif kind == "A":
            to = (values[5] + base[0], values[6] + base[1])
            contour.arc((values[0], values[1]), values[2], values[3] == 1, values[4] == 1, to)
        else:
            points = [
                (x + base[0], y + base[1]) for x, y in zip(values[::2], values[1::2], strict=True)
            ]
            self._curve(contour, kind, points, control)

    def _curve(
        self,
        contour: Contour,
        kind: str,
        points: list[Point],
        control: tuple[str, Point] | None,
    ) -> None:
        family = {"C": "cubic", "S": "cubic", "Q": "quadratic", "T": "quadratic"}.get(kind, "")
        if kind in "ST":  # the missing control point mirrors the one before
            x, y = contour.end
            mirrored = (x, y)
            if control and control[0] == family:
                mirrored = (2 * x - control[1][0], 2 * y - control[1][1])
            points = [mirrored, *points]
        if family == "cubic":
            contour.cubic(points[0], points[1], points[2])
        elif family == "quadratic":
            contour.quadratic(points[0], points[1])
        else:
            contour.line(points[0])
        if family:
            self._last_control = (family, points[-2])

    def _begin(self, at: Point) -> None:
        self._contour = Contour(at)
        self._outline.append(self._contour)

    def _drawing(self) -> Contour:
        """The open contour; after a Z the next one starts where the last began."""
        if self._contour is None:
            self._begin(self._outline[-1].start)
        assert self._contour is not None
        return self._contour

    def _pen(self) -> Point:
        if self._contour is not None:
            return self._contour.end
        return self._outline[-1].start if self._outline else (0.0, 0.0)


def _close(contour: Contour) -> None:
    if contour.end != contour.start:
        contour.line(contour.start)
    contour.closed = True


def _arc_cubics(
    start: Point, radii: Point, turn: float, large: bool, sweep: bool, end: Point
) -> list[tuple[Point, Point, Point]] | None:
    """Two controls and an end for each part; None when the arc is a line (SVG 2, B.2.4, B.2.5)."""
    rx, ry = abs(radii[0]), abs(radii[1])
    if min(rx, ry) < SMALLEST_RADIUS or start == end:
        return None
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    to_page: Floats = np.array([[c, -s], [s, c]]) @ np.diag([rx, ry])
    half = np.linalg.solve(to_page, (np.array(start) - end) / 2)
    reach = float(half @ half)
    if reach > 1:  # too small to span both ends: grow until it just does
        to_page = to_page * math.sqrt(reach)
        half = half / math.sqrt(reach)
    height = math.sqrt(max(0.0, 1 / min(reach, 1.0) - 1)) if reach > 0 else 0.0
    side = -1.0 if large == sweep else 1.0
    centre = side * height * np.array([half[1], -half[0]])
    first, last = half - centre, -half - centre
    begin = math.atan2(first[1], first[0])
    angle = (math.atan2(last[1], last[0]) - begin) % (2 * math.pi)
    if not sweep:
        angle -= 2 * math.pi
    parts = max(1, math.ceil(abs(angle) / _PART_OF_ARC - 1e-9))
    arm = 4 / 3 * math.tan(angle / parts / 4)
    middle = to_page @ centre + (np.array(start) + end) / 2
    at = begin + angle / parts * np.arange(parts + 1)
    on = np.stack([np.cos(at), np.sin(at)], axis=1)
    along = arm * np.stack([-on[:, 1], on[:, 0]], axis=1)
    controls = np.stack([on[:-1] + along[:-1], on[1:] - along[1:], on[1:]], axis=1)
    placed = controls @ to_page.T + middle
    return [(tuple(a), tuple(b), tuple(c)) for a, b, c in placed.tolist()]
