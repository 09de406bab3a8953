# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of the Raspberry Pi Pico and Pico 2: `program` with its parts."""

from .pins import PICO
from .program import run_program
from .rp2 import Rp2Board
from .rp2_life import Rp2Life
from .rp2_port import Rp2Port


def main() -> None:
    """Returns for the prompt."""
    run_program(Rp2Life(), Rp2Board, Rp2Port, PICO["go"])
