# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths through perspective and lenses, against a dense image of the original."""

from __future__ import annotations

import numpy as np
import pytest

from mapping.chains import FakeChain, page_chain
from visiophare_mapping.drawing import Path, points_on
from visiophare_mapping.errors import CalibrationError
from visiophare_mapping.predistort import mapped_paths, tolerance_mm

MICROMETRE = 0.001
PAGE = (900.0, 600.0)


def random_path(seed: int, count: int = 40) -> Path:
    rng = np.random.default_rng(seed)
    ends = rng.uniform((20, 20), (880, 580), (count + 1, 2))
    arms = rng.normal(0, 60, (count, 2, 2))
    segments = np.stack([ends[:-1], ends[:-1] + arms[:, 0], ends[1:] + arms[:, 1], ends[1:]], 1)
    return Path(segments, np.zeros(count, bool), np.zeros(1, np.intp))


def distance_to_polyline(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    start, end = line[:-1], line[1:]
    way = end - start
    size = np.maximum(np.sum(way**2, axis=1), 1e-30)
    nearest = []
    for point in points:
        share = np.clip(np.sum((point - start) * way, axis=1) / size, 0, 1)
        nearest.append(np.hypot(*(start + share[:, None] * way - point).T).min())
    return np.array(nearest)


def worst_error_mm(path: Path, image: Path, chain: FakeChain) -> float:
    """Largest distance of the true image's points from the mapped path."""
    true = points_on(path.segments, np.linspace(0, 1, 33))
    drawn = points_on(image.segments, np.linspace(0, 1, 200)).reshape(-1, 2)
    errors = [distance_to_polyline(chain.to_slide(points), drawn).max() for points in true[:12]]
    return float(max(errors))


@pytest.mark.parametrize(("keystone", "k1"), [(0.1, 0.0), (0.1, -0.05), (0.4, 0.0), (0.4, -0.2)])
def test_curves_land_within_a_micrometre(keystone: float, k1: float) -> None:
    chain = page_chain(PAGE, keystone, k1, fill=0.5)
    path = random_path(3)
    (image,) = mapped_paths([path], chain.to_slide, tolerance_mm((36, 24)))
    assert worst_error_mm(path, image, chain) < MICROMETRE


def test_a_segment_becomes_a_handful_of_cubics_not_hundreds() -> None:
    chain = page_chain(PAGE, keystone=0.1, k1=-0.05)
    path = random_path(4)
    (image,) = mapped_paths([path], chain.to_slide, tolerance_mm((36, 24)))
    assert len(image.segments) < 6 * len(path.segments)


def test_a_line_stays_one_line_under_a_homography() -> None:
    chain = page_chain(PAGE, keystone=0.3, k1=0.0)
    path = Path.polygons([[(10, 10), (890, 40), (850, 580), (30, 500)]])
    (image,) = mapped_paths([path], chain.to_slide, tolerance_mm((36, 24)))
    assert image.straight.all()
    assert len(image.segments) == 4
    assert image.segments[:, 0] == pytest.approx(chain.to_slide(path.segments[:, 0]), abs=1e-9)


def test_a_line_bends_with_the_lens() -> None:
    chain = page_chain(PAGE, keystone=0.1, k1=-0.1)
    path = Path.rectangle(0, 0, *PAGE)
    (image,) = mapped_paths([path], chain.to_slide, tolerance_mm((36, 24)))
    assert not image.straight.all()
    assert worst_error_mm(path, image, chain) < MICROMETRE


def test_many_paths_come_back_in_their_order_with_their_contours() -> None:
    chain = page_chain(PAGE, 0.2, -0.1)
    ring = Path.joined([Path.circle(300, 300, 100), Path.circle(300, 300, 50)])
    paths = [random_path(1, 5), Path.empty(), ring, Path.rectangle(5, 5, 50, 50)]
    images = mapped_paths(paths, chain.to_slide, 0.0005)
    assert [len(image.starts) for image in images] == [1, 0, 2, 1]
    for path, image in zip(paths, images, strict=True):
        for contour, source in zip(image.contours(), path.contours(), strict=True):
            joints = image.segments[contour]
            assert np.allclose(joints[:-1, 3], joints[1:, 0], atol=1e-9)
            first = chain.to_slide(path.segments[source][:1, 0])
            assert joints[0, 0] == pytest.approx(first[0], abs=1e-9)


def test_a_point_behind_the_horizon_is_an_error_not_a_wild_line() -> None:
    chain = page_chain(PAGE, keystone=1.6, k1=0.0)
    with pytest.raises(CalibrationError) as caught:
        mapped_paths([Path.rectangle(-900, 0, 900, 600)], chain.to_slide, 0.0005)
    assert caught.value.code == "chain_undefined"


def test_the_tolerance_grows_with_the_slide() -> None:
    assert tolerance_mm((36, 24)) == tolerance_mm((24, 36)) <= MICROMETRE / 2
    assert tolerance_mm((285, 285)) / tolerance_mm((36, 24)) == pytest.approx(285 / 36)
