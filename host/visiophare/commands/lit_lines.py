# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a picture on the wall: its sides, its dots, its light.  For `tape` and `plan`.

Owns these sentences and their JSON.  Writes nothing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from visiophare.words import N_, _, filled

if TYPE_CHECKING:
    from visiophare_mapping.calibration import Calibration

CORNERS = (N_("lower left"), N_("lower right"), N_("upper right"), N_("upper left"))


def lit_document(calibration: "Calibration", dpi: float, focal_mm: float | None) -> dict[str, Any]:
    """Corners and sides in metres, mm a film dot, light in percent of the brightest place."""
    import numpy as np

    from visiophare_mapping.lit_wall import mm_per_dot, relative_light, slide_grid
    from visiophare_mapping.without_camera import slide_corners

    aperture = calibration.aperture_mm
    corners = calibration.map_points(slide_corners(aperture), "slide", "facade")
    grid = slide_grid(aperture, 25, 25).reshape(-1, 2)
    dots = mm_per_dot(calibration, grid, dpi)
    light = relative_light(calibration, np.vstack([grid, slide_corners(aperture)]), focal_mm)
    light = 100.0 * light / np.nanmax(light)
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    rectangle = calibration.planes[0].reference_size_m
    return {
        "corners_m": corners.tolist(),
        "sides_m": dict(zip(("lower", "right", "upper", "left"), sides.tolist(), strict=True)),
        "upright_rectangle_m": [
            *calibration.planes[0].reference_origin_m,
            *(rectangle or (0.0, 0.0)),
        ],
        "dpi": dpi,
        "mm_per_dot": {"finest": float(np.nanmin(dots)), "coarsest": float(np.nanmax(dots))},
        "light_percent_at_corners": light[-4:].tolist(),
        "darkest_percent": float(np.nanmin(light)),
    }


def lit_lines(document: dict[str, Any]) -> Iterator[str]:
    """The same for a person."""
    names = ("lower", "upper", "left", "right")
    yield filled(
        _(
            "The picture's sides on the wall: lower {lower:.2f} m, upper {upper:.2f} m, left "
            "{left:.2f} m, right {right:.2f} m."
        ),
        {name: float(document["sides_m"][name]) for name in names},
    )
    for name, (x, y) in zip(CORNERS, document["corners_m"], strict=True):
        yield "  " + filled(_("{corner}: {x:.2f}; {y:.2f} m"), {"corner": _(name), "x": x, "y": y})
    x, y, width, height = document["upright_rectangle_m"]
    yield filled(
        _(
            "Drawings go by default into the largest upright rectangle in the light: "
            "{width:.2f} × {height:.2f} m, lower left corner at {x:.2f}; {y:.2f} m."
        ),
        {"x": x, "y": y, "width": width, "height": height},
    )
    dots = document["mm_per_dot"]
    yield filled(
        _("A film dot at {dpi:.0f} dpi covers {finest:.1f} to {coarsest:.1f} mm of the wall."),
        {"dpi": document["dpi"], "finest": dots["finest"], "coarsest": dots["coarsest"]},
    )
    yield filled(
        _("The darkest corner of an empty gate gets {darkest:.0f} % of the brightest place."),
        {"darkest": document["darkest_percent"]},
    )
