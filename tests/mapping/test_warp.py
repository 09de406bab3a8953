# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole artworks through a hand-written chain onto a slide."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pypdfium2 import PdfDocument

from mapping.chains import APERTURE_MM, FakeChain, identity_chain, page_chain
from visiophare_mapping.artwork import Artwork, Note, gathered
from visiophare_mapping.artwork_file import read_artwork
from visiophare_mapping.drawing import Filled, Picture, points_on
from visiophare_mapping.errors import CalibrationError
from visiophare_mapping.print_page import pdf_bytes
from visiophare_mapping.render import drawing_to_array
from visiophare_mapping.warp import Warped, default_dpi, warp

PAGE = (900.0, 600.0)


def drawing(body: str, size: tuple[float, float] = PAGE) -> Artwork:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}">'
    return read_artwork(f"{head}{body}</svg>".encode(), "art.svg")


def photo(pixels: np.ndarray) -> Artwork:
    return read_artwork(cv2.imencode(".png", pixels[..., ::-1])[1].tobytes(), "art.png")


def on_slide(art: Artwork, chain: FakeChain, **options: object) -> Warped:
    return warp(art, chain.to_slide, chain.from_slide, APERTURE_MM, **options)  # type: ignore[arg-type]


def dark_centres_mm(picture: np.ndarray) -> np.ndarray:
    """Centres of dark spots on a slide's picture, mm."""
    dark = 255 - picture.min(axis=2)
    _, _, boxes, _ = cv2.connectedComponentsWithStats((dark > 40).astype(np.uint8))
    height, width = dark.shape
    centres = []
    for left, top, wide, high, _area in boxes[1:]:
        weight = dark[top : top + high, left : left + wide].astype(float)
        y, x = ((np.mgrid[0:high, 0:wide] + 0.5) * weight).sum(axis=(1, 2)) / weight.sum()
        centres.append(((left + x) / width * 36 - 18, (top + y) / height * 24 - 12))
    return np.array(centres)


SPOTS = [(x, y) for x in (60.0, 450.0, 840.0) for y in (60.0, 300.0, 540.0)]


@pytest.mark.parametrize("kind", ["vector", "gradient", "text filter", "picture"])
def test_vector_and_pixels_land_in_the_same_place(kind: str) -> None:
    chain = page_chain(PAGE, keystone=0.2, k1=-0.08, fill=0.7)
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="12" fill="{{}}"/>' for x, y in SPOTS)
    gradient = '<radialGradient id="g"><stop/><stop offset="1" stop-color="#222"/></radialGradient>'
    if kind == "vector":
        art = drawing(circles.replace("{}", "black"))
    elif kind == "gradient":
        art = drawing(gradient + circles.replace("{}", "url(#g)"))
    elif kind == "text filter":
        blur = '<filter id="f"><feGaussianBlur stdDeviation="1"/></filter>'
        art = drawing(f"{blur}<g filter='url(#f)'>{circles.replace('{}', 'black')}</g>")
    else:
        pixels = np.full((600, 900, 3), 255, np.uint8)
        for x, y in SPOTS:
            cv2.circle(pixels, (int(x * 8) - 4, int(y * 8) - 4), 96, (0, 0, 0), -1, cv2.LINE_AA, 3)
        art = photo(pixels)
    slide = on_slide(art, chain, surround="clear", dpi=1200)
    found = dark_centres_mm(drawing_to_array(slide.drawing, 1200))
    wanted = chain.to_slide(np.array(SPOTS))
    assert len(found) == len(SPOTS)
    for place in wanted:  # a pixel is 21 µm; perspective moves a circle's centroid by a few more
        assert np.hypot(*(found - place).T).min() < 0.02


def test_a_drawing_stays_vector_through_the_warp() -> None:
    chain = page_chain(PAGE, keystone=0.1, k1=-0.05)
    art = drawing('<circle cx="300" cy="300" r="100"/>')
    (shape,) = on_slide(art, chain).drawing.shapes
    assert isinstance(shape, Filled)
    angles = np.linspace(0, 2 * np.pi, 400)
    wanted = chain.to_slide(
        np.column_stack([300 + 100 * np.cos(angles), 300 + 100 * np.sin(angles)])
    )
    drawn = points_on(shape.path.segments, np.linspace(0, 1, 300)).reshape(-1, 2)
    nearest = np.min(np.hypot(*(wanted[:, None] - drawn[None]).transpose(2, 0, 1)), axis=1)
    assert nearest.max() < 0.001 + np.hypot(*np.diff(drawn, axis=0).T).max() / 2


