# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real MIDI inputs through rtmidi: virtual pads on a JACK server without sound."""

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


def test_bursts_of_hits_arrive_whole_and_in_order(listen, plug):
    ports, heard = listen
    pad = plug("Test pad")
    assert [notice.what for notice in ports.poll()] == ["found"]
    for first in range(0, 100, 10):
        burst = range(first, first + 10)
        for number in burst:
            pad.play(0x90, number, 100)
        assert [heard.get(timeout=2).number for _hit in burst] == list(burst)


def test_clock_and_sysex_between_hits_are_not_heard(listen, plug):
    ports, heard = listen
    pad = plug("Test pad")
    ports.poll()
    for message in ([0xF8], [0xF0, *range(60), 0xF7], [0xFE], [0xE0, 1, 2], [0x90, 36, 1]):
        pad.play(*message)
    assert heard.get(timeout=2).source == "note 36"
    assert heard.empty()


def test_a_pad_that_is_pulled_and_plugged_again_is_heard_again(listen, plug):
    ports, heard = listen
    pad = plug("Test pad")
    ports.poll()
    for _time in range(3):
        pad.pull()
        assert [notice.what for notice in ports.poll()] == ["lost"]
        pad = plug("Test pad")
        assert [notice.what for notice in ports.poll()] == ["back"]
        pad.play(0x90, 40, 90)
        assert heard.get(timeout=2).number == 40


def test_looking_for_ports_costs_next_to_nothing(listen, plug):
    ports, _heard = listen
    plug("Test pad")
    ports.poll()
    started_s = time.perf_counter()
    for _look in range(50):
        ports.poll()
    assert (time.perf_counter() - started_s) / 50 < 0.01
