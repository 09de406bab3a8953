# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the camera stood still between two pictures, and whether both show one place.

Owns: by how many pixels everything that is seen has moved, how alike two pictures are, and when
either can be told.  Between a lit and a dark picture the slide's light is all that may differ: what
the street lamps show of the wall is in both.
Must not know: the target, what the pictures are for.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.photos import Grey, Light, reduced

# Coarse pixels see through noise and shaken pictures, and comparing them takes 20 ms.
_MOST_PIXELS = 250_000
# The peak of the phase correlation.  Measured: pictures of one place give 0.6 to 1.3; walls without
# texture, other places and shaken pictures at most 0.45.
_LEAST_PEAK = 0.59
# In coarse pixels: still pictures stay below 0.3.
_LEAST_SHIFT = 1.5
# Then parts of the picture vote, since a tram or a crowd moves without the camera.
_PARTS = (8, 6)
_CLEARLY = 0.1
_LEAST_SHARE_OF_VOTES = 2 / 3
_LEAST_SHARE_VOTING = 1 / 4
_TEXTURE = (15, 15)
# Parts whose texture is this many times stronger than noise can tell.
_CLEAR_OF_NOISE = 3.0
_FEWEST_PARTS = 24
# Measured: of one place .9 and more between lit pictures, .36 and more between lit and dark ones
# (ten times as much projector as lamps); of two places at most .08, moved by 10 px at most .1.
_ALIKE = 0.6
_AKIN = 0.25
_STRANGE = 0.12
# Further, a row of windows fits the next row, of this façade or of another.
_FURTHEST_SHARE = 0.06
# A median of |N(0, 1)|, and what the Laplacian's weights make of it (Immerkaer 1996).
_NOISE_GAIN = 0.6745 * 6.0


@dataclass(frozen=True, eq=False)
class Glance:
    """A picture made coarse: the square root of its light, which evens out noise; each value
    stands for `pixel_px` × `pixel_px` raw pixels."""

    root: Grey
    pixel_px: int

    def shift_px(self, later: Glance) -> float | None:
        """By how many raw pixels all of `later`, of the same size, is shifted against this picture.

        None if it is not, or if that cannot be told.  Phase correlation (Kuglin and Hines 1975)
        proposes a shift, and most parts of the picture must fit better with it than without.
        """
        rows, columns = self.root.shape
        window = cv2.createHanningWindow((columns, rows), cv2.CV_32F)
        shift, peak = cv2.phaseCorrelate(self.root, later.root, window)
        length = float(np.hypot(*shift))
        if peak < _LEAST_PEAK or length < _LEAST_SHIFT:
            return None
        if not _most_parts_moved(self.root, later.root, (round(shift[0]), round(shift[1]))):
            return None
        return length * self.pixel_px

    def likeness(self, later: Glance) -> float | None:
        """The mean correlation of the two pictures' textures over all parts that show one, about
        1 for one place and 0 for two.  None if too few parts can tell."""
        first, second = self._clear_texture(), later._clear_texture()
        telling = first[1] & second[1]
        if np.count_nonzero(telling) < _FEWEST_PARTS:
            return None
        return float(_likeness(first[0], second[0])[telling].mean())

    def is_elsewhere(self, later: Glance) -> bool:
        """Whether `later` surely shows another place, or this one from elsewhere."""
        likeness = self.likeness(later)
        return likeness is not None and likeness < _STRANGE

    def shift_seen_px(self, later: Glance, same_light: bool) -> float | None:
        """As `shift_px`, for pictures that are surely not alike: by how many pixels `later` must be
        moved to be, None if no shift does that.  Without the `same_light` less is asked."""
        rows, columns = self.root.shape
        across, down = (round(_FURTHEST_SHARE * length) for length in (columns, rows))
        middle = _texture(later.root)[down : rows - down, across : columns - across]
        scores = cv2.matchTemplate(_texture(self.root), middle, cv2.TM_CCOEFF_NORMED)
        _least, _most, _where, best = cv2.minMaxLoc(scores)
        shift = (across - best[0], down - best[1])
        (x, of_x), (y, of_y) = (_overlap(step) for step in shift)
        moved = Glance(np.ascontiguousarray(later.root[of_y, of_x]), self.pixel_px)
        still = Glance(np.ascontiguousarray(self.root[y, x]), self.pixel_px)
        likeness = still.likeness(moved)
        if likeness is None or likeness < (_ALIKE if same_light else _AKIN):
            return None
        return float(np.hypot(*shift)) * self.pixel_px

    def _clear_texture(self) -> tuple[Grey, NDArray[np.bool_]]:
        """The texture, smoothed a little, and which parts have more of it than noise makes."""
        kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
        noise = float(np.median(np.abs(cv2.filter2D(self.root, -1, kernel)))) / _NOISE_GAIN
        smooth = np.asarray(cv2.blur(_texture(self.root), (3, 3)), dtype=np.float32)
        strength = cv2.resize(smooth * smooth, _PARTS, interpolation=cv2.INTER_AREA)
        limit = max(_CLEAR_OF_NOISE * noise**2 / 9.0, 1e-9)
        return smooth, np.asarray(strength > limit)


def glance(light: Light) -> Glance:
    """The coarse picture of `light`."""
    factor = max(1, int(np.ceil(np.sqrt(light.grey.size / _MOST_PIXELS))))
    coarse = np.sqrt(np.maximum(reduced(light.grey, factor), 0.0))
    return Glance(coarse.astype(np.float32), factor * light.reduction)


def _most_parts_moved(first: Grey, later: Grey, shift: tuple[int, int]) -> bool:
    """Whether `later` fits `first` better when it is moved back by `shift` (x, y), in most parts
    that can tell."""
    first, later = _texture(first), _texture(later)
    (across, of_across), (down, of_down) = (_overlap(step) for step in shift)
    here = first[down, across]
    with_shift = _likeness(here, later[of_down, of_across])
    without = _likeness(here, later[down, across])
    moved = np.count_nonzero(with_shift > without + _CLEARLY)
    still = np.count_nonzero(without > with_shift + _CLEARLY)
    voting = moved + still
    return bool(
        voting >= _LEAST_SHARE_VOTING * without.size and moved >= _LEAST_SHARE_OF_VOTES * voting
    )


def _texture(root: Grey) -> Grey:
    """Without slow changes of brightness, which flicker and lamps make."""
    return np.asarray(root - cv2.blur(root, _TEXTURE), dtype=np.float32)


def _overlap(step: int) -> tuple[slice, slice]:
    """Along one axis: where the first picture and the one shifted by `step` show the same."""
    there = slice(max(0, step), min(0, step) or None)
    return slice(max(0, -step), min(0, -step) or None), there


def _likeness(one: Grey, other: Grey) -> Grey:
    """The correlation coefficient in each of the parts, -1 to 1; noise alone has about 0."""

    def mean(product: Grey) -> Grey:
        of_parts = cv2.resize(product, _PARTS, interpolation=cv2.INTER_AREA)
        return np.asarray(of_parts, dtype=np.float32)

    likeness = mean(one * other) / np.sqrt(mean(one * one) * mean(other * other) + 1e-12)
    return np.asarray(likeness, dtype=np.float32)
