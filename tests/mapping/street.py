# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A street to calibrate in: projector, façade and camera with true numbers, and their pictures.

Written for the tests and on its own: it shares no geometry with `visiophare_mapping`, so that the
two cannot agree by mistake.  Façade: metres, x right, y DOWN, origin at the rectangle's centre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

APERTURE_MM = (36.0, 24.0)
RADIUS_MM = math.hypot(*APERTURE_MM) / 2
FACADE_M = (12.0, 8.0)


@dataclass(frozen=True)
class Street:
    """True geometry.  `facade_to_ideal_px` and `ideal_mm_to_facade` are homographies (3, 3)."""

    facade_to_ideal_px: Array
    ideal_mm_to_facade: Array
    focal_px: float
    centre_px: tuple[float, float]
    camera: tuple[float, float, float, float]  # k1 k2 p1 p2
    projector: tuple[float, float, float, float]  # k1 k2 cx_mm cy_mm
    size_px: tuple[int, int]

    def slide_to_facade(self, slide_mm: Array) -> Array:
        """(N, 2) mm -> (N, 2) m."""
        k1, k2, cx, cy = self.projector
        away = slide_mm - (cx, cy)
        r2 = (away**2).sum(axis=1) / RADIUS_MM**2
        bent = away * (1 + k1 * r2 + k2 * r2 * r2)[:, None] + (cx, cy)
        return project(self.ideal_mm_to_facade, bent)

    def facade_to_camera(self, facade_m: Array) -> Array:
        """(N, 2) m -> (N, 2) raw px."""
        x, y = ((project(self.facade_to_ideal_px, facade_m) - self.centre_px) / self.focal_px).T
        k1, k2, p1, p2 = self.camera
        r2 = x * x + y * y
        radial = 1 + k1 * r2 + k2 * r2 * r2
        bent_x = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
        bent_y = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
        return np.column_stack([bent_x, bent_y]) * self.focal_px + self.centre_px

    def slide_to_camera(self, slide_mm: Array) -> Array:
        """(N, 2) mm -> (N, 2) raw px."""
        return self.facade_to_camera(self.slide_to_facade(slide_mm))

    def corners_px(self) -> Array:
        """The rectangle's corners, lower left first, counter-clockwise as seen."""
        width, height = FACADE_M
        signs = np.array([(-1, 1), (1, 1), (1, -1), (-1, -1)])
        return self.facade_to_camera(signs * (width / 2, height / 2))

    def scaled(self, factor: float) -> Street:
        """The same street on pictures `factor` times as large."""
        grow = np.diag([factor, factor, 1.0])
        grow[:2, 2] = factor / 2 - 0.5
        across, down = self.centre_px
        return replace(
            self,
            facade_to_ideal_px=grow @ self.facade_to_ideal_px,
            focal_px=self.focal_px * factor,
            centre_px=((across + 0.5) * factor - 0.5, (down + 0.5) * factor - 0.5),
            size_px=(round(self.size_px[0] * factor), round(self.size_px[1] * factor)),
        )


def project(homography: Array, points: Array) -> Array:
    """Points (N, 2) through a homography."""
    mapped = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return mapped[:, :2] / mapped[:, 2:]


def pose(position: Array, aim: Array, roll: float) -> tuple[Array, Array]:
    """Rotation (3, 3) and translation (3,) of a device at `position` that looks at `aim`."""
    ahead = (aim - position) / np.linalg.norm(aim - position)
    right = np.cross([0.0, 1.0, 0.0], ahead)
    right /= np.linalg.norm(right)
    upright = np.array([right, np.cross(ahead, right), ahead])
    cos, sin = math.cos(roll), math.sin(roll)
    turned = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]]) @ upright
    return turned, -turned @ position


def device(chance: np.random.Generator, fill: tuple[float, float]) -> Array:
    """A homography façade m -> ideal picture, centred, such that the façade fills `fill`."""
    corners = np.array([(-1, 1), (1, 1), (1, -1), (-1, -1)]) * np.array(FACADE_M) / 2
    position = np.array([chance.uniform(-5, 5), chance.uniform(-0.5, 3.0), -chance.uniform(12, 20)])
    aim = np.array([chance.uniform(-0.4, 0.4), chance.uniform(-0.3, 0.3), 0.0])
    turned, moved = pose(position, aim, chance.normal(0, 0.02))
    homography = np.column_stack([turned[:, 0], turned[:, 1], moved])
    extent = np.ptp(project(homography, corners), axis=0)
    zoom = min(fill[0] / extent[0], fill[1] / extent[1])
    return np.diag([zoom, zoom, 1.0]) @ homography


