# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns showing single elements of an SVG through resvg, in their place on the page.

A `Fragment` is the text of some elements with the position, style and definitions they need, cut
out of their document. resvg never sees the original file and has no folder to look things up in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import cv2
import numpy as np

from visiophare_mapping.artwork import Box, Pixels
from visiophare_mapping.drawing import Floats
from visiophare_mapping.svg.css import PRESENTATION, inherited_style
from visiophare_mapping.svg.tree import SVG, Node, inner_references, is_inner, refuse_outside
from visiophare_mapping.svg.values import Viewport

_DROPPED = PRESENTATION | {"style", "class", "href", "xml:space"}
FALLBACK_FAMILY = "Bitstream Vera Sans"


@dataclass(frozen=True)
class Fragment:
    """Elements to render: `body` and `definitions` are SVG text."""

    body: str
    definitions: tuple[str, ...]
    has_text: bool

    def joined(self, above: Fragment) -> Fragment:
        """This fragment with another painted over it."""
        definitions = dict.fromkeys((*self.definitions, *above.definitions))
        return Fragment(self.body + above.body, tuple(definitions), self.has_text or above.has_text)

    def faded(self, opacity: float) -> Fragment:
        """This fragment under an opacity of its own."""
        return replace(self, body=f'<g opacity="{opacity!r}">{self.body}</g>')

    def render(self, region: Box, px_per_unit: float) -> Pixels:
        """The region of the page, (h, w, 4) uint8, alpha not premultiplied."""
        width = max(1, round(region[2] * px_per_unit))
        height = max(1, round(region[3] * px_per_unit))
        box = " ".join(repr(float(side)) for side in region)
        svg = (
            f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
            f'height="{height}" viewBox="{box}" preserveAspectRatio="none">'
            f"<defs>{''.join(self.definitions)}</defs>{self.body}</svg>"
        )
        return _pixels(svg, self.has_text, (height, width))


def fragment(
    node: Node,
    by_id: Mapping[str, Node],
    matrix: Floats,
    style: Mapping[str, str],
    viewport: Viewport,
    name: str,
) -> Fragment:
    """The fragment of one element.

    matrix: (2, 3), the space around the element to page units. style: what it inherits.
    viewport: what its percentages refer to. name: the file's, for messages.

    Raises: ArtworkError svg_refers_to_file.
    """
    (a, c, e), (b, d, f) = matrix.tolist()
    size = f'{viewport.width!r}" height="{viewport.height!r}'
    body = (
        f'<svg width="{size}" viewBox="0 0 {viewport.width!r} {viewport.height!r}" '
        f'overflow="visible"><g transform="matrix({a!r} {b!r} {c!r} {d!r} {e!r} {f!r})"'
        f"{_style_attribute(style)}>{text_of(node)}</g></svg>"
    )
    needed = list(_needed(node, by_id))
    for part in (part for top in (node, *needed) for part in top.walk()):
        if part.style.get("display") != "none":
            refuse_outside(part, name)
    texts = tuple(_definition(wanted) for wanted in needed)
    has_text = any(part.tag == "text" for top in (node, *needed) for part in top.walk())
    return Fragment(body, texts, has_text)


def changed(node: Node, style: Mapping[str, str], **attributes: str | None) -> Node:
    """A copy of the element alone with other style and attributes; None removes one."""
    merged = {**node.attributes, **{key: value for key, value in attributes.items() if value}}
    for key, value in attributes.items():
        if value is None:
            merged.pop(key, None)
    return replace(node, attributes=merged, style={**node.style, **style})


def text_of(node: Node) -> str:
    """An element and all below it as SVG text; elements of other namespaces are left out."""
    if not node.tag:
        return ""
    words = [f"<{node.tag}"]
    words += [
        f" {name}={quoteattr(value)}"
        for name, value in node.attributes.items()
        if name not in _DROPPED and ":" not in name
    ]
    if is_inner(node.attributes.get("href", "-")):
        words.append(f" xlink:href={quoteattr(node.attributes['href'])}")
    if "xml:space" in node.attributes:
        words.append(f' xml:space="{escape(node.attributes["xml:space"])}"')
    words += [_style_attribute(node.style), ">", escape(node.text)]
    for child in node.children:
        words += [text_of(child), escape(child.tail)]
    words.append(f"</{node.tag}>")
    return "".join(words)


def _style_attribute(style: Mapping[str, str]) -> str:
    if not style:
        return ""
    return " style=" + quoteattr(";".join(f"{name}:{value}" for name, value in style.items()))


def _definition(node: Node) -> str:
    """A referenced element, wrapped in what it inherits from where it stands."""
    inherited = inherited_style(node)
    return f"<g{_style_attribute(inherited)}>{text_of(node)}</g>" if inherited else text_of(node)


def _needed(node: Node, by_id: Mapping[str, Node]) -> Iterable[Node]:
    """Every element that the fragment refers to, directly or through another, each once."""
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        for part in waiting.pop().walk():
            for reference in inner_references(part):
                if reference in by_id and reference not in seen:
                    seen.add(reference)
                    waiting.append(by_id[reference])
                    yield by_id[reference]


def _pixels(svg: str, has_text: bool, shape: tuple[int, int]) -> Pixels:
    import resvg_py

    chosen = fonts() if has_text else {"skip_system_fonts": True}
    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, dpi=96, **chosen)
    except ValueError:  # nothing to show, such as a filter over an empty region
        return np.zeros((*shape, 4), np.uint8)
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    return np.ascontiguousarray(picture[..., [2, 1, 0, 3]], dtype=np.uint8)


@lru_cache(maxsize=1)
def fonts() -> dict[str, Any]:
    """The system's fonts, and Vera, which comes with reportlab, for whatever is missing."""
    generic = {
        "serif_family": ("Times New Roman", "Liberation Serif", "DejaVu Serif"),
        "sans_serif_family": ("Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"),
        "monospace_family": ("Courier New", "Liberation Mono", "DejaVu Sans Mono"),
    }
    chosen: dict[str, Any] = {
        key: next((name for name in names if family_exists(name)), FALLBACK_FAMILY)
        for key, names in generic.items()
    }
    chosen |= {"cursive_family": FALLBACK_FAMILY, "fantasy_family": FALLBACK_FAMILY}
    return {**chosen, "font_files": _vera_files(), "font_family": FALLBACK_FAMILY}


@lru_cache(maxsize=256)
def family_exists(family: str) -> bool:
    """Whether the system has a font family: shown in it, words differ from the fallback's."""
    return _probe(family) != _probe("no family of this name")


def _probe(family: str) -> bytes:
    import resvg_py

    svg = (
        f'<svg xmlns="{SVG}" width="320" height="40"><text x="4" y="30" font-size="24" '
        f"font-family={quoteattr(family)}>Hamburgefonstiv 123</text></svg>"
    )
    missing: dict[str, Any] = dict.fromkeys(
        ("serif_family", "sans_serif_family", "monospace_family"), FALLBACK_FAMILY
    )
    result: bytes = resvg_py.svg_to_bytes(svg_string=svg, font_files=_vera_files(), **missing)
    return result


def _vera_files() -> list[str]:
    import reportlab

    folder = FilePath(reportlab.__file__).parent / "fonts"
    return [str(folder / f"{name}.ttf") for name in ("Vera", "VeraBd", "VeraIt", "VeraBI")]
