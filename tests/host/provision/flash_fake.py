# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A board's file system in memory, and the modules through which code of the board sees it.

As LittleFS does, it keeps what was written when a file is closed; a new name is there, empty, from
its opening on. `changes_left` counts down to a power cut: that change is not made any more.
"""

import builtins
import errno
import hashlib
import io
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

WATCHDOG_MS = -1  # where `registers` tells the time of an ESP32's watchdog
BLOCK_BYTES = 4096
FOLDER, FILE = 0x4000, 0x8000


def signed(code: bytes) -> bytes:
    """A file as an installation signs it: its first line has the hash of the rest."""
    return b"# Visiophare " + hashlib.sha256(code).hexdigest()[:16].encode() + b"\n" + code


class PowerCutError(BaseException):
    """Not an Exception: the board's code cannot catch it."""


class Flash:
    """files: path → bytes. folders: their paths."""

    def __init__(self, files: dict[str, bytes] | None = None, blocks: int = 300) -> None:
        self.files = dict(files or {})
        self.folders: set[str] = set()
        for path in self.files:
            parts = path.split("/")[1:-1]
            self.folders |= {"/" + "/".join(parts[: n + 1]) for n in range(len(parts))}
        self.blocks = blocks
        self.open: list[io.BytesIO] = []
        self.changes = 0
        self.changes_left: int | None = None

    def change(self) -> None:
        """To be called before each change."""
        self.changes += 1
        if self.changes_left is not None:
            if self.changes_left == 0:
                self.open.clear()  # what is open now is lost
                raise PowerCutError
            self.changes_left -= 1

    def free_blocks(self) -> int:
        used = sum(-(-len(content) // BLOCK_BYTES) for content in self.files.values())
        return self.blocks - used - len(self.folders)

    def builtins(self, identity: tuple[Any, ...], registers: dict[int, int]) -> dict[str, object]:
        """`__builtins__` for code that is to think it runs on the board."""

        def watchdog(timeout: int) -> object:
            registers[WATCHDOG_MS] = timeout
            return SimpleNamespace(feed=lambda: None)

        modules = {
            "os": self._os(),
            "sys": _sys(identity),
            "machine": _module("machine", mem32=registers, WDT=watchdog),
        }

        def import_(name: str, *_rest: object) -> object:
            return modules.get(name) or builtins.__import__(name, *_rest)

        return {**vars(builtins), "__import__": import_, "open": self._open}

    def _open(self, path: str, mode: str) -> io.BytesIO:
        flash = self
        if mode == "rb":
            if path not in self.files:
                raise _error(errno.ENOENT)
            return io.BytesIO(self.files[path])
        assert mode == "wb"
        if path.rpartition("/")[0] not in {"", *self.folders}:
            raise _error(errno.ENOENT)
        self.change()
        self.files.setdefault(path, b"")

        class Written(io.BytesIO):
            def close(self) -> None:
                if self in flash.open:
                    flash.open.remove(self)
                    flash.change()
                    flash.files[path] = self.getvalue()
                    if flash.free_blocks() < 0:
                        raise _error(errno.ENOSPC)
                super().close()

        written = Written()
        self.open.append(written)
        return written

    def close_open(self) -> None:
        """What a soft reset does with files that the code left open."""
        for file in [*self.open]:
            file.close()

    def _os(self) -> ModuleType:
        names = ("ilistdir", "mkdir", "remove", "rename", "rmdir", "stat", "statvfs")
        return _module("os", **{name: getattr(self, f"_{name}") for name in names})

    def _children(self, folder: str) -> list[str]:
        inside = [*self.files, *self.folders]
        return [path for path in inside if path.rpartition("/")[0] == folder]

    def _ilistdir(self, folder: str) -> list[tuple[str, int, int, int]]:
        if folder not in self.folders:
            raise _error(errno.ENOENT)
        return [
            (path.rpartition("/")[2], FOLDER if path in self.folders else FILE, 0, 0)
            for path in self._children(folder)
        ]

    def _mkdir(self, path: str) -> None:
        if path in self.folders:
            raise _error(errno.EEXIST)
        self.change()
        self.folders.add(path)

    def _remove(self, path: str) -> None:
        if path not in self.files:
            raise _error(errno.ENOENT)
        self.change()
        del self.files[path]

    def _rename(self, old: str, new: str) -> None:
        if old not in self.files:
            raise _error(errno.ENOENT)
        self.change()
        self.files[new] = self.files.pop(old)

    def _rmdir(self, path: str) -> None:
        if path not in self.folders or self._children(path):
            raise _error(errno.ENOTEMPTY)
        self.change()
        self.folders.remove(path)

    def _stat(self, path: str) -> tuple[int, ...]:
        if path not in self.files and path not in self.folders:
            raise _error(errno.ENOENT)
        return (0,) * 10

    def _statvfs(self, _path: str) -> tuple[int, ...]:
        free = self.free_blocks()
        return (BLOCK_BYTES, BLOCK_BYTES, self.blocks, free, free, 0, 0, 0, 0, 255)


def _sys(identity: tuple[Any, ...]) -> ModuleType:
    name, version, machine, mpy, platform = identity

    class Implementation(tuple):
        _machine = machine
        _mpy = mpy

    implementation = Implementation((name, version, machine, mpy))
    return _module("sys", implementation=implementation, platform=platform, stdout=sys.stdout)


def _module(name: str, **contents: object) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(contents)
    return module


def _error(number: int) -> OSError:
    return OSError(f"[Errno {number}] {errno.errorcode[number]}")
