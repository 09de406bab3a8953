# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real MIDI inputs through rtmidi: virtual pads on a JACK server without sound."""

import contextlib
import queue
import time

import pytest

from visiophare.midi.ports import PadPorts, open_backend


@pytest.fixture
def listen(jack_server):
    """(the ports, the queue of touches) of one PadPorts"""
    heard = queue.SimpleQueue()
    ports = PadPorts(open_backend(), heard.put, time.monotonic, "test pad")
    yield ports, heard
    ports.close()


def arrived(heard: queue.SimpleQueue, numbers: list[int]) -> list[int]:
    """The numbers of what was heard until the last of these came, or nothing for a while."""
    came = []
    with contextlib.suppress(queue.Empty):
        while numbers[-1] not in came:
            came.append(heard.get(timeout=1.0).number)
    return came


def test_bursts_of_hits_arrive_in_order(listen, plug):
    """That each is heard is test_ports.py's; of what JACK itself loses, tests/benchmarks/pads.py
    tells. Here a burst of ten has to come whole at least once."""
    ports, heard = listen
    pad = plug("Test pad")
    assert [notice.what for notice in ports.poll()] == ["found"]
    whole = 0
    for first in range(0, 120, 10):
        burst = list(range(first, first + 10))
        for number in burst:
            pad.play(0x90, number, 100)
        came = arrived(heard, burst)
        assert came == sorted(came)
        whole += came == burst
    assert whole


def test_clock_and_sysex_between_hits_are_not_heard(listen, plug):
    ports, heard = listen
    pad = plug("Test pad")
    ports.poll()
    for message in ([0xF8], [0xF0, *range(60), 0xF7], [0xFE], [0xE0, 1, 2]):
        pad.play(*message)
    pad.play_until(lambda: not heard.empty(), 0x90, 36, 1)
    assert {heard.get().source for _ in range(heard.qsize())} == {"note 36"}


def test_a_pad_that_is_pulled_and_plugged_again_is_heard_again(listen, plug):
    ports, heard = listen
    pad = plug("Test pad")
    ports.poll()
    for _time in range(3):
        pad.pull()
        assert [notice.what for notice in ports.poll()] == ["lost"]
        pad = plug("Test pad")
        assert [notice.what for notice in ports.poll()] == ["back"]
        pad.play_until(lambda: not heard.empty(), 0x90, 40, 90)
        while not heard.empty():
            assert heard.get().number == 40
