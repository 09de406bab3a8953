# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A show as the words that a board plays alone: the score.

Owns what stands where in a score; the board's own numbers are in visiophare_firmware/player.py, and
a test keeps both together. Knows nothing of what a board cannot do: `score_limits` has looked at
the show before. All words have 32 bits, little-endian, and below 2**30, which MicroPython keeps off
the heap. Levels are 0 … 65535 for 0 … 100 % as perceived, times are ms, a cue is known by the place
of its row.

    header    MAGIC_BYTES; order's place | entries of the order << 8 | bindings << 16;
              master's level | tenths of a beat a minute << 16; stop fade
    cues      a row each: place of its steps | priority << 16 | flags << 24; release
    order     a word each: the cue
    bindings  a word each: number | kind << 7 | channel << 8 (0: any) | action << 13 | cue << 18
    steps     two words each: operation | value << 4; duration, in 24ths of a beat with BEATS
              added, otherwise in ms. END ends a cue
    padding   up to whole pieces of PIECE_BYTES
    checksum  CRC-32 of all before it

    operation      value                               duration
    FADE, FLASH    level                               its own
    HOLD                                               its own
    LOOP           rounds, 0 for ever                  0
    AGAIN          ends the steps that are repeated
    CALL           cue                                 0
    HOME                                               of waiting for arrival, 0 for not at all
    FRAME          frame                               as HOME
    MM             hundredths of a mm + MM_ZERO        as HOME
"""

import struct
import zlib
from collections.abc import Mapping, Sequence

from visiophare.show.model import (
    FOREVER,
    Binding,
    Call,
    Do,
    Fade,
    Flash,
    Hold,
    Loop,
    Mode,
    Move,
    Next,
    Place,
    Retrigger,
    Show,
    Step,
    Velocity,
)

MAGIC_BYTES = b"VSC\x01"  # the last one is the version
END, FADE, FLASH, LOOP, AGAIN, CALL, HOLD, HOME, FRAME, MM = range(10)
MM_ZERO = 0x800000
BEATS = 1 << 27
FAR = MM_ZERO - 1  # 83 m: no board goes there
IGNORE, STOP, FOLLOW = (
    1,
    2,
    4,
)  # a cue's flags: what a second trigger does; whether the next follows
VELOCITY = 4  # added to a binding's mode
GO, STOP_ALL, PANIC, MASTER = 8, 9, 10, 11  # a binding's action on the whole show
CUES_AT = 4
WORD_BYTES = 4
PIECE_BYTES = 24  # what a line carries: `score put`

_RETRIGGER = {Retrigger.RESTART: 0, Retrigger.IGNORE: IGNORE, Retrigger.STOP: STOP}
_MODES = {Mode.TRIGGER: 0, Mode.GATE: 1, Mode.TOGGLE: 2}
_KINDS = {"note": 0, "control": 1}
_DO = {Do.GO: GO, Do.STOP: STOP_ALL, Do.PANIC: PANIC, Do.MASTER: MASTER}


def score_of(show: Show, bindings: Sequence[Binding]) -> bytes:
    """The score of a show, with these of its bindings."""
    rows = {cue_id: CUES_AT + 2 * number for number, cue_id in enumerate(show.cues)}
    order_at = CUES_AT + 2 * len(rows)
    at = order_at + len(show.order) + len(bindings)
    cues: list[int] = []
    steps: list[int] = []
    for cue in show.cues.values():
        flags = _RETRIGGER[cue.retrigger] | (FOLLOW if cue.next is Next.FOLLOW else 0)
        cues += [(at + len(steps)) | cue.priority << 16 | flags << 24, _ms(cue.release_s)]
        steps += [*words_of(cue.steps, rows), END, 0]
    header = [
        int.from_bytes(MAGIC_BYTES, "little"),
        order_at | len(show.order) << 8 | len(bindings) << 16,
        _level(show.master_percent) | round(show.tempo * 10) << 16,
        _ms(show.stop_s),
    ]
    order = [rows[cue_id] for cue_id in show.order]
    bound = [_bound(binding, rows) for binding in bindings]
    words = [*header, *cues, *order, *bound, *steps]
    padding = -(len(words) + 1) % (PIECE_BYTES // WORD_BYTES)
    body = _bytes([*words, *[0] * padding])
    return body + _bytes([zlib.crc32(body)])


def is_score(data: bytes) -> bool:
    """Whether these bytes are a whole score."""
    whole = len(data) % PIECE_BYTES == 0 and data.startswith(MAGIC_BYTES)
    return whole and data[-WORD_BYTES:] == _bytes([zlib.crc32(data[:-WORD_BYTES])])


def moves_in(score: bytes) -> list[Move]:
    """Where a whole score moves the film to; its lines are not known any more."""
    words = struct.unpack(f"<{len(score) // WORD_BYTES}I", score)
    steps_at = (words[1] & 255) + (words[1] >> 8 & 255) + (words[1] >> 16)
    places = []
    for word in words[steps_at:-1:2]:
        if word & 15 == FRAME:
            places.append(Place(frame=word >> 4))
        elif word & 15 == MM:
            places.append(Place(mm=((word >> 4) - MM_ZERO) / 100))
    return [Move(place, 0.0) for place in places]


def checksum(score: bytes) -> str:
    """As the board tells it."""
    return score[-WORD_BYTES:][::-1].hex()


def words_of(steps: Sequence[Step], rows: Mapping[str, int]) -> list[int]:
    """The steps one after the other, without an end; rows: the cues' places."""
    return [word for step in steps for word in _step(step, rows)]


def _step(step: Step, rows: Mapping[str, int]) -> list[int]:
    match step:
        case Fade(level_percent=level, over_s=seconds, ticks=ticks):
            return [FADE | _level(level) << 4, _duration(seconds, ticks)]
        case Hold(duration_s=seconds, ticks=ticks):
            return [HOLD, _duration(seconds, ticks)]
        case Flash(level_percent=level, duration_s=seconds, ticks=ticks):
            return [FLASH | _level(level) << 4, _duration(seconds, ticks)]
        case Move():
            return _move(step)
        case Loop(count=count, steps=inner):
            rounds = 0 if count == FOREVER else int(count)
            return [LOOP | rounds << 4, 0, *words_of(inner, rows), AGAIN, 0]
        case Call(cue=cue):
            return [CALL | rows[cue] << 4, 0]


def _move(step: Move) -> list[int]:
    waits_ms = _ms(step.within_s) if step.wait else 0
    if step.to.frame is not None:
        return [FRAME | step.to.frame << 4, waits_ms]
    if step.to.mm is not None:
        return [MM | (min(max(round(step.to.mm * 100), -FAR), FAR) + MM_ZERO) << 4, waits_ms]
    return [HOME, waits_ms]


def _bound(binding: Binding, rows: Mapping[str, int]) -> int:
    source = binding.source
    if binding.do is not None:
        action, cue = _DO[binding.do], 0
    else:
        weakened = VELOCITY if binding.velocity is Velocity.LEVEL else 0
        action, cue = _MODES[binding.mode] | weakened, rows[binding.cue]
    touched = (source.number or 0) | _KINDS[source.kind] << 7 | (source.channel or 0) << 8
    return touched | action << 13 | cue << 18


def _bytes(words: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(words)}I", *words)


def _level(percent: float) -> int:
    return int(percent * 655.35 + 0.5)


def _duration(seconds: float, ticks: int) -> int:
    return BEATS + ticks if ticks else _ms(seconds)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
