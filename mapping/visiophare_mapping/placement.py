# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns where an artwork's page lies: on the façade in metres, or over the calibration photo.

It joins the page to the calibration's frames. It must not know what is on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from visiophare_mapping.artwork import Box, TemplatePlace
from visiophare_mapping.calibration import Calibration, Frame
from visiophare_mapping.drawing import Floats
from visiophare_mapping.errors import N_, ArtworkError, CalibrationError

Fit = Literal["contain", "cover", "stretch"]
MOST_RESIZED = 0.003  # what writing a page's size in fewer digits makes of its proportions
MOST_DISTORTED = 0.01  # a page drawn over the photo must have its proportions


@dataclass(frozen=True, eq=False)
class Placement:
    """A page joined to the slide of one plane.

    to_frame: (2, 3), page units to façade m or raw camera px. crop: the part of the page to show.
    rect_m: lower left corner, width and height on the façade of what shows, where it is known.
    """

    calibration: Calibration
    frame: Frame
    to_frame: Floats
    crop: Box
    plane: int = 0
    rect_m: tuple[float, float, float, float] | None = None

    def to_slide(self, page: Floats) -> Floats:
        """(N, 2) page units to slide mm; NaN where the slide has no such point."""
        there = np.asarray(page) @ self.to_frame[:, :2].T + self.to_frame[:, 2]
        return self.calibration.map_points(there, self.frame, "slide", self.plane)

    def from_slide(self, slide_mm: Floats) -> Floats:
        """(N, 2) slide mm to page units; NaN where nothing is lit."""
        there = self.calibration.map_points(slide_mm, "slide", self.frame, self.plane)
        back = np.linalg.inv(self.to_frame[:, :2])
        page: Floats = (there - self.to_frame[:, 2]) @ back.T
        return page


def on_facade(
    calibration: Calibration,
    size: tuple[float, float],
    *,
    fit: Fit = "contain",
    at_m: tuple[float, float, float, float] | None = None,
    plane: int = 0,
) -> Placement:
    """A page of `size` in the reference rectangle, or in the rectangle at_m.

    at_m: lower left corner x, y, width and height in metres. fit: contain shows the whole page,
    cover fills the rectangle and cuts what sticks out, stretch gives up the proportions.

    Raises: CalibrationError facade_unknown, plane_unknown.
    """
    calibration.map_points(np.zeros((1, 2)), "facade", "slide", plane)  # refuses what is not there
    reference = calibration.planes[plane].reference_size_m
    corner = calibration.planes[plane].reference_origin_m
    if at_m is None and reference is None:
        raise CalibrationError(
            "facade_unknown",
            N_("This calibration does not know the façade's metres yet."),
            N_("Give four corners of a known rectangle with `visiophare facade`."),
        )
    x, y, width, height = at_m or (*corner, *(reference or (0.0, 0.0)))
    scale_x, scale_y = width / size[0], height / size[1]
    if fit != "stretch":
        scale_x = scale_y = (min if fit == "contain" else max)(scale_x, scale_y)
    shown = (min(size[0], width / scale_x), min(size[1], height / scale_y))
    crop = ((size[0] - shown[0]) / 2, (size[1] - shown[1]) / 2, *shown)
    placed = (shown[0] * scale_x, shown[1] * scale_y)
    left, bottom = x + (width - placed[0]) / 2, y + (height - placed[1]) / 2
    to_facade = np.array(
        [
            [scale_x, 0.0, left - crop[0] * scale_x],
            [0.0, -scale_y, bottom + placed[1] + crop[1] * scale_y],
        ]
    )
    return Placement(calibration, "facade", to_facade, crop, plane, (left, bottom, *placed))


def on_template(
    calibration: Calibration,
    size: tuple[float, float],
    template: TemplatePlace,
    plane: int = 0,
) -> Placement:
    """A page that was drawn on a template: it lies where the template's page does.

    Raises: ArtworkError template_resized, template_other_plane; CalibrationError facade_unknown,
    plane_unknown.
    """
    proportions = size[0] * template.rect_m[3] / (size[1] * template.rect_m[2])
    if abs(proportions - 1.0) > MOST_RESIZED:
        raise ArtworkError(
            "template_resized",
            N_("This drawing was made on a template whose page has since been resized."),
            N_("Give the page back its size, or say with --at where it goes."),
        )
    if template.plane != plane:
        raise ArtworkError(
            "template_other_plane",
            N_("This drawing was made on the template of plane {plane}."),
            N_("Give --plane {plane}, or say with --at where it goes."),
            plane=template.plane,
        )
    return on_facade(calibration, size, fit="stretch", at_m=template.rect_m, plane=plane)


def on_photo(calibration: Calibration, size: tuple[float, float], plane: int = 0) -> Placement:
    """A page drawn over the calibration photo: its pixels are the photo's, lens and all.

    A page of another size but the same proportions is taken for the photo scaled.

    Raises: ArtworkError page_not_photo, CalibrationError plane_unknown.
    """
    calibration.map_points(np.zeros((1, 2)), "camera", "slide", plane)
    photo = calibration.image_size_px
    scale = (photo[0] / size[0], photo[1] / size[1])
    if abs(scale[0] / scale[1] - 1) > MOST_DISTORTED:
        raise ArtworkError(
            "page_not_photo",
            N_(
                "The page is {width:g} × {height:g}, but the calibration photo is "
                "{photo_width} × {photo_height} pixels."
            ),
            N_("Draw on a page that is exactly the photo, or use --on facade."),
            width=size[0],
            height=size[1],
            photo_width=photo[0],
            photo_height=photo[1],
        )
    # A page counts from its corner, the camera from the centre of its first pixel.
    to_camera = np.array([[scale[0], 0.0, -0.5], [0.0, scale[1], -0.5]])
    return Placement(calibration, "camera", to_camera, (0.0, 0.0, *size), plane)
