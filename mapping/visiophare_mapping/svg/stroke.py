# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns strokes as regions: the outline that a stroke's ink covers, and unions of regions.

A perspective widens a stroke here and thins it there, so a warped stroke must be a filled region.
Skia computes it; Skia thinks in pixels and single precision, so everything is enlarged on the way
in until its own tolerance is far below a micrometre on the slide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from visiophare_mapping.drawing import Clip, Floats, Path, lines_as_cubics
from visiophare_mapping.svg.path import Outline, filled_path

# Skia's stroker errs by up to about 0.1 of its units: with 40,000 across, 0.1 µm on 36 mm.
# Single precision still resolves 0.004 of them.
UNITS_ACROSS = 40_000.0
MAX_DASHES = 20_000  # beyond, a dash is finer than anything a projector shows
LONGEST_MITER = 1e6


@dataclass(frozen=True)
class Pen:
    """How a stroke is drawn; lengths in the element's own units."""

    width: float
    cap: str = "butt"
    join: str = "miter"
    miter_limit: float = 4.0
    dashes: tuple[float, ...] = ()
    dash_offset: float = 0.0


def stroke_region(outline: Outline, pen: Pen, across: float) -> Path:
    """The region under a stroke, to be filled by the nonzero rule.

    across: how many of the element's units the page is wide (its larger side).
    """
    import pathops

    if pen.width <= 0 or not outline or across <= 0:
        return Path.empty()
    scale = UNITS_ACROSS / across
    caps = {"round": pathops.LineCap.ROUND_CAP, "square": pathops.LineCap.SQUARE_CAP}
    joins = {"round": pathops.LineJoin.ROUND_JOIN, "bevel": pathops.LineJoin.BEVEL_JOIN}
    drawn = pathops.Path()
    for contour in outline:
        _add_contour(drawn, contour, scale)
    dashes = [dash * scale for dash in pen.dashes] or None
    drawn.stroke(
        pen.width * scale,
        caps.get(pen.cap, pathops.LineCap.BUTT_CAP),
        joins.get(pen.join, pathops.LineJoin.MITER_JOIN),
        min(pen.miter_limit, LONGEST_MITER),
        dashes,
        pen.dash_offset * scale,
    )
    return _from_skia(drawn, 1 / scale)


def usable_dashes(dashes: Sequence[float], outline: Outline) -> tuple[float, ...]:
    """The dash pattern with an even count, or nothing when it makes no sense (SVG 2, 13.5.6)."""
    if not dashes or min(dashes) < 0 or sum(dashes) <= 0:
        return ()
    pattern = tuple(dashes) * (2 if len(dashes) % 2 else 1)
    points = filled_path(outline).segments
    length = float(np.abs(np.diff(points, axis=1)).sum()) if len(points) else 0.0
    return pattern if length / sum(pattern) * len(pattern) / 2 <= MAX_DASHES else ()


def union(clips: Sequence[Clip], across: float) -> Clip | None:
    """One region that covers all of several; None when Skia cannot compute it."""
    import pathops

    if len(clips) == 1:
        return clips[0]
    scale = UNITS_ACROSS / across
    builder = pathops.OpBuilder(fix_winding=False, keep_starting_points=False)
    try:
        for clip in clips:
            builder.add(_to_skia(clip, scale), pathops.PathOp.UNION)
        result = builder.resolve()
    except pathops.PathOpsError:
        return None
    rule = result.fillType
    evenodd = rule == pathops.FillType.EVEN_ODD
    return Clip(_from_skia(result, 1 / scale), "evenodd" if evenodd else "nonzero")


def _add_contour(drawn: Any, contour: Any, scale: float) -> None:
    x, y = contour.start
    drawn.moveTo(x * scale, y * scale)
    if not contour.segments:
        if contour.closed:  # "M x y z" still shows its caps
            drawn.lineTo(x * scale, y * scale)
        return
    points = (np.array(contour.segments) * scale).tolist()
    last = len(points) - 1
    for number, (segment, straight) in enumerate(zip(points, contour.straight, strict=True)):
        if straight and contour.closed and number == last and number > 0:
            break  # close() draws it, with a join instead of two caps
        if straight:
            drawn.lineTo(*segment[3])
        else:
            drawn.cubicTo(*segment[1], *segment[2], *segment[3])
    if contour.closed:
        drawn.close()


def _to_skia(clip: Clip, scale: float) -> Any:
    import pathops

    rule = pathops.FillType.EVEN_ODD if clip.rule == "evenodd" else pathops.FillType.WINDING
    result = pathops.Path(fillType=rule)
    points = clip.path.segments * scale
    for contour in clip.path.contours():
        result.moveTo(*points[contour.start, 0])
        for segment, straight in zip(points[contour], clip.path.straight[contour], strict=True):
            if straight:
                result.lineTo(*segment[3])
            else:
                result.cubicTo(*segment[1], *segment[2], *segment[3])
        result.close()
    return result


def _from_skia(skia: Any, scale: float) -> Path:
    """Skia's lines, quadratics and cubics as a Path; conics become quadratics first."""
    import pathops

    skia.convertConicsToQuads(0.2)
    verbs = pathops.PathVerb
    segments: list[Floats] = []
    straight: list[bool] = []
    starts: list[int] = []
    pen = start = np.zeros(2)
    for verb, points in skia:
        at = [np.array(point, float) for point in points]
        if verb == verbs.MOVE:
            pen = start = at[0]
            if not starts or starts[-1] < len(segments):
                starts.append(len(segments))
            continue
        if verb == verbs.CLOSE:
            at = [start]
            if np.array_equal(pen, start):
                continue
        segments.append(_segment(pen, at))
        straight.append(len(at) == 1)
        pen = at[-1]
    if starts and starts[-1] == len(segments):
        starts.pop()
    if not segments:
        return Path.empty()
    return Path(np.stack(segments) * scale, np.array(straight, bool), np.array(starts, np.intp))


def _segment(pen: Floats, at: list[Floats]) -> Floats:
    if len(at) == 1:
        line: Floats = lines_as_cubics(pen[None], at[0][None])[0]
        return line
    if len(at) == 2:
        return np.stack([pen, (pen + 2 * at[0]) / 3, (at[1] + 2 * at[0]) / 3, at[1]])
    return np.stack([pen, *at])
