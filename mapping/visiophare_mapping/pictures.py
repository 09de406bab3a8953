# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns reading pixels: PNG, JPEG and their like as RGB or RGBA bytes, upright.

16 bit becomes 8, EXIF turns are applied, a picture too large for the memory is refused before it
is decoded.
"""

from __future__ import annotations

import struct

import cv2
import numpy as np

from visiophare_mapping.artwork import Pixels
from visiophare_mapping.errors import N_, PictureError
from visiophare_mapping.other_kinds import refuse_other_kinds
from visiophare_mapping.picture_size import is_cut_off, picture_size

MAX_PIXELS = 200_000_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TURNS = {  # EXIF orientation: transposed first?, then mirrored along rows?, along columns?
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, True, False),
    7: (True, True, True),
    8: (True, False, True),
}


def decode_picture(data: bytes, name: str) -> Pixels:
    """(h, w, 3) or (h, w, 4) uint8, sRGB, alpha not premultiplied, upright.

    Raises: PictureError picture_unreadable, picture_too_large, picture_is_heic, picture_is_pdf.
    """
    refuse_other_kinds(data, name)
    size = _stated_size(data)
    if size and size[0] * size[1] > MAX_PIXELS:
        raise PictureError(
            "picture_too_large",
            N_("{name} is too large: {width} × {height} pixels."),
            N_("Scale it down; 200 million pixels are more than any slide can show."),
            name=name,
            width=size[0],
            height=size[1],
        )
    picture = None if is_cut_off(data) else _decoded(data)
    if picture is None or not picture.size:
        raise PictureError(
            "picture_unreadable",
            N_("{name} cannot be read as a picture: it is damaged or of an unknown kind."),
            N_("Give a PNG or JPEG picture, or an SVG drawing."),
            name=name,
        )
    return _upright(_as_rgb(picture), exif_orientation(data))


def exif_orientation(data: bytes) -> int:
    """The EXIF orientation 1 to 8 of a JPEG or PNG; 1 when none is stated."""
    if data.startswith(PNG_SIGNATURE):
        blocks = [block for kind, block in _png_chunks(data) if kind == b"eXIf"]
    else:
        blocks = [
            segment[6:]
            for marker, segment in _jpeg_segments(data)
            if marker == 0xE1 and segment[:6] == b"Exif\0\0"
        ]
    return _tiff_orientation(blocks[0]) if blocks else 1


def png_texts(data: bytes) -> dict[str, str]:
    """The tEXt chunks of a PNG; empty for other files."""
    texts: dict[str, str] = {}
    if data.startswith(PNG_SIGNATURE):
        for kind, block in _png_chunks(data):
            if kind == b"tEXt" and b"\0" in block:
                key, _, value = block.partition(b"\0")
                texts[key.decode("latin-1")] = value.decode("latin-1")
    return texts


def _stated_size(data: bytes) -> tuple[int, int] | None:
    try:
        return picture_size(data)
    except ValueError:  # a header that is cut off: decoding will fail and say so
        return None


def _decoded(data: bytes) -> Pixels | None:
    if not data:
        return None
    try:
        flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
        picture: Pixels | None = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:  # more pixels than OpenCV itself allows
        return None
    return picture


def _as_rgb(picture: Pixels) -> Pixels:
    """Any depth and channel count that OpenCV decodes, as RGB or RGBA bytes."""
    if picture.dtype == np.uint16:
        picture = ((picture.astype(np.uint32) + 128) // 257).astype(np.uint8)
    elif picture.dtype != np.uint8:
        picture = (np.clip(np.nan_to_num(picture.astype(np.float32)), 0, 1) * 255).astype(np.uint8)
    if picture.ndim == 2:
        picture = picture[..., None]
    channels = picture.shape[2]
    if channels in (1, 2):
        picture = np.concatenate([picture[..., :1]] * 3 + [picture[..., 1:]], axis=2)
        return np.ascontiguousarray(picture)
    order = [2, 1, 0] if channels == 3 else [2, 1, 0, 3]
    return np.ascontiguousarray(picture[..., order])


def _upright(picture: Pixels, orientation: int) -> Pixels:
    if orientation not in _TURNS:
        return picture
    transposed, across, down = _TURNS[orientation]
    if transposed:
        picture = picture.swapaxes(0, 1)
    picture = picture[:: -1 if down else 1, :: -1 if across else 1]
    return np.ascontiguousarray(picture)


def _jpeg_segments(data: bytes) -> list[tuple[int, bytes]]:
    """Marker and content of each segment before the pixels; empty when it is no JPEG."""
    segments: list[tuple[int, bytes]] = []
    if data[:2] != b"\xff\xd8":
        return segments
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == 0xDA:
            break
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        segments.append((marker, data[at + 4 : at + 2 + size]))
        at += 2 + max(size, 2)
    return segments


def _png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks: list[tuple[bytes, bytes]] = []
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    return chunks


def _tiff_orientation(block: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 8:
        return 1
    (at,) = struct.unpack(order + "I", block[4:8])
    if at + 2 > len(block):
        return 1
    (count,) = struct.unpack(order + "H", block[at : at + 2])
    for number in range(count):
        entry = block[at + 2 + 12 * number : at + 14 + 12 * number]
        if len(entry) == 12:
            tag, _kind, _count, value = struct.unpack(order + "HHIH", entry[:10])
            if tag == 0x0112:
                return int(value)
    return 1
