# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the walk through an SVG tree: every element into parts of the artwork, in its z-order.

What can stay vector does; an element that cannot is given to the renderer whole, in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from visiophare_mapping.artwork import Artwork, Part
from visiophare_mapping.drawing import Clip, Path
from visiophare_mapping.errors import N_, ArtworkError
from visiophare_mapping.svg.clip import clips_of
from visiophare_mapping.svg.css import settle_styles
from visiophare_mapping.svg.document import NOT_DRAWN, Document, joined_neighbours
from visiophare_mapping.svg.images import image_parts
from visiophare_mapping.svg.marker_parts import marker_parts
from visiophare_mapping.svg.opacity import faded, opacity_of
from visiophare_mapping.svg.painting import Which, painted
from visiophare_mapping.svg.path import filled_path
from visiophare_mapping.svg.render import changed
from visiophare_mapping.svg.shapes import SHAPES, outline_of
from visiophare_mapping.svg.state import NeedsRenderer, State, context_of, entered, flat
from visiophare_mapping.svg.tree import (
    Node,
    drop_guides,
    inner_url,
    parse_svg,
    refuse_outside,
    template_place,
)
from visiophare_mapping.svg.values import (
    Viewport,
    length,
    translation,
)
from visiophare_mapping.svg.viewbox import SHOWN, fitted, view_box
from visiophare_mapping.svg.weight import MOST_REPEATED, refuse_too_heavy

GROUPS = frozenset({"g", "a"})
FOREIGN_TEXT = frozenset({"flowRoot", "foreignObject"})
EXTENSIONS = ("requiredExtensions", "requiredFeatures")


def read_svg(data: bytes, name: str, languages: Sequence[str] = ("en",)) -> Artwork:
    """An SVG document as an artwork.

    name: the file's, for messages. languages: which <switch> branches may be shown.

    Raises: ArtworkError, as `parse_svg` does, and svg_no_size.
    """
    root = parse_svg(data, name)
    template = template_place(root)
    drop_guides(root)
    settle_styles(root)
    by_id: dict[str, Node] = {}
    for node in root.walk():
        if node.id:
            by_id.setdefault(node.id, node)
    refuse_too_heavy(root, by_id, name)
    box, size = page_of(root, name)
    document = Document(name, root, by_id, max(size), tuple(languages), frozenset(_blending(root)))
    page = fitted(box, (0.0, 0.0, *size), root.attributes.get("preserveAspectRatio"))
    start = State({}, {}, page, Viewport(box[2], box[3]))
    parts: list[Part] = []
    walk = _Walk(document)
    document.walk = walk.children
    walk.children(root, entered(start, root), parts)
    return Artwork(name, size, joined_neighbours(parts), tuple(document.notes), template)


def page_of(root: Node, name: str) -> tuple[tuple[float, float, float, float], tuple[float, float]]:
    """The viewBox and the page's size in CSS pixels."""
    box = view_box(root)
    reference = Viewport(box[2], box[3]) if box else Viewport(0.0, 0.0)
    given = [
        length(root.attributes.get(side), axis, reference, 16.0)
        for side, axis in (("width", "x"), ("height", "y"))
    ]
    width, height = (value if value and value > 0 else None for value in given)
    if box and width and not height:
        height = width * box[3] / box[2]
    elif box and height and not width:
        width = height * box[2] / box[3]
    elif box and not width:
        width, height = box[2], box[3]
    if not width or not height:
        raise ArtworkError(
            "svg_no_size",
            N_("{name} does not say how large its page is."),
            N_("Give it a width and a height or a viewBox (Inkscape: Document Properties)."),
            name=name,
        )
    return box or (0.0, 0.0, width, height), (width, height)


def _blending(root: Node) -> set[Node]:
    """Elements with a blend mode, and their ancestors up to where the blending ends."""
    found: set[Node] = set()
    for node in root.walk():
        if node.style.get("mix-blend-mode", "normal") == "normal":
            continue
        found.add(node)
        above = node.parent
        while above is not None and above.parent is not None and not _isolates(above):
            found.add(above)
            above = above.parent
    return found


def _isolates(node: Node) -> bool:
    style = node.style
    return (
        style.get("isolation") == "isolate"
        or any(style.get(name, "none") != "none" for name in ("mask", "filter", "clip-path"))
        or style.get("opacity", "1") != "1"
    )


