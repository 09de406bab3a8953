# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates and outlines: what they show, and that a drawing lands where it was drawn."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from mapping.invented import calibration
from visiophare_mapping.artwork_file import read_artwork
from visiophare_mapping.contours import contour_pieces
from visiophare_mapping.errors import ArtworkError, CalibrationError
from visiophare_mapping.lit_wall import mm_per_dot
from visiophare_mapping.outlines import (
    Outline,
    load_outlines,
    outlines_text,
    read_outlines,
)
from visiophare_mapping.placement import on_template
from visiophare_mapping.template import Template, page_rect, template_svg

MADE = calibration()
WINDOW = np.array([(2.0, 2.0), (3.2, 2.0), (3.2, 4.0), (2.0, 4.0)])


def template(scale: float = 100.0, **more) -> Template:
    return Template(MADE, page_rect(MADE, 0, ()), scale=scale, **more)


def drawn_on(text: str, shape: str) -> bytes:
    """The template with something in its drawing layer, as Inkscape would save it."""
    opened = text.replace('inkscape:label="Drawing"/>', f'inkscape:label="Drawing">{shape}</g>')
    assert opened != text
    return opened.encode()


@pytest.mark.parametrize("scale", [20.0, 50.0, 100.0])
def test_what_is_drawn_on_a_template_lands_there_and_guides_are_not_printed(scale: float) -> None:
    made = template(scale, outlines=[Outline("window", WINDOW)])
    wall = np.random.default_rng(1).uniform((0, 0), (12, 8), (20, 2))
    for metres in wall:
        x, y = made.page(metres[None])[0]
        shape = f'<path transform="translate({x} {y})" d="M-1-1H1V1H-1z"/>'
        artwork = read_artwork(drawn_on(template_svg(made, str), shape), "drawn.svg")
        assert len(artwork.parts) == 1
        assert artwork.template is not None
        corners = artwork.parts[0].path.segments[:, 0]  # type: ignore[union-attr]
        placed = on_template(MADE, artwork.size, artwork.template)
        slide = placed.to_slide(corners.mean(axis=0, keepdims=True))
        assert slide == pytest.approx(MADE.map_points(metres[None], "facade", "slide"), abs=1e-4)


def test_the_page_is_at_scale_and_covers_the_light_the_rectangle_and_the_outlines() -> None:
    far = Outline("roof", np.array([(5.0, 12.0), (7.0, 12.0), (6.0, 14.0)]))
    left, bottom, width, height = page_rect(MADE, 0, [far])
    assert left < 0 < 12 < left + width
    assert bottom < 0 < 14 < bottom + height
    root = ElementTree.fromstring(template_svg(template(50.0), str))
    rect = page_rect(MADE, 0, ())
    assert root.attrib["width"] == f"{rect[2] * 20:g}mm"
    assert root.attrib["viewBox"] == f"0 0 {rect[2] * 20:g} {rect[3] * 20:g}"


def test_layers_have_names_are_locked_and_hold_the_light_the_dots_and_the_windows() -> None:
    made = template(outlines=[Outline("window <1>", WINDOW)], photo_jpeg=b"jpeg", focal_mm=60.0)
    root = ElementTree.fromstring(template_svg(made, str))
    layers = {layer.attrib["id"]: layer for layer in root if layer.tag.endswith("}g")}
    assert list(layers) == ["photo", "light", "dots", "outlines", "measures", "drawing"]
    ink = "{http://www.inkscape.org/namespaces/inkscape}"
    assert all(layer.attrib[f"{ink}groupmode"] == "layer" for layer in layers.values())
    guides = [name for name, layer in layers.items() if layer.get("data-visiophare") == "guide"]
    assert guides == ["photo", "light", "dots", "outlines", "measures"]
    assert layers["outlines"][0].attrib[f"{ink}label"] == "window <1>"
    points = [
        tuple(map(float, p.split(","))) for p in layers["outlines"][0].attrib["points"].split()
    ]
    assert points == pytest.approx(made.page(WINDOW), abs=1e-3)
    texts = [text.text or "" for text in root.iter() if text.tag.endswith("}text")]
    assert any(text.endswith("%") for text in texts)
    assert any("film dot at 1200 dpi" in text for text in texts)


def test_the_line_of_a_dots_size_runs_where_dots_have_that_size() -> None:
    side = np.stack(np.meshgrid(np.linspace(-18, 18, 61), np.linspace(-12, 12, 41)), -1)
    sizes = mm_per_dot(MADE, side.reshape(-1, 2), 1200.0).reshape(41, 61)
    level = float(np.median(sizes))
    pieces = contour_pieces(sizes, side, level)
    assert len(pieces) > 20
    on_line = mm_per_dot(MADE, pieces.reshape(-1, 2), 1200.0)
    assert np.abs(on_line - level).max() < 0.01 * level


