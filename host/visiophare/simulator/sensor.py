# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the camera's sensor: linear light in, a noisy 8-bit picture out. Knows no geometry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visiophare.simulator.sampling import Image

CODES = 1 << 14
POOL_SPARE = 1 << 20


class Sensor:
    """Shot and read noise, then gamma and 8 bits; 1.0 of signal is the full well.

    Normal deviates come from one large seeded pool read at an offset that depends on the instant:
    the same instant gives the same picture, and two instants practically never share a pixel's
    noise. Drawing six million fresh ones for each picture would cost more than all else together.
    """

    def __init__(
        self,
        seed: int,
        shape: tuple[int, int, int],
        gamma: float,
        full_well_electrons: float,
        read_noise_electrons: float,
    ) -> None:
        self._seed = seed
        self._shape = shape
        pool = np.random.default_rng([seed, 0x401]).standard_normal
        self._pool = pool(int(np.prod(shape)) + POOL_SPARE, dtype=np.float32)
        levels = np.arange(CODES) / (CODES - 1)
        noise = np.sqrt(levels * full_well_electrons + read_noise_electrons**2)
        self._noise = (noise / full_well_electrons * (CODES - 1)).astype(np.float32)
        self._codes = np.rint(255 * levels ** (1 / gamma)).astype(np.uint8)

    def develop(self, signal: Image, t_s: float) -> NDArray[np.uint8]:
        """The picture (H, W, 3) uint8 of a linear `signal` exposed at `t_s`; `signal` is spent."""
        instant = np.random.default_rng([self._seed, round(t_s * 1e6) & 0xFFFFFFFFFFFF])
        start = int(instant.integers(POOL_SPARE))
        deviates = self._pool[start : start + signal.size].reshape(self._shape)
        signal *= CODES - 1
        np.clip(signal, 0, CODES - 1, out=signal)
        noise = self._noise[signal.astype(np.uint16)]
        noise *= deviates
        signal += noise
        signal += 0.5
        np.clip(signal, 0, CODES - 1, out=signal)
        return np.asarray(self._codes[signal.astype(np.uint16)])
