# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`facade --measures` and `--point` as typed: what is written, told, warned of and refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from command_line import Run
from mapping.invented import calibration
from visiophare_mapping.calibration import Calibration

Visiophare = Callable[..., Run]
WALL = ((0.0, 0.0), (12.0, 0.0), (12.0, 8.0), (0.0, 8.0), (5.0, 3.0), (9.0, 6.0))


@pytest.fixture
def truth(tmp_path: Path) -> Calibration:
    made = calibration()
    made.save(tmp_path / "c.json")
    return made


def points(truth: Calibration, wall=WALL, name: str = "p") -> str:
    seen = truth.map_points(np.array(wall), "facade", "camera")
    return "\n".join(
        f"point {px:.3f},{py:.3f} {x},{y} {name}{n}"
        for n, ((px, py), (x, y)) in enumerate(zip(seen, wall, strict=True))
    )


def test_a_file_of_points_gives_the_calibration_its_metres(
    visiophare: Visiophare, truth: Calibration, tmp_path: Path
) -> None:
    (tmp_path / "measures.txt").write_text(points(truth), encoding="utf-8")
    words = ("facade", "--calibration", "c.json", "--measures", "measures.txt", "--out", "f.json")
    run = visiophare(*words)
    assert run.code == 0, run.err
    assert run.err == ""
    assert "12.00 × 8.00 m" in run.out
    assert "Wrote f.json." in run.out
    wall = np.array([(2.0, 3.0), (11.0, 7.0)])
    seen = truth.map_points(wall, "facade", "camera")
    made = Calibration.load(tmp_path / "f.json")
    assert np.abs(made.map_points(seen, "camera", "facade") - wall).max() < 2e-3
    report = visiophare(*words, "--json").document
    assert report["spare"] == 4
    assert [row["line"] for row in report["measures"]] == [1, 2, 3, 4, 5, 6]
    assert 0.01 < report["measured_95_m"] < report["lit_95_m"]
    assert "à 0,0" in visiophare(*words, lang="fr").out


def test_points_on_the_command_line_do_as_well_and_four_leave_none_to_judge_by(
    visiophare: Visiophare, truth: Calibration
) -> None:
    words = [
        word
        for line in points(truth, WALL[:4], "").splitlines()
        for word in ("--point", "=".join(line.split()[1:3]))
    ]
    run = visiophare("facade", "--calibration", "c.json", *words)
    assert run.code == 0
    assert "a wrong one would not show" in run.err


def test_a_point_that_is_no_point_is_told_with_its_place_on_the_command_line(
    visiophare: Visiophare, truth: Calibration
) -> None:
    run = visiophare("facade", "--calibration", "c.json", "--point", "1,2=3")
    assert (run.code, "line 1: " in run.err) == (1, True)


def test_lines_drawn_over_the_photo_and_named_by_what_they_measure_do_too(
    visiophare: Visiophare, truth: Calibration, tmp_path: Path
) -> None:
    def line(label: str, a: tuple[float, float], b: tuple[float, float]) -> str:
        (x, y), (u, v) = truth.map_points(np.array([a, b]), "facade", "camera") + 0.5
        return f'<path d="M{x} {y}L{u} {v}"><title>{label}</title></path>'

    (zero,) = truth.map_points(np.array([(0.0, 0.0)]), "facade", "camera") + 0.5
    body = [
        line("12m ledge", (0, 0), (12, 0)),
        line("8,0m", (0, 0), (0, 8)),
        line("vertical", (0, 0), (0, 8)),
        line("verticale 2", (12, 0), (12, 8)),
        line("horizontal", (0, 0), (12, 0)),
        line("horizontal top", (0, 8), (12, 8)),
        line("a scribble", (0, 0), (3, 8)),
        f'<circle cx="{zero[0]}" cy="{zero[1]}" r="4"><title>origin</title></circle>',
    ]
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="800">'
    (tmp_path / "m.svg").write_text(svg + "".join(body) + "</svg>", encoding="utf-8")
    words = ("facade", "--calibration", "c.json", "--measures", "m.svg", "--json")
    run = visiophare(*words)
    assert run.code == 0, run.err
    assert run.document["measures"][0]["name"] == "ledge"
    wall = np.array([(2.0, 3.0), (11.0, 7.0)])
    made = Calibration.load(tmp_path / "c.json")
    seen = truth.map_points(wall, "facade", "camera")
    assert np.abs(made.map_points(seen, "camera", "facade") - wall).max() < 5e-3


def test_what_cannot_be_is_told_with_its_line_or_its_name(
    visiophare: Visiophare, truth: Calibration, tmp_path: Path
) -> None:
    path = tmp_path / "m.txt"
    words = ("facade", "--calibration", "c.json", "--measures", "m.txt")
    path.write_text(points(truth) + "\npoint 3,4\n", encoding="utf-8")
    run = visiophare(*words)
    assert run.code == 1
    assert "line 7:" in run.err
    path.write_text(points(truth) + "\n" + points(truth, ((3, 7),)) + "1", encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace("3,7 p0", "3,6.2 sill")
    path.write_text(text, encoding="utf-8")
    run = visiophare(*words)
    assert run.code == 1
    assert "sill" in run.err
    assert visiophare(*words, "--json").document["error"]["code"] == "measure_misread"
    assert visiophare(*words, "--size", "12x8m").code == 2
    assert visiophare("facade", "--calibration", "c.json", "--measures", "none.txt").code == 1
