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
from pin_drawing import INSIDE, NAMES, OUTLINES, draw

from on_micropython import FIRMWARE, ROOT
from visiophare_firmware.boards.pins import BOARDS, ESP32, PICO

OUTPUTS = {"light": 0, "fan": 0, "step": 0, "direction": 0, "enable": 1}
DOCUMENTS = {"en": "pins.md", "fr": "pins.fr.md"}
STARTS = {"boot": PICO, "esp32_boot": ESP32}


def test_no_pin_has_two_roles_and_the_adc_reads_only_adc_pins():
    for pins, converter in ((PICO, range(26, 29)), (ESP32, range(32, 40))):
        assert len(set(pins.values())) == len(pins)
        assert {pins["ntc"], pins["supply"], pins["knob"]} <= set(converter)
    assert {id(pins) for pins in BOARDS.values()} == {id(PICO), id(ESP32)}


def test_light_and_fan_pulse_each_at_a_frequency_of_their_own():
    slices = {role: PICO[role] // 2 % 8 for role in ("light", "fan")}
    assert slices["light"] != slices["fan"]


def test_what_decides_how_an_esp32_starts_and_its_flash_are_left_alone():
    strapping, flash, console = {0, 2, 5, 12, 15}, set(range(6, 12)), {1, 3}
    assert not set(ESP32.values()) & (strapping | flash | console)
    assert max(ESP32[role] for role in (*OUTPUTS, "home", "go", "free")) < 34  # inputs only


@pytest.mark.parametrize("name", STARTS)
def test_boot_makes_every_output_safe(monkeypatch, name):
    assert made_by(monkeypatch, name, "Generic ESP32 module with ESP32") == {
        STARTS[name][role]: level for role, level in OUTPUTS.items()
    }


def test_boot_touches_nothing_on_other_chips_of_the_esp32_family(monkeypatch):
    assert made_by(monkeypatch, "esp32_boot", "Generic ESP32S3 module with ESP32S3") == {}


def made_by(monkeypatch, name, machine):
    made = {}

    class Pin:
        OUT = 1

        def __init__(self, number, mode, value):
            assert mode == Pin.OUT
            made[number] = value

    module = ModuleType("machine")
    module.Pin = Pin
    for known_as in ("machine", "umachine"):
        monkeypatch.setitem(sys.modules, known_as, module)
    monkeypatch.setattr(sys.implementation, "_machine", machine, raising=False)
    exec((FIRMWARE / f"visiophare_firmware/start/{name}.py").read_text("utf-8"))
    return made


@pytest.mark.parametrize("language", DOCUMENTS)
def test_the_drawings_in_the_documents_are_the_pin_map(language):
    path = ROOT / "hardware" / "docs" / DOCUMENTS[language]
    text = path.read_text("utf-8")
    drawings = iter(OUTLINES)
    drawn = re.sub(
        r"```text\n.*?```",
        lambda _: f"```text\n{draw(next(drawings), language)}\n```",
        text,
        flags=re.S,
    )
    assert next(drawings, None) is None
    if os.environ.get("VISIOPHARE_REDRAW"):
        path.write_text(drawn, "utf-8")
        text = drawn
    assert text == drawn


@pytest.mark.parametrize("language", DOCUMENTS)
@pytest.mark.parametrize("outline", OUTLINES, ids=lambda outline: outline.prefix)
def test_the_tables_in_the_documents_name_every_pin(language, outline):
    text = (ROOT / "hardware" / "docs" / DOCUMENTS[language]).read_text("utf-8")
    names = "|".join([rf"{outline.prefix}\d+", *outline.aliases.values()])
    told = dict(re.findall(rf"^\| ([^|]+?) +\| ({names})\b", text, flags=re.M))
    assert told == {
        NAMES[language][role]: outline.printed(role) for role in outline.pins if role not in INSIDE
    }


@pytest.mark.parametrize("outline", OUTLINES, ids=lambda outline: outline.prefix)
def test_every_role_is_on_a_pin_that_the_board_has(outline):
    there = {*outline.left.split(), *outline.right.split()}
    assert {outline.printed(role) for role in outline.pins if role not in INSIDE} <= there
