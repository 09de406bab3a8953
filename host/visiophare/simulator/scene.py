# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the placing: a believable evening from a seed, everything where people would put it.

It renders nothing (that is `bench`) and draws nothing (that is `facade_painting`).
"""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiophare.simulator.equipment import Ambient, Camera, Lamp, Projector, Scene, Seating
from visiophare.simulator.facade_painting import paint_facade
from visiophare.simulator.facade_picture import Extent, facade_from_photo, read_photo
from visiophare.simulator.optics import CameraLens, Pose, Thrower, ThrowLens, Viewer, looking_at

Random = np.random.Generator
STEEPEST_CAMERA_RAD = math.radians(26)


def seeded_scene(
    seed: int,
    facade: Path | str | NDArray[np.uint8] | None = None,
    facade_size_m: tuple[float, float] = (12.0, 8.0),
    aperture_mm: tuple[float, float] = (36.0, 24.0),
    camera_px: tuple[int, int] = (1920, 1080),
) -> Scene:
    """A believable evening, the same for the same seed.

    `facade` is a photo (a file, or a BGR array) that becomes the flat façade, its width
    `facade_size_m[0]` and its height by its own proportions; without it a façade is painted.
    Raises FileError for a photo that cannot be read.
    """
    chance = np.random.default_rng([seed, 0x0F5])
    photo = facade if facade is None or isinstance(facade, np.ndarray) else read_photo(Path(facade))
    size_m = facade_size_m
    if photo is not None:
        size_m = (facade_size_m[0], facade_size_m[0] * photo.shape[0] / photo.shape[1])
    span_m = max(size_m[0], 1.4 * size_m[1])
    projector = _place_projector(chance, size_m, span_m, aperture_mm)
    camera = _place_camera(chance, size_m, span_m, projector, camera_px)
    extent_m = _extent_in_view(camera, size_m, span_m)
    picture = (
        paint_facade(seed, size_m, extent_m)
        if photo is None
        else facade_from_photo(photo, size_m, extent_m)
    )
    return Scene(
        seed=seed,
        facade=picture,
        projector=projector,
        camera=camera,
        ambient=_choose_ambient(chance, size_m),
        seating=Seating(
            dx_mm=chance.normal(0, 0.03) * aperture_mm[0] / 36,
            dy_mm=chance.normal(0, 0.03) * aperture_mm[0] / 36,
            rotation_rad=math.radians(chance.normal(0, 0.1)),
        ),
    )


def _extent_in_view(camera: Camera, size_m: tuple[float, float], span_m: float) -> Extent:
    """What the camera sees of the façade's plane and its surroundings: left, bottom, right, top."""
    along = np.linspace(0, 1, 17)
    edges = [np.column_stack([along, np.full(17, side)]) for side in (0.0, 1.0)]
    rim = np.vstack([*edges, *(edge[:, ::-1] for edge in edges)]) * camera.size_px
    seen = camera.optics.camera_to_facade(rim)
    furthest = np.array([[-span_m, -0.7 * span_m], np.add(size_m, (span_m, 0.7 * span_m))])
    least = np.fmax(np.nanmin(seen, axis=0) - 0.2, furthest[0])
    most = np.fmin(np.nanmax(seen, axis=0) + 0.2, furthest[1])
    return float(least[0]), float(least[1]), float(most[0]), float(most[1])


def _place_projector(
    chance: Random, size_m: tuple[float, float], span_m: float, aperture_mm: tuple[float, float]
) -> Projector:
    """Put the projector on the pavement opposite, 5–25° off the normal, filling the façade."""
    aim = np.array([size_m[0] / 2, size_m[1] / 2, 0.0])
    aim[:2] += chance.uniform(-0.02, 0.02, 2) * size_m
    distance_m = span_m * chance.uniform(10, 18) / 12
    oblique = math.radians(chance.uniform(5, 25))
    rise = math.asin(min(0.9, max(0.0, (aim[1] - chance.uniform(0.9, 2.2)) / distance_m)))
    rise = min(rise, math.radians(24))
    aside = math.acos(min(1.0, math.cos(oblique) / math.cos(rise))) * chance.choice([-1, 1])
    away = np.array(
        [math.cos(rise) * math.sin(aside), -math.sin(rise), math.cos(rise) * math.cos(aside)]
    )
    pose = looking_at(aim + distance_m * away, aim, math.radians(chance.normal(0, 0.7)))
    radius_mm = math.hypot(*aperture_mm) / 2
    lens = ThrowLens(
        k1=chance.uniform(-0.04, 0.04),
        k2=chance.uniform(-0.006, 0.006),
        centre_mm=(
            chance.normal(0, 0.008) * radius_mm,
            chance.normal(0, 0.008) * radius_mm,
        ),
        radius_mm=radius_mm,
    )
    optics = _fill_facade(pose, lens, aperture_mm, size_m, chance.uniform(0.97, 0.998))
    return Projector(
        optics=optics,
        aperture_mm=aperture_mm,
        f_number=chance.uniform(2.8, 4.5),
        focus_m=distance_m * chance.uniform(0.96, 1.05),
        core_blur_mm=radius_mm * chance.uniform(0.0004, 0.0008),
        corner_blur=chance.uniform(0.4, 1.2),
        falloff=chance.uniform(0.05, 0.25),
        veil=chance.uniform(0.002, 0.006),
        film_black=chance.uniform(0.0005, 0.002),
        leak=0.0004,
        colour_bgr=(1.04, 1.0, chance.uniform(0.9, 0.98)),
    )


