# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""SVG in, parts out: what stays vector, what is rendered and named, what is refused."""

from __future__ import annotations

import gzip
import random

import numpy as np
import pytest

from visiophare_mapping.artwork import Artwork, Bitmap, Rendered
from visiophare_mapping.drawing import Filled
from visiophare_mapping.errors import ArtworkError, MappingError
from visiophare_mapping.svg.walk import read_svg

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 100 80">'
)
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJ"
    "RU5ErkJggg=="
)


def read(body: str, head: str = HEAD) -> Artwork:
    return read_svg(f"{head}{body}</svg>".encode(), "art.svg")


def filled(body: str) -> list[Filled]:
    parts = read(body).parts
    assert all(isinstance(part, Filled) for part in parts)
    return [part for part in parts if isinstance(part, Filled)]


def only(body: str) -> Filled:
    (part,) = filled(body)
    return part


def refusal(data: bytes | str) -> ArtworkError:
    with pytest.raises(ArtworkError) as caught:
        read_svg(data.encode() if isinstance(data, str) else data, "art.svg")
    assert caught.value.hint
    assert "art.svg" in str(caught.value)
    return caught.value


# --- style


@pytest.mark.parametrize(
    ("sheet", "attributes"),
    [
        ("rect { fill: #00f }", ""),
        (".a { fill: blue }", 'class="b a" fill="red"'),
        ("#x { fill: blue } .a { fill: red } rect { fill: lime }", 'id="x" class="a"'),
        ("g rect { fill: blue } rect { fill: red }", ""),
        ("g > rect { fill: blue }", ""),
        ("svg > rect { fill: red }", 'style="fill:blue"'),
        (".a { fill: blue !important }", 'class="a" style="fill:red"'),
        ("rect[x='10'] { fill: blue }", ""),
        ("/* rect { fill: red } */ @media print { rect { fill: red } } rect{fill:blue}", ""),
        ("", 'fill="red" style="fill: rgb(0, 0, 100%)"'),
        ("", 'color="blue" fill="currentColor"'),
        ("", 'fill="hsl(240, 100%, 50%)"'),
        ("", 'fill="no such colour"'),
    ],
)
def test_the_cascade_ends_in_blue(sheet: str, attributes: str) -> None:
    part = only(
        f"<style>{sheet}</style><g fill='blue'><rect x='10' width='5' height='5' {attributes}/></g>"
    )
    assert part.rgb == pytest.approx((0, 0, 1))


def test_opacity_multiplies_down_to_the_colour() -> None:
    body = '<g opacity="0.5"><rect width="5" height="5" fill="#ff000080" fill-opacity="50%"/></g>'
    assert only(body).alpha == pytest.approx(0.5 * 0.5 * 128 / 255)


def test_what_is_hidden_leaves_nothing() -> None:
    body = (
        '<rect width="9" height="9" display="none"/><g visibility="hidden">'
        '<rect width="9" height="9"/><rect width="3" height="3" visibility="visible"/></g>'
        '<g style="display:none"><rect width="9" height="9"/></g>'
        '<defs><rect width="9" height="9"/></defs><rect width="9" height="9" fill="none"/>'
    )
    assert only(body).path.bounds() == pytest.approx((0, 0, 3, 3))


# --- position


