# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lit and the dark pictures of one calibration, summed as they come.

Owns: that all are of one size, one place and one viewpoint and none counts twice, which channels
count, their means, and the views of the target that follow from them.
Must not know: boards, files, cameras.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.errors import N_, PictureError
from visiophare_mapping.photos import (
    ALL_CHANNELS,
    Channels,
    Grey,
    Light,
    channels_with_room,
    light_of,
)
from visiophare_mapping.stillness import Glance, glance

# The dark picture divides: below this share of its bright parts it is noise, not albedo.
_LEAST_ALBEDO = 0.05
# Lit minus dark, where the light was on: noise is symmetric, so the two tails tell which is which.
_SWAPPED_RATIO = 3.0


class Exposures:
    """Sums of lit and dark pictures; one dark picture is enough for many lit ones, or none.

    `channels` are those that count: all, or what the first picture's light left room in, since one
    that is saturated lies.  `burnt` is the largest share of saturated pixels in a lit picture.
    `repeated` names the pictures that were the same as an earlier one, and that one; such a picture
    counts once.
    """

    def __init__(self) -> None:
        self._sums: dict[bool, Grey] = {}
        self._counts = {True: 0, False: 0}
        self._first: Light | None = None
        self._glances: dict[bool, tuple[Glance, object]] = {}
        self._known: dict[int, tuple[bool, object]] = {}
        self.channels: Channels = ALL_CHANNELS
        self.burnt = 0.0
        self.repeated: list[tuple[object, object]] = []

    def add(self, picture: Light | NDArray[Any], lit: bool, name: str = "") -> None:
        """Add one picture: Light, or gamma encoded (h, w[, 3 or 4]) of 8 or 16 bits.

        Raises: PictureError sizes_differ, camera_moved, other_scene, same_picture.
        """
        if self._first is None and not isinstance(picture, Light):
            self.channels = channels_with_room(picture)
        light = picture if isinstance(picture, Light) else light_of(picture, self.channels)
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
        called = name or self._counts[lit] + 1
        if self._is_known(light, lit, called):
            return
        self._refuse_elsewhere(light, lit, called)
        if lit:
            self.burnt = max(self.burnt, light.burnt)
        if lit in self._sums:
            self._sums[lit] += light.grey
        else:
            self._sums[lit] = light.grey.copy()
        self._counts[lit] += 1

    def _is_known(self, light: Light, lit: bool, name: object) -> bool:
        """Whether this very picture was there before, among those of its kind.

        Raises: PictureError same_picture if it was among the others.
        """
        mark = zlib.crc32(light.grey[::3, ::3].tobytes())
        earlier_lit, earlier = self._known.setdefault(mark, (lit, name))
        if earlier is name:
            return False
        if earlier_lit == lit:
            self.repeated.append((name, earlier))
            return True
        raise PictureError(
            "same_picture",
            N_("{first} and {name} are the same picture, once with the light on and once off."),
            N_("Give --on the pictures with the light on, --off those with the light off."),
            first=earlier,
            name=name,
        )

    def _refuse_elsewhere(self, light: Light, lit: bool, name: object) -> None:
        """Compares with the first picture of its kind, or else with the first of the other kind.

        Raises: PictureError camera_moved, other_scene.
        """
        seen = glance(light)
        first, first_name = self._glances.setdefault(lit, (seen, name))
        same_light = first is not seen
        if not same_light:
            if len(self._glances) == 1:
                return
            first, first_name = self._glances[not lit]
        shift_px = first.shift_px(seen) if same_light else None
        if shift_px is None and not first.is_elsewhere(seen):
            return
        shift_px = shift_px or first.shift_seen_px(seen, same_light)
        if shift_px is None:
            raise _other_scene(first_name, name)
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


def _other_scene(first: object, name: object) -> PictureError:
    return PictureError(
        "other_scene",
        N_("{name} does not show what {first} shows: another place, or the camera was turned."),
        N_("Give only pictures of one façade, all from one tripod at one setting."),
        first=first,
        name=name,
    )


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
