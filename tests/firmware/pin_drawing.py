# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pico seen from above, USB on top, with what each pin does: drawn from the pin map.

Owns the board's outline (Raspberry Pi Pico and Pico 2 datasheets: the same 40 pins) and the names
of the parts in both languages.
"""

LEFT = "GP0 GP1 GND GP2 GP3 GP4 GP5 GND GP6 GP7 GP8 GP9 GND GP10 GP11 GP12 GP13 GND GP14 GP15"
RIGHT = (
    "VBUS VSYS GND 3V3_EN 3V3 ADC_VREF GP28 AGND GP27 GP26 RUN GP22 GND GP21 GP20 GP19 GP18 GND "
    "GP17 GP16"
)
INSIDE = ("quiet",)
"""Not on any of the 40 pins."""
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


def draw(pins, language):
    """The drawing as lines of text, for the map `pins`: role → GPIO number."""
    roles = {f"GP{number}": NAMES[language][role] for role, number in pins.items() if _shown(role)}
    width = max(len(name) for name in roles.values())
    lines = [" " * (width + 12) + "┌──────USB──────┐"]
    for row, (left, right) in enumerate(zip(LEFT.split(), RIGHT.split(), strict=True)):
        outside = f"{roles.get(left, ''):>{width}}  {left:>8}"
        inside = f"│ {row + 1:<2}         {40 - row:>2} │"
        lines.append(f"{outside}  {inside}  {right:<8}  {roles.get(right, '')}".rstrip())
    return "\n".join([*lines, " " * (width + 12) + "└───────────────┘"])


def _shown(role):
    return role not in INSIDE
