# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the way in: the bytes of a file, whatever its name says, as an artwork."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from visiophare_mapping.artwork import Artwork, Bitmap
from visiophare_mapping.pictures import decode_picture
from visiophare_mapping.svg.values import IDENTITY
from visiophare_mapping.svg.walk import read_svg


def read_artwork(data: bytes, name: str, languages: Sequence[str] = ("en",)) -> Artwork:
    """An SVG drawing (also .svgz) or a picture as an artwork.

    name: the file's, for messages. languages: which branches of a drawing's <switch> may show.

    Raises: ArtworkError as `read_svg` does, PictureError as `decode_picture` does.
    """
    if is_svg(data):
        return read_svg(data, name, languages)
    pixels = decode_picture(data, name)
    height, width = pixels.shape[:2]
    return Artwork(name, (float(width), float(height)), [Bitmap(pixels, np.array(IDENTITY))])


def is_svg(data: bytes) -> bool:
    """Whether the bytes look like XML, plain or gzipped, in any of its usual encodings."""
    head = data[:256].replace(b"\0", b"")  # UTF-16 has a zero beside each letter
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    return data[:2] == b"\x1f\x8b" or head.lstrip()[:1] == b"<"
