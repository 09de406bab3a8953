# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One conversation with a board: commands in order, each at most once. Pure.

Owns delivery: bytes come in with the time, bytes and happenings go out. Must not know ports,
threads, or what a command is for. `visiophare.projector` puts a port and a thread around it.

How nothing is done twice. One command is outstanding. Its line, number and checksum included, is
sent again until the reply with that number comes; the board answers a line it has acted on already
from memory. So a reply means: done exactly once. After a boot the board refuses every number until
`hello`; then nobody can tell whether the outstanding command ran before the reset, and it ends as
unknown, never sent again. Commands that only ask are simply asked anew.

    waiting ──sent──> outstanding ──reply──> answered, or refused
                        │   ├─ silence: the same line again, at growing intervals, then given up
                        │   ├─ board booted: asks go back to waiting, acts end as unknown
                        │   └─ line lost: held; when the line is back the board is asked whose
                        │      line it heard last, and ours is sent again if it was one of ours
                        └─ the count is not ours any more: acts end as unknown

Events are counted by the board. A number that was skipped is asked for again (`events K`), and
nothing behind it is passed on before it, so that whoever listens hears all of them in order.
"""

from __future__ import annotations

import math
from collections import deque

from visiophare.clock import BoardClock
from visiophare.errors import PortError, VisiophareError
from visiophare.event_order import EventOrder
from visiophare.hearsay import Hearsay
from visiophare.refusals import explain_refusal, outcome_unknown, restarted, wrong_protocol
from visiophare.request import Happened, Request, Restarted
from visiophare.words import N_
from visiophare_wire import (
    LINE,
    MAX_AHEAD_US,
    PROTOCOL,
    SEQ_MAX,
    Event,
    LineReader,
    Reply,
    format_command,
    next_seq,
    parse_message,
)

RESEND_FIRST_S = 0.1
RESEND_LONGEST_S = 0.8
GIVE_UP_S = 3.0
PINGS_AT_ONCE = 8  # a greeting is followed by these, so that the clock is known when it ends
PING_QUICK_S = 0.05  # then twenty a second …
QUICK_PINGS = 80  # … until the window of the estimate is full
PING_S = 0.5
REREAD_S = 1.0  # the last event may have been lost without anything behind it to show the gap
HELLO_AGAIN_S = 1.0  # after a board that cannot be talked to
TOO_SOON_S = 0.001  # a command for less than this ahead is sent to act at once
# Ends what another program, or our last breath, may have left unfinished, and makes sure that it
# does not run: `light 7` may have been to become `light 75`, and a typed line with `#` is refused.
SPOIL = b"#\n"


class Session:
    """Delivery to one board. Every method takes the time, in seconds of one monotonic clock.

    watch_s: have the board fade the light out when it hears nothing from here for so long.
    """

    def __init__(self, first_seq: int = 1, watch_s: float = 0.0) -> None:
        self.clock = BoardClock()
        self.board: dict[str, str] = {}  # what `hello` told; {} until then
        self._hearsay = Hearsay()
        self._reader = LineReader(host=True)
        self._waiting: deque[Request] = deque()
        self._current: Request | None = None
        self._line = b""  # what is sent again until it is answered
        self._counted: deque[bytes] = deque(maxlen=2)  # our latest lines, by the board's count
        self._probe: Request | None = None  # asks whose count it is …
        self._suspended: Request | None = None  # … while this was outstanding
        self._seq = first_seq
        self._connected = True
        self._gone: VisiophareError = PortError("port_gone", N_("The port vanished."))
        self._resend_s = self._give_up_s = math.inf
        self._pause_s = RESEND_FIRST_S
        self._next_hello_s = 0.0
        self._watch_s = watch_s
        self._watch_due = False
        self._pings = 0
        self._own_was_last = False  # or a bad line would have us read events for ever
        self._next_ping_s = 0.0
        self._boot_id: str | None = None
        self._events = EventOrder()
        self._reread_s = math.inf
        self._output = bytearray(SPOIL)
        self._news: list[Happened | Restarted] = []

    # What the edge around it calls

    def ask(self, request: Request, now_s: float, *, first: bool = False) -> None:
        """Queue a command; `first` puts it before those that wait already.

        Raises WireError when the wire has no way to say it, BoardError for a time too far ahead.
        """
        timed = None if request.at_s is None else 0
        format_command(SEQ_MAX, request.name, dict(request.args), timed)
        if request.at_s is not None and request.at_s - now_s > MAX_AHEAD_US * 1e-6:
            raise explain_refusal("too_far", {})
        if first:
            self._waiting.appendleft(request)
        else:
            self._waiting.append(request)
        self.advance(now_s)

    def withdraw(self, request: Request) -> None:
        """Forget a command that has not been sent yet; one already sent runs its course."""
        if request in self._waiting:
            self._waiting.remove(request)

    def withdraw_all(self) -> None:
        """Forget every command that has not been sent yet."""
        self._waiting.clear()

    def stop(self) -> None:
        """Have `!` sent at once: light off, carriage to rest. The line end keeps the rest of the
        conversation: the board drops whatever stands on the same line."""
        self._output += b"!\n"

    def receive(self, data: bytes, now_s: float) -> None:
        """Take bytes as they came."""
        self._hearsay.hear(data)
        for kind, line in self._reader.feed(data):
            message = parse_message(line) if kind == LINE and isinstance(line, bytes) else None
            self._hearsay.understood |= message is not None
            if isinstance(message, Reply):
                self._take_reply(message, now_s)
            elif isinstance(message, Event):
                if self._events.hear(message):
                    self._reread_s = min(self._reread_s, now_s)
                self._pass_on_events()
        self.advance(now_s)

    def advance(self, now_s: float) -> None:
        """Do what is due: send, send again, give up, ask for missing events, ping."""
        if self._current and now_s >= self._give_up_s:
            self._give_up()
        if not self._connected:
            return
        if self._current and now_s >= self._resend_s:
            self._pause_s = min(self._pause_s * 2, RESEND_LONGEST_S)
            self._resend_s = now_s + self._pause_s
            # The line end closes whatever damage left unfinished in the board's reader.
            self._output += b"\n" + self._line
        if not self._current:
            self._start_next(now_s)

    def next_deadline_s(self) -> float:
        """When to call `advance` again, if nothing arrives before."""
        if self._current:
            return min(self._resend_s if self._connected else math.inf, self._give_up_s)
        if not self._connected:
            return math.inf
        if self._watch_due and self.board:
            return -math.inf
        return min(self._next_ping_s, self._reread_s) if self.board else self._next_hello_s

    def take_output(self) -> bytes:
        """The bytes to send now."""
        output = bytes(self._output)
        self._output.clear()
        return output

    def take_news(self) -> list[Happened | Restarted]:
        """What happened since the last call."""
        news, self._news = self._news, []
        return news

    def lose_link(self, error: VisiophareError) -> None:
        """The line is gone. The outstanding command is held, in case the line comes back before
        its time is over; those behind it end now."""
        self._connected = False
        self._gone = error
        self._output.clear()
        self._end_waiting(error)

    def regain_link(self, now_s: float) -> None:
        """The line is back, to the same board or another: the outstanding line is sent again, and
        the board says by itself whether it has booted."""
        self._connected = True
        self._reader = LineReader(host=True)
        self._output += SPOIL
        if self.board:
            self._ask_for_the_count(now_s)
        elif self._current:
            self._resend_s = now_s
            self._give_up_s = now_s + GIVE_UP_S
        self._next_ping_s = now_s
        self.advance(now_s)

    def fail(self, error: VisiophareError) -> None:
        """End everything that is on its way with this error."""
        self._end_waiting(error)
        self._end_suspended(error)
        if self._current:
            self._finish(error=error)

    def _end_suspended(self, error: VisiophareError) -> None:
        if self._suspended:
            self._suspended.error = error
            self._suspended = None

    def _end_waiting(self, error: VisiophareError) -> None:
        for request in self._waiting:
            request.error = error
        self._waiting.clear()

    def _give_up(self) -> None:
        """The outstanding command stays unanswered. Those behind it would wait as long in vain."""
        own = self._current and self._current.own and self.board
        error = self._hearsay.why_silent() if self._connected else self._gone
        if self._current is self._probe:
            self.board = {}  # greet it before anything else
        if own:
            self._end_suspended(error)
            self._finish(error=error)
        else:
            self.fail(error)

    # One command after the other

    def _start_next(self, now_s: float) -> None:
        may_ask = self._waiting and self._pings >= PINGS_AT_ONCE
        if not self.board:
            if now_s < self._next_hello_s:
                return
            request = Request("hello", own=True)
        elif self._watch_due:
            self._watch_due = False
            request = Request("watch", {"silence_ms": round(self._watch_s * 1000)}, own=True)
        elif now_s >= self._reread_s and not (may_ask and self._own_was_last):
            self._reread_s = math.inf
            request = Request("events", {"since": self._events.last or 0}, own=True)
        elif may_ask:
            request = self._waiting.popleft()
        elif now_s >= self._next_ping_s:
            request = Request("clock", own=True)
        else:
            return
        self._own_was_last = request.own
        if request.at_s is not None and request.at_s - now_s >= TOO_SOON_S:
            if not self.clock.ready:
                request.error = restarted(request.name)
                return
            request.at_us = self.clock.board_us_at(request.at_s)
        self._seq = request.seq = next_seq(self._seq)
        line = format_command(request.seq, request.name, dict(request.args), request.at_us)
        self._counted.append(line)
        self._send_out(request, line, now_s)

    def _send_out(self, request: Request, line: bytes, now_s: float) -> None:
        self._current, self._line = request, line
        self._output += line
        request.sent_s = min(request.sent_s, now_s)
        self._pause_s = RESEND_FIRST_S
        self._resend_s = now_s + self._pause_s
        self._give_up_s = now_s + GIVE_UP_S

    def _finish(
        self, reply: Reply | None = None, error: VisiophareError | None = None
    ) -> Request | None:
        request, self._current = self._current, None
        if request:
            request.reply, request.error = reply, error
        return request

    # Whose count it is, after the line was away

    def _ask_for_the_count(self, now_s: float) -> None:
        """Another program may have spoken meanwhile, and then our number may be new by chance.

        So a line whose number is old by our count goes first: the board refuses it, and the
        refusal tells the number and the checksum of the last line that it took.
        """
        if self._current is not self._probe:
            self._suspended = self._current
        self._probe = Request("clock", own=True, seq=(self._seq - 3) % SEQ_MAX + 1)
        self._send_out(self._probe, format_command(self._probe.seq, "clock", {}), now_s)

    def _take_count(self, reply: Reply, now_s: float) -> None:
        request, self._suspended, self._current = self._suspended, None, None
        heard = reply.fields.get("last", ""), reply.fields.get("crc", "")
        # A line is `#<seq> … *<crc>\n`.
        ours = [(line[1:].split()[0].decode(), str(int(line[-5:], 16))) for line in self._counted]
        if heard not in ours:
            self._lose_count(request)
        elif request:
            self._send_out(request, self._counted[-1], now_s)

    # Replies

    def _take_reply(self, reply: Reply, now_s: float) -> None:
        request = self._current
        if request and reply.seq == 0:
            self._resend_s = now_s  # the board got something unreadable: most likely our line
        elif request and reply.seq == request.seq:
            if reply.more:
                if reply.fields not in request.parts:  # a repeated answer fills the gaps
                    request.parts.append(reply.fields)
            elif _is_whole(request, reply):
                request.received_s = now_s
                self._conclude(request, reply, now_s)
            else:
                self._resend_s = now_s  # the board repeats the answer from memory

    def _conclude(self, request: Request, reply: Reply, now_s: float) -> None:
        """The outstanding command has its answer."""
        if request is self._probe:
            self._take_count(reply, now_s)
            return
        if reply.code in ("hello_first", "stale"):
            self._lose_count(request)
            return
        told = {**request.fields, **reply.fields}  # a refusal may take several lines
        if request.name == "settings":
            told.setdefault("arg", str(dict(request.args).get("name", "")))
        self._finish(reply, None if reply.ok else explain_refusal(reply.code, told))
        if request.name == "hello":
            self._greeted(request, now_s)
        elif request.name == "events" and reply.ok:
            self._reread_s = now_s + REREAD_S
            self._events.end_of_list(reply.fields.get("last", ""))
            self._pass_on_events()
        elif request.name == "clock" and reply.ok:
            self._take_ping(request, reply, now_s)

    def _lose_count(self, request: Request | None) -> None:
        """The board does not know our numbers any more: it has booted, or somebody else spoke."""
        self._current = None
        self.board = {}
        if request is None:
            return
        if request.acts:
            request.error = outcome_unknown(request.name)
        elif not request.own:
            request.parts.clear()
            self._waiting.appendleft(request)

    def _greeted(self, request: Request, now_s: float) -> None:
        before, told = self._boot_id, request.fields
        boots = {part["boot"] for part in request.parts if "boot" in part}
        if not request.error and len(boots) > 1:
            return  # it booted while it was answering: greet it again
        if request.error or told.get("protocol") != str(PROTOCOL) or not boots:
            self._next_hello_s = now_s + HELLO_AGAIN_S
            self.fail(request.error or wrong_protocol(told.get("protocol", "?"), PROTOCOL))
            return
        self.board = told
        self._boot_id = told["boot"]
        self._next_ping_s = now_s
        self._reread_s = now_s
        self._watch_due = self._watch_s > 0  # a greeting ends what an earlier host wished
        if before == self._boot_id:
            return
        self.clock.reset()
        self._pings = 0
        self._events = EventOrder()
        if before is not None:
            self._events = EventOrder(last=0)  # all that the new boot has to tell is news
            self._news.append(Restarted(self._boot_id))
            self._drop_timed()

    def _drop_timed(self) -> None:
        """Commands that wait here for a time of a show that the new boot knows nothing of."""
        for request in [request for request in self._waiting if request.at_s is not None]:
            self._waiting.remove(request)
            request.error = restarted(request.name)

    def _take_ping(self, request: Request, reply: Reply, now_s: float) -> None:
        self._pings += 1
        quick = self._pings < QUICK_PINGS
        at_once = self._pings < PINGS_AT_ONCE
        self._next_ping_s = now_s + (0.0 if at_once else PING_QUICK_S if quick else PING_S)
        if reply.fields.get("t", "").isdigit():
            self.clock.feed(request.sent_s, int(reply.fields["t"]), now_s)

    def _pass_on_events(self) -> None:
        self._news += [Happened(event) for event in self._events.take()]


def _is_whole(request: Request, reply: Reply) -> bool:
    """Whether all lines of a long answer have arrived."""
    lines = reply.fields.get("lines", "0")
    return not lines.isdigit() or len(request.parts) == int(lines)
