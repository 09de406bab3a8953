# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a camera makes of a wall and a slide: exposures of 8 bits with gamma 2.2."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scenes import throw, wall

Grey = NDArray[np.float32]

_FINER = 2
_BLACK_LEAK = 0.03
_FALL_OFF = 0.35
_OPTICS_PX = 0.5
_LEAF_LIGHT = 0.6
_CODES = np.rint(255 * (np.arange(65536) / 65535) ** (1 / 2.2)).astype(np.uint8)


@dataclass(frozen=True)
class Condition:
    """A row of the table.  `projector` and `ambient` light, and the `noise` deviation, in linear
    counts 0..255 at albedo 1; `blur_px` a Gaussian's deviation; `hidden` the share of the slide
    behind leaves; `pairs` of lit and dark pictures, 0 for a single lit one; `enlarged` and `aside`
    (shares of the picture) let the slide reach beyond the picture; leaves that are `scattered` hang
    at many distances, so that they are no second wall."""

    name: str
    projector: float = 60.0
    ambient: float = 60.0
    noise: float = 2.0
    blur_px: float = 1.0
    hidden: float = 0.0
    pairs: int = 16
    size_px: tuple[int, int] = (1920, 1080)
    turned_deg: float = 0.0
    keystone: float = 0.12
    lenses: bool = False
    enlarged: float = 1.0
    aside: tuple[float, float] = (0.0, 0.0)
    scattered: bool = False


class Scene:
    """One scene, the same for the same seed; `throw` is its truth."""

    def __init__(
        self, condition: Condition, slide: Grey, aperture_mm: tuple[float, float], seed: int
    ) -> None:
        self.condition = condition
        self._chance = np.random.default_rng([seed, 2026])
        self.throw = throw.random_throw(
            condition.size_px,
            aperture_mm,
            self._chance,
            condition.keystone,
            condition.turned_deg,
            condition.lenses,
        )
        self.throw = throw.enlarged(self.throw, condition.enlarged, condition.aside)
        self._wall = wall.build(condition.size_px, self._chance)
        self._put_up(slide)

    def picture(self, lit: bool) -> NDArray[np.uint8]:
        """One exposure (h, w)."""
        linear = self._lit if lit else self._dark
        noise = self._chance.standard_normal(linear.shape, dtype=np.float32)
        linear = linear + noise * np.float32(self.condition.noise)
        codes: NDArray[np.uint8] = _CODES[np.clip(linear * 257.0, 0, 65535).astype(np.uint16)]
        return codes

    def _put_up(self, slide: Grey) -> None:
        """The light of both kinds of picture, linear counts."""
        condition, wall_ = self.condition, self._wall
        thrown, inside = self._thrown(slide)
        seen = thrown.copy()
        # Glass lies back from the wall, so the light meets it a little aside.
        seen[wall_.glass] = _moved(thrown, self._chance.uniform(-0.6, 0.6, 2))[wall_.glass]
        falling = wall_.albedo * seen
        ambient = wall_.albedo * wall_.lamps + wall_.mirrored
        if condition.hidden:
            longest_px = 0.015 * condition.size_px[0]
            mask, leaf = wall.leaves(inside, condition.hidden, self._chance, longest_px)
            # A tree stands nearer than the wall: quite another part of the slide falls on it.
            aside = self._chance.uniform(0.008, 0.03, 2) * condition.size_px[0]
            on_leaves = (
                self._strewn(thrown, aside) if condition.scattered else _moved(thrown, aside)
            )
            falling = np.where(mask, leaf * on_leaves * _LEAF_LIGHT, falling)
            ambient = np.where(mask, leaf * wall_.lamps, ambient)
        dark = ambient * condition.ambient
        self._dark = cv2.GaussianBlur(dark, (0, 0), _OPTICS_PX)
        self._lit = cv2.GaussianBlur(dark + falling * condition.projector, (0, 0), _OPTICS_PX)

    def _strewn(self, thrown: Grey, aside: NDArray[np.float64]) -> Grey:
        """`thrown` moved by `aside` and by up to as much again, otherwise from patch to patch."""
        height, width = thrown.shape
        patches = self._chance.uniform(-1.0, 1.0, (24, 32, 2)).astype(np.float32)
        by = cv2.resize(patches, (width, height), interpolation=cv2.INTER_NEAREST)
        x, y = np.meshgrid(np.arange(width), np.arange(height))
        at = np.stack([x, y], axis=-1) - aside * (1.0 + by)
        return np.asarray(cv2.remap(thrown, at.astype(np.float32), None, cv2.INTER_LINEAR))

    def _thrown(self, slide: Grey) -> tuple[Grey, NDArray[np.bool_]]:
        """The slide's light on the wall (h, w), 0..1, and where it falls at all."""
        width, height = self.condition.size_px
        aperture = np.array(self.throw.aperture_mm)
        x, y = np.meshgrid(*((np.arange(n * _FINER) + 0.5) / _FINER - 0.5 for n in (width, height)))
        slide_mm = self.throw.to_slide(np.column_stack([x.ravel(), y.ravel()]))
        shape = (height * _FINER, width * _FINER)
        at = (slide_mm / aperture + 0.5) * slide.shape[::-1] - 0.5
        through = cv2.remap(
            slide,
            np.ascontiguousarray(at.reshape(*shape, 2), np.float32),
            None,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
        inside = (np.abs(slide_mm) < aperture / 2).all(axis=1).reshape(shape)
        fall_off = 1 - _FALL_OFF * ((slide_mm / aperture) ** 2).sum(axis=1).reshape(shape)
        light: NDArray[Any] = (1 - _BLACK_LEAK) * through + _BLACK_LEAK * inside
        deviation = math.sqrt(max(self.condition.blur_px**2 - _OPTICS_PX**2, 0.01)) * _FINER
        light = cv2.GaussianBlur(light.astype(np.float32), (0, 0), deviation) * fall_off
        small = cv2.resize(light.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32), inside[::_FINER, ::_FINER]


def _moved(picture: Grey, by: NDArray[np.float64]) -> Grey:
    shift = np.array([[1.0, 0.0, by[0]], [0.0, 1.0, by[1]]])
    moved = cv2.warpAffine(picture, shift, picture.shape[::-1])
    return np.asarray(moved, np.float32)
