# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the walk through an SVG tree: every element into parts of the artwork, in its z-order.

What can stay vector does; an element that cannot is given to the renderer whole, in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from visiophare_mapping.artwork import Artwork, Bitmap, Part, Rendered
from visiophare_mapping.drawing import Clip, Filled, Path
from visiophare_mapping.errors import N_, ArtworkError
from visiophare_mapping.svg_clip import clips_of
from visiophare_mapping.svg_css import settle_styles
from visiophare_mapping.svg_document import NOT_DRAWN, Document, joined_neighbours
from visiophare_mapping.svg_images import image_parts
from visiophare_mapping.svg_markers import marker_places
from visiophare_mapping.svg_painting import Which, opacity_of, painted
from visiophare_mapping.svg_path import Outline, filled_path
from visiophare_mapping.svg_render import changed
from visiophare_mapping.svg_shapes import SHAPES, Units, outline_of
from visiophare_mapping.svg_state import Context, NeedsRenderer, State, entered, flat, paint
from visiophare_mapping.svg_tree import Node, inner_url, parse_svg, refuse_outside
from visiophare_mapping.svg_values import (
    IDENTITY,
    Viewport,
    degrees,
    length,
    product,
    rotation,
    scaling,
    translation,
)
from visiophare_mapping.svg_viewbox import fitted, view_box

GROUPS = frozenset({"g", "a"})
FOREIGN_TEXT = frozenset({"flowRoot", "foreignObject"})
EXTENSIONS = ("requiredExtensions", "requiredFeatures")
SHOWN = ("visible", "auto", "")  # an empty value: `inherit` with nothing to inherit
MAX_PARTS = 200_000


def read_svg(data: bytes, name: str, languages: Sequence[str] = ("en",)) -> Artwork:
    """An SVG document as an artwork.

    name: the file's, for messages. languages: which <switch> branches may be shown.

    Raises: ArtworkError, as `parse_svg` does, and svg_no_size.
    """
    root = parse_svg(data, name)
    settle_styles(root)
    by_id: dict[str, Node] = {}
    for node in root.walk():
        if node.id:
            by_id.setdefault(node.id, node)
    box, size = _page(root, name)
    document = Document(name, root, by_id, max(size), tuple(languages), frozenset(_blending(root)))
    page = fitted(box, (0.0, 0.0, *size), root.attributes.get("preserveAspectRatio"))
    start = State({}, {}, page, Viewport(box[2], box[3]))
    parts: list[Part] = []
    walk = _Walk(document)
    document.walk = walk.children
    walk.children(root, entered(start, root), parts)
    return Artwork(name, size, joined_neighbours(parts), tuple(document.notes))


