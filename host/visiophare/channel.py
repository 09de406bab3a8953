# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session with a port and a thread around it: ask and be answered, hear events.

Owns the thread that reads the link, the one place that writes to it, reopening a port that
vanished, and the step between the host's time and the board's. Must not know how delivery works
(`visiophare.session`), how bytes travel (`visiophare.link`), or what commands are for.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from visiophare.errors import PortError, VisiophareError
from visiophare.link import Link
from visiophare.refusals import explain_refusal, restarted_meanwhile
from visiophare.request import Happened, Request, Restarted
from visiophare.session import Session
from visiophare.stopping import CHECK_S, GuardedCondition, check, hold, release
from visiophare.words import N_
from visiophare_wire import Event, WireError, ticks_diff

POLL_S = 0.05  # how long the reader may be deaf to a deadline that came up meanwhile
REOPEN_S = 0.5
REMEMBERED_EVENTS = 256
CLOSE_S = 2.0  # no reader is waited for longer


@dataclass(frozen=True)
class Receipt:
    """A command was accepted: t_us is the board time at which it acts, host_s the host's."""

    seq: int
    t_us: int
    host_s: float


class Channel:
    """Commands may come from any thread but the reader's own: a function given to `on_event` must
    hand over to another thread what it wants done."""

    def __init__(
        self,
        open_link: Callable[[], Link],
        now: Callable[[], float] = time.monotonic,
        *,
        reconnect: bool = False,
        watch_s: float = 0.0,
    ) -> None:
        self._open_link = open_link
        self._now = now
        self._reconnect = reconnect
        self._session = Session(random.randrange(65535), watch_s)
        self._changed = GuardedCondition()  # guards the session and all below
        self._link: Link | None = open_link()
        self._error: VisiophareError | None = None  # why no command can be sent now
        self._crash: BaseException | None = None  # a mistake in somebody's on_event function
        self._events: deque[tuple[int, Event, float]] = deque(maxlen=REMEMBERED_EVENTS)
        self._events_heard = 0
        self._restarts = 0
        self._event_calls: list[Callable[[Event, float], None]] = []
        self._restart_calls: list[Callable[[], None]] = []
        self._link_calls: list[Callable[[bool], None]] = []
        self._closing = threading.Event()
        self._reader = threading.Thread(target=self._read, name="projector reader", daemon=True)
        self._reader.start()

    @property
    def board(self) -> dict[str, str]:
        """What the board said at the greeting: protocol, firmware, board, boot, can, name."""
        with self._changed:
            return dict(self._session.board)

    @property
    def clock_uncertainty_s(self) -> float:
        """What may be wrong with converted times."""
        with self._changed:
            return self._session.clock.uncertainty_s

    # Events

    def on_event(self, call: Callable[[Event, float], None]) -> None:
        """Have `call(event, host_s)` called for each event, in order, in the reader's thread."""
        self._event_calls.append(call)

    def on_restart(self, call: Callable[[], None]) -> None:
        """Have `call()` called when the board has booted anew: it is dark, and what it was told to
        do later is gone."""
        self._restart_calls.append(call)

    def on_connection(self, call: Callable[[bool], None]) -> None:
        """Have `call(False)` called when the port vanished, `call(True)` when it is back."""
        self._link_calls.append(call)

    def wait_for(
        self, *names: str, timeout_s: float, since: Receipt | None = None
    ) -> tuple[Event, float] | None:
        """The first event of one of these names and its host time; None when there was none.

        since: look at events from when that command acted on, also those that have come already;
        without it, at events from now on. Raises PortError when the port vanishes for good, and
        BoardError when the board boots anew: then the event will not come.
        """
        deadline_s = self._now() + timeout_s
        with self._changed:
            first, restarts = self._events_heard, self._restarts
            while True:
                for index, event, host_s in self._events:
                    fresh = index >= first if since is None else _is_after(event, since)
                    if event.name in names and fresh:
                        return event, host_s
                if self._restarts != restarts:
                    raise restarted_meanwhile()
                left_s = deadline_s - self._now()
                if left_s <= 0:
                    return None
                self._raise_if_broken()
                self._changed.wait(min(left_s, CHECK_S))
                check()

    # One command

    def ask(
        self,
        command: str,
        /,
        *,
        at_s: float | None = None,
        first: bool = False,
        timeout_s: float | None = None,
        **args: Any,
    ) -> Request:
        """Send any command of the wire and wait for its answer, which the Request then holds.

        at_s: host time at which to act. first: before those that wait already. timeout_s: how long
        to wait in all; otherwise as long as delivery takes to succeed or to give up.
        """
        if threading.current_thread() is self._reader:
            raise RuntimeError("a command from an on_event function would wait for itself")
        deadline_s = None if timeout_s is None else self._now() + timeout_s
        with self._changed:
            self._raise_if_broken()
            request = Request(command, args, at_s)
            try:
                self._session.ask(request, self._now(), first=first)
                self._write()
                while not request.done and (deadline_s is None or self._now() < deadline_s):
                    # In slices: Ctrl-C does not wake a thread that waits for a lock.
                    left_s = math.inf if deadline_s is None else deadline_s - self._now()
                    self._changed.wait(max(0.0, min(left_s, CHECK_S)))
                    check()
                    self._raise_if_broken(request)
            except WireError as error:
                raise explain_refusal(error.code, error.detail) from error
            finally:
                self._session.withdraw(request)
        if request.error:
            raise request.error
        if not request.done:
            raise PortError("port_silent", N_("The board does not answer."))
        return request

    def _host_s(self, board_us: int) -> float:
        now_s = self._now()
        clock = self._session.clock
        return clock.host_s_at(board_us, near_s=now_s) if clock.ready else now_s

    def _raise_if_broken(self, request: Request | None = None) -> None:
        if self._crash:
            raise RuntimeError("the projector's reader failed") from self._crash
        if (
            self._error
            and (request is None or not self._reconnect)
            and not (request and request.done)
        ):
            raise self._error

    def _write(self) -> None:
        """The one place that writes. Holds the lock, so that lines do not mix."""
        output = self._session.take_output()
        if output and self._link:
            try:
                self._link.send(output)
            except PortError as error:
                self._lose(error)

    # The reader's thread

    def _read(self) -> None:
        try:
            while not self._closing.is_set():
                if self._link and self._error:
                    self._drop(self._link)
                elif self._link:
                    self._read_once(self._link)
                elif self._reconnect:
                    self._reopen()
                else:
                    return
        except BaseException as error:  # noqa: BLE001  told to whoever waits for an answer
            with self._changed:
                self._crash = error
                self._changed.notify_all()

    def _read_once(self, link: Link) -> None:
        with self._changed:
            wait_s = min(max(self._session.next_deadline_s() - self._now(), 0.0), POLL_S)
        try:
            data = link.receive(wait_s)
        except PortError as error:
            with self._changed:
                self._lose(error)
            return
        with self._changed:
            if data:
                self._session.receive(data, self._now())
            else:
                self._session.advance(self._now())
            self._write()
            calls = self._take_news()
            self._changed.notify_all()
        for call in calls:
            call()

    def _take_news(self) -> list[Callable[[], None]]:
        """Remember what happened; the calls that tell others of it, to be made without the lock."""
        calls: list[Callable[[], None]] = []
        for news in self._session.take_news():
            if isinstance(news, Restarted):
                self._restarts += 1
                calls += self._restart_calls
            elif isinstance(news, Happened):
                t_us = news.event.fields.get("t", "")
                host_s = self._host_s(int(t_us)) if t_us.isdigit() else self._now()
                self._events.append((self._events_heard, news.event, host_s))
                self._events_heard += 1
                calls += [partial(call, news.event, host_s) for call in self._event_calls]
        return calls

    def _lose(self, error: PortError) -> None:
        """The link is gone. Whoever finds out first says so; the reader then closes it."""
        if self._error is None:
            self._error = error
            if self._reconnect:
                self._session.lose_link(error)
            else:
                self._session.fail(error)
        self._changed.notify_all()

    def _reopen(self) -> None:
        try:
            link = self._open_link()
        except PortError:
            with self._changed:
                self._session.advance(self._now())  # what is held is not held for ever
                self._changed.notify_all()
            self._closing.wait(REOPEN_S)
            return
        with self._changed:
            self._link = link
            self._error = None
            self._session.regain_link(self._now())
            self._write()
        self._tell_connection(True)

    def _drop(self, link: Link) -> None:
        link.close()
        with self._changed:
            self._link = None
        self._tell_connection(False)

    def _tell_connection(self, there: bool) -> None:
        for call in self._link_calls:
            call(there)

    def close(self) -> None:
        """Let the port go. The light stays as it is."""
        hold()
        try:
            self._closing.set()
            if threading.current_thread() is not self._reader:
                self._reader.join(CLOSE_S)
            if self._link:
                self._link.close()
        finally:
            release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _is_after(event: Event, since: Receipt) -> bool:
    """Whether the board had this event after that command acted, by its own clock."""
    t_us = event.fields.get("t", "")
    return t_us.isdigit() and ticks_diff(int(t_us), since.t_us) >= 0
