# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands of a show on their way to a projector, and the book of what became of them.

Owns the one translation from commands to calls of a projector, and whether the projector is there.
Knows nothing of cues, and reads no clock but the one it is given.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from visiophare.errors import BoardError, PortError
from visiophare.show import words_for
from visiophare.show.actions import (
    Command,
    Flash,
    MoveCarriage,
    SetLight,
    SetMaster,
    StopCarriage,
    StopNow,
)
from visiophare.show.report import Entry, PlayReport

NEAR_S: Final = 0.003
"""What is due sooner is not worth a board time: the way there takes about as long."""

OUTDATED_S: Final = 0.3
"""After a gap as long as this, only the latest of several commands for one thing still counts."""

OVERDUE_S: Final = 0.5
"""A board that says nothing for so long after a command's time has said it, and it was lost."""


class Receipt(Protocol):
    """What a projector answers: the command's number, and the host time at which it acted."""

    @property
    def seq(self) -> int: ...
    @property
    def host_s(self) -> float: ...


class Stage(Protocol):
    """What a show needs of a projector; `visiophare.projector.Projector` has it all."""

    def light(
        self, level_percent: float, over_s: float = 0.0, *, at_s: float | None = None
    ) -> Receipt: ...
    def flash(
        self, level_percent: float, duration_s: float, *, at_s: float | None = None
    ) -> Receipt: ...
    def master(
        self, level_percent: float, over_s: float = 0.0, *, at_s: float | None = None
    ) -> Receipt: ...
    def carriage_home(self, *, at_s: float | None = None) -> Receipt: ...
    def carriage_to_frame(self, frame: int, *, at_s: float | None = None) -> Receipt: ...
    def carriage_to_mm(self, position_mm: float, *, at_s: float | None = None) -> Receipt: ...
    def carriage_stop(self, *, at_s: float | None = None) -> Receipt: ...
    def cancel(self) -> int: ...
    def clear(self) -> object: ...
    def status(self) -> object: ...
    def stop_now(self) -> object: ...
    def darken(self) -> bool: ...


