# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a drawing asks to be drawn, once every <use> is written out.

Owns the limits on that, found by counting and not by drawing: a few lines can ask for billions of
shapes, and letters are set by a renderer that nothing can interrupt. Must not know what is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from visiophare_mapping.errors import N_, ArtworkError
from visiophare_mapping.svg.tree import Node, inner_url

MOST_REPEATED = 50_000  # elements beyond those that are written
MOST_LETTERS = 20_000  # some ten pages; the renderer takes seconds for them, minutes for 100,000
MOST_STEPS = 2_000_000  # of counting


class Weight(NamedTuple):
    """What a part of the drawing comes to."""

    elements: int
    letters: int


def refuse_too_heavy(root: Node, by_id: Mapping[str, Node], name: str) -> None:
    """Raises ArtworkError svg_too_large, svg_too_much_text; `name` is the file's."""
    weight = _weight_of(root, by_id, name)
    if weight.letters > MOST_LETTERS:
        raise ArtworkError(
            "svg_too_much_text",
            N_("{name} has more text than any façade can show."),
            N_("Turn the text into paths (Inkscape: Path > Object to Path), or shorten it."),
            name=name,
        )
    if weight.elements - sum(1 for _node in root.walk()) > MOST_REPEATED:
        raise _too_large(name)


def _weight_of(root: Node, by_id: Mapping[str, Node], name: str) -> Weight:
    """The whole drawing's weight, each <use> counted as what it shows; one in itself as nothing.

    Depth first, with the way so far kept by hand: chains of <use> may be longer than the stack.
    """
    known: dict[str, Weight] = {}
    parts = {"": _written(root)}
    way = [""]
    steps = 0
    while True:
        written, shown = parts[way[-1]]
        missing = next((n for n in shown if n in by_id and n not in known and n not in way), None)
        if missing is not None:
            parts[missing] = _written(by_id[missing])
            steps += parts[missing][0].elements
            if steps > MOST_STEPS:
                raise _too_large(name)
            way.append(missing)
            continue
        times = [(known[n], count) for n, count in shown.items() if n in known]
        known[way.pop()] = whole = Weight(
            written.elements + sum(weight.elements * count for weight, count in times),
            written.letters + sum(weight.letters * count for weight, count in times),
        )
        if not way:
            return whole


def _written(node: Node) -> tuple[Weight, Counter[str]]:
    """What stands in an element itself, and the ids of what its <use>s show, with how often."""
    elements = letters = 0
    shown: Counter[str] = Counter()
    for part in node.walk():
        elements += 1
        if part.tag == "use":
            shown[inner_url(part.attributes.get("href")) or ""] += 1
        elif part.tag == "text":
            letters += sum(len(each.text) + len(each.tail) for each in part.walk())
    return Weight(elements, letters), shown


def _too_large(name: str) -> ArtworkError:
    return ArtworkError(
        "svg_too_large",
        N_("{name} is too large or too deeply nested for a drawing."),
        N_("Simplify it, or export it as a PNG picture and warp that."),
        name=name,
    )
