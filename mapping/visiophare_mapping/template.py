# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template: an SVG page at scale to draw the façade's picture on, in Inkscape.

One user unit is one millimetre of the page; at 1:100, the usual scale, a centimetre of Inkscape's
ruler is a metre of wall, and the page stays of a size that any program handles (a façade in its own
size, 20 m, is beyond what many do).  The page says where it lies (`data-visiophare-m`), so that
`warp` lays it there; its guide layers are marked, locked, and never printed.

Owns what is drawn on it, in which layer.
Must not know: languages (words come translated), files.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.calibration import Calibration
from visiophare_mapping.contours import contour_pieces
from visiophare_mapping.errors import N_, CalibrationError
from visiophare_mapping.lit_wall import (
    aperture_outline,
    mm_per_dot,
    relative_light,
    slide_grid,
)
from visiophare_mapping.outlines import Outline
from visiophare_mapping.svg.tree import GUIDE, TEMPLATE_PLANE, TEMPLATE_RECT

Floats = NDArray[np.float64]
Translate = Callable[[str], str]

USUAL_SCALE = 100.0
_GRID = (61, 41)
_BRIGHTEST_LINE = 99.5  # percent: nearer to the brightest place, a line encloses nothing to see
_MOST_LINES = 5
_STEPS = (1.0, 2.0, 5.0)
_MARGIN_M = 0.5
_LARGEST_SPANS = 3.0  # what lies farther, in spans of the rectangle, is cut off
_TEXT_MM = 3.0
_LIGHT, _DOTS, _OUTLINE, _MEASURE = "#e08a00", "#2a7fd4", "#b000a0", "#c03020"


@dataclass(frozen=True, eq=False)
class Template:
    """What to draw.  scale: 1 to so much.  photo_jpeg: the façade rectified, covering rect_m."""

    calibration: Calibration
    rect_m: tuple[float, float, float, float]
    plane: int = 0
    scale: float = USUAL_SCALE
    dpi: float = 1200.0
    focal_mm: float | None = None
    outlines: Sequence[Outline] = ()
    photo_jpeg: bytes | None = None

    def page(self, metres: Floats) -> Floats:
        """(N, 2) façade m to page mm, y down."""
        left, bottom, _width, height = self.rect_m
        result: Floats = (
            (np.asarray(metres) - (left, bottom + height)) * (1.0, -1.0) * self.mm_per_m
        )
        return result

    @property
    def mm_per_m(self) -> float:
        return 1000.0 / self.scale


def page_rect(
    calibration: Calibration, plane: int, outlines: Sequence[Outline]
) -> tuple[float, float, float, float]:
    """What a template's page should cover, façade m: the light, the rectangle and the outlines,
    rounded outwards to half metres (of small walls: to a twentieth of their span).

    Raises: CalibrationError facade_unknown, plane_unknown.
    """
    lit = calibration.map_points(
        aperture_outline(calibration.aperture_mm), "slide", "facade", plane
    )
    of_plane = calibration.planes[plane]
    firm = [one.points_m for one in outlines if one.plane == plane]
    if of_plane.reference_size_m is not None:
        corner = np.array(of_plane.reference_origin_m)
        firm.append(np.array([corner, corner + of_plane.reference_size_m]))
    lit = lit[np.isfinite(lit).all(axis=1)]
    known = np.concatenate(firm) if firm else lit
    if not len(known):
        raise CalibrationError(
            "facade_unknown",
            N_("This calibration does not know the façade's metres yet."),
            N_("Give four corners of a known rectangle with `visiophare facade`."),
        )
    low, high = known.min(axis=0), known.max(axis=0)
    far = _LARGEST_SPANS * float((high - low).max())
    if len(lit):
        low = np.minimum(low, np.maximum(lit.min(axis=0), low - far))
        high = np.maximum(high, np.minimum(lit.max(axis=0), high + far))
    step = min(_MARGIN_M, float((high - low).max()) / 20.0)
    low, high = np.floor(low / step - 0.5) * step, np.ceil(high / step + 0.5) * step
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])


