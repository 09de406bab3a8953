# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The computer's keyboard: which bytes are which key, the thread, and the terminal given back."""

import os
import queue
import random
import sys
import time

import pytest

from patience import PATIENCE_S
from visiophare.midi.keys import Keyboard, KeyNames


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"aB7 \r\t\x7f", ["a", "b", "7", "space", "enter", "tab", "backspace"]),
        (b"\x1b[A\x1bOB\x1b[1;5C\x1b[D", ["up", "down", "right", "left"]),
        (b"\x1bOP\x1b[15~\x1b[[C\x1b[24;2~", ["f1", "f5", "f3", "f12"]),
        (b"\x1b[5~\x1b[6~\x1b[H\x1b[F\x1b[3~", ["pageup", "pagedown", "home", "end", "delete"]),
        ("é€".encode(), ["é", "€"]),
        (b"\x1b\x1b[A", ["escape", "up"]),
        (b"\x1bx\x01\x02\x1b[?1;2c\x1b[<35;1;1M\xff", []),  # Alt+x, control keys, reports, mouse
    ],
)
def test_bytes_are_keys(data, names):
    assert KeyNames().feed(data) == names
    one_by_one = KeyNames()
    assert [name for byte in data for name in one_by_one.feed(bytes([byte]))] == names


def test_escape_alone_is_a_key_after_a_moment_of_silence():
    keys = KeyNames()
    assert keys.feed(b"\x1b") == []
    assert keys.waits
    assert keys.silence() == ["escape"]
    assert not keys.waits
    keys.feed(b"\x1b[1")
    assert keys.silence() == []


def test_no_bytes_whatever_raise_or_pile_up():
    rng = random.Random(5)
    keys = KeyNames()
    for _round in range(5000):
        keys.feed(rng.randbytes(rng.randint(1, 8)).replace(b"a", b"\x1b["))
        keys.silence()
        assert not keys.waits


class ScriptedKeys:
    """A KeySource that gives what the test wrote, then waits to be woken."""

    def __init__(self, *batches: list[str] | BaseException):
        self._batches = list(batches)
        self._woken = queue.SimpleQueue()

    def read(self, timeout_s):
        if not self._batches:
            self._woken.get(timeout=PATIENCE_S)
            return []
        batch = self._batches.pop(0)
        if isinstance(batch, BaseException):
            raise batch
        return batch

    def wake(self):
        self._woken.put(None)


def test_keys_come_through_the_queue_and_the_thread_ends_when_asked():
    heard = queue.SimpleQueue()
    with Keyboard(ScriptedKeys(["a"], ["b"]), heard.put, lambda: 3.0) as keyboard:
        assert [heard.get(timeout=PATIENCE_S).key for _key in "ab"] == ["a", "b"]
    assert not keyboard._thread.is_alive()


@pytest.mark.parametrize("error", [EOFError(), RuntimeError("broken")])
def test_what_ends_the_thread_is_told(error):
    heard = queue.SimpleQueue()
    with Keyboard(ScriptedKeys(error), heard.put, lambda: 0.0):
        assert heard.get(timeout=PATIENCE_S) is error


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")
class TestTerminal:
    @pytest.fixture
    def terminal(self, monkeypatch):
        """(the terminal's other end, the descriptor that standard input is)"""
        import pty

        far, near = pty.openpty()
        with open(near, closefd=False) as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            yield far, near
        for descriptor in (far, near):
            os.close(descriptor)

    def test_keys_come_at_once_and_the_terminal_is_given_back(self, terminal):
        import termios

        from visiophare.midi.terminal import key_source

        far, near = terminal
        before = termios.tcgetattr(near)
        with key_source() as source:
            os.write(far, b"a\x1a\x1c\x13\x1b[A")  # Ctrl-Z, Ctrl-\ and Ctrl-S do nothing
            names, deadline_s = [], time.monotonic() + PATIENCE_S
            while len(names) < 2 and time.monotonic() < deadline_s:
                names += source.read(0.1)
            assert names == ["a", "up"]
        assert termios.tcgetattr(near) == before

    def test_an_error_gives_the_terminal_back_too(self, terminal):
        import termios

        from visiophare.midi.terminal import key_source

        before = termios.tcgetattr(terminal[1])
        with pytest.raises(RuntimeError), key_source():
            raise RuntimeError
        assert termios.tcgetattr(terminal[1]) == before

    def test_escape_comes_after_a_moment_and_waking_ends_a_wait(self, terminal):
        from visiophare.midi.terminal import key_source

        with key_source() as source:
            os.write(terminal[0], b"\x1b")
            assert source.read(PATIENCE_S) == []
            assert source.read(PATIENCE_S) == ["escape"]
            source.wake()
            woken_s = time.monotonic()
            assert source.read(PATIENCE_S) == []
            assert time.monotonic() < woken_s + PATIENCE_S / 2

    def test_a_pipe_is_read_to_its_end(self, monkeypatch):
        from visiophare.midi.terminal import key_source

        out, into = os.pipe()
        os.write(into, b"ab")
        os.close(into)
        with open(out) as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            with key_source() as source:
                assert source.read(1.0) == ["a", "b"]
                with pytest.raises(EOFError):
                    source.read(1.0)
