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

POINTS_PER_MM = 72 / 25.4
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
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        page_width_pt, page_height_pt = page.get_size()
        side_pt = (page_width_pt - width_mm * POINTS_PER_MM) / 2
        end_pt = (page_height_pt - height_mm * POINTS_PER_MM) / 2
        bitmap = page.render(
            scale=FILM_PX / (width_mm * POINTS_PER_MM),
            crop=(side_pt, end_pt, side_pt, end_pt),
        )
        ink = np.array(bitmap.to_numpy()[..., :3], dtype=np.float32)
    finally:
        document.close()
    return ink / np.float32(255)
