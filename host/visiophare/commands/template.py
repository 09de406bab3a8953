# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare template`: an SVG page at scale to draw on, with the light, the dots, the windows."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from visiophare.commands.common import LENGTH_MM, Command, emit, json_option, write_atomically
from visiophare.commands.target_files import check_ending
from visiophare.commands.units import Number, WholeNumber
from visiophare.files import keep_inputs
from visiophare.words import _, filled

if TYPE_CHECKING:
    from visiophare_mapping.calibration import Calibration

PHOTO_SIDE_PX = 3000
Rect = tuple[float, float, float, float]


@click.command(
    cls=Command,
    help=_(
        "Write a page to draw the façade's picture on, in Inkscape: at scale, with the light's "
        "reach and falloff, the size of a film dot, and the outlines of windows and doors.\n\n"
        "Draw in its layer “Drawing” and save as SVG: `visiophare warp` puts it where it was "
        "drawn, without any option.  The other layers are locked and never printed.  At 1:100 a "
        "centimetre on Inkscape's ruler is a metre of wall."
    ),
    epilog=_(
        "Example: visiophare template --calibration facade.json --photo off.jpg "
        "--outlines outlines.json --out template.svg"
    ),
)
@click.option(
    "--calibration",
    "calibration_path",
    required=True,
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("The calibration, with the façade's metres (`visiophare facade`)."),
)
@click.option(
    "--outlines",
    "outlines_path",
    type=click.Path(path_type=Path),
    metavar="JSON",
    help=_("What `visiophare outlines` wrote."),
)
@click.option(
    "--photo",
    type=click.Path(path_type=Path),
    metavar=_("PICTURE"),
    help=_("A picture of the calibration, to show rectified below."),
)
@click.option(
    "--scale",
    type=Number(1, 1000),
    default=100.0,
    metavar="N",
    help=_("Draw at 1:N (100)."),
)
@click.option("--dpi", type=Number(1, 20_000), default=1200.0, help=_("Of the film (1200)."))
@click.option(
    "--focal",
    "focal_mm",
    type=LENGTH_MM,
    metavar=_("LENGTH"),
    help=_("The projector's focal length, for its darker corners."),
)
@click.option("--plane", type=WholeNumber(0), default=0, help=_("Plane of the façade (0)."))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("template.svg"),
    metavar="SVG",
    help=_("The page (template.svg)."),
)
@json_option
def command(
    calibration_path: Path,
    outlines_path: Path | None,
    photo: Path | None,
    scale: float,
    dpi: float,
    focal_mm: float | None,
    plane: int,
    out: Path,
    as_json: bool,
) -> None:
    """Writes the template."""
    from visiophare_mapping.calibration import Calibration
    from visiophare_mapping.outlines import load_outlines
    from visiophare_mapping.template import Template, page_rect, template_svg

    check_ending(out, ".svg", "--out")
    if focal_mm is not None and not 1.0 <= focal_mm <= 5000.0:
        raise click.BadParameter(_("A focal length is 1 mm to 5 m, such as 315mm."))
    keep_inputs([out], [calibration_path, outlines_path, photo])
    calibration = Calibration.load(calibration_path)
    calibration.check_plane(plane)
    outlines = [] if outlines_path is None else load_outlines(outlines_path)
    rect = page_rect(calibration, plane, outlines)
    jpeg = None if photo is None else rectified_jpeg(calibration, photo, rect, plane)
    template = Template(calibration, rect, plane, scale, dpi, focal_mm, outlines, jpeg)
    write_atomically(out, template_svg(template, _).encode())
    document = {"rect_m": list(rect), "scale": scale, "dpi": dpi, "file": str(out)}
    sentence = _(
        "A page of {width:.1f} × {height:.1f} m at 1:{scale:g}, which is {across:.0f} × "
        "{down:.0f} mm."
    )
    page = [rect[2] * 1000.0 / scale, rect[3] * 1000.0 / scale]
    values = {
        "width": rect[2],
        "height": rect[3],
        "scale": scale,
        "across": page[0],
        "down": page[1],
    }
    lines = [filled(sentence, values), _("Wrote {path}.").format(path=out)]
    emit(as_json, {**document, "page_mm": page}, lines)


def rectified_jpeg(calibration: "Calibration", photo: Path, rect: Rect, plane: int) -> bytes:
    """The photo as if taken square on, covering the rectangle in metres.

    Raises PictureError for a file that is no picture; FileError photo_other_size.
    """
    import cv2
    import numpy as np

    from visiophare.commands.facade import photo_jpeg

    data = photo_jpeg(photo, calibration.image_size_px)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    per_m = PHOTO_SIDE_PX / max(rect[2], rect[3])
    width, height = max(1, round(rect[2] * per_m)), max(1, round(rect[3] * per_m))
    x = rect[0] + (np.arange(width) + 0.5) / width * rect[2]
    y = rect[1] + rect[3] - (np.arange(height) + 0.5) / height * rect[3]
    wall = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    seen = calibration.map_points(wall, "facade", "camera", plane)
    shrunk = np.array(picture.shape[1::-1]) / calibration.image_size_px
    at = np.nan_to_num((seen + 0.5) * shrunk - 0.5, nan=-1e4).clip(-1e4, 1e5)
    at = at.reshape(height, width, 2).astype(np.float32)
    flat = cv2.remap(picture, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=(90, 90, 90))
    _good, encoded = cv2.imencode(".jpg", flat, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return encoded.tobytes()
