# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the drawing fell, judged on the simulated wall by somebody who never saw the calibration.

Two pictures of the wall are compared: the artwork as it should be, drawn by another renderer than
the slide's, and the light as the bench knows it to fall.  Mapping's own numbers are not used.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from visiophare.rehearsal.outcome import LandingOutcome, Spread

if TYPE_CHECKING:
    from visiophare.simulator.bench import Bench
    from visiophare.simulator.landing import Landings

PX_PER_12_M = 2000
"""Wall pixels across twelve metres: 6 mm each, a tenth of which the registration resolves."""
ARROW_SCALE = 50
RIM_M = 0.03

Picture = npt.NDArray[np.float32]


def judge_landing(
    bench: Bench, artwork: Path, placed_m: tuple[float, float, float, float]
) -> tuple[LandingOutcome, npt.NDArray[np.uint8]]:
    """Return where the features of `artwork` landed, and a BGR picture with an arrow for each.

    `placed_m` is the artwork's page on the façade: x, y of its lower-left corner, width, height.
    """
    from visiophare.simulator.landing import measure_landings

    size_m = bench.scene.facade_size_m
    px_per_m = PX_PER_12_M / size_m[0]
    wanted = wanted_on_facade(artwork, size_m, placed_m, px_per_m)
    reach_m = _reach(bench)
    patch_mm, search_mm = 320 * size_m[0] / 12, 240 * size_m[0] / 12
    seated, unseated = (
        measure_landings(
            wanted,
            bench.light_on_facade(px_per_m, seated=with_seating),
            px_per_m,
            patch_mm=patch_mm,
            search_mm=search_mm,
            inside_m=reach_m,
        )
        for with_seating in (True, False)
    )
    outcome = LandingOutcome(
        mapping_mm=Spread.of([float(mm) for mm in unseated.errors_mm[unseated.found]]),
        total_mm=Spread.of([float(mm) for mm in seated.errors_mm[seated.found]]),
        wanted=len(unseated.found),
        missing=int((~unseated.found).sum()),
    )
    return outcome, draw_landings(wanted, unseated, px_per_m)


def wanted_on_facade(
    artwork: Path,
    size_m: tuple[float, float],
    placed_m: tuple[float, float, float, float],
    px_per_m: float,
) -> Picture:
    """The artwork as it should be on the wall: (H, W, 3) BGR, row 0 the top, clear around it."""
    import cv2

    x_m, y_m, width_m, height_m = placed_m
    page = _page_picture(artwork, round(width_m * px_per_m))
    wall_px = (round(size_m[0] * px_per_m), round(size_m[1] * px_per_m))
    page_px = np.array([page.shape[1], page.shape[0]]) / (width_m, height_m)
    scale = px_per_m / page_px
    left, top = x_m * px_per_m, (size_m[1] - y_m - height_m) * px_per_m
    # Pixel centres: wall = (page + 0.5)·scale + corner − 0.5.
    page_to_wall = np.array(
        [
            [scale[0], 0, left + (scale[0] - 1) / 2],
            [0, scale[1], top + (scale[1] - 1) / 2],
        ]
    )
    return np.asarray(
        cv2.warpAffine(
            page,
            page_to_wall,
            wall_px,
            flags=cv2.INTER_AREA if scale[0] < 1 else cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(1.0, 1.0, 1.0),
        ),
        np.float32,
    )


def _page_picture(artwork: Path, width_px: int) -> Picture:
    """The artwork's page on clear film, BGR 0..1, about `width_px` wide."""
    import cv2

    from visiophare.rehearsal.pictures import draw_artwork

    if artwork.suffix.lower() in (".svg", ".svgz"):
        data = draw_artwork(artwork, width_px)
    else:
        data = artwork.read_bytes()
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None, "the artwork was read before"
    height_px = round(picture.shape[0] * width_px / picture.shape[1])
    if picture.shape[1] > width_px:
        picture = cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.float32) / np.float32(255)


def _reach(bench: Bench) -> npt.NDArray[np.float64]:
    """The aperture's outline on the wall, a little inside: what the projector can light at all."""
    half = np.array(bench.scene.projector.aperture_mm) / 2 * (1 - RIM_M)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * half
    along = np.linspace(0, 1, 33)[:, None]
    sides = itertools.pairwise(corners)
    outline = np.vstack([begin + along * (end - begin) for begin, end in sides])
    return np.asarray(bench.gate_to_facade(outline), np.float64)


def draw_landings(wanted: Picture, landings: Landings, px_per_m: float) -> npt.NDArray[np.uint8]:
    """The artwork, dimmed, with an arrow from each feature to where it fell, 50 times too long."""
    import cv2

    picture = np.ascontiguousarray(wanted * np.float32(110)).astype(np.uint8)
    for (x_m, y_m), (dx_mm, dy_mm), found in zip(
        landings.points_m, landings.offsets_mm, landings.found, strict=True
    ):
        begin = np.array([x_m * px_per_m, wanted.shape[0] - y_m * px_per_m])
        at = tuple(int(v) for v in np.rint(begin))
        if not found:
            cv2.drawMarker(picture, at, (80, 80, 255), cv2.MARKER_TILTED_CROSS, 24, 3, cv2.LINE_AA)
            continue
        shift = np.array([dx_mm, -dy_mm]) / 1000 * px_per_m * ARROW_SCALE
        tip = tuple(int(v) for v in np.rint(begin + shift))
        cv2.circle(picture, at, 6, (60, 200, 255), -1, cv2.LINE_AA)
        cv2.line(picture, at, tip, (60, 200, 255), 3, cv2.LINE_AA)
    return np.asarray(picture, np.uint8)
