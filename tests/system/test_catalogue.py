# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything a person reads exists in French: each message that the code marks, and click's."""

import ast
import gettext
import importlib.util
import io
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import click
import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from system.source_tree import CHECKOUT, all_files, tree

WORDS_OF = {"_": 1, "N_": 1, "ngettext": 2}
PARTS = CHECKOUT / "host" / "visiophare" / "locale" / "fr" / "parts"
MessageId = str | tuple[str, ...]


@cache
def build_hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", CHECKOUT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def marked(paths: tuple[Path, ...]) -> dict[MessageId, str]:
    """msgid → the first place that marks it.

    From the syntax tree: Babel's extractor reads tokens, and before Python 3.12 the tokens of a
    call inside an f-string are hidden from it.
    """
    found: dict[MessageId, str] = {}
    for path in paths:
        for node in ast.walk(tree(path)):
            message = message_of(node)
            if message:
                found.setdefault(message, f"{path}:{getattr(node, 'lineno', 0)}")
    return found


def message_of(node: ast.AST) -> MessageId | None:
    """The msgid that a call of `_`, `N_` or `ngettext` with literal words marks."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return None
    words = node.args[: WORDS_OF.get(node.func.id, 0)]
    texts = [
        word.value
        for word in words
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    ]
    if not texts or len(texts) != len(words):
        return None
    return texts[0] if len(texts) == 1 else tuple(texts)


@cache
def clicks() -> dict[MessageId, str]:
    """Click's msgids, from its tokens: `_(extra["required"])` says "required"."""
    return {
        message: f"{path.name}:{line}"
        for path in sorted(Path(click.__file__).parent.glob("*.py"))
        for line, message, _comments, _context in extract_from_file("python", path)
    }


@cache
def french() -> dict[MessageId, Message]:
    catalogue = build_hook().merge_parts(PARTS, "fr")
    return {message.id: message for message in catalogue if message.id}


def part_messages() -> Iterator[tuple[str, Message]]:
    for path in sorted(PARTS.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale="fr", charset="utf-8", abort_invalid=True)
        assert not catalogue.obsolete, f"{path.name} keeps obsolete messages"
        yield from ((path.name, message) for message in catalogue if message.id)


def placeholders(text: str) -> set[str]:
    try:
        fields = {field for _text, field, _spec, _conversion in string.Formatter().parse(text)}
    except ValueError:  # not a format string: help texts may show braces
        fields = set()
    return {field for field in fields if field} | set(re.findall(r"%\(\w+\)s", text))


def forms(text: MessageId) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def test_every_marked_message_has_its_french() -> None:
    missing = [
        f"{place.removeprefix(f'{CHECKOUT}/')}: {message!r}"
        for message, place in marked(tuple(all_files())).items()
        if message not in french()
    ]
    assert not missing, "without French:\n" + "\n".join(missing)


def test_every_message_of_the_installed_click_has_its_french() -> None:
    missing = [
        f"{place}: {message!r}" for message, place in clicks().items() if message not in french()
    ]
    assert not missing, "click says, without French:\n" + "\n".join(missing)


def test_the_catalogue_has_nothing_that_nobody_says() -> None:
    said = marked(tuple(all_files())).keys() | clicks().keys()
    left_over = [
        f"{part}: {message.id!r}" for part, message in part_messages() if message.id not in said
    ]
    assert not left_over, "nobody says:\n" + "\n".join(left_over)


def test_no_translation_is_fuzzy_or_empty() -> None:
    unfinished = [
        f"{part}: {message.id!r}"
        for part, message in part_messages()
        if message.fuzzy or not all(forms(message.string))
    ]
    assert not unfinished, "unfinished:\n" + "\n".join(unfinished)


def test_a_message_is_translated_in_one_part_only() -> None:
    seen: dict[MessageId, str] = {}
    twice = []
    for part, message in part_messages():
        if message.id in seen:
            twice.append(f"{part} and {seen[message.id]}: {message.id!r}")
        seen[message.id] = part
    assert not twice, "translated twice:\n" + "\n".join(twice)


def test_the_french_has_the_placeholders_of_the_english() -> None:
    for part, message in part_messages():
        wanted = set().union(*(placeholders(form) for form in forms(message.id)))
        for form in forms(message.string):
            assert placeholders(form) <= wanted, f"{part}: {form!r} fills in what nobody gives"
        given = set().union(*(placeholders(form) for form in forms(message.string)))
        assert given == wanted, f"{part}: {message.string!r} drops a value of {message.id!r}"


def test_french_punctuation_never_begins_a_line() -> None:
    """An ordinary space before `:` would let a terminal or a page break the line there."""
    for part, message in part_messages():
        for form in forms(message.string):
            found = re.search(r"\S [:;?!»](\s|$)|« ", form)
            assert not found, f"{part}: {form!r} needs a no-break space"


def test_one_thing_has_one_name_in_french() -> None:
    """A slide is a film, a calibration slide a mire, a frame a vue; apostrophes are straight."""
    for part, message in part_messages():
        for form in forms(message.string):
            text = form.replace("projecteur de diapositives", "")
            assert "diapositive" not in text.lower(), (
                f"{part}: {form!r} says film or mire elsewhere"
            )
            assert "’" not in form, f"{part}: {form!r} has another apostrophe than the rest"


def test_an_empty_message_stays_empty() -> None:
    from visiophare.words import _

    assert _("") == ""


def test_the_compiled_catalogue_answers_in_french_and_counts_as_french_does() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, build_hook().merge_parts(PARTS, "fr"))
    compiled.seek(0)
    translation = gettext.GNUTranslations(compiled)
    singular, plural = (
        "Got unexpected extra argument ({args})",
        "Got unexpected extra arguments ({args})",
    )
    assert translation.gettext("Missing command.") == "Il manque une commande."
    assert translation.ngettext(singular, plural, 0) == "Argument en trop ({args})"
    assert translation.ngettext(singular, plural, 2) == "Arguments en trop ({args})"


def test_a_message_inside_an_f_string_is_found(tmp_path: Path) -> None:
    source = tmp_path / "page.py"
    source.write_text("""title = f"<h1>{escape(_('Where it ' 'lands'))}</h1>"\n""", "utf-8")
    assert list(marked((source,))) == ["Where it lands"]


def test_two_parts_that_disagree_stop_the_build(tmp_path: Path) -> None:
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (tmp_path / "one.po").write_text(header + 'msgid "frame"\nmsgstr "image"\n', "utf-8")
    (tmp_path / "two.po").write_text(header + 'msgid "frame"\nmsgstr "cadre"\n', "utf-8")
    with pytest.raises(ValueError, match=r"two\.po translates 'frame' differently"):
        build_hook().merge_parts(tmp_path, "fr")