def random_street(seed: int, *, lenses: bool = True) -> Street:
    """A street with believable poses and lenses, the same for the same seed."""
    chance = np.random.default_rng([seed, 77])
    size_px = (1920, 1080)
    to_picture = device(chance, (1440.0, 960.0))
    focal_px = 1590.0
    centre = np.array([(size_px[0] - 1) / 2, (size_px[1] - 1) / 2]) + chance.normal(0, 4, 2)
    shift = np.array([[1, 0, centre[0]], [0, 1, centre[1]], [0, 0, 1]])
    to_slide = device(chance, (33.5, 22.5))
    camera = (
        chance.uniform(-0.10, 0.05),
        chance.uniform(-0.015, 0.02),
        chance.normal(0, 0.0005),
        chance.normal(0, 0.0005),
    )
    projector = (
        chance.uniform(-0.08, 0.05),
        chance.uniform(-0.01, 0.01),
        chance.normal(0, 0.15),
        chance.normal(0, 0.15),
    )
    none = (0.0, 0.0, 0.0, 0.0)
    return Street(
        facade_to_ideal_px=shift @ to_picture,
        ideal_mm_to_facade=np.linalg.inv(to_slide),
        focal_px=focal_px,
        centre_px=(float(centre[0]), float(centre[1])),
        camera=camera if lenses else none,
        projector=projector if lenses else none,
        size_px=size_px,
    )


@dataclass(frozen=True)
class Light:
    """Linear counts 0..255 at albedo 1, noise likewise; blur is a Gaussian's deviation in px."""

    projector: float = 60.0
    ambient: float = 15.0
    noise: float = 1.0
    blur_px: float = 1.0
    flicker: float = 0.1


@dataclass(frozen=True)
class View:
    """Where the camera's pixels (h·w, 2) look, on the façade and through it on the slide."""

    facade_m: Array
    slide_mm: Array

    @classmethod
    def of(cls, street: Street) -> View:
        """Takes a while: what is photographed more than once shares it."""
        facade_m = invert_on_grid(street.facade_to_camera, street, *street.size_px)
        return cls(facade_m, facade_to_slide(street, facade_m))


class Photographer:
    """Renders pictures of a street with a slide in the gate: 8 bits, gamma 2.2."""

    def __init__(
        self, street: Street, slide: Array, light: Light, seed: int = 0, view: View | None = None
    ) -> None:
        self.light = light
        self._chance = np.random.default_rng([seed, 5])
        width, height = street.size_px
        view = view or View.of(street)
        self.albedo = windows(view.facade_m, self._chance).reshape(height, width)
        pixels = (view.slide_mm / APERTURE_MM + 0.5) * slide.shape[::-1] - 0.5
        sampled = cv2.remap(
            cv2.GaussianBlur(slide.astype(np.float32), (0, 0), slide.shape[1] / width / 2),
            np.ascontiguousarray(pixels.reshape(height, width, 2), dtype=np.float32),
            None,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
        self.thrown = sampled

    def picture(self, lit: bool) -> Array:
        """One exposure, (h, w, 3) uint8."""
        swing = 1 + self.light.flicker * self._chance.uniform(-1, 1)
        falling = self.thrown * (self.light.projector if lit else 0.0)
        linear = self.albedo * (falling + self.light.ambient * swing)
        linear = cv2.GaussianBlur(linear, (0, 0), self.light.blur_px)
        linear = linear + self._chance.normal(0, self.light.noise, linear.shape)
        coded = 255 * (np.clip(linear, 0, 255) / 255) ** (1 / 2.2)
        return np.repeat(np.rint(coded).astype(np.uint8)[:, :, None], 3, axis=2)

    def pairs(self, count: int) -> tuple[list[Array], list[Array]]:
        """Pictures with the light on and off."""
        taken = [(self.picture(True), self.picture(False)) for _ in range(count)]
        return [lit for lit, _ in taken], [dark for _, dark in taken]


def invert_on_grid(forward: Any, street: Street, width: int, height: int) -> Array:
    """Façade points (h·w, 2) of all pixels: fixed-point inversion of the camera's lens, to 1e-6 px
    and better."""
    x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
    wanted = np.column_stack([x.ravel(), y.ravel()])
    back = np.linalg.inv(street.facade_to_ideal_px)
    ideal = wanted.copy()
    off = wanted
    while abs(off).max() > 1e-4:  # each round leaves a thirtieth of it
        off = wanted - forward(project(back, ideal))
        ideal += off
    return project(back, ideal)


def facade_to_slide(street: Street, facade_m: Array) -> Array:
    """Slide points by fixed-point inversion of the projector's lens."""
    back = np.linalg.inv(street.ideal_mm_to_facade)
    ideal = project(back, facade_m)
    slide = np.clip(ideal, -60, 60)
    for _ in range(12):
        k1, k2, cx, cy = street.projector
        away = slide - (cx, cy)
        r2 = np.clip((away**2).sum(axis=1) / RADIUS_MM**2, 0, 2.5)
        slide = np.clip(
            (ideal - (cx, cy)) / (1 + k1 * r2 + k2 * r2 * r2)[:, None] + (cx, cy), -60, 60
        )
    return slide


def windows(facade_m: Array, chance: np.random.Generator) -> Array:
    """Albedo of a wall with rows of dark windows and plaster that is not quite even."""
    x, y = facade_m.T
    albedo = 0.55 + 0.05 * np.sin(1.7 * x + 0.6) * np.cos(2.3 * y)
    start = chance.uniform(-0.3, 0.3)
    in_window = (np.mod(x + start, 2.4) < 1.0) & (np.mod(y + 0.4, 2.8) < 1.5)
    return np.where(in_window, 0.12, albedo).astype(np.float32)
