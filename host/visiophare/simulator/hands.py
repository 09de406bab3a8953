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


def act(projector: SimulatedProjector, line: str) -> tuple[str, dict[str, object]] | None:
    """Do what the line says, and the sentence about it; an empty one is nothing.

    Raises UsageError.
    """
    word, _, rest = line.strip().lower().partition(" ")
    try:
        if word == "go":
            projector.press("go")
            time.sleep(PRESS_S)
            projector.release("go")
            return N_("The button was pressed."), {}
        elif word == "free":
            freed = projector.turn_switch()
            return (N_("The film is free.") if freed else N_("The motor has the film.")), {}
        elif word == "knob":
            percent = float(rest.replace(",", ".").strip(" %"))
            if not 0 <= percent <= 100:
                raise ValueError
            projector.turn_knob(percent)
            sentence = N_("The knob is at {percent:g} %. It dims after `settings knob yes`.")
            return sentence, {"percent": percent}
        elif word == "midi":
            data = bytes.fromhex(rest)
            projector.play_midi(data)
            return N_("The MIDI socket got {count} bytes."), {"count": len(data)}
        elif word == "power":
            projector.reset("power_on")
            return N_("The power went off and on."), {}
        elif word:
            raise ValueError
    except ValueError as error:
        raise UsageError(
            "no_such_hand",
            N_('"{line}" is nothing that hands do here.'),
            N_("Type go, free, knob 40 (0 to 100), midi 90 24 64 or power."),
            line=line.strip()[:40],
        ) from error
    return None
