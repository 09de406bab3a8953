# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`target`, `calibrate`, `map`, `facade`: from a slide to the façade's metres, as typed."""

import json
import re
import struct
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from command_line import Run
from mapping.street import FACADE_M, Light, Photographer, random_street
from visiophare.commands.calibrate import narrow
from visiophare.commands.map import as_point
from visiophare_mapping.calibration import Calibration
from visiophare_mapping.coverage import Coverage
from visiophare_mapping.target_picture import target_array
from visiophare_mapping.targets import make_target

Visiophare = Callable[..., Run]
STREET = random_street(21).scaled(0.5)


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with target.json, three pictures each with the light on and off, and a calibration
    of them, made in this process."""
    folder = tmp_path_factory.mktemp("evening")
    target = make_target((36.0, 24.0))
    target.save(folder / "target.json")
    photographer = Photographer(STREET, target_array(target, 1600) / 255.0, Light(60, 15))
    for name, pictures in zip(("on", "off"), photographer.pairs(3), strict=True):
        (folder / name).mkdir()
        for number, picture in zip((2, 10, 9), pictures, strict=True):
            cv2.imwrite(str(folder / name / f"p{number}.png"), picture)
    return folder


@pytest.fixture(scope="module")
def calibration(evening: Path) -> Path:
    from visiophare_mapping.detect import calibrate, find_target
    from visiophare_mapping.photos import read_light
    from visiophare_mapping.targets import Target

    target = Target.load(evening / "target.json")
    sides = [[read_light(path) for path in (evening / name).iterdir()] for name in ("on", "off")]
    detection = find_target(*sides, target)
    calibrate(detection, detection.image_size_px, target).save(evening / "calibration.json")
    return evening / "calibration.json"


def test_slides_that_share_a_folder_keep_their_descriptions(
    visiophare: Visiophare, tmp_path: Path
) -> None:
    assert visiophare("target", "make", "--format", "24x36", "--out", "a.pdf").err == ""
    assert visiophare("target", "make", "--format", "24x36", "--out", "b.pdf").err == ""
    other = visiophare("target", "make", "--format", "60x60", "--out", "c.pdf")
    assert other.code == 0
    assert "target.json described another slide" in other.err
    assert "a.json" in other.err
    apertures = {
        name: json.loads((tmp_path / f"{name}.json").read_text())["aperture_mm"]
        for name in ("a", "b", "c", "target")
    }
    assert apertures == {"a": [36, 24], "b": [36, 24], "c": [60, 60], "target": [60, 60]}
    assert "Wrote c.json." in other.out


def test_a_description_that_is_nowhere_else_is_kept_before_it_is_replaced(
    visiophare: Visiophare, tmp_path: Path
) -> None:
    measured = '{"what": "a print that somebody measured"}'
    for name in ("target.json", "c.json"):
        (tmp_path / name).write_text(measured + name, encoding="utf-8")
    run = visiophare("target", "make", "--out", "c.pdf")
    assert run.code == 0
    assert (tmp_path / "target-1.json").read_text(encoding="utf-8") == measured + "target.json"
    assert "target-1.json" in run.err
    assert (tmp_path / "c.json").read_text(encoding="utf-8") == measured + "c.json"
    assert json.loads((tmp_path / "target.json").read_text())["aperture_mm"] == [36, 24]


def test_a_missing_ending_is_suggested_with_the_users_own_name(
    visiophare: Visiophare, calibration: Path, evening: Path, tmp_path: Path
) -> None:
    assert "--out mire.pdf" in visiophare("target", "make", "--out", "mire").err
    photo = ("--photo", evening / "on" / "p2.png")
    run = visiophare("facade", "--calibration", calibration, *photo, "--page", "page")
    assert run.code == 2
    assert "--page page.html" in run.err
    assert not list(tmp_path.iterdir())


def test_a_photo_of_an_iphone_is_named_and_so_is_one_given_twice(
    visiophare: Visiophare, evening: Path, tmp_path: Path
) -> None:
    words = ("calibrate", "--target", evening / "target.json", "--on")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    run = visiophare(*words, "photos")
    assert "IMG_1.HEIC is a HEIC photo" in run.err
    assert "JPEG" in run.err
    twice = visiophare(*words, evening / "off" / "p2.png", "--off", evening / "off", "--json")
    assert (twice.code, twice.document["error"]["code"]) == (2, "same_picture")


def test_a_dictionary_that_is_nearly_one_is_suggested(visiophare: Visiophare) -> None:
    words = "target describe --charuco 12x8 --square 3mm --marker 2mm --dictionary"
    assert "Did you mean DICT_4X4_50?" in visiophare(*words.split(), "dict_4x4_5").err
    assert "such as DICT_4X4_50" in visiophare(*words.split(), "of_mine").err


def test_two_kinds_of_board_at_once_are_told_apart_from_none(visiophare: Visiophare) -> None:
    both = "target describe --charuco 12x8 --chessboard 9x6 --square 3mm"
    assert "Both --charuco and --chessboard" in visiophare(*both.split()).err
    assert "which board it is" in visiophare("target", "describe", "--square", "3mm").err


def test_the_help_of_a_group_says_each_command_in_a_whole_sentence(visiophare: Visiophare) -> None:
    for lang in ("en", "fr"):
        for group in ("target", "carriage", "show", "midi"):
            commands = visiophare(group, "--help", lang=lang).out.split("[ARGS]...")[1]
            assert "..." not in commands


def test_target_make_writes_no_pdf_under_another_name(
    visiophare: Visiophare, tmp_path: Path
) -> None:
    for words in (("--out", "x.png"), ("--out", "x.txt"), ("--png", "x.pdf")):
        run = visiophare("target", "make", *words, "--json")
        assert (run.code, run.document["error"]["code"]) == (2, "out_unknown")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("size", "sheet"),
    [("24x36", "A4"), ("150x100", "A4"), ("a4", "A3 film"), ("ohp", "larger than A3")],
)
def test_target_make_says_which_sheet_it_needs(
    visiophare: Visiophare, size: str, sheet: str
) -> None:
    assert sheet in visiophare("target", "make", "--format", size).out
    assert len(visiophare("target", "make", "--format", size, "--json").document["page_mm"]) == 2


@pytest.mark.parametrize(
    ("size", "bare"), [("a4", "r --bare"), ("ohp", "--format a4 --bare"), ("297x210", "r --bare")]
)
def test_a_slide_too_large_for_a4_is_told_which_one_is_not(
    visiophare: Visiophare, size: str, bare: str
) -> None:
    for lang in ("en", "fr"):
        run = visiophare("target", "make", "--format", size, lang=lang)
        match = re.search(r"--format (\d+)x(\d+)", run.out)
        assert match
        width, height = int(match[1]), int(match[2])
        assert width * height >= 150 * 170
        assert size == "ohp" or (width < height) == (size == "a4")
        assert lang == "fr" or bare in run.out
        smaller = visiophare("target", "make", "--format", f"{width}x{height}", lang=lang)
        assert "A4" in smaller.out
        assert "--format" not in smaller.out


def test_a_bare_page_is_as_large_as_the_slide(visiophare: Visiophare, tmp_path: Path) -> None:
    run = visiophare("target", "make", "--format", "a4", "--bare", "--json")
    assert run.document["page_mm"] == [210, 297]
    page = pypdfium2.PdfDocument(tmp_path / "target.pdf")[0]
    assert page.get_size() == pytest.approx((210 / 25.4 * 72, 297 / 25.4 * 72), abs=0.01)
    assert "larger" not in visiophare("target", "make", "--bare").out


def test_target_make_writes_page_picture_and_description(
    visiophare: Visiophare, tmp_path: Path
) -> None:
    words = [
        "target",
        "make",
        "--format",
        "24x36",
        "--out",
        "slide.pdf",
        "--png",
        "slide.png",
        "--dpi",
        "508",
        "--json",
    ]
    document = visiophare(*words).document
    assert document["ok"] is True
    assert (tmp_path / "slide.pdf").read_bytes().startswith(b"%PDF-")
    described = json.loads((tmp_path / "target.json").read_text())
    assert described["aperture_mm"] == [36.0, 24.0]
    assert described["points"] == document["points"]
    assert set(described["points"][0]) == {"id", "x_mm", "y_mm"}
    png = (tmp_path / "slide.png").read_bytes()
    assert cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED).shape == (480, 720)
    at = png.index(b"pHYs")
    assert struct.unpack(">IIB", png[at + 4 : at + 13]) == (20000, 20000, 1)


def test_target_describe_takes_boards_that_somebody_owns(
    visiophare: Visiophare, tmp_path: Path
) -> None:
    charuco = (
        "target describe --charuco 12x8 --dictionary DICT_5X5_100 --square 3mm --marker 2.2mm "
        "--aperture 36x24 --legacy --out t.json --json"
    )
    assert len(visiophare(*charuco.split()).document["points"]) == 77
    assert json.loads((tmp_path / "t.json").read_text())["board"]["legacy"] is True
    chessboard = "target describe --chessboard 9x6 --square 25mm --json"
    assert len(visiophare(*chessboard.split()).document["points"]) == 54


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        ("target describe --square 3mm", 2, "board_kind"),
        ("target describe --charuco 12x8 --square 3mm", 2, "charuco_options"),
        ("target describe --chessboard 9x6 --square 3mm --legacy", 2, "chessboard_options"),
        ("target describe --chessboard nine --square 3mm", 2, "usage"),
        ("target describe --chessboard 9x6 --square 3mm --aperture 9x9", 1, None),
        ("target make --format 5x5 --out t.pdf", 1, "aperture_impossible"),
        ("target make --out nowhere/t.pdf", 1, "folder_missing"),
        ("target make --png t.png --dpi 19999 --format a4", 2, "picture_too_large"),
        ("calibrate --target target.json", 2, "pictures_needed"),
        ("calibrate --target target.json --on x.jpg --camera 0", 2, "files_and_camera"),
        ("calibrate --target none.json --on x.jpg", 1, "file_missing"),
        ("map --calibration none.json --from slide --to camera", 1, "file_missing"),
        ("facade --calibration none.json", 1, "file_missing"),
    ],
)
def test_wrong_requests_get_one_document_and_leave_nothing(
    visiophare: Visiophare, tmp_path: Path, words: str, exit_code: int, code: str | None
) -> None:
    asks_json = [] if words.startswith("map") else ["--json"]
    run = visiophare(*words.split(), *asks_json)
    assert run.code == exit_code
    if asks_json:
        error = run.document["error"]
        assert error["message"]
        assert code in (None, error["code"]) or code == "usage"
    assert not list(tmp_path.iterdir())


def test_calibrate_from_folders_in_natural_order(
    visiophare: Visiophare, evening: Path, tmp_path: Path
) -> None:
    run = visiophare(
        "calibrate", "--target", evening / "target.json", "--on", evening / "on", "--off",
        evening / "off", "--out", "c.json", "--json",
    )  # fmt: skip
    document = run.document
    (plane,) = document["planes"]
    assert plane["points"] >= 70
    assert plane["rms_px"] < 0.3
    assert np.array(plane["slide_to_camera"]).shape == (3, 3)
    assert len(plane["outline_slide_mm"]) >= 4
    assert set(document["camera_lens"]) >= {"K", "dist"}
    assert set(document["projector_lens"]) == {"k1", "k2", "centre_mm", "radius_mm"}
    calibration = Calibration.load(tmp_path / "c.json")
    slide = make_target((36.0, 24.0)).points_mm
    error = calibration.map_points(slide, "slide", "camera") - STREET.slide_to_camera(slide)
    assert np.median(np.hypot(*error.T)) < 0.05


def test_calibrate_tells_people_how_well_it_went(
    visiophare: Visiophare, evening: Path, tmp_path: Path
) -> None:
    run = visiophare(
        "calibrate", "--target", evening / "target.json", "--on", evening / "on" / "p2.png",
        "--off", evening / "off", "--out", "c.json", lang="fr",
    )  # fmt: skip
    assert run.code == 0
    assert "points trouvés" in run.out
    assert "Avec 95\u00a0% de certitude" in run.out
    assert "moyennes" in run.err  # one picture against three


def test_a_failed_calibration_writes_only_a_picture_of_why(
    visiophare: Visiophare, evening: Path, tmp_path: Path
) -> None:
    run = visiophare(
        "calibrate", "--target", evening / "target.json", "--on", evening / "off", "--json"
    )
    assert run.code == 1
    assert run.document["error"]["code"] == "target_not_found"
    error = run.document["error"]
    assert error["hint"]
    assert [path.name for path in tmp_path.iterdir()] == [error["picture"]]
    assert error["problems"][0]["code"] == "no_dark"
    told = visiophare(
        "calibrate", "--target", evening / "target.json", "--on", evening / "off", lang="fr"
    )
    assert "marqué dans calibration-why.png" in told.err
    assert cv2.imread(str(tmp_path / "calibration-why.png")) is not None


def test_a_json_file_given_for_another_is_one_sentence_and_which_one_is_meant(
    visiophare: Visiophare, calibration: Path, evening: Path, tmp_path: Path
) -> None:
    target = evening / "target.json"
    (tmp_path / "sun.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    )
    photos = ("--on", evening / "on")
    cases = [
        (("calibrate", "--target", calibration, *photos), "target.json that"),
        (("facade", "--calibration", target), "`visiophare calibrate`"),
        (("warp", "sun.svg", "--calibration", target, "--out", "s.pdf"), "`visiophare calibrate`"),
        (("calibrate", "--target", target, *photos, "--camera-lens", target), "K, dist"),
    ]
    for words, meant in cases:
        error = visiophare(*words, "--json").document["error"]
        assert error["code"] == "other_file", words
        assert meant in error["hint"]
        assert "problems" not in error or not error["problems"]
    run = visiophare("map", "--calibration", target, "--from", "slide", "--to", "camera", lang="fr")
    assert "décrit une mire de calibrage" in run.err
    assert len(run.err.splitlines()) <= 3


def test_calibrate_names_the_picture_for_which_the_camera_moved(
    visiophare: Visiophare, evening: Path, tmp_path: Path
) -> None:
    picture = cv2.imread(str(evening / "on" / "p2.png"))
    cv2.imwrite(str(tmp_path / "bumped.png"), np.roll(picture, 31, axis=1))
    words = ("calibrate", "--target", evening / "target.json", "--on", evening / "on", "--on",
             "bumped.png", "--out", "c.json")  # fmt: skip
    error = visiophare(*words, "--json").document["error"]
    assert error["code"] == "camera_moved"
    assert "p2.png and bumped.png: by about 31 pixels" in error["message"]
    run = visiophare(*words, lang="fr")
    assert run.code == 1
    assert "La caméra a bougé entre" in run.err
    assert not (tmp_path / "c.json").exists()


def test_calibrate_names_a_copy_and_a_saturated_channel_and_works(
    visiophare: Visiophare, evening: Path, tmp_path: Path
) -> None:
    for side in ("on", "off"):
        (tmp_path / side).mkdir()
        for name in ("p2.png", "p9.png"):
            picture = cv2.imread(str(evening / side / name))
            assert picture is not None
            picture[:, :, 2] = np.clip(picture[:, :, 2].astype(float) * 2.6, 0, 255)
            cv2.imwrite(str(tmp_path / side / name), picture)
    (tmp_path / "on" / "copy.png").write_bytes((tmp_path / "on" / "p9.png").read_bytes())
    words = ("calibrate", "--target", evening / "target.json", "--on", "on", "--off", "off")
    run = visiophare(*words, "--out", "c.json", "--json", lang="fr")
    assert run.code == 0
    assert "p9.png est la même photo que" in run.err
    assert "toutes les photos : rouge." in run.err.replace("\N{NO-BREAK SPACE}", " ")
    (tmp_path / "stolen.png").write_bytes((tmp_path / "off" / "p2.png").read_bytes())
    mixed = visiophare(*words[:3], "--on", "on", "--on", "stolen.png", "--off", "off", "--json")
    assert mixed.document["error"]["code"] == "same_picture"


def test_map_carries_points_and_passes_comments_on(visiophare: Visiophare, calibration) -> None:
    options = ("map", "--calibration", calibration, "--from")
    run = visiophare(*options, "slide", "--to", "camera", stdin="x,y\n0,0\n\n# rim\n-18,-12\n")
    lines = run.out.splitlines()
    assert (lines[0], lines[2], lines[3]) == ("x,y", "", "# rim")
    truth = STREET.slide_to_camera(np.array([(0.0, 0.0), (-18.0, -12.0)]))
    mapped = np.array([line.split(",") for line in (lines[1], lines[4])], dtype=float)
    assert np.abs(mapped - truth).max() < 0.3
    back = visiophare(*options, "camera", "--to", "slide", stdin=lines[4])
    assert np.array(back.out.split(","), dtype=float) == pytest.approx([-18, -12], abs=1e-5)


def test_map_names_every_bad_line_at_once(visiophare: Visiophare, calibration: Path) -> None:
    options = ("map", "--calibration", calibration, "--from", "slide", "--to", "camera")
    run = visiophare(*options, stdin="1,2\n3\n4,5,6\nnan,1\n7,8\nleft,right\n")
    assert run.code == 1
    assert run.out == ""
    for line in ("2", "3", "4", "6"):
        assert line in run.err
    assert visiophare(*options, stdin="").code == 0


def test_map_says_how_many_points_no_light_and_no_photo_reach(
    visiophare: Visiophare, calibration: Path
) -> None:
    options = ("map", "--calibration", calibration, "--from")
    inside = visiophare(*options, "slide", "--to", "camera", stdin="0,0\n-18,-12\n18,12\n")
    assert inside.err == ""
    run = visiophare(*options, "slide", "--to", "camera", stdin="0,0\n18.5,0\n0,-30\n0,90\n")
    assert "3 points lie outside of the aperture" in run.err
    assert "outside of the photo" in run.err
    back = visiophare(*options, "camera", "--to", "slide", stdin="400,300\n-5,300\n", lang="fr")
    assert "1 point sort de la photo" in back.err
    assert len(back.out.splitlines()) == 2


@pytest.mark.parametrize("line", ["1.5,-2.5", "1,5;-2,5", "1,5 ; -2,5", "1.5;-2.5", "1,5\t-2,5"])
def test_map_takes_decimal_commas_where_something_else_separates(line: str) -> None:
    assert as_point(line) == (1.5, -2.5)


@pytest.mark.parametrize(
    "line", ["1,5 2", "1,5,2", "1,5,2,5", "1,5 2,5", "1,5;2;5", "1,2;", "1.2.3;4"]
)
def test_map_refuses_commas_that_could_be_either(line: str) -> None:
    assert as_point(line) is None


def test_map_needs_a_facade_frame_and_says_how_to_get_one(
    visiophare: Visiophare, calibration: Path
) -> None:
    run = visiophare("map", "--calibration", calibration, "--from", "slide", "--to", "facade")
    assert run.code == 1
    assert "visiophare facade" in run.err


def corners() -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in STREET.corners_px())


def test_facade_gives_metres_that_map_then_knows(
    visiophare: Visiophare, calibration: Path, tmp_path: Path
) -> None:
    run = visiophare(
        "facade", "--calibration", calibration, "--corners", corners(), "--size", "12x8m",
        "--out", "f.json", "--json",
    )  # fmt: skip
    assert run.document["planes"][0]["reference_size_m"] == [12.0, 8.0]
    wall = np.array([(-2.5, 1.5), (3.0, -2.0)])
    stdin = "\n".join(f"{x},{y}" for x, y in STREET.facade_to_camera(wall))
    mapped = visiophare(
        "map", "--calibration", "f.json", "--from", "camera", "--to", "facade", stdin=stdin
    )
    metres = np.array([line.split(",") for line in mapped.out.splitlines()], dtype=float)
    expected = wall * (1, -1) + np.array(FACADE_M) / 2
    assert np.abs(metres - expected).max() < 0.015


def test_facade_says_how_sure_it_is_over_the_photo_and_by_metres(
    visiophare: Visiophare, calibration: Path
) -> None:
    def told(*words: str, **options: str) -> Run:
        placed = ("--corners", corners(), "--size", "12x8m", "--out", "f.json")
        return visiophare("facade", "--calibration", calibration, *placed, *words, **options)

    fine, coarse = (told("--json", "--click-px", clicks).document for clicks in ("1", "3"))
    assert fine["bound95_relative_mm"] == coarse["bound95_relative_mm"]
    assert fine["bound95_relative_mm"] < fine["bound95_lens_known_mm"]
    assert fine["bound95_lens_known_mm"] <= fine["bound95_absolute_mm"]
    assert coarse["bound95_absolute_mm"] > 1.5 * fine["bound95_absolute_mm"]
    assert told("--tape", "20cm", "--json").document["bound95_absolute_mm"] > 200
    lines = told(lang="fr").out
    assert "ce qui est dessiné sur la photo tombe à moins de" in lines
    assert "Personne n'a mesuré l'objectif" in lines


def test_facade_wonders_at_exchanged_sides_but_does_as_told(
    visiophare: Visiophare, calibration: Path
) -> None:
    def told(size: str, **options: str) -> Run:
        words = ("--corners", corners(), "--size", size, "--out", "f.json")
        return visiophare("facade", "--calibration", calibration, *words, **options)

    assert told("12x8m").err == ""
    run = told("8x12m")
    assert run.code == 0
    assert "wider than tall" in run.err
    assert "plus large que haut" in told("8x12m", lang="fr").err


def test_facade_refuses_a_clockwise_rectangle_and_changes_nothing(
    visiophare: Visiophare, calibration: Path, tmp_path: Path
) -> None:
    before = calibration.read_bytes()
    clockwise = " ".join(reversed(corners().split()))
    run = visiophare(
        "facade", "--calibration", calibration, "--corners", clockwise, "--size", "12x8m"
    )
    assert run.code == 1
    assert "clockwise" in run.err
    assert calibration.read_bytes() == before
    assert visiophare("facade", "--calibration", calibration, "--corners", corners()).code == 2


def test_without_corners_facade_writes_a_page_that_needs_no_network(
    visiophare: Visiophare, calibration: Path, evening: Path, tmp_path: Path
) -> None:
    photo = evening / "on" / "p2.png"
    for lang, title in (("en", "Where is the façade"), ("fr", "Où est le rectangle")):
        run = visiophare("facade", "--calibration", calibration, "--photo", photo, lang=lang)
        assert run.code == 0
        page = (tmp_path / "facade.html").read_text(encoding="utf-8")
        assert title in page
        assert f'lang="{lang}"' in page
        assert "http" not in page.split("data:image")[0]
        assert "@" not in page.split("<script>")[1].split("SETUP =")[0]
        assert f"--calibration {calibration}" in page
        assert "--aspect: 1.7778" in page  # the photo fills its place, small pictures too
        assert "button:disabled" in page


def test_the_page_needs_a_photo_of_the_calibrations_size(
    visiophare: Visiophare, calibration: Path, tmp_path: Path
) -> None:
    run = visiophare("facade", "--calibration", calibration, "--json")
    assert run.document["error"]["code"] == "photo_needed"
    cv2.imwrite(str(tmp_path / "other.png"), np.zeros((480, 640, 3), np.uint8))
    run = visiophare("facade", "--calibration", calibration, "--photo", "other.png", "--json")
    assert run.document["error"]["code"] == "photo_other_size"
    assert not (tmp_path / "facade.html").exists()


def test_a_smaller_copy_of_the_photo_is_clicked_in_the_photos_own_pixels(
    visiophare: Visiophare, calibration: Path, evening: Path, tmp_path: Path
) -> None:
    photo = cv2.imread(str(evening / "on" / "p2.png"))
    cv2.imwrite(str(tmp_path / "copy.png"), cv2.resize(photo, None, fx=0.7, fy=0.7))
    run = visiophare("facade", "--calibration", calibration, "--photo", "copy.png")
    assert run.code == 0, run.err
    page = (tmp_path / "facade.html").read_text(encoding="utf-8")
    assert f'"size": [{STREET.size_px[0]}, {STREET.size_px[1]}]' in page


def test_a_preview_on_the_photo_with_the_target_says_so(
    visiophare: Visiophare, calibration: Path, evening: Path
) -> None:
    visiophare("target", "make", "--png", "slide.png", "--dpi", "300")
    words = ("preview", "slide.png", "--calibration", calibration, "--out", "p.png", "--photo")
    assert "shows the calibration slide" in visiophare(*words, evening / "on" / "p2.png").err
    assert visiophare(*words, evening / "off" / "p2.png").err == ""


@pytest.mark.parametrize("out", ["target.json", "on/p2.png"])
def test_a_calibration_never_replaces_what_it_is_made_of(
    visiophare: Visiophare, evening: Path, out: str
) -> None:
    before = (evening / out).read_bytes()
    run = visiophare(
        "calibrate", "--target", evening / "target.json", "--on", evening / "on",
        "--off", evening / "off", "--out", evening / out, "--json",
    )  # fmt: skip
    assert (run.code, run.document["error"]["code"]) == (2, "out_is_input")
    assert (evening / out).read_bytes() == before


def test_facade_completes_its_calibration_but_never_replaces_a_photo(
    visiophare: Visiophare, calibration: Path, evening: Path, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes((evening / "on" / "p2.png").read_bytes())
    (tmp_path / "c.json").write_bytes(calibration.read_bytes())
    facade = ("facade", "--calibration", "c.json", "--photo", photo, "--json")
    measured = ("--corners", corners(), "--size", "12x8m")
    for words in ((*measured, "--out", "photo.png"), ("--page", photo), ("--page", "c.json")):
        run = visiophare(*facade, *words)
        assert (run.code, run.document["error"]["code"]) == (2, "out_is_input")
    assert photo.read_bytes() == (evening / "on" / "p2.png").read_bytes()
    assert visiophare(*facade, *measured, "--out", "c.json").code == 0
    assert Calibration.load(tmp_path / "c.json").planes[0].reference_size_m == (12.0, 8.0)


def test_a_corner_of_the_target_makes_a_calibration_that_says_it_is_guessed() -> None:
    assert "guessed" in narrow(Coverage(14, 77, 0.3, 0.1, ("upper left",)))
    assert "upper left" in narrow(Coverage(50, 77, 0.3, 0.6, ("upper left",)))


def test_a_script_is_told_of_a_calibration_that_is_mostly_guessed(
    visiophare: Visiophare, evening: Path, tmp_path: Path
) -> None:
    lit, dark = (cv2.imread(str(evening / side / "p2.png")) for side in ("on", "off"))
    assert lit is not None
    assert dark is not None
    lit[:, lit.shape[1] * 45 // 100 :] = dark[:, lit.shape[1] * 45 // 100 :]
    lit[lit.shape[0] * 55 // 100 :] = dark[lit.shape[0] * 55 // 100 :]
    cv2.imwrite(str(tmp_path / "corner.png"), lit)
    told = {}
    for picture in (evening / "on" / "p2.png", tmp_path / "corner.png"):
        run = visiophare(
            "calibrate", "--target", evening / "target.json", "--on", picture,
            "--off", evening / "off" / "p2.png", "--out", "calibration.json", "--json",
        )  # fmt: skip
        told[picture.name] = (run.code, run.document["mostly_guessed"])
    assert told == {"p2.png": (0, False), "corner.png": (0, True)}
