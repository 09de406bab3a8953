# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from visiophare_wire import DAMAGED, LINE, STOP, LineReader, crc16


def read(data, pieces=None, **options):
    reader = LineReader(**options)
    if pieces is None:
        return reader.feed(data)
    items = []
    for start in range(0, len(data), pieces):
        items += reader.feed(data[start : start + pieces])
    return items


def test_the_checksum_is_the_low_half_of_the_usual_crc32():
    assert crc16(b"123456789") == 0x3926  # CRC-32's check value is 0xCBF43926
    assert crc16(b"") == 0


def test_any_line_end_ends_a_line_and_empty_lines_are_nothing():
    for end in (b"\n", b"\r", b"\r\n", b"\n\r", b"\r\r\n\n"):
        assert read(b"one" + end + b"two" + end) == [(LINE, b"one"), (LINE, b"two")]


def test_a_view_of_the_readers_buffer_is_read_like_bytes():
    for data in (b"light 40\n", b"light", b" 40\r\n", b"!"):
        kinds = [(kind, type(value)) for kind, value in LineReader().feed(memoryview(data))]
        assert kinds == [(kind, type(value)) for kind, value in LineReader().feed(data)]


def test_a_line_without_an_end_waits():
    reader = LineReader()
    assert reader.feed(b"light") == []
    assert reader.feed(b" 40") == []
    assert reader.feed(b"\r") == [(LINE, b"light 40")]


def test_lines_are_the_same_in_pieces_of_any_size():
    data = b"one\r\n\x00two\nth!ree\n" + b"x" * 70 + b"\nfour\n"
    for pieces in range(1, 20):
        assert read(data, pieces) == read(data)


def test_a_line_with_its_newline_stays_under_64_bytes():
    assert read(b"x" * 62 + b"\n") == [(LINE, b"x" * 62)]
    assert read(b"x" * 63 + b"\nnext\n") == [(DAMAGED, "too_long"), (LINE, b"next")]


def test_an_endless_line_costs_one_report():
    reader = LineReader()
    for _ in range(100):
        assert reader.feed(b"y" * 1000) == []
    assert reader.feed(b"\nlight 40\n") == [(DAMAGED, "too_long"), (LINE, b"light 40")]


def test_bytes_that_no_line_holds_spoil_the_line_only():
    for byte in (0, 1, 27, 31, 128, 255):
        data = b"li" + bytes([byte]) + b"ght 40\nlight 50\n"
        assert read(data) == [(DAMAGED, "bytes"), (LINE, b"light 50")]


def test_a_stop_acts_at_any_byte_position_and_takes_its_line_along():
    line = b"#12 light 40 2s *2886\n"
    for position in range(len(line)):
        data = line[:position] + b"!" + line[position:] + b"status\n"
        items = read(data)
        assert items[0] == (STOP, b"!")
        assert items[-1] == (LINE, b"status")
        assert [kind for kind, _ in items].count(LINE) == 1


def test_a_stop_does_not_wait_for_the_end_of_a_line():
    assert LineReader().feed(b"!") == [(STOP, b"!")]
    assert LineReader().feed(b"light 4!") == [(STOP, b"!")]


def test_a_stop_acts_even_in_a_damaged_line():
    assert read(b"\x00\xff!\n")[0] == (STOP, b"!")
    assert read(b"x" * 500 + b"!\n")[0] == (STOP, b"!")


def test_a_ctrl_c_is_a_stop():
    assert read(b"light 4\x030\nclear\n") == [
        (STOP, b"!"),
        (DAMAGED, "after_stop"),
        (LINE, b"clear"),
    ]
    assert read(b"\xff\x03\x03\r") == [(STOP, b"!"), (STOP, b"!")]
    assert LineReader(host=True).feed(b"\x03\n") == [(DAMAGED, "bytes")]


def test_a_stop_alone_on_its_line_leaves_nothing_behind():
    assert read(b"!\nclear\n") == [(STOP, b"!"), (LINE, b"clear")]
    assert read(b"!\r\n!\r\n") == [(STOP, b"!"), (STOP, b"!")]


def test_backspace_takes_back_a_typed_byte():
    assert read(b"lighx\x08t 40\r") == [(LINE, b"light 40")]
    assert read(b"a\x7f\x7f\x7fhelp\r") == [(LINE, b"help")]


def test_backspace_never_takes_back_what_makes_a_line_numbered():
    assert read(b"#\x08light 40\n") == [(LINE, b"#light 40")]
    assert read(b"light 40 *\x7f\n") == [(LINE, b"light 40 *")]


def test_a_host_reads_sentences_with_accents_and_exclamation_marks():
    sentence = "La lumière est allumée !".encode()
    assert read(sentence + b"\r\n", host=True) == [(LINE, sentence)]


def test_a_reader_recovers_after_ten_thousand_random_bytes():
    random.seed(20261)
    reader = LineReader()
    for _ in range(100):
        noise = bytes([random.getrandbits(8) for _ in range(100)])
        for kind, value in reader.feed(noise):
            assert kind in (LINE, STOP, DAMAGED)
            assert kind != LINE or 0 < len(value) <= 62
    assert reader.feed(b"\nlight 40\n")[-1] == (LINE, b"light 40")
