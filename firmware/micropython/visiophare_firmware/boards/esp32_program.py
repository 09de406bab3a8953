# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of the ESP32: `program` with its parts."""

from .esp32 import Esp32Board
from .esp32_life import Esp32Life
from .esp32_port import Esp32Port
from .pins import ESP32
from .program import run_program


def main() -> None:
    """Returns for the prompt."""
    run_program(Esp32Life(), Esp32Board, Esp32Port, ESP32["go"])
