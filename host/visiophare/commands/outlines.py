# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare outlines`: windows and doors, drawn once over the photo, kept in metres."""

from pathlib import Path

import click

from visiophare.commands.common import Command, emit, json_option, write_atomically
from visiophare.commands.placing import LARGEST_ARTWORK_BYTES
from visiophare.commands.units import WholeNumber
from visiophare.files import keep_inputs, read_file
from visiophare.words import _, filled, ngettext


@click.command(
    cls=Command,
    help=_(
        "Keep the outlines of windows and doors as polygons in metres.\n\n"
        "DRAWING is an SVG whose page is the calibration photo: open the photo in Inkscape, draw "
        "over it, name each shape in the Objects panel, and save as SVG.  Only the shapes count, "
        "not their colours.  `visiophare template` shows them."
    ),
    epilog=_(
        "Example: visiophare outlines traced.svg --calibration facade.json --out outlines.json"
    ),
)
@click.argument("drawing", type=click.Path(path_type=Path), metavar=_("DRAWING"))
@click.option(
    "--calibration",
    "calibration_path",
    required=True,
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("The calibration, with the façade's metres (`visiophare facade`)."),
)
@click.option("--plane", type=WholeNumber(0), default=0, help=_("Plane of the façade (0)."))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("outlines.json"),
    metavar="JSON",
    help=_("The outlines (outlines.json)."),
)
@json_option
def command(drawing: Path, calibration_path: Path, plane: int, out: Path, as_json: bool) -> None:
    """Reads shapes, writes polygons."""
    import numpy as np

    from visiophare_mapping.calibration import Calibration
    from visiophare_mapping.outlines import outlines_document, outlines_text, read_outlines

    keep_inputs([out], [drawing, calibration_path])
    calibration = Calibration.load(calibration_path)
    data = read_file(drawing, LARGEST_ARTWORK_BYTES)
    found = read_outlines(data, drawing.name, calibration, plane)
    write_atomically(out, outlines_text(found).encode())
    lines = [
        filled(
            _("{name}: {width:.2f} × {height:.2f} m"),
            {"name": one.name, "width": float(size[0]), "height": float(size[1])},
        )
        for one in found
        for size in [np.ptp(one.points_m, axis=0)]
    ]
    count = ngettext("{count} outline.", "{count} outlines.", len(found)).format(count=len(found))
    wrote = _("Wrote {path}.").format(path=out)
    emit(as_json, {**outlines_document(found), "file": str(out)}, [*lines, count, wrote])
