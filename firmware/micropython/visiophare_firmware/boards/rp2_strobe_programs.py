# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: F821
# mypy: ignore-errors
"""The PIO programs of the strobe, for the RP2040 and the RP2350.

Owns their instructions and what a flash lasts. They run at the processor's clock, in one PIO block,
apart from the motor's. The names inside are those of rp2.asm_pio.
"""

import rp2

ROUND_CLOCKS = 8
"""A flash is lit for 1 + (its word + 1) times so long, from some ten clocks after its step."""
LONGEST = 0xFFFF

# Instructions for StateMachine.exec, encoded beforehand: text would be assembled at run time.
FETCH = 0x8080  # pull(noblock)
AIM = 0xA047  # mov(y, osr)
AIM_NOWHERE = 0xA049  # mov(y, invert(x))


@rp2.asm_pio(fifo_join=rp2.PIO.JOIN_TX)
def watch():
    """Counts every step, as count() does, and calls flash() when there have been as many as the
    present word says. Without a further word it aims at a step that is over: dark."""
    wrap_target()
    wait(1, pin, 0)
    jmp(x_dec, "made")
    label("made")
    jmp(x_not_y, "on")
    irq(4)
    pull(noblock)
    mov(y, osr)
    label("on")
    wait(0, pin, 0)
    wrap()


@rp2.asm_pio(set_init=rp2.PIO.OUT_LOW, out_shiftdir=rp2.PIO.SHIFT_RIGHT)
def flash():
    """One flash for each call. Whatever the word says, 16 bits of it count, and it is dark four
    times as long before the next call is heard: never more than a fifth of all light."""
    wrap_target()
    label("begin")
    wait(1, irq, 4)
    pull(noblock)
    mov(x, osr)
    out(y, 16)
    jmp(not_y, "begin")
    set(pins, 1)
    label("lit")
    jmp(y_dec, "lit")[7]
    set(pins, 0)
    mov(osr, x)
    out(y, 16)
    label("dark")
    jmp(y_dec, "dark")[31]
    irq(clear, 4)
    wrap()
