# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on the board: the light, the carriage, and the rules that keep both safe.

Pure but for `boards` and `start`: no pins, no files, no clock. A Board is passed in, see `board`;
`loop` runs the Controller. The names below are imported when asked for, so that what must run
first at power-on does not wait for all the rest.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .boards.rp2_program import main
    from .controller import Controller
    from .loop import run
    from .ramp import Plan, Ramp
    from .version import VERSION

_HOMES = {
    "VERSION": "version",
    "Board": "board",
    "Controller": "controller",
    "Plan": "ramp",
    "Ramp": "ramp",
    "main": "boards." + sys.platform + "_program",
    "run": "loop",
}

__all__ = ["VERSION", "Board", "Controller", "Plan", "Ramp", "main", "run"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    module = __import__("visiophare_firmware." + _HOMES[name], None, None, (name,))
    return getattr(module, name)