def test_a_contour_of_a_plane_is_its_straight_line_and_gaps_stay_gaps() -> None:
    places = np.stack(np.meshgrid(np.arange(9.0), np.arange(7.0)), -1)
    values = places[..., 0] + 2 * places[..., 1]
    pieces = contour_pieces(values, places, 5.3)
    assert np.abs(pieces @ (1.0, 2.0) - 5.3).max() < 1e-12
    length = np.hypot(*(pieces[:, 1] - pieces[:, 0]).T).sum()
    assert length == pytest.approx(np.hypot(5.3, 2.65))
    values[0, 5] = np.nan
    fewer = contour_pieces(values, places, 5.3)
    assert len(fewer) < len(pieces)
    assert len(contour_pieces(values, places, 99.0)) == 0


def test_a_resized_page_or_another_plane_is_refused_and_a_plain_drawing_has_no_template() -> None:
    made = template()
    artwork = read_artwork(drawn_on(template_svg(made, str), ""), "t.svg")
    assert artwork.template is not None
    with pytest.raises(ArtworkError) as caught:
        on_template(MADE, (artwork.size[0] * 1.1, artwork.size[1]), artwork.template)
    assert caught.value.code == "template_resized"
    with pytest.raises(ArtworkError) as caught:
        on_template(MADE, artwork.size, replace(artwork.template, plane=3))
    assert caught.value.code == "template_other_plane"
    for wrong in ("", "1,2,3", "1,2,-3,4", "a,b,c,d", "nan,0,1,1", "1e400,0,1,1"):
        place = f'viewBox="0 0 9 9" data-visiophare-m="{wrong}"'
        plain = f'<svg xmlns="http://www.w3.org/2000/svg" {place}/>'
        assert read_artwork(plain.encode(), "p.svg").template is None


def traced(body: str, size: str = 'width="1000" height="800"') -> bytes:
    ink = 'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {ink} {size}>{body}</svg>'.encode()


def window_path(shift: float = 0.0) -> str:
    page = MADE.map_points(WINDOW, "facade", "camera") + 0.5 - (shift, 0)
    return "M" + " L".join(f"{x:.6f} {y:.6f}" for x, y in page) + "z"


def test_a_window_drawn_over_the_photo_is_kept_in_metres_under_its_name(tmp_path) -> None:
    body = (
        f'<g transform="translate(30 0)"><path inkscape:label="door" d="{window_path(30)}"/></g>'
        '<rect x="400" y="300" width="80" height="60"><title>sill</title></rect>'
        '<circle cx="600" cy="300" r="40"/><path d="M1 1L2 2"/><g style="display:none">'
        '<rect x="4" y="3" width="80" height="60"/></g><text>no</text>'
    )
    found = read_outlines(traced(body), "t.svg", MADE)
    assert [one.name for one in found] == ["door", "sill", "3"]
    assert np.abs(found[0].points_m - WINDOW).max() < 1e-6
    path = tmp_path / "o.json"
    path.write_text(outlines_text(found), encoding="utf-8")
    again = load_outlines(path)
    assert [one.name for one in again] == ["door", "sill", "3"]
    assert np.abs(again[2].points_m - found[2].points_m).max() < 1e-5


def test_a_photo_scaled_down_in_the_drawing_is_the_same_photo() -> None:
    body = f'<g transform="scale(0.5)"><path d="{window_path()}"/></g>'
    found = read_outlines(traced(body, 'width="500" height="400"'), "t.svg", MADE)
    assert np.abs(found[0].points_m - WINDOW).max() < 1e-6


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (traced("<text>x</text>"), "outlines_none"),
        (traced("", 'width="700" height="800"'), "page_not_photo"),
        (b"<svg", "svg_malformed"),
    ],
)
def test_drawings_without_outlines_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(ArtworkError) as caught:
        read_outlines(data, "t.svg", MADE)
    assert caught.value.code == code


def test_without_metres_there_are_no_outlines_and_no_template(tmp_path) -> None:
    plane = replace(MADE.planes[0], camera_to_facade=None, reference_size_m=None)
    bare = MADE.with_plane(0, plane)
    with pytest.raises(CalibrationError):
        read_outlines(traced('<rect width="9" height="9"/>'), "t.svg", bare)
    with pytest.raises(CalibrationError):
        page_rect(bare, 0, ())
    MADE.save(tmp_path / "c.json")
    with pytest.raises(CalibrationError) as caught:
        load_outlines(tmp_path / "c.json")
    assert caught.value.code == "other_file"