@pytest.mark.parametrize(
    ("body", "bounds"),
    [
        ('<rect x="1" y="2" width="3" height="4"/>', (1, 2, 4, 6)),
        ('<rect x="10%" y="10%" width="50%" height="5mm"/>', (10, 8, 60, 26.897637795)),
        ('<circle cx="20" cy="30" r="10"/>', (10, 20, 30, 40)),
        ('<ellipse cx="20" cy="30" rx="10" ry="5"/>', (10, 25, 30, 35)),
        ('<polygon points="1,1 9,1 5,7"/>', (1, 1, 9, 7)),
        ('<path d="M10 10h20v-5l-5 -5z"/>', (10, 0, 30, 10)),
        ('<path d="M10,10 A 10 10 0 0 1 30,10"/>', (10, 0, 30, 10)),
        ('<path d="M0 0 Q 10 20 20 0 T 40 0"/>', (0, -10, 40, 10)),
        ('<path d="m0 0 10 0 0 10M50 50l10 0 0 10 oops"/>', (0, 0, 60, 60)),
        ('<g transform="translate(10) scale(2)"><rect width="3" height="4"/></g>', (10, 0, 16, 8)),
        ('<rect transform="rotate(90 10 10)" width="20" height="5"/>', (15, 0, 20, 20)),
        (
            '<rect style="transform-origin: center; transform: scale(2)" '
            'x="45" y="35" width="10" height="10"/>',
            (40, 30, 60, 50),
        ),
        (
            '<svg x="10" y="10" width="20" height="20" viewBox="0 0 10 10">'
            '<rect width="5" height="10"/></svg>',
            (10, 10, 20, 30),
        ),
        (
            '<svg width="40" height="20" viewBox="0 0 10 10" preserveAspectRatio="xMaxYMid">'
            '<rect width="10" height="10"/></svg>',
            (20, 0, 40, 20),
        ),
        (
            '<symbol id="s" viewBox="0 0 10 10"><rect width="10" height="10"/></symbol>'
            '<use xlink:href="#s" x="5" y="6" width="20" height="20"/>',
            (5, 6, 25, 26),
        ),
        (
            '<defs><rect id="r" width="5" height="5"/></defs>'
            '<use href="#r" x="7" transform="scale(2)"/>',
            (14, 0, 24, 10),
        ),
        ('<line x1="10" y1="10" x2="20" y2="10" stroke="red" stroke-width="4"/>', (10, 8, 20, 12)),
        (
            '<path d="M10 10H20" stroke="red" stroke-width="4" stroke-linecap="square"/>',
            (8, 8, 22, 12),
        ),
    ],
)
def test_every_shape_is_where_svg_says(
    body: str, bounds: tuple[float, float, float, float]
) -> None:
    assert filled(body)[-1].path.bounds() == pytest.approx(bounds, abs=1e-3)


def test_a_page_of_another_size_than_its_viewbox_is_scaled() -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="200mm" viewBox="0 0 100 50">'
    art = read('<rect x="50" width="50" height="50"/>', head)
    width = 200 * 96 / 25.4
    assert art.size == pytest.approx((width, width / 2))
    part = art.parts[0]
    assert isinstance(part, Filled)
    assert part.path.bounds() == pytest.approx((width / 2, 0, width, width / 2))


def test_dashes_caps_and_joins_become_regions() -> None:
    stroke = only(
        '<path d="M0 40H100" fill="none" stroke="red" stroke-width="2" stroke-dasharray="10 5"/>'
    )
    assert len(stroke.path.starts) == 7
    miter, bevel = (
        only(f'<path d="M10 60 50 20 90 60" fill="none" stroke="red" stroke-width="8" {join}/>')
        for join in ("", 'stroke-linejoin="bevel"')
    )
    assert miter.path.bounds()[1] == pytest.approx(20 - 4 * 2**0.5, abs=1e-3)
    assert bevel.path.bounds()[1] == pytest.approx(20 - 4 / 2**0.5, abs=1e-3)


def test_a_round_stroke_is_round_to_a_micrometre_on_the_slide() -> None:
    part = only(
        '<path d="M50 40h0" fill="none" stroke="red" stroke-width="60" stroke-linecap="round"/>'
    )
    from visiophare_mapping.drawing import points_on

    points = points_on(part.path.segments, np.linspace(0, 1, 21)).reshape(-1, 2)
    radius = np.hypot(*(points - (50, 40)).T)
    assert np.abs(radius - 30).max() * 36 / 100 < 0.001


def test_painting_follows_z_order_and_paint_order() -> None:
    body = (
        '<rect width="9" height="9" fill="red" stroke="lime"/>'
        '<rect width="9" height="9" fill="blue" stroke="black" paint-order="stroke"/>'
    )
    assert [part.rgb for part in filled(body)] == [(1, 0, 0), (0, 1, 0), (0, 0, 0), (0, 0, 1)]


# --- clips, markers, patterns


def test_a_clip_path_of_shapes_stays_vector() -> None:
    part = only(
        '<clipPath id="c"><circle cx="20" cy="20" r="10"/><rect x="40" width="5" height="5"/>'
        '</clipPath><rect width="100" height="80" clip-path="url(#c)"/>'
    )
    (clip,) = part.clips
    assert clip.path.bounds() == pytest.approx((10, 0, 45, 30), abs=1e-3)


