# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The power is cut at any moment of any write: the board boots with what was, or with what is new.

Settings, watt-hours and the count of starts; test_score_storing.py has the score.
"""

import contextlib

import pytest
from firmware_bench import Bench
from test_keeping import PowerCutError
from test_score_storing import KeepingBoard, ReadableFlash
from written_score import fade, hold, score

from visiophare_firmware import keeping

SCORE = score([[fade(60, 0), hold(60_000)]], order=[0])
ACTIONS = 4
"""Opening, closing, renaming and one more, beside a write's bytes."""


class SettingsBoard(KeepingBoard):
    """Keeps its settings too as a real board does."""

    def read_settings(self):
        data = keeping.read("settings")
        return None if data is None else data.decode()

    def write_settings(self, text):
        try:
            keeping.write("settings", text.encode())
        except PowerCutError:
            raise SystemExit from None


def boot(flash, patch):
    patch.setattr("builtins.open", flash.open)
    patch.setattr("os.rename", flash.rename)
    bench = Bench(SettingsBoard())
    bench.hello()
    return bench


def outcomes(files, length, use, look):
    """What look(bench) finds after a cut at each moment of use(bench), which writes so much."""
    found = []
    for torn in (False, True):
        for cut_at in range(length + ACTIONS):
            flash = ReadableFlash(cut_at, torn)
            flash.files = dict(files)
            with pytest.MonkeyPatch.context() as patch:
                with contextlib.suppress(SystemExit):
                    use(boot(flash, patch))
                flash._cut_at = -1
                later = boot(flash, patch)
                assert later.board.duty == 0
                assert later.controller.faults.present == {}, later.controller.faults.present
                found.append(look(later))
    return found


def test_settings_are_the_old_ones_or_the_new_ones():
    def save(bench):
        assert bench.send("settings name lighthouse").ok
        assert bench.send("settings fold_c 55").ok
        assert bench.send("settings save").ok

    def look(bench):
        return bench.controller.settings["name"], bench.controller.settings["fold_c"]

    old = '{"name": "old", "fold_c": 60.0, "off_c": 90.0}'
    whole = ReadableFlash(-1, False)
    with pytest.MonkeyPatch.context() as patch:
        whole.files = {"settings": old.encode()}
        save(boot(whole, patch))
    found = outcomes({"settings": old.encode()}, len(whole.files["settings"]), save, look)
    assert set(found) == {("old", 60.0), ("lighthouse", 55.0)}
    assert found[0] == ("old", 60.0)
    assert found[-1] == ("lighthouse", 55.0)


def test_watt_hours_are_the_old_count_or_the_new_one():
    def use(bench):
        for _ in range(7000):
            bench.controller.protection.energy.update(65535)
        bench.run(3)

    def look(bench):
        return bench.controller.protection.energy.total

    found = outcomes({"energy": b"4200"}, 5, use, look)
    assert len(set(found)) == 2
    assert found[0] == 4200
    assert found[-1] > 4300


def test_the_count_of_starts_is_the_old_one_or_the_new_one():
    files = {"score": SCORE, "boots": b".", "settings": b'{"score_start": "power_on"}'}
    found = []
    for torn in (False, True):
        for cut_at in range(len(b"..") + ACTIONS):
            flash = ReadableFlash(cut_at, torn)
            flash.files = dict(files)
            with pytest.MonkeyPatch.context() as patch:
                with contextlib.suppress(SystemExit):
                    boot(flash, patch).run(1)
                found.append(flash.files["boots"])
    assert set(found) == {b".", b".."}


def test_a_supply_that_breaks_down_in_every_start_does_not_start_the_light_for_ever():
    files = {"score": SCORE, "settings": b'{"score_start": "power_on"}'}
    shone = []
    for _ in range(5):
        flash = ReadableFlash(-1, False)
        flash.files = files
        with pytest.MonkeyPatch.context() as patch:
            bench = boot(flash, patch)
            bench.run(2)  # and the supply is gone
        shone.append(bench.board.duty > 0)
        files = flash.files
    assert shone == [True, True, True, False, False]
    assert "score_waits" in bench.controller.faults.present


@pytest.mark.parametrize("name", ["settings", "energy", "boots", "score"])
def test_a_file_that_the_flash_has_spoiled_keeps_nobody_from_starting(name):
    for spoiled in (b"", b"\xff" * 40, b"\x00" * 40, b'{"fold_c": 5', b"\xc3(", bytes(range(256))):
        flash = ReadableFlash(-1, False)
        flash.files = {"score": SCORE, "settings": b'{"score_start": "power_on"}', name: spoiled}
        with pytest.MonkeyPatch.context() as patch:
            bench = boot(flash, patch)
            bench.run(1)
        assert bench.controller.error == "", (name, spoiled)
        if name in ("settings", "score") and spoiled:
            fault = {"settings": "settings_invalid", "score": "score_damaged"}[name]
            assert list(bench.controller.faults.present) == [fault], (name, spoiled)
            assert bench.board.duty == 0