def template_svg(template: Template, translate: Translate) -> str:
    """The template's SVG text."""
    left, bottom, width_m, height_m = template.rect_m
    width, height = width_m * template.mm_per_m, height_m * template.mm_per_m
    origin = template.page(np.zeros((1, 2)))[0]
    layers = [
        _layer("photo", translate(N_("Photo, rectified")), _photo(template, width, height)),
        _layer("light", translate(N_("Light: its reach and falloff")), _light(template)),
        _layer("dots", translate(N_("Size of a film dot")), _dots(template, translate)),
        _layer("outlines", translate(N_("Outlines")), _outlines(template)),
        _layer("measures", translate(N_("Measures")), _measures(template, translate)),
    ]
    title = translate(N_("Façade, 1:{scale:g}")).format(scale=template.scale)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"',
            '  xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"',
            '  xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"',
            f'  width="{width:.9g}mm" height="{height:.9g}mm"',
            f'  viewBox="0 0 {width:.9g} {height:.9g}"',
            f'  {TEMPLATE_RECT}="{left:.9g},{bottom:.9g},{width_m:.9g},{height_m:.9g}"',
            f'  {TEMPLATE_PLANE}="{template.plane}">',
            f"<title>{escape(title)}</title>",
            '<sodipodi:namedview inkscape:document-units="mm" inkscape:current-layer="drawing"'
            ' showgrid="false">',
            f'<inkscape:grid type="xygrid" units="mm" spacingx="{template.mm_per_m:.6g}" '
            f'spacingy="{template.mm_per_m:.6g}" originx="{origin[0]:.6g}" '
            f'originy="{origin[1]:.6g}" empspacing="5" visible="false"/>',
            "</sodipodi:namedview>",
            *[layer for layer in layers if layer],
            _drawing_layer(translate(N_("Drawing"))),
            "</svg>",
            "",
        ]
    )


def _layer(name: str, label: str, content: Iterable[str]) -> str:
    """A locked layer of guides; nothing without content."""
    inside = "\n".join(content)
    if not inside:
        return ""
    return (
        f'<g id="{name}" inkscape:groupmode="layer" inkscape:label={quoteattr(label)} '
        f'{GUIDE[0]}="{GUIDE[1]}" sodipodi:insensitive="true">\n{inside}\n</g>'
    )


def _drawing_layer(label: str) -> str:
    return f'<g id="drawing" inkscape:groupmode="layer" inkscape:label={quoteattr(label)}/>'


def _photo(template: Template, width: float, height: float) -> Iterable[str]:
    if template.photo_jpeg is not None:
        data = base64.b64encode(template.photo_jpeg).decode()
        yield (
            f'<image width="{width:.9g}" height="{height:.9g}" preserveAspectRatio="none" '
            f'xlink:href="data:image/jpeg;base64,{data}"/>'
        )


def _light(template: Template) -> Iterable[str]:
    calibration, plane = template.calibration, template.plane
    rim = aperture_outline(calibration.aperture_mm)
    lit = calibration.map_points(rim, "slide", "facade", plane)
    if np.isfinite(lit).all():
        yield _polygon(template.page(lit), f'fill="none" stroke="{_LIGHT}" stroke-width="0.5"')
    grid = slide_grid(calibration.aperture_mm, *_GRID)
    light = relative_light(calibration, grid.reshape(-1, 2), template.focal_mm, plane)
    percent = (100.0 * light / np.nanmax(light)).reshape(grid.shape[:2])
    for level in _levels(float(np.nanmin(percent)), _BRIGHTEST_LINE):
        yield from _contour(template, grid, percent, level, f"{level:g} %", _LIGHT, low=True)


def _dots(template: Template, translate: Translate) -> Iterable[str]:
    calibration, plane = template.calibration, template.plane
    grid = slide_grid(calibration.aperture_mm, *_GRID)
    dots = mm_per_dot(calibration, grid.reshape(-1, 2), template.dpi, plane)
    for level in _levels(float(np.nanmin(dots)), float(np.nanmax(dots))):
        yield from _contour(
            template, grid, dots.reshape(grid.shape[:2]), level, f"{level:g} mm", _DOTS
        )
    note = translate(N_("A film dot at {dpi:g} dpi: {finest:.1f} to {coarsest:.1f} mm of wall"))
    text = note.format(dpi=template.dpi, finest=np.nanmin(dots), coarsest=np.nanmax(dots))
    yield _text(np.array([2.0, 1.0 + _TEXT_MM]), text, _DOTS)


