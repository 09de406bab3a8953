# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of all kinds as linear light, and files that are no pictures."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from visiophare_mapping.errors import PictureError
from visiophare_mapping.photos import light_of, read_light, read_picture
from visiophare_mapping.picture_size import is_cut_off, picture_size

PICTURE = np.random.default_rng(3).integers(0, 255, (96, 128, 3)).astype(np.uint8)
ENDINGS = [".jpg", ".png", ".webp", ".bmp", ".tiff"]


def encoded(ending: str, picture: np.ndarray = PICTURE) -> bytes:
    good, content = cv2.imencode(ending, picture)
    assert good
    return content.tobytes()


def with_exif(jpeg: bytes, orientation: int) -> bytes:
    """An EXIF block with a thumbnail's end mark in it, as phones write them."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = (
        b"II*\x00" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0) + b"\xff\xd8\xff\xd9"
    )
    block = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_size_is_read_without_decoding(ending: str) -> None:
    content = encoded(ending)
    assert picture_size(content) == (128, 96)
    assert not is_cut_off(content)
    if ending != ".tiff":
        assert is_cut_off(content[: len(content) // 2])


@pytest.mark.parametrize("ending", ENDINGS)
def test_cut_files_are_refused_and_never_half_grey(tmp_path: Path, ending: str) -> None:
    content = encoded(ending)
    path = tmp_path / f"p{ending}"
    for length in (0, 3, 11, 20, 40, len(content) // 2):
        path.write_bytes(content[:length])
        with pytest.raises(PictureError) as caught:
            read_light(path)
        assert caught.value.code in ("picture_truncated", "picture_unreadable")


def test_a_truncated_phone_photo_is_told_from_its_whole_thumbnail(tmp_path: Path) -> None:
    jpeg = with_exif(encoded(".jpg"), 1)
    (tmp_path / "p.jpg").write_bytes(jpeg[:-200])
    with pytest.raises(PictureError) as caught:
        read_light(tmp_path / "p.jpg")
    assert caught.value.code == "picture_truncated"


def test_exif_turns_the_picture(tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(with_exif(encoded(".jpg"), 6))
    assert read_light(tmp_path / "p.jpg").size_px == (96, 128)


def test_bits_alpha_and_colour_make_the_same_light(tmp_path: Path) -> None:
    plain = light_of(PICTURE).grey
    variants = {
        "deep.png": PICTURE.astype(np.uint16) * 257,
        "alpha.png": np.dstack([PICTURE, np.full(PICTURE.shape[:2], 9, np.uint8)]),
    }
    for name, picture in variants.items():
        cv2.imwrite(str(tmp_path / name), picture)
        assert np.abs(read_light(tmp_path / name).grey - plain).max() < 0.006
    cv2.imwrite(str(tmp_path / "grey.png"), PICTURE[:, :, 0])
    assert read_light(tmp_path / "grey.png").grey.shape == (96, 128)


def test_light_is_linear() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None], 64, axis=0)
    light = light_of(ramp).grey[0]
    assert light[0] == 0.0
    assert light[255] == pytest.approx(1.0)
    assert light[188] == pytest.approx(0.5, abs=0.005)  # sRGB's middle grey of light


def test_a_fifty_megapixel_photo_is_reduced_and_knows_where_its_pixels_were() -> None:
    photo = np.zeros((6120, 8160), np.uint8)
    photo[3000:3100, 5000:5100] = 255
    light = light_of(photo)
    assert light.reduction == 2
    assert light.size_px == (8160, 6120)
    rows, columns = np.nonzero(light.grey > 0.5)
    centre = light.to_raw(np.array([[columns.mean(), rows.mean()]]))[0]
    assert centre == pytest.approx((5049.5, 3049.5))


def test_a_picture_that_claims_a_billion_pixels_is_refused_before_decoding(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    png = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    (tmp_path / "bomb.png").write_bytes(png + b"\x00\x00\x00\x00IEND\xaeB`\x82")
    with pytest.raises(PictureError) as caught:
        read_light(tmp_path / "bomb.png")
    assert caught.value.code == "picture_huge"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture_unreadable"),
        (b"%PDF-1.7 no picture", "picture_is_pdf"),
        (b"GIF89a", "picture_unreadable"),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9", "picture_truncated"),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "p.jpg").write_bytes(content)
    with pytest.raises(PictureError) as caught:
        read_picture(tmp_path / "p.jpg")
    assert caught.value.code == code


def test_missing_files_folders_and_tiny_pictures_are_refused(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "tiny.png"), PICTURE[:20, :20])
    cases = {"none.jpg": "picture_missing", ".": "picture_unreadable", "tiny.png": "picture_tiny"}
    for name, code in cases.items():
        with pytest.raises(PictureError) as caught:
            read_light(tmp_path / name)
        assert caught.value.code == code


@pytest.mark.parametrize("ending", ENDINGS)
def test_damaged_files_never_raise_anything_else(tmp_path: Path, ending: str) -> None:
    chance = np.random.default_rng(8)
    good, path = encoded(ending), tmp_path / f"p{ending}"
    for _ in range(150):
        damaged = bytearray(good)
        for _ in range(chance.integers(1, 6)):
            damaged[chance.integers(min(len(damaged), 200))] = chance.integers(256)
        path.write_bytes(bytes(damaged[: chance.integers(1, len(damaged))]))
        try:
            light = read_light(path)
        except PictureError:
            continue
        assert np.isfinite(light.grey).all()
