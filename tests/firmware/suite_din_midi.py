# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MIDI bytes into messages, as the MIDI 1.0 specification has them."""

import random

from visiophare_firmware.din_midi import DinMidi


def heard(*data):
    """(status, number, value) of every channel message, and the real-time bytes."""
    midi, found = DinMidi(), []
    for byte in data:
        status = midi.take(byte)
        if status:
            found.append(status if status >= 0xF8 else (status, midi.number, midi.value))
    return found


def test_a_message_is_whole_with_its_second_data_byte():
    assert heard(0x90, 36) == []
    assert heard(0x90, 36, 100) == [(0x90, 36, 100)]


def test_running_status_goes_on_until_another_status():
    assert heard(0x90, 36, 100, 36, 0, 0xB2, 1, 2, 3, 4) == [
        (0x90, 36, 100), (0x90, 36, 0), (0xB2, 1, 2), (0xB2, 3, 4)
    ]  # fmt: skip


def test_program_and_pressure_have_one_data_byte():
    assert heard(0xC0, 5, 6, 0xD1, 7, 0x90, 1, 2) == [
        (0xC0, -1, 5), (0xC0, -1, 6), (0xD1, -1, 7), (0x90, 1, 2)
    ]  # fmt: skip


def test_real_time_bytes_stand_anywhere_and_break_nothing():
    assert heard(0x90, 0xF8, 36, 0xFA, 100, 0xFC, 37, 0xF8, 0) == [
        0xF8, 0xFA, (0x90, 36, 100), 0xFC, 0xF8, (0x90, 37, 0)
    ]  # fmt: skip


def test_system_messages_are_left_out_and_end_running_status():
    assert heard(0x90, 1, 2, 0xF0, 3, 4, 0xF8, 5, 0xF7, 6, 7) == [(0x90, 1, 2), 0xF8]
    assert heard(0x90, 1, 2, 0xF2, 3, 4, 5, 6) == [(0x90, 1, 2)]
    assert heard(0x90, 1, 0xF6, 2) == []


def test_a_message_that_is_broken_off_is_none():
    assert heard(0x90, 36, 0x80, 37, 64) == [(0x80, 37, 64)]
    assert heard(36, 100, 0x90, 36, 100) == [(0x90, 36, 100)]


def test_whatever_comes_data_bytes_are_data_bytes():
    random.seed(11)
    for status in heard(*[random.getrandbits(8) for _ in range(20_000)]):
        if isinstance(status, tuple):
            assert 0x80 <= status[0] < 0xF0
            assert -1 <= status[1] < 128
            assert 0 <= status[2] < 128


def test_after_any_noise_the_next_whole_message_is_heard():
    random.seed(12)
    for _ in range(500):
        noise = [random.getrandbits(8) for _ in range(random.getrandbits(4))]
        assert heard(*noise, 0x91, 60, 99)[-1] == (0x91, 60, 99)
