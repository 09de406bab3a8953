# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of a standard MIDI file to timed messages. Pure: opens nothing, knows no show and no port.

Own reader instead of mido's MidiFile, which refuses running status across a SysEx message,
chunks that are no track and undefined system messages, reads on behind the end of a track and
takes an SMPTE division for ticks per beat. On every file that mido reads both agree (a test).

Sources: "Standard MIDI Files 1.0" (MIDI Association, RP-001), sections 2 to 4.
"""

from __future__ import annotations

import bisect
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["on", "off", "control"]

MAX_MESSAGES = 200_000
"""More than any hand plays in a night; bounds time and memory on hostile files."""

MAX_LENGTH_S = 24 * 3600.0

_DEFAULT_TEMPO_US = 500_000
_FRAMES_PER_SECOND = {24: 24.0, 25: 25.0, 29: 30_000 / 1001, 30: 30.0}
_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}
"""System messages have no place in a file; where one stands, it is stepped over."""

_META, _END_OF_TRACK, _SET_TEMPO = 0xFF, 0x2F, 0x51


@dataclass(frozen=True, slots=True)
class TimedMessage:
    """One message of a performance: `at_s` seconds after its start.

    channel 1 to 16, as printed on devices; number: the note or controller, 0 to 127;
    value: velocity or controller value, 0 to 127. A note-on with velocity 0 is an "off".
    """

    at_s: float
    kind: Kind
    channel: int
    number: int
    value: int


class UnreadableFileError(Exception):
    """The bytes are no performance. `reason` says why: not_midi, type, patterns, division,
    damaged, cut_off, too_many, too_long. `where` is the byte, where there is one."""

    def __init__(self, reason: str, where: int = 0):
        super().__init__(reason, where)
        self.reason = reason
        self.where = where


@dataclass(frozen=True)
class _Tick:
    """Something that happens at `tick` ticks from the start: a message or a new tempo."""

    tick: int
    kind: Kind | Literal["tempo"]
    channel: int
    number: int
    value: int


def parse_performance(data: bytes) -> list[TimedMessage]:
    """Messages of all tracks in the order of time; equal times keep the file's order.

    Raises: UnreadableFileError, nothing else, whatever the bytes.
    """
    data = _out_of_riff(data)
    division, tracks = _chunks(data)
    events: list[_Tick] = []
    for start, end in tracks:
        for event in _track(data, start, end):
            if len(events) >= MAX_MESSAGES:
                raise UnreadableFileError("too_many", MAX_MESSAGES)
            events.append(event)
    events.sort(key=lambda event: event.tick)
    seconds = _Seconds(division, [event for event in events if event.kind == "tempo"])
    if events and seconds.at(events[-1].tick) > MAX_LENGTH_S:
        raise UnreadableFileError("too_long")
    return [
        TimedMessage(seconds.at(event.tick), event.kind, event.channel, event.number, event.value)
        for event in events
        if event.kind != "tempo"
    ]


def _out_of_riff(data: bytes) -> bytes:
    """The MIDI file inside an RMID file (.rmi), other bytes as they are."""
    if data[:4] != b"RIFF" or data[8:12] != b"RMID":
        return data
    start = data.find(b"MThd", 12, 4096)
    return data[start:] if start >= 0 else data


def _chunks(data: bytes) -> tuple[int, list[tuple[int, int]]]:
    """(division, [(start, end) of each track]); chunks of other kinds are stepped over."""
    if data[:4] != b"MThd":
        raise UnreadableFileError("not_midi")
    if len(data) < 14:
        raise UnreadableFileError("cut_off", len(data))
    header_size, kind, track_count, division = struct.unpack(">LHHH", data[4:14])
    if header_size < 6:
        raise UnreadableFileError("damaged", 4)
    if kind > 2:
        raise UnreadableFileError("type", kind)
    if kind == 2 and track_count > 1:
        raise UnreadableFileError("patterns", track_count)
    tracks, at = [], 8 + header_size
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        if name == b"MTrk":
            tracks.append((at + 8, at + 8 + size))
        elif len(tracks) >= track_count:
            break  # all tracks are read; what follows is not for us
        at += 8 + size
    if len(tracks) < track_count:
        raise UnreadableFileError("cut_off", len(data))
    return division, tracks


def _track(data: bytes, start: int, end: int) -> Iterator[_Tick]:
    """Messages and tempos of one track, up to its End of Track message or its last byte.

    A track that promises more bytes than the file has is whole if its End of Track is there
    (some recorders write no true length); otherwise the file was cut off.
    """
    reader = _Reader(data, start, min(end, len(data)), promised=end)
    tick, running = 0, 0
    while not reader.at_end():
        tick += reader.variable_length()
        status = reader.peek()
        if status < 0x80:
            status = running
        else:
            reader.skip(1)
        if status == 0:
            raise UnreadableFileError("damaged", reader.at)
        if status < 0xF0:
            running = status
            event = _channel_message(reader, status, tick)
            if event is not None:
                yield event
        elif status == _META:
            meta = reader.byte()
            body = reader.take(reader.variable_length())
            if meta == _END_OF_TRACK:
                return
            if meta == _SET_TEMPO:
                yield _tempo(body, tick, reader.at)
        elif status in (0xF0, 0xF7):
            reader.skip(reader.variable_length())
        else:
            reader.skip(_SYSTEM_DATA_BYTES.get(status, 0))


def _channel_message(reader: _Reader, status: int, tick: int) -> _Tick | None:
    high, channel = status >> 4, (status & 0x0F) + 1
    first = reader.data_byte()
    second = reader.data_byte() if _DATA_BYTES[high] == 2 else 0
    if high == 0x9 and second > 0:
        return _Tick(tick, "on", channel, first, second)
    if high in (0x8, 0x9):
        return _Tick(tick, "off", channel, first, second)
    if high == 0xB:
        return _Tick(tick, "control", channel, first, second)
    return None


def _tempo(body: bytes, tick: int, where: int) -> _Tick:
    tempo_us = int.from_bytes(body, "big")
    if len(body) != 3 or tempo_us == 0:
        raise UnreadableFileError("damaged", where)
    return _Tick(tick, "tempo", 0, 0, tempo_us)


class _Reader:
    """A position in the bytes of one track."""

    def __init__(self, data: bytes, start: int, end: int, promised: int):
        self.data, self.at, self.end, self.promised = data, start, end, promised

    def at_end(self) -> bool:
        """True at the track's last byte. Raises where the file ends before the track does."""
        if self.at == self.end and self.end < self.promised:
            raise UnreadableFileError("cut_off", self.end)
        return self.at >= self.end

    def peek(self) -> int:
        if self.at >= self.end:
            raise UnreadableFileError(
                "cut_off" if self.end < self.promised else "damaged", self.end
            )
        return self.data[self.at]

    def byte(self) -> int:
        value = self.peek()
        self.at += 1
        return value

    def data_byte(self) -> int:
        value = self.byte()
        if value > 127:
            raise UnreadableFileError("damaged", self.at - 1)
        return value

    def skip(self, count: int) -> None:
        if count:
            self.at += count - 1
            self.byte()  # raises when the track ends first

    def take(self, count: int) -> bytes:
        start = self.at
        self.skip(count)
        return self.data[start : self.at]

    def variable_length(self) -> int:
        """A number of one to four bytes, seven bits each, the highest first."""
        value = 0
        for _position in range(4):
            byte = self.byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise UnreadableFileError("damaged", self.at - 1)


class _Seconds:
    """Ticks to seconds: s(tick) = s_i + (tick - tick_i) * seconds_per_tick_i, from change i on."""

    def __init__(self, division: int, tempos: list[_Tick]):
        self._starts_tick, self._starts_s = [0], [0.0]
        if division & 0x8000:  # SMPTE: frames per second (negative) and ticks per frame
            rate = _FRAMES_PER_SECOND.get(256 - (division >> 8))
            ticks_per_frame = division & 0xFF
            if rate is None or ticks_per_frame == 0:
                raise UnreadableFileError("division", division)
            self._per_tick_s = [1.0 / (rate * ticks_per_frame)]
            return
        if division == 0:
            raise UnreadableFileError("division", division)
        self._per_tick_s = [_DEFAULT_TEMPO_US * 1e-6 / division]
        for tempo in tempos:
            self._starts_s.append(self.at(tempo.tick))
            self._starts_tick.append(tempo.tick)
            self._per_tick_s.append(tempo.value * 1e-6 / division)

    def at(self, tick: int) -> float:
        """Seconds from the start of the performance."""
        i = bisect.bisect_right(self._starts_tick, tick) - 1
        return self._starts_s[i] + (tick - self._starts_tick[i]) * self._per_tick_s[i]
