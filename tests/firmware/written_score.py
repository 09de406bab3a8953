# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scores written by hand for tests that run on a board: no compiler, so a second opinion on it."""

import binascii
import struct

END, FADE, FLASH, LOOP, AGAIN, CALL, HOLD, HOME, FRAME = 0, 1, 2, 3, 4, 5, 6, 7, 8
FULL = 65535
FOLLOW = 4
BEATS = 1 << 27
"""Added to a duration, which then is in 24ths of a beat."""


def cue(number):
    """Where the row of a cue is."""
    return 4 + 2 * number


def fade(percent, ms):
    return [FADE | round(percent * 655.35) << 4, ms]


def flash(percent, ms):
    return [FLASH | round(percent * 655.35) << 4, ms]


def hold(ms):
    return [HOLD, ms]


def joined(*steps):
    words = []
    for step in steps:
        words += step
    return words


def loop(rounds, *steps):
    return joined([LOOP | rounds << 4, 0], *steps, [AGAIN, 0])


def frame(number, wait_ms=30_000):
    return [FRAME | number << 4, wait_ms]


def home(wait_ms=60_000):
    return [HOME, wait_ms]


def bound(number, action, number_of_cue=0, control=False, channel=0):
    return number | control << 7 | channel << 8 | action << 13 | cue(number_of_cue) << 18


def score(cues, order=(), bindings=(), flags=0, release_ms=0, tempo=0):
    """The bytes. cues: a list of steps each. tempo: beats a minute."""
    order_at = 4 + 2 * len(cues)
    at = order_at + len(order) + len(bindings)
    rows, steps = [], []
    for each in cues:
        rows += [at + len(steps) | flags << 24, release_ms]
        steps += joined(*each, [END, 0])
    words = [
        0x01435356,
        order_at | len(order) << 8 | len(bindings) << 16,
        FULL | tempo * 10 << 16,
        1000,
    ]
    words += rows + [cue(number) for number in order] + list(bindings) + steps
    words += [0] * (5 - len(words) % 6)
    return sealed(words)


def sealed(words):
    """The words with their checksum."""
    body = struct.pack("<%dI" % len(words), *words)  # noqa: UP031  MicroPython packs no f-string
    return body + struct.pack("<I", binascii.crc32(body))


def upload(bench, data):
    """A host sends the score: the reply to its end."""
    assert bench.send("score begin %d" % (len(data) // 24)).ok  # noqa: UP031
    for piece in range(len(data) // 24):
        text = binascii.b2a_base64(data[24 * piece : 24 * piece + 24]).decode().strip()
        assert bench.send("score put %d %s" % (piece, text)).ok  # noqa: UP031
    return bench.send("score end")
