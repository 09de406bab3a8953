# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How sure a calibration is, in sentences and in the fields of `--json`."""

import math
from typing import TYPE_CHECKING, Any

from visiophare.words import _, number

if TYPE_CHECKING:
    from visiophare_mapping.uncertainty import Bound, FacadeBounds

LENS_MATTERS = 1.1
"""How many times as unsure an unmeasured lens makes the metres before it is worth measuring."""


def photo_document(bound: "Bound | None") -> dict[str, Any]:
    """The fields of `calibrate --json`; null where an older file does not tell."""
    return {
        "bound95_px": None if bound is None else bound.most,
        "bound95_worst": None if bound is None else bound.worst,
    }


def photo_lines(bound: "Bound | None") -> list[str]:
    """What a person reads after `calibrate`."""
    if bound is None:
        return []
    sentence = _(
        "With 95 % certainty every point of the slide lands within {pixels} px of where this says "
        "(worst: {place})."
    )
    return [sentence.format(pixels=two_figures(bound.most), place=_(bound.worst))]


def facade_document(bounds: "FacadeBounds | None") -> dict[str, Any]:
    """The fields of `facade --json`."""
    relative = None if bounds is None else bounds.relative
    absolute = None if bounds is None else bounds.absolute
    known = None if bounds is None else bounds.lens_known
    return {
        "bound95_relative_mm": None if relative is None else relative.most,
        "bound95_relative_worst": None if relative is None else relative.worst,
        "bound95_absolute_mm": None if absolute is None else absolute.most,
        "bound95_absolute_worst": None if absolute is None else absolute.worst,
        "bound95_lens_known_mm": None if known is None else known.most,
    }


def facade_lines(
    bounds: "FacadeBounds | None", click_px: float, tape_mm: float, lens_measured: bool
) -> list[str]:
    """What a person reads after `facade`."""
    if bounds is None:
        return []
    over_photo = _(
        "With 95 % certainty what is drawn over the photo lands within {mm} mm (worst: {place})."
    )
    lines = [
        over_photo.format(mm=two_figures(bounds.relative.most), place=_(bounds.relative.worst))
    ]
    if bounds.absolute is None:
        return lines
    by_metres = _(
        "What is placed by metres lands within {mm} mm (worst: {place}): corners good to {click} "
        "px, lengths to {tape} mm, and what lies beyond the rectangle."
    )
    lines.append(
        by_metres.format(
            mm=two_figures(bounds.absolute.most),
            place=_(bounds.absolute.worst),
            click=two_figures(click_px),
            tape=two_figures(tape_mm),
        )
    )
    if not lens_measured:
        lines.append(lens_sentence(bounds))
    return lines


def lens_sentence(bounds: "FacadeBounds") -> str:
    """What it costs that the camera's lens is only assumed to be like others."""
    assert bounds.absolute is not None
    assert bounds.lens_known is not None
    if bounds.absolute.most < LENS_MATTERS * bounds.lens_known.most:
        return _(
            "Nobody measured the camera's lens: this includes what such lenses are usually like, "
            "which matters little here."
        )
    return _(
        "Nobody measured the camera's lens: this includes what such lenses are usually like. With "
        "the camera's own calibration (`visiophare calibrate --camera-lens`) it would be {mm} mm."
    ).format(mm=two_figures(bounds.lens_known.most))


def two_figures(value: float) -> str:
    """A number with two significant figures, without decimals from ten on."""
    if value <= 0.0:
        return number(0.0, 0)
    decimals = min(max(1 - math.floor(math.log10(value)), 0), 4)
    text = number(value, decimals)
    return text.rstrip("0").rstrip(".,") if decimals else text
