# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes through a session: commands on their way, and news that nobody asked for.

Owns these records. Must not know how anything is delivered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from visiophare.errors import VisiophareError
from visiophare_wire import BY_NAME, Event, Reply


@dataclass(eq=False)
class Request:
    """One command on its way. `error` or `reply` is set once, when `done`."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    at_s: float | None = None  # when to act, in the host's time; None at once
    at_us: int | None = None  # the same in the board's, known when the line is formed
    reply: Reply | None = None
    parts: list[dict[str, str]] = field(default_factory=list)
    error: VisiophareError | None = None
    own: bool = False  # the session's, for itself: nobody waits for it
    seq: int = 0
    sent_s: float = math.inf  # when its line was first sent
    received_s: float = math.inf

    @property
    def done(self) -> bool:
        return self.reply is not None or self.error is not None

    @property
    def fields(self) -> dict[str, str]:
        """Everything that the answer told, of all its lines."""
        told = {name: value for part in self.parts for name, value in part.items()}
        return {**told, **(self.reply.fields if self.reply else {})}

    @property
    def acts(self) -> bool:
        """Whether doing it twice would matter."""
        return (
            BY_NAME[self.name].timed
            or self.name in ("cancel", "clear", "settings save")
            or (self.name == "settings" and "value" in self.args)
        )


class Happened(NamedTuple):
    """An event of the board, in the board's order."""

    event: Event


class Restarted(NamedTuple):
    """The board has booted since it was last heard; what it had been told is gone."""

    boot_id: str
