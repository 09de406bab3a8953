# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pin does what, for each board: the only place that says so.

Owns the numbers (GPIO numbers, as printed GP2 on a Pico). `start/boot.py` and `esp32_boot.py`
repeat the outputs, so that nothing has to be imported before they are safe; a test compares,
another draws the tables of `hardware/docs/` from here. Must not know what drives the pins.

On the RP2040 and RP2350 the light and the fan each have a PWM slice of their own, whose other pins
(7, 22, 23 and 9, 24, 25) never carry PWM.

On the ESP32 the outputs are pins that say nothing while it starts, and the sensors are on its first
converter, which works beside a radio. `spare` is the sending side of the MIDI port, which cannot do
without one; nothing is connected to it.
"""

PICO = {
    "midi": 1,
    "step": 2,
    "direction": 3,
    "enable": 4,
    "home": 5,
    "light": 6,
    "film": 7,
    "fan": 8,
    "go": 10,
    "free": 11,
    "ntc": 26,
    "supply": 27,
    "knob": 28,
    "quiet": 23,
}

ESP32 = {
    "midi": 23,
    "step": 27,
    "direction": 33,
    "enable": 32,
    "home": 19,
    "light": 25,
    "fan": 26,
    "go": 21,
    "free": 22,
    "ntc": 34,
    "supply": 35,
    "knob": 36,
    "spare": 4,
}

BOARDS = {"rp2040": PICO, "rp2350": PICO, "esp32": ESP32}