def _outlines(template: Template) -> Iterable[str]:
    for one in template.outlines:
        if one.plane == template.plane:
            style = f'fill="none" stroke="{_OUTLINE}" stroke-width="0.35"'
            label = f"inkscape:label={quoteattr(one.name)}"
            yield _polygon(template.page(one.points_m), f"{style} {label}")


def _measures(template: Template, translate: Translate) -> Iterable[str]:
    plane = template.calibration.planes[template.plane]
    if plane.reference_size_m is not None:
        corner = np.array(plane.reference_origin_m)
        size = np.array(plane.reference_size_m)
        rectangle = corner + np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * size
        yield _polygon(
            template.page(rectangle),
            f'fill="none" stroke="{_MEASURE}" stroke-width="0.35" stroke-dasharray="2 1"',
        )
    zero = template.page(np.zeros((1, 2)))[0]
    yield (
        f'<path d="M{zero[0] - 2:.4f} {zero[1]:.4f}h4m-2 -2v4" stroke="{_MEASURE}" '
        'stroke-width="0.35" fill="none"/>'
    )
    yield _text(zero + np.array([1.0, -1.0]), "0;0", _MEASURE)
    height = template.rect_m[3] * template.mm_per_m
    yield (
        f'<path d="M2 {height - 2:.4f}v-2v1h{template.mm_per_m:.6g}v1v-2" stroke="{_MEASURE}" '
        'stroke-width="0.35" fill="none"/>'
    )
    scale = translate(N_("1 m, 1:{scale:g}")).format(scale=template.scale)
    yield _text(np.array([3.0 + template.mm_per_m, height - 2.0]), scale, _MEASURE)


def _contour(
    template: Template,
    grid: Floats,
    values: Floats,
    level: float,
    label: str,
    colour: str,
    low: bool = False,
) -> Iterable[str]:
    """A line of equal value, its label at its lowest place or its highest; nothing where the
    value does not occur."""
    slide = contour_pieces(values, grid, level)
    if not len(slide):
        return
    wall = template.calibration.map_points(slide.reshape(-1, 2), "slide", "facade", template.plane)
    wall = wall.reshape(-1, 2, 2)
    pieces = template.page(wall[np.isfinite(wall).all(axis=(1, 2))].reshape(-1, 2)).reshape(-1, 4)
    if not len(pieces):
        return
    data = "".join(f"M{x:.3f} {y:.3f}L{u:.3f} {v:.3f}" for x, y, u, v in pieces)
    yield f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="0.25"/>'
    at = pieces[(np.argmax if low else np.argmin)(pieces[:, 1]), :2]
    before = at[0] > 0.8 * template.rect_m[2] * template.mm_per_m  # or it would leave the page
    shift = np.array([-0.5 if before else 0.5, -0.5 if low else _TEXT_MM])
    yield _text(at + shift, label, colour, "end" if before else "start")


def _levels(low: float, high: float) -> list[float]:
    """At most _MOST_LINES round numbers between two values."""
    decade = 10.0 ** np.floor(np.log10(max(high - low, 1e-9)))
    for step in (part * scale for scale in (decade / 10, decade, decade * 10) for part in _STEPS):
        first, last = int(np.ceil(low / step)), int(np.floor(high / step))
        if last - first < _MOST_LINES:
            return [round(number * step, 9) for number in range(first, last + 1)]
    return []


def _polygon(page: Floats, style: str) -> str:
    points = " ".join(f"{x:.4f},{y:.4f}" for x, y in page)
    return f'<polygon points="{points}" {style}/>'


def _text(at: Floats, text: str, colour: str, anchor: str = "start") -> str:
    return (
        f'<text x="{at[0]:.3f}" y="{at[1]:.3f}" font-size="{_TEXT_MM:g}" font-family="sans-serif" '
        f'text-anchor="{anchor}" fill="{colour}" stroke="#fff" stroke-width="0.6" '
        f'paint-order="stroke">{escape(text)}</text>'
    )
