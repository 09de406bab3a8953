# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes onto a board, and where to.

    visiophare_wire/, visiophare_firmware/     /lib/visiophare_firmware.mpy    one compiled bundle
      boards/rp2….py                             in that of the platform of this name
      files of data                              /lib/…                        as they are
      start/boot.py, main.py                     /boot.py, /main.py            as bare source, which
        start/esp32_boot.py                        instead, on that platform   MicroPython starts

Without a compiled bundle the packages go as sources, /lib/visiophare_wire/… and so on. Owns that
table, and where compiled bundles lie: `compiled/`, made by the build hook. Each bears the beginning
of its sources' hash in its name, so that one made from other sources is never taken. The firmware
is read here, never imported.
"""

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from visiophare.provision.bundle import FIRMWARE, PACKAGES, bundle_name, sources
from visiophare.provision.failures import incomplete
from visiophare.provision.on_board import SIGNATURE, SIGNED_DIGITS

COMPILED = Path(__file__).parent / "compiled"
LIB = "/lib"
MAIN = "/main.py"
BOOT = "/boot.py"
BUNDLE = f"{LIB}/{FIRMWARE}.mpy"
PLATFORMS = {"rp2": "Raspberry Pi Pico (RP2040), Pico 2 (RP2350)", "esp32": "ESP32"}


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
    files = list(_started(folders[FIRMWARE], platform))
    if MAIN not in {file.path for file in files}:
        raise incomplete("main.py")
    bundle = compiled / bundle_name(sources(folders, platform), platform)
    uncompiled: tuple[str, ...] = ()
    if bundle.exists():
        files.append(BoardFile(BUNDLE, bundle.read_bytes()))
        files += _data(folders)
    else:
        packages = list(_packages(folders, platform))
        uncompiled = tuple(file.path for file in packages if file.path.endswith(".py"))
        files += packages
    return Payload(_version(folders[FIRMWARE]), tuple(files), uncompiled)


def _started(firmware: Path, platform: str) -> Iterator[BoardFile]:
    """What MicroPython starts by itself; a platform may have its own instead of what others get."""
    for name in (BOOT, MAIN):
        own = firmware / "start" / f"{platform}_{name[1:]}"
        path = own if own.exists() else firmware / "start" / name[1:]
        if path.exists():
            yield BoardFile(name, _bare(path.read_text("utf-8")))


def _bare(source: str) -> bytes:
    """The source without remarks, which a board reads before its outputs are safe; signed, so that
    a later installation knows it from a program of the owner's."""
    tree = ast.parse(source)
    if ast.get_docstring(tree) is not None:
        del tree.body[0]
    code = f"{ast.unparse(tree)}\n".encode()
    signature = hashlib.sha256(code).hexdigest()[:SIGNED_DIGITS]
    return f"{SIGNATURE}{signature}\n".encode() + code


def _data(folders: dict[str, Path]) -> Iterator[BoardFile]:
    """What the bundle reads, beside it."""
    for folder in folders.values():
        for path in _sources(folder):
            if path.suffix != ".py":
                yield BoardFile(f"{LIB}/{path.name}", path.read_bytes())


def _packages(folders: dict[str, Path], platform: str) -> Iterator[BoardFile]:
    """The packages as they are."""
    for package, folder in folders.items():
        for path in _sources(folder):
            inside = path.relative_to(folder)
            if inside.parts[0] != "start" and not _of_another_platform(inside, platform):
                target = PurePosixPath(LIB, package, inside.as_posix())
                yield BoardFile(str(target), path.read_bytes())


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "__pycache__")) for part in path.parts)
        if path.is_file() and not hidden and path.suffix not in (".mpy", ".pyc"):
            yield path


def _of_another_platform(inside: Path, platform: str) -> bool:
    if inside.parts[0] != "boards":
        return False
    return any(inside.stem.startswith(name) for name in PLATFORMS if name != platform)


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
