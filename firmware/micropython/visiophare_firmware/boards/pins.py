# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pin does what, for each board: the only place that says so.

Owns the numbers (GPIO numbers, as printed GP2 on a Pico). `start/boot.py` repeats the outputs, so
that nothing has to be imported before they are safe; a test compares, another draws the tables of
`hardware/docs/` from here. Must not know what drives the pins.

On the RP2040 and RP2350 the light and the fan each have a PWM slice of their own, whose other pins
(7, 22, 23 and 9, 24, 25) never carry PWM.
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

BOARDS = {"rp2040": PICO, "rp2350": PICO}
