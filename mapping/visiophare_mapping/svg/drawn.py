# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the bare outlines of a drawing's shapes, by name, whatever their paint.

Groups, layers and transforms count; clips, repeats (<use>) and strokes do not.
"""

from __future__ import annotations

from visiophare_mapping.drawing import Floats
from visiophare_mapping.svg.css import settle_styles
from visiophare_mapping.svg.path import Outline
from visiophare_mapping.svg.shapes import SHAPES, outline_of
from visiophare_mapping.svg.state import State, entered, flat
from visiophare_mapping.svg.tree import Node, drop_guides, parse_svg
from visiophare_mapping.svg.values import Viewport
from visiophare_mapping.svg.viewbox import fitted
from visiophare_mapping.svg.walk import GROUPS, page_of

Drawn = tuple[str, Outline, Floats]


def drawn_outlines(data: bytes, name: str) -> tuple[tuple[float, float], list[Drawn]]:
    """The page's size, and of each shape its name ("" without one), its contours in its own units,
    and the (2, 3) matrix from these to the page.

    Raises: ArtworkError, as `read_svg` does.
    """
    root = parse_svg(data, name)
    drop_guides(root)
    settle_styles(root)
    box, size = page_of(root, name)
    page = fitted(box, (0.0, 0.0, *size), root.attributes.get("preserveAspectRatio"))
    found: list[Drawn] = []
    start = State({}, {}, page, Viewport(box[2], box[3]))
    waiting = [(child, entered(start, root)) for child in reversed(root.children)]
    while waiting:
        node, around = waiting.pop()
        state = entered(around, node)
        if state.own.get("display") == "none" or flat(state.matrix):
            continue
        if node.tag in GROUPS:
            waiting.extend((child, state) for child in reversed(node.children))
        elif node.tag in SHAPES:
            found.append((_name(node), outline_of(node, state.units), state.matrix))
    return size, found


def _name(node: Node) -> str:
    """What the person called it: Inkscape's label, the title, else nothing."""
    titles = [child.text.strip() for child in node.children if child.tag == "title"]
    return node.attributes.get("inkscape-label", "").lstrip("#") or (titles[0] if titles else "")
