# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`outlines` and `template` as typed, and `warp` of what was drawn on the template."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from command_line import Run
from mapping.invented import calibration
from visiophare_mapping.calibration import Calibration

Visiophare = Callable[..., Run]
DPI = 600


@pytest.fixture
def made(tmp_path: Path) -> Calibration:
    joined = calibration()
    joined.save(tmp_path / "c.json")
    picture = np.full((800, 1000, 3), 90, np.uint8)
    cv2.imwrite(str(tmp_path / "off.png"), picture)
    return joined


def test_a_dot_drawn_on_the_template_is_printed_where_it_lies_on_the_wall(
    visiophare: Visiophare, made: Calibration, tmp_path: Path
) -> None:
    (tmp_path / "traced.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="800">'
        '<rect x="300" y="300" width="90" height="120"/></svg>'
    )
    assert visiophare("outlines", "traced.svg", "--calibration", "c.json").code == 0
    words = ("--photo", "off.png", "--outlines", "outlines.json", "--scale", 50)
    run = visiophare("template", "--calibration", "c.json", *words, "--json")
    assert run.code == 0, run.err
    left, bottom, _width, height = run.document["rect_m"]
    metres = np.array([(7.3, 5.1)])
    x, y = (7.3 - left) * 20, (bottom + height - 5.1) * 20
    text = (tmp_path / "template.svg").read_text(encoding="utf-8")
    dot = f'"Drawing"><circle cx="{x}" cy="{y}" r="1.5"/></g>'
    (tmp_path / "drawn.svg").write_text(text.replace('"Drawing"/>', dot), encoding="utf-8")
    words = ("--calibration", "c.json", "--out", "slide.png", "--dpi", DPI)
    assert visiophare("warp", "drawn.svg", *words).code == 0
    slide = cv2.imread(str(tmp_path / "slide.png"), cv2.IMREAD_GRAYSCALE)
    ink = 255.0 - slide.astype(float)  # type: ignore[union-attr]
    assert 0 < np.count_nonzero(ink) < 0.01 * ink.size  # the dot, and no guide
    rows, columns = np.indices(ink.shape) + 0.5
    centre = np.array([(ink * columns).sum(), (ink * rows).sum()]) / ink.sum()
    slide_mm = centre * 25.4 / DPI - np.array(made.aperture_mm) / 2
    landed = made.map_points(slide_mm[None], "slide", "facade")
    assert np.hypot(*(landed - metres)[0]) < 0.01


def test_a_page_resized_since_is_refused_unless_a_place_is_given(
    visiophare: Visiophare, made: Calibration, tmp_path: Path
) -> None:
    assert visiophare("template", "--calibration", "c.json").code == 0
    text = (tmp_path / "template.svg").read_text(encoding="utf-8")
    start = text.index("  width=")
    text = (
        text[:start]
        + '  width="300mm" height="50mm" viewBox="0 0 300 50"\n  data-visiophare-m'
        + (text[start:].split("data-visiophare-m", 1)[1])
    )
    path = tmp_path / "drawn.svg"
    path.write_text(text.replace('"Drawing"/>', '"Drawing"><path d="M9 9H30V30z"/></g>'))
    words = ("warp", "drawn.svg", "--calibration", "c.json", "--out", "s.png", "--dpi", 300)
    run = visiophare(*words)
    assert run.code == 1
    assert "resized" in run.err
    assert visiophare(*words, "--at", "2,2,6,1").code == 0


def test_the_template_speaks_the_artists_language_and_refuses_what_cannot_be(
    visiophare: Visiophare, made: Calibration, tmp_path: Path
) -> None:
    words = ("template", "--calibration", "c.json")
    assert "mm" in visiophare(*words, lang="fr").out
    assert 'inkscape:label="Dessin"' in (tmp_path / "template.svg").read_text(encoding="utf-8")
    assert visiophare(*words, "--out", "t.pdf").code == 2
    assert visiophare(*words, "--scale", "0").code == 2
    assert visiophare(*words, "--focal", "9m").code == 2
    assert visiophare(*words, "--plane", "4").code == 1
    assert visiophare(*words, "--outlines", "c.json").code == 1
    assert visiophare(*words, "--photo", "c.json").code == 1
    assert visiophare("outlines", "none.svg", "--calibration", "c.json").code == 1
