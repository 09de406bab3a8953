# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the printed page: a slide at the centre of a PDF page, in exact millimetres.

Around it: corner marks, registration crosses, a ruler on both axes, and how to load it in words.
The file depends on its input alone: no date, no machine. It must not know what the drawing is.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, BinaryIO

import numpy as np

from visiophare_mapping.drawing import Clip, Drawing, Filled, Shape
from visiophare_mapping.errors import N_
from visiophare_mapping.page_layout import NOTE_SIZE_MM, Content, Layout, lay_out
from visiophare_mapping.page_marks import HAIR_MM, Translate, draw_marks
from visiophare_mapping.pdf_shapes import POINTS_PER_MM, PageFrame, draw_shapes

# The Vera fonts come with reportlab and may be embedded: accents print the same everywhere.
FONT, BOLD = "Vera", "VeraBd"

LOADING = (
    N_(
        "Print at 100 % on film, without fitting to the page. Then lay a real ruler on it: "
        "both printed rulers must be right."
    ),
    N_(
        "The corner marks are the corners of the aperture, {width} × {height} mm. "
        "Cut further out, so that the rim can be held."
    ),
    N_(
        "FACE is the side from which the word FACE reads the right way round. It faces the light; "
        "on a projector with a mirror (overhead projector) it faces the mirror."
    ),
    N_(
        "TOP must come out on top on the façade: the lens turns the picture over, so in a slide "
        "projector TOP goes down. Load every slide the same way as the calibration slide."
    ),
)
RIGHT_READING = N_("This print is right-reading: the printed side is FACE.")
MIRRORED = N_("This print is MIRRORED: the printed side is the back, FACE is the other side.")


def identity(text: str) -> str:
    """English stays English."""
    return text


def write_pdf(
    drawing: Drawing,
    to: FilePath | str | BinaryIO,
    translate: Translate = identity,
    *,
    title: str = "",
    note: Sequence[str] = (),
    mirror: bool = False,
    marks: bool = True,
) -> None:
    """Write a one-page PDF of a slide.

    drawing: slide frame, mm. title and note: sentences already in the reader's language.
    mirror: reverse the slide and its marks for printing on the back of the film.
    marks: False makes a page exactly as large as the aperture, with nothing but the slide.

    Raises: OSError when `to` is a path that cannot be written.
    """
    data = pdf_bytes(drawing, translate, title=title, note=note, mirror=mirror, marks=marks)
    if isinstance(to, FilePath | str):
        FilePath(to).write_bytes(data)
    else:
        to.write(data)


def pdf_bytes(
    drawing: Drawing,
    translate: Translate = identity,
    *,
    title: str = "",
    note: Sequence[str] = (),
    mirror: bool = False,
    marks: bool = True,
) -> bytes:
    """The PDF of `write_pdf` as bytes."""
    from reportlab import rl_config

    _register_fonts()
    rl_config.useA85 = 0  # text armour in pure Python: a quarter larger and very slow
    layout = _layout(drawing, translate, title, note, mirror) if marks else None
    page_mm = drawing.size_mm if layout is None else layout.page_mm
    buffer = io.BytesIO()
    canvas = _canvas(buffer, page_mm, drawing.size_mm, title)
    frame = PageFrame(page_mm, mirror)
    _draw_slide(canvas, frame, drawing)
    if layout is not None:
        draw_marks(_CanvasPen(canvas, frame), drawing.size_mm, layout, translate)
        _write_words(canvas, layout)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def page_size_mm(
    drawing: Drawing,
    translate: Translate = identity,
    *,
    title: str = "",
    note: Sequence[str] = (),
    mirror: bool = False,
    marks: bool = True,
) -> tuple[float, float]:
    """Width and height of the page that `write_pdf` makes of the same arguments."""
    if not marks:
        return drawing.size_mm
    _register_fonts()
    return _layout(drawing, translate, title, note, mirror).page_mm


def _layout(
    drawing: Drawing, translate: Translate, title: str, note: Sequence[str], mirror: bool
) -> Layout:
    sentences = _sentences(drawing, translate, note, mirror)
    return lay_out(Content(drawing.size_mm, title, sentences, _wrap, mirror))


