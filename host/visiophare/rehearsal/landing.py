# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the drawing fell, judged on the simulated wall by somebody who never saw the calibration.

Two pictures of the wall are compared: the artwork as it should be, drawn by another renderer than
the slide's, and the light as the bench knows it to fall.  Mapping's own numbers are not used.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from visiophare.rehearsal.outcome import LandingOutcome, Spread

if TYPE_CHECKING:
    from visiophare.simulator.bench import Bench
    from visiophare.simulator.landing import Landings

PX_PER_WALL = 1600
"""Pixels across the wall: 7.5 mm on twelve metres, of which the registration resolves a tenth."""
PATCH_SHARE, SEARCH_SHARE = 0.32 / 12, 0.24 / 12
LINE_SCALE = 50
RIM_SHARE = 0.03

Picture = npt.NDArray[np.float32]
Polygon = npt.NDArray[np.float64]
Rect = tuple[float, float, float, float]


def judge_landing(
    bench: Bench, artwork: Path, placed_m: Rect, frame: int
) -> tuple[LandingOutcome, npt.NDArray[np.uint8]]:
    """Return where the features of `artwork` landed, and a BGR picture with a line for each.

    `placed_m` is the artwork's page on the façade: x, y of its lower-left corner, width, height;
    `frame` is the film's frame that shows it.
    """
    from visiophare.simulator.landing import measure_landings

    size_m = bench.scene.facade_size_m
    px_per_m = PX_PER_WALL / size_m[0]
    wanted = wanted_on_facade(artwork, size_m, placed_m, px_per_m)
    inside_m = _common(_reach(bench), placed_m)

    def measure(seated: bool) -> Landings:
        return measure_landings(
            wanted,
            bench.light_on_facade(px_per_m, seated=seated, frame=frame, grey=True),
            px_per_m,
            patch_mm=PATCH_SHARE * size_m[0] * 1000,
            search_mm=SEARCH_SHARE * size_m[0] * 1000,
            inside_m=inside_m,
        )

    with ThreadPoolExecutor(2) as pool:
        seated, unseated = pool.map(measure, (True, False))
    outcome = LandingOutcome(
        mapping_mm=Spread.of([float(mm) for mm in unseated.errors_mm[unseated.found]]),
        total_mm=Spread.of([float(mm) for mm in seated.errors_mm[seated.found]]),
        wanted=len(unseated.found),
        missing=int((~unseated.found).sum()),
    )
    return outcome, draw_landings(wanted, unseated, px_per_m)


def wanted_on_facade(
    artwork: Path, size_m: tuple[float, float], placed_m: Rect, px_per_m: float
) -> Picture:
    """The artwork as it should be on the wall, (H, W, 3) BGR, row 0 the top.

    Around the page the film is dark when the page is inked all over, clear when it is not.
    """
    import cv2

    x_m, y_m, width_m, height_m = placed_m
    size_px = (round(width_m * px_per_m), round(height_m * px_per_m))
    page, around = _page_picture(artwork, size_px)
    wall_px = (round(size_m[0] * px_per_m), round(size_m[1] * px_per_m))
    scale_x = width_m * px_per_m / page.shape[1]
    scale_y = height_m * px_per_m / page.shape[0]
    left_px, top_px = x_m * px_per_m, (size_m[1] - y_m - height_m) * px_per_m
    # Between pixel centres: wall = (page + 0.5)·scale + corner − 0.5.
    page_to_wall = np.array(
        [
            [scale_x, 0, left_px + (scale_x - 1) / 2],
            [0, scale_y, top_px + (scale_y - 1) / 2],
        ]
    )
    wall = cv2.warpAffine(
        page,
        page_to_wall,
        wall_px,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(around, around, around),
    )
    return np.asarray(wall, np.float32)


def _page_picture(artwork: Path, size_px: tuple[int, int]) -> tuple[Picture, float]:
    """The artwork's page on clear film, BGR 0..1, `size_px` or less, and the film around it."""
    import cv2

    from visiophare.rehearsal.pictures import draw_artwork

    is_drawing = artwork.suffix.lower() in (".svg", ".svgz")
    data = draw_artwork(artwork, size_px) if is_drawing else artwork.read_bytes()
    raw = np.frombuffer(data, np.uint8)
    # Only this way of reading turns a photo upright; only the other one keeps alpha.
    picture = cv2.imdecode(raw, cv2.IMREAD_COLOR)
    whole = cv2.imdecode(raw, cv2.IMREAD_UNCHANGED)
    assert picture is not None, "the artwork was read before"
    assert whole is not None, "the artwork was read before"
    page = np.asarray(picture, np.float32) / np.float32(255)
    around = 0.0
    if whole.ndim == 3 and whole.shape[2] == 4:
        ink = np.asarray(whole[..., 3:], np.float32) / np.float32(np.iinfo(whole.dtype).max)
        page = page * ink + (1 - ink)
        around = 0.0 if float(ink.min()) > 0.99 else 1.0
    if page.shape[1] > size_px[0]:
        page = np.asarray(cv2.resize(page, size_px, interpolation=cv2.INTER_AREA), np.float32)
    return page, around


def _reach(bench: Bench) -> Polygon:
    """The aperture's outline on the wall, a little inside: what the projector can light at all."""
    half = np.array(bench.scene.projector.aperture_mm) / 2 * (1 - RIM_SHARE)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * half
    along = np.linspace(0, 1, 33)[:, None]
    sides = itertools.pairwise(corners)
    outline = np.vstack([begin + along * (end - begin) for begin, end in sides])
    return np.asarray(bench.gate_to_facade(outline), np.float64)


def _common(reach_m: Polygon, placed_m: Rect) -> Polygon:
    """The part of the page that the projector reaches, a polygon (M, 2) on the façade."""
    import cv2

    x, y, width, height = placed_m
    page = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    hull = cv2.convexHull(reach_m.astype(np.float32))
    _, common = cv2.intersectConvexConvex(hull, page.astype(np.float32))
    return page if common is None else np.asarray(common, np.float64).reshape(-1, 2)


def draw_landings(wanted: Picture, landings: Landings, px_per_m: float) -> npt.NDArray[np.uint8]:
    """The artwork, dimmed, with a line from each feature to where it fell, 50 times too long."""
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
        shift = np.array([dx_mm, -dy_mm]) / 1000 * px_per_m * LINE_SCALE
        tip = tuple(int(v) for v in np.rint(begin + shift))
        cv2.circle(picture, at, 6, (60, 200, 255), -1, cv2.LINE_AA)
        cv2.line(picture, at, tip, (60, 200, 255), 3, cv2.LINE_AA)
    return np.asarray(picture, np.uint8)
