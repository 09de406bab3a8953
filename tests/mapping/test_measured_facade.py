# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metres from points, lengths and directions on streets with known truth; and what is refused."""

import contextlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mapping.street import Array, Street, random_street
from visiophare_mapping.calibration import Calibration
from visiophare_mapping.errors import CalibrationError
from visiophare_mapping.measured_facade import set_measured
from visiophare_mapping.measures import read_measures
from visiophare_mapping.placement import on_facade
from visiophare_mapping.planes import Plane

MORE = ((3.0, 2.0), (9.0, 6.0), (6.0, 7.0))
Pair = tuple[float, float]
CORNERS: tuple[Pair, ...] = ((0, 0), (12, 0), (12, 8), (0, 8))


def bare() -> Calibration:
    plane = Plane(np.array([[40.0, 0, 960], [0, 40.0, 540], [0, 0, 1.0]]), np.zeros((3, 2)), 0, 0.0)
    return Calibration((1920, 1080), (36.0, 24.0), (plane,))


class Surveyor:
    """Writes measures of a street whose truth is known; the wall's 0,0 is its lower left corner."""

    def __init__(self, seed: int, click_px: float = 0.0, tape_m: float = 0.0) -> None:
        self.street: Street = random_street(seed, lenses=False)
        self.chance = np.random.default_rng([seed, 3])
        self.click_px, self.tape_m = click_px, tape_m

    def seen(self, metres: Sequence[Pair] | Array) -> Array:
        return self.street.facade_to_camera((np.array(metres, float) - (6, 4)) * (1, -1))

    def point(self, at: Pair, name: str = "", *, wrong: Pair = (0, 0)) -> str:
        told = np.array(at) + self.chance.normal(0, 1, 2) * self.tape_m + wrong
        return f"point {self._clicked(at)} {told[0]:.6f},{told[1]:.6f} {name}"

    def line(self, kind: str, a: Pair, b: Pair, name: str = "") -> str:
        return f"{kind} {self._clicked(a)} {self._clicked(b)} {name}"

    def length(self, a: Pair, b: Pair, name: str = "", factor: float = 1.0) -> str:
        told = np.hypot(a[0] - b[0], a[1] - b[1]) * factor + self.chance.normal() * self.tape_m
        return f"{self.line('length', a, b)}{told:.6f}m {name}"

    def _clicked(self, at: Pair) -> str:
        x, y = self.seen([at])[0] + self.chance.normal(0, 1, 2) * self.click_px
        return f"{x:.6f},{y:.6f}"

    def corner_points(self) -> list[str]:
        return [self.point(corner, f"corner {n}") for n, corner in enumerate(CORNERS)]

    def frame(self) -> list[str]:
        """The smallest set without a point."""
        a, b, c, d = CORNERS
        return [
            self.length(a, b, "ledge"),
            self.length(a, d, "pipe"),
            self.line("vertical", a, d),
            self.line("vertical", b, c),
            self.line("horizontal", a, b),
            self.line("horizontal", d, c),
        ]

    def worst_m(self, lines: list[str]) -> float:
        """The largest error over the wall."""
        placed, _report = set_measured(bare(), read_measures("\n".join(lines), "measures.txt"))
        wall = np.random.default_rng(1).uniform((0, 0), (12, 8), (40, 2))
        back = placed.map_points(self.seen(wall), "camera", "facade")
        return float(np.abs(back - wall).max())


def six_lengths(by: Surveyor) -> list[str]:
    a, b, c, d = CORNERS
    sides = [by.length(*ends) for ends in ((a, b), (b, c), (c, d), (d, a), (a, c), (b, d))]
    return [*sides, by.line("vertical", a, d)]


