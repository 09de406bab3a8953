# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The artwork as the judge of the rehearsal draws it."""

import gzip
from pathlib import Path

import cv2
import numpy as np
import pytest

from visiophare.rehearsal.pictures import draw_artwork


@pytest.mark.parametrize(
    "size", ['width="100pt" height="50pt"', 'width="4cm" height="21mm"', 'viewBox="0 0 10.5 33.3"']
)
def test_a_page_of_any_unit_is_drawn_edge_to_edge(tmp_path: Path, size: str) -> None:
    drawing = tmp_path / "drawing.svg"
    drawing.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect width="50%" height="50%"/></svg>'
    )
    for path in (drawing, packed(drawing)):
        data = np.frombuffer(draw_artwork(path, (1600, 801)), np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
        assert picture is not None
        ink = picture[..., 3] / 255
        assert ink.shape == (801, 1600)
        assert ink[200].sum() == pytest.approx(800, abs=0.1)
        assert ink[:, 400].sum() == pytest.approx(400.5, abs=0.1)


def packed(drawing: Path) -> Path:
    path = drawing.with_suffix(".svgz")
    path.write_bytes(gzip.compress(drawing.read_bytes()))
    return path