def test_markers_are_drawn_at_each_vertex_as_vectors() -> None:
    parts = filled(
        '<marker id="m" markerWidth="4" markerHeight="4" refX="2" refY="2" '
        'markerUnits="userSpaceOnUse"><rect width="4" height="4" fill="red"/></marker>'
        '<path d="M10 10H30V30" fill="none" stroke="black" marker-mid="url(#m)" '
        'marker-end="url(#m)"/>'
    )
    red = [part.path.bounds() for part in parts if part.rgb == (1, 0, 0)]
    assert red == [pytest.approx((28, 8, 32, 12)), pytest.approx((28, 28, 32, 32))]


def test_a_hatching_pattern_stays_vector_and_in_step() -> None:
    (part,) = filled(
        '<pattern id="p" width="10" height="10" patternUnits="userSpaceOnUse">'
        '<rect width="5" height="10" fill="red"/></pattern>'
        '<rect x="20" width="60" height="30" fill="url(#p)"/>'
    )
    assert isinstance(part, Filled)
    lefts = sorted({round(float(x), 6) for x in part.path.segments[:, :, 0].min(axis=1)})
    assert {20.0, 30.0, 70.0} <= set(lefts)
    assert part.clips[-1].path.bounds() == pytest.approx((20, 0, 80, 30))


# --- what cannot stay vector

GRADIENT = (
    '<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/>'
    "</linearGradient>"
)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (GRADIENT + '<rect id="a" width="50" height="50" fill="url(#g)"/>', "gradient"),
        (GRADIENT + '<path id="a" d="M1 1H9V9" stroke="url(#g)" fill="none"/>', "gradient"),
        (
            '<mask id="m"><rect width="9" height="9" fill="white"/></mask>'
            '<rect id="a" width="50" height="50" mask="url(#m)"/>',
            "mask",
        ),
        (
            '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>'
            '<rect id="a" width="50" height="50" filter="url(#f)"/>',
            "filter",
        ),
        (
            '<rect width="50" height="50"/><rect id="a" width="20" height="20" fill="red" '
            'style="mix-blend-mode:screen"/>',
            "blend",
        ),
        (
            '<g id="a" opacity=".5"><rect width="20" height="20"/><circle r="30" fill="red"/></g>',
            "opacity",
        ),
        ('<text id="a" y="20">Nuit</text>', "text"),
        (
            '<clipPath id="c"><text y="20">Nuit</text></clipPath>'
            '<rect id="a" width="50" height="50" clip-path="url(#c)"/>',
            "clip",
        ),
    ],
)
def test_what_cannot_stay_vector_is_rendered_in_place_and_named(body: str, code: str) -> None:
    (part,) = (part for part in read(body).parts if isinstance(part, Rendered))
    assert [note.code for note in part.notes] == [code]
    assert part.notes[0].params["element"] == "#a"
    pixels = part.render((0, 0, 100, 80), 1.0)
    assert pixels.shape == (80, 100, 4)
    assert pixels[..., 3].max() > 100


def test_a_gradient_keeps_the_shape_as_a_sharp_clip() -> None:
    (part,) = read(GRADIENT + '<circle cx="50" cy="40" r="20" fill="url(#g)"/>').parts
    assert isinstance(part, Rendered)
    assert part.clips[-1].path.bounds() == pytest.approx((30, 20, 70, 60), abs=1e-3)
    pixels = part.render((30, 20, 40, 40), 2.0)
    assert pixels[..., 3].min() == 255  # colours go on beyond the circle


def test_an_embedded_picture_keeps_its_own_pixels() -> None:
    (part,) = read(
        f'<image x="10" width="20" height="20" href="data:image/png;base64,{DOT}"/>'
    ).parts
    assert isinstance(part, Bitmap)
    assert part.pixels.shape[:2] == (1, 1)
    assert part.to_page == pytest.approx(np.array([[20, 0, 10], [0, 20, 0]]))


def test_neighbouring_texts_are_one_picture_with_all_their_names() -> None:
    (part,) = read('<text id="a" y="20">a</text><text id="b" y="40">b</text>').parts
    assert isinstance(part, Rendered)
    assert [note.params["element"] for note in part.notes] == ["#a", "#b"]


