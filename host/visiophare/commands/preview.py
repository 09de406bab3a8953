# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare preview`: the façade at night, with a slide or an artwork projected on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import Command, emit, json_option, warn, write_atomically
from visiophare.commands.placing import (
    LARGEST_ARTWORK_BYTES,
    Place,
    artwork_of,
    place_options,
    placed_line,
)
from visiophare.commands.warp import said
from visiophare.files import keep_inputs, read_file
from visiophare.words import N_, _

if TYPE_CHECKING:
    from visiophare_mapping.calibration import Calibration

TARGET_SIDE_PX = 2000  # as large as a photo is searched for the calibration slide
FEWEST_MARKERS = 6  # that are no chance
WARNED = ("nothing_drawn", "outside", "not_drawn", "broken_image", "font_replaced")
SLIDE_PX = 2400  # as much of a slide as a preview shows
READ_AS = {
    "slide": N_("{name} was read as a slide, and is shown as it is."),
    "artwork": N_("{name} was read as artwork, and is warped onto the façade first."),
}


@click.command(
    cls=Command,
    help=_(
        "Show what SLIDE will look like: the photo turned to night, with the projection on it.\n\n"
        "SLIDE is a slide made by `visiophare warp` (.png), or artwork, which is warped first, in "
        "the place that the options of `warp` give it."
    ),
    epilog=_(
        "Example: visiophare preview slide.png --calibration calibration.json "
        "--photo facade.jpg --out preview.png"
    ),
)
@click.argument("slide", type=click.Path(path_type=Path), metavar=_("SLIDE"))
@click.option(
    "--calibration",
    "calibration_path",
    required=True,
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("The calibration, with the façade's metres (`visiophare facade`)."),
)
@click.option(
    "--photo",
    required=True,
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("A photo from where the calibration was taken, by day or by night."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("The picture: .png or .jpg."),
)
@click.option(
    "--as",
    "kind",
    type=click.Choice(["auto", "slide", "artwork"]),
    default="auto",
    show_default=True,
    help=_("What a picture is; auto: a PNG that `visiophare` wrote for the gate is a slide."),
)
@place_options
@json_option
def command(
    slide: Path,
    calibration_path: Path,
    photo: Path,
    out: Path,
    kind: str,
    as_json: bool,
    **place: Any,
) -> None:
    """Reads slide and photo, joins them, writes the picture."""
    from visiophare_mapping.calibration import Calibration
    from visiophare_mapping.pictures import decode_picture
    from visiophare_mapping.preview import preview

    ending, chosen = _ending(out), Place(**place)
    chosen.check()
    keep_inputs([out], [slide, calibration_path, photo])
    calibration = Calibration.load(calibration_path)
    calibration.check_plane(chosen.plane)
    data = read_file(slide, LARGEST_ARTWORK_BYTES)
    _refuse_page(data, slide.name)
    lines: list[str] = []
    if kind == "slide" or (kind == "auto" and _is_slide(data, slide.name, calibration)):
        treated_as, pixels = "slide", _slide_pixels(data, slide.name, chosen)
    else:
        treated_as = "artwork"
        pixels, lines = _warped(data, slide.name, calibration, chosen, as_json)
    scene = decode_picture(read_file(photo), photo.name)
    _warn_target(scene)
    picture = preview(scene, pixels, calibration, chosen.plane)
    write_atomically(out, _encoded(picture, ending))
    height, width = picture.shape[:2]
    document = {"out": out, "width_px": width, "height_px": height, "treated_as": treated_as}
    sentence = _("{path}: the façade at night, {width} × {height} pixels.")
    lines = [
        _read_as(slide, treated_as, kind),
        *lines,
        sentence.format(path=out, width=width, height=height),
    ]
    emit(as_json, document, lines)


def _warn_target(scene: Any) -> None:
    """A photo that shows our own calibration slide will show it in the preview too."""
    import cv2
    import numpy as np

    from visiophare_mapping.markers import shows_markers
    from visiophare_mapping.targets import OWN_DICTIONARY

    shrink = min(1.0, TARGET_SIDE_PX / max(scene.shape[:2]))
    colours = np.ascontiguousarray(scene[..., :3])
    small = cv2.resize(colours, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    if shows_markers(np.asarray(small, np.uint8), OWN_DICTIONARY, FEWEST_MARKERS):
        warn(
            _(
                "The photo shows the calibration slide: the preview will show it on the wall. "
                "Give the photo with the light off."
            )
        )


def _ending(out: Path) -> str:
    from visiophare.errors import UsageError

    ending = out.suffix.lower()
    if ending not in (".png", ".jpg", ".jpeg"):
        raise UsageError(
            "out_unknown",
            N_("A preview is a .png or a .jpg file, not {name}."),
            N_("Give --out preview.png."),
            name=out.name,
        )
    return ending


def _slide_pixels(data: bytes, name: str, place: Place) -> Any:
    """(h, w, 3) RGB of a slide.  Raises UsageError slide_has_place."""
    import numpy as np

    from visiophare.errors import UsageError
    from visiophare_mapping.pictures import decode_picture

    if place.is_asked:
        raise UsageError(
            "slide_has_place",
            N_("{name} is a slide, made for its place: only artwork can be placed."),
            N_("Give the drawing itself, or leave out --on, --fit, --at and --surround."),
            name=name,
        )
    pixels = decode_picture(data, name)
    if pixels.shape[2] == 4:  # clear film is white
        alpha = pixels[..., 3:] / 255
        pixels = np.rint(pixels[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return pixels


def _refuse_page(data: bytes, name: str) -> None:
    from visiophare.errors import UsageError

    if data.startswith(b"%PDF"):
        raise UsageError(
            "slide_is_page",
            N_("{name} is a page to print: a film in a PDF cannot be previewed."),
            N_("Give the drawing itself, or a slide made with `visiophare warp … --out film.png`."),
            name=name,
        )


def _is_slide(data: bytes, name: str, calibration: Calibration) -> bool:
    """A PNG that says so of itself: proportions tell nothing, many pictures are 3:2.

    Raises UsageError slide_other_gate for a slide of another format.
    """
    from visiophare.errors import UsageError
    from visiophare_mapping.pictures import png_texts
    from visiophare_mapping.render import SLIDE_KEY, slide_mark

    mark = png_texts(data).get(SLIDE_KEY)
    if mark is None:
        return False
    if mark != slide_mark(calibration.aperture_mm):
        raise UsageError(
            "slide_other_gate",
            N_("{name} is a slide for another gate: {slide}, but the calibration's is {gate}."),
            N_("Give the calibration that it was made with, or --as to read it otherwise."),
            name=name,
            slide=mark.removeprefix("slide "),
            gate=slide_mark(calibration.aperture_mm).removeprefix("slide "),
        )
    return True


def _read_as(path: Path, treated_as: str, kind: str) -> str:
    """Which reading was used, and how to have the other one where nothing in the file decides."""
    sentence = _(READ_AS[treated_as]).format(name=path.name)
    if kind == "auto" and treated_as == "artwork" and not path.suffix.lower().startswith(".svg"):
        return sentence + " " + _("If it is a slide already, give --as slide.")
    return sentence


def _warped(
    data: bytes, name: str, calibration: Calibration, place: Place, as_json: bool
) -> tuple[Any, list[str]]:
    """(h, w, 3) RGB of the slide that `visiophare warp` would make, and where it lies, in words."""
    from visiophare_mapping.render import drawing_to_array

    page = artwork_of(data, name)
    placement = place.placement(calibration, page)
    dpi = SLIDE_PX * 25.4 / max(calibration.aperture_mm)
    warped = place.warped(page, placement, dpi)
    if not as_json:
        for note in warped.notes:
            if note.code in WARNED:
                warn(said(note))
    lines = [placed_line(placement.rect_m)] if placement.rect_m else []
    return drawing_to_array(warped.drawing, warped.dpi), lines


def _encoded(picture: Any, ending: str) -> bytes:
    import cv2

    settings = [cv2.IMWRITE_JPEG_QUALITY, 92] if ending != ".png" else []
    ok, data = cv2.imencode(ending, picture[..., ::-1], settings)
    assert ok  # OpenCV encodes any uint8 array
    content: bytes = data.tobytes()
    return content
