# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare warp` and `visiophare preview` as their own processes: files in, files out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from mapping.invented import calibration

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80">'
ART = HEAD + '<circle id="sun" cx="60" cy="40" r="15" fill="red"/></svg>'
TEXT = HEAD + '<text id="word" x="10" y="40" font-size="20">Nuit</text></svg>'
LINKED = HEAD + '<image href="photo.png" width="9" height="9"/></svg>'

Cli = Callable[..., object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    calibration().save(tmp_path / "calibration.json")
    (tmp_path / "art.svg").write_text(ART, encoding="utf-8")
    (tmp_path / "text.svg").write_text(TEXT, encoding="utf-8")
    (tmp_path / "linked.svg").write_text(LINKED, encoding="utf-8")
    (tmp_path / "broken.svg").write_text(ART[:-9], encoding="utf-8")
    photo = np.full((400, 500, 3), 160, np.uint8)  # a smaller copy of the calibrated one
    cv2.imwrite(str(tmp_path / "photo.jpg"), photo)
    cv2.imwrite(str(tmp_path / "art.png"), photo[:80, :120])
    (tmp_path / "link.png").symlink_to("art.png")
    return tmp_path


def warp(visiophare: Cli, art: str, out: str, *words: object, **options: str):  # type: ignore[no-untyped-def]
    return visiophare(
        "warp", art, "--calibration", "calibration.json", "--out", out, *words, **options
    )


def red_centre_mm(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path))
    weight = np.clip(255 - picture[..., 0].astype(float), 0, None)
    y, x = (np.mgrid[0 : weight.shape[0], 0 : weight.shape[1]] + 0.5) * weight
    height, width = weight.shape
    centre = np.array([x.sum() / width, y.sum() / height]) / weight.sum()
    return np.asarray(centre * (36, 24) - (18, 12))


def test_a_drawing_becomes_a_page_to_print(visiophare: Cli, folder: Path) -> None:
    run = warp(visiophare, "art.svg", "slide.pdf")
    assert run.code == 0, run.err
    assert "36 × 24 mm" in run.out
    page = pypdfium2.PdfDocument(folder / "slide.pdf")[0]
    assert page.get_size() == pytest.approx((210 / 25.4 * 72, 297 / 25.4 * 72), abs=0.01)


def test_a_png_is_right_reading_with_the_apertures_edges(visiophare: Cli, folder: Path) -> None:
    run = warp(visiophare, "art.svg", "slide.png", "--dpi", 600, "--json")
    assert run.document["ok"] is True
    assert run.document["on_facade_m"] == pytest.approx([0, 0, 12, 8])
    assert cv2.imread(str(folder / "slide.png")).shape == (567, 850, 3)
    wanted = calibration().map_points(np.array([(6.0, 4.0)]), "facade", "slide")[0]
    assert red_centre_mm(folder / "slide.png") == pytest.approx(wanted, abs=0.06)


def test_a_drawing_can_be_placed_in_metres(visiophare: Cli, folder: Path) -> None:
    run = warp(visiophare, "art.svg", "slide.png", "--dpi", 600, "--at", "2,1,3,2")
    assert run.code == 0, run.err
    wanted = calibration().map_points(np.array([(3.5, 2.0)]), "facade", "slide")[0]
    assert red_centre_mm(folder / "slide.png") == pytest.approx(wanted, abs=0.03)


def test_art_over_the_photo_lands_on_its_pixel(visiophare: Cli, folder: Path) -> None:
    art = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 800">'
    art += '<circle cx="650.5" cy="300.5" r="20" fill="red"/></svg>'
    (folder / "over.svg").write_text(art, encoding="utf-8")
    run = warp(visiophare, "over.svg", "slide.png", "--dpi", 600, "--on", "photo")
    assert run.code == 0, run.err
    wanted = calibration().map_points(np.array([(650.0, 300.0)]), "camera", "slide")[0]
    assert red_centre_mm(folder / "slide.png") == pytest.approx(wanted, abs=0.03)


def test_what_was_rasterised_is_in_the_report(visiophare: Cli, folder: Path) -> None:
    document = warp(visiophare, "text.svg", "slide.pdf", "--dpi", 600, "--json").document
    assert document["rasterised"] == [{"what": "text", "element": "#word", "dpi": 600}]
    french = warp(visiophare, "text.svg", "slide.pdf", "--dpi", 600, lang="fr")
    assert "Texte #word : en pixels à 600 ppp." in french.out.replace("\xa0", " ")


