# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each board seen from above, with what each pin does: drawn from the pin map.

Owns the boards' outlines (datasheets of the Raspberry Pi Pico and Pico 2, which have the same 40
pins; the guide of Espressif's ESP32-DevKitC V4) and the names of the parts in both languages.
"""

from dataclasses import dataclass

from visiophare_firmware.boards.pins import ESP32, PICO


@dataclass(frozen=True)
class Outline:
    """pins: the map, role → GPIO number. left, right: what is printed, from top to bottom.

    aliases: what is printed for a GPIO instead of its number.
    """

    pins: dict
    prefix: str
    left: str
    right: str
    usb_on_top: bool
    aliases: dict

    def printed(self, role):
        number = self.pins[role]
        return self.aliases.get(number, f"{self.prefix}{number}")

    def numbers(self):
        """Of the pins in a row, left and right."""
        rows = len(self.left.split())
        if self.usb_on_top:
            return [(row, 2 * rows + 1 - row) for row in range(1, rows + 1)]
        return [(row, row) for row in range(1, rows + 1)]


OUTLINES = (
    Outline(
        PICO,
        "GP",
        "GP0 GP1 GND GP2 GP3 GP4 GP5 GND GP6 GP7 GP8 GP9 GND GP10 GP11 GP12 GP13 GND GP14 GP15",
        "VBUS VSYS GND 3V3_EN 3V3 ADC_VREF GP28 AGND GP27 GP26 RUN GP22 GND GP21 GP20 GP19 GP18 "
        "GND GP17 GP16",
        True,
        {},
    ),
    Outline(
        ESP32,
        "IO",
        "3V3 EN VP VN IO34 IO35 IO32 IO33 IO25 IO26 IO27 IO14 IO12 GND IO13 D2 D3 CMD 5V",
        "GND IO23 IO22 TX RX IO21 GND IO19 IO18 IO5 IO17 IO16 IO4 IO0 IO2 IO15 D1 D0 CLK",
        False,
        {36: "VP"},
    ),
)
INSIDE = ("quiet", "spare")
"""Nothing is connected to these."""
NAMES = {
    "en": {
        "midi": "MIDI in",
        "step": "motor: step",
        "direction": "motor: direction",
        "enable": "motor: enable (low)",
        "home": "home switch",
        "light": "light",
        "film": "film sensor",
        "fan": "fan",
        "go": "go button",
        "free": "free-the-film switch",
        "ntc": "NTC",
        "supply": "supply voltage",
        "knob": "dimmer knob",
    },
    "fr": {
        "midi": "entrée MIDI",
        "step": "moteur : pas",
        "direction": "moteur : sens",
        "enable": "moteur : actif (bas)",
        "home": "contact d'origine",
        "light": "lumière",
        "film": "capteur de film",
        "fan": "ventilateur",
        "go": "bouton suivant",
        "free": "film libéré",
        "ntc": "CTN",
        "supply": "tension d'alimentation",
        "knob": "bouton de gradation",
    },
}


def draw(outline, language):
    """The drawing as lines of text."""
    shown = [role for role in outline.pins if role not in INSIDE]
    roles = {outline.printed(role): NAMES[language][role] for role in shown}
    margin = " " * (max(len(name) for name in roles.values()) + 12)
    usb, plain = "┌──────USB──────┐", "┌───────────────┐"
    lines = [margin + (usb if outline.usb_on_top else plain)]
    rows = zip(outline.left.split(), outline.right.split(), outline.numbers(), strict=True)
    for left, right, (left_number, right_number) in rows:
        outside = f"{roles.get(left, ''):>{len(margin) - 12}}  {left:>8}"
        inside = f"│ {left_number:<2}         {right_number:>2} │"
        lines.append(f"{outside}  {inside}  {right:<8}  {roles.get(right, '')}".rstrip())
    bottom = plain if outline.usb_on_top else usb
    return "\n".join([*lines, margin + bottom.replace("┌", "└").replace("┐", "┘")])
