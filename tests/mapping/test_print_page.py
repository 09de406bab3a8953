# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The printed page, measured again from the PDF file by pypdfium2."""

from __future__ import annotations

import ctypes
import io

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest

from visiophare_mapping.drawing import Clip, Drawing, Filled, Path, Picture
from visiophare_mapping.page_layout import RIM_MM, Content, lay_out
from visiophare_mapping.print_page import page_size_mm, pdf_bytes, write_pdf

MM_PER_POINT = 25.4 / 72
RED = (1.0, 0.0, 0.0)


def page_of(data: bytes) -> pdfium.PdfPage:
    return pdfium.PdfDocument(data)[0]


def measured_mm(data: bytes) -> tuple[float, float]:
    width, height = page_of(data).get_size()
    return (width * MM_PER_POINT, height * MM_PER_POINT)


def path_points_mm(data: bytes, rgb: tuple[int, int, int]) -> list[np.ndarray]:
    """Points of every path filled with a colour, mm from the page's centre, y down."""
    page = page_of(data)
    width, height = page.get_size()
    found = []
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        channels = [ctypes.c_uint() for _ in range(4)]
        raw.FPDFPageObj_GetFillColor(item.raw, *(ctypes.byref(part) for part in channels))
        if tuple(part.value for part in channels[:3]) != rgb:
            continue
        matrix = item.get_matrix()
        points = []
        for number in range(raw.FPDFPath_CountSegments(item.raw)):
            segment = raw.FPDFPath_GetPathSegment(item.raw, number)
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
            points.append(matrix.on_point(x.value, y.value))
        at = np.array(points)
        found.append((at - (width / 2, height / 2)) * (MM_PER_POINT, -MM_PER_POINT))
    return found


def seen(data: bytes, px_per_mm: float = 10) -> np.ndarray:
    return page_of(data).render(scale=px_per_mm * MM_PER_POINT).to_numpy()[..., :3]


def test_a_path_lies_within_a_micrometre_of_its_place() -> None:
    corners = np.array([(-17.123, -11.456), (17.5, -10.0), (12.3456, 11.789), (-16.0, 9.0)])
    drawing = Drawing((36, 24), [Filled(Path.polygons([corners]), rgb=RED)])
    (points,) = path_points_mm(pdf_bytes(drawing), (255, 0, 0))
    for corner in corners:
        assert np.hypot(*(points - corner).T).min() < 0.001


def test_a_mirrored_page_has_every_point_on_the_other_side() -> None:
    corners = np.array([(-17.0, -11.0), (3.0, -10.0), (2.0, 7.0)])
    drawing = Drawing((36, 24), [Filled(Path.polygons([corners]), rgb=RED)])
    (points,) = path_points_mm(pdf_bytes(drawing, mirror=True), (255, 0, 0))
    for corner in corners * (-1, 1):
        assert np.hypot(*(points - corner).T).min() < 0.001


@pytest.mark.parametrize(
    ("aperture", "sheet"),
    [
        ((36, 24), (210, 297)),
        ((60, 60), (210, 297)),
        ((150, 100), (210, 297)),
        ((150, 150), (210, 297)),
        ((160, 120), (297, 210)),
        ((200, 150), (297, 210)),
        ((210, 297), (297, 420)),
        ((285, 285), (350, 400)),
    ],
)
def test_the_smallest_usual_sheet_that_holds_everything_is_taken(
    aperture: tuple[float, float], sheet: tuple[float, float]
) -> None:
    assert measured_mm(pdf_bytes(Drawing(aperture))) == pytest.approx(sheet, abs=0.01)
    assert page_size_mm(Drawing(aperture)) == sheet


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("aperture", [(36, 24), (150, 100), (200, 150), (285, 285)])
def test_all_ink_is_where_printers_reach_and_no_word_is_lost(
    aperture: tuple[float, float], mirror: bool
) -> None:
    note = ["A first sentence that is rather long, so that it takes its place.", "Another."]
    data = pdf_bytes(Drawing(aperture), title="A title", note=note, mirror=mirror)
    rows, columns = np.nonzero(seen(data, 4).min(axis=2) < 200)
    width, height = (4 * side for side in measured_mm(data))
    rim = 4 * (RIM_MM - 0.5)
    assert min(columns.min(), rows.min()) >= rim
    assert columns.max() <= width - rim
    assert rows.max() <= height - rim
    words = " ".join(page_of(data).get_textpage().get_text_range().split())
    for sentence in ("A title", *note, "Cut further out, so that the rim can be held."):
        assert sentence in words


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("aperture", [(150, 100), (160, 120), (200, 150)])
def test_no_word_lies_over_another_or_over_a_ruler(
    aperture: tuple[float, float], mirror: bool
) -> None:
    page = page_of(pdf_bytes(Drawing(aperture), title="Title", note=["A note."], mirror=mirror))
    boxes = [item.get_bounds() for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])]
    for number, (left, low, right, high) in enumerate(boxes):
        for other in boxes[:number]:
            apart = other[2] <= left or right <= other[0] or other[3] <= low or high <= other[1]
            assert apart


