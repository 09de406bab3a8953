# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mapping steps of a rehearsal, with the very functions that the commands use.

It sees pictures and clicked corners like any user; the bench's truth is not for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from visiophare import stage
from visiophare.files import read_file, write_atomically
from visiophare.words import LANGUAGE, _, filled, some_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from visiophare_mapping.artwork import Artwork
    from visiophare_mapping.calibration import Calibration
    from visiophare_mapping.targets import Target

    Photo = npt.NDArray[np.uint8]

EXAMPLE_ARTWORK = Path(stage.__file__).with_name("artwork.svg")


@dataclass(frozen=True)
class Slide:
    """A drawing made into a slide: `placed_m` is its page on the façade, x, y, width, height."""

    placed_m: tuple[float, float, float, float]
    notes: tuple[str, ...]


def make_target(aperture_mm: tuple[float, float], pdf: Path, description: Path) -> Target:
    """Write the calibration slide to print, and the file that describes it."""
    from visiophare_mapping import targets
    from visiophare_mapping.print_page import pdf_bytes
    from visiophare_mapping.target_picture import target_drawing

    target = targets.make_target(aperture_mm)
    write_atomically(pdf, pdf_bytes(target_drawing(target), _, title=_("Calibration slide")))
    target.save(description)
    return target


def calibrate(lit: Sequence[Photo], dark: Sequence[Photo], target: Target) -> Calibration:
    """Find the target in the pictures and join slide and camera.

    Raises: MappingError's children, as the command `calibrate` does.
    """
    from visiophare_mapping import detect

    found = detect.find_target(lit, dark, target)
    return detect.calibrate(found, found.image_size_px, target)


def set_facade(
    calibration: Calibration, corners_px: npt.NDArray[np.float64], size_m: tuple[float, float]
) -> Calibration:
    """Give the wall its metres from four clicked corners."""
    from visiophare_mapping import facade

    return facade.set_facade(calibration, corners_px, size_m)


def read_artwork(path: Path) -> Artwork:
    """Read an SVG or a picture.  Raises: FileError, ArtworkError, PictureError."""
    from visiophare_mapping import artwork_file

    return artwork_file.read_artwork(read_file(path), path.name, (LANGUAGE,))


def warp(artwork: Artwork, calibration: Calibration, pdf: Path) -> Slide:
    """Pre-distort the artwork into the façade's rectangle and write the page to print.

    Raises: CalibrationError out_of_reach.
    """
    from visiophare_mapping.artwork import gathered
    from visiophare_mapping.placement import on_facade
    from visiophare_mapping.print_page import pdf_bytes
    from visiophare_mapping.warp import warp as predistort

    placed = on_facade(calibration, artwork.size)
    slide = predistort(
        artwork, placed.to_slide, placed.from_slide, calibration.aperture_mm, crop=placed.crop
    )
    write_atomically(pdf, pdf_bytes(slide.drawing, _, title=artwork.name))
    assert placed.rect_m is not None, "a page on the façade has its metres"
    notes = tuple(
        filled(_(note.template), {**note.params, "element": some_of(names)})
        for note, names in gathered(slide.notes)
    )
    return Slide(placed.rect_m, notes)


def preview(photo: Photo, film: npt.NDArray[np.float32], calibration: Calibration) -> Photo:
    """The photo (BGR) at night with the film, BGR 0..1, on it."""
    import numpy as np

    from visiophare_mapping import preview as night

    slide = (film[..., ::-1] * 255).round().astype(np.uint8)
    return np.ascontiguousarray(night.preview(photo[..., ::-1], slide, calibration)[..., ::-1])
