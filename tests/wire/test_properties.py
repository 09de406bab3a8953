# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold for every value and every byte sequence; hypothesis looks for the exceptions."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from visiophare_wire import (
    BY_NAME,
    LINE,
    STOP,
    Event,
    LineReader,
    Reply,
    WireError,
    format_command,
    format_event,
    format_reply,
    parse_command,
    parse_message,
    ticks_add,
    ticks_diff,
)

board_times_us = st.integers(0, 2**30 - 1)
percents = st.integers(0, 100_000).map(lambda thousandths: thousandths / 1000)
words = st.from_regex(r"[a-z_]{1,6}", fullmatch=True)


@given(st.integers(1, 65535), percents, st.integers(0, 480_000), st.none() | board_times_us)
def test_a_fade_is_read_back_as_it_was_written(seq, level_percent, over_ms, at_us):
    args = {"level_percent": level_percent, "over_ms": over_ms}
    command = parse_command(format_command(seq, "light", args, at_us)[:-1])
    assert (command.seq, command.args, command.at_us) == (seq, args, at_us)


@given(st.floats(-99_999, 99_999))
def test_a_position_survives_to_half_a_micrometre(position_mm):
    command = parse_command(format_command(1, "carriage at", {"position_mm": position_mm})[:-1])
    assert abs(command.args["position_mm"] - position_mm) <= 0.000501


@given(
    st.sampled_from(sorted(BY_NAME)), st.dictionaries(words, st.floats() | st.text(), max_size=3)
)
def test_no_arguments_make_the_writer_fail_otherwise_than_by_refusing(name, args):
    with contextlib.suppress(WireError):
        assert len(format_command(1, name, args)) <= 63


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), max_size=20))
def test_where_the_bytes_are_cut_makes_no_difference(data, sizes):
    whole = LineReader().feed(data)
    reader, pieces, start = LineReader(), [], 0
    for size in [*sizes, len(data)]:
        pieces += reader.feed(data[start : start + size])
        start += size
    assert pieces == whole


@given(st.binary(max_size=200))
def test_every_stop_is_heard(data):
    items = LineReader().feed(data)
    assert [kind for kind, _ in items].count(STOP) == data.count(b"!") + data.count(b"\x03")


@given(st.binary(max_size=100))
def test_no_bytes_make_a_parser_fail_otherwise_than_by_refusing(data):
    parse_message(data)
    with contextlib.suppress(WireError):
        parse_command(data)


@given(st.binary(max_size=100))
def test_after_any_bytes_the_next_line_is_read(data):
    reader = LineReader()
    reader.feed(data)
    assert reader.feed(b"\nstatus\n")[-1] == (LINE, b"status")


@given(st.integers(0, 65535), st.booleans(), st.dictionaries(words, words, max_size=2))
def test_a_message_is_read_back_as_it_was_written(number, more, fields):
    reply = parse_message(format_reply(Reply(number, more=more, fields=fields))[:-1])
    assert (reply.seq, reply.more, reply.fields) == (number, more, fields)
    if number:
        event = parse_message(format_event(Event(number, "arrived", fields))[:-1])
        assert (event.number, event.fields) == (number, fields)


@given(board_times_us, st.integers(-(2**29), 2**29 - 1))
def test_board_time_adds_and_subtracts(t_us, delta_us):
    assert ticks_diff(ticks_add(t_us, delta_us), t_us) == delta_us