class Sender:
    """Sends commands, each once, and writes down when they were due and when they were done.

    A port that is lost is told to `on_lost` once; until `found`, commands are only written down.
    A refusal is told to `on_refused` with its command, and the show goes on.
    """

    def __init__(
        self,
        stage: Stage,
        now: Callable[[], float],
        report: PlayReport,
        on_lost: Callable[[PortError], None],
        on_refused: Callable[[Command, BoardError], None],
    ) -> None:
        self.stage = stage
        self.lost = False
        self._stopped = False  # by us: the board refuses everything until `clear`
        self._now = now
        self._report = report
        self._on_lost = on_lost
        self._on_refused = on_refused
        self._ahead: dict[int, Entry] = {}  # by the command's number: on the board, not yet done

    @property
    def waiting(self) -> int:
        """How many commands wait on the board for their time."""
        return len(self._ahead)

    def pending(self, after_s: float) -> list[Command]:
        """The commands on the board that are due after a time, in the order they were sent."""
        return [e.command for e in self._ahead.values() if e.planned_s > after_s]

    def send(self, commands: Sequence[Command], *, live: bool = False) -> None:
        """Sends commands in order: at once when `live`, otherwise for the times they bear."""
        for command in _without_the_outdated(commands, self._now()):
            label = words_for.command(command)
            entry = Entry(command, label, command.at_s, live)
            self._report.entries.append(entry)
            if self.lost:
                continue
            try:
                self._send_one(entry)
            except PortError as error:
                self._lose(error)
            except BoardError as error:
                self._on_refused(command, error)

    def send_or_raise(self, commands: Sequence[Command]) -> None:
        """Sends commands at once, without which nothing that follows makes sense.

        Raises: PortError, BoardError.
        """
        for command in commands:
            entry = Entry(command, words_for.command(command), self._now(), live=True)
            self._report.entries.append(entry)
            self._send_one(entry)

    def cancel(self) -> list[Command]:
        """Takes back what waits on the board; returns what it had done before that."""
        if self.lost:
            return []
        try:
            dropped = self.stage.cancel()
        except PortError as error:
            self._lose(error)
            return []
        except BoardError:
            dropped = 0
        # The board drops the latest ones; of the others it may not have told yet.
        waiting = sorted(self._ahead.values(), key=lambda entry: entry.planned_s)
        kept = waiting[: max(0, len(waiting) - dropped)]
        taken_back = waiting[len(kept) :]
        self._report.entries = [e for e in self._report.entries if e not in taken_back]
        self._ahead = {number: e for number, e in self._ahead.items() if e in kept}
        return [entry.command for entry in kept]

    def forget_overdue(self) -> None:
        """Stops waiting for word of commands whose time is long over."""
        now_s = self._now()
        self._ahead = {
            number: entry
            for number, entry in self._ahead.items()
            if now_s < entry.planned_s + OVERDUE_S
        }

    def check(self) -> None:
        """Asks for an answer and nothing else, to find out whether the projector is there."""
        if self.lost:
            return
        try:
            self.stage.status()
        except PortError as error:
            self._lose(error)
        except BoardError:
            return  # it is there

    def ran(self, number: int, at_s: float) -> None:
        """The board has done a command that waited for its time."""
        entry = self._ahead.pop(number, None)
        if entry is not None:
            entry.executed_s = at_s

    def failed(self, number: int, error: BoardError) -> None:
        """The board refused a command when its time came."""
        entry = self._ahead.pop(number, None)
        if entry is not None:
            self._on_refused(entry.command, error)

    def forget(self) -> None:
        """The board has started anew: nothing waits on it, and nothing stops it."""
        self._ahead.clear()
        self._stopped = False

    def found(self) -> None:
        """The projector is back."""
        self.lost = False
        self.forget()

    def _lose(self, error: PortError) -> None:
        self.lost = True
        self.forget()
        self._on_lost(error)

    def _send_one(self, entry: Entry) -> None:
        command, late_s = entry.command, self._now() - entry.planned_s
        at_s = None if entry.live or late_s > -NEAR_S else command.at_s
        if late_s > 0 and not entry.live:
            shortened = _shortened(command, late_s)
            if shortened is None:
                return
            command = shortened
        if self._stopped and not isinstance(command, StopNow):
            self.stage.clear()
        self._stopped = isinstance(command, StopNow)
        receipt = _call(self.stage, command, at_s)
        if receipt is None:
            entry.executed_s = self._now()
            self._ahead.clear()
        elif at_s is None or abs(receipt.host_s - at_s) > NEAR_S / 3:
            entry.executed_s = receipt.host_s  # it was sent too late to wait, and acted at once
        else:
            self._ahead[receipt.seq] = entry


def _call(stage: Stage, command: Command, at_s: float | None) -> Receipt | None:
    match command:
        case SetLight(level_percent=level, over_s=over_s):
            return stage.light(level, over_s, at_s=at_s)
        case Flash(level_percent=level, duration_s=duration_s):
            return stage.flash(level, duration_s, at_s=at_s)
        case SetMaster(level_percent=level):
            return stage.master(level, at_s=at_s)
        case StopCarriage():
            return stage.carriage_stop(at_s=at_s)
        case StopNow():
            stage.stop_now()
            return None
        case MoveCarriage(to=to):
            if to.frame is not None:
                return stage.carriage_to_frame(to.frame, at_s=at_s)
            if to.mm is not None:
                return stage.carriage_to_mm(to.mm, at_s=at_s)
            return stage.carriage_home(at_s=at_s)


def _shortened(command: Command, late_s: float) -> Command | None:
    """The rest of a command that is late: its end stays where it was. None when it is over."""
    if isinstance(command, SetLight):
        over_s = max(0.0, command.over_s - late_s)
        return SetLight(command.level_percent, over_s, command.at_s, command.cue)
    if isinstance(command, Flash):
        left_s = command.duration_s - late_s
        if left_s < 0.001:
            return None
        return Flash(command.level_percent, left_s, command.at_s, command.cue)
    return command


def _without_the_outdated(commands: Sequence[Command], now_s: float) -> list[Command]:
    """After a long gap, only the latest light and the latest move of the past still count."""
    kept: list[Command] = []
    seen: set[type] = set()
    for command in reversed(commands):
        kind = StopCarriage if isinstance(command, MoveCarriage) else type(command)
        if command.at_s < now_s - OUTDATED_S and kind in seen:
            continue
        seen.add(kind)
        kept.append(command)
    return kept[::-1]
