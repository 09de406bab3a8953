# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare tape`: a calibration without a camera, from the light's corners on the wall."""

from pathlib import Path

import click

from visiophare.commands.common import (
    LENGTH_MM,
    POINTS,
    SIZE_MM,
    Command,
    emit,
    json_option,
    warn,
    write_atomically,
)
from visiophare.commands.lit_lines import lit_document, lit_lines
from visiophare.commands.units import Number
from visiophare.words import _, filled

FAR_OFF = 4.0  # deviations of the tape
ODD_SHARE = 0.015  # a slide beside the lens' axis, or a lens that bends, makes as much


@click.command(
    cls=Command,
    help=_(
        "Calibrate without a camera: measure where the corners of the lit, empty gate fall on the "
        "wall.\n\n"
        "Metres from a point of your own (such as the foot of the door): to the right, then up; "
        "lower left corner first, counter-clockwise as you see the wall.  What you draw then lies "
        "in these metres."
    ),
    epilog=_(
        "Example: visiophare tape --format 24x36 --corners '0.1,2.0 12.2,1.9 11.8,9.7 0.4,9.9' "
        "--out facade.json\n\n"
        "Then: visiophare warp drawing.svg --calibration facade.json --at 2,3,4,3 --out slide.pdf"
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
    "--corners",
    type=POINTS,
    required=True,
    metavar="'x,y x,y x,y x,y'",
    help=_("Metres on the wall, lower left first, counter-clockwise."),
)
@click.option(
    "--tape",
    "tape_mm",
    type=LENGTH_MM,
    default=10.0,
    metavar=_("LENGTH"),
    help=_("How well the tape was read (1cm)."),
)
@click.option(
    "--focal",
    "focal_mm",
    type=LENGTH_MM,
    metavar=_("LENGTH"),
    help=_("The projector's focal length, for its darker corners."),
)
@click.option("--dpi", type=Number(1, 20_000), default=1200.0, help=_("Of the film (1200)."))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("facade.json"),
    metavar="JSON",
    help=_("The calibration (facade.json)."),
)
@json_option
def command(
    aperture_mm: tuple[float, float],
    corners: list[tuple[float, float]],
    tape_mm: float,
    focal_mm: float | None,
    dpi: float,
    out: Path,
    as_json: bool,
) -> None:
    """Writes the calibration and says how sure it is."""
    import numpy as np

    from visiophare_mapping.without_camera import (
        corner_radii,
        of_tape,
        projection_miss_m,
        unseen_bend_m,
    )

    if not 0.1 <= tape_mm <= 1000.0:
        raise click.BadParameter(_("A tape is read to 0.1 mm at best, to a metre at worst."))
    calibration = of_tape(aperture_mm, np.array(corners, dtype=float), tape_mm / 1000.0)
    write_atomically(out, calibration.to_text().encode())
    radius = float(corner_radii(np.eye(8) * (tape_mm / 1000.0) ** 2)[0])
    bend = unseen_bend_m(calibration)
    miss = projection_miss_m(aperture_mm, np.array(corners, dtype=float))
    document = {
        **lit_document(calibration, dpi, focal_mm),
        "corners_95_m": radius,
        "unseen_bend_m": bend,
        "projection_miss_m": miss,
        "file": str(out),
    }
    sure = filled(
        _(
            "The corners hold within {radius:.3f} m (95 %). Between them the lens may bend the "
            "picture by {bend:.2f} m more: no tape sees that, a camera does."
        ),
        {"radius": radius, "bend": bend},
    )
    emit(as_json, document, [*lit_lines(document), sure, _("Wrote {path}.").format(path=out)])
    if miss > max(FAR_OFF * tape_mm / 1000.0, ODD_SHARE * max(document["sides_m"].values())):
        sentence = _(
            "No projector throws {width:g} × {height:g} mm onto these corners: they are "
            "{miss:.2f} m off or more. Measure them again; one is misread, or the format is "
            "another."
        )
        warn(filled(sentence, {"width": aperture_mm[0], "height": aperture_mm[1], "miss": miss}))
