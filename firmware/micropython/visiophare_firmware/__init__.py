# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on the board: the light, the carriage, and the rules that keep both safe.

Pure: no pins, no files, no clock. A Board is passed in, see `board`; `loop` runs the Controller.
"""

from .board import Board
from .controller import Controller
from .loop import run
from .ramp import Plan, Ramp
from .version import VERSION

__all__ = ["VERSION", "Board", "Controller", "Plan", "Ramp", "run"]