def test_nothing_reaches_beyond_the_aperture_and_the_share_is_told() -> None:
    chain = page_chain(PAGE, keystone=0.0, k1=0.0, fill=2.0)
    slide = on_slide(drawing('<rect width="900" height="600"/>'), chain)
    (shape, *_) = (each for each in slide.drawing.shapes if isinstance(each, Filled))
    left, top, right, bottom = shape.path.bounds()
    assert (left, top, right, bottom) == pytest.approx((-18, -12, 18, 12), abs=1e-6)
    assert slide.outside_percent == pytest.approx(75, abs=1.5)
    assert [note.code for note in slide.notes] == ["outside"]


def test_nothing_shows_beyond_the_page() -> None:
    chain = identity_chain((20, 10))
    slide = on_slide(drawing('<circle cx="10" cy="5" r="30"/>', (20, 10)), chain)
    shape = slide.drawing.shapes[-1]
    assert isinstance(shape, Filled)
    assert shape.path.bounds() == pytest.approx((-10, -5, 10, 5), abs=1e-6)


@pytest.mark.parametrize("keystone", [1.2, 3.0])
def test_what_lies_behind_the_horizon_does_not_come_round_the_other_side(keystone: float) -> None:
    """The page reaches far behind the projector's horizon."""
    chain = page_chain(PAGE, keystone=keystone, k1=0.0, fill=1.5)
    stripes = "".join(
        f'<rect x="{x}" y="-200" width="30" height="1000"/>' for x in range(-900, 1800, 60)
    )
    raster = photo(np.full((600, 900, 3), 90, np.uint8))
    for art in (drawing(stripes), raster):
        slide = on_slide(art, chain, dpi=300, surround="clear")
        pixels = drawing_to_array(slide.drawing, 300)
        height, width = pixels.shape[:2]
        y, x = (np.mgrid[0:height, 0:width] + 0.5).reshape(2, -1)
        at = np.column_stack([x / width * 36 - 18, y / height * 24 - 12])
        # A slide point belongs to the page if its ray meets the wall in front of the projector.
        third = np.column_stack([at, np.ones(len(at))]) @ np.linalg.inv(chain.page_to_lit).T
        page = third[:, :2] / third[:, 2:]
        on_page = (third[:, 2] > 0) & np.all((page > 0) & (page < PAGE), axis=1)
        dark = pixels.reshape(-1, 3).min(axis=1) < 128
        if art is raster:
            assert np.count_nonzero(dark != on_page) < 0.01 * len(at)
        else:
            assert np.count_nonzero(dark & ~on_page) < 0.005 * len(at)


def test_a_page_that_the_projector_cannot_see_is_an_error() -> None:
    turned = FakeChain(np.diag([-1.0, 1.0, 1.0]))
    with pytest.raises(CalibrationError) as caught:
        on_slide(drawing("<rect width='9' height='9'/>"), turned)
    assert caught.value.code == "out_of_reach"


def test_the_surround_is_dark_round_a_picture_and_clear_round_a_line_drawing() -> None:
    chain = page_chain(PAGE, fill=0.5)
    lines = on_slide(drawing('<path d="M9 9H800" stroke="black"/>'), chain)
    picture = on_slide(photo(np.full((600, 900, 3), 200, np.uint8)), chain)
    assert drawing_to_array(lines.drawing, 100)[0, 0].tolist() == [255, 255, 255]
    assert drawing_to_array(picture.drawing, 100)[0, 0].tolist() == [0, 0, 0]
    forced = on_slide(photo(np.full((600, 900, 3), 200, np.uint8)), chain, surround="clear")
    assert drawing_to_array(forced.drawing, 100)[0, 0].tolist() == [255, 255, 255]


