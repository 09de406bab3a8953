# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lit and the dark pictures of one calibration, summed as they come.

Owns: that all are of one size and one viewpoint, their means, and the views of the target that
follow from them.
Must not know: boards, files, cameras.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.errors import N_, PictureError
from visiophare_mapping.photos import Grey, Light, light_of
from visiophare_mapping.stillness import Glance, glance

# The dark picture divides: below this share of its bright parts it is noise, not albedo.
_LEAST_ALBEDO = 0.05
# Lit minus dark, where the light was on: noise is symmetric, so the two tails tell which is which.
_SWAPPED_RATIO = 3.0


class Exposures:
    """Sums of lit and dark pictures; one dark picture is enough for many lit ones, or none."""

    def __init__(self) -> None:
        self._sums: dict[bool, Grey] = {}
        self._counts = {True: 0, False: 0}
        self._first: Light | None = None
        self._first_lit: tuple[Glance, object] | None = None

    def add(self, picture: Light | NDArray[Any], lit: bool, name: str = "") -> None:
        """Add one picture: Light, or gamma encoded (h, w[, 3 or 4]) of 8 or 16 bits.

        Raises: PictureError sizes_differ, camera_moved.
        """
        light = picture if isinstance(picture, Light) else light_of(picture)
        if self._first is None:
            self._first = light
        if light.size_px != self._first.size_px:
            raise PictureError(
                "sizes_differ",
                N_("The pictures differ in size: {name} has {size} pixels, the first {first}."),
                N_("Take all pictures with one camera, at one setting."),
                name=name or self._counts[True] + self._counts[False] + 1,
                size=" × ".join(map(str, light.size_px)),
                first=" × ".join(map(str, self._first.size_px)),
            )
        if lit:
            self._refuse_moved(light, name or self._counts[True] + 1)
        if lit in self._sums:
            self._sums[lit] += light.grey
        else:
            self._sums[lit] = light.grey.copy()
        self._counts[lit] += 1

    def _refuse_moved(self, light: Light, name: object) -> None:
        """Raises PictureError camera_moved if a lit picture was taken from elsewhere than the
        first one.  Dark pictures show too little to tell."""
        seen = glance(light)
        if self._first_lit is None:
            self._first_lit = seen, name
            return
        first, first_name = self._first_lit
        shift_px = first.shift_px(seen)
        if shift_px is None:
            return
        raise PictureError(
            "camera_moved",
            N_("The camera moved between {first} and {name}: by about {pixels} pixels."),
            N_(
                "Take the pictures again with the camera fixed, or leave out those from elsewhere; "
                "projector and slide must not move either."
            ),
            first=first_name,
            name=name,
            pixels=round(shift_px),
        )

    @property
    def count_dark(self) -> int:
        """How many dark pictures there are."""
        return self._counts[False]

    def _mean_of(self, lit: bool) -> Grey:
        return (self._sums[lit] / np.float32(self._counts[lit])).astype(np.float32)

    def mean(self) -> Views:
        """What the pictures show together.

        Raises: PictureError no_pictures, on_off_swapped.
        """
        if self._first is None or not self._counts[True]:
            raise PictureError(
                "no_pictures",
                N_("There is no picture with the light on."),
                N_("Give at least one with --on."),
            )
        lit = self._mean_of(True)
        if not self._counts[False]:
            return Views(lit, None, self._first)
        dark = self._mean_of(False)
        low, high = np.percentile((lit - dark)[::3, ::3], [2.0, 98.0])
        if -low > _SWAPPED_RATIO * max(high, 1e-4):
            raise PictureError(
                "on_off_swapped",
                N_("The pictures with the light on are darker than those with the light off."),
                N_("Exchange --on and --off."),
            )
        return Views(lit, dark, self._first)


@dataclass(frozen=True, eq=False)
class Views:
    """Mean lit and dark light (h, w) linear, `dark` None without dark pictures; `first` tells how
    their pixels lie in the raw picture."""

    lit: Grey
    dark: Grey | None
    first: Light

    @property
    def signal(self) -> Grey:
        """The projector's light alone, as far as the pictures tell it apart."""
        return self.lit if self.dark is None else self.lit - self.dark

    def for_markers(self) -> list[NDArray[np.uint8]]:
        """Pictures in which to look for markers, the most promising first."""
        if self.dark is None:
            return [_encoded(self.lit)]
        signal = self.signal
        floor = _LEAST_ALBEDO * float(np.percentile(self.dark[::3, ::3], 99.0)) + 1e-4
        ratio = signal / (cv2.GaussianBlur(self.dark, (0, 0), 1.0) + floor)
        return [_encoded(signal), _encoded(ratio), _encoded(self.lit)]

    def to_raw(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (N, 2) of these arrays -> raw pixels."""
        return self.first.to_raw(points)


def _encoded(light: Grey) -> NDArray[np.uint8]:
    """Linear light as 8 bits by a square root, which evens out noise; brightest 0.3 % clipped."""
    bright = max(float(np.percentile(light[::3, ::3], 99.7)), 1e-6)
    scaled = np.sqrt(np.clip(light / bright, 0.0, 1.0)) * 255.0
    encoded: NDArray[np.uint8] = scaled.astype(np.uint8)
    return encoded
