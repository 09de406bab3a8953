# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from fake_board import FakeBoard

from visiophare_firmware import Controller, run


class Port:
    """Gives one piece of input a pass, 5 ms apart, and keeps what is written."""

    def __init__(self, pieces):
        self.board = FakeBoard()
        self.controller = Controller(self.board, 0)
        self.pieces = pieces
        self.written = b""

    def run(self):
        run(self.controller, self.ticks_us, self.read, self.write, self.go_on)

    def ticks_us(self):
        return self.board.now_us

    def read(self):
        self.board.advance_to(self.board.now_us + 5000)
        piece = self.pieces.pop(0)
        if isinstance(piece, Exception):
            raise piece
        return piece

    def write(self, data):
        self.written += data

    def go_on(self):
        return bool(self.pieces)


def test_a_line_in_pieces_is_done_and_answered():
    port = Port([b"li", b"", b"ght 4", b"0\r", b""])
    port.run()
    assert "Lumière à 40 %.".encode() in port.written
    assert max([duty for _, duty in port.board.lights]) > 0


def test_a_line_in_the_middle_of_a_tick_waits_for_one_part_only():
    port = Port([b"", b"", b""])
    middle = [b"", b"light 40\n", b"light 60\n", b"light 80\n"]
    seen = []

    def read_now():
        seen.append(port.controller.light.level.target)
        return middle.pop(0) if middle else b""

    run(port.controller, port.ticks_us, port.read, port.write, port.go_on, read_now)
    percents = [round(level * 100 / 65535) for level in seen]
    assert percents[:4] == [0, 0, 40, 60]  # after a part of the tick, and one in each pass
    assert b"80 %" in port.written


def test_the_end_of_the_loop_leaves_everything_off():
    port = Port([b"light 100\n", b""])
    port.run()
    assert port.board.duty == 0


def test_prompt_and_bootloader_answer_and_leave_everything_off():
    for word in ("prompt", "bootloader"):
        port = Port([b"light 100\n", word.encode() + b"\n", b"light 100\n", b""])
        port.run()
        assert port.controller.leaving == word
        assert port.pieces == [b"light 100\n", b""]
        assert "Tout est éteint".encode() in port.written
        assert port.board.duty == 0


def test_a_port_that_breaks_leaves_everything_off_and_is_told():
    port = Port([b"light 100\n", b"", OSError(5)])
    try:
        port.run()
    except OSError:
        assert port.board.duty == 0
    else:
        raise AssertionError("the error was swallowed")
