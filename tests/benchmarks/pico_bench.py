# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stage around an emulated Pico: a rotor that counts steps, a home switch, a host that writes.

Owns what every measurement needs of the board. It must not know what is measured.
"""

import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from emulated_pico import EmulatedPico
from visiophare.provision.raw_prompt import RawPrompt
from visiophare_firmware.boards.pins import PICO
from visiophare_wire import crc16

HZ = 125_000_000
WATCHED = ("light", "step", "direction", "enable", "fan")
SWITCH_AT_STEPS = -2000
SWITCH_SLICE_NS = 2_000_000


class Bench:
    """One Pico with the firmware on it, and its stage: a rotor that counts steps, a home switch."""

    def __init__(self, command):
        self.pico = EmulatedPico(command, [PICO[role] for role in WATCHED])
        self.pico.set_adc(0, 2048)
        self.said = ""  # the latest reply, and what came with it
        self.rotor = 0
        self.direction = 0
        self.rises = []  # t, of every step
        self.lights = []  # [t, level], of the light
        self.seq = 0

    def wait_for(self, text, at_most_s):
        """Until the board says so, with the switch where the rotor is. Returns what it said."""
        end_s, said = self.pico.now_s() + at_most_s, ""
        while text not in said:
            assert self.pico.now_s() < end_s, f"no {text!r} within {at_most_s} s: {said!r}"
            said += self.pico.run_ns(SWITCH_SLICE_NS, until=text)
            self.follow()
        return said

    def type(self, line, expect="\r\n", at_most_s=2.0):
        self.pico.send(line.encode() + b"\r")
        return self.wait_for(expect, at_most_s)

    def send(self, text):
        """A numbered command; microseconds from its sending to its reply."""
        before_ns = self.pico.t_ns
        self.pico.told = []
        self.put(text)
        self.said = self.wait_for(f"#{self.seq} ok", 2.0)
        self.said += self.pico.run_ns(1e6)
        return (self._told_at(f"#{self.seq} ok") - before_ns) / 1e3

    def put(self, text):
        """A numbered command, whose reply nobody waits for."""
        self.seq += 1
        body = b"#%d %s" % (self.seq, text.encode())
        self.pico.send(body + b" *%04x\n" % crc16(body))

    def prompt(self):
        """The raw prompt, with nothing running."""
        prompt = RawPrompt(self.pico, self.pico.now_s)
        prompt.enter()
        return prompt

    def comes_up(self, at_most_s=8.0):
        """After a reset: "firmware" or "prompt", whichever answers; "nothing" if neither does."""
        end_s, said = self.pico.now_s() + at_most_s, ""
        while not any(event["ev"] == "usb-up" for event in self.pico.events):
            self.pico.run_ns(1_000_000)
            if self.pico.now_s() > end_s:
                return "nothing"
        self.seq = 0
        self.put("hello")
        while self.pico.now_s() < end_s:
            said += self.pico.run_ns(SWITCH_SLICE_NS)
            self.said = said
            for mark, who in ((f"#{self.seq} ok", "firmware"), (">>> ", "prompt")):
                if mark in said:
                    self.pico.run_ns(50e6)
                    return who
        return "nothing"

    def check_safe(self):
        """Since the last reset: no light, no step, and no current in the motor."""
        reset_ns = max([e["t"] for e in self.pico.events if e["ev"] == "reboot"], default=0)
        edges = [edge for edge in self.pico.edges if edge[0] > reset_ns]
        for pin, level in ((PICO["light"], 1), (PICO["step"], 1), (PICO["enable"], 0)):
            wrong = [edge for edge in edges if edge[1:] == [pin, level]]
            assert not wrong, wrong

    def begin_anew(self):
        """The firmware, started again."""
        self.prompt().start_program()
        self.wait_for("soft reboot", 5)
        self.pico.run_ns(1e9)
        self.send("hello")

    def _told_at(self, mark):
        """When the piece came with which the mark was whole."""
        said = ""
        for t, text in self.pico.told:
            said += text
            if mark in said:
                return t
        raise AssertionError(mark)

    def follow(self):
        """Take the edges that have come for the rotor's."""
        for t, pin, level in self.pico.edges:
            if pin == PICO["direction"]:
                self.direction = level
            elif pin == PICO["step"] and level:
                self.rotor += 1 if self.direction else -1
                self.rises.append(t)
            elif pin == PICO["light"]:
                self.lights.append((t, level))
        self.pico.edges = []
        self.pico.set_pin(PICO["home"], int(self.rotor > SWITCH_AT_STEPS))


def periods(rises):
    """Clocks between each rise and the next."""
    return [round((b - a) * HZ / 1e9) for a, b in itertools.pairwise(rises)]
