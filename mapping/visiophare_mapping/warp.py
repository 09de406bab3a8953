# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the warp: an artwork's page through a chain of frames onto a slide, part by part.

Everything is first cut to the page and to what the projector can reach, so that nothing is ever
mapped from behind the horizon; after the map it is cut to the aperture.
It must not know what the chain is made of.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from visiophare_mapping.artwork import Artwork, Bitmap, Box, Detail, Note, Part, Rendered
from visiophare_mapping.convex_clip import HalfPlane, box_planes, clipped, half_planes
from visiophare_mapping.drawing import Clip, Drawing, Filled, Floats, Path, Picture, Shape
from visiophare_mapping.errors import N_, CalibrationError
from visiophare_mapping.predistort import Chain, mapped_paths, tolerance_mm
from visiophare_mapping.raster_warp import SlideGrid, warp_pixels
from visiophare_mapping.reach import magnification, outside_percent, reach
from visiophare_mapping.render import MM_PER_INCH, drawing_coverage, size_px

COVERED = 0.99  # ink over less of the page than this leaves clear film
# Two edges on one line let the clear film through where pixels are half covered. So the surround
# goes on under the page's rim: a share of a covered page, where nobody sees it, else a pixel or so.
UNDER_COVERED = 0.01
UNDER_PX = 1.5
Surround = Literal["auto", "dark", "clear"]

FINEST_DPI, COARSEST_DPI = 2400, 300
PIXELS_ACROSS = 3400  # what a good lens resolves of a slide, with a margin
SHARES: dict[Detail, float] = {"smooth": 0.25, "stepped": 0.5, "sharp": 1.0}  # of the resolution
OVERSAMPLED = 1.1  # rendered parts are resampled once more: start a little finer
MOST_PIXELS = 24_000_000
COVERAGE_PX = 160
MOST_OUTSIDE_PERCENT = 99.9


@dataclass(frozen=True, eq=False)
class Warped:
    """A slide made from an artwork, and what a report says about it.

    dpi: of rasterised parts on the slide. outside_percent: share of the artwork's ink that the
    slide cannot show. notes: what reading, rasterising and cutting did.
    """

    drawing: Drawing
    dpi: float
    outside_percent: float
    notes: tuple[Note, ...]


def default_dpi(size_mm: tuple[float, float]) -> int:
    """The resolution for rasterised parts: 2400 dpi on 36 mm, less on larger slides."""
    wanted = PIXELS_ACROSS / (max(size_mm) / MM_PER_INCH)
    return int(min(FINEST_DPI, max(COARSEST_DPI, 100 * round(wanted / 100))))


def warp(
    artwork: Artwork,
    to_slide: Chain,
    from_slide: Chain,
    size_mm: tuple[float, float],
    *,
    dpi: float | None = None,
    crop: Box | None = None,
    surround: Surround = "auto",
) -> Warped:
    """An artwork on a slide.

    to_slide, from_slide: page units to slide mm and back, NaN where there is no such point.
    size_mm: the aperture. dpi: of rasterised parts. crop: the part of the page to show.
    surround: film around the page; "auto" is dark around a page that is covered all over, clear
    around one that is drawn on clear film.

    Raises: CalibrationError chain_undefined, out_of_reach, nothing_lit.
    """
    chosen = default_dpi(size_mm) if dpi is None else dpi
    page = crop or (0.0, 0.0, *artwork.size)
    press = _Press(artwork, to_slide, from_slide, size_mm, chosen, page)
    shapes = press.shapes()
    covered = drawing_coverage(_thumbnail(artwork, page), MM_PER_INCH)
    outside = outside_percent(covered, page, to_slide, size_mm)
    if not shapes and outside > MOST_OUTSIDE_PERCENT:
        raise CalibrationError(
            "nothing_lit",
            N_("Nothing of the artwork lies where the projector's light falls."),
            N_("Check where the artwork is placed, and the façade's corners in the calibration."),
        )
    has_ink = bool(shapes) or bool(covered.any())
    is_covered = bool(covered.min() > COVERED)
    dark = surround == "dark" or (surround == "auto" and is_covered)
    if dark:
        shapes = [*_around(press.inner_outline(is_covered), size_mm), *shapes]
    chose_clear = surround == "auto" and not dark
    film = _film_notes(has_ink, chose_clear)
    notes = (*artwork.notes, *press.notes, *_reach_notes(outside), *film)
    return Warped(Drawing(size_mm, shapes), chosen, outside, notes)


