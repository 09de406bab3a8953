# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare target`: make a calibration slide, or describe a board that somebody owns."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import (
    LENGTH_MM,
    SIZE_MM,
    Command,
    Group,
    emit,
    json_option,
    write_atomically,
)
from visiophare.commands.target_files import as_text, check_ending, page_line, write_descriptions
from visiophare.commands.units import Number
from visiophare.words import N_, _, plain_number

if TYPE_CHECKING:
    from visiophare_mapping.targets import Target

MOST_PIXELS = 400_000_000


class Grid(click.ParamType):
    """`12x8` → (12, 8)."""

    name = "grid"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Columns and rows."""
        match = re.fullmatch(r"(\d{1,3})\s*[x×]\s*(\d{1,3})", str(value).strip().lower())
        if not match:
            self.fail(_("{value!r} is not COLUMNSxROWS such as 12x8.").format(value=value))
        return int(match[1]), int(match[2])


@click.group(
    cls=Group,
    help=_("Make a calibration slide, or describe a board that you already own."),
    epilog=_("Example: visiophare target make --format 24x36 --out target.pdf"),
)
def command() -> None:
    """Holds the subcommands."""


@command.command(
    cls=Command,
    short_help=_("Make a calibration slide to print."),
    help=_(
        "Make a calibration slide to print: a ChArUco board, as large as the format allows.\n\n"
        "Writes target.json beside it, which `visiophare calibrate` needs; with --out NAME.pdf "
        "also NAME.json, so that several slides can share a folder."
    ),
    epilog=_("Example: visiophare target make --format 24x36 --out target.pdf"),
)
@click.option(
    "--format",
    "aperture_mm",
    type=SIZE_MM,
    default="24x36",
    metavar=_("FORMAT"),
    help=_("24x36 (36 mm wide, 24 high), a4, ohp, or WIDTHxHEIGHT in mm."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("target.pdf"),
    metavar="PDF",
    help=_("The page to print (target.pdf)."),
)
@click.option(
    "--png",
    type=click.Path(path_type=Path),
    metavar="PNG",
    help=_("Also a picture whose edges are exactly the aperture's."),
)
@click.option(
    "--dpi",
    type=Number(10, 20000),
    default=1200.0,
    help=_("Resolution of the PNG (1200)."),
)
@click.option("--bare", is_flag=True, help=_("A PDF page as large as the slide, without marks."))
@json_option
def make(
    aperture_mm: tuple[float, float],
    out: Path,
    png: Path | None,
    dpi: float,
    bare: bool,
    as_json: bool,
) -> None:
    """Writes PDF, target.json and perhaps a PNG."""
    from visiophare_mapping.print_page import pdf_bytes
    from visiophare_mapping.target_picture import target_drawing
    from visiophare_mapping.targets import make_target

    check_ending(out, ".pdf", "--out")
    if png is not None:
        check_ending(png, ".png", "--png")
    target = make_target(aperture_mm)
    picture = None if png is None else png_bytes(target, dpi)
    title, note = _("Visiophare calibration slide"), make_note(target)
    page = pdf_bytes(target_drawing(target), _, title=title, note=note, marks=not bare)
    write_atomically(out, page)
    written = [out, *write_descriptions(target, out)]
    if png is not None and picture is not None:
        write_atomically(png, picture)
        written.append(png)
    page_mm = target.aperture_mm if bare else page_of(aperture_mm)
    report(as_json, target, written, page_mm, [] if bare else page_lines(page_mm, aperture_mm))


@command.command(
    cls=Command,
    short_help=_("Describe a board that you already own."),
    help=_(
        "Describe a board that you already own, as it lies at the centre of the aperture.\n\n"
        "--charuco counts squares, as OpenCV does; --chessboard counts inner corners."
    ),
    epilog=_(
        "Example: visiophare target describe --charuco 12x8 --dictionary DICT_5X5_100 "
        "--square 3mm --marker 2.2mm --aperture 36x24 --out target.json"
    ),
)
@click.option("--charuco", type=Grid(), metavar="CxR", help=_("ChArUco board: squares."))
@click.option("--chessboard", type=Grid(), metavar="CxR", help=_("Chessboard: inner corners."))
@click.option("--dictionary", metavar=_("NAME"), help=_("Its markers, such as DICT_5X5_100."))
@click.option(
    "--square",
    "square_mm",
    type=LENGTH_MM,
    required=True,
    metavar=_("LENGTH"),
    help=_("Side of a square."),
)
@click.option(
    "--marker", "marker_mm", type=LENGTH_MM, metavar=_("LENGTH"), help=_("Side of a marker.")
)
@click.option(
    "--aperture",
    "aperture_mm",
    type=SIZE_MM,
    metavar=_("FORMAT"),
    help=_("What the projector shows; without it, the board's own size."),
)
@click.option("--legacy", is_flag=True, help=_("The layout that OpenCV drew before 4.6."))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("target.json"),
    metavar="JSON",
    help=_("The description (target.json)."),
)
@json_option
def describe(out: Path, as_json: bool, **board: Any) -> None:
    """Writes target.json."""
    from visiophare_mapping.targets import describe_target

    target = describe_target(board_of(board), board["aperture_mm"])
    write_atomically(out, as_text(target))
    report(as_json, target, [out])


def board_of(options: dict[str, Any]) -> Any:
    """The board of the options.  Raises UsageError for options that do not go together."""
    from visiophare.errors import UsageError
    from visiophare_mapping.boards import Board

    charuco, chessboard = options["charuco"], options["chessboard"]
    if charuco is not None and chessboard is not None:
        raise UsageError(
            "board_kind",
            N_("Both --charuco and --chessboard were given, but a board is one of them."),
            N_("A board with markers in its white squares is a ChArUco board."),
        )
    if charuco is None and chessboard is None:
        raise UsageError(
            "board_kind",
            N_("Say which board it is: either --charuco or --chessboard."),
            N_("A board with markers in its white squares is a ChArUco board."),
        )
    if chessboard is not None:
        if options["dictionary"] or options["marker_mm"] or options["legacy"]:
            raise UsageError(
                "chessboard_options",
                N_("A chessboard has no markers: no --dictionary, --marker or --legacy."),
                N_("Leave them out, or give --charuco."),
            )
        return Board("chessboard", chessboard[0] + 1, chessboard[1] + 1, options["square_mm"])
    if not options["dictionary"] or options["marker_mm"] is None:
        raise UsageError(
            "charuco_options",
            N_("A ChArUco board also needs --dictionary and --marker."),
            N_("They are printed on most boards, or known to whoever made it."),
        )
    return Board(
        "charuco",
        charuco[0],
        charuco[1],
        options["square_mm"],
        options["marker_mm"],
        options["dictionary"].upper(),
        options["legacy"],
    )


def png_bytes(target: "Target", dpi: float) -> bytes:
    """The PNG, which says what it is and how large.  Raises UsageError picture_too_large."""
    from visiophare.errors import UsageError
    from visiophare_mapping.render import slide_png
    from visiophare_mapping.target_picture import MM_PER_INCH, target_array

    width, height = (side * dpi / MM_PER_INCH for side in target.aperture_mm)
    if width * height > MOST_PIXELS:
        raise UsageError(
            "picture_too_large",
            N_("At {dpi:g} dpi the picture would have {millions:.0f} million pixels."),
            N_("Give a lower --dpi; the PDF is exact at any size."),
            dpi=dpi,
            millions=width * height / 1e6,
        )
    return slide_png(target_array(target, dpi), target.aperture_mm)


def page_of(aperture_mm: tuple[float, float]) -> tuple[float, float]:
    """Width and height in mm of the page, with its marks, of a slide that is made."""
    from visiophare_mapping.drawing import Drawing
    from visiophare_mapping.print_page import page_size_mm
    from visiophare_mapping.targets import make_target

    title, note = _("Visiophare calibration slide"), make_note(make_target(aperture_mm))
    return page_size_mm(Drawing(aperture_mm, []), _, title=title, note=note)


def page_lines(page_mm: tuple[float, float], aperture_mm: tuple[float, float]) -> Iterable[str]:
    """Which sheet a page needs, and how to stay with A4 where it is larger."""
    from visiophare_mapping.page_layout import A4_MM, largest_on_a4

    yield page_line(page_mm)
    if page_mm in A4_MM:
        return
    size = largest_on_a4(aperture_mm, page_of)
    if size is not None:
        sentence = _(
            "The largest slide with its marks on A4 film: --format {width:g}x{height:g}, the rest "
            "of the window covered."
        )
        yield sentence.format(width=size[0], height=size[1])
    fits = any(aperture_mm[0] <= width and aperture_mm[1] <= height for width, height in A4_MM)
    sentence = _("Or {options}: the page is as large as the slide, without marks.")
    yield sentence.format(options="--bare" if fits else "--format a4 --bare")


def make_note(target: "Target") -> list[str]:
    """What the page says about this slide."""
    board = target.board
    return [
        _(
            "Calibration slide: {columns} × {rows} squares of {square} mm, "
            "markers {marker} mm, {dictionary}. Keep it with its target.json."
        ).format(
            columns=board.columns,
            rows=board.rows,
            square=plain_number(board.square_mm),
            marker=plain_number(board.marker_mm),
            dictionary=board.dictionary,
        )
    ]


def report(
    as_json: bool,
    target: "Target",
    written: list[Path],
    page_mm: tuple[float, float] | None = None,
    page_lines: Iterable[str] = (),
) -> None:
    """What was written, and on what it is to be printed."""
    board = target.board
    document = {**target.to_json(), "files": [str(path) for path in written]}
    sentence = _("{points} points on {columns} × {rows} squares of {square} mm.").format(
        points=len(target.ids),
        columns=board.columns,
        rows=board.rows,
        square=plain_number(board.square_mm),
    )
    lines = [sentence, *page_lines]
    if page_mm is not None:
        document["page_mm"] = list(page_mm)
    lines += [_("Wrote {path}.").format(path=path) for path in written]
    emit(as_json, document, lines)
