# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns what stands in the square: façade, projector, camera and the light of the hour, as numbers.

A scene is frozen; `scene` places one from a seed, `bench` renders it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from visiophare.simulator.facade_picture import FacadePicture
from visiophare.simulator.optics import Points, Thrower, Viewer


@dataclass(frozen=True)
class Seating:
    """How a slide sits in the gate, against the calibration slide: turned, then moved."""

    dx_mm: float = 0.0
    dy_mm: float = 0.0
    rotation_rad: float = 0.0

    def slide_to_gate(self, slide_mm: Points) -> Points:
        """Slide points (N, 2) to gate points (N, 2), mm."""
        return np.asarray(slide_mm @ self._rotation().T + (self.dx_mm, self.dy_mm))

    def gate_to_slide(self, gate_mm: Points) -> Points:
        """The inverse of `slide_to_gate`."""
        return np.asarray((gate_mm - (self.dx_mm, self.dy_mm)) @ self._rotation())

    def _rotation(self) -> Points:
        cos, sin = math.cos(self.rotation_rad), math.sin(self.rotation_rad)
        return np.array([[cos, -sin], [sin, cos]])


@dataclass(frozen=True, eq=False)
class Projector:
    """The projector: its geometry, and how its light falls off, blurs and leaks.

    `falloff` is the loss at the gate's corner beyond the lens's own cos⁴; `core_blur_mm` the
    Gaussian deviation of a perfectly focused point in the gate, growing by `corner_blur` at the
    corner; `veil` the share of the passing light that the lens scatters over the whole picture.
    """

    optics: Thrower
    aperture_mm: tuple[float, float]
    f_number: float
    focus_m: float
    core_blur_mm: float
    corner_blur: float
    falloff: float
    veil: float
    film_black: float
    leak: float
    colour_bgr: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Camera:
    """The webcam, automatic exposure off: geometry, response and noise."""

    optics: Viewer
    size_px: tuple[int, int]
    fps: float
    exposure_s: float
    gamma: float
    blur_px: float
    full_well_electrons: float
    read_noise_electrons: float
    headroom: float


@dataclass(frozen=True)
class Lamp:
    """A street lamp in the world, metres; `strength` is its light on the wall one metre away."""

    position_m: tuple[float, float, float]
    strength: float
    colour_bgr: tuple[float, float, float]


@dataclass(frozen=True)
class Ambient:
    """The light of the hour, in units of the projector's at the centre of its open gate."""

    sky: float
    sky_bgr: tuple[float, float, float]
    lamps: tuple[Lamp, ...]
    flicker_hz: float
    flicker_depth: float
    flicker_phase_rad: float


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything the bench needs; `seating` is how a print of this evening happens to sit."""

    seed: int
    facade: FacadePicture
    projector: Projector
    camera: Camera
    ambient: Ambient
    seating: Seating

    @property
    def facade_size_m(self) -> tuple[float, float]:
        """Width and height of the façade's reference rectangle."""
        return self.facade.size_m

    def facade_corners_m(self) -> Points:
        """The reference rectangle's corners (4, 2), from lower-left, counter-clockwise."""
        width, height = self.facade.size_m
        return np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
