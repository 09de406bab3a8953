# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The power is cut at any byte while a board keeps a score: it boots with the old or the new."""

import builtins
import os

import pytest
from fake_board import FakeBoard
from firmware_bench import Bench
from test_keeping import Flash, PowerCutError
from written_score import fade, score, upload

from visiophare_firmware import keeping

OLD = score([[fade(20, 0)]], order=[0])
NEW = score([[fade(70, 0)], [fade(90, 500)]], order=[0, 1])


class KeepingBoard(FakeBoard):
    """Keeps its files as a real board does. The cut ends everything, so nothing may catch it."""

    def read_file(self, name):
        return keeping.read(name)

    def write_file(self, name, data):
        try:
            keeping.write(name, data)
        except PowerCutError:
            raise SystemExit from None


class ReadableFlash(Flash):
    def open(self, path, mode):
        if mode == "wb":
            return super().open(path, mode)
        if path not in self.files:
            raise OSError(2)
        return ReadFile(self.files[path])


class ReadFile:
    def __init__(self, data):
        self.data = data

    def read(self):
        return self.data

    def __enter__(self):
        return self

    def __exit__(self, *_rest):
        pass


def booted(monkeypatch, flash):
    monkeypatch.setattr(builtins, "open", flash.open)
    monkeypatch.setattr(os, "rename", flash.rename)
    bench = Bench(KeepingBoard())
    bench.hello()
    return bench


def level(bench):
    bench.send("score play 0")
    bench.run(0.05)
    return bench.status()["light"]


@pytest.mark.parametrize("torn", [False, True])
def test_a_power_cut_at_any_byte_leaves_the_old_score_or_the_new_one(torn):
    levels = []
    for cut_at in range(len(NEW) + 4):
        flash = ReadableFlash(cut_at, torn)
        flash.files["score"] = OLD
        with pytest.MonkeyPatch.context() as patch:
            bench = booted(patch, flash)
            try:
                assert upload(bench, NEW).ok
            except SystemExit:
                assert bench.board.duty == 0
            flash._cut_at = -1
            levels.append(level(booted(patch, flash)))
    assert set(levels) == {"20", "70"}
    assert levels == sorted(levels)
