# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns when the bench's webcam exposes: a steady frame rate on a clock that is passed in.

Knows no board: the light and the film's frame come from callables on the same clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from visiophare.simulator.bench import Bench


class Webcam:
    """A webcam before the bench. Its shutter opens at every multiple of the frame interval.

    `mean_light(t0_s, t1_s)` is the LED's mean linear level 0..1, `frame_at(t_s)` the frame in the
    gate; `now` and `sleep` are the clock, real or pretended. `instant(begin_s)` is the moment at
    which mains flicker and noise are looked up: the exposure's own unless something else is passed.
    """

    def __init__(
        self,
        bench: Bench,
        mean_light: Callable[[float, float], float],
        frame_at: Callable[[float], int],
        now: Callable[[], float],
        sleep: Callable[[float], None],
        instant: Callable[[float], float] = lambda begin_s: begin_s,
    ) -> None:
        self._bench = bench
        self._mean_light = mean_light
        self._frame_at = frame_at
        self._now = now
        self._sleep = sleep
        self._instant = instant

    def read(self) -> tuple[float, NDArray[np.uint8]]:
        """Wait for the next exposure: (the time it began, s, the BGR picture).

        The exposure begins after the call, so a light set before it is on the picture as far as
        it has settled. A reader that is slower than the frame rate misses frames.
        """
        camera = self._bench.scene.camera
        begin_s = math.ceil(self._now() * camera.fps) / camera.fps
        end_s = begin_s + camera.exposure_s
        while (left_s := end_s - self._now()) > 0:
            self._sleep(left_s)
        light = self._mean_light(begin_s, end_s)
        frame = self._frame_at((begin_s + end_s) / 2)
        return begin_s, self._bench.expose(light, self._instant(begin_s), frame)
