# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second look, where no marker can be read: the outline of the light, and the target in it.

A tree or a projector out of focus leaves no marker whole, but the light still ends where the
aperture does, and far fewer pixels show both.  The quadrilateral round the light puts the slide
there in four turns; correlation with the target's own picture, blurred much and then less, settles
which and how exactly.

Owns: starts for the search from small pictures.  Points are refined, and the target proved,
elsewhere.  Must not know: lenses, files, cameras.
Source: correlation under a homography, Evangelidis & Psarakis, "Parametric image alignment using
enhanced correlation coefficient maximization" (PAMI 2008), as in OpenCV.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.photos import Grey
from visiophare_mapping.target_picture import MM_PER_INCH, target_array
from visiophare_mapping.targets import Target

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]
Mask = NDArray[np.uint8]

# At this size a square of our own target is some twenty pixels wide, and leaves have melted.
_SIDE_PX = 480
# A window mirrors the lamps and swallows the light, so the lit part starts far below its middle.
_LIT_SHARE = 0.1
_LEAST_AREA_SHARE = 0.01
# Wider than a dark square, so that the light is one piece.
_CLOSED_PX = 41
_MOST_EDGES = 8
_QUADS = 2
# The neighbourhood whose mean is taken out: more than a square, so that squares stay.
_LOCAL_PX = 14.0
_BLURS_PX = (4.5, 2.5, 1.5)
_STEPS = 60
_LEAST_CORRELATION = 0.3
_NEAR_BEST = 0.7


def starts(signal: Grey, dark: Grey, target: Target, mirrored: bool = False) -> list[Matrix]:
    """Homographies (3, 3), slide mm -> px of `signal`, under which the target may show; the most
    alike first, none where nothing is alike.

    `signal` (h, w) is lit minus dark light, `dark` (h, w) the dark; `mirrored` looks for the slide
    turned over.
    """
    shrink = min(1.0, _SIDE_PX / max(signal.shape))
    ratio = _ratio(_reduced(signal, shrink), _reduced(dark, shrink))
    grow = np.array([[1 / shrink, 0, 0.5 / shrink - 0.5], [0, 1 / shrink, 0.5 / shrink - 0.5],
                     [0, 0, 1.0]])  # fmt: skip
    seen = _evened(ratio)
    found: list[tuple[float, Matrix]] = []
    for quad in _quads(_lit_mask(ratio)):
        found += _turns(seen, target, quad[::-1] if mirrored else quad)
    found.sort(key=lambda pair: -pair[0])
    return [grow @ homography for likeness, homography in found if likeness > _LEAST_CORRELATION]


