# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flashes at steps of the motor, started and ended by state machines.

Owns the strobe's two state machines and whose the light's pin is: theirs, or PWM's. It must not
know frames. Once a step is told, no Python is needed for its flash.

    every pulse ──▶ watch(), aims at the next of up to nine steps ──▶ flash() ──▶ the light's pin

watch() counts the same pulses as the motor's own counter, from the same standstill on, so a step is
told by its number: there is nothing to be in time for but its coming.
"""

import sys
from array import array

import machine
import rp2
import uctypes
from machine import Pin, mem32
from micropython import const

from visiophare_wire import ticks_diff

from .rp2_programs import ZERO
from .rp2_strobe_programs import AIM, AIM_NOWHERE, FETCH, LONGEST, ROUND_CLOCKS, flash, watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .rp2_steps import Steps

_WATCH, _FLASH = const(4), const(5)  # PIO block 1
_TOGGLE_WATCH, _TOGGLE_FLASH = const(0x503010D0), const(0x503010E8)  # FIFO settings, as in Steps
_FJOIN_TX = const(0x40000000)
_ROOM = const(8)
_PWM, _PIO1 = const(4), const(7)  # functions of a pin


class Strobe:
    """on: the light's pin belongs to the strobe."""

    def __init__(self, pins: dict[str, int], steps: "Steps") -> None:
        self.on = False
        self._steps = steps
        bank = 0x40028000 if "RP2350" in sys.implementation._machine else 0x40014000
        self._function = bank + 8 * pins["light"] + 4
        self._khz = machine.freq() // 1000
        self._watch = rp2.StateMachine(_WATCH, watch, in_base=Pin(pins["step"]))
        self._flash = rp2.StateMachine(_FLASH, flash, set_base=Pin(pins["light"]))
        mem32[self._function] = _PWM
        self._word = array("I", [0])
        self._bytes = uctypes.bytearray_at(uctypes.addressof(self._word), 4)
        self._at_steps = 0  # the position of the step told last
        self._sign = 1
        self._idle = True  # watch() aims at nothing
        self._flash.put(0)
        self._watch.active(1)
        self._flash.active(1)
        self.begin(0, 1)

    def begin(self, position_steps: int, direction: int) -> None:
        """Steps are numbered from here on. Only at standstill."""
        self._watch.exec(ZERO)
        self._at_steps = position_steps
        self._sign = direction
        self.drop()

    def shine(self, flash_us: int) -> None:
        """From the next flash on they are so long; the pin is taken from PWM, which is off."""
        rounds = min(LONGEST, flash_us * self._khz // (1000 * ROUND_CLOCKS) - 1)
        mem32[_TOGGLE_FLASH] = _FJOIN_TX
        mem32[_TOGGLE_FLASH] = _FJOIN_TX
        self._flash.put(max(1, rounds) if flash_us else 0)
        if not self.on:
            self.on = True
            mem32[self._function] = _PIO1

    def stop(self) -> None:
        """The pin is PWM's."""
        self.on = False
        mem32[self._function] = _PWM
        self.drop()

    def drop(self) -> None:
        """No flash at any step told so far."""
        mem32[_TOGGLE_WATCH] = _FJOIN_TX
        mem32[_TOGGLE_WATCH] = _FJOIN_TX
        self._watch.exec(AIM_NOWHERE)
        self._idle = True

    def tell(self, position_steps: int) -> bool:
        """A flash when the motor gets there; False when no more are kept. Takes no memory."""
        told_steps = self._at_steps
        if self._is_over(told_steps) and self._watch.tx_fifo():
            self.drop()  # one was told too late, and would never come
        if self._watch.tx_fifo() >= _ROOM:
            return False
        steps = self._steps
        low = self._sign * ticks_diff(position_steps, steps.before_steps)
        high = steps.base_high + (low >> 16)
        self._at_steps = position_steps
        word = self._bytes  # counted downwards from all ones
        word[0] = ~low & 255
        word[1] = ~low >> 8 & 255
        word[2] = ~high & 255
        word[3] = ~high >> 8 & 255
        self._watch.put(self._word)
        # watch() fetches by itself when its step comes; if that was before, it needs telling.
        if self._idle or (self._is_over(told_steps) and self._watch.tx_fifo()):
            self._watch.exec(FETCH)
            self._watch.exec(AIM)
            self._idle = False
        return True

    def close(self) -> None:
        """Both machines stand still; the pin is neither theirs nor PWM's any more."""
        self._watch.active(0)
        self._flash.active(0)

    def _is_over(self, position_steps: int) -> bool:
        return self._sign * ticks_diff(self._steps.position_steps(), position_steps) >= 0
