# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the film follows the motor: a sensor sees a slot or a mark once in each frame.

Owns where marks may come. Lost steps come in fours of full steps (a magnetic period of the rotor),
so a mark further away than that from its place means that steps were lost or that the film slips.
The place is where the first mark came, for each direction, because a mark has two ends. Where
film must be and no mark comes, it has jammed. It must not know what follows from a slip. Takes no
memory while it runs.
"""

from visiophare_wire import ticks_diff

from .settings import FULL_STEPS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .settings import Settings

_PARTS = 256  # of a step: a frame need not be whole steps long


class Film:
    """slipped() in every pass while the motor turns; forget() when the position was lost."""

    def __init__(self, board: "Board") -> None:
        self._board = board
        self._places: list[int | None] = [None, None]  # the latest, in whole steps,
        self._parts = [0, 0]  # and parts of one
        self._way = 0  # which of them
        self._zero: int | None = None
        self._seen: list[int | None] = [None, None]  # the latest mark, or where the way began

    def configure(self, settings: "Settings") -> None:
        """Take the settings as they are now."""
        steps = abs(settings["pitch_mm"]) * settings["steps_per_mm"]
        self._pitch = int(steps * _PARTS) if settings["film_sensor"] == "yes" else 0
        self._tolerance: int = FULL_STEPS * settings["microsteps"] * _PARTS
        self._endless = settings["endless"] == "yes"
        per_mm = settings["steps_per_mm"] * (-1 if settings["reversed"] == "yes" else 1)
        first = settings.frame_mm(0) * per_mm
        last = settings.frame_mm(settings["frames"] - 1) * per_mm
        self._lowest, self._highest = int(min(first, last)), int(max(first, last))
        self.forget()

    def forget(self) -> None:
        """The next marks say anew where marks come."""
        self._places[0] = self._places[1] = self._seen[0] = self._seen[1] = None

    def heads(self, direction: int, zero_steps: int | None) -> None:
        """The motor begins to turn this way. zero_steps: where home is, None for unknown."""
        self._zero = zero_steps
        way = 1 if direction > 0 else 0
        here, seen = self._board.position_steps(), self._seen[way]
        turned = self._endless and way != self._way
        self._way = way
        if seen is None or turned or ticks_diff(here, seen) * (2 * way - 1) < 0:
            self._seen[way] = here  # otherwise a way of single frames would never be long enough

    def slipped(self) -> bool:
        """Whether a mark came at the wrong place, or one did not come where film must be."""
        if not self._pitch:
            return False
        mark = self._board.film_mark()
        if mark is None:
            return self._without_mark() > self._pitch + self._tolerance
        self._seen[self._way] = mark
        return abs(self._off(mark)) > self._tolerance

    def _without_mark(self) -> int:
        """Parts of a step of film that should have passed since the last mark: of a loop all, of a
        film those from its first frame to its last."""
        here, seen = self._board.position_steps(), self._seen[self._way]
        if seen is None:
            return 0
        if self._endless:
            return abs(ticks_diff(here, seen)) * _PARTS
        return abs(self._on_film(here) - self._on_film(seen)) * _PARTS

    def _on_film(self, steps: int) -> int:
        if self._zero is None:
            return 0
        return max(self._lowest, min(self._highest, ticks_diff(steps, self._zero)))

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
