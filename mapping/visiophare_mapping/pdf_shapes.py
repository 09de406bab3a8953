# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns turning shapes into PDF operators on a reportlab canvas, in exact positions.

Coordinates are written by us with four decimals of a point (35 nm), in the page's own space:
no scaling matrix stands between a number in the file and its place on the film.
It must not know about pages, marks or words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from visiophare_mapping.drawing import Clip, Filled, Floats, Path, Picture, Shape

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class PageFrame:
    """Where slide millimetres lie on a PDF page: slide mm to points, y turned upwards.

    page_mm: width and height of the page; the slide's origin is its centre.
    mirror: the page is printed left-right reversed.
    """

    page_mm: tuple[float, float]
    mirror: bool = False

    def to_points(self, at_mm: Floats) -> Floats:
        """(..., 2) slide mm to (..., 2) PDF points."""
        width, height = self.page_mm
        side = -1.0 if self.mirror else 1.0
        return (np.asarray(at_mm) * (side, -1.0) + (width / 2, height / 2)) * POINTS_PER_MM


def draw_shapes(canvas: Any, frame: PageFrame, shapes: list[Shape]) -> None:
    """Draw shapes back to front."""
    for shape in shapes:
        canvas.saveState()
        for clip in shape.clips:
            canvas.addLiteral(_clip_operators(frame, clip))
        if isinstance(shape, Filled):
            _fill(canvas, frame, shape)
        else:
            _place(canvas, frame, shape)
        canvas.restoreState()


def path_operators(frame: PageFrame, path: Path) -> str:
    """The PDF path of all contours, each closed: `m`, `l`, `c` and `h`."""
    at = frame.to_points(path.segments)
    words: list[str] = []
    for contour in path.contours():
        first = at[contour.start, 0]
        words.append(f"{first[0]:.4f} {first[1]:.4f} m")
        for points, straight in zip(at[contour], path.straight[contour], strict=True):
            if straight:
                words.append(f"{points[3, 0]:.4f} {points[3, 1]:.4f} l")
            else:
                words.append("{:.4f} {:.4f} {:.4f} {:.4f} {:.4f} {:.4f} c".format(*points[1:].flat))
        words.append("h")
    return "\n".join(words)


def set_fill(canvas: Any, rgb: tuple[float, float, float]) -> None:
    """Neutral colours go as grey, so that a printer mixes black from black ink alone."""
    if rgb[0] == rgb[1] == rgb[2]:
        canvas.setFillGray(rgb[0])
    else:
        canvas.setFillColorRGB(*rgb)


def _fill(canvas: Any, frame: PageFrame, shape: Filled) -> None:
    if not len(shape.path.segments):
        return
    set_fill(canvas, shape.rgb)
    if shape.alpha < 1:
        canvas.setFillAlpha(shape.alpha)
    operator = "f*" if shape.rule == "evenodd" else "f"
    canvas.addLiteral(f"{path_operators(frame, shape.path)}\n{operator}")


def _clip_operators(frame: PageFrame, clip: Clip) -> str:
    if not len(clip.path.segments):  # a clip that lets nothing through is still a clip
        return "0 0 m h W n"
    operator = "W*" if clip.rule == "evenodd" else "W"
    return f"{path_operators(frame, clip.path)}\n{operator} n"


def _place(canvas: Any, frame: PageFrame, picture: Picture) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    x, y, width, height = picture.rect_mm
    corners = frame.to_points(np.array([(x, y), (x + width, y + height)]))
    (left, top), (right, bottom) = corners
    canvas.transform(right - left, 0, 0, top - bottom, left, bottom)
    image = Image.fromarray(np.ascontiguousarray(picture.pixels))
    canvas.drawImage(ImageReader(image), 0, 0, 1, 1, mask="auto")
