# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare calibrate`: how slide and camera see each other, from pictures or from a camera."""

import contextlib
import re
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import (
    Command,
    emit,
    json_option,
    open_projector,
    port_option,
    progress,
    warn,
    write_atomically,
)
from visiophare.commands.sureness import photo_document, photo_lines
from visiophare.commands.units import WholeNumber
from visiophare.errors import FileError, UsageError
from visiophare.files import keep_inputs
from visiophare.words import N_, _, ngettext, number

if TYPE_CHECKING:
    from visiophare_mapping.calibration import Calibration
    from visiophare_mapping.coverage import Coverage
    from visiophare_mapping.errors import DetectionError
    from visiophare_mapping.exposures import Exposures
    from visiophare_mapping.targets import Target
    from visiophare_mapping.uncertainty import Bound

ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".heic", ".heif")
PICTURES = click.Path(path_type=Path)
CHANNELS = (N_("blue"), N_("green"), N_("red"))
MOSTLY_GUESSED = 0.35
"""The share of the target below which extrapolation, not measurement, decides."""


@click.command(
    cls=Command,
    help=_(
        "Find how the slide in the gate and the camera see each other.\n\n"
        "Give pictures of the façade with the target's light on, better also as many with the "
        "light off, all from one tripod at one setting; a PATH is a picture, or a folder of "
        "pictures in natural order.  Or let it take them: --camera, and --port for the light."
    ),
    epilog=_(
        "Example: visiophare calibrate --target target.json --on lit --off dark "
        "--out calibration.json"
    ),
)
@click.option(
    "--target",
    "target_path",
    type=PICTURES,
    required=True,
    metavar="JSON",
    help=_("target.json, which was written with the slide."),
)
@click.option("--on", multiple=True, type=PICTURES, metavar=_("PATH"), help=_("Light on."))
@click.option("--off", multiple=True, type=PICTURES, metavar=_("PATH"), help=_("Light off."))
@click.option("--camera", type=WholeNumber(0), metavar="N", help=_("Take pictures: camera N."))
@click.option(
    "--pairs", type=WholeNumber(1, 200), default=8, help=_("With --camera: how many pairs (8).")
)
@click.option(
    "--camera-lens",
    "lens_path",
    type=PICTURES,
    metavar="JSON",
    help=_("The camera's own calibration: K, dist and image_size_px, as OpenCV defines them."),
)
@click.option(
    "--out",
    type=PICTURES,
    default=Path("calibration.json"),
    metavar="JSON",
    help=_("The calibration (calibration.json)."),
)
@port_option
@json_option
def command(
    target_path: Path,
    on: tuple[Path, ...],
    off: tuple[Path, ...],
    camera: int | None,
    pairs: int,
    lens_path: Path | None,
    out: Path,
    port: str | None,
    as_json: bool,
) -> None:
    """Calibrates from files or a camera."""
    from visiophare_mapping.calibration import load_camera_lens
    from visiophare_mapping.coverage import coverage_of
    from visiophare_mapping.detect import calibrate, find_in_exposures
    from visiophare_mapping.errors import DetectionError
    from visiophare_mapping.targets import Target
    from visiophare_mapping.uncertainty import bound_in_photo

    refuse_confusion(on, off, camera)
    lit, dark = pictures_of(on), pictures_of(off)
    refuse_twice(lit, dark)
    photo = None if camera is None else out.with_name(f"{out.stem}-photo.png")
    marked = out.with_name(f"{out.stem}-why.png")
    keep_inputs([out, photo, marked], [target_path, lens_path, *lit, *dark])
    target = Target.load(target_path)
    lens = None if lens_path is None else load_camera_lens(lens_path)
    if camera is None or photo is None:
        exposures = from_files(lit, dark)
    else:
        exposures = from_camera(camera, port, pairs, photo)
    try:
        detection = find_in_exposures(exposures, target, lens)
    except DetectionError as error:
        explain(error, exposures, target, marked)
        raise
    calibration = calibrate(detection, detection.image_size_px, target, lens)
    write_atomically(out, calibration.to_text().encode())
    coverage = coverage_of(calibration, detection, target)
    bound = bound_in_photo(calibration)
    emit(
        as_json,
        document(calibration, coverage, bound, out, photo),
        lines(calibration, coverage, bound, out),
    )
    if not coverage.good:
        warn(narrow(coverage))


def explain(
    error: "DetectionError", exposures: "Exposures", target: "Target", marked: Path
) -> None:
    """Adds the reasons to `error`, and writes the picture in which they are marked."""
    from visiophare_mapping.diagnosis import diagnose

    diagnosis = diagnose(exposures.mean(), target, exposures.burnt)
    error.problems = diagnosis.reasons
    write_png(marked, diagnosis.picture)
    error.picture = marked


def refuse_confusion(on: tuple[Path, ...], off: tuple[Path, ...], camera: int | None) -> None:
    """Raises UsageError if it is not clear where the pictures are to come from."""
    if camera is not None and (on or off):
        raise UsageError(
            "files_and_camera",
            N_("Pictures come either from files or from --camera, not from both."),
            N_("Leave out one of them."),
        )
    if camera is None and not on:
        raise UsageError(
            "pictures_needed",
            N_("Nothing says where the pictures are."),
            N_("Give --on PATH for pictures with the light on, or --camera N."),
        )


def refuse_twice(lit: list[Path], dark: list[Path]) -> None:
    """Raises UsageError same_picture if one file is given as lit and as dark."""
    resolved = {path.resolve() for path in dark}
    for path in lit:
        if path.resolve() in resolved:
            raise UsageError(
                "same_picture",
                N_("{path} is given twice: with the light on, and with the light off."),
                N_("Give --on the pictures with the light on, --off those with the light off."),
                path=path,
            )


