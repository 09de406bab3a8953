# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an artwork goes: the options that `warp` and `preview` share, and what they come to.

Owns these options, which of them go together, and the warp itself.  Writes no file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import RECT
from visiophare.commands.units import WholeNumber
from visiophare.words import LANGUAGE, N_, _, filled

if TYPE_CHECKING:
    from visiophare_mapping.artwork import Artwork
    from visiophare_mapping.calibration import Calibration
    from visiophare_mapping.placement import Placement
    from visiophare_mapping.warp import Warped

LARGEST_ARTWORK_BYTES = 1024 * 1024 * 1024

_OPTIONS = (
    click.option(
        "--on",
        type=click.Choice(["facade", "photo"]),
        default="facade",
        show_default=True,
        help=_("The page lies on the façade's rectangle, or was drawn over the calibration photo."),
    ),
    click.option(
        "--fit",
        type=click.Choice(["contain", "cover", "stretch"]),
        default="contain",
        show_default=True,
        help=_("Show the whole page, fill the rectangle, or give up the page's proportions."),
    ),
    click.option(
        "--at",
        type=RECT,
        help=_(
            "Place in metres: lower left corner x,y, width, height (with decimal commas: x;y;w;h)."
        ),
    ),
    click.option("--plane", type=WholeNumber(0), default=0, help=_("Which plane of the façade.")),
    click.option(
        "--surround",
        type=click.Choice(["auto", "dark", "clear"]),
        default="auto",
        show_default=True,
        help=_("Film around the page; auto: dark when the artwork covers its page all over."),
    ),
)


@dataclass(frozen=True)
class Place:
    """What the options say: which frame, how it fits, the rectangle in metres, the film around."""

    on: str = "facade"
    fit: str = "contain"
    at: tuple[float, float, float, float] | None = None
    plane: int = 0
    surround: str = "auto"

    def check(self) -> None:
        """Raises UsageError photo_and_place for options that do not go together."""
        from visiophare.errors import UsageError

        if self.on == "photo" and (self.at is not None or self.fit != "contain"):
            raise UsageError(
                "photo_and_place",
                N_("Art drawn over the photo has its place already: --at and --fit do not apply."),
                N_("Leave them out, or use --on facade."),
            )

    @property
    def is_asked(self) -> bool:
        """Whether any option but --plane says something else than is usual."""
        return self != Place(plane=self.plane)

    def placement(self, calibration: Calibration, page: Artwork) -> Placement:
        """The page's place.  Raises MappingError for what the calibration does not have."""
        from visiophare_mapping.placement import on_facade, on_photo, on_template

        if self.on == "photo":
            return on_photo(calibration, page.size, self.plane)
        fit: Any = self.fit
        if page.template is not None and self.at is None:
            return on_template(calibration, page.size, page.template, self.plane)
        return on_facade(calibration, page.size, fit=fit, at_m=self.at, plane=self.plane)

    def warped(self, page: Artwork, placement: Placement, dpi: float | None) -> Warped:
        """The page on the slide.  Raises MappingError for what the projector cannot light."""
        from visiophare_mapping.warp import warp

        surround: Any = self.surround
        return warp(
            page,
            placement.to_slide,
            placement.from_slide,
            placement.calibration.aperture_mm,
            dpi=dpi,
            crop=placement.crop,
            surround=surround,
        )


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command --on, --fit, --at, --plane and --surround: the fields of a Place."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def placed_line(rect_m: tuple[float, float, float, float]) -> str:
    """Where on the façade an artwork lies."""
    x, y, width, height = rect_m
    sentence = _(
        "On the façade: {width:.2f} × {height:.2f} m, lower left corner at {x:.2f}, {y:.2f} m."
    )
    return filled(sentence, {"width": width, "height": height, "x": x + 0.0, "y": y + 0.0})


def artwork_of(data: bytes, name: str) -> Artwork:
    """A file's bytes as artwork, in the branches of the user's language."""
    from visiophare_mapping.artwork_file import read_artwork

    return read_artwork(data, name, languages=(LANGUAGE, "en"))
