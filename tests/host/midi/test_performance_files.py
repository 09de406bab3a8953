# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Standard MIDI files: what is read, at which time, and what is refused in one sentence."""

import contextlib
import itertools
import random
import struct
import time

import pytest

from visiophare.errors import FileError
from visiophare.midi.files import MAX_BYTES, read_performance
from visiophare.midi.smf import TimedMessage, UnreadableFileError, parse_performance

END = b"\x00\xff\x2f\x00"
REFUSED = {"empty-file": "midi_empty", "2-tracks-type-2": "midi_patterns", "syx": "midi_not_midi"}


def midi_file(*tracks: bytes, kind: int = 0, division: int = 96, count: int | None = None) -> bytes:
    header = struct.pack(">4sLHHH", b"MThd", 6, kind, count or len(tracks), division)
    return header + b"".join(b"MTrk" + struct.pack(">L", len(track)) + track for track in tracks)


def reason(data: bytes) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        parse_performance(data)
    return refused.value.reason


def test_a_note_and_a_knob_come_with_their_times_and_channels():
    track = b"\x60\x99\x24\x7f\x30\xb0\x01\x40\x30\x89\x24\x40" + END
    assert parse_performance(midi_file(track)) == [
        TimedMessage(0.5, "on", 10, 36, 127),
        TimedMessage(0.75, "control", 1, 1, 64),
        TimedMessage(1.0, "off", 10, 36, 64),
    ]


def test_running_status_goes_on_across_a_sysex_and_velocity_zero_is_an_off():
    track = b"\x00\x90\x24\x64\x00\xf0\x02\x7e\xf7\x60\x24\x00" + END
    assert [m.kind for m in parse_performance(midi_file(track))] == ["on", "off"]


def test_tempo_changes_in_the_first_track_move_the_notes_of_the_second():
    tempos = b"\x60\xff\x51\x03\x0f\x42\x40" + END  # after one beat: a second a beat
    notes = b"\x60\x90\x24\x40\x60\x24\x00\x60\x24\x40" + END
    times = [m.at_s for m in parse_performance(midi_file(tempos, notes, kind=1))]
    assert times == pytest.approx([0.5, 1.5, 2.5])


@pytest.mark.parametrize(
    ("frames", "rate"), [(-24, 24.0), (-25, 25.0), (-29, 30_000 / 1001), (-30, 30.0)]
)
def test_smpte_ticks_are_parts_of_a_frame_and_heed_no_tempo(frames, rate):
    division = struct.unpack(">H", struct.pack(">bB", frames, 40))[0]
    track = b"\x00\xff\x51\x03\x00\x00\x01\x28\x90\x24\x40" + END
    assert parse_performance(midi_file(track, division=division))[0].at_s == pytest.approx(1 / rate)


def test_messages_behind_the_end_of_a_track_are_not_played():
    assert parse_performance(midi_file(END + b"\x00\x90\x24\x40")) == []


def test_a_track_of_unknown_length_is_read_when_its_end_is_marked():
    whole = midi_file(b"\x00\x90\x24\x40" + END)
    endless = whole.replace(struct.pack(">L", 8), b"\xff\xff\xff\xff")
    assert len(parse_performance(endless)) == 1


def test_a_file_that_was_cut_anywhere_is_refused_and_never_half_played():
    notes = b"\x00\x90\x24\x40\x60\x24\x00" + END
    for whole in (midi_file(notes), midi_file(notes, notes, kind=1)):
        for length in range(4, len(whole)):
            assert reason(whole[:length]) == "cut_off", length


def test_an_rmid_file_is_read():
    inside = midi_file(b"\x00\x90\x24\x40" + END)
    riff = b"RIFF" + struct.pack("<L", len(inside) + 12) + b"RMIDdata"
    assert len(parse_performance(riff + struct.pack("<L", len(inside)) + inside)) == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xf0\x7e\x7f\x06\x01\xf7", "not_midi"),
        (midi_file(END, kind=3), "type"),
        (midi_file(END, END, kind=2), "patterns"),
        (midi_file(END, division=0), "division"),
        (midi_file(END, division=0xE700), "division"),  # 25 frames of no ticks
        (midi_file(END, division=0xF028), "division"),  # 16 frames a second
        (midi_file(b"\x00\x24\x40" + END), "damaged"),  # running status of nothing
        (midi_file(b"\x00\x90\x24\x80" + END), "damaged"),
        (midi_file(b"\x80\x80\x80\x80\x00\x90\x24\x40" + END), "damaged"),
        (midi_file(b"\x00\xff\x51\x03\x00\x00\x00" + END), "damaged"),  # a tempo of no time
        (midi_file(b"\x00\xf0\xff\xff\xff\x7f"), "damaged"),
        (midi_file(b"\x00\x90\x24"), "damaged"),
        (midi_file(b"\xff\xff\xff\x7f\x90\x24\x40" + END), "too_long"),
        (midi_file(END, count=2), "cut_off"),
    ],
)
def test_every_other_oddity_is_refused_with_its_reason(data, why):
    assert reason(data) == why


