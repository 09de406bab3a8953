# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our vector reading of SVG against pictures that are not ours.

resvg's own feature tests come with their truth; drawings from Openclipart are compared with
resvg's rendering of the whole file. A difference picture of each failure lies in tmp_path.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import resvg_py

from visiophare_mapping.artwork_file import read_artwork
from visiophare_mapping.errors import ArtworkError
from visiophare_mapping.render import drawing_to_array
from visiophare_mapping.svg.render import fonts
from visiophare_mapping.warp import warp

CLEARLY_OFF = 48  # grey levels: more than antialiasing differs by
WRONG_SHARE = 0.02
CONFORMANT_SHARE = 0.97

# The truth is wrong or not reachable, and why.
LEFT_OUT = {
    "paint-servers_pattern_self-recursive-on-child": "the truth rounds a tile of 37.5 px to 38",
    "paint-servers_pattern_pattern-on-child": "the truth rounds a tile of 4.5 px to 5",
    "structure_image_external-svg": "refers to a file: refused",
    "structure_image_no-height-on-svg": "refers to a file: refused",
    "structure_image_url-to-svg": "refers to a file: refused",
}


def ours(path: Path, longest_px: int) -> np.ndarray:
    art = read_artwork(path.read_bytes(), path.name)
    scale = longest_px / max(art.size)
    centre = np.array(art.size) / 2
    size_mm = (art.size[0] * scale / 4, art.size[1] * scale / 4)
    slide = warp(
        art,
        lambda page: (np.asarray(page) - centre) * scale / 4,
        lambda slide: np.asarray(slide) / scale * 4 + centre,
        size_mm,
        dpi=4 * 25.4,
        surround="clear",
    )
    return drawing_to_array(slide.drawing, 4 * 25.4).astype(float)


def on_white(png: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if picture.ndim == 2:
        picture = picture[..., None]
    if picture.shape[2] < 3:
        picture = picture[..., [0, 0, 0, *range(1, picture.shape[2])]]
    colour = picture[..., 2::-1].astype(float)
    alpha = picture[..., 3:] / 255 if picture.shape[2] == 4 else 1.0
    return np.asarray(colour * alpha + 255 * (1 - alpha))


def wrong_share(got: np.ndarray, wanted: np.ndarray) -> float:
    return float((np.abs(got - wanted).max(axis=2) > CLEARLY_OFF).mean())


def keep_difference(folder: Path, name: str, got: np.ndarray, wanted: np.ndarray) -> None:
    three = np.hstack([got, wanted, np.abs(got - wanted)])
    cv2.imwrite(str(folder / f"{name}.png"), np.rint(three[..., ::-1]).astype(np.uint8))


def test_resvgs_feature_tests_come_out_right(test_data: Path, tmp_path: Path) -> None:
    right, wrong = [], []
    for path in sorted((test_data / "svg" / "conformance").glob("*.svg")):
        if path.stem in LEFT_OUT or "<text" in path.read_text(encoding="utf-8"):
            continue
        truth = on_white(path.with_suffix(".png").read_bytes())
        got = ours(path, max(truth.shape[:2]))
        good = got.shape == truth.shape and wrong_share(got, truth) < WRONG_SHARE
        (right if good else wrong).append(path.stem)
        if not good:
            keep_difference(tmp_path, path.stem, got, truth)
    assert len(right) + len(wrong) > 90
    assert len(right) / (len(right) + len(wrong)) >= CONFORMANT_SHARE, wrong


@pytest.mark.parametrize("name", [name for name, why in LEFT_OUT.items() if "refused" in why])
def test_features_that_need_other_files_are_refused(test_data: Path, name: str) -> None:
    path = test_data / "svg" / "conformance" / f"{name}.svg"
    with pytest.raises(ArtworkError) as caught:
        read_artwork(path.read_bytes(), path.name)
    assert caught.value.code == "svg_refers_to_file"


@pytest.mark.slow
def test_clipart_looks_as_resvg_shows_it(test_data: Path, tmp_path: Path) -> None:
    wrong = []
    for path in sorted((test_data / "svg" / "clipart").glob("*.svg")):
        got = ours(path, 400)
        zoom = 400 / max(read_artwork(path.read_bytes(), path.name).size)
        text = path.read_text(encoding="utf-8", errors="replace")
        whole = on_white(resvg_py.svg_to_bytes(svg_string=text, zoom=zoom, dpi=96, **fonts()))
        # resvg rounds the page to whole pixels before it zooms, at the same scale.
        rows, columns = (min(sides) for sides in zip(whole.shape[:2], got.shape[:2], strict=True))
        got, whole = got[:rows, :columns], whole[:rows, :columns]
        if wrong_share(got, whole) > WRONG_SHARE:
            wrong.append(path.stem)
            keep_difference(tmp_path, path.stem, got, whole)
    assert not wrong