SETS: dict[str, Callable[[Surveyor], list[str]]] = {
    "four points": lambda by: by.corner_points(),
    "seven points": lambda by: by.corner_points() + [by.point(p) for p in MORE],
    "directions and a length each way": lambda by: by.frame(),
    "sides, diagonals and one vertical": six_lengths,
    "points and lengths together": lambda by: [
        by.point((0, 0)),
        by.point((12, 0)),
        by.point((11, 7)),
        by.length((0, 0), (0, 8)),
        by.line("vertical", (0, 0), (0, 8)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("seed", range(4))
def test_exact_measures_of_any_kind_give_the_walls_own_metres(name: str, seed: int) -> None:
    by = Surveyor(seed)
    assert by.worst_m(SETS[name](by)) < 2e-3


@pytest.mark.parametrize(
    "name", ["four points", "seven points", "directions and a length each way"]
)
def test_the_stated_radius_holds_in_about_95_of_100_evenings(name: str) -> None:
    held = 0
    for seed in range(100):
        by = Surveyor(seed % 7, click_px=1.0, tape_m=0.01)
        by.chance = np.random.default_rng([seed, 9])
        lines = SETS[name](by)
        placed, report = set_measured(bare(), read_measures("\n".join(lines), "m"))
        back = placed.map_points(by.seen(CORNERS), "camera", "facade")
        held += bool(np.hypot(*(back - CORNERS)[2]) <= report.measured_95_m)
    assert held >= 90


@pytest.mark.parametrize("kind", ["points", "lengths"])
def test_a_misread_tape_is_named(kind: str) -> None:
    for seed in range(5):
        by = Surveyor(seed, click_px=0.5, tape_m=0.005)
        if kind == "points":
            lines = [by.point(p, f"p{n}") for n, p in enumerate(((0, 0), (12, 0), (12, 8), (0, 8)))]
            lines += [by.point((4, 3), "p4"), by.point((8, 2), "sill", wrong=(0.5, 0))]
            lines += [by.point((7, 6), "p6")]
        else:
            lines = [*by.frame(), by.length((0, 0), (12, 8), "diagonal")]
            lines += [by.length((3, 0), (3, 8)), by.length((0, 4), (12, 4), "sill", factor=1.1)]
        with pytest.raises(CalibrationError) as caught:
            by.worst_m(lines)
        assert caught.value.code == "measure_misread"
        assert caught.value.params["name"] == "sill"


def test_where_nothing_is_left_to_judge_by_nobody_is_blamed_alone() -> None:
    by = Surveyor(2)
    lines = [*by.corner_points(), by.point((6, 3), "middle", wrong=(0.6, 0.4))]
    with pytest.raises(CalibrationError) as caught:
        by.worst_m(lines)
    assert caught.value.code == "measures_disagree"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda by: by.corner_points()[:3], "measures_open"),
        (lambda by: [by.length((0, 0), (12, 0))], "measures_open"),
        (lambda by: [by.point((x, 4)) for x in (1, 4, 7, 10)], "measures_open"),
        (lambda by: [by.point((x, 1)) for x in (1, 5, 9)] + [by.point((6, 6))], "measures_open"),
        (lambda by: [by.corner_points()[0]] * 6, "measures_open"),
        (lambda by: [*by.frame(), *by.corner_points(), "origin 3,3"], "origin_twice"),
        (lambda by: [*by.corner_points(), "point 9000,3 1,2"], "measure_outside"),
        (lambda by: [], "measures_missing"),
    ],
)  # fmt: skip
def test_what_leaves_the_metres_open_is_refused(make, code: str) -> None:
    by = Surveyor(3)
    with pytest.raises(CalibrationError) as caught:
        by.worst_m(make(by))
    assert caught.value.code == code
    assert caught.value.hint


@pytest.mark.parametrize(
    ("turn", "code"),
    [
        (lambda x, y: (-x, y), "measures_mirrored"),
        (lambda x, y: (x, -y), "measures_mirrored"),
        (lambda x, y: (y, x), "measures_mirrored"),
        (lambda x, y: (-x, -y), "measures_turned"),
        (lambda x, y: (-y, x), "measures_turned"),
    ],
)
def test_metres_that_run_the_wrong_way_are_told(turn, code: str) -> None:
    by = Surveyor(1)
    lines = []
    for corner in CORNERS:
        (px, py), (x, y) = by.seen([corner])[0], turn(*corner)
        lines.append(f"point {px},{py} {x},{y}")
    with pytest.raises(CalibrationError) as caught:
        by.worst_m(lines)
    assert caught.value.code == code