def _sentences(
    drawing: Drawing, translate: Translate, note: Sequence[str], mirror: bool
) -> list[str]:
    width, height = (f"{side:g}" for side in drawing.size_mm)
    loading = [translate(sentence).format(width=width, height=height) for sentence in LOADING]
    return [*note, *loading, translate(MIRRORED if mirror else RIGHT_READING)]


def _canvas(
    buffer: BinaryIO, page_mm: tuple[float, float], size_mm: tuple[float, float], title: str
) -> Any:
    from reportlab.pdfgen.canvas import Canvas

    width, height = (side * POINTS_PER_MM for side in page_mm)
    half = [side * POINTS_PER_MM / 2 for side in size_mm]
    trim = (width / 2 - half[0], height / 2 - half[1], width / 2 + half[0], height / 2 + half[1])
    canvas = Canvas(buffer, pagesize=(width, height), pageCompression=1, invariant=1, trimBox=trim)
    canvas.setTitle(title or "Visiophare")
    canvas.setCreator("Visiophare")
    canvas.setViewerPreference("PrintScaling", "None")  # ask the print dialogue for 100 %
    return canvas


def _draw_slide(canvas: Any, frame: PageFrame, drawing: Drawing) -> None:
    edge = Clip(drawing.aperture())
    reach = np.array(drawing.size_mm) / 2 + 1e-9
    shapes: list[Shape] = []
    for shape in drawing.shapes:
        inside = isinstance(shape, Filled) and np.all(np.abs(shape.path.segments) <= reach)
        shapes.append(shape if inside else replace(shape, clips=(edge, *shape.clips)))
    draw_shapes(canvas, frame, shapes)


def _write_words(canvas: Any, layout: Layout) -> None:
    """Title and note: never mirrored, so that whoever holds the print can read them."""
    pen = _CanvasPen(canvas, PageFrame(layout.page_mm))
    for words in layout.words:
        font = BOLD if words.bold else FONT
        for number, line in enumerate(words.lines):
            baseline = words.baseline_mm + number * words.leading_mm
            pen.words(words.left_mm, baseline, line, words.size_mm, "start", font)


class _CanvasPen:
    """Draws marks on a reportlab canvas in slide millimetres."""

    def __init__(self, canvas: Any, frame: PageFrame) -> None:
        self._canvas = canvas
        self._frame = frame
        canvas.setStrokeGray(0)
        canvas.setFillGray(0)
        canvas.setLineWidth(HAIR_MM * POINTS_PER_MM)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        start, end = self._frame.to_points(np.array([(x0, y0), (x1, y1)]))
        self._canvas.addLiteral("{:.4f} {:.4f} m {:.4f} {:.4f} l S".format(*start, *end))

    def circle(self, x: float, y: float, radius: float) -> None:
        centre = self._frame.to_points(np.array((x, y)))
        self._canvas.circle(*centre, radius * POINTS_PER_MM, stroke=1, fill=0)

    def triangle(self, x: float, y: float, size: float) -> None:
        corners = np.array([(x - size / 3, y), (x + size / 3, y), (x, y - size)])
        at = self._frame.to_points(corners)
        self._canvas.addLiteral(
            "{:.4f} {:.4f} m {:.4f} {:.4f} l {:.4f} {:.4f} l h f".format(*at.flat)
        )

    def words(
        self, x: float, y: float, text: str, size: float, anchor: str, font: str = FONT
    ) -> None:
        from reportlab.pdfbase.pdfmetrics import stringWidth

        points = size * POINTS_PER_MM
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        side = -1 if self._frame.mirror else 1
        left, baseline = self._frame.to_points(np.array((x, y)))
        left -= side * share * stringWidth(text, font, points)
        line = self._canvas.beginText()
        line.setFont(font, points)
        line.setTextTransform(side, 0, 0, 1, left, baseline)
        line.textOut(text)
        self._canvas.drawText(line)


def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (FONT, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


def _wrap(sentence: str, width_mm: float) -> list[str]:
    """Lines no wider than width_mm, broken at plain spaces: a no-break space holds."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines: list[str] = []
    for word in sentence.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        width = stringWidth(longer, FONT, NOTE_SIZE_MM * POINTS_PER_MM) / POINTS_PER_MM
        if lines and width <= width_mm:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