def test_inkscapes_flowed_text_is_named_as_not_drawn() -> None:
    art = read('<flowRoot id="f"><flowPara>Nuit</flowPara></flowRoot>')
    assert [note.code for note in art.notes] == ["not_drawn"]


def test_a_missing_font_is_named() -> None:
    art = read('<text id="a" y="20" font-family="No Such Font">a</text>')
    assert [(note.code, note.params["family"]) for note in art.notes] == [
        ("font_replaced", "No Such Font")
    ]


# --- bad input


def test_malformed_xml_is_one_sentence_with_the_line() -> None:
    error = refusal(f"{HEAD}\n<rect></svg>")
    assert error.code == "svg_malformed"
    assert error.params["line"] == 2


@pytest.mark.parametrize("data", ["", "   ", "hello", "<svg", "<html/>", "<x:svg/>"])
def test_what_is_no_svg_is_refused(data: str) -> None:
    assert refusal(data).code in ("svg_malformed", "svg_not_svg")


@pytest.mark.parametrize(
    "reference", ["file:///etc/passwd", "/etc/passwd", "http://example.org/x", "secret.txt"]
)
def test_an_external_entity_is_refused(reference: str) -> None:
    data = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{reference}">]>{HEAD}<text>&x;</text></svg>'
    error = refusal(data)
    assert error.code == "svg_external_entity"
    assert error.params["reference"] == reference


@pytest.mark.parametrize(
    "body",
    [
        '<image href="photo.png" width="9" height="9"/>',
        '<image xlink:href="https://example.org/a.png" width="9" height="9"/>',
        '<use href="other.svg#a"/>',
        '<rect width="9" height="9" fill="url(other.svg#a)"/>',
        '<rect width="9" height="9" style="mask:url(\'../m.svg#a\')"/>',
        "<style>@import url(theme.css);</style>",
        "<style>rect { fill: url(http://example.org/p.svg#p) }</style>",
        '<g filter="url(#f)"><image href="photo.png" width="9" height="9"/></g>',
        '<mask id="m"><image href="photo.png" width="9" height="9"/></mask>'
        '<rect width="9" height="9" mask="url(#m)"/>',
    ],
)
def test_a_reference_to_a_file_is_refused_by_name(body: str) -> None:
    assert refusal(f"{HEAD}{body}</svg>").code == "svg_refers_to_file"


def test_a_linked_style_sheet_is_refused() -> None:
    data = f'<?xml version="1.0"?><?xml-stylesheet href="a.css"?>{HEAD}</svg>'
    assert refusal(data).code == "svg_refers_to_file"


@pytest.mark.parametrize(
    "body",
    [
        '<image href="photo.png" style="display:none" width="9" height="9"/>',
        '<defs><image href="photo.png" width="9" height="9"/></defs>',
        '<a href="https://example.org"><rect width="1" height="1"/></a>',
        "<style>@font-face { font-family: x; src: url(x.woff) }</style>",
    ],
)
def test_a_reference_in_something_that_does_not_show_does_no_harm(body: str) -> None:
    read(body)


def test_internal_entities_as_illustrator_writes_them_are_fine() -> None:
    data = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY ns "http://x.org">'
        f'<!ENTITY blue "fill:#00f">]>{HEAD}<rect width="5" height="5" style="&blue;"/></svg>'
    )
    (part,) = read_svg(data.encode(), "art.svg").parts
    assert isinstance(part, Filled)
    assert part.rgb == (0, 0, 1)


def test_a_billion_laughs_end_early() -> None:
    laughs = "".join(
        f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' if k else '<!ENTITY l0 "ha">' for k in range(30)
    )
    refusal(f"<!DOCTYPE svg [{laughs}]>{HEAD}<text>&l29;</text></svg>")


def test_a_zipped_bomb_ends_early() -> None:
    bomb = gzip.compress(HEAD.encode() + b" " * 80_000_000)
    assert refusal(bomb).code == "svg_too_large"


def test_a_very_deep_drawing_is_refused_not_a_crash() -> None:
    assert refusal(HEAD + "<g>" * 5000 + "</g>" * 5000 + "</svg>").code == "svg_too_large"


