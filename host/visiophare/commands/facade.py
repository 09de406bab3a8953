# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare facade`: metres for the façade, from a rectangle or other measures on the photo."""

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import (
    LENGTH_MM,
    POINTS,
    SIZE_M,
    Command,
    emit,
    json_option,
    warn,
    write_atomically,
)
from visiophare.commands.facade_measures import set_from_measures
from visiophare.commands.sureness import facade_document, facade_lines
from visiophare.commands.target_files import check_ending
from visiophare.commands.units import Number, WholeNumber
from visiophare.errors import FileError, UsageError
from visiophare.files import keep_inputs
from visiophare.words import N_, _, filled

if TYPE_CHECKING:
    from visiophare_mapping.calibration import Calibration

# Screens show no more, and the page stays small enough to send by mail.
PAGE_SIDE_PX = 4096
SMALL_SHARE = 0.5
SAME_PROPORTIONS = 0.003  # what rounding to whole pixels makes of a copy


@click.command(
    cls=Command,
    help=_(
        "Tell where a rectangle of known size is in the photo: the façade's metres.\n\n"
        "With --corners, in photo pixels from lower left, counter-clockwise.  Without, it writes a "
        "page to open in a browser, on which to click the corners; the page gives the command."
    )
    + "\n\n"
    + _(
        "With --measures, in a text file, one measure a line, anything that was measured: points, "
        "or lengths with verticals and horizontals, in any number."
    ),
    epilog=_(
        "Example: visiophare facade --calibration calibration.json "
        "--corners '210,950 1730,940 1700,130 240,150' --size 12x8m --out facade.json"
    )
    + "\n\n"
    + _("Example of measures.txt (pixels from the upper left; metres to the right, upwards):")
    + "\n\n\b\n"
    + _(
        "  point 210,950 0,0 foot of the door     four points or more, or:\n"
        "  length 210,950 1730,940 12.05m ledge   a length each way,\n"
        "  vertical 300,100 310,900               two edges that are vertical,\n"
        "  horizontal 200,300 1700,310            two that are horizontal;\n"
        "  origin 210,950                         where 0,0 is, if not lower left of all\n"
        "  rectified                              a photo without perspective: one length will do\n"
        "  tape 1cm                               how well the tape was read (1cm)"
    ),
)
@click.option(
    "--calibration",
    "path",
    type=click.Path(path_type=Path),
    required=True,
    metavar="JSON",
    help=_("What `visiophare calibrate` wrote."),
)
@click.option("--corners", type=POINTS, metavar="'x,y x,y x,y x,y'", help=_("Photo pixels."))
@click.option("--size", "size_m", type=SIZE_M, metavar=_("WxHm"), help=_("Width × height, metres."))
@click.option(
    "--measures",
    "measures_path",
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_(
        "Measures: a text file as below, or an SVG over the photo, each shape named by its measure "
        "(12.05m, vertical, or 0,1.2 for a point)."
    ),
)
@click.option(
    "--point",
    "points",
    multiple=True,
    metavar="'x,y=x,y'",
    help=_("A measured point: photo pixels = metres; repeat it."),
)
@click.option("--plane", type=WholeNumber(0), default=0, help=_("Plane of the façade (0)."))
@click.option(
    "--click-px",
    type=Number(0.01, 100),
    default=1.0,
    metavar="PX",
    help=_("How well the corners were clicked, standard deviation in pixels (1)."),
)
@click.option(
    "--tape",
    "tape_mm",
    type=LENGTH_MM,
    default="10mm",
    metavar=_("LENGTH"),
    help=_("How well the sides were measured, standard deviation (10mm)."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="JSON",
    help=_("The calibration with metres; without it, the calibration itself is completed."),
)
@click.option(
    "--photo",
    type=click.Path(path_type=Path),
    metavar=_("PICTURE"),
    help=_("For the page: a picture of the calibration, light on or off."),
)
@click.option(
    "--page",
    type=click.Path(path_type=Path),
    default=Path("facade.html"),
    metavar="HTML",
    help=_("The page to click on (facade.html)."),
)
@json_option
def command(
    path: Path,
    corners: list[tuple[float, float]] | None,
    size_m: tuple[float, float] | None,
    measures_path: Path | None,
    points: tuple[str, ...],
    plane: int,
    click_px: float,
    tape_mm: float,
    out: Path | None,
    photo: Path | None,
    page: Path,
    as_json: bool,
) -> None:
    """Sets the façade's frame, or writes the page."""
    from visiophare_mapping.calibration import Calibration

    if measures_path is not None or points:
        refuse_two_ways(corners, size_m)
        keep_inputs([out], [measures_path])
        calibration = Calibration.load(path)
        return set_from_measures(calibration, measures_path, points, plane, out or path, as_json)
    photo = photo or path.with_name(f"{path.stem}-photo.png")
    keep_inputs([out, page if corners is None else None], [photo])
    calibration = Calibration.load(path)
    if corners is None:
        keep_inputs([page], [path])
        check_ending(page, ".html", "--page")
        calibration.check_plane(plane)
        return write_page(calibration, path, size_m, plane, out or path, photo, page, as_json)
    if size_m is None:
        raise UsageError(
            "size_needed",
            N_("The rectangle's size is missing."),
            N_("Give its measured width × height, such as --size 12x8m."),
        )
    set_metres(calibration, corners, size_m, plane, (click_px, tape_mm), out or path, as_json)


def refuse_two_ways(
    corners: list[tuple[float, float]] | None, size_m: tuple[float, float] | None
) -> None:
    """Raises UsageError measures_and_corners."""
    if corners is not None or size_m is not None:
        raise UsageError(
            "measures_and_corners",
            N_("The metres come either from a rectangle or from measures, not from both."),
            N_("Write the rectangle's corners as four points among the measures."),
        )


def set_metres(
    calibration: "Calibration",
    corners: list[tuple[float, float]],
    size_m: tuple[float, float],
    plane: int,
    deviations: tuple[float, float],
    out: Path,
    as_json: bool,
) -> None:
    """Writes the calibration with metres.  `deviations` are those of clicks in px, of the tape in
    mm."""
    import numpy as np

    from visiophare_mapping.facade import set_facade, shares_of_photo
    from visiophare_mapping.proportions import seems_exchanged
    from visiophare_mapping.uncertainty import bounds_on_facade

    points = np.array(corners, dtype=float)
    completed = set_facade(calibration, points, size_m, plane)
    write_atomically(out, completed.to_text().encode())
    across, up = shares_of_photo(points, calibration.image_size_px)
    click_px, tape_mm = deviations
    bounds = bounds_on_facade(completed, plane, click_px, tape_mm / 1000)
    lens = completed.camera_lens
    document = {
        "planes": completed.to_json()["planes"],
        "share_of_photo_percent": round(100.0 * min(across, up), 1),
        "size_seems_exchanged": seems_exchanged(calibration, points, size_m),
        **facade_document(bounds),
        "file": str(out),
    }
    lines = [
        filled(
            _(
                "The rectangle of {width:g} × {height:g} m spans {across:.0f} % of the photo's "
                "width and {up:.0f} % of its height."
            ),
            {
                "width": float(size_m[0]),
                "height": float(size_m[1]),
                "across": 100 * across,
                "up": 100 * up,
            },
        ),
        *facade_lines(
            bounds, *deviations, lens_measured=lens is not None and lens.source == "given"
        ),
        _("Wrote {path}.").format(path=out),
    ]
    emit(as_json, document, lines)
    _warn_odd(points, calibration.image_size_px, min(across, up))
    if document["size_seems_exchanged"]:
        _warn_exchanged(size_m)


def _warn_odd(points: Any, image_size_px: tuple[int, int], share: float) -> None:
    from visiophare_mapping.facade import outside_photo

    for corner in outside_photo(points, image_size_px):
        warn(
            _(
                "Corner {number} lies outside of the photo: that is right only where you have "
                "extended the rectangle's edges."
            ).format(number=corner)
        )
    if share < SMALL_SHARE:
        warn(
            _(
                "The rectangle spans less than half of the photo's width or height: metres far "
                "from it are uncertain. Measure a larger one if you can."
            )
        )


def _warn_exchanged(size_m: tuple[float, float]) -> None:
    if size_m[0] > size_m[1]:
        sentence = _(
            "This rectangle looks taller than wide, but {width:g} × {height:g} m is "
            "wider than tall: width and height may be exchanged (width first)."
        )
    else:
        sentence = _(
            "This rectangle looks wider than tall, but {width:g} × {height:g} m is "
            "taller than wide: width and height may be exchanged (width first)."
        )
    warn(filled(sentence, {"width": float(size_m[0]), "height": float(size_m[1])}))


def write_page(
    calibration: "Calibration",
    path: Path,
    size_m: tuple[float, float] | None,
    plane: int,
    out: Path,
    photo: Path,
    page: Path,
    as_json: bool,
) -> None:
    """Writes the page on which to click."""
    from visiophare.commands.facade_page import page as page_html

    if not photo.exists():
        raise FileError(
            "photo_needed",
            N_("There is no photo to click the corners on."),
            N_("Give --photo with one of the calibration's pictures, or give --corners."),
        )
    jpeg = photo_jpeg(photo, calibration.image_size_px)
    finished = (
        f"visiophare facade --calibration {quoted(path)} "
        f'--corners "{{corners}}" --size {{size}} --out {quoted(out)}'
    )
    if plane:
        finished += f" --plane {plane}"
    html = page_html(jpeg, calibration.image_size_px, finished, size_m)
    write_atomically(page, html.encode())
    emit(
        as_json,
        {"page": str(page), "photo": str(photo)},
        [
            _("Wrote {path}.").format(path=page),
            _("Open it in a browser, click the four corners, and run the command it gives."),
        ],
    )


def photo_jpeg(photo: Path, size_px: tuple[int, int]) -> bytes:
    """The photo, upright, at most PAGE_SIDE_PX long; a copy of another resolution is as good.

    Raises PictureError for a file that is no picture; FileError photo_other_size.
    """
    import cv2
    import numpy as np

    from visiophare_mapping.photos import read_picture

    picture: Any = read_picture(photo)
    if picture.dtype == np.uint16:
        picture = (picture >> 8).astype(np.uint8)
    width, height = picture.shape[1::-1]
    if abs(width * size_px[1] / (height * size_px[0]) - 1) > SAME_PROPORTIONS:
        raise FileError(
            "photo_other_size",
            N_("{path} has {size} pixels, but the calibration was made on {wanted}."),
            N_("Give one of the pictures of the calibration itself."),
            path=photo,
            size=f"{picture.shape[1]} × {picture.shape[0]}",
            wanted=f"{size_px[0]} × {size_px[1]}",
        )
    factor = PAGE_SIDE_PX / max(width, height)
    if factor < 1.0:
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    _good, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return encoded.tobytes()


def quoted(path: Path, windows: bool = os.name == "nt") -> str:
    """A path as a word for the shell that people have: sh's kin, or on Windows PowerShell and,
    unless the path has signs that only PowerShell needs quoted, cmd."""
    text = str(path)
    if not windows:
        return shlex.quote(text)
    if re.fullmatch(r"[\w./\\:+-]+", text):
        return text
    if not re.search("[$`“”„]", text):
        return f'"{text}"'
    return "'" + re.sub("(['‘’‚‛])", r"\1\1", text) + "'"
