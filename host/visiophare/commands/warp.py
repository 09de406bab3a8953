# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare warp`: artwork into a slide to print, pre-distorted for the façade."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import Command, emit, json_option, progress, write_atomically
from visiophare.commands.placing import (
    LARGEST_ARTWORK_BYTES,
    Place,
    artwork_of,
    place_options,
    placed_line,
)
from visiophare.commands.target_files import page_line
from visiophare.commands.units import Number
from visiophare.files import keep_inputs, read_file
from visiophare.words import N_, _, filled, some_of

if TYPE_CHECKING:
    from visiophare_mapping.artwork import Note
    from visiophare_mapping.placement import Placement
    from visiophare_mapping.warp import Warped

FINEST_DPI = 20_000
MOST_PIXELS = 150_000_000


@click.command(
    cls=Command,
    help=_(
        "Pre-distort ARTWORK (SVG, PNG, JPEG) into a slide that lands undistorted.\n\n"
        "OUT.pdf is a page to print at 100 %, with registration marks and rulers; OUT.png is the "
        "slide as pixels, edge to edge. What cannot stay vector is rasterised in place and named."
    ),
    epilog=_(
        "Example: visiophare warp waves.svg --calibration calibration.json --out slide.pdf\n\n"
        "Placed in metres: visiophare warp sun.svg --calibration calibration.json "
        "--at 2,3,1.5,1.5 --out slide.pdf"
    ),
)
@click.argument("artwork", type=click.Path(path_type=Path), metavar=_("ARTWORK"))
@click.option(
    "--calibration",
    "calibration_path",
    required=True,
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("The calibration, with the façade's metres (`visiophare facade`)."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar=_("FILE"),
    help=_("The slide: .pdf or .png."),
)
@place_options
@click.option(
    "--dpi",
    type=Number(1, FINEST_DPI),
    metavar=_("N"),
    help=_("Resolution of the PNG and of rasterised parts; by default what the format is worth."),
)
@click.option("--mirror", is_flag=True, help=_("Reverse the PDF, to print on the film's back."))
@click.option("--bare", is_flag=True, help=_("A PDF page as large as the slide, without marks."))
@json_option
def command(
    artwork: Path,
    calibration_path: Path,
    out: Path,
    dpi: float | None,
    mirror: bool,
    bare: bool,
    as_json: bool,
    **place: Any,
) -> None:
    """Reads, warps, writes, and reports what was done."""
    from visiophare_mapping.calibration import Calibration
    from visiophare_mapping.render import drawing_to_array, slide_png
    from visiophare_mapping.warp import default_dpi

    kind, chosen = _kind_of(out), Place(**place)
    chosen.check()
    _check_for_paper(kind, mirror or bare)
    keep_inputs([out], [artwork, calibration_path])
    calibration = Calibration.load(calibration_path)
    _check_size(calibration.aperture_mm, dpi or default_dpi(calibration.aperture_mm))
    page = artwork_of(read_file(artwork, LARGEST_ARTWORK_BYTES), artwork.name)
    placement = chosen.placement(calibration, page)
    if not as_json:
        progress(_("Warping {name} …").format(name=artwork.name))
    warped = chosen.warped(page, placement, dpi)
    page_mm = None
    if kind == "pdf":
        content, page_mm = _pdf(warped, artwork.name, placement, mirror, bare)
    else:
        content = slide_png(drawing_to_array(warped.drawing, warped.dpi), warped.drawing.size_mm)
    write_atomically(out, content)
    document = _document(warped, placement, out)
    document["page_mm"] = page_mm
    emit(as_json, document, _lines(warped, placement, out, None if bare else page_mm))


def _kind_of(out: Path) -> str:
    from visiophare.errors import UsageError

    kind = out.suffix.lower().lstrip(".")
    if kind not in ("pdf", "png"):
        raise UsageError(
            "out_unknown",
            N_("A slide is a .pdf or a .png file, not {name}."),
            N_("Give --out slide.pdf to print, or --out slide.png."),
            name=out.name,
        )
    return kind


def _check_for_paper(kind: str, for_paper: bool) -> None:
    from visiophare.errors import UsageError

    if kind == "png" and for_paper:
        raise UsageError(
            "png_not_paper",
            N_("--mirror and --bare are for printed pages; a PNG is always right-reading."),
            N_("Leave them out, or give --out slide.pdf."),
        )


def _check_size(size_mm: tuple[float, float], dpi: float) -> None:
    from visiophare.errors import UsageError

    pixels = size_mm[0] * size_mm[1] * (dpi / 25.4) ** 2
    if pixels > MOST_PIXELS:
        raise UsageError(
            "dpi_too_fine",
            N_("At {dpi:g} dpi this slide would have {millions:.0f} million pixels."),
            N_("Give a smaller --dpi; vector parts of a PDF stay sharp at any."),
            dpi=dpi,
            millions=pixels / 1e6,
        )


def _pdf(
    warped: Warped, name: str, placement: Placement, mirror: bool, bare: bool
) -> tuple[bytes, list[float]]:
    """The PDF, and its page's width and height in mm."""
    from visiophare_mapping.print_page import page_size_mm, pdf_bytes

    title = _("Slide for the Visiophare: {name}").format(name=name)
    note = [placed_line(placement.rect_m)] if placement.rect_m else []
    words: dict[str, Any] = {"title": title, "note": note, "mirror": mirror, "marks": not bare}
    return pdf_bytes(warped.drawing, _, **words), list(page_size_mm(warped.drawing, _, **words))


def said(note: Note) -> str:
    """A note of the mapping package in the user's language."""
    return filled(_(note.template), note.params)


def _document(warped: Warped, placement: Placement, out: Path) -> dict[str, Any]:
    from visiophare_mapping.svg.document import RASTERISED

    rasterised = [
        {"what": note.code, **note.params} for note in warped.notes if note.code in RASTERISED
    ]
    others = [
        {"code": note.code, "message": said(note), **note.params}
        for note in warped.notes
        if note.code not in RASTERISED
    ]
    return {
        "out": out,
        "slide_mm": list(warped.drawing.size_mm),
        "dpi": warped.dpi,
        "on_facade_m": list(placement.rect_m) if placement.rect_m else None,
        "outside_percent": round(warped.outside_percent, 2),
        "rasterised": rasterised,
        "notes": others,
    }


def _lines(
    warped: Warped, placement: Placement, out: Path, page_mm: list[float] | None
) -> Iterable[str]:
    from visiophare_mapping.artwork import gathered

    width, height = warped.drawing.size_mm
    sentence = _("{path}: a slide of {width:g} × {height:g} mm.")
    yield filled(sentence, {"path": out, "width": float(width), "height": float(height)})
    if page_mm is not None:
        yield page_line((page_mm[0], page_mm[1]))
    if placement.rect_m:
        yield placed_line(placement.rect_m)
    for note, names in gathered(warped.notes):
        yield filled(_(note.template), {**note.params, "element": some_of(names)})