def test_rasterised_parts_are_named_with_their_resolution() -> None:
    art = drawing('<text id="t" x="50" y="300" font-size="90">Nuit</text>')
    slide = on_slide(art, page_chain(PAGE), dpi=800)
    note, _clear = slide.notes
    assert (note.code, note.params) == ("text", {"element": "#t", "dpi": 800})
    assert str(note) == "Text #t: rasterised at 800 dpi."
    (shape,) = slide.drawing.shapes
    assert isinstance(shape, Picture)
    width = shape.pixels.shape[1]
    assert width / shape.rect_mm[2] == pytest.approx(800 / 25.4, rel=0.01)
    assert width < 0.5 * 36 / 25.4 * 800  # only where there is ink


def test_a_crop_shows_only_its_part_of_the_page() -> None:
    art = drawing('<rect width="900" height="600"/>')
    slide = on_slide(art, identity_chain((900, 600)), crop=(448.0, 298.0, 4.0, 4.0))
    assert slide.drawing.shapes[-1].path.bounds() == pytest.approx((-2, -2, 2, 2))  # type: ignore[union-attr]


def test_the_resolution_follows_the_size_of_the_slide() -> None:
    assert default_dpi((36, 24)) == 2400
    assert default_dpi((285, 285)) == 300
    assert 300 < default_dpi((60, 60)) < 2400


def test_an_empty_artwork_is_an_empty_slide_and_says_so() -> None:
    slide = on_slide(drawing(""), page_chain(PAGE))
    assert list(slide.drawing.shapes) == []
    assert slide.outside_percent == 0
    assert [note.code for note in slide.notes] == ["nothing_drawn"]
    dark = on_slide(drawing(""), page_chain(PAGE), surround="dark")
    assert [note.code for note in dark.notes] == ["nothing_drawn"]


@pytest.mark.parametrize("body", ["", '<circle cx="450" cy="300" r="50" fill="white"/>'])
def test_no_light_shows_between_a_dark_page_and_its_dark_surround(body: str) -> None:
    """With an opening in the middle the page is not covered, and the surround ends at its rim."""
    opening = "M400 250h99v99h-99z" if body else ""
    frame = f'<path fill="#181818" fill-rule="evenodd" d="M0 0H900V600H0Z{opening}"/>'
    slide = on_slide(drawing(frame + body), page_chain(PAGE, fill=0.6), dpi=1200, surround="dark")
    seen = drawing_to_array(slide.drawing, 1200)
    printed = PdfDocument(pdf_bytes(slide.drawing, marks=False))[0].render(scale=1200 / 72)
    for picture in (seen, printed.to_numpy()[..., :3]):
        height, width = picture.shape[:2]
        lit = picture.max(axis=2) > 40
        lit[height // 3 : -height // 3, width // 3 : -width // 3] = False
        assert not lit[4:-4, 4:-4].any()


def test_the_surround_leaves_a_clear_page_as_large_as_it_is() -> None:
    slide = on_slide(drawing(""), page_chain(PAGE, 0, 0, fill=0.5), dpi=1200, surround="dark")
    clear = drawing_to_array(slide.drawing, 1200)[..., 0] > 127
    assert np.count_nonzero(clear) / clear.size == pytest.approx(0.25, rel=0.01)


def test_clear_film_that_nobody_asked_for_is_told() -> None:
    art = drawing('<circle cx="100" cy="100" r="40"/>')
    chosen = on_slide(art, page_chain(PAGE))
    asked = on_slide(art, page_chain(PAGE), surround="clear")
    dark = on_slide(art, page_chain(PAGE), surround="dark")
    assert [note.code for note in chosen.notes] == ["clear"]
    assert not asked.notes
    assert not dark.notes


def test_notes_that_differ_in_their_element_alone_are_gathered() -> None:
    notes = [Note("text", "Text {element}", {"element": name, "dpi": 600}) for name in ("#a", "#b")]
    other = Note("text", "Text {element}", {"element": "#c", "dpi": 300})
    found = [(note.params["dpi"], names) for note, names in gathered([*notes, other, notes[0]])]
    assert found == [(600, ["#a", "#b", "#a"]), (300, ["#c"])]
