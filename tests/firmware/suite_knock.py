# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from visiophare_firmware.knock import Knock


def knocked(*pieces, start_us=0):
    """Whether any of the (microseconds since the one before, bytes) brings the prompt."""
    knock, now_us, heard = Knock(start_us), start_us, False
    for after_us, data in pieces:
        now_us = (now_us + after_us) % 2**30
        heard = knock.heard(data, now_us) or heard
    return heard


def test_the_opening_after_a_silence_is_heard():
    assert knocked((100_000, b"\r"), (50, b"\x03"))
    assert knocked((100_000, b"\r"), (2_000_000, b"\x03"))
    assert knocked((5_000_000, b"\r"), (50, b"\x03"), start_us=2**30 - 1_000_000)


def test_the_same_bytes_amid_other_traffic_are_noise():
    assert not knocked((99_000, b"\r"), (50, b"\x03"))
    assert not knocked((500_000, b"light 40\r"), (50, b"\x03"))
    assert not knocked((500_000, b"\r"), (50, b"#"), (50, b"\x03"))
    assert not knocked((500_000, b"\x03"), (500_000, b"\x03"))
    assert not knocked((500_000, b"\r"), (50, b"\r"), (50, b"\x03"))
