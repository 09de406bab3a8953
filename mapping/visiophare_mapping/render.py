# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns showing a slide as pixels: right-reading, the picture's edges are the aperture's.

resvg fills the paths; large pictures are laid in by ourselves, in horizontal bands, so that memory
stays bounded at any resolution. Clear film is white.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.artwork import Pixels
from visiophare_mapping.drawing import Clip, Drawing, Filled, Floats, Path, Picture, Shape

BAND_PIXELS = 6_000_000
EMBEDDED_PIXELS = 250_000  # a larger picture is laid in by ourselves
SAME_PIXEL = 1e-3
MM_PER_INCH = 25.4
SLIDE_KEY = "Visiophare"  # of the tEXt chunk that bears a slide's mark


@dataclass(frozen=True)
class _Grid:
    """A rectangle of the slide's pixels; origin_mm is the whole slide's corner."""

    px_per_mm: tuple[float, float]
    origin_mm: tuple[float, float]
    left: int
    top: int
    width: int
    height: int

    def box(self) -> tuple[float, float, float, float]:
        """The rectangle on the slide: x, y, width, height in mm."""
        across, down = self.px_per_mm
        x, y = self.origin_mm
        return (
            x + self.left / across,
            y + self.top / down,
            self.width / across,
            self.height / down,
        )

    def around(self, bounds_mm: tuple[float, float, float, float]) -> _Grid | None:
        """The part of this rectangle that left, top, right, bottom in mm touch."""
        scale = np.array(self.px_per_mm * 2)
        at = (np.array(bounds_mm) - np.array(self.origin_mm * 2)) * scale
        at = np.clip(at, -1, 2**30)
        left, top = max(self.left, int(at[0]) - 1), max(self.top, int(at[1]) - 1)
        right = min(self.left + self.width, int(at[2]) + 2)
        bottom = min(self.top + self.height, int(at[3]) + 2)
        if right <= left or bottom <= top:
            return None
        return replace(self, left=left, top=top, width=right - left, height=bottom - top)


def size_px(size_mm: tuple[float, float], dpi: float) -> tuple[int, int]:
    """Width and height in whole pixels of a slide at a resolution."""
    return (
        max(1, round(size_mm[0] / MM_PER_INCH * dpi)),
        max(1, round(size_mm[1] / MM_PER_INCH * dpi)),
    )


