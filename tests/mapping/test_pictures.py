# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pixels from files: any depth, any channels, upright; damaged ones refused in a sentence."""

from __future__ import annotations

import random
import struct
import zlib

import cv2
import numpy as np
import pytest

from visiophare_mapping.artwork_file import is_svg, read_artwork
from visiophare_mapping.errors import PictureError
from visiophare_mapping.pictures import decode_picture, exif_orientation, png_texts

COLOURS = np.array([[[250, 0, 0], [0, 250, 0]], [[0, 0, 250], [250, 250, 250]]], np.uint8)


def png(pixels: np.ndarray) -> bytes:
    if pixels.ndim == 3:
        pixels = pixels[..., [2, 1, 0, *range(3, pixels.shape[2])]]
    return cv2.imencode(".png", pixels)[1].tobytes()


def turned_jpeg(orientation: int) -> bytes:
    """A JPEG of four coloured squares whose EXIF asks for a turn."""
    large = np.kron(COLOURS, np.ones((16, 32, 1), np.uint8))
    data = cv2.imencode(".jpg", large[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 98])[1].tobytes()
    tiff = (
        b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + b"\0" * 4
    )
    block = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]


@pytest.mark.parametrize(
    ("pixels", "wanted"),
    [
        (COLOURS, COLOURS),
        (COLOURS.astype(np.uint16) * 257, COLOURS),
        (np.full((2, 2), 77, np.uint8), np.full((2, 2, 3), 77)),
        (np.full((2, 2), 0x8000, np.uint16), np.full((2, 2, 3), 128)),
        (np.dstack([COLOURS, [[0, 9], [255, 128]]]).astype(np.uint8), None),
    ],
)
def test_depths_and_channels_come_out_as_rgb_bytes(
    pixels: np.ndarray, wanted: np.ndarray | None
) -> None:
    decoded = decode_picture(png(pixels), "a.png")
    assert decoded.dtype == np.uint8
    assert decoded.tolist() == (pixels if wanted is None else wanted).tolist()


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, "red"),
        (2, "green"),
        (3, "white"),
        (4, "blue"),
        (5, "red"),
        (6, "blue"),
        (7, "white"),
        (8, "green"),
    ],
)
def test_a_camera_held_askew_gives_an_upright_picture(orientation: int, corner: str) -> None:
    data = turned_jpeg(orientation)
    assert exif_orientation(data) == orientation
    picture = decode_picture(data, "a.jpg")
    assert picture.shape[:2] == ((32, 64) if orientation < 5 else (64, 32))
    names = {"red": (250, 0, 0), "green": (0, 250, 0), "blue": (0, 0, 250), "white": (250,) * 3}
    assert picture[4, 4].astype(int).tolist() == pytest.approx(names[corner], abs=12)


def test_a_picture_too_large_is_refused_before_it_takes_memory() -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header
    data += struct.pack(">I", zlib.crc32(header)) + struct.pack(">I", 0) + b"IEND\xaeB`\x82"
    with pytest.raises(PictureError) as caught:
        decode_picture(data, "huge.png")
    assert caught.value.code == "picture_too_large"
    assert "60000 × 60000" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError) as caught:
        decode_picture(data, "a.png")
    assert caught.value.code == "picture_unreadable"
    assert caught.value.hint


def test_damaged_pictures_are_read_or_refused_never_a_crash() -> None:
    rng = random.Random(11)
    for whole in (png(COLOURS), turned_jpeg(6)):
        for _ in range(150):
            data = bytearray(whole)
            for _ in range(rng.randint(1, 8)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            with_end = (
                bytes(data[: rng.randint(0, len(data))]) if rng.random() < 0.3 else bytes(data)
            )
            try:
                decode_picture(with_end, "a")
            except PictureError:
                continue


def test_a_file_is_known_by_its_content_not_its_name() -> None:
    art = read_artwork(png(COLOURS), "drawing.svg")
    assert art.size == (2, 2)
    utf16 = '<?xml version="1.0" encoding="utf-16"?><svg/>'.encode("utf-16")
    assert is_svg(b"\xef\xbb\xbf <svg/>")
    assert is_svg(utf16)
    assert not is_svg(png(COLOURS))


def test_texts_in_a_png_are_found() -> None:
    data = png(COLOURS)
    block = b"tEXtTitle\0Nuit"
    chunk = struct.pack(">I", len(block) - 4) + block + struct.pack(">I", zlib.crc32(block))
    assert png_texts(data[:33] + chunk + data[33:]) == {"Title": "Nuit"}
    assert png_texts(b"no png") == {}