class _Press:
    """One warp under way."""

    def __init__(
        self,
        artwork: Artwork,
        to_slide: Chain,
        from_slide: Chain,
        size_mm: tuple[float, float],
        dpi: float,
        page: Box,
    ) -> None:
        self._artwork = artwork
        self._to_slide = to_slide
        self._from_slide = from_slide
        self._size_mm = size_mm
        self._dpi = dpi
        self._page = page
        half_width, half_height = size_mm[0] / 2, size_mm[1] / 2
        self._aperture = box_planes(-half_width, -half_height, half_width, half_height)
        polygon = reach(from_slide, size_mm, page)
        left, top, width, height = page
        page_planes = box_planes(left, top, left + width, top + height)
        self._planes: list[HalfPlane] = [*page_planes, *half_planes(polygon)]
        self._images: dict[int, Path] = {}
        self._kept: list[Path] = []  # so that no id() is used twice
        self.notes: list[Note] = []

    def inner_outline(self, is_covered: bool) -> Path:
        """A line just inside of the page's edge, on the slide, cut to the aperture."""
        if is_covered:
            inset = UNDER_COVERED * min(self._page[2:])
        else:
            pixel_mm = MM_PER_INCH / self._dpi
            inset = UNDER_PX * pixel_mm / magnification(self._to_slide, self._page, self._size_mm)
            inset = min(inset, UNDER_COVERED * min(self._page[2:]))
        sheet = Path.rectangle(*_padded(self._page, -inset))
        self._map([sheet])
        return self._image(sheet)

    def shapes(self) -> list[Shape]:
        """All parts on the slide, back to front; what falls outside of it is gone."""
        parts = [self._as_bitmap(part) for part in self._artwork.parts]
        frames = [_frame(part) if isinstance(part, Bitmap) else Path.empty() for part in parts]
        self._map(
            [part.path for part in parts if isinstance(part, Filled)]
            + [clip.path for part in parts if part is not None for clip in part.clips]
            + frames
        )
        found: list[Shape | None] = []
        for part, frame in zip(parts, frames, strict=True):
            if isinstance(part, Filled):
                found.append(self._filled(part))
            elif part is not None:
                found.append(self._picture(part, frame))
        return [shape for shape in found if shape is not None]

    def _map(self, paths: Iterable[Path]) -> None:
        """Cut, map and cut again all paths that are new, in one go."""
        new = {id(path): path for path in paths if id(path) not in self._images}
        cut = [clipped(path, self._planes) for path in new.values()]
        images = mapped_paths(cut, self._to_slide, tolerance_mm(self._size_mm))
        for path, image in zip(new.values(), images, strict=True):
            self._images[id(path)] = clipped(image, self._aperture)
            self._kept.append(path)

    def _image(self, path: Path) -> Path:
        return self._images[id(path)]

    def _clips(self, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
        return tuple(Clip(self._image(clip.path), clip.rule) for clip in clips)

    def _filled(self, part: Filled) -> Filled | None:
        image = self._image(part.path)
        clips = self._clips(part.clips)
        if not len(image.segments) or any(not len(clip.path.segments) for clip in clips):
            return None
        return replace(part, path=image, clips=clips)

    def _as_bitmap(self, part: Part) -> Filled | Bitmap | None:
        """A rendered part at the resolution that it is worth on the slide."""
        if not isinstance(part, Rendered):
            return part
        dpi = self._dpi * SHARES[part.detail]
        box = self._visible(self._page if part.bounds is None else part.bounds)
        if box is None:
            return None
        if part.bounds is None:
            box = self._inked(part, box)
        if box is None:
            return None
        scale = magnification(self._to_slide, box, self._size_mm) * dpi / MM_PER_INCH * OVERSAMPLED
        scale = min(scale, math.sqrt(MOST_PIXELS / (box[2] * box[3])))
        # Whole pixels a unit where there are many: the renderer rounds a pattern's tile to pixels.
        scale = math.ceil(scale) if scale > 8 else scale
        region = _whole(_padded(box, 2 / scale), scale)
        pixels = part.render(region, scale)
        self.notes += [replace(n, params={**n.params, "dpi": round(dpi)}) for n in part.notes]
        if not pixels[..., 3].any():
            return None
        height, width = pixels.shape[:2]
        to_page = np.array(
            [[region[2] / width, 0.0, region[0]], [0.0, region[3] / height, region[1]]]
        )
        return Bitmap(pixels, to_page, 1.0, part.clips, part.detail)

    def _visible(self, box: Box) -> Box | None:
        """The part of a page box that is on the page and within reach."""
        cut = clipped(Path.rectangle(*box), self._planes)
        left, top, right, bottom = cut.bounds()
        if right - left <= 0 or bottom - top <= 0:
            return None
        return (left, top, right - left, bottom - top)

    def _inked(self, part: Rendered, box: Box) -> Box | None:
        """The box of what a part leaves on the page, from a small rendering."""
        scale = 4 * COVERAGE_PX / max(box[2], box[3])
        small = part.render(box, scale)
        rows = np.flatnonzero(small[..., 3].any(axis=1))
        columns = np.flatnonzero(small[..., 3].any(axis=0))
        if not len(rows):
            return None
        left, top = box[0] + (columns[0] - 2) / scale, box[1] + (rows[0] - 2) / scale
        right, bottom = box[0] + (columns[-1] + 3) / scale, box[1] + (rows[-1] + 3) / scale
        return self._visible((left, top, right - left, bottom - top))

    def _picture(self, part: Bitmap, frame: Path) -> Picture | None:
        image = self._image(frame)
        # Colour ramps reach beyond their clips, and those are cut to the page already.
        edge = (Clip(image),) if part.detail == "sharp" else ()
        clips = (*self._clips(part.clips), *edge)
        if any(not len(clip.path.segments) for clip in clips):
            return None
        grid = self._grid(clips, SHARES[part.detail])
        if grid is None:
            return None
        pixels = warp_pixels(part.pixels, self._from_slide, _inverted(part.to_page), grid)
        return _trimmed(_faded(pixels, part.alpha), grid, clips)

    def _grid(self, clips: tuple[Clip, ...], share: float) -> SlideGrid | None:
        """Slide pixels that the clips leave visible, on one grid for all of the slide.

        share: of the full resolution.
        """
        boxes = np.array([clip.path.bounds() for clip in clips])
        (left, top), (right, bottom) = boxes[:, :2].max(axis=0), boxes[:, 2:].min(axis=0)
        width, height = size_px(self._size_mm, self._dpi * share)
        pitch = (self._size_mm[0] / width, self._size_mm[1] / height)
        x, y = -self._size_mm[0] / 2, -self._size_mm[1] / 2
        first = (
            max(0, math.floor((left - x) / pitch[0])),
            max(0, math.floor((top - y) / pitch[1])),
        )
        last = (
            min(width, math.ceil((right - x) / pitch[0])),
            min(height, math.ceil((bottom - y) / pitch[1])),
        )
        if last[0] <= first[0] or last[1] <= first[1]:
            return None
        corner = (x + first[0] * pitch[0], y + first[1] * pitch[1])
        return SlideGrid(*corner, pitch, last[0] - first[0], last[1] - first[1])


def _frame(part: Bitmap) -> Path:
    """The edge of a picture on the page."""
    height, width = part.pixels.shape[:2]
    return Path.rectangle(0, 0, width, height).transformed(part.to_page)


def _around(outline: Path, size_mm: tuple[float, float]) -> list[Shape]:
    """Black film over all of the aperture but the page."""
    aperture = Drawing(size_mm).aperture()
    return [Filled(Path.joined([aperture, outline]), rule="evenodd")]


def _thumbnail(artwork: Artwork, page: Box) -> Drawing:
    """The page as a small drawing, without any map: one unit of its inch per pixel."""
    scale = COVERAGE_PX / max(page[2], page[3])
    size = (page[2] * scale, page[3] * scale)
    move = np.array(
        [[scale, 0.0, -page[0] * scale - size[0] / 2], [0.0, scale, -page[1] * scale - size[1] / 2]]
    )
    shapes = [_small(part, move, page, scale) for part in artwork.parts]
    return Drawing(size, [shape for shape in shapes if shape is not None])


def _small(part: Part, move: Floats, page: Box, scale: float) -> Shape | None:
    clips = tuple(Clip(clip.path.transformed(move), clip.rule) for clip in part.clips)
    if isinstance(part, Filled):
        return replace(part, path=part.path.transformed(move), clips=clips)
    if isinstance(part, Rendered):
        pixels = part.render(page, scale)
        rect = (
            move[0, 2] + page[0] * scale,
            move[1, 2] + page[1] * scale,
            page[2] * scale,
            page[3] * scale,
        )
        return Picture(pixels, rect, clips)
    frame = _frame(part).transformed(move)
    opaque = part.alpha * (part.pixels[..., 3].mean() / 255 if part.pixels.shape[2] == 4 else 1.0)
    return Filled(frame, alpha=float(opaque), clips=clips)


def _reach_notes(outside_percent: float) -> list[Note]:
    if outside_percent < 0.05:
        return []
    template = N_("{percent} % of what is drawn lies outside of what the projector can light.")
    return [Note("outside", template, {"percent": round(outside_percent, 1)})]


def _film_notes(has_ink: bool, chose_clear: bool) -> list[Note]:
    if not has_ink:
        return [Note("nothing_drawn", N_("Nothing is drawn on this page: the slide is empty."))]
    if not chose_clear:
        return []
    template = N_("The film stays clear where nothing is drawn: the wall is lit there.")
    return [Note("clear", template)]


def _padded(box: Box, margin: float) -> Box:
    return (box[0] - margin, box[1] - margin, box[2] + 2 * margin, box[3] + 2 * margin)


def _whole(box: Box, scale: float) -> Box:
    """The box grown to whole pixels, so that the scale is exact."""
    return (box[0], box[1], math.ceil(box[2] * scale) / scale, math.ceil(box[3] * scale) / scale)


def _inverted(matrix: Floats) -> Floats:
    turned = np.linalg.inv(matrix[:, :2])
    return np.hstack([turned, -(turned @ matrix[:, 2])[:, None]])


def _faded(pixels: np.ndarray, alpha: float) -> np.ndarray:
    if alpha >= 1:
        return pixels
    if pixels.shape[2] == 3:
        pixels = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=2)
    pixels[..., 3] = np.rint(pixels[..., 3] * alpha).astype(np.uint8)
    return pixels


def _trimmed(pixels: np.ndarray, grid: SlideGrid, clips: tuple[Clip, ...]) -> Picture | None:
    """Without transparent margins, and without alpha where there is none."""
    if pixels.shape[2] == 4:
        rows = np.flatnonzero(pixels[..., 3].any(axis=1))
        columns = np.flatnonzero(pixels[..., 3].any(axis=0))
        if not len(rows):
            return None
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        pixels = pixels[top:bottom, left:right]
        across, down = grid.pitch_mm
        grid = SlideGrid(
            grid.left_mm + left * across,
            grid.top_mm + top * down,
            grid.pitch_mm,
            int(right - left),
            int(bottom - top),
        )
        if pixels[..., 3].min() == 255:
            pixels = pixels[..., :3]
    return Picture(np.ascontiguousarray(pixels), grid.rect_mm(), clips)