def test_the_same_command_writes_the_same_page(visiophare: Cli, folder: Path) -> None:
    warp(visiophare, "art.svg", "one.pdf")
    warp(visiophare, "art.svg", "two.pdf")
    assert (folder / "one.pdf").read_bytes() == (folder / "two.pdf").read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (("missing.svg", "slide.pdf"), "file_missing", 1),
        (("broken.svg", "slide.pdf"), "svg_malformed", 1),
        (("linked.svg", "slide.pdf"), "svg_refers_to_file", 1),
        (("art.svg", "slide.gif"), "out_unknown", 2),
        (("art.svg", "slide.pdf", "--on", "photo", "--at", "1,1,1,1"), "photo_and_place", 2),
        (("art.svg", "slide.png", "--mirror"), "png_not_paper", 2),
        (("art.svg", "slide.png", "--dpi", "20000"), "dpi_too_fine", 2),
        (("art.svg", "slide.pdf", "--at", "900,900,1,1"), "nothing_lit", 1),
        (("art.svg", "slide.pdf", "--plane", "3"), "plane_unknown", 1),
        (("art.svg", "no/slide.pdf"), "folder_missing", 1),
        (("art.png", "art.png"), "out_is_input", 2),
        (("art.png", "link.png"), "out_is_input", 2),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing_behind(
    visiophare: Cli, folder: Path, words: tuple[str, ...], code: str, status: int
) -> None:
    before = sorted(folder.iterdir())
    run = warp(visiophare, *words, "--json")
    assert run.code == status, run.out
    assert run.document["error"]["code"] == code
    assert run.document["error"]["message"]
    assert sorted(folder.iterdir()) == before
    assert "Traceback" not in run.err


def preview(visiophare: Cli, slide: str, out: str, *words: object, **options: str):  # type: ignore[no-untyped-def]
    common = ("--calibration", "calibration.json", "--photo", "photo.jpg", "--out", out)
    return visiophare("preview", slide, *common, *words, **options)


def test_a_preview_never_replaces_what_it_reads(visiophare: Cli, folder: Path) -> None:
    before = (folder / "photo.jpg").read_bytes()
    for slide, out in (("art.svg", "photo.jpg"), ("art.png", "art.png")):
        run = preview(visiophare, slide, out, "--json")
        assert (run.code, run.document["error"]["code"]) == (2, "out_is_input")
    assert (folder / "photo.jpg").read_bytes() == before


def test_a_printed_page_has_no_preview_and_the_sentence_says_what_has(
    visiophare: Cli, folder: Path
) -> None:
    warp(visiophare, "art.svg", "slide.pdf")
    run = preview(visiophare, "slide.pdf", "p.png")
    assert run.code == 2
    assert "--out film.png" in run.err


def test_the_page_that_a_slide_needs_is_told(visiophare: Cli, folder: Path) -> None:
    assert "The page is A4, 210 × 297 mm." in warp(visiophare, "art.svg", "slide.pdf").out
    assert warp(visiophare, "art.svg", "s.pdf", "--json").document["page_mm"] == [210, 297]
    assert warp(visiophare, "art.svg", "s.png", "--json").document["page_mm"] is None


def test_a_drawing_with_nothing_on_it_says_so(visiophare: Cli, folder: Path) -> None:
    (folder / "empty.svg").write_text(HEAD + "</svg>", encoding="utf-8")
    assert "Nothing is drawn" in warp(visiophare, "empty.svg", "slide.pdf").out
    assert "Nothing is drawn" in preview(visiophare, "empty.svg", "p.png").err


def test_many_gradients_are_one_line_and_all_named_for_scripts(
    visiophare: Cli, folder: Path
) -> None:
    art = (
        HEAD + '<linearGradient id="g"><stop/><stop offset="1" stop-color="red"/></linearGradient>'
    )
    art += "".join(
        f'<rect id="r{n}" x="{9 * n}" y="9" width="8" height="8" fill="url(#g)"/>'
        for n in range(12)
    )
    (folder / "many.svg").write_text(art + "</svg>", encoding="utf-8")
    lines = warp(visiophare, "many.svg", "slide.pdf").out.splitlines()
    (line,) = [line for line in lines if "radient" in line]
    assert "#r0, #r1, #r2 and 9 more" in line
    assert len(warp(visiophare, "many.svg", "s.pdf", "--json").document["rasterised"]) == 12


def test_a_slide_and_an_artwork_both_have_a_preview(visiophare: Cli, folder: Path) -> None:
    warp(visiophare, "art.svg", "slide.png", "--dpi", 600)
    common = ("--calibration", "calibration.json", "--photo", "photo.jpg", "--json", "--out")
    pictures = []
    for name, kind in (("slide.png", "slide"), ("art.svg", "artwork")):
        run = visiophare("preview", name, *common, f"seen-{kind}.png")
        assert run.document["treated_as"] == kind
        pictures.append(cv2.imread(str(folder / f"seen-{kind}.png")).astype(int))
    assert pictures[0].shape == (400, 500, 3)
    assert np.abs(pictures[0] - pictures[1]).mean() < 2


