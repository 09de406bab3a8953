# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the projected light: what arrives on the façade through a slide, with all its faults.

Radiometry: a gate element of brightness B(gate)·transmittance sends its light to the façade
element it is imaged on, so the irradiance is B·T·|det ∂gate/∂façade|: distance and obliquity are
in the determinant. 1.0 is the open gate's light where its centre falls. Knows no camera.
"""

from __future__ import annotations

import cv2
import numpy as np

from visiophare.simulator.equipment import Projector, Seating
from visiophare.simulator.optics import Points
from visiophare.simulator.sampling import (
    NODE_SPACING_PX,
    SUPERSAMPLES,
    Image,
    Map,
    SmoothMap,
    blur_by,
    fit_density,
    resample,
)

BLUR_GRID = (48, 32)


def throw_light(
    projector: Projector,
    slide: Image,
    seating: Seating,
    size_px: tuple[int, int],
    pixel_to_facade: Map,
) -> Image:
    """The light of a full LED on each pixel of a raster, averaged over its area.

    `slide` is the transmittance over the aperture, (h, w) or (h, w, 3); (1, 1) is an even one,
    such as the empty gate's 1.0. The raster, `size_px` wide and high, may be the camera's or a
    façade drawing's: `pixel_to_facade` tells where its pixels lie. Returns (H, W) or (H, W, 3).
    """
    aperture = np.array(projector.aperture_mm)
    gate = SmoothMap(lambda pixels: _arrival(projector, pixel_to_facade(pixels)), size_px)
    step_mm = _finest_step_mm(gate, aperture)
    mean = slide.mean(axis=(0, 1))
    if slide.shape[:2] != (1, 1):
        # Finer than the raster's samples or the lens's blur would only cost time.
        blur_mm = _blur_mm(projector)
        px_per_mm = min(1.1 * SUPERSAMPLES / step_mm, 1.3 / float(blur_mm.min()))
        slide = fit_density(slide, tuple(px_per_mm * aperture))
        slide = blur_by(slide, blur_mm * (slide.shape[1] / aperture[0]))
        slide *= 1 - projector.film_black
        slide += projector.film_black

    raster = np.array(slide.shape[1::-1])

    def pixel_to_slide(pixels: Points) -> Points:
        gate_mm = projector.optics.facade_to_gate(pixel_to_facade(pixels))
        return (seating.gate_to_slide(gate_mm) / aperture + 0.5) * raster - 0.5

    light = np.empty((size_px[1], size_px[0], *slide.shape[2:]), np.float32)
    slide_strips = resample(slide, SmoothMap(pixel_to_slide, size_px))
    for (top, end, passed), (_, _, place) in zip(slide_strips, gate.strips(), strict=True):
        cv2.patchNaNs(place, 0.0)  # No ray: no light, direct or stray.
        opening = _opening(place, aperture, step_mm, projector.core_blur_mm)
        through = place[:, :, 2] * opening
        stray = place[:, :, 3]
        if slide.ndim == 3:
            through, stray = through[:, :, None], stray[:, :, None]
        light[top:end] = passed * through + stray * (projector.leak + projector.veil * mean)
    return light


def _arrival(projector: Projector, facade_m: Points) -> Points:
    """At façade points (N, 2): gate x, y in mm, direct and stray light of the open gate (N, 4)."""
    optics, half_step_m = projector.optics, 1e-4
    gate_mm = optics.facade_to_gate(facade_m)
    along_x, along_y = (
        optics.facade_to_gate(facade_m + step) - optics.facade_to_gate(facade_m - step)
        for step in ((half_step_m, 0.0), (0.0, half_step_m))
    )
    density = np.abs(along_x[:, 0] * along_y[:, 1] - along_x[:, 1] * along_y[:, 0])
    density /= (2 * half_step_m) ** 2 * _centre_density(projector)
    radius2 = np.sum(gate_mm**2, axis=1)
    r2 = radius2 / optics.lens.radius_mm**2
    direct = density * np.exp(-projector.falloff * r2) / (1 + radius2 / optics.focal_mm**2) ** 2
    stray = density / (1 + r2**2)
    return np.column_stack([gate_mm, direct, stray])


def _centre_density(projector: Projector) -> float:
    """Gate mm² per façade m² where the gate's centre falls."""
    half_step_mm = 1e-3 * projector.aperture_mm[0]
    steps = half_step_mm * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    right, left, lower, upper = projector.optics.gate_to_facade(steps)
    across, down = right - left, lower - upper
    area_m2 = abs(across[0] * down[1] - across[1] * down[0])
    return float((2 * half_step_mm) ** 2 / area_m2)


def _finest_step_mm(gate: SmoothMap, aperture: Points) -> float:
    """How far the gate point moves for one raster pixel where it moves least in the aperture."""
    places = gate.values[:, :, :2]
    lit = np.asarray((np.abs(places) <= aperture / 2).all(axis=2))[1:, 1:]
    across = np.linalg.norm(np.diff(places, axis=1)[1:], axis=2)
    down = np.linalg.norm(np.diff(places, axis=0)[:, 1:], axis=2)
    steps = np.minimum(across, down)[lit] / NODE_SPACING_PX
    return float(np.percentile(steps, 5)) if steps.size else float(aperture[0])


def _blur_mm(projector: Projector) -> Image:
    """The lens's blur over the aperture, Gaussian deviation in gate mm, (32, 48).

    Thin lens: a point at distance d, focused for d0, spreads over f²/N·|1/d0 − 1/d| in the gate;
    an even disc of diameter c has the deviation c/4. Aberrations add, growing towards the corner.
    """
    optics = projector.optics
    across, down = ((np.arange(n) + 0.5) / n - 0.5 for n in BLUR_GRID)
    grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2) * projector.aperture_mm
    depth_m = optics.pose.facade_to_local(optics.gate_to_facade(grid))[:, 2]
    defocus = np.abs(1 / projector.focus_m - 1 / depth_m) / 1000
    disc_mm = optics.focal_mm**2 / projector.f_number * defocus
    r2 = np.sum(grid**2, axis=1) / optics.lens.radius_mm**2
    core_mm = projector.core_blur_mm * (1 + projector.corner_blur * r2)
    return np.hypot(core_mm, disc_mm / 4).reshape(BLUR_GRID[::-1]).astype(np.float32)


def _opening(place: Image, aperture: Points, step_mm: float, blur_mm: float) -> Image:
    """The part of each pixel that lies within the aperture, its rim softened by the lens."""
    softness = np.float32(0.8 / np.hypot(step_mm / 3.4, blur_mm))
    rim_x = np.float32(aperture[0] / 2) - np.abs(place[:, :, 0])
    rim_y = np.float32(aperture[1] / 2) - np.abs(place[:, :, 1])
    opening = (1 + np.tanh(softness * rim_x)) * (1 + np.tanh(softness * rim_y)) / 4
    return np.asarray(opening, np.float32)
