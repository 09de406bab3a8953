# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from refusals import refusal

from visiophare_wire import (
    Event,
    Reply,
    crc16,
    format_event,
    format_reply,
    parse_message,
)


def test_replies_are_written_as_the_plan_says():
    assert format_reply(Reply(12, fields={"t": "123456789"})) == b"#12 ok t=123456789 *146e\n"
    assert format_reply(Reply(12)).startswith(b"#12 ok *")
    assert format_reply(Reply(12, ok=False, code="busy")).startswith(b"#12 err busy *")
    assert format_reply(Reply(12, more=True, fields={"a": "1"})).startswith(b"#12+ a=1 *")


def test_events_are_written_with_their_fields_in_order():
    line = format_event(Event(7, "arrived", {"t": "9", "mm": "57", "frame": "3"}))
    assert line.startswith(b"~7 arrived frame=3 mm=57 t=9 *")


def test_a_reply_written_by_hand_is_read():
    reply = parse_message(b"#12 ok t=123456789 *146e")
    assert isinstance(reply, Reply)
    assert (reply.seq, reply.ok, reply.more, reply.code) == (12, True, False, "")
    assert reply.fields == {"t": "123456789"}


def test_a_refusal_bears_its_code_and_fields():
    reply = parse_message(format_reply(Reply(3, False, code="range", fields={"max": "100"}))[:-1])
    assert (reply.seq, reply.ok, reply.code, reply.fields) == (3, False, "range", {"max": "100"})


def test_every_message_is_read_back():
    for reply in (Reply(0, False, code="damaged"), Reply(65535, more=True, fields={"x": ""})):
        back = parse_message(format_reply(reply)[:-1])
        assert (back.seq, back.ok, back.more) == (reply.seq, reply.ok, reply.more)
        assert (back.code, back.fields) == (reply.code, reply.fields)
    event = parse_message(format_event(Event(9, "stopped"))[:-1])
    assert isinstance(event, Event)
    assert (event.number, event.name, event.fields) == (9, "stopped", {})


def test_sentences_and_damage_are_no_messages():
    line = b"#12 ok t=123456789 *146e"
    for position in range(len(line)):
        assert parse_message(line[:position]) is None
        assert parse_message(line[:position] + b"~" + line[position + 1 :]) is None
    for sentence in (b"", b"La lumi\xc3\xa8re est \xc3\xa0 40 %.", b"MicroPython v1.25", b">>>"):
        assert parse_message(sentence) is None


def test_a_whole_line_of_the_wrong_shape_is_no_message():
    for text in (
        b"#12",
        b"#12 maybe",
        b"#12 err",
        b"~",
        b"~7",
        b"~0 on",
        b"#x ok",
        b"#1 ok t",
        b"ok",
    ):
        assert parse_message(text + b" *%04x" % crc16(text)) is None, text


def test_what_does_not_fit_a_line_is_not_written():
    for message, code in (
        (Reply(1, fields={"name": "n" * 60}), "too_long"),
        (Reply(1, fields={"name": "a b"}), "not_a_word"),
        (Reply(1, False, code=""), "not_a_word"),
    ):
        assert refusal(format_reply, message).code == code


def test_random_bytes_are_no_messages():
    random.seed(20263)
    for _ in range(500):
        line = bytes([random.getrandbits(8) for _ in range(24)])
        assert parse_message(line) is None
        assert parse_message(b"#" + line) is None
