# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare plan`: the picture on the wall, foreseen from where the projector will stand."""

from pathlib import Path

import click

from visiophare.commands.common import (
    LENGTH_MM,
    SIZE_MM,
    Command,
    emit,
    json_option,
    warn,
    write_atomically,
)
from visiophare.commands.lit_lines import CORNERS, lit_document, lit_lines
from visiophare.commands.units import Number
from visiophare.words import _, filled

DISTANCE_SHARE = 0.01
ANGLE_DEG = 1.0
FOCAL_SHARE = 0.02
HEIGHT_M = 0.05
ANGLE = Number(-80, 80)


@click.command(
    cls=Command,
    help=_(
        "Foresee the picture on the wall: its size, keystone, dots and light, from where the "
        "projector stands, before the visit.\n\n"
        "Metres on the wall count to the right from straight ahead of the lens, and up from the "
        "ground.  With --out it is also a calibration, to try drawings on; the real one follows on "
        "the spot."
    ),
    epilog=_(
        "Example: visiophare plan --format ohp --distance 18 --focal 315mm --pitch 12 --yaw -8 "
        "--out plan.json"
    ),
)
@click.option(
    "--format",
    "aperture_mm",
    type=SIZE_MM,
    required=True,
    metavar=_("FORMAT"),
    help=_("The gate's opening: 24x36, a4, ohp, or WIDTHxHEIGHT in mm."),
)
@click.option(
    "--distance",
    "distance_m",
    type=Number(0.2, 500),
    required=True,
    metavar=_("METRES"),
    help=_("From the lens to the wall, square to the wall."),
)
@click.option(
    "--focal",
    "focal_mm",
    type=LENGTH_MM,
    required=True,
    metavar=_("LENGTH"),
    help=_("The projector's focal length."),
)
@click.option("--yaw", type=ANGLE, default=0.0, metavar=_("DEGREES"), help=_("To the right (0)."))
@click.option("--pitch", type=ANGLE, default=0.0, metavar=_("DEGREES"), help=_("Upwards (0)."))
@click.option(
    "--roll",
    type=ANGLE,
    default=0.0,
    metavar=_("DEGREES"),
    help=_("Clockwise, seen from behind the projector (0)."),
)
@click.option(
    "--height",
    "height_m",
    type=Number(-50, 200),
    default=1.0,
    metavar=_("METRES"),
    help=_("Of the lens over the ground (1)."),
)
@click.option("--dpi", type=Number(1, 20_000), default=1200.0, help=_("Of the film (1200)."))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="JSON", help=_("A calibration to try with.")
)
@json_option
def command(
    aperture_mm: tuple[float, float],
    distance_m: float,
    focal_mm: float,
    yaw: float,
    pitch: float,
    roll: float,
    height_m: float,
    dpi: float,
    out: Path | None,
    as_json: bool,
) -> None:
    """Foresees, and writes a calibration if asked."""
    from visiophare_mapping.without_camera import Stand, of_stand

    if not 1.0 <= focal_mm <= 5000.0:
        raise click.BadParameter(_("A focal length is 1 mm to 5 m, such as 315mm."))
    stand = Stand(distance_m, focal_mm, yaw, pitch, roll, height_m)
    unsure = Stand(
        max(DISTANCE_SHARE * distance_m, 0.01),
        FOCAL_SHARE * focal_mm,
        *(ANGLE_DEG,) * 3,
        HEIGHT_M,
    )
    calibration, radii = of_stand(aperture_mm, stand, unsure)
    if out is not None:
        write_atomically(out, calibration.to_text().encode())
    document = {
        **lit_document(calibration, dpi, focal_mm),
        "corners_95_m": radii.tolist(),
        "file": None if out is None else str(out),
    }
    worst = int(radii.argmax())
    lines = [
        *lit_lines(document),
        filled(
            _(
                "With the distance known to 1 %, angles to 1 degree and the focal length to 2 %, "
                "corners fall within {radius:.1f} m (95 %), worst at the {corner}."
            ),
            {"radius": float(radii[worst]), "corner": _(CORNERS[worst])},
        ),
    ]
    if out is not None:
        lines.append(_("Wrote {path}.").format(path=out))
    emit(as_json, document, lines)
    if min(corner[1] for corner in document["corners_m"]) < 0.0:
        warn(_("A part of the picture falls on the ground: raise the lens, or turn it upwards."))
