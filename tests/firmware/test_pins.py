# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pin map: what boot.py makes safe and what the documents show is what the program uses.

After a change of the map, `VISIOPHARE_REDRAW=1 pytest tests/firmware/test_pins.py` draws anew.
"""

import os
import re
import sys
from types import ModuleType

import pytest
from pin_drawing import INSIDE, LEFT, NAMES, RIGHT, draw

from on_micropython import FIRMWARE, ROOT
from visiophare_firmware.boards.pins import BOARDS, PICO

OUTPUTS = {"light": 0, "fan": 0, "step": 0, "direction": 0, "enable": 1}
DOCUMENTS = {"en": "pins.md", "fr": "pins.fr.md"}


def test_no_pin_has_two_roles_and_the_adc_reads_only_adc_pins():
    for pins in BOARDS.values():
        assert len(set(pins.values())) == len(pins)
        assert {pins["ntc"], pins["supply"], pins["knob"]} <= {26, 27, 28}


def test_light_and_fan_pulse_each_at_a_frequency_of_their_own():
    slices = {role: PICO[role] // 2 % 8 for role in ("light", "fan")}
    assert slices["light"] != slices["fan"]


def test_boot_makes_every_output_safe(monkeypatch):
    made = {}

    class Pin:
        OUT = 1

        def __init__(self, number, mode, value):
            assert mode == Pin.OUT
            made[number] = value

    module = ModuleType("machine")
    module.Pin = Pin
    monkeypatch.setitem(sys.modules, "machine", module)
    exec((FIRMWARE / "visiophare_firmware/start/boot.py").read_text("utf-8"))
    assert made == {PICO[role]: level for role, level in OUTPUTS.items()}


@pytest.mark.parametrize("language", DOCUMENTS)
def test_the_drawing_in_the_documents_is_the_pin_map(language):
    path = ROOT / "hardware" / "docs" / DOCUMENTS[language]
    text = path.read_text("utf-8")
    drawn = re.sub(
        r"```text\n.*?```", lambda _: f"```text\n{draw(PICO, language)}\n```", text, flags=re.S
    )
    if os.environ.get("VISIOPHARE_REDRAW"):
        path.write_text(drawn, "utf-8")
        text = drawn
    assert text == drawn


@pytest.mark.parametrize("language", DOCUMENTS)
def test_the_table_in_the_documents_names_every_pin(language):
    text = (ROOT / "hardware" / "docs" / DOCUMENTS[language]).read_text("utf-8")
    told = dict(re.findall(r"^\| ([^|]+?) +\| GP(\d+) ", text, flags=re.M))
    assert told == {NAMES[language][r]: str(n) for r, n in PICO.items() if r not in INSIDE}


def test_every_role_is_on_a_pin_that_the_board_has():
    there = set(LEFT.split()) | set(RIGHT.split())
    assert {f"GP{n}" for r, n in PICO.items() if r not in INSIDE} <= there
