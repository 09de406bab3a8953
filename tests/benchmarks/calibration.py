# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well a slide is found and measured, beside tuned OpenCV on the same scenes in the same run.

    python tests/benchmarks/calibration.py [SCENES] [--only NAME…] [--jobs N] [--json FILE]

A row is a condition: the share of scenes whose RMS is under 2 px and the median RMS of those, the
share of those found in which the largest distance lay within the stated 95 %, and seconds.  RMS is
the distance between where the calibration and where the scene's truth put a grid over the whole
aperture.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from peers import charuco, chessboard
from scenes.photograph import Condition, Scene

from visiophare_mapping.boards import Board
from visiophare_mapping.calibration import Calibration
from visiophare_mapping.detect import calibrate, find_in_exposures
from visiophare_mapping.errors import MappingError
from visiophare_mapping.exposures import Exposures
from visiophare_mapping.target_picture import target_array
from visiophare_mapping.targets import Target, describe_target, make_target
from visiophare_mapping.uncertainty import bound_in_photo

Points = NDArray[np.float64]
Picture = NDArray[np.uint8]

APERTURE_MM = (36.0, 24.0)
SLIDE_DPI = 2540.0
FOUND_PX = 2.0
CONDITIONS = (
    Condition("P60 A60"),
    Condition("P8 A60", projector=8),
    Condition("P4 A60", projector=4),
    Condition("P2 A60", projector=2),
    Condition("blur 4", ambient=30, blur_px=4),
    Condition("blur 8", ambient=30, blur_px=8),
    Condition("hidden 40 %", ambient=30, hidden=0.4),
    Condition("noise 20", ambient=30, noise=20),
    Condition("one lit", pairs=0),
    Condition("any turn, lenses", turned_deg=180, lenses=True, keystone=0.2),
)
REACH = {
    "P60 A60": (0.01, 1.0),
    "P8 A60": (0.03, 1.0),
    "P4 A60": (0.06, 1.0),
    "P2 A60": (2.0, 0.8),
    "blur 4": (0.02, 1.0),
    "blur 8": (2.0, 0.8),
    "hidden 40 %": (0.1, 0.9),
    "noise 20": (0.05, 1.0),
    "one lit": (0.5, 0.9),
}
"""The median RMS px and the share of scenes to reach."""


@cache
def slide_of(kind: str) -> tuple[Target, NDArray[np.float32]]:
    """Our own target, or a chessboard of as many squares for the peer that wants one."""
    ours = make_target(APERTURE_MM)
    board = ours.board
    if kind == "chessboard":
        plain = Board("chessboard", board.columns, board.rows, board.square_mm)
        ours = describe_target(plain, APERTURE_MM)
    return ours, target_array(ours, SLIDE_DPI).astype(np.float32) / 255.0


def taken(condition: Condition, seed: int, kind: str) -> tuple[Scene, list[Picture], list[Picture]]:
    """The scene, its lit and its dark pictures."""
    _target, slide = slide_of(kind)
    scene = Scene(condition, slide, APERTURE_MM, seed)
    lit, dark = [], []
    for _ in range(max(condition.pairs, 1)):
        lit.append(scene.picture(True))
        if condition.pairs:
            dark.append(scene.picture(False))
    return scene, lit, dark


def rms_px(scene: Scene, to_camera: Callable[[Points], Points]) -> tuple[float, float]:
    """RMS and largest distance from the truth over a grid on the aperture."""
    line = np.linspace(-0.5, 0.5, 15)
    x, y = np.meshgrid(line * APERTURE_MM[0], line * APERTURE_MM[1])
    grid = np.column_stack([x.ravel(), y.ravel()])
    distances = np.hypot(*(to_camera(grid) - scene.throw.to_camera(grid)).T)
    return float(np.sqrt(np.mean(distances**2))), float(distances.max())


def ours(lit: list[Picture], dark: list[Picture]) -> Calibration | None:
    """What Visiophare makes of the pictures."""
    target, _slide = slide_of("charuco")
    exposures = Exposures()
    try:
        for picture in lit:
            exposures.add(picture, lit=True)
        for picture in dark:
            exposures.add(picture, lit=False)
        detection = find_in_exposures(exposures, target)
        return calibrate(detection, detection.image_size_px, target)
    except MappingError:
        return None


def measure(condition: Condition, seed: int) -> dict[str, Any]:
    """All methods on one scene; None where one finds nothing."""
    scene, lit, dark = taken(condition, seed, "charuco")
    begin_s = time.monotonic()
    calibration = ours(lit, dark)
    row: dict[str, Any] = {"seconds": time.monotonic() - begin_s, "ours": None, "held": None}
    if calibration is not None:
        row["ours"], worst_px = rms_px(
            scene, lambda points: calibration.map_points(points, "slide", "camera")
        )
        row["worst_px"] = worst_px
        bound = bound_in_photo(calibration)
        row["stated_px"] = bound and bound.most
        row["held"] = bound is not None and worst_px <= bound.most
    for divided in (False, True):
        found = charuco(lit, dark, slide_of("charuco")[0], divided)
        row["charuco ratio" if divided else "charuco"] = found and rms_px(scene, found)[0]
    scene, lit, dark = taken(condition, seed, "chessboard")
    found = chessboard(lit, dark, slide_of("chessboard")[0])
    row["chessboard"] = found and rms_px(scene, found)[0]
    return row


METHODS = ("ours", "charuco", "charuco ratio", "chessboard")


def summary(rows: list[dict[str, Any]], method: str) -> tuple[float, float | None]:
    """Share of scenes under 2 px, and the median RMS of those."""
    good = [row[method] for row in rows if row[method] is not None and row[method] < FOUND_PX]
    return len(good) / len(rows), statistics.median(good) if good else None


def line_of(condition: Condition, rows: list[dict[str, Any]]) -> str:
    """A row of the table."""
    cells = []
    for method in METHODS:
        share, median = summary(rows, method)
        cells.append(f"{share:5.0%} {'–' if median is None else format(median, '.4f'):>7}")
    reach = REACH.get(condition.name)
    wanted = f"≤ {reach[0]:g} in {reach[1]:.0%}" if reach else ""
    seconds = statistics.median(row["seconds"] for row in rows)
    told = [row["held"] for row in rows if row["held"] is not None]
    held = f"{sum(told) / len(told):4.0%}" if told else "   –"
    return f"{condition.name:17} {'   '.join(cells)}   {held}   {wanted:15} {seconds:5.1f}"


def main() -> None:
    """Prints the table, row by row."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenes", type=int, nargs="?", default=100)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    print(f"{'':17} {'   '.join(f'{name:>13}' for name in METHODS)}   held   to reach            s")
    document = {}
    with ProcessPoolExecutor(given.jobs) as pool:
        for condition in CONDITIONS:
            if given.only and condition.name not in given.only:
                continue
            rows = list(pool.map(partial(measure, condition), range(given.scenes)))
            document[condition.name] = rows
            print(line_of(condition, rows), flush=True)
    if given.json:
        given.json.write_text(json.dumps(document), "utf-8")


if __name__ == "__main__":
    main()
