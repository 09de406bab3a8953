# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a player hears of a projector without having asked: events, a restart, a pulled cable.

Owns their shape.  What follows from them is the player's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from visiophare.show.sending import Stage


class BoardEvent(Protocol):
    """An event line of the board."""

    @property
    def name(self) -> str: ...
    @property
    def fields(self) -> dict[str, str]: ...


class ListenedStage(Stage, Protocol):
    """A projector that tells what happens on its board, from whatever thread."""

    def on_event(self, call: Callable[[Any, float], None], /) -> object: ...
    def on_restart(self, call: Callable[[], None], /) -> object: ...
    def on_connection(self, call: Callable[[bool], None], /) -> object: ...


@dataclass(frozen=True)
class Word:
    """Something about the projector that is no event of its board, queued like one."""

    name: str
    fields: dict[str, str] = field(default_factory=dict)