def pictures_of(paths: tuple[Path, ...]) -> list[Path]:
    """Files and the pictures in folders, these in natural order (2 before 10).

    Raises FileError folder_without_pictures.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [
            entry
            for entry in path.iterdir()
            if entry.suffix.lower() in ENDINGS and not entry.name.startswith(".")
        ]
        if not inside:
            raise FileError(
                "folder_without_pictures",
                N_("The folder {path} holds no pictures."),
                N_("Give a folder of JPEG, PNG, TIFF, WebP or BMP pictures."),
                path=path,
            )
        found += sorted(inside, key=natural)
    return found


def natural(path: Path) -> list[tuple[bool, int, str]]:
    """Sorts numbers in names as numbers."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]


def from_files(on: list[Path], off: list[Path]) -> "Exposures":
    """Sums of the pictures.  Raises PictureError for any that cannot be used."""
    from visiophare_mapping.exposures import Exposures
    from visiophare_mapping.photos import read_picture

    if off and len(on) != len(off):
        warn(
            _(
                "{on} pictures with the light on, {off} with it off: their means are compared."
            ).format(on=len(on), off=len(off))
        )
    exposures = Exposures()
    for lit, paths in ((True, on), (False, off)):
        for path in paths:
            exposures.add(read_picture(path), lit=lit, name=str(path))
    for name, earlier in exposures.repeated:
        warn(
            _("{name} is the same picture as {earlier}, and counts once.").format(
                name=name, earlier=earlier
            )
        )
    if len(exposures.channels) < len(CHANNELS):
        full = [_(CHANNELS[i]) for i in range(len(CHANNELS)) if i not in exposures.channels]
        warn(
            _("Saturated, and left out of all pictures: {colours}. Expose less.").format(
                colours=", ".join(full)
            )
        )
    return exposures


def from_camera(number: int, port: str | None, pairs: int, photo: Path) -> "Exposures":
    """Switch the light on and off before the camera; keeps a dark picture as `photo`."""
    from visiophare_mapping.exposures import Exposures

    exposures = Exposures()
    last_dark: Any = None
    with contextlib.closing(photographs(number, port, pairs)) as taken:
        for lit, picture in taken:
            pair = exposures.count_dark + 1
            name = _("the lit picture {number}").format(number=pair) if lit else ""
            exposures.add(picture, lit, name)
            if lit:
                continue
            last_dark = picture
            progress(_("Pair {number} of {pairs}.").format(number=pair, pairs=pairs))
    write_png(photo, last_dark)
    return exposures


def photographs(
    number: int, port: str | None, pairs: int
) -> Generator[tuple[bool, Any], None, None]:
    """Pictures with the light on and off in turn; the light is off afterwards, whatever happens."""
    import time

    from visiophare.camera import VideoCamera
    from visiophare.capture import alternate

    with open_projector(port) as projector, VideoCamera(number) as camera:
        if not camera.locked:
            warn(_("The camera keeps its automatic exposure; results may suffer."))

        def set_light(lit: bool) -> None:
            projector.light(100.0 if lit else 0.0)

        try:
            yield from alternate(camera.read, set_light, time.monotonic, pairs)
        finally:
            projector.light(0.0)


def write_png(path: Path, picture: Any) -> None:
    """Writes a picture, whole or not at all."""
    import cv2

    _good, encoded = cv2.imencode(".png", picture)
    write_atomically(path, encoded.tobytes())


def document(
    calibration: "Calibration",
    coverage: "Coverage",
    bound: "Bound | None",
    out: Path,
    photo: Path | None,
) -> dict[str, Any]:
    """What `--json` prints."""
    content = calibration.to_json()
    return {
        "planes": content["planes"],
        "camera_lens": content["camera_lens"],
        "projector_lens": content["projector_lens"],
        "image_size_px": content["image_size_px"],
        "target_points": coverage.of,
        "worst_px": coverage.worst_px,
        **photo_document(bound),
        "coverage_percent": round(100.0 * min(coverage.share, 1.0), 1),
        "mostly_guessed": coverage.share < MOSTLY_GUESSED,
        "file": str(out),
        "photo": None if photo is None else str(photo),
    }


def lines(
    calibration: "Calibration", coverage: "Coverage", bound: "Bound | None", out: Path
) -> list[str]:
    """What a person reads."""
    plane = calibration.planes[0]
    found = ngettext(
        "{found} of the target's {of} points found; {used} used.",
        "{found} of the target's {of} points found; {used} used.",
        coverage.found,
    )
    sentences = [
        found.format(found=coverage.found, of=coverage.of, used=plane.points),
        _("They fit within {rms} px (root mean square), {worst} px at worst.").format(
            rms=number(plane.rms_px, 2), worst=number(coverage.worst_px, 2)
        ),
        _("They span {share:.0f} % of the target.").format(share=100 * min(coverage.share, 1.0)),
        *photo_lines(bound),
    ]
    if calibration.camera_lens is not None and calibration.camera_lens.source == "estimated":
        sentences.append(
            _("The camera's lens was estimated along with the projector's, from this one view.")
        )
    sentences.append(_("Wrote {path}.").format(path=out))
    return sentences


def narrow(coverage: "Coverage") -> str:
    """What is uncertain when the points do not span the slide."""
    if coverage.share < MOSTLY_GUESSED:
        return _(
            "Most of this calibration is guessed: beyond the points found, a drawing can land far "
            "off. Light and show more of the target, and take the pictures again."
        )
    if coverage.empty_quarters:
        return _(
            "No point was found at the {places} of the slide: what is drawn there may land off."
        ).format(places=", ".join(_(name) for name in coverage.empty_quarters))
    return _("The points span little of the slide: what is drawn near its rim may land off.")
