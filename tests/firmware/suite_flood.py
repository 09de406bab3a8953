# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A million bytes of noise into the port, and MIDI beside it: safe, answering, and no larger.

Random bytes hardly ever make a line, so a part of the flood is made of the wire's own words, and a
part of whole numbered lines in which bits are turned.
"""

import gc
import random
import sys

from firmware_bench import Bench
from flashes import rises_us
from written_score import bound, fade, flash, hold, loop, score

from visiophare_wire import crc16

MILLION = 1_000_000
PIECE = 64  # what a board's port hands over at most
PASS_BYTES = 256  # what may come between two passes of the loop
GROWTH = 500
"""Bytes, or blocks on CPython, by which memory may differ from before: caches that fill up."""
WORDS = (
    b"light carriage home to at turn run stop flash master score begin put end play go settings "
    b"watch 5s save status events clear help @5 40 -3 99999 #1 *abcd ! hello prompt bootloader "
    b"clock cancel faults frames 12 endless yes language en AAAA \r \x08\x08 \x7f"
).split(b" ")
SETTINGS = '{"language": "en", "endless": "yes", "turn_mm": 100, "still_after_s": 0}'
SCORE = score(
    [[loop(0, fade(80, 300), fade(20, 300), flash(100, 60), hold(100))], [fade(90, 0), hold(900)]],
    order=[0, 1],
    bindings=[bound(36, 0, 1), bound(37, 2, 0), bound(1, 11, control=True), bound(64, 8)],
)


def noise(count):
    """Random bytes, in pieces."""
    for _ in range(count // PIECE + 1):
        words = [random.getrandbits(32) for _ in range(PIECE // 4)]
        yield b"".join([word.to_bytes(4, "little") for word in words])


def sentences(count):
    """Words in any order, in pieces."""
    sent = 0
    while sent < count:
        piece = b" ".join([WORDS[random.getrandbits(16) % len(WORDS)] for _ in range(4)]) + b"\n"
        sent += len(piece)
        yield piece


def damaged(count):
    """Numbered lines, each with a bit or two turned, in pieces."""
    sent = 0
    while sent < count:
        body = b"#%d light %d" % (random.getrandbits(15) + 1, random.getrandbits(6))
        line = bytearray(body + b" *%04x\n" % crc16(body))
        for _ in range(1 + random.getrandbits(1)):
            line[random.getrandbits(16) % len(line)] ^= 1 << random.getrandbits(3) % 8
        sent += len(line)
        yield bytes(line)


def memory():
    """What is taken now: bytes on MicroPython, blocks on CPython."""
    gc.collect()
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else sys.getallocatedblocks()


def flood(bench, pieces, midi=False):
    """All of it, while the loop turns; what is said is thrown away."""
    controller, board = bench.controller, bench.board
    now_us, waiting = bench.board_us(), 0
    for piece in pieces:
        controller.receive(piece, now_us)
        waiting += len(piece)
        if waiting < PASS_BYTES:
            continue
        waiting = 0
        if midi:
            board.midi = piece[:31]
        board.advance_to(board.now_us + 1000)
        now_us = bench.board_us()
        controller.tick(now_us)
        controller.take_output()
        controller.leaving = ""  # the words may ask for it
        if len(board.lights) > 1000:
            assert_few_flashes(board.lights)
            board.lights = board.lights[-1:]
        board.speeds = []
    assert_few_flashes(board.lights)
    board.lights = board.lights[-1:]  # what the test itself remembers is no growth


def assert_few_flashes(lights):
    begun_us = rises_us(lights)
    for first, fourth in zip(begun_us, begun_us[3:]):  # noqa: B905
        assert fourth - first >= 1_000_000


def assert_well(bench):
    """It answers, stops at once, tells the truth, and obeys again."""
    controller = bench.controller
    assert controller.error == "", controller.error
    assert "program_failed" not in controller.faults.present
    bench.board.midi = b""
    bench.feed(b"\n!\n")
    assert bench.board.duty == 0
    bench.run(3)
    assert not bench.board.is_moving()
    assert bench.hello().ok
    status = bench.status()
    assert (status["halted"], status["light"], status["duty"]) == ("yes", "0", "0")
    assert bench.send("clear").ok
    assert bench.send("master 100").ok
    bench.run(1.1)
    assert bench.send("light 40").ok
    bench.run(0.1)
    assert bench.status()["light"] == "40"


def forget_upload(bench):
    """A score of which pieces are awaited takes the room that it will need."""
    bench.controller.alone.pieces = bytearray()
    bench.controller.take_output()


def flooded(pieces, midi=False):
    """A board with a score that shines and moves; by how much the flood made it larger."""
    random.seed(20268)
    bench = Bench(settings=SETTINGS)
    bench.board.files["score"] = SCORE
    bench = Bench(bench.board)
    bench.home()
    bench.send("light 80")
    bench.send("carriage turn 5")
    flood(bench, sentences(80_000), midi)  # whatever is made once, is made
    flood(bench, noise(20_000), midi)
    forget_upload(bench)
    before = memory()
    flood(bench, pieces, midi)
    forget_upload(bench)
    grown = memory() - before
    assert_well(bench)
    return grown


def test_a_million_random_bytes():
    assert flooded(noise(MILLION)) < GROWTH


def test_words_of_the_wire_in_any_order():
    grown = flooded(sentences(100_000))
    assert grown < GROWTH, grown


def test_numbered_lines_with_bits_turned():
    assert flooded(damaged(200_000)) < GROWTH


def test_noise_on_din_midi_and_the_port_together():
    assert flooded(noise(200_000), midi=True) < GROWTH
    assert flooded(sentences(50_000), midi=True) < GROWTH


def test_noise_in_the_midst_of_a_numbered_line_does_nothing():
    random.seed(20269)
    body = b"#2 light 90"
    line = body + b" *%04x\n" % crc16(body)
    for _ in range(300):
        bench = Bench()
        bench.hello()
        place = random.getrandbits(16) % (len(line) - 1) + 1
        junk = bytes([random.getrandbits(7) + 128 for _ in range(3)])
        bench.feed(line[:place] + junk + line[place:])
        assert bench.board.duty == 0, (place, junk)
