# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The light's pin opened and shut for PWM at exact times, by a state machine.

Owns that machine and the DMA channel behind it. It must not know levels: PWM goes on beneath, at
whatever level it has, and light is seen while the pin is PWM's; shut, the pin is PIO's, and low.

    words of seven slots ──▶ pace() ──▶ DMA ──▶ the pin's function: PWM or PIO
"""

from time import sleep_us, ticks_us  # type: ignore[attr-defined]

import machine
import rp2
from machine import mem32
from micropython import const

from visiophare_wire import ticks_diff

from .rp2_strobe_programs import AIM, EMPTY, FETCH, SLOT_US, WAIT, pace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_PACE = const(6)  # PIO block 1
_TOGGLE_PACE = const(0x50301100)  # FIFO settings, as in Steps
_FJOIN_TX = const(0x40000000)
_DREQ = const(14)
_FOR_EVER = const(0xFFFFFFFF)
_PWM, _PIO1 = const(4), const(7)
_BEFORE_US = const(1000)  # an edge that comes sooner is not waited for by the machine
_START_US = const(250)  # what it takes to load it, rounded up
_LATE_US = const(11)  # between the last look at the clock and an edge with nothing to wait for
_FIFO = const(4)


class Gate:
    """on: the pin is opened and shut by the machine. function: the register that says whose it is.

    dim: sets the duty beneath.
    """

    def __init__(self, function: int, dim: "Callable[[int], object]") -> None:
        self.on = False
        self.dim = dim
        self._function = function
        self._pace = rp2.StateMachine(_PACE, pace, freq=1_000_000)
        self.tell = self._pace.put
        self._copy = rp2.DMA()
        keep = self._copy.pack_ctrl(inc_read=False, inc_write=False, treq_sel=_DREQ)
        self._copy.config(read=self._pace, write=function, count=_FOR_EVER, ctrl=keep, trigger=True)

    def start(self, lit: bool, slot_us: int, at_us: int) -> bool:
        """Open or shut now; the first slot told begins at at_us. False when that is too soon."""
        if ticks_diff(at_us, ticks_us()) < _BEFORE_US:
            return False
        pace = self._pace
        pace.active(0)
        mem32[_TOGGLE_PACE] = _FJOIN_TX
        mem32[_TOGGLE_PACE] = _FJOIN_TX
        pace.restart()
        mem32[self._function] = _PWM if lit else _PIO1
        self.on = True
        pace.put(slot_us - SLOT_US)
        pace.exec(FETCH)
        pace.exec(AIM)
        state = machine.disable_irq()
        wait_us = ticks_diff(at_us, ticks_us()) - _START_US
        pace.put(wait_us - _LATE_US)
        pace.exec(FETCH)
        pace.exec(WAIT)
        pace.exec(EMPTY)
        while ticks_diff(at_us, ticks_us()) > wait_us:
            pass
        pace.active(1)
        machine.enable_irq(state)
        return True

    def has_room(self) -> bool:
        """For another word."""
        return bool(self._pace.tx_fifo() < _FIFO)

    def stop(self, hz: int) -> None:
        """The pin is PWM's, as soon as its present duty is out."""
        self._pace.active(0)
        sleep_us(1_000_000 // hz + 1)
        mem32[self._function] = _PWM
        self.on = False

    def close(self) -> None:
        """The machine stands still, and the channel is given back."""
        self._pace.active(0)
        self._copy.ctrl = 0
        self._copy.close()
