# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from refusals import refusal

from visiophare_wire import Bits, parse_command

M_LENGTHS = (7, 15, 31, 63, 127, 255, 511, 1023)


def bits_of(word):
    bits = Bits(word)
    return [bits.take() for _ in range(bits.count)]


def test_a_pattern_is_its_ones_and_zeros():
    assert bits_of("1101") == [1, 1, 0, 1]
    assert bits_of("0") == [0]


def test_the_shortest_maximum_length_sequence_by_hand():
    # state 001, mask 110:  1 -> 110 -> 011 -> 111 -> 101 -> 100 -> 010 -> 001
    assert bits_of("m7") == [1, 0, 1, 1, 1, 0, 0]


def test_a_maximum_length_sequence_is_like_itself_only_in_step():
    for length in M_LENGTHS[:6]:
        bits = bits_of("m%d" % length)  # noqa: UP031
        assert len(bits) == length
        assert sum(bits) == (length + 1) // 2
        for shift in range(1, length):
            alike = sum([a == b for a, b in zip(bits, bits[shift:] + bits[:shift])])  # noqa: B905
            assert alike == (length - 1) // 2, (length, shift)


def test_the_long_sequences_hold_every_window_once():
    for length, width in ((511, 9), (1023, 10)):
        bits = bits_of("m%d" % length) * 2  # noqa: UP031
        windows = {tuple(bits[start : start + width]) for start in range(length)}
        assert len(windows) == length


def test_the_shortest_run():
    for word, shortest in (("1", 1), ("0110", 1), ("1100", 2), ("111000", 3), ("m31", 1)):
        assert Bits(word).shortest_run() == shortest, word


def test_what_is_no_pattern_is_refused():
    for text in (b"2", b"10a", b"-1", b"1.0", b"m", b"m8", b"m31x", b"m-7", b"x10", b"M31"):
        error = refusal(parse_command, b"expose 100 " + text + b" 170ms")
        assert (error.code, error.detail) == ("not_a_pattern", {"arg": "bits"}), text


def test_the_longest_pattern_of_a_timed_numbered_line():
    from visiophare_wire import format_command

    args = {"level_percent": 100, "bits": "10" * 10, "slot_ms": 170}
    assert len(format_command(65535, "expose", args, 2**30 - 1)) <= 63
