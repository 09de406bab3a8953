# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a calibration is accepted that is wrong, in scenes that nobody would set up on purpose.

    python tests/benchmarks/wrong_answers.py [SCENES] [--from SEED] [--jobs N] [--json FILE]

Four pictures of 640 × 480, two lit and two dark: weak light, blur, up to four fifths hidden, steep,
turned, other boards, slides in backwards, an open gate, artwork, no light, a part in view.  Prints
a line for each wrong answer, then for each kind how many scenes were accepted, how many of those
are off by an RMS of more than 2 px, and why the others were refused.  A calibration that warns that
its points span little of the slide does not claim to be right beyond them: it is no wrong answer.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scenes.photograph import Condition, Scene

from visiophare_mapping.boards import Board
from visiophare_mapping.calibration import Calibration
from visiophare_mapping.coverage import coverage_of
from visiophare_mapping.detect import calibrate, find_in_exposures
from visiophare_mapping.errors import MappingError
from visiophare_mapping.exposures import Exposures
from visiophare_mapping.target_picture import target_array
from visiophare_mapping.targets import Target, describe_target, make_target
from visiophare_mapping.uncertainty import bound_in_photo

Points = NDArray[np.float64]

APERTURE_MM = (36.0, 24.0)
SIZE_PX = (640, 480)
SLIDE_DPI = 1600.0
WRONG_PX = 2.0
SHOWN = {"target": 0.4, "chessboard": 0.1, "part": 0.15, "other board": 0.15, "backwards": 0.08,
         "open gate": 0.04, "artwork": 0.04, "no light": 0.04}  # fmt: skip
"""What is to be seen, and in which share of the scenes."""
TRUE = ("target", "chessboard", "part")
OTHERS = (
    Board("charuco", 12, 8, 2.6, 1.95, "DICT_4X4_50"),
    Board("charuco", 8, 6, 3.6, 2.5, "DICT_4X4_50"),
    Board("charuco", 11, 7, 3.0, 2.2, "DICT_5X5_50"),
    Board("charuco", 9, 6, 3.5, 2.6, "DICT_6X6_250"),
    Board("chessboard", 10, 7, 3.2),
    Board("chessboard", 12, 8, 2.7),
)


@cache
def sought(kind: str) -> Target:
    """The target file that is given."""
    if kind == "chessboard":
        return describe_target(Board("chessboard", 10, 7, 3.2), APERTURE_MM)
    return make_target(APERTURE_MM)


def slide_in_gate(kind: str, chance: np.random.Generator) -> NDArray[np.float32]:
    """What lets the light through, (h, w) 0..1."""
    clear = target_array(sought(kind), SLIDE_DPI).astype(np.float32) / 255.0
    if kind == "backwards":
        return np.ascontiguousarray(clear[:, ::-1])
    if kind == "other board":
        board = OTHERS[chance.integers(len(OTHERS))]
        return target_array(describe_target(board, APERTURE_MM), SLIDE_DPI).astype(np.float32) / 255
    if kind == "open gate":
        return np.ones_like(clear)
    if kind == "artwork":
        coarse = chance.random((int(chance.integers(4, 30)), int(chance.integers(6, 40))))
        hard = (coarse > 0.5).astype(np.float32) if chance.random() < 0.5 else coarse
        drawn = cv2.resize(hard.astype(np.float32), clear.shape[::-1], interpolation=cv2.INTER_AREA)
        return np.asarray(drawn, np.float32)
    return clear


def condition_of(kind: str, chance: np.random.Generator) -> Condition:
    """How it is photographed."""
    part = kind == "part"
    return Condition(
        kind,
        projector=0.0 if kind == "no light" else float(np.exp(chance.uniform(1.0, 5.0))),
        ambient=float(np.exp(chance.uniform(1.5, 4.4))),
        noise=float(np.exp(chance.uniform(0.0, 1.8))),
        blur_px=float(np.exp(chance.uniform(-0.4, 1.3))),
        hidden=float(chance.choice([0.0, chance.uniform(0.1, 0.8)])),
        pairs=2,
        size_px=SIZE_PX,
        turned_deg=20.0 if kind == "chessboard" else 180.0,
        keystone=float(chance.uniform(0.05, 0.35)),
        lenses=True,
        scattered=True,
        enlarged=float(chance.uniform(1.3, 2.6)) if part else 1.0,
        aside=(float(chance.uniform(-0.3, 0.3)), float(chance.uniform(-0.3, 0.3)))
        if part
        else (0.0, 0.0),
    )


def measure(seed: int) -> dict[str, Any]:
    """One scene: what was shown, and what came of it."""
    chance = np.random.default_rng([seed, 4])
    kind = str(chance.choice(list(SHOWN), p=np.array(list(SHOWN.values())) / sum(SHOWN.values())))
    condition = condition_of(kind, chance)
    scene = Scene(condition, slide_in_gate(kind, chance), APERTURE_MM, seed)
    target = sought(kind)
    begin_s = time.monotonic()
    row: dict[str, Any] = {"seed": seed, "kind": kind, "condition": str(condition), "why": None}
    exposures = Exposures()
    try:
        for _ in range(condition.pairs):
            exposures.add(scene.picture(True), lit=True)
            exposures.add(scene.picture(False), lit=False)
        detection = find_in_exposures(exposures, target)
        calibration = calibrate(detection, detection.image_size_px, target)
    except MappingError as error:
        row["why"] = error.code
    else:
        row |= judged(calibration, scene)
        bound = bound_in_photo(calibration)
        row["stated_px"] = None if bound is None else bound.most
        row["warned"] = not coverage_of(calibration, detection, target).good
        row["points"] = calibration.planes[0].points
    row["seconds"] = time.monotonic() - begin_s
    return row


def judged(calibration: Calibration, scene: Scene) -> dict[str, float]:
    """RMS over the whole aperture, and over what of it is in view."""
    line = np.linspace(-0.5, 0.5, 15)
    x, y = np.meshgrid(line * APERTURE_MM[0], line * APERTURE_MM[1])
    grid = np.column_stack([x.ravel(), y.ravel()])
    truth = scene.throw.to_camera(grid)
    squared = ((calibration.map_points(grid, "slide", "camera") - truth) ** 2).sum(axis=1)
    squared[np.isnan(squared)] = np.inf
    in_view = ((truth >= 0) & (truth < SIZE_PX)).all(axis=1)
    return {
        "rms_px": math.sqrt(squared.mean()),
        "in_view_px": math.sqrt(squared[in_view].mean()) if in_view.any() else 0.0,
    }


def is_wrong(row: dict[str, Any]) -> bool:
    """Whether it was accepted and should not have been."""
    if row["why"] is not None:
        return False
    return row["kind"] not in TRUE or (row["rms_px"] > WRONG_PX and not row["warned"])


def main() -> None:
    """Prints what went wrong, then the counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenes", type=int, nargs="?", default=100)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for row in pool.map(measure, range(given.first, given.first + given.scenes)):
            rows.append(row)
            if is_wrong(row):
                print("wrong:", json.dumps(row), flush=True)
    for kind in SHOWN:
        of_kind = [row for row in rows if row["kind"] == kind]
        accepted = [row for row in of_kind if row["why"] is None]
        reasons = Counter(row["why"] for row in of_kind if row["why"])
        told = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        print(f"{kind:12} {len(of_kind):4} scenes  {len(accepted):4} accepted"
              f"  {sum(map(is_wrong, of_kind)):3} wrong  {told}")  # fmt: skip
    if given.json:
        given.json.write_text(json.dumps(rows), "utf-8")


if __name__ == "__main__":
    main()