@dataclass(frozen=True, eq=False)
class LitArea:
    """Where the projector's light is seen: `quad_px` (4, 2) round it, clockwise, in px of the
    pictures; `mask` (h, w) 0 or 1, of a picture `shrink` times their size, is what of it shows."""

    quad_px: Points
    mask: Mask
    shrink: float

    @property
    def hidden(self) -> float:
        """The share of the quadrilateral, as far as it is in the picture, that shows no light."""
        drawn = self._drawn()
        return 1.0 - float(np.count_nonzero(drawn & self.mask)) / (np.count_nonzero(drawn) + 1e-9)

    @property
    def leaves_picture(self) -> float:
        """The share of the picture's rim that is lit."""
        rim = (self.mask[0], self.mask[-1], self.mask[:, 0], self.mask[:, -1])
        return float(np.mean(np.concatenate(rim)))

    def sides_px(self) -> Points:
        """The lengths (4,) of the sides: upper, right, lower, left, or turned from there."""
        return np.asarray(np.hypot(*(np.roll(self.quad_px, -1, axis=0) - self.quad_px).T))

    def px_per_mm(self, aperture_mm: tuple[float, float]) -> float:
        """By the area, so that it says what the picture resolves on the whole."""
        area = abs(cv2.contourArea(self.quad_px.astype(np.float32)))
        return float(np.sqrt(area / (aperture_mm[0] * aperture_mm[1])))

    def steepness(self, aperture_mm: tuple[float, float]) -> float:
        """1 seen straight on; by how much one pair of sides is too long for the other, or the ends
        of one differ."""
        a, b, c, d = self.sides_px()
        proportion = max(aperture_mm) / min(aperture_mm)
        across, down = float(a + c) + 1e-9, float(b + d) + 1e-9
        squeezed = float(np.maximum(across / down, down / across)) / proportion
        ends = np.maximum([a, b], [c, d]) / (np.minimum([a, b], [c, d]) + 1e-9)
        return float(max(squeezed, 1.0 / max(squeezed, 1e-9), *ends.tolist()))

    def box(self, picture: Grey) -> tuple[int, int, int, int]:
        """left, top, right, bottom of what `picture` (h, w) holds of it."""
        low = np.clip(np.floor(self.quad_px.min(axis=0)), 0, picture.shape[::-1])
        high = np.clip(np.ceil(self.quad_px.max(axis=0)), 0, picture.shape[::-1])
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])

    def missing_mask(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Where in a picture of `shape` (h, w) the quadrilateral shows no light."""
        missing = self._drawn() & (1 - self.mask)
        grown = cv2.resize(missing, shape[::-1], interpolation=cv2.INTER_NEAREST)
        return np.asarray(grown, dtype=np.uint8).astype(bool)

    def _drawn(self) -> Mask:
        drawn = np.zeros_like(self.mask)
        small = np.rint((self.quad_px + 0.5) * self.shrink - 0.5).astype(np.int32)
        cv2.fillConvexPoly(drawn, small, 1)
        return drawn


def lit_area(signal: Grey, dark: Grey) -> LitArea | None:
    """Where the light is seen, of (h, w) lit minus dark and dark light; None where none is."""
    shrink = min(1.0, _SIDE_PX / max(signal.shape))
    mask = _lit_mask(_ratio(_reduced(signal, shrink), _reduced(dark, shrink)))
    quads = _quads(mask)
    if not quads:
        return None
    return LitArea((quads[0] + 0.5) / shrink - 0.5, mask, shrink)


def _reduced(picture: Grey, shrink: float) -> Grey:
    height, width = picture.shape
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _ratio(signal: Grey, dark: Grey) -> Grey:
    """Signal over dark, which is what the slide lets through wherever lamps and wall agree."""
    floor = 0.05 * float(np.percentile(dark, 99.0)) + 1e-4
    even = cv2.GaussianBlur(dark, (0, 0), 1.0) + floor
    return np.asarray(cv2.GaussianBlur(signal, (0, 0), 1.0) / even, dtype=np.float32)


def _evened(ratio: Grey) -> Grey:
    """The ratio against its neighbourhood, so that a dim corner counts as much as a bright one."""
    local = cv2.GaussianBlur(np.maximum(ratio, 0.0), (0, 0), _LOCAL_PX)
    floor = 0.02 * float(np.percentile(ratio, 99.0)) + 1e-9
    return np.asarray(np.clip(ratio / (local + floor), 0.0, 3.0), dtype=np.float32)


def _lit_mask(ratio: Grey) -> Mask:
    """The largest part (h, w) uint8 that the projector lights, its dark squares filled."""
    bright = float(np.percentile(ratio, 95.0))
    smooth = cv2.GaussianBlur(np.clip(ratio, 0.0, bright), (0, 0), 3.0)
    limit = _LIT_SHARE * float(np.percentile(smooth, 98.0))
    mask = (smooth > max(limit, 1e-6)).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    # Padded: at the picture's edge, closing would take what lies outside for light.
    padded = np.pad(mask, _CLOSED_PX)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((_CLOSED_PX, _CLOSED_PX), np.uint8))
    mask = np.asarray(closed, np.uint8)[_CLOSED_PX:-_CLOSED_PX, _CLOSED_PX:-_CLOSED_PX]
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return np.zeros_like(mask)
    largest = 1 + int(np.argmax(statistics[1:, cv2.CC_STAT_AREA]))
    lit: Mask = (labels == largest).astype(np.uint8)
    return lit


def _quads(mask: Mask) -> list[Points]:
    """Quadrilaterals (4, 2) px that cover the mask best, corners clockwise in the picture.

    Their sides are edges of the mask's hull, extended: a corner may lie behind something.
    """
    area = int(np.count_nonzero(mask))
    if area < _LEAST_AREA_SHARE * mask.size:
        return []
    hull = cv2.convexHull(cv2.findNonZero(mask))
    length = cv2.arcLength(hull, True)
    polygon = hull
    for tolerance in np.geomspace(0.004, 0.2, 40):
        polygon = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(polygon) <= _MOST_EDGES:
            break
    corners = polygon.reshape(-1, 2).astype(np.float64)
    if cv2.contourArea(polygon.astype(np.float32), oriented=True) < 0.0:
        corners = corners[::-1]
    if len(corners) < 4:
        return []
    scored = []
    for chosen in combinations(range(len(corners)), 4):
        quad = _from_edges(corners, chosen)
        if quad is not None:
            scored.append((_overlap(mask, quad, area), quad))
    scored.sort(key=lambda pair: -pair[0])
    return [quad for _, quad in scored[:_QUADS]]


def _from_edges(corners: Points, chosen: tuple[int, ...]) -> Points | None:
    """The quadrilateral (4, 2) between the chosen edges of a polygon; None if it is none."""
    lines = []
    for index in chosen:
        start, end = corners[index], corners[(index + 1) % len(corners)]
        lines.append(np.cross([*start, 1.0], [*end, 1.0]))
    quad = []
    for line, following in zip(lines, lines[1:] + lines[:1], strict=True):
        meeting = np.cross(line, following)
        if abs(meeting[2]) < 1e-9:
            return None
        quad.append(meeting[:2] / meeting[2])
    points = np.array(quad)
    reach = 2.0 * np.ptp(corners, axis=0).max()
    if np.abs(points - corners.mean(axis=0)).max() > reach:
        return None
    if not cv2.isContourConvex(points.astype(np.float32).reshape(-1, 1, 2)):
        return None
    return points


def _overlap(mask: Mask, quad: Points, area: int) -> float:
    """Intersection over union of the mask and the quadrilateral."""
    drawn = np.zeros_like(mask)
    cv2.fillConvexPoly(drawn, np.rint(quad).astype(np.int32), 1)
    common = int(np.count_nonzero(drawn & mask))
    return common / max(float(np.count_nonzero(drawn)) + area - common, 1.0)


def _turns(seen: Grey, target: Target, quad: Points) -> list[tuple[float, Matrix]]:
    """Likeness and homography, slide mm -> px of `seen`, for each turn of the slide in `quad`."""
    sides = np.hypot(*(np.roll(quad, -1, axis=0) - quad).T)
    px_per_mm = float(sides.max()) / max(target.aperture_mm)
    picture = target_array(target, px_per_mm * MM_PER_INCH).astype(np.float32) / 255.0
    height, width = picture.shape
    rim = np.array([(0, 0), (width, 0), (width, height), (0, height)]) - 0.5
    per_mm = np.array([width, height]) / np.array(target.aperture_mm)
    to_picture = np.array([[per_mm[0], 0, width / 2 - 0.5], [0, per_mm[1], height / 2 - 0.5],
                           [0, 0, 1.0]])  # fmt: skip
    tried: list[tuple[float, Matrix]] = []
    for turn in range(4):
        placed = np.roll(quad, turn, axis=0).astype(np.float32)
        homography = cv2.getPerspectiveTransform(rim.astype(np.float32), placed)
        tried.append((1.0, np.asarray(homography, dtype=np.float64)))
    for blur_px in _BLURS_PX:
        blurred = np.asarray(cv2.GaussianBlur(seen, (0, 0), blur_px), dtype=np.float32)
        pattern = _evened(np.asarray(cv2.GaussianBlur(picture, (0, 0), blur_px), np.float32))
        tried = [aligned for _, start in tried for aligned in _align(pattern, blurred, start)]
        best = max((likeness for likeness, _ in tried), default=0.0)
        tried = [pair for pair in tried if pair[0] > _NEAR_BEST * best]
    return [(likeness, homography @ to_picture) for likeness, homography in tried]


def _align(pattern: Grey, seen: Grey, start: Matrix) -> list[tuple[float, Matrix]]:
    """Correlation and homography from here; empty if it leads nowhere."""
    steps = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _STEPS, 1e-4)
    try:
        likeness, found = cv2.findTransformECC(
            pattern, seen, start.astype(np.float32), cv2.MOTION_HOMOGRAPHY, steps, None, 1
        )
    except cv2.error:  # it does not converge
        return []
    return [(float(likeness), np.asarray(found, dtype=np.float64))]
