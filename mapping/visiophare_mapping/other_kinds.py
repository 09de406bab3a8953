# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the refusal of files that people take for pictures, and what to make of them instead.

It must not know what a picture is wanted for.
"""

from __future__ import annotations

from visiophare_mapping.errors import N_, PictureError

_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def refuse_other_kinds(data: bytes, name: str) -> None:
    """Raises: PictureError picture_is_heic, picture_is_pdf."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise PictureError(
            "picture_is_heic",
            N_("{name} is a HEIC photo, as iPhones take them; it cannot be read here."),
            N_("Export it as JPEG. (iPhone: Settings > Camera > Formats > Most Compatible.)"),
            name=name,
        )
    if data.startswith(b"%PDF"):
        raise PictureError(
            "picture_is_pdf",
            N_("{name} is a PDF, which is neither a drawing nor a picture that can be read."),
            N_("Export it as SVG or PNG from the program that made it (Inkscape opens PDF)."),
            name=name,
        )
