# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans into step pulses: a state machine fed by DMA out of tables made beforehand.

Owns the motor's state machines, their DMA channels and the count of steps. It must not know
millimetres or why anything moves. Once a plan runs, no Python is needed until it ends: neither
serial traffic nor a garbage collection can move an edge.

    A ── the way up ──▶ B ── cruise ──▶ C ── the way down      three channels, each starts the next
    every pulse ──▶ count() ──▶ two DMA channels by turns ──▶ _count
    a mark on the film ──▶ mark() ──▶ DMA ──▶ DMA copies _count to _marked

Leaving a plan: hold the present segment, throw away what was to come, load the new tables, let
the step under way be the last. No step is lost and no period is shorter than the table says.
"""

from array import array

import machine
import rp2
import uctypes
from machine import Pin, mem32
from micropython import const

from ..ramp import ENDLESS, Plan, Ramp
from .rp2_programs import HOLD, LAST, SECOND_PULL, STEP_CLOCKS, STEP_LOW, ZERO, count, mark, steps

_ADDR = const(0x502000D4)  # PIO0: where state machine 0 is
_TOGGLE_SHIFTCTRL = const(0x502010D0)  # its FIFO settings, through the alias that toggles bits
_FJOIN_RX = const(0x80000000)  # toggled twice empties its FIFOs
_FOR_EVER = const(0xFFFFFFFF)
_HALF_CIRCLE = const(0x20000000)  # of positions
_REBASE = const(0x10000000)
_HIGH_BITS = const(0x3FFF)
_NONE = const(0xFFFF)
_LATE_NS = const(1_500_000)  # how long decelerate() may take to act: 1.2 ms were measured


class Steps:
    """The motor. Uses PIO block 0, its state machines 0 to 2, and seven DMA channels.

    before_steps: the position when, since the last standstill, base_high << 16 had been made, which
    is never further back than 2**28 steps once position_steps() was asked.
    """

    def __init__(self, pins: dict[str, int]) -> None:
        self._direction_pin = Pin(pins["direction"], Pin.OUT, value=0)
        self._plan: Plan | None = None
        self._stopping = False
        self._sign = 0
        self.before_steps = 0
        self.base_high = 0
        self._plan_steps = 0  # position when the present plan began
        self._steady = False  # a plan for ever has come to its speed
        # Words that DMA writes, in halves: a whole one could be no small integer.
        self._count = array("H", [0, 0])
        self._marked = array("H", [_NONE, _NONE])
        self._taken = array("I", [0])
        self._cruise = array("I", [0, 0])
        self._khz = machine.freq() // 1000
        step, film = Pin(pins["step"]), Pin(pins["film"], Pin.IN, Pin.PULL_UP)
        self._steps = rp2.StateMachine(0, steps, set_base=step)
        self._counter = rp2.StateMachine(1, count, in_base=step)
        self._film = rp2.StateMachine(2, mark, in_base=film)
        self._channels = [rp2.DMA() for _ in range(7)]
        self._up, self._level, self._down = self._channels[:3]
        self._wire()
        for machine_ in (self._counter, self._film, self._steps):
            machine_.active(1)
        self._counter.exec(ZERO)
        self._idle_at = mem32[_ADDR]

    def _wire(self) -> None:
        """Who feeds whom. The control words are kept: packing them takes memory."""
        up, level, down, counted, counted_on, seen, copied = self._channels
        ends = level.channel, down.channel
        self._up_then = [_feeding(up, channel) for channel in ends]
        self._level_then = [_feeding(level, channel) for channel in (level.channel, down.channel)]
        self._level_for_ever = _feeding(level, level.channel, 3)  # the same 8 bytes again and again
        self._down_alone = _feeding(down, down.channel)
        for channel in (up, level, down):
            channel.config(write=self._steps)
        # 2**32 steps are a day at the fastest on the RP2040: then the other one goes on.
        for channel, other, now in ((counted_on, counted, False), (counted, counted_on, True)):
            keep = channel.pack_ctrl(
                inc_read=False, inc_write=False, treq_sel=5, chain_to=other.channel
            )
            channel.config(
                read=self._counter, write=self._count, count=_FOR_EVER, ctrl=keep, trigger=now
            )
        copy = copied.pack_ctrl(inc_read=False, inc_write=False, chain_to=seen.channel)
        copied.config(read=self._count, write=self._marked, count=1, ctrl=copy)
        take = seen.pack_ctrl(inc_read=False, inc_write=False, treq_sel=6, chain_to=copied.channel)
        seen.config(read=self._film, write=self._taken, count=1, ctrl=take, trigger=True)

    def prepare(self, ramp: Ramp) -> None:
        """The ramp's tables in clocks, upwards and downwards: DMA cannot read backwards."""
        segments = len(ramp.counts)
        up = array("I", [0] * (2 * segments))
        down = array("I", up)
        for index in range(segments):
            mirrored = 2 * (segments - 1 - index)
            up[2 * index] = down[mirrored] = ramp.counts[index] - 1
            up[2 * index + 1] = down[mirrored + 1] = self._waiting(ramp.periods_ns[index])
        ramp.prepared = (up, down, uctypes.addressof(up), uctypes.addressof(down))

    def start(self, plan: Plan) -> None:
        """Carry this plan out. Only while not moving."""
        self.before_steps = self._plan_steps = self.position_steps()
        self._counter.exec(ZERO)
        self._count[0] = self._count[1] = self.base_high = 0
        self._marked[0] = self._marked[1] = _NONE
        self._steady = False
        self._sign = plan.direction
        self._direction_pin(1 if plan.direction > 0 else 0)
        self._plan = plan
        self._stopping = False
        self._load(plan)

    def change(self, plan: Plan) -> None:
        """Go over to this plan of the same direction."""
        self._hold()
        self._plan_steps = self.position_steps()
        self._steady = False
        self._plan = plan
        self._load(plan)
        self._steps.exec(LAST)

    def decelerate(self) -> None:
        """Go over to the way down. Takes no memory."""
        plan = self._plan
        if plan is None or self._stopping or not self.is_moving():
            return
        late_steps = 1 + _LATE_NS // plan.cruise_period_ns
        down = plan.segments_to_stop(self._done(), late_steps)
        if down:
            self._stopping = True
            self._hold()
            self._set_down(plan.ramp, down)
            self._down.active(1)
            self._steps.exec(LAST)

    def cut(self) -> None:
        """No further pulse."""
        self._steps.active(0)
        self._drop()
        self._steps.restart()
        self._steps.exec(STEP_LOW)
        self._steps.active(1)

    def is_moving(self) -> bool:
        """Whether words are still to be fetched or a segment is still under way."""
        return bool(
            self._up.active()
            or self._level.active()
            or self._down.active()
            or self._steps.tx_fifo()
            or mem32[_ADDR] != self._idle_at
        )

    def position_steps(self) -> int:
        """Steps since boot, signed, around a circle. Takes no memory, however long it turns."""
        made = self._made(self._count)
        if made >= _REBASE:
            self.base_high = (self.base_high + (_REBASE >> 16)) & _NONE
            self.before_steps = _around(self.before_steps + self._sign * _REBASE)
            made -= _REBASE
        position = _around(self.before_steps + self._sign * made)
        if not self._steady and self._plan is not None and self._plan.cruise_steps == ENDLESS:
            self._steady = abs(position - self._plan_steps) >= self._plan.change_steps
        return position

    def film_mark(self) -> int | None:
        """Where the film sensor saw a mark begin, once."""
        marked = self._marked
        if marked[0] == _NONE and marked[1] == _NONE:
            return None
        made = self._made(marked)
        marked[0] = marked[1] = _NONE
        if made >= _HALF_CIRCLE:  # before the present base
            made -= _HALF_CIRCLE
            made -= _HALF_CIRCLE
        return _around(self.before_steps + self._sign * made)

    def _made(self, count: "array[int]") -> int:
        """Steps from the present base to this count."""
        high = count[1]
        low = count[0]
        if count[1] != high:  # it went on in between
            high = count[1]
            low = count[0]
        return int(((high - self.base_high) & _HIGH_BITS) << 16 | low)

    def _done(self) -> int:
        """Steps of the present plan; of one for ever at its speed, at least those up to there."""
        position = self.position_steps()
        assert self._plan is not None
        return self._plan.change_steps if self._steady else abs(position - self._plan_steps)

    def close(self) -> None:
        """No pulse, and the channels given back: a soft reset would leave them taken."""
        self.cut()
        for channel in self._channels:
            channel.ctrl = 0
            channel.close()

    def _hold(self) -> None:
        """Keep the present speed and forget what was to come."""
        self._steps.exec(HOLD)
        self._drop()
        if mem32[_ADDR] == self._idle_at + SECOND_PULL:
            self._steps.restart()  # half a segment had been fetched

    def _drop(self) -> None:
        for channel in (self._up, self._level, self._down):
            channel.ctrl = 0  # first: an aborted channel may start the next one (RP2350-E5)
            channel.active(0)
        mem32[_TOGGLE_SHIFTCTRL] = _FJOIN_RX
        mem32[_TOGGLE_SHIFTCTRL] = _FJOIN_RX

    def _load(self, plan: Plan) -> None:
        """Set the channels up from the last to the first, and start the first."""
        up, down = plan.ramp.prepared[2:]  # type: ignore[index]
        first = self._down
        if plan.down:
            self._set_down(plan.ramp, plan.down)
        if plan.cruise_steps:
            for_ever = plan.cruise_steps == ENDLESS
            self._cruise[0] = _FOR_EVER if for_ever else plan.cruise_steps - 1
            self._cruise[1] = self._waiting(plan.cruise_period_ns)
            self._level.config(
                read=self._cruise,
                count=_FOR_EVER if for_ever else 2,
                ctrl=self._level_for_ever if for_ever else self._level_then[bool(plan.down)],
            )
            first = self._level
        if plan.up != plan.start:
            begins = up + 8 * plan.start
            if plan.up < plan.start:
                begins = down + 8 * (len(plan.ramp.counts) - plan.start)
            then = self._up_then[0 if plan.cruise_steps else 1]
            self._up.config(read=begins, count=2 * abs(plan.up - plan.start), ctrl=then)
            first = self._up
        first.active(1)

    def _set_down(self, ramp: Ramp, segments: int) -> None:
        begins = ramp.prepared[3] + 8 * (len(ramp.counts) - segments)  # type: ignore[index]
        self._down.config(read=begins, count=2 * segments, ctrl=self._down_alone)

    def _waiting(self, period_ns: int) -> int:
        clocks = (period_ns * self._khz + 500_000) // 1_000_000
        return int(max(0, clocks - STEP_CLOCKS))


def _around(steps: int) -> int:
    """The position on a circle, half of it negative."""
    if steps >= _HALF_CIRCLE:
        steps -= _HALF_CIRCLE
        steps -= _HALF_CIRCLE
    elif steps < -_HALF_CIRCLE:
        steps += _HALF_CIRCLE
        steps += _HALF_CIRCLE
    return steps


def _feeding(channel: "rp2.DMA", then: int, ring_size: int = 0) -> int:
    """The control word of a channel that feeds the steps and then starts another, or itself."""
    word = channel.pack_ctrl(inc_write=False, treq_sel=0, chain_to=then, ring_size=ring_size)
    return int(word)
