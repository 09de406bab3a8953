# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the optical bench: the truth about a scene, and the picture its webcam takes.

The camera sees albedo × light (see `throw`), both averaged over the area of its pixels before
they are multiplied; its exposure is fixed so that an open gate does not saturate it.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from visiophare.simulator.equipment import Scene, Seating
from visiophare.simulator.optics import Points
from visiophare.simulator.sampling import Image, Map, SmoothMap, resample
from visiophare.simulator.sensor import Sensor
from visiophare.simulator.throw import throw_light

KEPT_FRAMES = 4
FRAMES_WITHOUT_FILM = -1


class Bench:
    """A scene with something in the gate; `expose` is what the webcam would see of it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.gate_to_facade = scene.projector.optics.gate_to_facade
        self.facade_to_gate = scene.projector.optics.facade_to_gate
        self.facade_to_camera = scene.camera.optics.facade_to_camera
        self.camera_to_facade = scene.camera.optics.camera_to_facade
        self._film: dict[int, Image] | None = None
        self._slide: Image | None = None
        self._seating = Seating()
        self._lit: OrderedDict[int, Image] = OrderedDict()
        self._prepare()

    def insert(self, picture: ArrayLike | None, seating: Seating | None = None) -> None:
        """Put one slide in the gate: transmittance 0..1, (H, W) or (H, W, 3) BGR, right-reading.

        The picture's edges are the aperture's. None empties the gate. It stays whatever the
        carriage does. Without `seating` it sits exactly as the calibration slide defines.
        """
        self._slide = None if picture is None else _as_transmittance(picture)
        self._film = None
        self._seat(seating)

    def insert_film(self, frames: Mapping[int, ArrayLike], seating: Seating | None = None) -> None:
        """Put a film in the cassette; a frame that it does not have is black."""
        self._film = {number: _as_transmittance(picture) for number, picture in frames.items()}
        self._slide = None
        self._seat(seating)

    def expose(self, light: float, t_s: float, frame: int = 0) -> NDArray[np.uint8]:
        """The webcam's picture, (H, W, 3) uint8 BGR, of an exposure that begins at `t_s`.

        `light` is the LED's mean linear level 0..1 during the exposure, `frame` what the carriage
        has in the gate.
        """
        signal = cv2.scaleAdd(self._lamps, self._flicker(t_s), self._steady)
        if light > 0:
            signal = cv2.scaleAdd(self._lit_by(frame), light, signal)
        return self._sensor.develop(signal, t_s)

    def light_on_facade(
        self, px_per_m: float, seated: bool = True, frame: int = 0, grey: bool = False
    ) -> Image:
        """The projector's light alone at full level on the reference rectangle; row 0 is the top.

        (H, W), or (H, W, 3) BGR for a coloured slide, 1.0 where the open gate's centre falls.
        `seated=False` tells how it would be, did the slide sit like the calibration slide; `grey`
        takes the mean of the colours, for a third of the memory.
        """
        width_m, height_m = self.scene.facade_size_m
        size_px = (round(width_m * px_per_m), round(height_m * px_per_m))

        def pixel_to_facade(pixels: Points) -> Points:
            return (pixels + 0.5) / px_per_m * (1, -1) + (0, height_m)

        seating = self._seating if seated else Seating()
        slide = self._slide_of(frame)
        if grey and slide.ndim == 3:
            slide = np.asarray(slide.mean(axis=2), np.float32)
        return self._throw(slide, seating, size_px, pixel_to_facade)

    def _seat(self, seating: Seating | None) -> None:
        self._seating = seating or Seating()
        self._lit.clear()

    def _slide_of(self, frame: int) -> Image:
        if self._film is not None:
            return self._film.get(frame, np.zeros((1, 1), np.float32))
        return np.ones((1, 1), np.float32) if self._slide is None else self._slide

    def _flicker(self, t_s: float) -> float:
        """The mains-fed lamps' mean over the exposure, 1 on average."""
        ambient, exposure_s = self.scene.ambient, self.scene.camera.exposure_s
        half_turns = math.pi * ambient.flicker_hz * exposure_s
        phase = 2 * half_turns * (t_s / exposure_s + 0.5) + ambient.flicker_phase_rad
        return 1 + ambient.flicker_depth * math.sin(half_turns) / half_turns * math.cos(phase)

    def _lit_by(self, frame: int) -> Image:
        """The camera's linear signal of full light through a frame, kept for the next exposure."""
        key = frame if self._film is not None else FRAMES_WITHOUT_FILM
        if key not in self._lit:
            camera = self.scene.camera
            light = self._throw(
                self._slide_of(frame), self._seating, camera.size_px, self.camera_to_facade
            )
            if light.ndim == 2:
                light = cv2.merge([light] * 3)
            self._lit[key] = self._focus(light * self._white)
            while len(self._lit) > KEPT_FRAMES:
                self._lit.popitem(last=False)
        self._lit.move_to_end(key)
        return self._lit[key]

    def _prepare(self) -> None:
        """Everything that does not depend on the slide: albedo, ambient light, exposure gain."""
        scene, camera = self.scene, self.scene.camera
        facade, width, height = scene.facade, *camera.size_px

        def pixel_to_picture(pixels: Points) -> Points:
            return facade.facade_to_pixel(self.camera_to_facade(pixels))

        to_picture = SmoothMap(pixel_to_picture, camera.size_px)
        albedo = np.empty((height, width, 3), np.float32)
        glow = np.empty_like(albedo)
        for picture, seen, fineness in ((facade.albedo, albedo, 2), (facade.glow, glow, 1)):
            for top, end, strip in resample(picture, to_picture, fineness):
                seen[top:end] = strip
        self._white = albedo * np.asarray(scene.projector.colour_bgr, np.float32)
        open_gate = self._throw(
            np.ones((1, 1), np.float32), Seating(), camera.size_px, self.camera_to_facade
        )
        sky = np.float32(scene.ambient.sky) * np.asarray(scene.ambient.sky_bgr, np.float32)
        steady = albedo * sky + glow
        lamps = albedo * self._lamp_light()
        full = (steady + lamps)[::4, ::4] + (self._white[::4, ::4] * open_gate[::4, ::4, None])
        bright = np.percentile(full[glow[::4, ::4].max(axis=2) < 0.02], 99.0)
        self._gain = np.float32(camera.headroom / bright)
        self._white *= self._gain
        self._steady = self._focus(steady * self._gain)
        self._lamps = self._focus(lamps * self._gain)
        self._sensor = Sensor(
            scene.seed,
            (height, width, 3),
            camera.gamma,
            camera.full_well_electrons,
            camera.read_noise_electrons,
        )

    def _focus(self, linear: Image) -> Image:
        sigma_px = self.scene.camera.blur_px
        return np.asarray(cv2.GaussianBlur(linear, (0, 0), sigma_px), np.float32)

    def _lamp_light(self) -> Image:
        """The street lamps' light on the wall at each camera pixel, (H, W, 3)."""

        def light(pixels: Points) -> Points:
            wall = np.column_stack([self.camera_to_facade(pixels), np.zeros(len(pixels))])
            total = np.zeros((len(pixels), 3))
            for lamp in self.scene.ambient.lamps:
                towards = np.array(lamp.position_m) - wall
                reach2 = np.sum(towards**2, axis=1)
                strength = lamp.strength * towards[:, 2] / reach2**1.5
                total += strength[:, None] * np.array(lamp.colour_bgr)
            return total

        return SmoothMap(light, self.scene.camera.size_px).image()

    def _throw(
        self, slide: Image, seating: Seating, size_px: tuple[int, int], pixel_to_facade: Map
    ) -> Image:
        return throw_light(self.scene.projector, slide, seating, size_px, pixel_to_facade)


def _as_transmittance(picture: ArrayLike) -> Image:
    """Check and copy a slide: float32 0..1, (H, W) or (H, W, 3)."""
    slide = np.array(picture, np.float32)
    if slide.ndim not in (2, 3) or (slide.ndim == 3 and slide.shape[2] != 3) or not slide.size:
        raise ValueError(f"a slide is (H, W) or (H, W, 3), not {slide.shape}")
    if not (np.isfinite(slide).all() and slide.min() >= 0 and slide.max() <= 1):
        raise ValueError("a slide's transmittance lies between 0 and 1")
    return slide
