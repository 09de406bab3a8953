# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Pico in an emulator of the user's, as a link whose time is the board's.

Owns the conversation with it. The emulator is a program that reads requests and writes answers, a
JSON object a line, and whose time stands still in between; every answer has `t`, in nanoseconds:

    {"op": "run", "ns": N, "until": TEXT}   runs for so long, or until the text (optional) was sent;
                                            → out: [[t, text]], edges: [[t, pin, level]],
                                              events: [{"t", "ev": "usb-up" or "reboot"}]
    {"op": "send", "data": TEXT}            bytes to the USB serial port, as Latin-1
    {"op": "pin", "pin": N, "value": 0|1}   the level that an input sees
    {"op": "adc", "ch": N, "value": N}      what a converter reads, 12 bits
    {"op": "cut"}                           the supply goes, and comes back: of what the flash was
                                            just programming or erasing, some bits are done
                                            → cut: true, from emulators that can
"""

import json
import shlex
import subprocess

SLICE_NS = 1_000_000
UNDRIVEN_INPUTS = (1, 5, 7, 10, 11)
"""Inputs with a pull-up: an emulator may not know those."""


class EmulatedPico:
    """command: words for a shell, `{pins}` for the pins to watch.

    edges, events: what happened since they were last taken. A Link: send, receive, close.
    """

    def __init__(self, command, pins):
        words = shlex.split(command.replace("{pins}", ",".join(map(str, pins))))
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.t_ns = 0
        self.edges = []
        self.events = []
        self.told = []  # [t, text] of all that came from the board
        self._heard = b""
        for pin in UNDRIVEN_INPUTS:
            self.set_pin(pin, 1)

    def now_s(self):
        return self.t_ns / 1e9

    def set_pin(self, pin, level):
        self._ask(op="pin", pin=pin, value=level)

    def set_adc(self, channel, value):
        self._ask(op="adc", ch=channel, value=value)

    def send(self, data):
        self._ask(op="send", data=data.decode("latin-1"))

    def receive(self, timeout_s):
        """Let time pass until there is something, at most so long."""
        end_ns = self.t_ns + timeout_s * 1e9
        while not self._heard and self.t_ns < end_ns:
            self.run_ns(SLICE_NS)
        heard, self._heard = self._heard, b""
        return heard

    def run_ns(self, ns, until=None):
        """Let so much time pass; what the board said meanwhile."""
        answer = self._ask(op="run", ns=ns, **({"until": until} if until else {}))
        self.edges += [edge for edge in answer["edges"] if edge[2] in (0, 1)]
        self.events += answer["events"]
        self.told += answer["out"]
        text = "".join([text for _, text in answer["out"]])
        self._heard += text.encode("latin-1")
        return text

    def cut_power(self):
        """The supply goes, and comes back; False from an emulator that cannot do that."""
        self.forget()
        return self._ask(op="cut").get("cut", False)

    def forget(self):
        """What has happened and come so far does not matter."""
        self.edges, self.events, self.told, self._heard = [], [], [], b""

    def close(self):
        self._process.stdin.close()
        self._process.wait()

    def _ask(self, **request):
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the emulator has ended")
        answer = json.loads(line)
        self.t_ns = answer["t"]
        return answer
