# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures from files and cameras, as linear light: grey float32, 0 to 1.

Owns: reading files (EXIF rotation applied, alpha dropped, 8 and 16 bits), undoing the camera's
gamma, reducing very large pictures, averaging.
Must not know: targets, the order of on and off.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from visiophare_mapping.errors import N_, PictureError
from visiophare_mapping.other_kinds import refuse_other_kinds
from visiophare_mapping.picture_size import is_cut_off, picture_size

Grey = NDArray[np.float32]
Picture = NDArray[Any]

# A phone's 200 megapixels decode into 600 MB; more is a mistake or an attack.
_MOST_PIXELS = 210_000_000
_MOST_BYTES = 400_000_000
# Enough for a lens; beyond it, pixels repeat what the blur of optics and demosaicing left.
WORKING_PIXELS = 12_600_000
_SMALLEST_SIDE_PX = 64
_STRIP_ROWS = 512
Channels = tuple[int, ...]
ALL_CHANNELS: Channels = (0, 1, 2)
# A channel that is full over this share of the picture lies about the light there; lamps alone
# fill less.
_BURNT_SHARE = 0.02
_FULL_SHARE = 0.99


@dataclass(frozen=True)
class Light:
    """Linear light (h, w) float32, each value the mean over reduction × reduction raw pixels.

    `size_px` is the raw picture's width × height.  Raw pixel x = reduction · (x' + ½) - ½.
    `burnt` is the share of its pixels where a channel that counts has no more to tell.
    """

    grey: Grey
    reduction: int
    size_px: tuple[int, int]
    burnt: float = 0.0

    def to_raw(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (N, 2) of `grey` -> raw pixels."""
        raw: NDArray[np.float64] = (points + 0.5) * self.reduction - 0.5
        return raw


def read_light(path: Path | str, channels: Channels = ALL_CHANNELS) -> Light:
    """Read one picture file.

    Raises: PictureError picture_missing, picture_unreadable, picture_truncated, picture_huge,
    picture_tiny, picture_is_heic, picture_is_pdf.
    """
    return light_of(read_picture(path), channels)


def read_picture(path: Path | str) -> Picture:
    """Decode one file: (h, w) or (h, w, 3) BGR, 8 or 16 bits, turned as its EXIF says.

    Raises: as `read_light`.
    """
    content = _content(path)
    name = str(path)
    refuse_other_kinds(content, name)
    try:
        size = picture_size(content)
    except ValueError:
        raise _truncated(name) from None
    if size is None:
        raise _unreadable(name)
    if size[0] * size[1] > _MOST_PIXELS:
        raise PictureError(
            "picture_huge",
            N_("{path} has {width} × {height} pixels, more than can be worked with."),
            N_("Reduce it below 200 megapixels."),
            path=name,
            width=size[0],
            height=size[1],
        )
    if is_cut_off(content):
        raise _truncated(name)
    flags = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH
    try:
        picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), flags)
    except cv2.error:
        picture = None
    if picture is None or picture.dtype not in (np.uint8, np.uint16):
        raise _unreadable(name)
    if min(picture.shape[:2]) < _SMALLEST_SIDE_PX:
        raise PictureError(
            "picture_tiny",
            N_("{path} has only {width} × {height} pixels."),
            N_("Take the picture with at least 640 × 480 pixels."),
            path=name,
            width=picture.shape[1],
            height=picture.shape[0],
        )
    return np.asarray(picture)


def channels_with_room(picture: Picture) -> Channels:
    """Which of a picture's channels, blue 0, green 1, red 2, are not saturated while others are;
    all of them if none or all are."""
    if picture.ndim == 2 or picture.shape[2] < 3:
        return ALL_CHANNELS
    full = _FULL_SHARE * np.iinfo(picture.dtype).max
    shares = np.mean(picture[::3, ::3, :3] >= full, axis=(0, 1))
    with_room = tuple(int(i) for i in np.flatnonzero(shares <= _BURNT_SHARE))
    return with_room or ALL_CHANNELS


def light_of(picture: Picture, channels: Channels = ALL_CHANNELS) -> Light:
    """A picture (h, w), (h, w, 3) BGR or (h, w, 4), gamma encoded, as linear light: the mean of
    `channels`.

    Works in strips, so that a 50-megapixel picture takes little more memory than itself.
    """
    height, width = picture.shape[:2]
    reduction = max(1, int(np.ceil(np.sqrt(width * height / WORKING_PIXELS))))
    rows, columns = height // reduction, width // reduction
    grey = np.empty((rows, columns), dtype=np.float32)
    step = max(1, _STRIP_ROWS // reduction)
    curve = _linear_curve(picture.dtype)
    for top in range(0, rows, step):
        bottom = min(rows, top + step)
        strip = picture[top * reduction : bottom * reduction, : columns * reduction]
        linear = curve[_to_grey(np.ascontiguousarray(strip), channels)]
        grey[top:bottom] = reduced(linear, reduction)
    return Light(grey, reduction, (width, height), _burnt_share(picture, channels))


def reduced(grey: Grey, factor: int) -> Grey:
    """The mean over blocks of factor × factor pixels; what is left over at the end is dropped."""
    if factor == 1:
        return grey
    rows, columns = grey.shape[0] // factor, grey.shape[1] // factor
    whole = grey[: rows * factor, : columns * factor]
    result: Any = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(result, dtype=np.float32)


def _burnt_share(picture: Picture, channels: Channels) -> float:
    sample = picture[::3, ::3].reshape(*picture[::3, ::3].shape[:2], -1)
    if sample.shape[2] >= 3:
        sample = sample[:, :, list(channels)]
    full = sample >= _FULL_SHARE * np.iinfo(picture.dtype).max
    return float(np.mean(full.any(axis=2)))


def _to_grey(strip: Picture, channels: Channels) -> Picture:
    """Grey, still gamma encoded: the mean of the channels, since no lamp's colour is known."""
    if strip.ndim == 2:
        return strip
    if strip.shape[2] < 3:
        return strip[:, :, 0]
    weights = np.zeros((1, 3), dtype=np.float32)
    weights[0, list(channels)] = 1.0 / len(channels)
    grey = cv2.transform(np.ascontiguousarray(strip[:, :, :3]), weights)
    return np.asarray(grey).reshape(strip.shape[:2])


def _linear_curve(dtype: np.dtype[Any]) -> Grey:
    """Linear light of each code, by sRGB's curve (IEC 61966-2-1), which cameras aim at."""
    code = np.linspace(0.0, 1.0, int(np.iinfo(dtype).max) + 1)
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


def _content(path: Path | str) -> bytes:
    try:
        if Path(path).stat().st_size > _MOST_BYTES:
            raise PictureError(
                "picture_huge",
                N_("{path} is larger than any photo we can work with."),
                N_("Reduce it below 200 megapixels."),
                path=str(path),
            )
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise PictureError(
            "picture_missing",
            N_("There is no picture {path}."),
            N_("Check the name."),
            path=str(path),
        ) from None
    except OSError as cause:
        raise PictureError(
            "picture_unreadable",
            N_("{path} cannot be read: {cause}."),
            N_("Check that it is a picture file and that you may read it."),
            path=str(path),
            cause=cause,
        ) from None


def _unreadable(name: str) -> PictureError:
    return PictureError(
        "picture_unreadable",
        N_("{path} is not a picture that can be read."),
        N_("Give a JPEG, PNG, TIFF, WebP or BMP picture; export raw files first."),
        path=name,
    )


def _truncated(name: str) -> PictureError:
    return PictureError(
        "picture_truncated",
        N_("{path} ends in the middle of the picture."),
        N_("Copy it from the camera again."),
        path=name,
    )
