# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files beside a calibration slide, and the sheet that its page asks for.

Owns: the names of descriptions, and that none is lost.  Knows no board and no options.
"""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from visiophare.commands.common import warn, write_atomically
from visiophare.words import N_, _, filled

if TYPE_CHECKING:
    from visiophare_mapping.targets import Target

NAME = "target.json"


def as_text(target: "Target") -> bytes:
    """target.json."""
    import json

    return (json.dumps(target.to_json(), indent=2) + "\n").encode()


def check_ending(path: Path, ending: str, option: str) -> None:
    """Raises UsageError out_unknown for a file whose name promises something else."""
    from visiophare.errors import UsageError

    if path.suffix.lower() != ending:
        raise UsageError(
            "out_unknown",
            N_("What is written here is a {ending} file, not {name}."),
            N_("Give {example}."),
            ending=ending,
            name=path.name,
            example=f"{option} {path.with_suffix(ending)}",
        )


def write_descriptions(target: "Target", page: Path) -> list[Path]:
    """target.json beside the page, and for NAME.pdf also NAME.json; returns what was written.

    A description of another slide that stood in target.json is kept under another name.
    """
    text = as_text(target)
    main, own = page.with_name(NAME), page.with_suffix(".json")
    _keep_former(main, text)
    write_atomically(main, text)
    if own == main:
        return [main]
    if own.exists() and not _is_description(own):
        warn(_("{path} is something else already, and is left alone.").format(path=own))
        return [main]
    write_atomically(own, text)
    return [main, own]


def _keep_former(path: Path, text: bytes) -> None:
    """Before target.json is replaced: its former content stays in the folder, and where is told."""
    try:
        former = path.read_bytes()
    except OSError:
        return
    if former == text:
        return
    kept = _with_content(path.parent, former, path)
    if kept is None:
        names = (path.with_name(f"{path.stem}-{number}.json") for number in itertools.count(1))
        kept = next(name for name in names if not name.exists())
        write_atomically(kept, former)
    sentence = _("{path} described another slide, and is replaced; that description is in {kept}.")
    warn(sentence.format(path=path, kept=kept))


def _with_content(folder: Path, content: bytes, but: Path) -> Path | None:
    """Another JSON file of the folder that says the same."""
    for path in sorted(folder.glob("*.json")):
        try:
            if path != but and path.read_bytes() == content:
                return path
        except OSError:
            continue
    return None


def _is_description(path: Path) -> bool:
    from visiophare_mapping.errors import MappingError
    from visiophare_mapping.targets import Target

    try:
        Target.load(path)
    except MappingError:
        return False
    return True


def page_line(page_mm: tuple[float, float]) -> str:
    """Which sheet a page needs."""
    width, height = page_mm
    sides = sorted(page_mm)
    if sides == [210.0, 297.0]:
        sentence = _("The page is A4, {width:g} × {height:g} mm.")
    elif sides == [297.0, 420.0]:
        sentence = _(
            "The page is A3, {width:g} × {height:g} mm: the slide with its marks does not fit on "
            "A4. Print it on A3 film."
        )
    else:
        sentence = _(
            "The page is {width:g} × {height:g} mm, larger than A3: have it printed at full size "
            "on film from a roll."
        )
    return filled(sentence, {"width": width, "height": height})
