# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes onto a board, and where to.

    visiophare_wire/…            /lib/visiophare_wire/…         compiled
    visiophare_firmware/…        /lib/visiophare_firmware/…     compiled; files of data as they are
      boards/rp2….py               only on boards whose platform has that name
      start/boot.py, main.py       /boot.py, /main.py           as source: nothing else is started

Owns that table, and where compiled files lie: `compiled/`, made by the build hook. Each bears the
beginning of its source's hash in its name, so that one made from another source is never taken.
The firmware is read here, never imported.
"""

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from visiophare.provision.failures import incomplete

PACKAGES = ("visiophare_wire", "visiophare_firmware")
FIRMWARE = "visiophare_firmware"
COMPILED = Path(__file__).parent / "compiled"
LIB = "/lib"
MAIN = "/main.py"
BOOT = "/boot.py"
PLATFORMS = {"rp2": "Raspberry Pi Pico (RP2040), Pico 2 (RP2350)", "esp32": "ESP32"}
HASH_DIGITS = 12


@dataclass(frozen=True)
class BoardFile:
    """A file as it is to be on the board."""

    path: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Payload:
    """All files for one platform; uncompiled: those that go as source for want of better."""

    version: str
    files: tuple[BoardFile, ...]
    uncompiled: tuple[str, ...]


def package_folder(package: str) -> Path:
    """Where a package of the firmware lies on this computer."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise incomplete(package)
    return Path(spec.submodule_search_locations[0])


def platforms(firmware: Path | None = None) -> list[str]:
    """The platforms that have a file in boards/."""
    folder = (firmware or package_folder(FIRMWARE)) / "boards"
    stems = [path.stem for path in folder.glob("*.py")]
    return [name for name in PLATFORMS if any(stem.startswith(name) for stem in stems)]


def payload(
    platform: str, folders: dict[str, Path] | None = None, compiled: Path = COMPILED
) -> Payload:
    """The files for a platform. Raises FileError when this computer's firmware is incomplete."""
    folders = folders or {package: package_folder(package) for package in PACKAGES}
    files: list[BoardFile] = []
    uncompiled: list[str] = []
    for package, folder in folders.items():
        for path in _sources(folder):
            inside = path.relative_to(folder)
            if package == FIRMWARE and inside.parts[0] == "start":
                if path.name != "__init__.py":
                    files.append(BoardFile(f"/{path.name}", path.read_bytes()))
            elif not _of_another_platform(inside, platform):
                file = _compiled(path, PurePosixPath(package, inside.as_posix()), compiled)
                if file.path.endswith(".py"):
                    uncompiled.append(file.path)
                files.append(file)
    paths = {file.path for file in files}
    if MAIN not in paths:
        raise incomplete("main.py")
    return Payload(_version(folders[FIRMWARE]), tuple(files), tuple(uncompiled))


def compiled_name(source: bytes, stem: str) -> str:
    """The name of a compiled file in `compiled/`."""
    return f"{stem}-{hashlib.sha256(source).hexdigest()[:HASH_DIGITS]}.mpy"


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "__pycache__")) for part in path.parts)
        if path.is_file() and not hidden and path.suffix not in (".mpy", ".pyc"):
            yield path


def _of_another_platform(inside: Path, platform: str) -> bool:
    if inside.parts[0] != "boards":
        return False
    return any(inside.stem.startswith(name) for name in PLATFORMS if name != platform)


def _compiled(path: Path, inside: PurePosixPath, compiled: Path) -> BoardFile:
    source = path.read_bytes()
    target = PurePosixPath(LIB) / inside
    if path.suffix != ".py":
        return BoardFile(str(target), source)
    try:
        code = (compiled / inside.parent / compiled_name(source, path.stem)).read_bytes()
    except FileNotFoundError:
        return BoardFile(str(target), source)
    return BoardFile(str(target.with_suffix(".mpy")), code)


def _version(firmware: Path) -> str:
    """What `VERSION = "…"` in version.py says."""
    try:
        statements = ast.parse((firmware / "version.py").read_text("utf-8")).body
    except FileNotFoundError as error:
        raise incomplete("version.py") from error
    for statement in statements:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            return str(statement.value.value)
    raise incomplete("version.py")
