# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller on a fake board, with a clock that only tests move and a host that writes lines."""

from fake_board import FakeBoard

from visiophare_firmware import Controller
from visiophare_wire import Event, LineReader, Reply, crc16, parse_message

TICK_US = 5000


class Bench:
    """start_us: board time at true time 0, so that tests can sit anywhere on the clock's circle.

    pass_us: how long a pass of the loop takes.
    """

    def __init__(self, board=None, start_us=0, pass_us=TICK_US, **board_options):
        self.pass_us = pass_us
        self.board = board or FakeBoard(**board_options)
        self.start_us = start_us
        self.controller = Controller(self.board, self.board_us())
        self.seq = 0
        self.events = []
        self.replies = []
        self.sentences = []
        self._reader = LineReader(limit=400, host=True)

    def board_us(self):
        """Board time now."""
        return (self.board.now_us + self.start_us) % 2**30

    def run(self, seconds):
        """Let the loop turn for so long."""
        self.run_until(lambda: False, seconds)

    def run_until(self, condition, at_most_s=60):
        """Let the loop turn until the condition holds; whether it did in time."""
        end_us = self.board.now_us + int(at_most_s * 1e6)
        while self.board.now_us < end_us:
            self.board.advance_to(min(self.board.now_us + self.pass_us, end_us))
            self.controller.tick(self.board_us())
            self._listen()
            if condition():
                return True
        return False

    def feed(self, data):
        """These bytes arrive; what the board says at once."""
        before = len(self.sentences)
        self.controller.receive(data, self.board_us())
        self.controller.tick(self.board_us())
        self._listen()
        while self.controller.telling.pieces:
            self._listen()
        return self.sentences[before:]

    def type(self, line):
        """A person types the line: the sentences that come back."""
        return self.feed(line.encode() + b"\r")

    def hello(self):
        """A host takes up contact."""
        return self.send("hello")

    def send(self, text, seq=None):
        """A host sends the command: its final reply, whose `more` gathers the lines before it."""
        self.seq = self.seq + 1 if seq is None else seq
        body = b"#%d %s" % (self.seq, text.encode())
        return self.send_raw(body + b" *%04x\n" % crc16(body))

    def send_raw(self, line):
        """A host sends these bytes: the final reply to them, or None."""
        before = len(self.replies)
        self.feed(line)
        gathered = {}
        for reply in self.replies[before:]:
            if not reply.more:
                reply.gathered = gathered
                return reply
            gathered.update(reply.fields)
        return None

    def status(self):
        """Every field of the status."""
        return self.send("status").gathered

    def named(self, name):
        """The events of this name."""
        return [event for event in self.events if event.name == name]

    def home(self):
        """Take up contact and find home."""
        self.hello()
        assert self.send("carriage home").ok
        assert self.run_until(lambda: self.named("homed"))

    def _listen(self):
        for _, line in self._reader.feed(self.controller.take_output()):
            message = parse_message(line)
            if isinstance(message, Reply):
                self.replies.append(message)
            elif isinstance(message, Event):
                self.events.append(message)
            else:
                self.sentences.append(line.decode())
