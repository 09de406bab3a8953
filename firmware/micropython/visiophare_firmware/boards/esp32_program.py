# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of the ESP32: `program` with its parts. Others of the family have other pins."""

import sys

from .esp32 import Esp32Board
from .esp32_life import Esp32Life
from .esp32_port import Esp32Port
from .pins import ESP32
from .program import run_program


def main() -> None:
    """Returns for the prompt; at once, with nothing touched, on another chip of the family."""
    if not sys.implementation._machine.endswith("ESP32"):
        print("Les broches de cette puce sont autres. / This chip has other pins.")
        return
    run_program(Esp32Life(), Esp32Board, Esp32Port, ESP32["go"])