def _page(root: Node, name: str) -> tuple[tuple[float, float, float, float], tuple[float, float]]:
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
        if len(out) > MAX_PARTS:
            raise ArtworkError(
                "svg_too_large",
                N_("{name} is too large or too deeply nested for a drawing."),
                N_("Simplify it, or export it as a PNG picture and warp that."),
                name=self._document.name,
            )

    def element(self, node: Node, around: State, out: list[Part]) -> None:
        """One element and all that belongs to it. around: the state outside of it."""
        if node.tag in FOREIGN_TEXT and self._applies(node):
            self._document.say("not_drawn", NOT_DRAWN, element=node.label, tag=node.tag)
        if not self._is_shown(node):
            return
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
        faded = _faded(inner, opacity_of(self._document, state))
        if faded is None:
            faded = [self._document.rendered(node, around, "opacity")]
        out.extend(faded)

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
        if node.tag not in SHAPES:
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
            plain = changed(node, {"opacity": "1"}, **{"clip-path": None})
            plain.style.pop("clip-path", None)
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
            context=self._context(node, state),
        )
        if target.tag in ("symbol", "svg"):
            inside = entered(placed, target)
            if inside.own.get("display") != "none" and not flat(inside.matrix):
                self._viewport(target, inside, node, out)
        else:
            self.element(target, placed, out)

    def _context(self, owner: Node, state: State) -> Context:
        by_id = self._document.by_id
        fill = paint(state.style.get("fill", "black"), state, by_id)
        return Context(fill, paint(state.style.get("stroke"), state, by_id), owner)

    def _shape(self, node: Node, around: State, state: State, out: list[Part]) -> None:
        outline = outline_of(node, state.units)
        if not outline:
            return
        for step in _paint_order(state.style.get("paint-order", "normal")):
            if step == "markers":
                self._markers(node, state, outline, out)
            else:
                which: Which = "fill" if step == "fill" else "stroke"
                out.extend(painted(self._document, node, around, state, outline, which))

    def _markers(self, node: Node, state: State, outline: Outline, out: list[Part]) -> None:
        names = {
            where: inner_url(state.style.get(f"marker-{where}"))
            for where in ("start", "mid", "end")
        }
        if not any(names.values()):
            return
        for where, at, angle in marker_places(outline):
            marker = self._document.by_id.get(names[where] or "")
            if marker is None or marker.tag != "marker" or marker.id in state.active:
                continue
            self._marker(marker, node, state, where, (at, angle), out)

    def _marker(
        self,
        marker: Node,
        owner: Node,
        state: State,
        where: str,
        place: tuple[tuple[float, float], float],
        out: list[Part],
    ) -> None:
        """One marker at one vertex. state: inside the shape that bears it."""
        units = Units(state.viewport, state.font_size)
        width = units.read(marker, "markerWidth", "x", 3.0)
        height = units.read(marker, "markerHeight", "y", 3.0)
        if width <= 0 or height <= 0:
            return
        by_width = marker.attributes.get("markerUnits") != "userSpaceOnUse"
        scale = state.length("stroke-width", 1.0) if by_width else 1.0
        (x, y), angle = place
        orient = marker.attributes.get("orient", "0")
        if not orient.startswith("auto"):
            angle = degrees(orient) or 0.0
        elif orient == "auto-start-reverse" and where == "start":
            angle += 180
        matrix = product(product(translation(x, y), rotation(angle)), scaling(scale, scale))
        box = view_box(marker)
        fit = IDENTITY
        if box:
            preserve = marker.attributes.get("preserveAspectRatio")
            fit = fitted(box, (0.0, 0.0, width, height), preserve)
        corner = np.array([units.read(marker, "refX", "x"), units.read(marker, "refY", "y")])
        corner = fit[:, :2] @ corner + (0.0 if not box else fit[:, 2])
        matrix = product(matrix, translation(-corner[0], -corner[1]))
        placed = self._around_marker(marker, owner, state).moved(matrix)
        clips = state.clips
        if entered(placed, marker).own.get("overflow", "hidden") not in SHOWN:
            clips = (
                *clips,
                Clip(Path.rectangle(0, 0, width, height).transformed(placed.matrix)),
            )
        viewport = Viewport(box[2], box[3]) if box else Viewport(width, height)
        inside = replace(entered(placed.moved(fit), marker), clips=clips, viewport=viewport)
        inner: list[Part] = []
        self.children(marker, inside, inner)
        faded = _faded(inner, opacity_of(self._document, inside))
        if faded is None:
            raise NeedsRenderer("opacity")
        out.extend(faded)

    def _around_marker(self, marker: Node, owner: Node, state: State) -> State:
        """A marker inherits from where it stands in the document, not from the shape."""
        style: dict[str, str] = {}
        above = marker.parent
        while above is not None:
            style = {**above.style, **style}
            above = above.parent
        return replace(
            state,
            style=style,
            own={},
            active=state.active | {marker.id},
            context=self._context(owner, state),
        )


def _paint_order(text: str) -> list[str]:
    usual = ("fill", "stroke", "markers")
    steps = [word for word in text.split() if word in usual]
    return steps + [step for step in usual if step not in steps]


def _faded(parts: list[Part], opacity: float) -> list[Part] | None:
    """The parts under a common opacity; None when overlaps make that more than a product."""
    if opacity >= 1 or not parts:
        return parts
    if opacity <= 0:
        return []
    if any(isinstance(part, Rendered) for part in parts) or _overlap(parts):
        return None
    return [
        replace(part, alpha=part.alpha * opacity)
        for part in parts
        if isinstance(part, Filled | Bitmap)
    ]


def _overlap(parts: list[Part]) -> bool:
    """Whether any two parts' boxes touch; many parts are taken to."""
    if len(parts) > 64:
        return True
    boxes = [part.path.bounds() for part in parts if isinstance(part, Filled)]
    if len(parts) > 1 and len(boxes) < len(parts):
        return True
    return any(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for number, one in enumerate(boxes)
        for other in boxes[:number]
    )