def test_a_rectified_photo_needs_one_length_and_a_vertical() -> None:
    text = "rectified\nlength 100,1000 1300,1000 12m\nvertical 100,1000 100,200\norigin 100,1000"
    placed, report = set_measured(bare(), read_measures(text, "m"))
    metres = placed.map_points(np.array([(100.0, 1000.0), (1300, 200)]), "camera", "facade")
    assert np.abs(metres - [(0, 0), (12, 8)]).max() < 1e-6
    assert report.spare == 0
    assert placed.planes[0].reference_origin_m == pytest.approx((0, 0), abs=1e-9)


def test_artwork_goes_by_default_where_the_measures_lie_and_the_file_remembers(tmp_path) -> None:
    by = Surveyor(4)
    lines = [by.point(at) for at in ((2, 1), (10, 1), (10, 7), (2, 7))]
    placed, _report = set_measured(bare(), read_measures("\n".join(lines), "m"))
    placed.save(tmp_path / "f.json")
    again = Calibration.load(tmp_path / "f.json")
    assert on_facade(again, (8.0, 6.0)).rect_m == pytest.approx((2, 1, 8, 6), abs=1e-3)
    covariance = again.planes[0].facade_covariance
    assert covariance is not None
    assert np.allclose(covariance, placed.planes[0].facade_covariance)


def test_lines_are_read_as_people_write_them() -> None:
    text = (
        "# mesures du 3 mai\n"
        "point 210,950 = 0,1.2 foot of the door\n"
        "Point: 210.5;950,5   120,80cm\n"
        "210\t950\t1,5\t2\tcoin\n"
        "210.5,950,1.5,2,coin\n"
        "longueur 1,2 30,40 1205cm corniche  # au laser\n"
        "verticale 1,2 3,40\n"
        "mètre 2cm\nclic 1,5\nredressée\norigine 4,5\n"
    )
    read = read_measures("\ufeff" + text, "m")
    assert [(m.kind, m.metres, m.name) for m in read.entries] == [
        ("point", (0.0, 1.2), "foot of the door"),
        ("point", (1.2, 0.8), "point 3"),
        ("point", (1.5, 2.0), "coin"),
        ("point", (1.5, 2.0), "coin"),
        ("length", (12.05,), "corniche"),
        ("vertical", (), "verticale 7"),
    ]
    assert read.entries[1].photo_px.tolist() == [[210.5, 950.5]]
    assert (read.tape_m, read.click_px, read.rectified) == (0.02, 1.5, True)
    assert read.entries[4].line == 6


@pytest.mark.parametrize(
    "line",
    [
        "pont 1,2 3,4",
        "point 1,2",
        "point 1 2",
        "point 1,2 1500,3",
        "length 1,2 30,40",
        "length 1,2 30,40 0",
        "length 1,2 30,40 12000",
        "length 1,2 30,40 -3",
        "length 1,2 1,2.5 3m",
        "vertical 1,2",
        "tape",
        "tape 3",
        "click -1",
        "rectified yes",
        "origin",
        "point 1,2,3 4,5",
        "point nan,2 3,4",
    ],
)
def test_a_line_that_says_nothing_is_named_by_its_number(line: str) -> None:
    with pytest.raises(CalibrationError) as caught:
        read_measures(f"\n{line}\n", "m")
    assert [problem.line for problem in caught.value.problems] == [2]


def test_noise_of_any_kind_is_read_or_refused() -> None:
    chance = np.random.default_rng(5)
    alphabet = list("point length vertical 0123456789.,;=-#\t\n mc")
    for _ in range(2000):
        with contextlib.suppress(CalibrationError):
            set_measured(bare(), read_measures("".join(chance.choice(alphabet, 40)), "m"))
