# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The print shop of a rehearsal: a PDF page in, the film that would come out of the printer.

It reads the finished PDF with a renderer that shares nothing with the code that wrote it, so a
wrong millimetre, a mirrored page or a missing shape shows up on the simulated façade as it would
on the real one.  It must not know how the page was made.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pypdfium2

POINTS_PER_MM = 72 / 25.4
SKEW = 1e-4
"""A micrometre over a page: PDFium moves the edges of upright rectangles to whole pixels,
and those of all other shapes it draws where they are."""
FILM_PX = 2880
"""36 mm at 80 dots a millimetre, half as many again as the webcam or the judge can see."""


def print_film(pdf: Path, aperture_mm: tuple[float, float]) -> npt.NDArray[np.float32]:
    """Return the film's transmittance inside the aperture, as it lies right-reading in the gate.

    The page's centre is the aperture's centre, as its registration marks say.

    Returns an (H, W, 3) BGR array, 0 opaque to 1 clear; its edges are the aperture's.
    """
    import numpy as np
    import pypdfium2

    width_mm, height_mm = aperture_mm
    size_px = (FILM_PX, round(FILM_PX * height_mm / width_mm))
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = _expose(document[0], aperture_mm, size_px)
        ink = np.array(bitmap.to_numpy()[..., :3], dtype=np.float32)
    finally:
        document.close()
    return ink / np.float32(255)


def _expose(
    page: pypdfium2.PdfPage, aperture_mm: tuple[float, float], size_px: tuple[int, int]
) -> pypdfium2.PdfBitmap:
    """Draw the middle of a page so that the aperture's edges are the bitmap's, to the last digit.

    PdfPage.render would cut to whole pixels: 0.01 mm here is 3 mm on the wall.
    """
    import pypdfium2
    from pypdfium2 import raw

    page_pt = page.get_size()
    aperture_pt = tuple(mm * POINTS_PER_MM for mm in aperture_mm)
    scale = tuple(px / pt for px, pt in zip(size_px, aperture_pt, strict=True))
    corner_pt = tuple(
        (page - inside) / 2 for page, inside in zip(page_pt, aperture_pt, strict=True)
    )
    to_bitmap = raw.FS_MATRIX(
        scale[0], SKEW, SKEW, scale[1], -corner_pt[0] * scale[0], -corner_pt[1] * scale[1]
    )
    clip = raw.FS_RECTF(0.0, 0.0, float(size_px[0]), float(size_px[1]))
    bitmap = pypdfium2.PdfBitmap.new_native(*size_px, raw.FPDFBitmap_BGRx)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size_px)
    raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, to_bitmap, clip, raw.FPDF_ANNOT)
    return bitmap
