# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left to send of a flood of touches: the last of each kind, in order.  Pure.

However fast pads are hit, the last hit is never late, and nothing piles up.
"""

from collections.abc import Iterable, Sequence

from visiophare.show.actions import (
    Command,
    Flash,
    MoveCarriage,
    SetLight,
    SetMaster,
    StopCarriage,
    StopNow,
)

_REPLACES: dict[type, tuple[type, ...]] = {
    SetLight: (SetLight, Flash),
    Flash: (Flash,),  # the level below a flash stays: it shows when the flash is over
    SetMaster: (SetMaster,),
    MoveCarriage: (MoveCarriage, StopCarriage),
    StopCarriage: (MoveCarriage, StopCarriage),
    StopNow: (SetLight, Flash, SetMaster, MoveCarriage, StopCarriage),
}


def merged(batches: Iterable[Sequence[Command]]) -> list[Command]:
    """The commands of all batches, less those that a later batch makes pointless.

    A batch is what one touch set off; within it every command counts.
    """
    kept: list[Command] = []
    for batch in batches:
        replaced = {kind for command in batch for kind in _REPLACES[type(command)]}
        kept = [command for command in kept if type(command) not in replaced]
        kept.extend(batch)
    return kept
