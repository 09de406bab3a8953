# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Goes onto an ESP32 as /boot.py, instead of boot.py. Visiophare's outputs safe before anything
else: light, fan and step low, no current in the motor (enable high). The numbers are those of
boards/pins.py. Others of the family have other pins: there nothing is touched."""

import sys

from machine import Pin

if sys.implementation._machine.endswith("ESP32"):
    for number, level in ((25, 0), (26, 0), (27, 0), (33, 0), (32, 1)):
        Pin(number, Pin.OUT, value=level)
