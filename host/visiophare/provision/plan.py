# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be done so that a board holds the wanted files. Pure.

A new file is first written beside its place, as `….new`, while the old firmware stays whole. Only
when every one of them has been read back are they put in place, and while that lasts there is no
main.py: a board that is switched off in the middle starts its old firmware, or its prompt, or the
new firmware, never a mixture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from visiophare.provision.bundle import PACKAGES
from visiophare.provision.payload import BOOT, BUNDLE, LIB, MAIN, BoardFile

NEW = ".new"
# A package in the root would be imported instead of the one in /lib.
FOLDERS = tuple(f"{root}/{package}" for root in (LIB, "") for package in PACKAGES)
SINGLE_FILES = (
    *(path + end for path in (BOOT, MAIN, BUNDLE, f"{LIB}/words.txt") for end in ("", NEW)),
    *(f"/{package}{end}" for package in PACKAGES for end in (".py", ".mpy")),
)


@dataclass(frozen=True)
class Found:
    """A file on the board; ours: it is one that an installation signed, and nobody changed."""

    digest: str
    ours: bool = True


@dataclass(frozen=True)
class Plan:
    """In this order: `send` (as ….new), `keep` (old name, new name), main.py out of the way,
    `remove`, `place` (….new to its name), main.py.

    main: main.py differs. main_there: there is one now, and `keep` does not take it away.
    """

    send: tuple[BoardFile, ...] = ()
    keep: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    place: tuple[BoardFile, ...] = ()
    same: int = 0
    main: bool = False
    main_there: bool = False

    @property
    def empty(self) -> bool:
        """Whether the board holds already what it should."""
        return not (self.send or self.remove or self.place or self.main)

    @property
    def send_bytes(self) -> int:
        """How much has to be sent."""
        return sum(len(file.content) for file in self.send)


def make_plan(wanted: Sequence[BoardFile], found: dict[str, Found]) -> Plan:
    """The plan for a board on which `found` was found in FOLDERS and among SINGLE_FILES."""

    def is_there(file: BoardFile, suffix: str = "") -> bool:
        return file.path + suffix in found and found[file.path + suffix].digest == file.digest

    differing = [file for file in wanted if not is_there(file)]
    names = {file.path for file in wanted}
    staged = {file.path + NEW for file in differing}
    stale = sorted(found.keys() - names - staged - {BOOT, MAIN})
    keep = [
        (file.path, kept_name(file.path, found[file.path].digest))
        for file in differing
        if file.path in (BOOT, MAIN) and file.path in found and not found[file.path].ours
    ]
    return Plan(
        send=tuple(file for file in differing if not is_there(file, NEW)),
        keep=tuple(keep),
        remove=tuple(stale),
        place=tuple(file for file in differing if file.path != MAIN),
        same=len(wanted) - len(differing),
        main=any(file.path == MAIN for file in differing),
        main_there=MAIN in found and all(old != MAIN for old, _new in keep),
    )


def kept_name(path: str, digest: str) -> str:
    """The name under which somebody's own program is kept: no other program gets it."""
    return f"{path.removesuffix('.py')}-kept-{digest[:8]}.py"


def needed_blocks(files: Sequence[BoardFile], block_bytes: int) -> int:
    """Blocks that the new files take beside the old, with some for the file system itself."""
    return sum(-(-len(file.content) // block_bytes) + 1 for file in files)
