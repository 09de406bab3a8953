# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the film follows the motor: a sensor sees a slot or a mark once in each frame.

Owns where marks may come. Lost steps come in fours of full steps (a magnetic period of the rotor),
so a mark further away than that from its place means that steps were lost or that the film slips.
The place is where the first mark came, for each direction, because a mark has two ends. It must
not know what follows from a slip. Takes no memory while it runs.
"""

from visiophare_wire import ticks_diff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .settings import Settings

_PARTS = 256  # of a step: a frame need not be whole steps long
FULL_STEPS = 4


class Film:
    """slipped() in every pass while the motor turns; forget() when the position was lost."""

    def __init__(self, board: "Board") -> None:
        self._board = board
        self._places: list[int | None] = [None, None]  # the latest, in whole steps,
        self._parts = [0, 0]  # and parts of one
        self._way = 0  # which of them
        self._seen_steps = 0

    def configure(self, settings: "Settings") -> None:
        """Take the settings as they are now."""
        steps = abs(settings["pitch_mm"]) * settings["steps_per_mm"]
        self._pitch = int(steps * _PARTS) if settings["film_sensor"] == "yes" else 0
        self._tolerance: int = FULL_STEPS * settings["microsteps"] * _PARTS
        self._endless = settings["endless"] == "yes"
        self.forget()

    def forget(self) -> None:
        """The next marks say anew where marks come."""
        self._places[0] = self._places[1] = None

    def heads(self, direction: int) -> None:
        """The motor begins to turn this way."""
        self._way = 1 if direction > 0 else 0
        self._seen_steps = self._board.position_steps()

    def slipped(self) -> bool:
        """Whether a mark came at the wrong place or, where marks come for ever, one did not."""
        if not self._pitch:
            return False
        mark = self._board.film_mark()
        if mark is None:
            far = abs(ticks_diff(self._board.position_steps(), self._seen_steps)) * _PARTS
            waited = self._endless and self._places[self._way] is not None
            return waited and far > self._pitch + self._tolerance
        self._seen_steps = mark
        return abs(self._off(mark)) > self._tolerance

    def _off(self, mark: int) -> int:
        """Parts of a step from the nearest place to the mark. The place goes along, exactly."""
        way, pitch = self._way, self._pitch
        place = self._places[way]
        if place is None:
            self._places[way], self._parts[way] = mark, 0
            return 0
        since = ticks_diff(mark, place) * _PARTS - self._parts[way]
        frames = (since + (pitch >> 1)) // pitch
        onward = self._parts[way] + frames * pitch
        self._places[way] = ticks_diff(place + onward // _PARTS, 0)
        self._parts[way] = onward % _PARTS
        return since - frames * pitch
