# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site of a rehearsal: a simulated projector and webcam before a simulated façade, wired up.

Owns which clock they share and how pictures are taken.  It knows nothing of mapping.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from visiophare.errors import BoardError
from visiophare.projector import Projector, Receipt
from visiophare.simulator.projector import SimulatedProjector
from visiophare.words import N_

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from visiophare.simulator.bench import Bench
    from visiophare.simulator.outputs import Outputs
    from visiophare.simulator.webcam import Webcam

    Photo = npt.NDArray[np.uint8]

Arrival = Callable[[], None]
"""Waits for the carriage.  Raises: BoardError carriage_lost."""

APERTURE_MM = (36.0, 24.0)
STEADY_S = 0.17
"""How long the light stays on, and off: the board lets three flashes a second through."""
BETWEEN_INSTANTS_S = 0.1873
"""From picture to picture for flicker and noise: the same seed is the same evening, however busy
the computer is."""
CARRIAGE_TIMEOUT_S = 20.0
HOMINGS = 3
QUICK_CARRIAGE = {"home_slow_mm_s": 5.0, "home_retract_mm": 6.0}
"""A real switch deserves a slower second touch; nobody waits for a simulated one."""


@dataclass(frozen=True)
class Site:
    """Everything that stands on the pavement."""

    bench: Bench
    webcam: Webcam
    projector: Projector
    outputs: Outputs

    @property
    def facade_size_m(self) -> tuple[float, float]:
        """Width and height of the façade's reference rectangle, as measured with a tape."""
        return self.bench.scene.facade_size_m

    def clicked_corners_px(self) -> npt.NDArray[np.float64]:
        """The rectangle's corners (4, 2) in the photo, as a careful hand clicks them: to whole
        pixels, lower left first, counter-clockwise."""
        corners_m = self.bench.scene.facade_corners_m()
        return self.bench.facade_to_camera(corners_m).round()

    def photograph(self, light_percent: float) -> Photo:
        """Set the light, let it settle, and take one picture (H, W, 3) BGR."""
        begin_s = time.monotonic()
        self.projector.light(light_percent)
        _, picture = self.webcam.read()
        time.sleep(max(0.0, begin_s + STEADY_S - time.monotonic()))
        return picture

    def photograph_pairs(self, pairs: int) -> tuple[list[Photo], list[Photo]]:
        """Alternate light and dark; return the pictures with light and those without."""
        lit, dark = [], []
        for _ in range(pairs):
            lit.append(self.photograph(100.0))
            dark.append(self.photograph(0.0))
        return lit, dark

    def begin_home(self) -> Arrival:
        """Send the carriage home; the result waits until it is there."""
        first = self.projector.carriage_home()

        def wait() -> None:
            since = first
            for _attempt in range(HOMINGS):
                if self._is_done("homed", since):
                    return
                # A busy computer may have looked at the simulated switch too late.
                self.projector.clear()
                since = self.projector.carriage_home()
            raise _lost()

        return wait

    def begin_frame(self, frame: int) -> Arrival:
        """Send a frame to the gate; the result waits until it is there."""
        since = self.projector.carriage_to_frame(frame)

        def wait() -> None:
            if not self._is_done("arrived", since):
                raise _lost()

        return wait

    def _is_done(self, name: str, since: Receipt) -> bool:
        found = self.projector.wait_for(name, "fault", timeout_s=CARRIAGE_TIMEOUT_S, since=since)
        return found is not None and found[0].name == name


def _lost() -> BoardError:
    return BoardError(
        "carriage_lost",
        N_("The simulated carriage did not arrive."),
        N_("Try again; if it happens again, please report it."),
    )


def build_bench(seed: int, facade: Path | None, width_m: float) -> Bench:
    """Place façade, projector and camera.

    Raises: FileError when `facade`, a photo, cannot be read.
    """
    from visiophare.simulator.bench import Bench
    from visiophare.simulator.scene import seeded_scene

    size_m = (width_m, width_m * 2 / 3)
    return Bench(seeded_scene(seed, facade, size_m, APERTURE_MM))


@contextmanager
def open_site(bench: Bench) -> Iterator[Site]:
    """Switch everything on; at the end the light goes out."""
    from visiophare.simulator.webcam import Webcam

    with SimulatedProjector(settings=QUICK_CARRIAGE) as simulated:
        outputs = simulated.outputs
        instants = itertools.count()
        webcam = Webcam(
            bench,
            outputs.mean_light,
            outputs.frame,
            time.monotonic,
            time.sleep,
            lambda _begin_s: next(instants) * BETWEEN_INSTANTS_S,
        )
        projector = Projector.open(simulated.link())
        try:
            yield Site(bench, webcam, projector, outputs)
        finally:
            projector.darken()
            projector.close()