def drawing_to_array(drawing: Drawing, dpi: float) -> Pixels:
    """(h, w, 3) uint8 RGB on white: the slide right-reading, edge to edge the aperture."""
    width, height = size_px(drawing.size_mm, dpi)
    canvas = np.full((height, width, 3), 255, np.uint8)
    scale = (width / drawing.size_mm[0], height / drawing.size_mm[1])
    origin = (-drawing.size_mm[0] / 2, -drawing.size_mm[1] / 2)
    rows = max(1, min(height, BAND_PIXELS // width))
    for top in range(0, height, rows):
        grid = _Grid(scale, origin, 0, top, width, min(rows, height - top))
        band = canvas[top : top + grid.height]
        for run in _runs(drawing.shapes, scale):
            if isinstance(run, Picture):
                _lay_in(band, grid, run)
            else:
                _paint(band, grid, run)
    return canvas


def _paint(band: Pixels, grid: _Grid, run: Sequence[Shape]) -> None:
    """Paint a run of shapes on the band, in no more pixels than it needs."""
    boxes = np.array([_bounds(shape) for shape in run])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    part = grid.around((low[0], low[1], high[0], high[1]))
    if part is not None:
        top = part.top - grid.top
        window = band[top : top + part.height, part.left : part.left + part.width]
        _blend(window, _rasterised(run, part))


def _bounds(shape: Shape) -> tuple[float, float, float, float]:
    if isinstance(shape, Filled):
        return shape.path.bounds()
    x, y, width, height = shape.rect_mm
    return (x, y, x + width, y + height)


def slide_png(picture: Pixels, size_mm: tuple[float, float]) -> bytes:
    """A slide as a PNG that states its resolution, that it is one, and of which format.

    picture: (h, w, 3) RGB or (h, w) grey.
    """
    ordered = picture if picture.ndim == 2 else picture[..., ::-1]
    compression = [cv2.IMWRITE_PNG_COMPRESSION, 4]
    ok, encoded = cv2.imencode(".png", np.ascontiguousarray(ordered), compression)
    assert ok  # OpenCV encodes any uint8 array
    texts = {"Software": "Visiophare", SLIDE_KEY: slide_mark(size_mm)}
    data: bytes = encoded.tobytes()
    height, width = picture.shape[:2]
    per_metre = (round(width / size_mm[0] * 1000), round(height / size_mm[1] * 1000))
    chunks = [_chunk(b"pHYs", struct.pack(">IIB", *per_metre, 1))]
    chunks += [
        _chunk(b"tEXt", key.encode("latin-1") + b"\0" + text.encode("latin-1", "replace"))
        for key, text in texts.items()
    ]
    header_end = 33  # signature and IHDR
    return data[:header_end] + b"".join(chunks) + data[header_end:]


def slide_mark(size_mm: tuple[float, float]) -> str:
    """What a slide's PNG says about itself; slides are known from artwork by it."""
    return f"slide {size_mm[0]:g}x{size_mm[1]:g} mm"


def _chunk(kind: bytes, block: bytes) -> bytes:
    return (
        struct.pack(">I", len(block)) + kind + block + struct.pack(">I", zlib.crc32(kind + block))
    )


def _runs(
    shapes: Sequence[Shape], px_per_mm: tuple[float, float]
) -> Iterator[Picture | list[Shape]]:
    """Shapes in order: large pictures one by one, everything else in runs."""
    run: list[Shape] = []
    for shape in shapes:
        if isinstance(shape, Picture) and _pixels_covered(shape, px_per_mm) > EMBEDDED_PIXELS:
            if run:
                yield run
            yield shape
            run = []
        else:
            run.append(shape)
    if run:
        yield run


def _pixels_covered(picture: Picture, px_per_mm: tuple[float, float]) -> float:
    return picture.rect_mm[2] * picture.rect_mm[3] * px_per_mm[0] * px_per_mm[1]


def _blend(canvas: Pixels, above: Pixels) -> None:
    """Lay (h, w, 4) unpremultiplied pixels over an opaque (h, w, 3) canvas, in place."""
    rows = np.flatnonzero(above[..., 3].any(axis=1))
    if not len(rows):
        return
    part = slice(rows[0], rows[-1] + 1)
    alpha = above[part, :, 3:].astype(np.uint16)
    mixed = above[part, :, :3] * alpha + canvas[part] * (255 - alpha) + 128
    canvas[part] = (mixed + (mixed >> 8)) >> 8  # divided by 255


def _rasterised(shapes: Sequence[Shape], grid: _Grid) -> Pixels:
    import resvg_py

    x, y, width, height = grid.box()
    texts = _ShapeTexts(grid)
    body = "".join(texts.of(shape) for shape in shapes)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{grid.width}" height="{grid.height}" viewBox="{x!r} {y!r} {width!r} {height!r}" '
        f'preserveAspectRatio="none"><defs>{"".join(texts.definitions)}</defs>{body}</svg>'
    )
    png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None  # resvg writes good PNG
    return np.asarray(picture[..., [2, 1, 0, 3]], np.uint8)


class _ShapeTexts:
    """Writes shapes as SVG; each clip is defined once."""

    def __init__(self, grid: _Grid) -> None:
        self.definitions: list[str] = []
        self._grid = grid
        self._names: dict[int, str] = {}
        self._kept: list[Clip] = []  # so that no id() is used twice

    def of(self, shape: Shape) -> str:
        text = self._filled(shape) if isinstance(shape, Filled) else self._picture(shape)
        for clip in reversed(shape.clips):
            text = f'<g clip-path="url(#{self._name(clip)})">{text}</g>'
        return text

    def _filled(self, shape: Filled) -> str:
        red, green, blue = (round(255 * part, 3) for part in shape.rgb)
        return (
            f'<path d="{path_text(shape.path)}" fill="rgb({red},{green},{blue})" '
            f'fill-opacity="{shape.alpha:.6g}" fill-rule="{shape.rule}"/>'
        )

    def _picture(self, shape: Picture) -> str:
        x, y, width, height = (float(side) for side in shape.rect_mm)
        pixels = self._shrunk(shape)
        order = [2, 1, 0] if pixels.shape[2] == 3 else [2, 1, 0, 3]
        ok, png = cv2.imencode(".png", pixels[..., order], [cv2.IMWRITE_PNG_COMPRESSION, 1])
        assert ok
        text = base64.b64encode(png.tobytes()).decode("ascii")
        return (
            f'<image x="{x!r}" y="{y!r}" width="{width!r}" height="{height!r}" '
            f'preserveAspectRatio="none" xlink:href="data:image/png;base64,{text}"/>'
        )

    def _shrunk(self, shape: Picture) -> Pixels:
        """No more pixels than the grid shows: resvg would skip some instead of averaging."""
        height, width = shape.pixels.shape[:2]
        wanted = (
            max(1, round(shape.rect_mm[2] * self._grid.px_per_mm[0])),
            max(1, round(shape.rect_mm[3] * self._grid.px_per_mm[1])),
        )
        if width <= wanted[0] * 1.1 and height <= wanted[1] * 1.1:
            return shape.pixels
        size = (min(width, wanted[0]), min(height, wanted[1]))
        return resized(shape.pixels, size)

    def _name(self, clip: Clip) -> str:
        if id(clip) not in self._names:
            name = f"clip{len(self._names)}"
            self._names[id(clip)] = name
            self._kept.append(clip)
            self.definitions.append(
                f'<clipPath id="{name}"><path d="{path_text(clip.path)}" '
                f'clip-rule="{clip.rule}"/></clipPath>'
            )
        return self._names[id(clip)]


def path_text(path: Path) -> str:
    """SVG path data with five decimals: 10 nm where the unit is a millimetre."""
    words: list[str] = []
    points = path.segments.reshape(-1, 8).tolist()
    straight = path.straight.tolist()
    for contour in path.contours():
        words.append("M{:.5f} {:.5f}".format(*points[contour.start][:2]))
        for number in range(contour.start, contour.stop):
            if straight[number]:
                words.append("L{:.5f} {:.5f}".format(*points[number][6:]))
            else:
                words.append(
                    "C{:.5f} {:.5f} {:.5f} {:.5f} {:.5f} {:.5f}".format(*points[number][2:])
                )
        words.append("Z")
    return "".join(words)


def resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Pixels averaged down to (width, height); colours weigh by their alpha."""
    if pixels.shape[2] == 3:
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    values = pixels.astype(np.float32)
    values[..., :3] *= values[..., 3:] / 255
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    small[..., :3] *= 255 / np.maximum(small[..., 3:], 1e-3)
    return np.asarray(np.clip(np.rint(small), 0, 255), np.uint8)


def _lay_in(band: Pixels, grid: _Grid, picture: Picture) -> None:
    """Lay a large picture into the band: rows and columns that it covers, within its clips."""
    x, y, width, height = picture.rect_mm
    across, down = grid.px_per_mm
    left = _snapped((x - grid.origin_mm[0]) * across)
    top = _snapped((y - grid.origin_mm[1]) * down - grid.top)
    rows, columns = picture.pixels.shape[:2]
    first = (max(0, int(np.floor(left))), max(0, int(np.floor(top))))
    last = (
        min(grid.width, int(np.ceil(_snapped(left + width * across)))),
        min(grid.height, int(np.ceil(_snapped(top + height * down)))),
    )
    if first[0] >= last[0] or first[1] >= last[1]:
        return
    to_grid = np.array([[width * across / columns, 0.0, left], [0.0, height * down / rows, top]])
    covered = _resampled(picture.pixels, to_grid, first, last)
    for clip in picture.clips:
        part = replace(
            grid,
            left=first[0],
            top=grid.top + first[1],
            width=last[0] - first[0],
            height=last[1] - first[1],
        )
        mask = _rasterised([Filled(clip.path, rule=clip.rule)], part)[..., 3]
        alpha = covered[..., 3] * mask.astype(np.uint16) + 128
        covered[..., 3] = (alpha + (alpha >> 8)) >> 8
    _blend(band[first[1] : last[1], first[0] : last[0]], covered)


def _snapped(position_px: float) -> float:
    """A position that rounding moved next to a whole pixel, on it."""
    whole = round(position_px)
    return float(whole) if abs(position_px - whole) < SAME_PIXEL else position_px


def _resampled(
    pixels: Pixels, to_grid: Floats, first: tuple[int, int], last: tuple[int, int]
) -> Pixels:
    """The picture on the grid's own pixels, (h, w, 4); a plain copy where the two coincide.

    to_grid: (2, 3), corner-based picture pixels to corner-based band pixels.
    """
    scale, offset = to_grid[:, :2].diagonal(), to_grid[:, 2]
    size = (last[0] - first[0], last[1] - first[1])
    corner = np.array(first, float)
    if np.all(np.abs(scale - 1) < 1e-6) and np.all(offset == np.rint(offset)):
        start = np.rint(corner - offset).astype(int)
        part = pixels[start[1] : start[1] + size[1], start[0] : start[0] + size[0]]
        return _with_alpha(part.copy())
    if np.any(scale < 0.9):
        smaller = np.maximum(1, np.rint(np.array(pixels.shape[1::-1]) * np.minimum(scale, 1)))
        scale = scale * pixels.shape[1::-1] / smaller
        pixels = resized(pixels, (int(smaller[0]), int(smaller[1])))
    # warpAffine counts from pixel centres, we count from corners.
    shift = offset - corner + 0.5 * scale - 0.5
    matrix = np.array([[scale[0], 0.0, shift[0]], [0.0, scale[1], shift[1]]])
    warped = cv2.warpAffine(
        _with_alpha(pixels), matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, np.uint8)


def _with_alpha(pixels: Pixels) -> Pixels:
    if pixels.shape[2] == 4:
        return pixels
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    return np.concatenate([pixels, opaque], axis=2)


def drawing_coverage(drawing: Drawing, dpi: float) -> NDArray[np.float64]:
    """(h, w) how opaque the drawing is in each pixel, 0..1; meant for small pictures."""
    width, height = size_px(drawing.size_mm, dpi)
    scale = (width / drawing.size_mm[0], height / drawing.size_mm[1])
    origin = (-drawing.size_mm[0] / 2, -drawing.size_mm[1] / 2)
    seen = _rasterised(drawing.shapes, _Grid(scale, origin, 0, 0, width, height))
    coverage: NDArray[np.float64] = seen[..., 3] / 255.0
    return coverage