@pytest.mark.parametrize(
    ("art", "place"),
    [
        ("art.svg", ("--at", "2;1;3,5;2")),
        ("art.svg", ("--fit", "stretch", "--at", "1,1,2,6")),
        ("over.svg", ("--on", "photo")),
        ("art.svg", ("--surround", "dark")),
    ],
)
def test_a_preview_shows_what_warp_prints_at_the_same_place(
    visiophare: Cli, folder: Path, art: str, place: tuple[str, ...]
) -> None:
    over = ART.replace("0 0 120 80", "0 0 1000 800").replace('cx="60" cy="40"', 'cx="700" cy="300"')
    (folder / "over.svg").write_text(over.replace('r="15"', 'r="80"'), encoding="utf-8")
    warp(visiophare, art, "slide.png", "--dpi", 600, *place)
    assert preview(visiophare, "slide.png", "printed.png").code == 0
    run = preview(visiophare, art, "placed.png", *place)
    assert run.code == 0, run.err
    assert preview(visiophare, art, "usual.png").code == 0
    placed, printed, usual = (
        cv2.imread(str(folder / f"{name}.png")).astype(int)
        for name in ("placed", "printed", "usual")
    )
    assert np.abs(placed - printed).mean() < 0.2 * np.abs(placed - usual).mean()


def test_what_places_artwork_is_refused_for_a_slide(visiophare: Cli, folder: Path) -> None:
    warp(visiophare, "art.svg", "slide.png", "--dpi", 600)
    run = preview(visiophare, "slide.png", "p.png", "--at", "1,1,2,2", "--json")
    assert run.document["error"]["code"] == "slide_has_place"
    run = preview(visiophare, "art.svg", "p.png", "--on", "photo", "--at", "1,1,2,2", "--json")
    assert run.document["error"]["code"] == "photo_and_place"


HEIC = b"\0\0\0\x18ftypheic" + bytes(40)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HEIC, "Exportez-la en JPEG"),
        (b"%PDF-1.7 and so on", "Exportez-le en SVG ou en PNG"),
        (HEAD.encode(), "s'arrête à la ligne 1 avant que le dessin soit complet"),
        (HEAD.encode() + b"<g></svg>", "ferme un autre élément"),
        (HEAD.encode() + b"<g", "n'est pas fermé"),
        (HEAD.encode() + b"</svg><svg/>", "suit la fin du dessin"),
        (b"<", "n'est pas fermé"),
        (HEAD.encode() + b"&nothing;</svg>", "que rien ne définit"),
        (b"\x1f\x8bnot gzip at all", "compressé (svgz), mais il est abîmé"),
        (b"neither of them", "le fichier est abîmé"),
    ],
)
def test_what_cannot_be_read_is_told_in_french_words_alone(
    visiophare: Cli, folder: Path, content: bytes, sentence: str
) -> None:
    (folder / "art").write_bytes(content)
    run = warp(visiophare, "art", "slide.pdf", lang="fr")
    assert run.code == 1
    assert sentence in run.err.replace("\N{NO-BREAK SPACE}", " ")


def test_a_picture_is_a_slide_only_when_it_says_so(visiophare: Cli, folder: Path) -> None:
    drawn = np.full((400, 600, 3), 255, np.uint8)  # the gate's proportions, as many drawings have
    cv2.circle(drawn, (300, 200), 75, (0, 0, 255), -1)
    cv2.imwrite(str(folder / "drawn.png"), drawn)
    run = preview(visiophare, "drawn.png", "seen.png")
    assert "drawn.png was read as artwork" in run.out
    assert "--as slide" in run.out
    paper = ART.replace("<circle", '<rect width="120" height="80" fill="white"/><circle')
    (folder / "paper.svg").write_text(paper, encoding="utf-8")
    preview(visiophare, "paper.svg", "wanted.png")
    seen, wanted = (cv2.imread(str(folder / f"{name}.png")) for name in ("seen", "wanted"))
    assert np.abs(seen.astype(int) - wanted).mean() < 2
    asked = preview(visiophare, "drawn.png", "asked.png", "--as", "slide")
    assert "drawn.png was read as a slide" in asked.out
    assert "--as" not in asked.out
    visiophare("target", "make", "--png", "target.png", "--dpi", "300")
    assert "target.png was read as a slide" in preview(visiophare, "target.png", "t.png").out


def test_a_slide_of_another_format_is_named_rather_than_warped(
    visiophare: Cli, folder: Path
) -> None:
    visiophare("target", "make", "--format", "150x100", "--png", "large.png", "--dpi", "100")
    run = preview(visiophare, "large.png", "p.png", lang="fr")
    assert run.code == 2
    assert "150x100 mm" in run.err
    assert "36x24 mm" in run.err
    assert preview(visiophare, "large.png", "p.png", "--as", "artwork").code == 0


def test_a_preview_needs_a_photo_of_the_same_shape(visiophare: Cli, folder: Path) -> None:
    cv2.imwrite(str(folder / "photo.jpg"), np.zeros((250, 500, 3), np.uint8))
    run = visiophare(
        "preview",
        "art.svg",
        "--calibration",
        "calibration.json",
        "--photo",
        "photo.jpg",
        "--out",
        "p.png",
        "--json",
    )
    assert run.document["error"]["code"] == "photo_not_calibrated"
    assert not (folder / "p.png").exists()
