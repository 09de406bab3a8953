# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds modules fast: a view of /lib that knows all its names, for as long as we import.

Owns nothing that stays. For each module MicroPython asks the flash file system three times for
names, some 9 ms of 12 on a Pico and a third of a second in all; here it asks once for each folder.
Where MicroPython cannot be asked for its file systems, imports are merely slow.
"""

import vfs

_DIRECTORY = (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_FILE = (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_ROOT = "/lib"


class Library:
    """Takes the place of /lib between begin() and end()."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[int, ...]] = {}

    def begin(self) -> None:
        """Look once, then stand in."""
        try:
            self._files = next(files for files, where in vfs.mount() if where == "/")
        except (TypeError, StopIteration):
            return
        self._look("")
        vfs.mount(self, _ROOT)

    def end(self) -> None:
        """As if nothing had been."""
        if self._kinds:
            vfs.umount(_ROOT)
            self._kinds = {}

    def _look(self, folder: str) -> None:
        self._kinds[folder] = _DIRECTORY
        for entry in self._files.ilistdir(_ROOT + folder):
            path = folder + "/" + entry[0]
            if entry[1] == _DIRECTORY[0]:
                self._look(path)
            else:
                self._kinds[path] = _FILE

    def stat(self, path: str) -> tuple[int, ...]:
        """As MicroPython asks a file system: what the path is. Raises: OSError."""
        kind = self._kinds.get(path)
        if kind is None:
            raise OSError(2)
        return kind

    def open(self, path: str, mode: str) -> object:
        """As MicroPython asks a file system. Raises: OSError."""
        return self._files.open(_ROOT + path, mode)

    def mount(self, readonly: bool, mkfs: bool) -> None:
        """As MicroPython tells a file system; nothing to do."""

    def umount(self) -> None:
        """As MicroPython tells a file system; nothing to do."""
