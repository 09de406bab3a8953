# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes for the optical bench's tests: a plain wall at night, a camera without noise."""

import dataclasses

import numpy as np

from visiophare.simulator.equipment import Scene
from visiophare.simulator.scene import seeded_scene

PLAIN_WALL = np.full((80, 120, 3), 200, np.uint8)


def plain_scene(seed: int, camera_px: tuple[int, int] = (960, 540)) -> Scene:
    """A seeded scene with all its faults, before a plain wall."""
    return seeded_scene(seed, facade=PLAIN_WALL, camera_px=camera_px)


def quiet_scene(seed: int, camera_px: tuple[int, int] = (960, 540)) -> Scene:
    """The same in the dark, the wall endless and even, seen by a camera without noise."""
    scene = plain_scene(seed, camera_px)
    camera = dataclasses.replace(scene.camera, full_well_electrons=1e9, read_noise_electrons=0.0)
    ambient = dataclasses.replace(scene.ambient, sky=0.0, lamps=())
    wall = np.full_like(scene.facade.albedo, 200)
    facade = dataclasses.replace(scene.facade, albedo=wall, glow=np.zeros_like(wall))
    return dataclasses.replace(scene, camera=camera, ambient=ambient, facade=facade)