@pytest.mark.parametrize("aperture", [(36, 24), (285, 285), (210, 297), (24, 36), (1000, 700)])
def test_nothing_but_the_slide_lies_inside_the_aperture(aperture: tuple[float, float]) -> None:
    data = pdf_bytes(Drawing(aperture), title="Title", note=["A note."])
    picture = seen(data, 4)
    height, width = (side / 4 / 2 for side in picture.shape[:2])
    x, y = aperture[0] / 2, aperture[1] / 2
    inside = picture[
        int((height - y) * 4) + 1 : int((height + y) * 4),
        int((width - x) * 4) + 1 : int((width + x) * 4),
    ]
    assert inside.min() == 255
    assert picture.min() < 100


@pytest.mark.parametrize("aperture", [(36, 24), (285, 285), (210, 297)])
def test_both_rulers_have_their_length_on_paper(aperture: tuple[float, float]) -> None:
    layout = lay_out(Content(aperture, "", ["A sentence."], lambda sentence, _width: [sentence]))
    picture = seen(pdf_bytes(Drawing(aperture)), 10).min(axis=2)
    centre = np.array(picture.shape[::-1]) / 2
    x, y = centre + np.array(layout.ruler_corner_mm) * 10
    across = np.flatnonzero(picture[int(y) - 2 : int(y) + 3].min(axis=0) < 200)
    upright = np.flatnonzero(picture[:, int(x) - 2 : int(x) + 3].min(axis=1) < 200)
    upright = upright[upright < y - 20]
    assert np.ptp(across[across > x + 20]) == pytest.approx(10 * layout.ruler_mm[0], abs=3)
    assert np.ptp(upright) == pytest.approx(10 * layout.ruler_mm[1], abs=3)


def test_words_are_those_of_the_translator_accents_and_all() -> None:
    french = {"TOP": "HAUT", "FACE": "FACE"}
    data = pdf_bytes(
        Drawing((36, 24)),
        lambda text: french.get(text, "Une phrase."),
        title="Façade d’été : œuvre",
        note=["Élévation à 3 m."],
    )
    text = page_of(data).get_textpage().get_text_range()
    assert "Façade d’été : œuvre" in text
    assert "Élévation à 3 m." in text
    assert "HAUT" in text
    assert "TOP" not in text


def test_the_page_says_whether_it_is_mirrored() -> None:
    plain, mirrored = (
        page_of(pdf_bytes(Drawing((36, 24)), mirror=mirror)).get_textpage().get_text_range()
        for mirror in (False, True)
    )
    assert "right-reading" in plain
    assert "MIRRORED" in mirrored


def test_the_same_slide_gives_the_same_file() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 4), dtype=np.uint8)
    drawing = Drawing((36, 24), [Picture(pixels, (-5, -5, 10, 10)), Filled(Path.circle(0, 0, 3))])
    assert pdf_bytes(drawing, title="Same") == pdf_bytes(drawing, title="Same")


def test_a_bare_page_is_as_large_as_the_slide() -> None:
    data = pdf_bytes(Drawing((36, 24), [Filled(Path.circle(0, 0, 3))]), marks=False)
    assert measured_mm(data) == pytest.approx((36, 24), abs=0.001)
    assert page_of(data).get_textpage().get_text_range() == ""


def test_shapes_come_out_in_their_order_colour_opacity_and_clip() -> None:
    half = np.zeros((1, 2, 4), np.uint8)
    half[0, 1] = (0, 0, 255, 255)
    shapes = [
        Filled(Path.rectangle(-18, -12, 36, 24), rgb=RED),
        Filled(Path.rectangle(-18, -12, 18, 24), rgb=(0, 1, 0), alpha=0.5),
        Picture(half, (-10, -4, 20, 8), (Clip(Path.circle(0, 0, 4)),)),
        Filled(
            Path.joined([Path.circle(14, 8, 3), Path.circle(14, 8, 1.5)]),
            rgb=(1, 1, 1),
            rule="evenodd",
        ),
    ]
    picture = seen(pdf_bytes(Drawing((36, 24), shapes)))
    centre_y, centre_x = (side // 2 for side in picture.shape[:2])

    def at(x_mm: float, y_mm: float) -> list[int]:
        bgr = picture[centre_y + int(y_mm * 10), centre_x + int(x_mm * 10)]
        return [int(value) for value in bgr[::-1]]

    assert at(16, -10) == [255, 0, 0]
    assert at(-16, -10) == pytest.approx([127, 127, 0], abs=2)
    assert at(2, 0) == [0, 0, 255]
    assert at(8, 0) == [255, 0, 0]
    assert at(14, 8) == [255, 0, 0]
    assert at(14, 10.2) == [255, 255, 255]


def test_what_sticks_out_of_the_aperture_is_not_printed() -> None:
    drawing = Drawing((36, 24), [Filled(Path.rectangle(-50, -50, 100, 100), rgb=RED)])
    picture = seen(pdf_bytes(drawing))
    red = (picture[..., 2] > 200) & (picture[..., 0] < 60)
    assert np.count_nonzero(red) == pytest.approx(360 * 240, rel=0.01)


def test_a_page_can_be_written_to_a_file_object() -> None:
    target = io.BytesIO()
    write_pdf(Drawing((36, 24)), target)
    assert target.getvalue().startswith(b"%PDF")
