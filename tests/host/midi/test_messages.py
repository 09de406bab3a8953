# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live messages to touches: pads, knobs, and everything that is neither."""

import random

from visiophare.midi.messages import Edge, MidiTouches, Touch


def edges(*values: int) -> list[str]:
    touches = MidiTouches()
    return [str(touches.touch([0xB0, 1, value], 0.0).edge) for value in values]


def test_a_pad_goes_down_with_its_velocity_and_channel_and_up_again():
    touches = MidiTouches()
    down = touches.touch([0x99, 36, 100], 1.5)
    assert down == Touch(1.5, "note", Edge.DOWN, 36, "", 10, 100)
    assert down.source == "note 36"
    assert touches.touch([0x89, 36, 64], 2.0).edge is Edge.UP
    assert touches.touch([0x99, 36, 0], 2.0).edge is Edge.UP


def test_a_fader_that_sweeps_up_and_down_presses_once_and_tells_every_value():
    assert edges(0, 63, 64, 100, 127, 64, 63, 0) == [
        "moved", "moved", "down", "moved", "moved", "moved", "up", "moved"
    ]  # fmt: skip


def test_knobs_of_two_channels_do_not_share_their_state():
    touches = MidiTouches()
    assert touches.touch([0xB0, 1, 127], 0.0).edge is Edge.DOWN
    assert touches.touch([0xB1, 1, 127], 0.0).edge is Edge.DOWN


def test_clock_sysex_pitch_bend_and_damaged_messages_are_no_touches():
    touches = MidiTouches()
    for message in (
        [], [0xF8], [0xFE], [0xF0, 1, 2, 0xF7], [0xE0, 0, 64], [0xC0, 5], [0xA0, 36, 1],
        [0x90], [0x90, 36], [0x90, 200, 1], [0x90, 36, 128], [0x90, 36, 1, 1], [36, 1, 1],
    ):  # fmt: skip
        assert touches.touch(message, 0.0) is None


def test_no_bytes_whatever_raise():
    rng = random.Random(3)
    touches = MidiTouches()
    for _round in range(10_000):
        touch = touches.touch(rng.randbytes(rng.randint(0, 5)), 0.0)
        assert touch is None or 0 <= touch.number <= 127
