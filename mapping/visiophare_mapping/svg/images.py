# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns <image>: embedded pictures keep their own pixels; embedded drawings go to the renderer."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from visiophare_mapping.artwork import Bitmap, Box, Part, Pixels
from visiophare_mapping.drawing import Clip, Path
from visiophare_mapping.errors import PictureError
from visiophare_mapping.pictures import decode_picture
from visiophare_mapping.svg.document import BROKEN_IMAGE, Document
from visiophare_mapping.svg.render import changed
from visiophare_mapping.svg.state import State
from visiophare_mapping.svg.tree import Node
from visiophare_mapping.svg.values import product
from visiophare_mapping.svg.viewbox import fitted, overflows

PIXELATED = frozenset({"optimizeSpeed", "pixelated", "crisp-edges"})


def image_parts(document: Document, node: Node, around: State, state: State) -> list[Part]:
    """The parts of one <image>. around, state: outside and inside of the element."""
    data = _embedded(node.attributes.get("href", ""))
    if not data:
        return []
    if _is_drawing(data) or state.style.get("image-rendering") in PIXELATED:
        plain = changed(node, {"opacity": "1", "clip-path": "none"})
        return [document.rendered(plain, around, "image", clips=state.clips)]
    try:
        pixels = decode_picture(data, node.label)
    except PictureError:
        document.say("broken_image", BROKEN_IMAGE, element=node.label)
        return []
    return _placed(node, state, pixels)


def _placed(node: Node, state: State, pixels: Pixels) -> list[Part]:
    height, width = pixels.shape[:2]
    box = _box(node, state, width, height)
    if box[2] <= 0 or box[3] <= 0:
        return []
    preserve = node.attributes.get("preserveAspectRatio")
    fit = fitted((0.0, 0.0, float(width), float(height)), box, preserve)
    clips = state.clips
    if overflows(preserve):
        clips = (*clips, Clip(Path.rectangle(*box).transformed(state.matrix)))
    return [Bitmap(pixels, product(state.matrix, fit), 1.0, clips)]


def _box(node: Node, state: State, width_px: int, height_px: int) -> Box:
    """Where the image goes; a missing side follows from the picture's own proportions."""
    units = state.units
    x, y = units.read(node, "x", "x"), units.read(node, "y", "y")
    width, height = units.read(node, "width", "x", -1.0), units.read(node, "height", "y", -1.0)
    if width < 0 and height < 0:
        width, height = float(width_px), float(height_px)
    elif width < 0:
        width = height * width_px / height_px
    elif height < 0:
        height = width * height_px / width_px
    return (x, y, width, height)


def _embedded(href: str) -> bytes | None:
    head, comma, body = href.strip().partition(",")
    if not head.startswith("data:") or not comma:
        return None
    if "base64" not in head:
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(re.sub(r"\s+|%0A|%0D", "", body))
    except (binascii.Error, ValueError):
        return None


def _is_drawing(data: bytes) -> bool:
    return data[:2] == b"\x1f\x8b" or data.lstrip()[:1] == b"<"
