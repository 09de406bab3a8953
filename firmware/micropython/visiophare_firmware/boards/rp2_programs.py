# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: F821
# mypy: ignore-errors
"""The PIO programs of the motor and the film sensor, for the RP2040 and the RP2350.

Owns their instructions and the clocks that each step takes. They run at the processor's clock, in
one PIO block, and must not know what is counted or why. The names inside are those of rp2.asm_pio.
"""

import rp2

STEP_CLOCKS = 521
"""What a step takes beside the number of waiting clocks in its segment."""

# Instructions for StateMachine.exec, encoded beforehand: text would be assembled at run time.
HOLD = 0xA04B  # mov(y, invert(null)): the present segment goes on and on
LAST = 0xE040  # set(y, 0): the step under way is the last of its segment
STEP_LOW = 0xE000  # set(pins, 0)
ZERO = 0xA02B  # mov(x, invert(null)): no step counted yet

SECOND_PULL = 2
"""Where steps() waits when it has a count but no period."""


@rp2.asm_pio(set_init=rp2.PIO.OUT_LOW)
def steps():
    """Segments of two words: steps - 1, and the clocks to wait in each; every step takes
    STEP_CLOCKS + waited, also the first of the next segment. A pulse is high for 513 clocks."""
    wrap_target()
    pull(block)
    mov(y, osr)
    pull(block)
    label("step")
    mov(x, osr)
    label("wait")
    jmp(x_dec, "wait")
    set(pins, 1)
    set(x, 15)
    label("pulse")
    jmp(x_dec, "pulse")[31]
    set(pins, 0)
    jmp(y_dec, "next")
    wrap()
    label("next")
    jmp("step")[2]  # as long as the three instructions that fetch a segment


@rp2.asm_pio()
def count():
    """Sends how many pulses it has seen, at every one; whoever takes the words keeps the last."""
    wrap_target()
    wait(1, pin, 0)
    jmp(x_dec, "tell")
    label("tell")
    mov(isr, invert(x))
    push(noblock)
    wait(0, pin, 0)
    wrap()


@rp2.asm_pio()
def mark():
    """Sends a word whenever the pin has gone low."""
    wrap_target()
    wait(1, pin, 0)
    wait(0, pin, 0)
    push(noblock)
    wrap()
