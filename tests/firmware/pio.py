# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An assembler and an interpreter for the RP2040's PIO, exact to the clock, on CPython.

The assembler stands in for rp2.asm_pio, so that the very programs that are shipped run here; the
interpreter executes the encoded words (RP2040 datasheet, section 3.4). It knows what these
programs use, and fails on anything else. A wait on a pin sees an edge two clocks later, as through
the chip's synchronizers; an instruction from outside takes one clock of the program's time.
"""

ALL_ONES = 0xFFFFFFFF
FIFO_WORDS = 4

SOURCES = {"pins": 0, "x": 1, "y": 2, "null": 3, "isr": 6, "osr": 7}
CONDITIONS = {"x_dec": 2, "not_y": 3, "y_dec": 4, "x_not_y": 5, "pin": 6}
WORDS = {"block": "block", "noblock": "noblock", "clear": 0x40, **SOURCES, **CONDITIONS}
FOREVER = float("inf")


class Instruction:
    """`instruction[31]` adds the delay, as in the language."""

    def __init__(self, program, word, label=None):
        self.word = word
        self.label = label
        program.instructions.append(self)

    def __getitem__(self, delay):
        assert 0 <= delay < 32
        self.word |= delay << 8
        return self


class Program:
    """words: encoded. wrap_target, wrap_at: the first and the last of the loop."""

    def __init__(self, function):
        self.instructions = []
        self.labels = {}
        self.wrap_target = 0
        self.wrap_at = None
        known = function.__globals__
        before = dict(known)
        known.update(WORDS)
        known["invert"] = lambda source: SOURCES[source] | 8 if source in SOURCES else source | 8
        names = (
            "wrap_target",
            "wrap",
            "label",
            "jmp",
            "wait",
            "push",
            "pull",
            "mov",
            "set",
            "nop",
            "out",
            "irq",
        )
        for name in names:
            known[name] = getattr(self, "_" + name)
        try:
            function()
        finally:
            known.clear()
            known.update(before)
        self.words = [i.word | self.labels.get(i.label, 0) for i in self.instructions]
        if self.wrap_at is None:
            self.wrap_at = len(self.words) - 1
        assert len(self.words) <= 32

    def _wrap_target(self):
        self.wrap_target = len(self.instructions)

    def _wrap(self):
        self.wrap_at = len(self.instructions) - 1

    def _label(self, name):
        self.labels[name] = len(self.instructions)

    def _jmp(self, condition, label=None):
        if label is None:
            return Instruction(self, 0, condition)
        return Instruction(self, condition << 5, label)

    def _wait(self, polarity, source, index):
        if source == self._irq:
            assert polarity == 1
            return Instruction(self, 0x20C0 | index)
        assert source == CONDITIONS["pin"]
        return Instruction(self, 0x2020 | polarity << 7 | index)

    def _irq(self, *words):
        return Instruction(self, 0xC000 | sum(words))

    def _out(self, target, bits):
        return Instruction(self, 0x6000 | target << 5 | bits & 31)

    def _push(self, mode="block"):
        return Instruction(self, 0x8000 if mode == "noblock" else 0x8020)

    def _pull(self, mode="block"):
        return Instruction(self, 0x8080 if mode == "noblock" else 0x80A0)

    def _mov(self, target, source):
        return Instruction(self, 0xA000 | target << 5 | source)

    def _set(self, target, value):
        return Instruction(self, 0xE000 | target << 5 | value)

    def _nop(self):
        return Instruction(self, 0xA042)


class StateMachine:
    """due: the clock at which it executes next, FOREVER while it waits for something.

    chip gives clock, pins (levels by number), set_pin(number, level) and moved(machine), called
    when a FIFO may have changed.
    """

    def __init__(self, chip, program, set_base=None, in_base=None):
        self.chip = chip
        self.program = program
        self.set_base = set_base
        self.in_base = in_base
        self.enabled = False
        self.x = self.y = self.isr = self.osr = 0
        self.tx, self.rx = [], []
        self.flags = set()  # of its block
        self._kinds = {
            0: self._jump,
            1: self._wait,
            3: self._shift_out,
            4: self._move_words,
            5: self._copy,
            6: self._raise_flag,
            7: self._set,
        }
        self.restart()

    def restart(self):
        self.pc = 0
        self.due = self.chip.clock

    def wake(self):
        """A FIFO or a pin has changed: a waiting instruction is tried again."""
        if self.due == FOREVER:
            word = self.program.words[self.pc]
            self.due = self.chip.clock + (2 if word >> 13 == 1 else 0)

    @property
    def awaits_flag(self):
        """The flag that it waits for, or None."""
        word = self.program.words[self.pc]
        return word & 31 if self.due == FOREVER and word >> 5 == 0x20C0 >> 5 else None

    def force(self, word):
        """Execute this word at once, as StateMachine.exec does."""
        waiting = self.due == FOREVER
        self._execute(word)
        if not waiting:
            self.due += 1

    def step(self):
        """Execute the instruction that is due."""
        word = self.program.words[self.pc]
        taken = self._execute(word)
        if taken == "stalled":
            self.due = FOREVER
            return
        clocks = 1 + (word >> 8 & 31)
        if word >> 13 == 0 and taken is not None and taken == self.pc:
            counter = {CONDITIONS["x_dec"]: "x", CONDITIONS["y_dec"]: "y"}[word >> 5 & 7]
            clocks *= getattr(self, counter) + 2  # jmp(x_dec) to itself: all rounds at once
            setattr(self, counter, ALL_ONES)
            taken = None
        self.due += clocks
        if taken is not None:
            self.pc = taken
        else:
            self.pc = self.program.wrap_target if self.pc == self.program.wrap_at else self.pc + 1

    def _execute(self, word):
        """What to do next: an address, "stalled", or None for the next instruction."""
        return self._kinds[word >> 13](word)

    def _jump(self, word):
        condition, target = word >> 5 & 7, word & 31
        if condition == 0:
            return target
        if condition == CONDITIONS["x_dec"]:
            value = self.x
            self.x = (value - 1) & ALL_ONES
        elif condition == CONDITIONS["x_not_y"]:
            value = self.x != self.y
        elif condition == CONDITIONS["not_y"]:
            value = not self.y
        else:
            assert condition == CONDITIONS["y_dec"], "a condition that no program uses"
            value = self.y
            self.y = (value - 1) & ALL_ONES
        return target if value else None

    def _wait(self, word):
        if word >> 5 & 3 == 2:
            if word & 31 not in self.flags:
                return "stalled"
            self.flags.discard(word & 31)
            return None
        level = self.chip.pins[self.in_base + (word & 31)]
        return None if level == word >> 7 & 1 else "stalled"

    def _move_words(self, word):
        if word & 0x80:
            if not self.tx and word & 0x20:
                return "stalled"
            self.osr = self.tx.pop(0) if self.tx else self.x
        else:
            assert not word & 0x20, "a push that blocks is not used"
            if len(self.rx) < FIFO_WORDS:
                self.rx.append(self.isr)
            self.isr = 0
        self.chip.moved(self)
        return None

    def _shift_out(self, word):
        assert word >> 5 & 7 == SOURCES["y"], "only y is used"
        bits = word & 31 or 32
        self.y = self.osr & (1 << bits) - 1  # the shift is to the right
        self.osr >>= bits
        return None

    def _raise_flag(self, word):
        flag = word & 31
        if word & 0x40:
            self.flags.discard(flag)
        else:
            self.flags.add(flag)
            self.chip.flagged(self, flag)
        return None

    def _copy(self, word):
        values = {1: self.x, 2: self.y, 3: 0, 6: self.isr, 7: self.osr}
        value = values[word & 7] ^ (ALL_ONES if word & 8 else 0)
        setattr(self, {1: "x", 2: "y", 6: "isr", 7: "osr"}[word >> 5 & 7], value)

    def _set(self, word):
        target, value = word >> 5 & 7, word & 31
        if target == 0:
            self.chip.set_pin(self.set_base, value & 1)
        else:
            setattr(self, {1: "x", 2: "y"}[target], value)
