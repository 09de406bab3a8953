# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The prompt is found from every state, and whatever a board says, the conversation ends."""

import random
from functools import partial

import pytest

from host.provision.board_fake import Dead, FakeBoard, Firmware, Program
from visiophare.errors import BoardError, PortError
from visiophare.provision.board_files import BoardFiles
from visiophare.provision.raw_prompt import LONGEST_S, SILENCE_S, RawPrompt


def entered(board: FakeBoard) -> RawPrompt:
    prompt = RawPrompt(board, board.now)
    prompt.enter()
    return prompt


def in_the_middle_of_code() -> FakeBoard:
    board = FakeBoard()
    for piece in (b"\r\x03", b"\r\x01", b"\x05A\x01", b"print('never"):
        board.send(piece)
    return board


def at_the_raw_prompt() -> FakeBoard:
    board = FakeBoard()
    board.send(b"\x01x = (")
    return board


def running_visiophare() -> FakeBoard:
    board = FakeBoard()
    board.program = Firmware(board.now)
    board.send(b"light 40\r")
    return board


@pytest.mark.parametrize(
    "board",
    [
        FakeBoard(),
        at_the_raw_prompt(),
        in_the_middle_of_code(),
        running_visiophare(),
        FakeBoard(program=Program()),
        FakeBoard(program=Program(stubborn=3)),
        FakeBoard(program=Program(talk=b"temperature 21.5\r\n")),
        FakeBoard(paste=b"R\x00"),
        FakeBoard(paste=b"ra"),
    ],
    ids=[
        "friendly prompt",
        "raw prompt",
        "cut in the middle of code",
        "visiophare",
        "a program",
        "a stubborn program",
        "a talkative program",
        "no flow control",
        "older than flow control",
    ],
)
def test_the_prompt_is_found_and_runs_code(board):
    prompt = entered(board)
    assert board.program is None
    assert prompt.run("print('a', 1 + 1)") == "a 2\r\n"
    assert prompt.run("x = 3") == ""
    assert prompt.run("print(x)") == "3\r\n"


def test_long_code_stays_within_the_window_and_arrives_whole():
    board = FakeBoard()
    prompt = entered(board)
    code = f"text = {'é' * 5000!r}\nprint(len(text))"
    assert prompt.run(code) == "5000\r\n"
    assert board.executed[-1] == code


@pytest.mark.parametrize("paste", [b"R\x01", b"R\x00", b"ra"])
def test_code_that_fails_tells_its_last_line_and_the_prompt_goes_on(paste):
    board = FakeBoard(paste=paste)
    prompt = entered(board)
    with pytest.raises(BoardError) as caught:
        prompt.run("print('so far')\nprint(1 / 0)")
    assert caught.value.code == "board_code_failed"
    assert caught.value.params["reason"] == "ZeroDivisionError: division by zero"
    assert prompt.run("print(2)") == "2\r\n"


@pytest.mark.parametrize("program", [Dead(), Dead(talk=b"\x00\xff")])
def test_what_gives_no_prompt_is_told_so_in_seconds(program):
    board = FakeBoard(program=program)
    began_s = board.now()
    with pytest.raises(BoardError) as caught:
        entered(board)
    assert caught.value.code == "no_prompt"
    assert board.now() - began_s < 25


def test_a_board_that_falls_silent_is_given_up():
    board = FakeBoard()
    prompt = entered(board)
    board.program = Dead()
    began_s = board.now()
    with pytest.raises(BoardError) as caught:
        prompt.run("print(1)")
    assert caught.value.code == "prompt_lost"
    assert board.now() - began_s < 20


def test_a_board_that_prints_for_ever_is_given_up():
    board = FakeBoard()
    prompt = entered(board)
    board.program = Dead(talk=b"R\x01\x20\x00\x04" + 1000 * b"x")
    began_s = board.now()
    with pytest.raises(BoardError) as caught:
        prompt.run("print(1)")
    assert caught.value.code == "prompt_lost"
    assert board.now() - began_s < LONGEST_S + SILENCE_S


class Babble:
    """A link whose other end answers anything: noise, or pieces of what MicroPython says."""

    WORDS = (
        b"raw REPL; CTRL-B to exit\r\n>",
        b"soft reboot\r\n",
        b">>> ",
        b"OK",
        b"R\x01\x20\x00",
        b"R\x00",
        b"ra",
        b"\x04",
        b"\x01",
        b">",
        b'["micropython", [1, 28, 0], "Pico with RP2040", 4870, "rp2"]\r\n',
        b"[4096, 300]\r\n",
        b'["/main.py", "00", true]\r\n',
        b"[" * 3000,
        b"[1e999, 2]\r\n",
        b'[null, {}, ""]\r\n',
    )

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.now_s = 0.0

    def send(self, data: bytes) -> None:
        self.now_s += 0.001

    def receive(self, timeout_s: float) -> bytes:
        self.now_s += timeout_s * self.rng.random()
        kind = self.rng.random()
        if kind < 0.75:
            return self.rng.choice(self.WORDS)
        return self.rng.randbytes(self.rng.randrange(40)) if kind < 0.95 else b""

    def close(self) -> None:
        pass

    def now(self) -> float:
        return self.now_s


@pytest.mark.parametrize("block", range(8))
def test_whatever_the_other_end_says_it_ends_in_a_sentence(block):
    ends = set()
    for seed in range(block * 250, block * 250 + 250):
        babble = Babble(seed)
        prompt = RawPrompt(babble, babble.now)
        files = BoardFiles(prompt)
        run = partial(prompt.run, "print(1)")
        for step in (prompt.enter, files.identify, files.survey, run):
            try:
                step()
                ends.add("said something plausible")
            except (BoardError, PortError) as error:
                ends.add(error.code)
        with pytest.raises(BoardError):
            files.write("/a", b"x" * 4000, "no hash that anybody guesses")
    assert {"prompt_lost", "board_code_failed", "said something plausible"} <= ends


class Trickle(Babble):
    """Says something senseless, slowly, for ever."""

    def receive(self, timeout_s: float) -> bytes:
        self.now_s += 0.5
        return b"x"


def test_a_board_that_trickles_for_ever_is_given_up():
    trickle = Trickle(0)
    prompt = RawPrompt(trickle, trickle.now)
    with pytest.raises(BoardError):
        prompt.run("print(1)")
    assert trickle.now_s < LONGEST_S + SILENCE_S
