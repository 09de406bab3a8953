# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns fitting one box into another: viewBox and preserveAspectRatio."""

from __future__ import annotations

from visiophare_mapping.artwork import Box
from visiophare_mapping.drawing import Floats
from visiophare_mapping.svg.tree import Node
from visiophare_mapping.svg.values import numbers, product, scaling, translation

# Values of `overflow` that cut nothing off; the empty one is `inherit` with nothing to inherit.
SHOWN = ("visible", "auto", "")
_SHARES = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}


def view_box(node: Node) -> Box | None:
    """The element's viewBox: x, y, width, height; None when missing or empty."""
    values = numbers(node.attributes.get("viewBox"))
    if len(values) != 4 or values[2] <= 0 or values[3] <= 0:
        return None
    return (values[0], values[1], values[2], values[3])


def fitted(inner: Box, outer: Box, preserve: str | None) -> Floats:
    """The (2, 3) matrix that lays `inner` into `outer` as preserveAspectRatio says."""
    words = (preserve or "xMidYMid").replace("defer", "").split() or ["xMidYMid"]
    across, down = outer[2] / inner[2], outer[3] / inner[3]
    x, y = outer[0], outer[1]
    if words[0] != "none":
        across = down = max(across, down) if "slice" in words[1:] else min(across, down)
        x += (outer[2] - inner[2] * across) * _SHARES.get(words[0][1:4], 0.5)
        y += (outer[3] - inner[3] * down) * _SHARES.get(words[0][5:8], 0.5)
    placed = product(translation(x, y), scaling(across, down))
    return product(placed, translation(-inner[0], -inner[1]))


def overflows(preserve: str | None) -> bool:
    """Whether the fitted box may stick out of the one it is laid into."""
    return "slice" in (preserve or "").split()
