# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`tape` and `plan` as typed, and a drawing warped onto what they wrote."""

from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import Run
from visiophare_mapping.calibration import Calibration

Visiophare = Callable[..., Run]
CORNERS = "0.1,2.0 12.2,1.9 11.8,9.7 0.4,9.9"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 2"><path d="M0 0H3V2H0z"/></svg>'


def test_a_tape_is_enough_to_print_a_slide(visiophare: Visiophare, tmp_path: Path) -> None:
    run = visiophare("tape", "--format", "24x36", "--corners", CORNERS)
    assert run.code == 0, run.err
    assert "lower 12.10 m" in run.out
    assert "within 0.024 m" in run.out
    assert Calibration.load(tmp_path / "facade.json").source == "tape"
    (tmp_path / "a.svg").write_text(SQUARE, encoding="utf-8")
    words = ("warp", "a.svg", "--calibration", "facade.json", "--out", "a.png", "--dpi", 300)
    assert visiophare(*words).code == 0
    placed = visiophare(*words, "--at", "2,3,3,2", "--json").document["on_facade_m"]
    assert placed == pytest.approx([2, 3, 3, 2])


def test_a_plan_tells_what_will_be_seen_before_anybody_is_there(
    visiophare: Visiophare, tmp_path: Path
) -> None:
    words = ("plan", "--format", "ohp", "--distance", "18", "--focal", "315mm", "--pitch", "12")
    run = visiophare(*words)
    assert run.code == 0, run.err
    assert "falls on the ground" in run.err
    assert not list(tmp_path.iterdir())
    document = visiophare(*words, "--out", "p.json", "--json").document
    assert document["sides_m"]["upper"] > document["sides_m"]["lower"] > 10
    assert document["darkest_percent"] < 50
    assert Calibration.load(tmp_path / "p.json").source == "plan"
    assert "Les côtés de l'image" in visiophare(*words, lang="fr").out


def test_a_misread_corner_is_noted(visiophare: Visiophare) -> None:
    wrong = CORNERS.replace("11.8,9.7", "11.8,7.9")
    run = visiophare("tape", "--format", "24x36", "--corners", wrong)
    assert run.code == 0
    assert "one is misread" in run.err
    assert visiophare("tape", "--format", "24x36", "--corners", CORNERS).err == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("tape", "--format", "24x36", "--corners", "0,0 1,0 1,1"), 1),
        (("tape", "--format", "24x36", "--corners", "0,9 12,9 12,0 0,0"), 1),
        (("tape", "--format", "24x36", "--corners", CORNERS, "--tape", "3m"), 2),
        (("tape", "--corners", CORNERS), 2),
        (("plan", "--format", "ohp", "--distance", "-3", "--focal", "315"), 2),
        (("plan", "--format", "ohp", "--distance", "0.3", "--focal", "315"), 1),
        (("plan", "--format", "ohp", "--distance", "9", "--focal", "0"), 2),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    visiophare: Visiophare, tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    run = visiophare(*words)
    assert run.code == code
    assert "Traceback" not in run.err
    assert not list(tmp_path.iterdir())
