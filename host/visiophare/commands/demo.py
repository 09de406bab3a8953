# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare demo`: the whole way once, with no hardware."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from visiophare.commands.common import (
    Command,
    emit,
    json_option,
    progress,
    stop_signals,
)
from visiophare.commands.units import Number, WholeNumber
from visiophare.words import _, number

if TYPE_CHECKING:
    from visiophare.rehearsal.outcome import Outcome

FILE = click.Path(path_type=Path)


@click.command(
    cls=Command,
    help=_(
        "Rehearse a mapped show with no hardware.\n\n"
        "Simulates a projector, a façade and a webcam; calibrates one through the other; "
        "pre-distorts a drawing, prints it, puts the print into the gate and measures where it "
        "falls; then plays a show.  Takes about half a minute and leaves a folder with all files "
        "and a report."
    ),
    epilog=_(
        "Example: visiophare demo --facade photo.jpg --artwork drawing.svg --midi performance.mid"
    ),
)
@click.option("--facade", type=FILE, metavar=_("PHOTO"), help=_("A photo to stand for the façade."))
@click.option(
    "--width",
    "width_m",
    type=Number(1.0, 100.0),
    default=12.0,
    metavar="M",
    help=_("How wide the façade is, in metres (12)."),
)
@click.option("--artwork", type=FILE, metavar=_("FILE"), help=_("A drawing: SVG, PNG or JPEG."))
@click.option("--midi", type=FILE, metavar=_("FILE.mid"), help=_("A recorded performance to play."))
@click.option(
    "--seed",
    type=WholeNumber(0, 2**31 - 1),
    default=0,
    metavar="N",
    help=_("Another evening: places, lenses, light (0)."),
)
@click.option(
    "--out",
    type=FILE,
    default=Path("rehearsal"),
    metavar=_("DIR"),
    help=_("The folder for the results (rehearsal)."),
)
@json_option
def command(
    facade: Path | None,
    width_m: float,
    artwork: Path | None,
    midi: Path | None,
    seed: int,
    out: Path,
    as_json: bool,
) -> None:
    """Rehearses and tells what came out."""
    from visiophare.rehearsal.run import Wishes, rehearse

    wishes = Wishes(out, facade, artwork, midi, seed, width_m)
    with stop_signals():
        outcome = rehearse(wishes, progress)
    emit(as_json, {"folder": out, **outcome.document()}, _lines(outcome, out))


def _lines(outcome: "Outcome", folder: Path) -> Iterator[str]:
    from visiophare.rehearsal.report import verdict

    yield verdict(outcome)
    play = outcome.play
    if play is not None and play.lateness_ms.count:
        yield _(
            "The board acted {count} times, half of them within {median} ms of the plan, all "
            "within {worst} ms."
        ).format(
            count=play.lateness_ms.count,
            median=number(play.lateness_ms.median, 2),
            worst=number(play.lateness_ms.worst, 2),
        )
    yield from outcome.notes
    yield _("Open {path} to see it all.").format(path=folder / "report.html")
