# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands on their way to a projector that may be slower than the hands. Pure.

Newer commands take the place of waiting ones that they make pointless, so however fast pads are
hit, what waits is never longer than a few commands, and the last hit is never late.
"""

from collections.abc import Sequence

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


class Outbox:
    """A queue of commands, first in, first out, that forgets what is out of date."""

    def __init__(self) -> None:
        self._waiting: list[Command] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, commands: Sequence[Command]) -> None:
        """Add what one touch, or one moment, set off. Within it every command counts."""
        replaced = {kind for command in commands for kind in _REPLACES[type(command)]}
        self._waiting = [old for old in self._waiting if type(old) not in replaced]
        self._waiting += commands

    def take(self) -> Command | None:
        """The command to send next."""
        return self._waiting.pop(0) if self._waiting else None

    def clear(self) -> None:
        """Forget all of them."""
        self._waiting.clear()