class _Walk:
    """Appends the parts of elements to lists; recursion follows the tree and references."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._repeated = 0

    def children(self, node: Node, state: State, out: list[Part]) -> None:
        """All children of an element, back to front. state: inside the element."""
        begin = len(out)
        for number, child in enumerate(node.children):
            if child in self._document.blending:
                below = changed(node, {}, transform=None, id=None)
                below = replace(below, tag="g", style={}, children=node.children[: number + 1])
                out[begin:] = [self._document.rendered(below, state, "blend", label=child.label)]
            else:
                self.element(child, state, out)

    def element(self, node: Node, around: State, out: list[Part]) -> None:
        """One element and all that belongs to it. around: the state outside of it."""
        if node.tag in FOREIGN_TEXT and self._applies(node):
            self._document.say("not_drawn", NOT_DRAWN, element=node.label, tag=node.tag)
        if not self._is_shown(node):
            return
        self._count(around)
        state = entered(around, node)
        if state.own.get("display") == "none" or flat(state.matrix):
            return
        refuse_outside(node, self._document.name)
        for effect in ("mask", "filter"):
            if state.own.get(effect, "none") not in ("none", ""):
                out.append(self._document.rendered(node, around, effect))
                return
        inner: list[Part] = []
        try:
            clips = clips_of(self._document, state, self._box(node, state))
            self._content(node, around, replace(state, clips=(*state.clips, *clips)), inner)
        except NeedsRenderer as reason:
            if reason.owner not in (None, node):
                raise
            out.append(self._document.rendered(node, around, reason.reason))
            return
        visible = faded(inner, opacity_of(state))
        if visible is None:
            visible = [self._document.rendered(node, around, "opacity")]
        out.extend(visible)

    def _count(self, around: State) -> None:
        """Markers and patterns show elements again and again, too."""
        self._repeated += bool(around.active)
        if self._repeated > MOST_REPEATED:
            raise ArtworkError(
                "svg_too_large",
                N_("{name} is too large or too deeply nested for a drawing."),
                N_("Simplify it, or export it as a PNG picture and warp that."),
                name=self._document.name,
            )

    def _applies(self, node: Node) -> bool:
        """Whether the element's conditions hold (SVG 2, 5.9)."""
        if node.attributes.get("requiredExtensions", "").strip():
            return False
        wanted = node.attributes.get("systemLanguage")
        if wanted is None:
            return True
        tags = [tag.strip().lower() for tag in wanted.split(",")]
        return any(
            tag == language or tag.startswith(language + "-")
            for tag in tags
            for language in self._document.languages
        )

    def _is_shown(self, node: Node) -> bool:
        drawn = GROUPS | SHAPES | {"svg", "switch", "use", "image", "text"}
        return node.tag in drawn and self._applies(node)

    def _box(self, node: Node, state: State) -> tuple[float, float, float, float] | None:
        if node.tag not in SHAPES or "clip-path" not in state.own:
            return None
        left, top, right, bottom = filled_path(outline_of(node, state.units)).bounds()
        return (left, top, right - left, bottom - top)

    def _content(self, node: Node, around: State, state: State, out: list[Part]) -> None:
        if node.tag in GROUPS:
            self.children(node, state, out)
        elif node.tag == "switch":
            chosen = next((child for child in node.children if self._is_shown(child)), None)
            if chosen is not None:
                self.element(chosen, state, out)
        elif node.tag == "svg":
            self._viewport(node, state, node, out)
        elif node.tag == "use":
            self._use(node, state, out)
        elif state.style.get("visibility", "visible") != "visible" and node.tag != "text":
            return
        elif node.tag == "image":
            out.extend(image_parts(self._document, node, around, state))
        elif node.tag == "text":
            plain = changed(node, {"opacity": "1", "clip-path": "none"})
            out.append(self._document.rendered(plain, around, "text", clips=state.clips))
        else:
            self._shape(node, around, state, out)

    def _viewport(self, node: Node, state: State, size_from: Node, out: list[Part]) -> None:
        """A nested <svg>, or a <symbol>; size_from: the element whose width and height count."""
        units = state.units
        sized = changed(node, {})
        for side in ("width", "height"):
            if size_from is not node and side in size_from.attributes:
                sized.attributes[side] = size_from.attributes[side]
            if node.tag == "symbol" and side not in size_from.attributes:
                sized.attributes[side] = "100%"
        x, y = (units.read(sized, axis, axis) if node.tag == "svg" else 0.0 for axis in "xy")
        width = units.read(sized, "width", "x", state.viewport.width)
        height = units.read(sized, "height", "y", state.viewport.height)
        if width <= 0 or height <= 0:
            return
        clips = state.clips
        if self._hides_overflow(node, state, size_from):
            edge = Path.rectangle(x, y, width, height).transformed(state.matrix)
            clips = (*clips, Clip(edge))
        box = view_box(node)
        if box:
            preserve = node.attributes.get("preserveAspectRatio")
            inside = state.moved(fitted(box, (x, y, width, height), preserve))
            viewport = Viewport(box[2], box[3])
        else:
            inside, viewport = state.moved(translation(x, y)), Viewport(width, height)
        self.children(node, replace(inside, clips=clips, viewport=viewport), out)

    def _hides_overflow(self, node: Node, state: State, size_from: Node) -> bool:
        if state.own.get("overflow", "hidden") in SHOWN:
            return False
        # As resvg has it: a nested <svg> with a viewBox alone is not cut off.
        sides = ("x", "y", "width", "height")
        sized = any(side in each.attributes for each in (node, size_from) for side in sides)
        return node.tag == "symbol" or sized

    def _use(self, node: Node, state: State, out: list[Part]) -> None:
        name = inner_url(node.attributes.get("href")) or ""
        target = self._document.by_id.get(name)
        if target is None or name in state.active or not target.tag:
            return
        units = state.units
        placed = state.moved(translation(units.read(node, "x", "x"), units.read(node, "y", "y")))
        placed = replace(
            placed,
            active=state.active | {name},
            own={},
            context=context_of(node, state, self._document.by_id),
        )
        if target.tag in ("symbol", "svg"):
            inside = entered(placed, target)
            if inside.own.get("display") != "none" and not flat(inside.matrix):
                self._viewport(target, inside, node, out)
        else:
            self.element(target, placed, out)

    def _shape(self, node: Node, around: State, state: State, out: list[Part]) -> None:
        outline = outline_of(node, state.units)
        if not outline:
            return
        for step in _paint_order(state.style.get("paint-order", "normal")):
            if step == "markers":
                marker_parts(self._document, node, state, outline, out)
            else:
                which: Which = "fill" if step == "fill" else "stroke"
                out.extend(painted(self._document, node, around, state, outline, which))


def _paint_order(text: str) -> list[str]:
    usual = ("fill", "stroke", "markers")
    steps = [word for word in text.split() if word in usual]
    return steps + [step for step in usual if step not in steps]
