# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A power cut at any moment of a write leaves the old file or the new one."""

import builtins
import contextlib
import os

import pytest

from visiophare_firmware import keeping

OLD, NEW = b"the old score", b"a new score, longer than the old one"


class PowerCutError(Exception):
    """The supply is gone; nothing after this happens."""


class Flash:
    """Files in memory, as LittleFS keeps them: what was not closed is not there after a cut.

    The supply is cut before action number `cut_at` (opening, each byte, closing, renaming).
    torn: an unclosed file's bytes stay, as on file systems that write at once.
    """

    def __init__(self, cut_at: int, torn: bool) -> None:
        self.files = {"score": OLD}
        self.actions = 0
        self._cut_at = cut_at
        self._torn = torn

    def act(self) -> None:
        if self.actions == self._cut_at:
            raise PowerCutError
        self.actions += 1

    def open(self, path: str, mode: str) -> "File":
        self.act()
        if mode == "wb" and self._torn:
            self.files[path] = b""
        return File(self, path, self._torn)

    def rename(self, source: str, target: str) -> None:
        self.act()
        self.files[target] = self.files.pop(source)


class File:
    def __init__(self, flash: Flash, path: str, torn: bool) -> None:
        self.flash, self.path, self.torn, self.data = flash, path, torn, b""

    def write(self, data: bytes) -> None:
        for byte in data:
            self.flash.act()
            self.data += bytes([byte])
            if self.torn:
                self.flash.files[self.path] = self.data

    def __enter__(self) -> "File":
        return self

    def __exit__(self, kind, *_rest) -> None:
        if kind is None:
            self.flash.act()
            self.flash.files[self.path] = self.data


@pytest.mark.parametrize("torn", [False, True])
def test_a_power_cut_at_any_byte_leaves_the_old_file_or_the_new_one(monkeypatch, torn):
    outcomes = []
    for cut_at in range(len(NEW) + 4):
        flash = Flash(cut_at, torn)
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "open", flash.open)
            patch.setattr(os, "rename", flash.rename)
            with contextlib.suppress(PowerCutError):
                keeping.write("score", NEW)
        outcomes.append(flash.files["score"])
    assert set(outcomes) == {OLD, NEW}
    assert outcomes == sorted(outcomes, key=[OLD, NEW].index)
    assert outcomes[-1] == NEW


def test_a_file_is_read_back_and_a_missing_one_is_none(tmp_path):
    path = str(tmp_path / "score")
    assert keeping.read(path) is None
    keeping.write(path, NEW)
    assert keeping.read(path) == NEW
    assert os.listdir(tmp_path) == ["score"]
