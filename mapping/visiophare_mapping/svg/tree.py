# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owns reading an SVG file into a tree, safely: bytes from anybody in, `Node`s out.

It opens no second file, ever. A drawing that needs one is refused, with the reference named.
It must not know what elements mean; `css` settles their style.
"""

from __future__ import annotations

import gzip
import io
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from visiophare_mapping.artwork import TemplatePlace
from visiophare_mapping.errors import N_, ArtworkError

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
TEMPLATE_RECT, TEMPLATE_PLANE = "data-visiophare-m", "data-visiophare-plane"
GUIDE = ("data-visiophare", "guide")  # marks what a template shows and nobody prints
MAX_BYTES = 64 * 1024 * 1024
MAX_NODES = 400_000
MAX_DEPTH = 400

# Elements that show what their reference points to. A link (<a>) only leads somewhere.
SHOWS_REFERENCE = frozenset(
    ("image", "use", "feImage", "linearGradient", "radialGradient", "pattern", "textPath", "tref")
)
_URL = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)", re.DOTALL)
_IMPORT = re.compile(r"@import\s+(?:url\(\s*)?['\"]?([^'\")\s;]+)")
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(eq=False)
class Node:
    """One element. `tag` is its SVG name; elements of other namespaces have tag ''.

    attributes: local names; `href` whether written with or without xlink; `inkscape-label` is the
    name that Inkscape shows.
    style: declared properties after the cascade, filled in by `css`.
    """

    tag: str
    attributes: dict[str, str]
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    text: str = ""
    tail: str = ""
    style: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The element's id, or an empty string."""
        return self.attributes.get("id", "")

    @property
    def label(self) -> str:
        """How a report names the element: #id where it has one, else <tag>."""
        return f"#{self.id}" if self.id else f"<{self.tag}>"

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


_DAMAGED_ZIP = N_("{name} is a compressed drawing (svgz), but it is damaged.")
_UNKNOWN_ENCODING = N_("{name}, line {line}: nobody here knows the encoding that it names.")
_OTHERWISE = N_("{name} is not well-formed XML: line {line}, {reason}.")
_MALFORMED = {
    expat.errors.XML_ERROR_NO_ELEMENTS: N_(
        "{name} stops at line {line} before its drawing is complete."
    ),
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: N_(
        "{name}, line {line}: a tag or a comment is not closed; the file may be cut off."
    ),
    expat.errors.XML_ERROR_INVALID_TOKEN: N_(
        "{name}, line {line}: a character that XML does not allow here."
    ),
    expat.errors.XML_ERROR_PARTIAL_CHAR: N_("{name}, line {line}: a letter is cut in half."),
    expat.errors.XML_ERROR_TAG_MISMATCH: N_(
        "{name}, line {line}: an end tag closes another element than the one that is open."
    ),
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: N_(
        "{name}, line {line}: an element has the same attribute twice."
    ),
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: N_(
        "{name}, line {line}: something follows the end of the drawing."
    ),
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: N_(
        "{name}, line {line}: an entity (&…;) that nobody defines."
    ),
    expat.errors.XML_ERROR_UNBOUND_PREFIX: N_(
        "{name}, line {line}: a name has a prefix that no xmlns declares."
    ),
    expat.errors.XML_ERROR_SYNTAX: N_("{name}, line {line}: this is not XML."),
    expat.errors.XML_ERROR_UNKNOWN_ENCODING: _UNKNOWN_ENCODING,
}


def parse_svg(data: bytes, name: str) -> Node:
    """The root of an SVG or svgz document; `name` is the file's, for messages.

    Raises: ArtworkError svg_malformed, svg_not_svg, svg_too_large, svg_external_entity,
    svg_refers_to_file (for style sheets; `refuse_outside` looks at elements).
    """
    tree = _Builder(name).parse(_unzipped(data, name))
    if tree.tag != "svg":
        raise ArtworkError(
            "svg_not_svg",
            N_("{name} is an XML file, but not an SVG drawing."),
            N_("Save the drawing as SVG and give that file."),
            name=name,
        )
    for node in tree.walk():
        if node.tag == "style":
            _refuse_outside_sheet(node.text, name)
    return tree


def drop_guides(root: Node) -> None:
    """Takes out of the tree what is only there to draw by."""
    for node in root.walk():
        node.children = [
            child for child in node.children if child.attributes.get(GUIDE[0]) != GUIDE[1]
        ]


def template_place(root: Node) -> TemplatePlace | None:
    """Where the page lies, if a template says so."""
    try:
        x, y, width, height = map(float, root.attributes.get(TEMPLATE_RECT, "").split(","))
        plane = int(root.attributes.get(TEMPLATE_PLANE, "0"))
    except ValueError:
        return None
    if not (math.isfinite(x + y + width + height) and width > 0.0 and height > 0.0):
        return None
    return TemplatePlace((x, y, width, height), max(plane, 0))


def refuse_outside(node: Node, name: str) -> None:
    """Called for each element that is about to be shown.  Raises: ArtworkError svg_refers_to_file.

    A reference in something hidden or unused does no harm; old drawings are full of them.
    """
    href = node.attributes.get("href", "").strip()
    if node.tag in SHOWS_REFERENCE and not is_inner(href):
        raise _refers_to_file(name, href)
    for value in node.style.values():
        if "url(" in value:
            _refuse_outside_urls(value, name)


