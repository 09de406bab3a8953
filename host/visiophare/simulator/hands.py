# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person types to do by hand what is done to a projector on a table.

Owns the words: `go`, `free`, `knob 40`, `midi 90 24 64`, `power`. Must not know who types them.
"""

import time

from visiophare.errors import UsageError
from visiophare.simulator.projector import SimulatedProjector
from visiophare.words import N_

PRESS_S = 0.15


def act(projector: SimulatedProjector, line: str) -> None:
    """Do what the line says; an empty one is nothing.  Raises UsageError."""
    word, _, rest = line.strip().lower().partition(" ")
    try:
        if word == "go":
            projector.press("go")
            time.sleep(PRESS_S)
            projector.release("go")
        elif word == "free":
            projector.turn_switch()
        elif word == "knob":
            projector.turn_knob(min(max(float(rest.replace(",", ".").strip(" %")), 0.0), 100.0))
        elif word == "midi":
            projector.play_midi(bytes.fromhex(rest))
        elif word == "power":
            projector.reset("power_on")
        elif word:
            raise ValueError
    except ValueError as error:
        raise UsageError(
            "no_such_hand",
            N_('"{line}" is nothing that hands do here.'),
            N_("Type go, free, knob 40, midi 90 24 64 or power."),
            line=line.strip()[:40],
        ) from error
