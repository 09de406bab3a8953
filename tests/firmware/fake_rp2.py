# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a Pico that `boards/rp2_steps.py` uses, and the modules by which it reaches them.

DMA moves words as soon as a FIFO has room. Every call into the hardware takes `call_clocks()` of
the chip's time, so that what Python does one after the other happens one after the other here too.
"""

import importlib
import sys
from types import ModuleType, SimpleNamespace

from pio import FIFO_WORDS, FOREVER, Program, StateMachine

HZ = 125_000_000
ADDRESS_OF_MACHINE_0 = 0x502000D4
TOGGLED = {  # FIFO settings: of which machine, and the bit
    0x502010D0: (0, 0x80000000),
    0x503010D0: (4, 0x40000000),
    0x503010E8: (5, 0x40000000),
}
FUNCTION_OF_LIGHT = 0x40014034
STEP_PIN, FILM_PIN = 2, 7


class Chip:
    """edges: (clock, pin, level) of every change."""

    def __init__(self, hz=HZ, call_clocks=lambda: 0):
        self.hz = hz
        self.call_clocks = call_clocks
        self.clock = 0
        self.pins = [0] * 30
        self.edges = []
        self.machines = {}
        self.flags = [set(), set()]  # of the PIO blocks
        self.light_function = None
        self.channels = []
        self.arrays = {}  # by address
        self.controls = [None]  # what pack_ctrl has packed; 0 disables

    def call(self):
        """Python reaches into the hardware, which takes time."""
        self.run(self.call_clocks())

    def run(self, clocks):
        end = self.clock + clocks
        machines = tuple(self.machines.values())
        while True:
            due, next_due = end + 1, None
            for machine in machines:
                if machine.due < due and machine.enabled:
                    due, next_due = machine.due, machine
            if next_due is None:
                break
            self.clock = due
            next_due.step()
        self.clock = end

    def run_until(self, condition, at_most_s=60):
        """In slices of 10 us, until the condition holds."""
        end = self.clock + at_most_s * self.hz
        while not condition():
            assert self.clock < end, "never"
            self.run(self.hz // 100_000)

    def set_pin(self, number, level):
        if self.pins[number] != level:
            self.pins[number] = level
            self.edges.append((self.clock, number, level))
            for machine in self.machines.values():
                if machine.in_base == number:
                    machine.wake()

    def flagged(self, machine, flag):
        """A machine has set a flag of its block."""
        for waiting in self.machines.values():
            if waiting.flags is machine.flags and waiting.awaits_flag == flag:
                waiting.due = self.clock + 1

    def moved(self, machine):
        """Let DMA do what it can, and wake machines that wait for words."""
        moving = True
        while moving:
            moving = False
            for channel in self.channels:
                if channel.left and channel.transfer():
                    moving = True
        for waiting in self.machines.values():
            if waiting.tx and waiting.due == FOREVER:
                waiting.wake()

    def rises(self, pin=STEP_PIN):
        return [clock for clock, number, level in self.edges if (number, level) == (pin, 1)]


class Channel:
    """One DMA channel, as rp2.DMA shows it."""

    def __init__(self, chip):
        self.chip = chip
        self.channel = len(chip.channels)
        chip.channels.append(self)
        self.ctrl = 0
        self.source = self.sink = None
        self.count = self.left = 0
        self.index = 0

    def pack_ctrl(self, **fields):
        self.chip.controls.append({"chain_to": self.channel, "treq_sel": 63, **fields})
        return len(self.chip.controls) - 1

    def config(self, read=None, write=None, count=None, ctrl=None, trigger=False):
        self.chip.call()
        if read is not None:
            self.source, self.index = self._resolve(read)
        self.sink = self.sink if write is None else write
        self.count = self.count if count is None else count
        self.ctrl = self.ctrl if ctrl is None else ctrl
        if trigger:
            self.start()

    def active(self, on=None):
        self.chip.call()
        if on == 1:
            self.start()
        elif on == 0:
            assert not self.ctrl, "an abort while enabled may start the next channel (RP2350-E5)"
            self.left = 0
        return self.left > 0

    def start(self):
        self.left = self.count
        self.chip.moved(None)

    def close(self):
        self.left = 0

    def transfer(self):
        """One word, if there is one to move and room for it."""
        if not self.ctrl:
            return False
        fields = self.chip.controls[self.ctrl]
        from_machine = isinstance(self.source, StateMachine)
        if from_machine and not self.source.rx:
            return False
        if isinstance(self.sink, StateMachine) and len(self.sink.tx) >= FIFO_WORDS:
            return False
        word = self.source.rx.pop(0) if from_machine else read_word(self.source, self.index)
        if fields.get("inc_read", True):
            self.index = self.index + 1 if not fields.get("ring_size") else (self.index + 1) % 2
        if isinstance(self.sink, StateMachine):
            self.sink.tx.append(word)
        else:
            write_word(self.sink, word)
        self.left -= 1
        if not self.left and fields["chain_to"] != self.channel:
            self.chip.channels[fields["chain_to"]].start()
        return True

    def _resolve(self, read):
        if not isinstance(read, int):
            return read, 0
        base = read - read % 0x10000
        return self.chip.arrays[base], (read - base) // 4


def read_word(array, index):
    """A word of 32 bits, also from an array of halves."""
    return array[index] if array.typecode != "H" else array[0] | array[1] << 16


def write_word(array, word):
    if array.typecode == "H":
        array[0], array[1] = word & 0xFFFF, word >> 16
    else:
        array[0] = word


class Machine(StateMachine):
    """As rp2.StateMachine shows it."""

    def __init__(self, chip, number, program, set_base=None, in_base=None):
        bases = [base.number if base else None for base in (set_base, in_base)]
        StateMachine.__init__(self, chip, program, *bases)
        chip.machines[number] = self
        self.flags = chip.flags[number // 4]

    def active(self, on):
        self.chip.call()
        self.enabled = bool(on)
        if on and self.due != FOREVER:
            self.due = max(self.due, self.chip.clock)

    def exec(self, word):
        self.chip.call()
        self.force(word)

    def put(self, words):
        self.chip.call()
        for word in [words] if isinstance(words, int) else words:
            assert len(self.tx) < 2 * FIFO_WORDS, "put() would wait"
            self.tx.append(word)
        self.chip.moved(self)

    def tx_fifo(self):
        self.chip.call()
        return len(self.tx)


class Registers:
    def __init__(self, chip):
        self.chip = chip

    def __getitem__(self, address):
        assert address == ADDRESS_OF_MACHINE_0
        self.chip.call()
        return self.chip.machines[0].pc

    def __setitem__(self, address, value):
        self.chip.call()
        if address == FUNCTION_OF_LIGHT:
            self.chip.light_function = value
        else:
            number, joined = TOGGLED[address]
            assert value == joined
            self.chip.machines[number].tx.clear()


def load_steps(chip, monkeypatch):
    """boards.rp2_steps, imported on this chip."""

    class Pin:
        IN, OUT, PULL_UP = 0, 1, 2

        def __init__(self, number, mode=None, pull=None, value=None):
            self.number = number
            if pull == Pin.PULL_UP:
                chip.pins[number] = 1
            if value is not None:
                chip.set_pin(number, value)

        def __call__(self, value):
            chip.set_pin(self.number, value)

    def addressof(array):
        address = 0x2000_0000 + 0x10000 * len(chip.arrays)
        chip.arrays[address] = array
        return address

    modules = {
        "rp2": {
            "PIO": SimpleNamespace(OUT_LOW=0, JOIN_TX=1, SHIFT_RIGHT=1),
            "asm_pio": lambda **_: Program,
            "StateMachine": lambda *words, **bases: Machine(chip, *words, **bases),
            "DMA": lambda: Channel(chip),
        },
        "machine": {"Pin": Pin, "mem32": Registers(chip), "freq": lambda: chip.hz},
        "uctypes": {
            "addressof": addressof,
            "bytearray_at": lambda address, _: memoryview(chip.arrays[address]).cast("B"),
        },
        "micropython": {"const": lambda value: value},
    }
    for name, contents in modules.items():
        module = ModuleType(name)
        module.__dict__.update(contents)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(sys.implementation, "_machine", "RP2040", raising=False)
    for name in ("rp2_programs", "rp2_steps", "rp2_strobe_programs", "rp2_strobe"):
        monkeypatch.delitem(sys.modules, f"visiophare_firmware.boards.{name}", raising=False)
    return importlib.import_module("visiophare_firmware.boards.rp2_steps")
