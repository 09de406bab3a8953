# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns what all of the walk shares: the document, and handing elements over to the renderer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from visiophare_mapping.artwork import Box, Detail, Note, Part, Rendered
from visiophare_mapping.drawing import Clip
from visiophare_mapping.errors import N_
from visiophare_mapping.svg.render import Fragment, family_exists, fragment
from visiophare_mapping.svg.state import State
from visiophare_mapping.svg.tree import Node

RASTERISED = {
    "gradient": N_("Gradient of {element}: rasterised at {dpi} dpi, its outline stays sharp."),
    "pattern": N_("Pattern of {element}: rasterised at {dpi} dpi."),
    "text": N_("Text {element}: rasterised at {dpi} dpi."),
    "mask": N_("Mask of {element}: rasterised at {dpi} dpi."),
    "filter": N_("Filter of {element}: rasterised at {dpi} dpi."),
    "blend": N_("Blend mode of {element}: rasterised at {dpi} dpi with all that lies below it."),
    "opacity": N_("Opacity of the overlapping parts of {element}: rasterised at {dpi} dpi."),
    "clip": N_("Clip of {element}: rasterised at {dpi} dpi."),
    "image": N_("Image {element}: rasterised at {dpi} dpi."),
    "context": N_("Paint that {element} takes over from outside: rasterised at {dpi} dpi."),
}
NOT_DRAWN = N_(
    "{element} is not drawn: only some programs understand <{tag}>. "
    "In Inkscape, turn it into a path (Path > Object to Path)."
)
BROKEN_IMAGE = N_("Image {element} cannot be read and is not drawn.")
FONT_REPLACED = N_("The font {family} is not installed here: {element} is shown in another one.")


@dataclass(frozen=True, eq=False)
class FragmentPart(Rendered):
    """A rendered part that still knows its SVG text, so that neighbours can be joined."""

    fragment: Fragment = field(default_factory=lambda: Fragment("", (), False))


@dataclass(eq=False)
class Document:
    """The document being walked.

    name: the file's, for messages.
    across: the page's larger side, for strokes. blending: elements whose blend mode mixes with
    what lies below them in the same group, with all ancestors up to that group. walk: puts the
    parts of an element's children into a list; state: inside the element.
    """

    name: str
    root: Node
    by_id: Mapping[str, Node]
    across: float
    languages: tuple[str, ...]
    blending: frozenset[Node] = frozenset()
    notes: list[Note] = field(default_factory=list)
    walk: Callable[[Node, State, list[Part]], None] = lambda node, state, out: None

    def rendered(
        self,
        node: Node,
        around: State,
        reason: str,
        *,
        bounds: Box | None = None,
        detail: Detail = "sharp",
        clips: Sequence[Clip] | None = None,
        label: str = "",
    ) -> FragmentPart:
        """The element as a part that the renderer shows.

        around: the state around the element, whose clips apply unless `clips` is given.
        """
        text = fragment(node, self.by_id, around.matrix, around.style, around.viewport, self.name)
        if text.has_text:
            self.notes.extend(_fonts_replaced(node, around))
        note = Note(reason, RASTERISED[reason], {"element": label or node.label})
        chosen = around.clips if clips is None else clips
        return FragmentPart(text.render, bounds, detail, (note,), tuple(chosen), text)

    def say(self, code: str, template: str, **params: object) -> None:
        """Note something for the report, once."""
        note = Note(code, template, params)
        if note not in self.notes:
            self.notes.append(note)


def joined_neighbours(parts: Sequence[Part]) -> list[Part]:
    """Neighbouring sharp rendered parts under the same clips as one: one picture, not many."""
    result: list[Part] = []
    for part in parts:
        below = result[-1] if result else None
        if (
            isinstance(part, FragmentPart)
            and isinstance(below, FragmentPart)
            and part.detail == below.detail == "sharp"
            and part.clips == below.clips
        ):
            text = below.fragment.joined(part.fragment)
            notes = (*below.notes, *part.notes)
            bounds = _around(below.bounds, part.bounds)
            result[-1] = replace(
                below, render=text.render, bounds=bounds, notes=notes, fragment=text
            )
        else:
            result.append(part)
    return result


def _around(one: Box | None, other: Box | None) -> Box | None:
    if one is None or other is None:
        return None
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return (left, top, right - left, bottom - top)


def _fonts_replaced(node: Node, around: State) -> list[Note]:
    """Notes on text whose fonts are all missing here."""
    generic = {"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "inherit"}
    inherited = around.style.get("font-family", "serif")
    notes = []
    for part in node.walk():
        if part.tag not in ("text", "tspan") or (
            "font-family" not in part.style and part is not node
        ):
            continue
        names = part.style.get("font-family", inherited).split(",")
        families = [name.strip().strip("'\"") for name in names if name.strip()]
        if families and not any(
            name.lower() in generic or family_exists(name) for name in families
        ):
            params: dict[str, object] = {"family": families[0], "element": part.label}
            notes.append(Note("font_replaced", FONT_REPLACED, params))
    return notes
