# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The build hook: merges the parts of each catalogue and compiles them into one `.mo` file.

hatchling calls it for the editable install, the wheel and the sdist, so that French is there
however Visiophare was installed.  `python hatch_build.py` does the same by hand after an edit.
The compiled file is made here and never committed.
"""

from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "host" / "visiophare" / "locale"


def merge_parts(folder: Path, language: str) -> Catalog:
    """All messages of `folder/*.po` in one catalogue.

    Raises ValueError when two parts translate the same message differently.
    """
    merged = Catalog(locale=language, domain="visiophare", charset="utf-8")
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language, charset="utf-8", abort_invalid=True)
        for message in part:
            if not message.id or not message.string:
                continue
            known = merged.get(message.id)
            if known is not None and known.string != message.string:
                raise ValueError(
                    f"{path.name} translates {message.id!r} differently from another part:\n"
                    f"  {message.string!r}\n  {known.string!r}"
                )
            merged.add(message.id, message.string, flags=message.flags)
    return merged


def compile_catalogues(locales: Path = LOCALES) -> list[Path]:
    """Writes `<language>/LC_MESSAGES/visiophare.mo` for each language that has parts."""
    written = []
    for parts in sorted(locales.glob("*/parts")):
        catalogue = merge_parts(parts, parts.parent.name)
        compiled = parts.parent / "LC_MESSAGES" / "visiophare.mo"
        compiled.parent.mkdir(exist_ok=True)
        with compiled.open("wb") as file:
            write_mo(file, catalogue)
        written.append(compiled)
    return written


def main() -> None:
    """Compiles by hand and says what was written."""
    for path in compile_catalogues():
        print(path)


if __name__ == "__main__":
    main()
else:
    try:
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
    except ImportError:  # a test imports this file where there is no hatchling
        pass
    else:

        class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg]
            """Runs before every build; `artifacts` in pyproject.toml lets the ignored file in."""

            def initialize(self, version: str, build_data: dict[str, Any]) -> None:
                """Compiles the catalogues into the tree that is about to be packed."""
                compile_catalogues()