def test_every_sample_file_is_read_or_refused_in_one_sentence(test_data):
    for path in sorted((test_data / "midi").glob("*/*")):
        expected = next((code for part, code in REFUSED.items() if part in path.name), None)
        if expected is None:
            read_performance(path)
            continue
        with pytest.raises(FileError) as refused:
            read_performance(path)
        assert refused.value.code == expected
        assert str(path) in str(refused.value)
        assert refused.value.hint


def test_the_odd_files_play_the_scale_that_they_promise(test_data):
    scale = [60, 62, 64, 65, 67, 69, 71, 72]
    odd = [*(test_data / "midi" / "odd").glob("test-illegal-message-*.mid")]
    odd += [
        test_data / "midi" / "odd" / f"test-{name}.mid"
        for name in ("corrupt-file-extra-byte", "non-midi-track", "running-status-sysex")
    ]
    for path in odd:
        notes = [m.number for m in read_performance(path) if m.kind == "on"]
        assert notes == scale, path.name


def test_pad_performances_are_played_at_the_tempo_of_their_name(test_data):
    paths = sorted((test_data / "midi" / "pads").glob("*.mid"))
    assert paths
    for path in paths:
        beats_per_minute = float(path.name.split("_")[2])
        beats = [m.at_s * beats_per_minute / 60 for m in read_performance(path)]
        ticks = [beat * 480 for beat in beats]
        assert max(abs(tick - round(tick)) for tick in ticks) < 0.02 * max(1, max(beats)), path


def test_mido_agrees_on_every_file_that_it_reads(test_data):
    mido = pytest.importorskip("mido")
    agreed = 0
    for path in sorted((test_data / "midi").glob("*/*.mid")):
        try:
            messages = list(mido.MidiFile(path))
        except (OSError, EOFError, TypeError):
            continue
        at_s, theirs = 0.0, []
        for message in messages:
            at_s += message.time
            if message.type in ("note_on", "note_off", "control_change"):
                theirs.append((at_s, message.channel + 1, message.bytes()[1], message.bytes()[2]))
        ours = [(m.at_s, m.channel, m.number, m.value) for m in read_performance(path)]
        assert len(ours) == len(theirs), path.name
        for mine, its in zip(ours, theirs, strict=True):
            assert mine == pytest.approx(its, abs=1e-6)
        agreed += 1
    assert agreed > 30


def test_mutated_samples_never_raise_anything_else_and_never_hang(test_data):
    seeds = [
        path.read_bytes()
        for path in sorted((test_data / "midi").glob("*/*"))
        if 0 < path.stat().st_size < 10_000
    ]
    rng = random.Random(20261)
    started = time.monotonic()
    for _round in range(3000):
        data = bytearray(rng.choice(seeds))
        for _change in range(rng.randint(1, 8)):
            at = rng.randrange(len(data))
            action = rng.randrange(4)
            if action == 0:
                data[at] = rng.randrange(256)
            elif action == 1:
                data[at:at] = rng.randbytes(rng.randint(1, 6))
            elif action == 2:
                del data[at : at + rng.randint(1, 20)]
            else:
                data[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"MTrk"])
            if not data:
                break
        try:
            messages = parse_performance(bytes(data))
        except UnreadableFileError:
            continue
        assert all(a.at_s <= b.at_s for a, b in itertools.pairwise(messages))
    assert time.monotonic() - started < 60


def test_random_bytes_as_a_track_never_raise_anything_else():
    rng = random.Random(7)
    for _round in range(2000):
        with contextlib.suppress(UnreadableFileError):
            parse_performance(
                midi_file(rng.randbytes(rng.randint(0, 200)), kind=rng.choice([0, 1]))
            )


def test_a_hostile_file_of_the_largest_size_is_refused_in_bounded_time(tmp_path):
    flood = tmp_path / "flood.mid"
    flood.write_bytes(midi_file(b"\x00\x90\x01\x01" + b"\x00\x01\x01" * 1_300_000))
    with pytest.raises(FileError) as refused:
        read_performance(flood)
    assert refused.value.code == "midi_too_many"
    flood.write_bytes(b"\0" * (MAX_BYTES + 1))
    with pytest.raises(FileError) as refused:
        read_performance(flood)
    assert refused.value.code == "file_too_large"


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    for path, code in ((tmp_path / "none.mid", "file_missing"), (tmp_path, "file_is_folder")):
        with pytest.raises(FileError) as refused:
            read_performance(path)
        assert refused.value.code == code
