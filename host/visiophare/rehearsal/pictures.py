# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures with words on them: photos side by side with captions, charts drawn as SVG.

Words are drawn by resvg with the fonts that reportlab carries, so that accents print on a machine
that has no fonts at all.
"""

from __future__ import annotations

import base64
import gzip
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FONT_FAMILY = "Bitstream Vera Sans"


def draw_svg(svg: str, width_px: int) -> bytes:
    """Return `svg` as a PNG, `width_px` wide, its words in our own fonts only."""
    return _render(svg_string=svg, width=width_px, skip_system_fonts=True)


def draw_artwork(path: Path, size_px: tuple[int, int]) -> bytes:
    """Return an artist's SVG as a PNG, its page edge to edge, transparent where the film is clear.

    Asked for the file itself, resvg would round the page to whole units first: 100 pt become
    133 px, a quarter of a per cent too few.  As an image it has the size that it says.
    """
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    width, height = size_px
    return _render(
        svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" preserveAspectRatio="none"'
        f' href="{data_url(data, "svg+xml")}"/></svg>'
    )


def _render(**wishes: Any) -> bytes:
    import reportlab
    import resvg_py

    fonts = Path(str(reportlab.__file__)).parent / "fonts"
    png = resvg_py.svg_to_bytes(
        font_family=FONT_FAMILY,
        sans_serif_family=FONT_FAMILY,
        font_files=[str(fonts / "Vera.ttf"), str(fonts / "VeraBd.ttf")],
        dpi=96,  # without it a page in pt or mm has no size at all
        **wishes,
    )
    return bytes(png)


def jpeg(picture: npt.NDArray[np.uint8], widest_px: int = 1280, quality: int = 82) -> bytes:
    """Return a BGR picture as a JPEG of at most `widest_px`: a report must stay light."""
    import cv2

    height, width = picture.shape[:2]
    if width > widest_px:
        size = (widest_px, round(height * widest_px / width))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done, "OpenCV encodes every 8-bit picture"
    return bytes(data)


def as_jpeg(png_bytes: bytes) -> bytes:
    """Return a PNG of ours as a JPEG: a tenth of the weight, for photos."""
    import cv2
    import numpy as np

    picture = cv2.imdecode(np.frombuffer(png_bytes, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None, "it was written by this module"
    return jpeg(np.asarray(picture, np.uint8), picture.shape[1])


def png(picture: npt.NDArray[np.uint8]) -> bytes:
    """Return a BGR picture as a PNG."""
    import cv2

    done, data = cv2.imencode(".png", picture)
    assert done, "OpenCV encodes every 8-bit picture"
    return bytes(data)


def data_url(picture: bytes, kind: str) -> str:
    """Return bytes of a picture as an address that a page can carry in itself."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"


def side_by_side(panels: list[tuple[str, npt.NDArray[np.uint8]]], panel_width_px: int) -> bytes:
    """Return a PNG: (caption, BGR picture) panels from left to right, captions above."""
    gap, caption_height = 16, 40
    height_px = max(round(p.shape[0] * panel_width_px / p.shape[1]) for _, p in panels)
    width = gap + len(panels) * (panel_width_px + gap)
    height = caption_height + height_px + gap
    parts = [f'<rect width="{width}" height="{height}" fill="#101014"/>']
    for index, (caption, picture) in enumerate(panels):
        x = gap + index * (panel_width_px + gap)
        photo = data_url(jpeg(picture, panel_width_px, 92), "jpeg")
        parts.append(
            f'<text x="{x}" y="27" font-family="{FONT_FAMILY}" font-size="18" fill="#eee">'
            f"{escape(caption)}</text>"
            f'<image x="{x}" y="{caption_height}" width="{panel_width_px}" height="{height_px}"'
            f' preserveAspectRatio="xMidYMin" href="{photo}"/>'
        )
    body = "".join(parts)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{body}</svg>'
    return draw_svg(svg, width)