def _fill_facade(
    pose: Pose,
    lens: ThrowLens,
    aperture_mm: tuple[float, float],
    size_m: tuple[float, float],
    share: float,
) -> Thrower:
    """Choose the focal length whose lit picture covers `share` of the façade, by bisection."""
    steps = (np.arange(60) + 0.5) / 60
    grid = np.stack(np.meshgrid(steps * size_m[0], steps * size_m[1]), axis=-1).reshape(-1, 2)
    half = np.asarray(aperture_mm) / 2
    shortest = 0.1 * aperture_mm[0]
    longest = 20.0 * aperture_mm[0]
    for _ in range(30):
        focal_mm = math.sqrt(shortest * longest)
        gate = Thrower(pose, focal_mm, lens).facade_to_gate(grid)
        covered = np.mean((np.abs(gate) <= half).all(axis=1))
        shortest, longest = (focal_mm, longest) if covered >= share else (shortest, focal_mm)
    return Thrower(pose, focal_mm, lens)


def _place_camera(
    chance: Random,
    size_m: tuple[float, float],
    span_m: float,
    projector: Projector,
    camera_px: tuple[int, int],
) -> Camera:
    """Stand 1–4 m beside the projector and zoom until the whole rectangle is in view."""
    beside_m = chance.choice([-1, 1]) * chance.uniform(1.0, 3.6)
    offset = np.array([beside_m, chance.uniform(-0.3, 0.8), chance.uniform(-1.2, 1.2)])
    position = projector.optics.pose.position_m + offset * span_m / 12
    position[1] = max(position[1], 0.6)
    aim = np.array([size_m[0] / 2, size_m[1] / 2, 0.0])
    furthest_m = position[2] * math.tan(STEEPEST_CAMERA_RAD)
    position[0] = aim[0] + np.clip(position[0] - aim[0], -furthest_m, furthest_m)
    aim[:2] += chance.uniform(-0.015, 0.015, 2) * size_m
    pose = looking_at(position, aim, math.radians(chance.normal(0, 1.0)))
    coefficients: dict[str, Any] = {
        "k1": chance.uniform(-0.10, 0.05),
        "k2": chance.uniform(-0.015, 0.02),
        "p1": chance.normal(0, 0.0006),
        "p2": chance.normal(0, 0.0006),
        "centre_px": tuple((side - 1) / 2 + chance.normal(0, 3) for side in camera_px),
    }
    margin_px = chance.uniform(0.03, 0.06) * min(camera_px)
    return Camera(
        optics=_zoom(pose, coefficients, size_m, camera_px, margin_px),
        size_px=camera_px,
        fps=30.0,
        exposure_s=float(chance.choice([1 / 60, 1 / 40, 1 / 33])),
        gamma=2.2,
        blur_px=chance.uniform(0.45, 0.75),
        full_well_electrons=chance.uniform(4000, 9000),
        read_noise_electrons=chance.uniform(6, 14),
        headroom=chance.uniform(0.7, 0.85),
    )


def _zoom(
    pose: Pose,
    coefficients: dict[str, Any],
    size_m: tuple[float, float],
    camera_px: tuple[int, int],
    margin_px: float,
) -> Viewer:
    """The longest focal length that keeps the rectangle's rim `margin_px` inside the picture."""
    along = np.linspace(0, 1, 33)[:, None]
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) * size_m
    rim = np.vstack([a + along * (b - a) for a, b in itertools.pairwise(corners)])
    limits = np.array(camera_px) - 1 - margin_px
    shortest, longest = 0.1 * camera_px[0], 8.0 * camera_px[0]
    for _ in range(40):
        focal_px = math.sqrt(shortest * longest)
        seen = Viewer(pose, CameraLens(focal_px=focal_px, **coefficients)).facade_to_camera(rim)
        inside = bool(((seen >= margin_px) & (seen <= limits)).all())
        shortest, longest = (focal_px, longest) if inside else (shortest, focal_px)
    return Viewer(pose, CameraLens(focal_px=shortest, **coefficients))


def _choose_ambient(chance: Random, size_m: tuple[float, float]) -> Ambient:
    """The last blue of the sky, and two warm street lamps that flicker with the mains."""
    width, height = size_m
    lamps = tuple(
        Lamp(
            position_m=(x, height * chance.uniform(0.4, 0.6), chance.uniform(1.6, 3.0)),
            strength=chance.uniform(0.15, 0.6),
            colour_bgr=(0.28, 0.62, 1.0),
        )
        for x in (
            -chance.uniform(0.02, 0.25) * width,
            width * (1 + chance.uniform(0.02, 0.3)),
        )
    )
    return Ambient(
        sky=chance.uniform(0.05, 0.16),
        sky_bgr=(1.25, 0.95, 0.75),
        lamps=lamps,
        flicker_hz=100.0,
        flicker_depth=chance.uniform(0.2, 0.8),
        flicker_phase_rad=chance.uniform(0, 2 * math.pi),
    )
