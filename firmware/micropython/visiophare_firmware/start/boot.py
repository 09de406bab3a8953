# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Goes onto the board as /boot.py. Visiophare's outputs safe before anything else: light, fan and
step low, no current in the motor (enable high). The numbers are those of boards/pins.py."""

# `machine`, which MicroPython would take only after it has looked for a file of that name: 7 ms.
from umachine import Pin

for number, level in ((6, 0), (8, 0), (2, 0), (3, 0), (4, 1)):
    Pin(number, Pin.OUT, value=level)
