# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scores and firmware that go onto an emulated Pico, and supplies that go while they do.

Owns the moments of the cuts and what must be found after them: each fails by an assertion. It must
not know how the emulator is started.
"""

import contextlib
import random
import re
import sys
from binascii import b2a_base64
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "firmware"))

from written_score import fade, hold, score

from visiophare.errors import PortError
from visiophare.provision.install import install
from visiophare.provision.payload import BoardFile, payload

NOT_OFFERED = "this emulator cuts no power"
SEED = 3
SCORE_CUTS = 24
SENDING_CUTS, PLACING_CUTS = 12, 14
SLICE_S = 0.0005
PIECE_BYTES = 24
# Longer than what a file system keeps beside a file's name.
LONG = [[fade(70, 0)], [fade(90, 500), *[fade(level, 40) for level in range(100)]]]
SCORES = [score(LONG, order=[0, 1]), score([*LONG, [hold(1000), fade(10, 700)]], order=[0, 1, 2])]


def upload(bench):
    """A score goes onto the board: ms for keeping it, and its checksum as the board tells it."""
    write_us = kept(bench, SCORES[0])
    return {"write_ms": round(write_us / 1000, 1), "crc": crc_of_score(bench)}


def upload_cut(bench):
    """The supply is cut while a score is sent and kept: how often the old one was there then, and
    how often the new one. Each time the firmware starts, and tells no fault."""
    crcs, longest_us = [], 0
    for data in SCORES * 2:
        longest_us = max(longest_us, kept(bench, data))
        crcs.append(crc_of_score(bench))
    if not bench.pico.cut_power():
        return NOT_OFFERED
    assert bench.comes_up() == "firmware", bench.said
    moments, there, found = random.Random(SEED), 1, {"old": 0, "new": 0}
    for number in range(SCORE_CUTS):
        wanted = 1 - there
        pieces = put_pieces(bench, SCORES[wanted], sent=1 if number else moments.random())
        if number:
            bench.put("score end")
            bench.pico.run_ns(moments.random() * longest_us * 1000)
        cut(bench, ("firmware",))
        crc = crc_of_score(bench)
        assert crc in crcs, (crc, pieces)
        found["new" if crc == crcs[wanted] else "old"] += 1
        there = crcs.index(crc)
        assert number or there != wanted, "kept before its end"
    assert min(found.values()) > 0, found
    return {"longest_write_ms": round(longest_us / 1000, 1), **found}


def cut(bench, may_start):
    """The supply goes and comes back: what has started, which is dark and still."""
    bench.pico.cut_power()
    bench.rises = []
    who = bench.comes_up()
    assert who in may_start, (who, bench.said)
    bench.check_safe()
    if who == "firmware":
        bench.send("faults")
        assert "fault=" not in bench.said, bench.said
    return who


def kept(bench, data):
    """The score is on the board; µs that keeping it took."""
    put_pieces(bench, data)
    return bench.send("score end")


def put_pieces(bench, data, sent=1):
    """Everything of a score but its end, or so much of it; how many pieces."""
    count = len(data) // PIECE_BYTES
    bench.send(f"score begin {count}")
    for piece in range(int(count * sent)):
        part = data[PIECE_BYTES * piece : PIECE_BYTES * (piece + 1)]
        bench.send(f"score put {piece} {b2a_base64(part, newline=False).decode()}")
    return count


def crc_of_score(bench):
    bench.send("score")
    return re.search(r"crc=(\w+)", bench.said)[1]


class ShortLivedLink:
    """A link whose board loses its supply at a time, in seconds."""

    def __init__(self, pico, cut_at_s):
        self._pico = pico
        self.cut_at_s = cut_at_s

    def send(self, data):
        self._live()
        self._pico.send(data)

    def receive(self, timeout_s):
        end_s, heard = self._pico.now_s() + timeout_s, b""
        while not heard and self._pico.now_s() < end_s:
            self._live()
            heard = self._pico.receive(SLICE_S)
        return heard

    def close(self):
        pass

    def _live(self):
        if self._pico.now_s() >= self.cut_at_s:
            raise PortError("port_gone", "{port} vanished.", port="emulated")


def install_cut(bench):
    """The supply is cut while `install` sends files, and while it puts them in place: what starts.

    Every file differs from the one on the board. In the end an installation is let through.
    """
    steps = put_on(bench, "#0\n", ShortLivedLink(bench.pico, float("inf")))
    if not bench.pico.cut_power():
        return NOT_OFFERED
    assert bench.comes_up() == "firmware", bench.said
    spans = [("sending", steps["placing"], 0)] * SENDING_CUTS
    spans += [("placing", steps["end"] - steps["placing"], steps["placing"])] * PLACING_CUTS
    moments, found = random.Random(SEED), {}
    for number, (step, span_s, from_s) in enumerate(spans, 1):
        after_s = moments.random() * span_s
        link = ShortLivedLink(bench.pico, bench.pico.now_s() + from_s + after_s)
        with contextlib.suppress(PortError):
            put_on(bench, f"#{number}\n", link, cut_after_placing_s=after_s if from_s else None)
        who = cut(bench, ("firmware", "prompt"))
        found.setdefault(step, {"firmware": 0, "prompt": 0})[who] += 1
    put_on(bench, "", ShortLivedLink(bench.pico, float("inf")))
    return {"whole_s": round(steps["end"], 1), **found}


def put_on(bench, remark, link, cut_after_placing_s=None):
    """Install the firmware with a remark at the end of each file; when the steps were, in s."""
    began_s, steps = bench.pico.now_s(), {}

    def with_remark(platform):
        real = payload(platform)
        files = [BoardFile(file.path, file.content + remark.encode()) for file in real.files]
        return replace(real, files=tuple(files))

    def note(step, **_values):
        steps[step] = bench.pico.now_s() - began_s
        if step == "placing" and cut_after_placing_s is not None:
            link.cut_at_s = bench.pico.now_s() + cut_after_placing_s

    install(link, note, now=bench.pico.now_s, load=with_remark)
    steps["end"] = bench.pico.now_s() - began_s
    return steps
