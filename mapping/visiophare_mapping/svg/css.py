# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns the cascade: presentation attributes, <style> sheets and style attributes into Node.style.

Selectors known: *, type, .class, #id, [attribute], [attribute=value], :first-child, and the
combinators descendant, child (>) and neighbour (+). A rule with anything else is skipped.
Inheritance is the walker's work.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from visiophare_mapping.svg.tree import Node

_INHERITED = """
    clip-rule color color-interpolation cursor direction dominant-baseline fill fill-opacity
    fill-rule font font-family font-kerning font-size font-size-adjust font-stretch font-style
    font-variant font-weight image-rendering letter-spacing marker-end marker-mid marker-start
    paint-order shape-rendering stroke stroke-dasharray stroke-dashoffset stroke-linecap
    stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-rendering
    visibility white-space word-spacing writing-mode color-interpolation-filters
    glyph-orientation-vertical glyph-orientation-horizontal pointer-events
"""
_OWN = """
    alignment-baseline background-color baseline-shift clip clip-path display enable-background
    filter flood-color flood-opacity isolation lighting-color mask mask-type mix-blend-mode opacity
    overflow stop-color stop-opacity text-decoration transform transform-box transform-origin
    unicode-bidi vector-effect
"""
INHERITED = frozenset(_INHERITED.split())
OWN = frozenset(_OWN.split())
# What may stand as an attribute too. (`transform` is one with a grammar of its own: kept apart.)
PRESENTATION = (INHERITED | OWN) - {"transform", "font"}

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_AT_BLOCK = re.compile(r"@[\w-]+[^{};]*(?:;|\{(?:[^{}]|\{[^{}]*\})*\})")
_PART = re.compile(r"(\*|[\w-]+|\.[\w-]+|#[\w-]+|\[[^\]]+\]|:first-child)")
_ATTRIBUTE = re.compile(r"\[\s*([\w:-]+)\s*(?:([~|^$*]?=)\s*['\"]?(.*?)['\"]?\s*)?\]")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*((?:[^;'\"(]|\([^)]*\)|'[^']*'|\"[^\"]*\")*)")

Declarations = list[tuple[str, str, bool]]  # property, value, whether !important


@dataclass
class _Compound:
    """One step of a selector, such as `rect.wall#a[x]`."""

    tag: str = "*"
    id: str = ""
    classes: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    first_child: bool = False

    @property
    def weight(self) -> tuple[int, int, int]:
        """Specificity: ids, classes and the like, types."""
        classes = len(self.classes) + len(self.attributes) + self.first_child
        return (int(bool(self.id)), classes, int(self.tag != "*"))

    def matches(self, node: Node) -> bool:
        """Whether the element is one of those meant."""
        if self.tag not in ("*", node.tag) or (self.id and self.id != node.id):
            return False
        if self.first_child and (node.parent is None or node.parent.children[0] is not node):
            return False
        classes = node.attributes.get("class", "").split() if self.classes else []
        return all(name in classes for name in self.classes) and all(
            _attribute_matches(node.attributes.get(name), sign, wanted)
            for name, sign, wanted in self.attributes
        )


@dataclass
class _Rule:
    steps: list[tuple[str, _Compound]]  # combinator before it (' ', '>', '+'), step; last = subject
    weight: tuple[int, int, int]
    order: int
    declarations: Declarations

    def matches(self, node: Node) -> bool:
        return _steps_match(self.steps, len(self.steps) - 1, node)


def settle_styles(root: Node) -> None:
    """Fill in `style` of every element below root from all three sources of declarations."""
    sheets = "\n".join(_sheet_text(node) for node in root.walk() if node.tag == "style")
    index = _indexed(_rules(sheets))
    for node in root.walk():
        if node.tag:
            node.style = _style_of(node, index)


def inherited_style(node: Node) -> dict[str, str]:
    """What an element inherits from where it stands in the document, not from who refers to it."""
    style: dict[str, str] = {}
    above = node.parent
    while above is not None:
        style = {**above.style, **style}
        above = above.parent
    return {name: value for name, value in style.items() if name in INHERITED}


def declarations(text: str) -> Declarations:
    """The declarations of a style attribute or of a rule's block."""
    found: Declarations = []
    for name, value in _DECLARATION.findall(_COMMENT.sub("", text)):
        value = value.strip()
        important = value.lower().endswith("!important")
        if important:
            value = value[: value.rindex("!")].strip()
        if value:
            found.extend((key, part, important) for key, part in _longhands(name, value))
    return found


def _longhands(name: str, value: str) -> list[tuple[str, str]]:
    if name == "marker":
        return [(f"marker-{where}", value) for where in ("start", "mid", "end")]
    return [(name, value)]


def _style_of(node: Node, index: dict[str, list[_Rule]]) -> dict[str, str]:
    style = {name: value.strip() for name, value in node.attributes.items() if name in PRESENTATION}
    keys = ["*", node.tag, "#" + node.id]
    keys += ["." + name for name in node.attributes.get("class", "").split()]
    rules = [rule for key in set(keys) for rule in index.get(key, ()) if rule.matches(node)]
    rules.sort(key=lambda rule: (rule.weight, rule.order))
    ordered = [line for rule in rules for line in rule.declarations]
    ordered += declarations(node.attributes.get("style", ""))
    for wanted in (False, True):
        style.update({name: value for name, value, strong in ordered if strong is wanted})
    return style


def _sheet_text(node: Node) -> str:
    kind = node.attributes.get("type", "text/css").strip()
    return node.text if kind in ("", "text/css") else ""


def _rules(sheet: str) -> list[_Rule]:
    sheet = _AT_BLOCK.sub("", _COMMENT.sub("", sheet))
    rules: list[_Rule] = []
    for selectors, block in _RULE.findall(sheet):
        lines = declarations(block)
        for selector in selectors.split(","):
            steps = _steps(selector)
            if steps and lines:
                sums = zip(*(step.weight for _, step in steps), strict=True)
                ids, classes, types = (sum(column) for column in sums)
                rules.append(_Rule(steps, (ids, classes, types), len(rules), lines))
    return rules


def _steps(selector: str) -> list[tuple[str, _Compound]]:
    words = re.sub(r"\s*([>+~])\s*", r" \1 ", selector.strip()).split()
    steps: list[tuple[str, _Compound]] = []
    combinator = " "
    for word in words:
        if word in (">", "+"):
            combinator = word
            continue
        compound = _compound(word)
        if compound is None:
            return []
        steps.append((combinator, compound))
        combinator = " "
    return steps


def _compound(word: str) -> _Compound | None:
    compound = _Compound()
    at = 0
    while at < len(word):
        match = _PART.match(word, at)
        if not match:
            return None
        at = match.end()
        part = match[0]
        if part[0] == ".":
            compound.classes.append(part[1:])
        elif part[0] == "#":
            compound.id = part[1:]
        elif part == ":first-child":
            compound.first_child = True
        elif part[0] == "[":
            attribute = _ATTRIBUTE.match(part)
            if not attribute:
                return None
            compound.attributes.append((attribute[1], attribute[2] or "", attribute[3] or ""))
        else:
            compound.tag = part
    return compound


def _indexed(rules: list[_Rule]) -> dict[str, list[_Rule]]:
    """Rules by what their subject must at least be, so that few are tried on each element."""
    index: dict[str, list[_Rule]] = defaultdict(list)
    for rule in rules:
        subject = rule.steps[-1][1]
        key = "#" + subject.id if subject.id else subject.tag
        if not subject.id and subject.classes:
            key = "." + subject.classes[0]
        index[key].append(rule)
    return index


def _steps_match(steps: list[tuple[str, _Compound]], last: int, node: Node) -> bool:
    combinator, compound = steps[last]
    if not compound.matches(node):
        return False
    if last == 0:
        return True
    if combinator == ">":
        return node.parent is not None and _steps_match(steps, last - 1, node.parent)
    if combinator == "+":
        before = _before(node)
        return before is not None and _steps_match(steps, last - 1, before)
    above = node.parent
    while above is not None:
        if _steps_match(steps, last - 1, above):
            return True
        above = above.parent
    return False


def _before(node: Node) -> Node | None:
    if node.parent is None:
        return None
    at = next(k for k, child in enumerate(node.parent.children) if child is node)
    return node.parent.children[at - 1] if at else None


def _attribute_matches(value: str | None, sign: str, wanted: str) -> bool:
    if value is None:
        return False
    checks = {
        "": True,
        "=": value == wanted,
        "~=": wanted in value.split(),
        "^=": bool(wanted) and value.startswith(wanted),
        "$=": bool(wanted) and value.endswith(wanted),
        "*=": bool(wanted) and wanted in value,
        "|=": value == wanted or value.startswith(wanted + "-"),
    }
    return checks[sign]
