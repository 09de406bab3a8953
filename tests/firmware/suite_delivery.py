# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from firmware_bench import Bench

from visiophare_wire import crc16


def test_hello_tells_who_is_there():
    reply = Bench().hello()
    assert reply.ok
    assert reply.fields["last"] == "0"
    told = reply.gathered
    assert (told["protocol"], told["board"], told["boot"]) == ("1", "fake", "0badcafe")
    assert told["can"] == "light,carriage,turn,score,expose,strobe"
    assert told["firmware"]


def test_after_a_boot_every_numbered_line_but_hello_is_refused():
    bench = Bench()
    for command in ("light 40", "status", "clear", "carriage home"):
        reply = bench.send(command)
        assert (reply.ok, reply.code) == (False, "hello_first")
    assert bench.board.duty == 0
    bench.hello()
    assert bench.send("light 40").ok


def test_the_same_line_again_gets_the_same_reply_and_is_not_done_again():
    bench = Bench()
    bench.hello()
    first = bench.send("light 80 1s", seq=2)
    bench.run(0.5)
    again = bench.send("light 80 1s", seq=2)
    assert again.fields == first.fields
    bench.run(0.6)
    assert bench.status()["light"] == "80"  # a second fade would have begun half a second later


def test_a_refused_line_again_is_refused_by_the_cached_reply():
    bench = Bench()
    bench.hello()
    for _ in range(2):
        assert bench.send("carriage to 1", seq=2).code == "unreferenced"
    for _ in range(2):
        assert bench.send("lamp", seq=3).code == "unknown_command"


def test_a_long_reply_is_repeated_whole():
    bench = Bench()
    bench.hello()
    first = bench.send("status", seq=2)
    assert bench.send("status", seq=2).gathered == first.gathered


def numbered(text):
    body = text.encode()
    return body + b" *%04x\n" % crc16(body)


def test_a_long_reply_is_not_begun_again_while_it_is_on_its_way():
    bench = Bench()
    bench.hello()
    line = numbered("#2 settings")
    for _ in range(3):
        bench.controller.receive(line, 0)
        bench.run(0.05)
    bench.run(1)
    reply = bench.replies[-1]
    said = [each for each in bench.replies if each.seq == 2]
    assert (reply.seq, int(reply.fields["lines"]), len(said)) == (2, len(said) - 1, len(said))


def test_a_long_reply_that_another_line_ended_is_made_anew():
    for other in (b"light 10\r", numbered("#3 light 10")):
        bench = Bench()
        bench.hello()
        bench.controller.receive(numbered("#2 settings"), 0)
        bench.run(0.05)
        bench.feed(other)
        before = len(bench.replies)
        bench.run(1)
        assert len(bench.replies) == before, "its end does not follow"
        reply = bench.send("settings", seq=2 if other[:1] == b"l" else 4)
        assert int(reply.fields["lines"]) == len(reply.gathered)
        assert bench.status()["level"] == "10"


def test_an_older_number_is_refused_and_not_done():
    bench = Bench()
    bench.hello()
    bench.send("light 10", seq=5)
    assert bench.send("light 90", seq=4).code == "stale"
    assert bench.send("light 90", seq=5).code == "stale"  # same number, other checksum
    bench.run(0.1)
    assert bench.status()["light"] == "10"


def test_numbers_may_skip_and_wrap():
    bench = Bench()
    bench.send("hello", seq=65530)
    for seq in (65531, 65535, 1, 3):
        assert bench.send("light 10", seq=seq).ok
    assert bench.send("light 10", seq=65535).code == "stale"


def test_hello_begins_a_new_count_and_tells_the_last_number_of_the_old_one():
    bench = Bench()
    bench.hello()
    bench.send("light 10", seq=400)
    assert bench.send("hello", seq=7).fields["last"] == "400"
    assert bench.send("hello", seq=7).fields["last"] == "400"  # the reply was lost
    assert bench.send("light 20", seq=8).ok


def test_a_damaged_line_is_told_and_not_done():
    bench = Bench()
    bench.hello()
    good = b"#2 light 90 *%04x\n" % crc16(b"#2 light 90")
    for position in range(len(good) - 1):
        if good[position : position + 1] == b" ":
            continue
        bad = good[:position] + b"z" + good[position + 1 :]
        reply = bench.send_raw(bad)
        assert (reply.seq, reply.ok, reply.code) == (0, False, "damaged"), bad
    assert bench.board.duty == 0
    assert bench.send_raw(good).ok


def test_a_line_that_does_not_parse_is_answered_by_number():
    bench = Bench()
    bench.hello()
    reply = bench.send("light 140")
    assert (reply.code, reply.fields["arg"]) == ("range", "level_percent")
    assert bench.send("light").fields == {"arg": "level_percent"}


def test_every_reply_to_an_acting_command_bears_its_board_time():
    bench = Bench(start_us=2**30 - 1000)
    bench.home()
    for command in ("light 4", "master 50 1s", "flash 9 10", "carriage at 3", "carriage stop"):
        assert bench.send(command).fields["t"] == str(bench.board_us())
    at_us = (bench.board_us() + 1_000_000) % 2**30
    assert bench.send(f"@{at_us} light 4").fields["t"] == str(at_us)


def test_no_line_of_any_reply_is_64_bytes_long():
    bench = Bench(settings='{"name": "%s"}' % ("n" * 24), start_us=2**30 - 10)
    bench.send("hello", seq=65499)
    bench.seq = 65500
    sent = []
    bench.controller._send = sent.append
    for command in (
        "hello", "help", "clock", "status", "settings", "faults", "events", "light",
        "light 400", "light x", "flash 3 900s", "carriage at 4e", "carriage at 9999999",
        "carriage to 99", "settings home_side up", "settings home_slow_mm_s 99999",
        "settings acceleration_mm_s2 x", "settings silence_after_s 0", "settings save",
        "settings nonsense_nonsense_nonsense 5", "@5 status", "@99999999999 light 4",
        "@500000000 light 4", "@1073000000 light 4", "cancel", "clear", "nonsense",
    ):  # fmt: skip
        bench.send(command)
    lines = b"".join(sent).split(b"\n")
    assert len(lines) > 70
    for text in lines:
        assert len(text) < 63, text
