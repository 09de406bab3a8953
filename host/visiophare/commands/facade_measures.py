# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare facade --measures`: the façade's metres from points, lengths and directions.

Owns reading these measures and what is told of them.  Knows no rectangle and no page.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visiophare.commands.common import emit, warn, write_atomically
from visiophare.files import read_file
from visiophare.words import N_, _, filled

if TYPE_CHECKING:
    from visiophare_mapping.calibration import Calibration
    from visiophare_mapping.measured_facade import Report, Row

MOST_BYTES = 64 * 1024 * 1024
FEW_SPARE = 1
SLIDE_CORNERS = (N_("upper left"), N_("upper right"), N_("lower right"), N_("lower left"))


def set_from_measures(
    calibration: "Calibration",
    path: Path | None,
    points: tuple[str, ...],
    plane: int,
    out: Path,
    as_json: bool,
) -> None:
    """Writes the calibration with metres, and tells how well the measures agree."""
    from visiophare_mapping.measured_facade import set_measured
    from visiophare_mapping.measures import read_measures

    name = "--point" if path is None else str(path)
    # First what a file says, so that its lines keep their numbers.
    written = [] if path is None else [content_of(path, calibration)]
    text = "\n".join([*written, *(f"point {point}" for point in points)])
    measures = read_measures(text, name)
    completed, report = set_measured(calibration, measures, plane)
    write_atomically(out, completed.to_text().encode())
    emit(as_json, document(completed, report, plane, out), lines(completed, report, plane, out))
    if report.spare < FEW_SPARE:
        warn(
            _(
                "There is no measure to spare: a wrong one would not show. Measure one more if "
                "you can."
            )
        )


def content_of(path: Path, calibration: "Calibration") -> str:
    """The lines of a text file, or of a drawing over the photo."""
    from visiophare_mapping.artwork_file import is_svg
    from visiophare_mapping.measures_drawn import measures_text

    data = read_file(path, MOST_BYTES)
    if is_svg(data):
        return measures_text(data, path.name, calibration)
    return data.decode("utf-8", "replace")


def document(calibration: "Calibration", report: "Report", plane: int, out: Path) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "planes": calibration.to_json()["planes"],
        "plane": plane,
        "measures": [
            {
                "kind": row.measure.kind,
                "name": row.measure.name,
                "line": row.measure.line,
                "miss_m": row.miss_m,
                "deviations": row.deviations,
            }
            for row in report.rows
        ],
        "spare": report.spare,
        "measured_95_m": report.measured_95_m,
        "lit_95_m": report.lit_95_m,
        "file": str(out),
    }


def lines(calibration: "Calibration", report: "Report", plane: int, out: Path) -> Iterator[str]:
    """What a person reads."""
    width, height = calibration.planes[plane].reference_size_m or (0.0, 0.0)
    sentence = _("What was measured spans {width:.2f} × {height:.2f} m.")
    yield filled(sentence, {"width": width, "height": height})
    for row in report.rows:
        yield "  " + row_line(row)
    sentence = _("Among the measures the metres hold within {radius:.3f} m (95 %).")
    yield filled(sentence, {"radius": report.measured_95_m})
    if report.lit_95_m is not None and report.lit_worst_corner is not None:
        sentence = _("In the light they hold within {radius:.3f} m, worst at the {corner}.")
        corner = _(SLIDE_CORNERS[report.lit_worst_corner])
        yield filled(sentence, {"radius": report.lit_95_m, "corner": corner})
    yield _("Wrote {path}.").format(path=out)


def row_line(row: "Row") -> str:
    """One measure, and by how much it is missed."""
    return filled(
        _("{name}: missed by {miss:.0f} mm, {times:.1f} times its tolerance"),
        {"name": row.measure.name, "miss": 1000.0 * abs(row.miss_m), "times": row.deviations},
    )
