# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare map`: carry points from one frame of reference to another, CSV in, CSV out."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from visiophare.commands.common import Command, warn
from visiophare.commands.units import WholeNumber
from visiophare.words import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from visiophare_mapping.calibration import Calibration

FRAMES = click.Choice(["slide", "camera", "facade"])
MOST_PROBLEMS = 20


@click.command(
    cls=Command,
    help=_(
        "Carry points from one frame of reference to another.\n\n"
        "Reads lines x,y from standard input and writes as many to standard output: slide in mm "
        "from its centre (x right, y down), camera in pixels of the photo, façade in metres from "
        "the rectangle's lower left corner (x right, y up).  Empty lines, lines that begin with # "
        "and a heading on the first line are passed on."
    ),
    epilog=_(
        "Example: echo 0,0 | visiophare map --calibration calibration.json --from slide --to camera"
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
@click.option("--from", "from_frame", type=FRAMES, required=True, help=_("Where the points are."))
@click.option("--to", "to_frame", type=FRAMES, required=True, help=_("Where to carry them."))
@click.option("--plane", type=WholeNumber(0), default=0, help=_("Plane of the façade (0)."))
def command(path: Path, from_frame: str, to_frame: str, plane: int) -> None:
    """Maps standard input to standard output."""
    import numpy as np

    from visiophare_mapping.calibration import FRAMES as NAMES
    from visiophare_mapping.calibration import Calibration

    calibration = Calibration.load(path)
    frames = {str(name): name for name in NAMES}
    start, end = frames[from_frame], frames[to_frame]
    calibration.map_points(np.zeros((1, 2)), start, end, plane)  # refuse before reading
    lines, points = read_points(sys.stdin.buffer.read())
    given = np.array(points, dtype=float).reshape(-1, 2)
    mapped = calibration.map_points(given, start, end, plane)
    rows = iter(mapped)
    for line in lines:
        click.echo("{:.9g},{:.9g}".format(*next(rows)) if line is None else line)
    tell_odd(calibration, {start: given, end: mapped})


def tell_odd(calibration: "Calibration", places: "Mapping[str, NDArray[np.float64]]") -> None:
    """Notes on points that are nowhere, outside of the aperture, or outside of the photo.

    places: the points (N, 2) in the frames where they start and end.
    """
    import numpy as np

    missing = max(int(np.isnan(at).any(axis=1).sum()) for at in places.values())
    warn_if(
        missing,
        ngettext(
            "{count} point has no place there (nan): it lies behind the camera or beyond "
            "what the lens can show.",
            "{count} points have no place there (nan): they lie behind the camera or beyond "
            "what the lens can show.",
            missing,
        ),
    )
    if "slide" in places:
        half = np.array(calibration.aperture_mm) / 2
        beyond = count_beyond(places["slide"], -half, half)
        warn_if(
            beyond,
            ngettext(
                "{count} point lies outside of the aperture: the projector does not light it.",
                "{count} points lie outside of the aperture: the projector does not light them.",
                beyond,
            ),
        )
    if "camera" in places:
        size = np.array(calibration.image_size_px)
        beyond = count_beyond(places["camera"], np.array([-0.5, -0.5]), size - 0.5)
        warn_if(
            beyond,
            ngettext(
                "{count} point lies outside of the photo, where the calibration is a guess.",
                "{count} points lie outside of the photo, where the calibration is a guess.",
                beyond,
            ),
        )


def count_beyond(
    at: "NDArray[np.float64]", least: "NDArray[np.float64]", most: "NDArray[np.float64]"
) -> int:
    """How many points lie beyond a rectangle, by more than rounding."""
    import numpy as np

    margin = 1e-6 * (most - least)
    return int(np.count_nonzero(((at < least - margin) | (at > most + margin)).any(axis=1)))


def warn_if(count: int, sentence: str) -> None:
    """Notes the sentence with its {count}, unless that is none."""
    if count:
        warn(sentence.format(count=count))


def read_points(content: bytes) -> tuple[list[str | None], list[tuple[float, float]]]:
    """Lines to pass on (None where a point was), and the points.

    Raises FileError points_invalid with every bad line.
    """
    from visiophare.errors import FileError, Problem

    lines: list[str | None] = []
    points: list[tuple[float, float]] = []
    problems: list[Problem] = []
    for number, line in enumerate(decode(content).splitlines(), 1):
        text = line.strip()
        point = as_point(text)
        if point is not None:
            points.append(point)
            lines.append(None)
        elif not text or text.startswith("#") or (number == 1 and is_heading(text)):
            lines.append(text)
        else:
            problems.append(Problem(number, N_("{text!r} is not x,y."), params={"text": text[:40]}))
    if problems:
        raise FileError(
            "points_invalid",
            N_("Standard input has lines that are not points x,y: {count} of them."),
            N_("Give two numbers a line, such as 1.5,2 or, with decimal commas, 1,5;2."),
            problems=problems[:MOST_PROBLEMS],
            count=len(problems),
        )
    return lines, points


def decode(content: bytes) -> str:
    """Text in UTF-8, with or without a mark at its start, or else in Latin-1."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def as_point(text: str) -> tuple[float, float] | None:
    """Two finite numbers with a comma, a semicolon, a tab or blanks between; None otherwise.

    Commas are decimal where a semicolon or a tab separates: 1,5;2,5.  In 1,5 2 nobody can tell.
    """
    import math

    if ";" in text or "\t" in text:
        words = [word.strip().replace(",", ".") for word in re.split(r"[;\t]", text)]
    else:
        words = text.replace(",", " ").split()
    try:
        values = [float(word) for word in words]
    except ValueError:
        return None
    if len(values) != 2 or not all(math.isfinite(value) for value in values):
        return None
    return values[0], values[1]


def is_heading(text: str) -> bool:
    """Whether the first line names the columns, rather than being a broken point."""
    return not any(character.isdigit() for character in text)
