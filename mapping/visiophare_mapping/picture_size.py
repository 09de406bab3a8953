# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How large a picture is and whether its file is whole, from its bytes, without decoding it.

A picture that claims a billion pixels must be refused before a decoder takes memory for it, and
decoders fill a truncated file with grey without a word.  Owns: JPEG, PNG, WebP, BMP, TIFF headers.
Must not know: pixels.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width × height as stored (before any EXIF rotation); None if this is no picture we know.

    Raises: ValueError if the header is cut off.
    """
    for begins, read in _READERS:
        if begins(content):
            try:
                return read(content)
            except (struct.error, IndexError):
                raise ValueError("the picture's header is cut off") from None
    return None


def is_cut_off(content: bytes) -> bool:
    """Whether a JPEG, PNG, WebP or BMP file ends before its picture does."""
    if content.startswith(b"\xff\xd8"):
        # The end mark of an EXIF thumbnail comes before the scan, and cameras append data after.
        return b"\xff\xd9" not in content[_jpeg_scan(content) :]
    if content.startswith(_PNG):
        return _png_is_cut_off(content)
    if content.startswith(b"RIFF"):
        return len(content) < int.from_bytes(content[4:8], "little") + 8
    if content.startswith(b"BM"):
        return len(content) < int.from_bytes(content[2:6], "little")
    return False


def _png_is_cut_off(content: bytes) -> bool:
    """Whether a chunk reaches past the file's end before IEND; decoders take memory for it."""
    at = len(_PNG)
    while at + 12 <= len(content):
        if content[at + 4 : at + 8] == b"IEND":
            return False
        at += 12 + int.from_bytes(content[at : at + 4], "big")
    return True


_PNG = b"\x89PNG\r\n\x1a\n"
# Start-of-frame marks of JPEG; C4, C8 and CC lie among them and are others.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_SCAN = 0xDA
_JPEG_BARE = frozenset([0x01, *range(0xD0, 0xD9)])


def _jpeg_marks(content: bytes) -> Iterator[tuple[int, int]]:
    """Each mark and where it is, up to the first scan."""
    at = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1
        mark = content[at + 1]
        if content[at] != 0xFF:
            raise struct.error("no mark where one must be")
        yield mark, at
        if mark == _JPEG_SCAN:
            return
        at += 2 if mark in _JPEG_BARE else 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]


def _jpeg(content: bytes) -> tuple[int, int]:
    for mark, at in _jpeg_marks(content):
        if mark in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
    raise struct.error("no frame before the scan")


def _jpeg_scan(content: bytes) -> int:
    """Where the first scan begins; the end of the file if there is none."""
    try:
        return max(at for _mark, at in _jpeg_marks(content))
    except (struct.error, IndexError):
        return len(content)


def _png(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _webp(content: bytes) -> tuple[int, int]:
    kind = content[12:16]
    if kind == b"VP8X":
        return (
            int.from_bytes(content[24:27], "little") + 1,
            int.from_bytes(content[27:30], "little") + 1,
        )
    if kind == b"VP8L":
        bits = struct.unpack("<I", content[21:25])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _bmp(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<ii", content[18:26])
    return width, abs(height)


def _tiff(content: bytes) -> tuple[int, int]:
    order = "<" if content[:2] == b"II" else ">"
    at = struct.unpack(order + "I", content[4:8])[0]
    count = struct.unpack(order + "H", content[at : at + 2])[0]
    found = {}
    for index in range(count):
        entry = content[at + 2 + 12 * index : at + 14 + 12 * index]
        tag, kind = struct.unpack(order + "HH", entry[:4])
        short = kind == 3
        found[tag] = struct.unpack(order + ("H" if short else "I"), entry[8 : 10 if short else 12])
    if 256 not in found or 257 not in found:
        raise struct.error("no size among the tags")
    return found[256][0], found[257][0]


_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], tuple[int, int]]], ...] = (
    (lambda content: content.startswith(b"\xff\xd8"), _jpeg),
    (lambda content: content.startswith(_PNG), _png),
    (lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP", _webp),
    (lambda content: content.startswith(b"BM"), _bmp),
    (lambda content: content[:4] in (b"II*\x00", b"MM\x00*"), _tiff),
)