def is_inner(reference: str) -> bool:
    """Whether a reference stays within the document."""
    return not reference or reference.startswith(("#", "data:"))


def inner_url(text: str | None) -> str | None:
    """The id in `url(#id)` or `#id`, else None."""
    text = (text or "").strip()
    if text.startswith("#"):
        return text[1:]
    match = _URL.match(text)
    return match[2].strip()[1:] if match and match[2].strip().startswith("#") else None


def inner_references(node: Node) -> Iterator[str]:
    """Ids of this document that the element's own attributes and style point to."""
    href = node.attributes.get("href", "").strip()
    if href.startswith("#"):
        yield href[1:]
    for value in (*node.attributes.values(), *node.style.values()):
        if "url(" in value:
            for _quote, target in _URL.findall(value):
                if target.strip().startswith("#"):
                    yield target.strip()[1:]


def _unzipped(data: bytes, name: str) -> bytes:
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as unzip:
                data = unzip.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise _malformed(name, 0, _DAMAGED_ZIP) from error
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    return data


class _Builder:
    """Receives what expat reads, and grows the tree; refuses whatever lies outside of it.

    Internal entities are common (Illustrator); expat bounds their growth. An outside DTD is named
    in most SVG 1.1 files; expat does not fetch it.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0

    def parse(self, data: bytes) -> Node:
        """The root element.  Raises: ArtworkError."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        parser.ProcessingInstructionHandler = self._instruction
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            template = _MALFORMED.get(reason, _OTHERWISE)
            raise _malformed(self._name, error.lineno, template, reason=reason) from error
        except (ValueError, LookupError) as error:  # an encoding that Python does not know
            raise _malformed(self._name, 1, _UNKNOWN_ENCODING) from error
        assert self.root is not None  # expat refuses a document without elements
        return self.root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_NODES or len(self._open) >= MAX_DEPTH:
            raise _too_large(self._name)
        parent = self._open[-1] if self._open else None
        node = _node(tag, attributes, parent)
        if parent is None:
            self.root = node
        else:
            parent.children.append(node)
        self._open.append(node)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        node = self._open[-1]
        if node.children:
            node.children[-1].tail += text
        else:
            node.text += text

    def _entity(
        self,
        entity_name: str,
        _is_parameter: bool,
        _value: str | None,
        _base: str | None,
        system_id: str | None,
        _public_id: str | None,
        _notation: str | None,
    ) -> None:
        if system_id is not None:
            raise ArtworkError(
                "svg_external_entity",
                N_("{name} wants to read another file ({reference}) through the entity {entity}."),
                N_("Open the drawing in Inkscape and save it as plain SVG."),
                name=self._name,
                reference=system_id,
                entity=entity_name,
            )

    def _instruction(self, target: str, data: str) -> None:
        reference = re.search(r"href\s*=\s*['\"]([^'\"]*)", data)
        if target == "xml-stylesheet" and reference and not reference[1].startswith("#"):
            raise _refers_to_file(self._name, reference[1])


def _node(full_tag: str, given: dict[str, str], parent: Node | None) -> Node:
    space, _, tag = full_tag.rpartition("}")
    known = space == SVG or (not space and (parent is None or parent.tag != ""))
    attributes: dict[str, str] = {}
    for key, value in given.items():
        space, _, local = key.rpartition("}")
        if not space:
            attributes[local] = value
        elif space == XLINK and local == "href":
            attributes.setdefault("href", value)
        elif space == INKSCAPE and local == "label":
            attributes.setdefault("inkscape-label", value)
        elif local == "space":
            attributes["xml:space"] = value
    return Node(tag if known else "", attributes, parent)


def _refuse_outside_sheet(text: str, name: str) -> None:
    sheet = _FONT_FACE.sub("", _COMMENT.sub("", text))  # an unreachable font is replaced
    for reference in _IMPORT.findall(sheet):
        raise _refers_to_file(name, reference)
    _refuse_outside_urls(sheet, name)


def _refuse_outside_urls(text: str, name: str) -> None:
    for _quote, target in _URL.findall(text):
        if not is_inner(target.strip()):
            raise _refers_to_file(name, target.strip())


def _malformed(name: str, line: int, template: str, reason: str = "") -> ArtworkError:
    return ArtworkError(
        "svg_malformed",
        template,
        N_("Open the drawing in Inkscape and save it again as plain SVG."),
        name=name,
        line=line,
        reason=reason,
    )


def _too_large(name: str) -> ArtworkError:
    return ArtworkError(
        "svg_too_large",
        N_("{name} is too large or too deeply nested for a drawing."),
        N_("Simplify it, or export it as a PNG picture and warp that."),
        name=name,
    )


def _refers_to_file(name: str, reference: str) -> ArtworkError:
    short = reference if len(reference) <= 80 else reference[:77] + "…"
    return ArtworkError(
        "svg_refers_to_file",
        N_("{name} refers to another file: {reference}."),
        N_("Embed it in the drawing (Inkscape: Extensions > Images > Embed Images)."),
        name=name,
        reference=short,
    )