def test_svgz_is_read_and_a_damaged_one_refused() -> None:
    data = gzip.compress(f'{HEAD}<rect width="5" height="5"/></svg>'.encode())
    assert len(read_svg(data, "art.svg").parts) == 1
    refusal(data[:-12])


def test_references_in_circles_end() -> None:
    read('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')
    read(
        '<clipPath id="c" clip-path="url(#c)"><rect width="9" height="9"/></clipPath>'
        '<rect width="9" height="9" clip-path="url(#c)"/>'
    )
    read(
        '<linearGradient id="g" href="#h"/><linearGradient id="h" href="#g"/>'
        '<rect width="9" height="9" fill="url(#g)"/>'
    )
    read(
        '<pattern id="p" width="5" height="5"><rect width="9" height="9" fill="url(#p)"/>'
        '</pattern><rect width="9" height="9" fill="url(#p)"/>'
    )


def test_a_use_tree_that_doubles_twenty_times_is_refused() -> None:
    doubled = "".join(
        f'<g id="g{k + 1}"><use href="#g{k}"/><use href="#g{k}"/></g>' for k in range(30)
    )
    error = refusal(
        f'{HEAD}<defs><rect id="g0" width="1" height="1"/>{doubled}</defs><use href="#g30"/></svg>'
    )
    assert error.code == "svg_too_large"


def test_more_text_than_the_renderer_can_set_is_refused_before_it_begins() -> None:
    entities = '<!ENTITY a0 "lol ">'
    for i in range(1, 6):
        entities += f'<!ENTITY a{i} "' + f"&a{i - 1};" * 10 + '">'
    bomb = f'<!DOCTYPE svg [{entities}]>{HEAD}<text y="9">&a5;</text></svg>'
    with pytest.raises(ArtworkError) as caught:
        read_svg(bomb.encode(), "art.svg")
    assert caught.value.code == "svg_too_much_text"
    page = '<text id="t" y="9">' + "word " * 300 + "</text>"
    assert read(page).parts
    with pytest.raises(ArtworkError) as caught:
        read(page + '<use href="#t"/>' * 20)
    assert caught.value.code == "svg_too_much_text"


def test_a_use_tree_within_a_mask_is_refused_before_the_renderer_gets_it() -> None:
    levels = ""
    for i in range(1, 9):
        levels += f'<g id="a{i}">' + f'<use href="#a{i - 1}"/>' * 10 + "</g>"
    tree = (
        '<defs><mask id="m"><rect width="9" height="9"/></mask><rect id="a0" width="9" height="9"/>'
    )
    with pytest.raises(ArtworkError) as caught:
        read(f'{tree}{levels}</defs><g mask="url(#m)"><use href="#a8"/></g>')
    assert caught.value.code == "svg_too_large"


def test_a_page_without_a_size_is_refused() -> None:
    assert refusal('<svg xmlns="http://www.w3.org/2000/svg"/>').code == "svg_no_size"


def test_damaged_drawings_are_read_or_refused_in_a_sentence() -> None:
    rng = random.Random(7)
    whole = (
        HEAD + GRADIENT + '<g transform="rotate(10)"><path d="M1 1C2 3 4 5 6 7z" '
        'stroke-dasharray="1 2" stroke="red" style="opacity:.5"/><circle r="5" fill="url(#g)"/>'
        '<use href="#x" x="1"/><rect id="x" width="5%" height="9" rx="1"/></g></svg>'
    ).encode()
    refused = 0
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data))
            if rng.random() < 0.5:
                data[at] = rng.randrange(256)
            else:
                del data[at : at + rng.randint(1, 20)]
        try:
            read_svg(bytes(data), "art.svg")
        except MappingError:
            refused += 1
    assert 50 < refused < 400


def test_absurd_numbers_do_no_harm() -> None:
    for value in ("1e400", "-1e308", "nan", "inf", "1e-320", "99999999999999999999", "%"):
        read(
            f'<rect x="{value}" width="{value}" height="{value}" rx="{value}" stroke="red" '
            f'stroke-width="{value}" stroke-dasharray="{value}" transform="scale({value})"/>'
            f'<path d="M0 0 L {value} {value} A {value} 1 0 0 1 5 5"/>'
            f'<text font-size="{value}">x</text>'
        )
