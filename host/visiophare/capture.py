# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures with the light on and off in turn, which cancels whatever else drifts.

Owns the order and the waiting.  The camera and the light come as functions, the clock with them;
it knows no port and no driver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

# The board lets three flashes a second through; a state must last longer than a sixth of one.
SHORTEST_STATE_S = 0.17
# USB cameras hand out pictures that are up to a few frames old.
SETTLE_S = 0.4


def alternate(
    read: Callable[[], tuple[float, Any]],
    set_light: Callable[[bool], None],
    now: Callable[[], float],
    pairs: int,
    settle_s: float = SETTLE_S,
) -> Iterator[tuple[bool, Any]]:
    """Yield `pairs` pictures with the light on and as many with it off: (lit, picture), in turn.

    `read()` waits for the next picture and gives (when it was exposed, picture); `now()` is the
    same clock.  Pictures from before the light has settled are dropped.  `settle_s` is at least
    SHORTEST_STATE_S, so that the projector's flash limit never dims a picture.
    """
    settle_s = max(settle_s, SHORTEST_STATE_S)
    for _ in range(pairs):
        for lit in (True, False):
            set_light(lit)
            settled_s = now() + settle_s
            while True:
                exposed_s, picture = read()
                if exposed_s >= settled_s:
                    break
            yield lit, picture
