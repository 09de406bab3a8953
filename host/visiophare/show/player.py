# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays a show on a projector: its timeline ahead of time, touches at once.

Owns the loop between the clock, the engine and the projector.  Clock and sleep are passed in.

A computer cannot be punctual to better than some milliseconds, the board can.  So two engines run:
one stands at the present, the other a moment ahead (`lead_s`), and what the one ahead decides goes
to the board with the board time at which to act.  When something happens that nobody could know
(a pad, an arrival), the present decides anew; if what waits on the board is no longer right, it is
taken back, and the engine ahead starts again from the present.

When the port is lost the present goes on without it, and when it is back the projector is brought
to where the show has got to: nothing is late afterwards.
"""

import contextlib
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from visiophare.errors import BoardError, PortError
from visiophare.faults import FAULTS, UNKNOWN
from visiophare.refusals import explain_refusal
from visiophare.show.actions import (
    Action,
    Arrived,
    CarriageFailed,
    Command,
    Event,
    Go,
    MoveCarriage,
    Notice,
    Panic,
    Started,
    StopAll,
    StopNow,
    TimedEvent,
)
from visiophare.show.board_news import BoardEvent, ListenedStage, Word
from visiophare.show.engine import Engine
from visiophare.show.merging import merged
from visiophare.show.model import Show
from visiophare.show.report import PlayReport
from visiophare.show.sending import Sender
from visiophare.words import N_, _

LEAD_S: Final = 0.15
FULL_PERCENT: Final = 100.0
MOST_AHEAD: Final = 10  # of the 16 that the board can hold
LONGEST_NAP_S: Final = 0.25
URGENT_S: Final = 0.02  # what is due sooner is sent even before a touch is answered
RETRY_S: Final = 1.0
KEPT_ROWS: Final = 1000  # of the report, when nobody knows how long the show will be
FLOOD: Final = 4  # touches at once; each takes some milliseconds to answer
LAST_WORD_S: Final = 0.5  # how long to wait at the end for the board to say what it has done


@dataclass(frozen=True)
class Remark:
    """Something that went otherwise than it should, as a sentence; the show goes on."""

    template: str
    params: dict[str, object]


News = Notice | Remark

# What a refusal means while a show has the port, where it is not what refusals.py says.
REFUSED_IN_A_SHOW: Final = {
    "unreferenced": (
        N_("The carriage does not know where it is: the film stays where it stands."),
        N_('End the show, run `visiophare carriage home`, play again; or play move = "home".'),
    ),
}


class Player:
    """One show on one projector, to be played once.

    tell: gets news as they happen. A projector whose port is lost is asked about every second
    whether it is back.
    """

    def __init__(
        self,
        show: Show,
        projector: ListenedStage,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        *,
        lead_s: float = LEAD_S,
        tell: Callable[[News], None] = lambda news: None,
    ) -> None:
        self.show = show
        self._now = now
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()  # no signal can leave it locked
        self._sleep = sleep or self._nap
        self._lead_s = lead_s
        self._tell = tell
        self._inbox: queue.SimpleQueue[tuple[Event | BoardEvent, float]] = queue.SimpleQueue()
        self._retry_s = 0.0
        self._lost_error: PortError | None = None
        self._close_s: float | None = None
        self._open_end = False
        self._own_stops = 0  # of which the board has not yet told
        self._advised: set[tuple[str, str]] = set()  # refusals that have been told
        self.is_dark = False  # at the end: whether the board has confirmed it
        self._skip: set[Command] = set()
        self._refused_moves: list[MoveCarriage] = []
        self.report = PlayReport(now())
        self._sender = Sender(projector, now, self.report, self._lost, self._refused)
        self._listen_to(projector)

    def post(self, event: Event, at_s: float | None = None) -> None:
        """Something happened, `at_s` on the player's clock, or just now.  From any thread."""
        self._inbox.put((event, self._now() if at_s is None else at_s))
        self._ring()

    def play(
        self,
        schedule: Sequence[TimedEvent],
        *,
        unattended: bool = True,
        open_end: bool = False,
    ) -> PlayReport:
        """Plays events known beforehand (seconds from the beginning) until nothing is left.

        Then the light fades out.  `unattended`: nobody will say Go, see Engine.  `open_end`: what
        is posted goes on for as long as `sleep` raises nothing and nobody stops the projector; a
        Panic is not the end, and of the report only the latest entries are kept.
        Whatever ends this early, also Ctrl-C, darkens the light and stops the carriage first.

        Raises: PortError when the port is still lost at the end; BoardError, PortError when the
        projector refuses the very beginning.
        """
        start_s = self._now() + self._lead_s
        events = [replace(timed, at_s=start_s + timed.at_s) for timed in schedule]
        self.report.started_s = start_s
        self._open_end = open_end
        self._engine = Engine(self.show, start_s, events, unattended=unattended)
        self._ahead = self._engine.copy()
        self._horizon_s = start_s
        try:
            self._sender.send_or_raise(self._engine.opening())
            while not self._is_over():
                self._work()
                if self._inbox.empty():
                    self._sleep(self._pause_s())
        except BaseException:
            self._darken()
            raise
        self.report.ended_s = self._now()
        if self._lost_error is not None:
            raise self._lost_error
        self.is_dark = True
        self._give_the_master_back()
        return self.report

    # ---- one round

    def _work(self) -> None:
        self._sender.forget_overdue()
        self._empty_the_inbox()
        self._pass_time(self._now())
        for move in [m for m in self._refused_moves if m.at_s <= self._engine.now_s]:
            self._refused_moves.remove(move)
            self._happen(CarriageFailed(), at_s=self._engine.now_s)
        if self._sender.lost:
            self._plan_to(self._now())  # only written down
            self._try_again()
        else:
            self._plan_to(self._now() + self._lead_s)
        if self._open_end:
            for book in (self.report.entries, self.report.cues, self.report.remarks):
                del book[:-KEPT_ROWS]
        elif self._engine.finished and self._close_s is None:
            self._close()

    def _empty_the_inbox(self) -> None:
        """Each event gets its own answer; a flood gets one, for all that it leaves behind."""
        touches: list[tuple[Event, float]] = []
        while not self._inbox.empty():
            happened, at_s = self._inbox.get()
            if isinstance(happened, Event):
                touches.append((happened, at_s))
            else:
                self._board_happened(happened, at_s)
        if len(touches) > FLOOD:
            self._happen(*(event for event, _at_s in touches), at_s=touches[-1][1])
        else:
            for event, at_s in touches:
                self._happen(event, at_s=at_s)

    def _pass_time(self, now_s: float) -> None:
        """The present moves on; its commands have been sent ahead by the other engine."""
        self._tell_all(self._engine.step(now_s))

    def _plan_to(self, until_s: float) -> None:
        """The engine ahead moves on; its commands go to the board, unless a touch is in a hurry."""
        while self._sender.waiting < MOST_AHEAD:
            due_s = self._ahead.next_deadline_s()
            if due_s > until_s or (due_s > self._now() + URGENT_S and not self._inbox.empty()):
                break
            self._horizon_s = max(self._horizon_s, due_s)
            self._sender.send(self._wanted(self._ahead.step(due_s)))

    def _happen(self, *events: Event, at_s: float) -> None:
        """Something happens that nobody could know: the present decides, the plan follows."""
        at_s = min(at_s, self._now())  # a board's clock is known to a fraction of a millisecond
        self._pass_time(at_s)
        actions = [self._engine.step(at_s, event) for event in events]
        for answer in actions:
            self._tell_all(answer)
        at_once = merged(self._wanted(answer) for answer in actions)
        self._own_stops += sum(isinstance(command, StopNow) for command in at_once)
        if any(isinstance(command, StopNow) for command in at_once):
            self._sender.send(at_once, live=True)  # it takes back by itself what waits
            self._ahead = self._engine.copy()
            return
        pending = self._sender.pending(self._engine.now_s)
        ahead = self._engine.copy()
        plan = self._wanted(ahead.step(self._horizon_s))
        if plan[: len(pending)] == pending:
            self._ahead = ahead
            self._sender.send(at_once, live=True)
            self._sender.send(plan[len(pending) :])
            return
        # What the board did in the meantime may be done again, but no move starts twice.
        self._skip.update(self._sender.cancel())
        self._sender.send(at_once, live=True)
        self._ahead = self._engine.copy()

    def _wanted(self, actions: Sequence[Action]) -> list[Command]:
        """The commands among the actions, without the moves that would be repeated."""
        return [
            action
            for action in actions
            if not isinstance(action, Notice)
            and not (isinstance(action, MoveCarriage) and action in self._skip)
        ]

    def _pause_s(self) -> float:
        now_s = self._now()
        wake_s = min(
            now_s + LONGEST_NAP_S,
            self._engine.next_deadline_s(),
            self._ahead.next_deadline_s() - self._lead_s,
        )
        # Not 0: with a full board the next deadline may be one that has to wait its turn.
        return max(0.001, wake_s - now_s)

    def _ring(self) -> None:
        if self._bell.empty():  # whoever passes a `sleep` of its own never empties it
            self._bell.put(None)

    def _nap(self, seconds: float) -> None:
        with contextlib.suppress(queue.Empty):
            self._bell.get(timeout=seconds)
            while True:
                self._bell.get_nowait()

    # ---- the end

    def _close(self) -> None:
        now_s = self._now()
        fade_s = self.show.stop_s if self._engine.level_percent(now_s) else 0.0
        self._happen(StopAll(), at_s=now_s)
        self._close_s = self._engine.now_s + fade_s

    def _is_over(self) -> bool:
        if self._close_s is None or self._now() < self._close_s:
            return False
        return not self._sender.waiting or self._now() > self._close_s + LAST_WORD_S

    def _darken(self) -> None:
        self.is_dark = self._sender.stage.darken()
        self._give_the_master_back()

    def _give_the_master_back(self) -> None:
        """Dark it is; whoever asks for light after the show means light."""
        if self.is_dark and self._engine.master_percent != FULL_PERCENT:
            with contextlib.suppress(PortError, BoardError):
                self._sender.stage.master(FULL_PERCENT)

    # ---- what the board says

    def _listen_to(self, projector: ListenedStage) -> None:
        projector.on_event(self._board_says)
        projector.on_restart(lambda: self._board_says(Word("restarted"), self._now()))
        projector.on_connection(
            lambda there: self._board_says(Word("back" if there else "gone"), self._now())
        )

    def _board_says(self, event: BoardEvent, at_s: float) -> None:
        self._inbox.put((event, at_s))
        self._ring()

    def _board_happened(self, event: BoardEvent, at_s: float) -> None:
        fields = event.fields
        match event.name:
            case "ran":
                self._sender.ran(int(fields["seq"]), at_s)
            case "failed":
                self._sender.failed(int(fields["seq"]), explain_refusal(fields["code"], fields))
            case "arrived" | "homed":
                self.report.carriage_stands.append(at_s)
                self._happen(_arrived(event), at_s=at_s)
            case "button":
                self._happen(Go(), at_s=at_s)
            case "fault":
                code = fields.get("code", "?")
                self._remark(FAULTS.get(code, UNKNOWN)[0], {"code": code})
                self._happen(CarriageFailed(), at_s=at_s)
            case "halted" if self._own_stops:
                self._own_stops -= 1
            case "halted":
                self._remark(N_("Somebody stopped the projector; the show ends here."), {})
                self._open_end = False
                self._happen(Panic(), at_s=at_s)
            case "silent":
                self._remark(N_("The board had heard nothing for a while; the show goes on."), {})
                self._sender.forget()
                self._resume()
            case "gone":
                self._sender.check()
            case "back" if self._sender.lost:
                self._retry_s = 0.0
            case "restarted":
                self._remark(N_("The board has started anew; the show goes on."), {})
                self._sender.forget()
                self._own_stops = 0
                self._resume()

    def _refused(self, command: Command, error: BoardError) -> None:
        self.report.refused += 1
        template, hint = REFUSED_IN_A_SHOW.get(error.code, (error.template, error.hint))
        if (error.code, str(error)) not in self._advised:  # a show that goes on repeats mistakes
            self._advised.add((error.code, str(error)))
            self._remark(template, error.params)
            if hint:
                self._remark(hint, error.params)
        if isinstance(command, MoveCarriage):
            self._skip.add(command)
            self._refused_moves.append(command)  # perhaps ahead of time

    # ---- a port that goes and comes

    def _lost(self, error: PortError) -> None:
        self._lost_error = error
        self._remark(error.template, error.params)
        self._remark(N_("The show goes on, and the light with it when the projector is back."), {})
        self._retry_s = self._now() + RETRY_S

    def _try_again(self) -> None:
        if self._now() < self._retry_s:
            return
        self._retry_s = self._now() + RETRY_S
        try:
            self._sender.stage.cancel()
        except (PortError, BoardError):
            return
        self._lost_error = None
        self._sender.found()
        self._own_stops = 0
        self._remark(N_("The projector is back."), {})
        self._resume()

    def _resume(self) -> None:
        """Brings the projector to where the show has got to, and plans on from there."""
        self._pass_time(self._now())
        self._sender.send(self._engine.resumption(), live=True)
        self._ahead = self._engine.copy()

    # ---- news

    def _tell_all(self, actions: Sequence[Action]) -> None:
        for action in actions:
            if isinstance(action, Started):
                self.report.cues.append((action.cue, action.at_s))
            if isinstance(action, Notice):
                self._tell(action)

    def _remark(self, template: str, params: dict[str, object]) -> None:
        self.report.remarks.append(_(template).format(**params))
        self._tell(Remark(template, params))


def _arrived(event: BoardEvent) -> Arrived:
    frame, mm = event.fields.get("frame"), event.fields.get("mm")
    return Arrived(
        frame=int(frame) if frame is not None else None,
        mm=float(mm) if mm is not None else None,
        home=event.name == "homed",
    )
