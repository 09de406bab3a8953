# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MIDI inputs that come and go, on a MIDI system that the test plays."""

import builtins
import sys
import types

import pytest

from visiophare.errors import PortError
from visiophare.midi.ports import Notice, PadPorts, open_backend, stable_name


class PlayedMidi:
    """A Backend whose inputs the test plugs, plays and pulls. A pulled input stays silent."""

    def __init__(self, *names: str):
        self.there = list(names)
        self.opened: list[list] = []
        self.vanishes_while_opening = False

    def names(self):
        return list(self.there)

    def open(self, index, name, heard):
        if self.vanishes_while_opening:
            return None
        assert self.there[index] == name
        self.opened.append([name, heard])
        return self.opened[-1]

    def close(self, opened):
        self.opened.remove(opened)

    def shut(self):
        self.there = None

    def pull(self, name):
        self.there.remove(name)
        for opened in self.opened:
            if opened[0] == name:
                opened[1] = lambda message: None

    def play(self, name, *message):
        for opened_name, heard in list(self.opened):
            if opened_name == name:
                heard(message)


def listening(midi: PlayedMidi, wanted: str = "", now=lambda: 7.0):
    heard = []
    return PadPorts(midi, heard.append, now, wanted), heard


def test_every_input_is_listened_to_and_the_time_is_taken_in_the_callback():
    midi = PlayedMidi("LPD8 20:0", "nanoPAD2 24:0")
    ports, heard = listening(midi)
    assert ports.poll() == [Notice("found", "LPD8"), Notice("found", "nanoPAD2")]
    midi.play("nanoPAD2 24:0", 0x90, 36, 100)
    assert (heard[0].at_s, heard[0].number) == (7.0, 36)


def test_a_burst_of_hits_is_heard_whole_and_in_order():
    midi = PlayedMidi("LPD8")
    ports, heard = listening(midi)
    ports.poll()
    for number in range(128):
        midi.play("LPD8", 0x90, number, 100)
    assert [touch.number for touch in heard] == list(range(128))


def test_looking_again_opens_and_closes_nothing():
    midi = PlayedMidi("LPD8", "nanoPAD2")
    ports, _heard = listening(midi)
    ports.poll()
    listening_to = list(midi.opened)
    midi.open = midi.close = None
    for _look in range(50):
        assert ports.poll() == []
    assert midi.opened == listening_to


def test_a_name_chooses_whatever_its_case_and_loops_are_never_pads():
    midi = PlayedMidi("Midi Through:Midi Through Port-0 14:0", "LPD8 20:0", "visiophare:pads 130:0")
    ports, _heard = listening(midi, "lpd8")
    assert ports.poll() == [Notice("found", "LPD8")]
    assert listening(midi)[0].poll() == [Notice("found", "LPD8")]


def test_a_pad_pulled_and_plugged_again_under_another_number_is_taken_back():
    midi = PlayedMidi("LPD8:LPD8 MIDI 1 20:0")
    ports, heard = listening(midi)
    ports.poll()
    midi.pull("LPD8:LPD8 MIDI 1 20:0")
    assert ports.poll() == [Notice("lost", "LPD8:LPD8 MIDI 1")]
    assert ports.poll() == []
    midi.there.append("LPD8:LPD8 MIDI 1 28:0")
    assert ports.poll() == [Notice("back", "LPD8:LPD8 MIDI 1")]
    midi.play("LPD8:LPD8 MIDI 1 28:0", 0x90, 36, 100)
    assert len(heard) == 1


def test_a_replug_between_two_looks_is_seen_by_its_new_number():
    midi = PlayedMidi("LPD8 20:0")
    ports, _heard = listening(midi)
    ports.poll()
    midi.pull("LPD8 20:0")
    midi.there.append("LPD8 24:0")
    assert ports.poll() == [Notice("lost", "LPD8"), Notice("back", "LPD8")]


def test_a_pad_that_is_pulled_while_it_is_held_is_let_go():
    midi = PlayedMidi("LPD8 20:0")
    ports, heard = listening(midi)
    ports.poll()
    midi.play("LPD8 20:0", 0x99, 36, 100)
    midi.play("LPD8 20:0", 0x99, 37, 100)
    midi.play("LPD8 20:0", 0x89, 37, 0)
    midi.pull("LPD8 20:0")
    ports.poll()
    assert [(touch.source, str(touch.edge), touch.channel) for touch in heard[3:]] == [
        ("note 36", "up", 10)
    ]


def test_two_devices_of_one_name_are_both_heard():
    midi = PlayedMidi("LPD8", "LPD8")
    ports, heard = listening(midi)
    ports.poll()
    assert ports.names == ["LPD8", "LPD8"]
    midi.play("LPD8", 0x90, 36, 1)
    assert len(heard) == 2


def test_a_pad_that_vanishes_while_it_is_opened_is_tried_again():
    midi = PlayedMidi("LPD8")
    midi.vanishes_while_opening = True
    ports, _heard = listening(midi)
    assert ports.poll() == []
    midi.vanishes_while_opening = False
    assert ports.poll() == [Notice("found", "LPD8")]


def test_an_exception_in_a_callback_reaches_whoever_empties_the_queue():
    def broken_clock():
        raise RuntimeError("no time")

    midi = PlayedMidi("LPD8")
    ports, heard = listening(midi, now=broken_clock)
    ports.poll()
    midi.play("LPD8", 0x90, 36, 1)
    assert isinstance(heard[0], RuntimeError)


def test_closing_lets_every_input_go():
    midi = PlayedMidi("LPD8", "nanoPAD2")
    ports, _heard = listening(midi)
    ports.poll()
    ports.close()
    assert midi.opened == []
    assert midi.there is None


def test_volatile_parts_of_names_are_dropped(monkeypatch):
    assert stable_name("LPD8:LPD8 MIDI 1 20:0") == "LPD8:LPD8 MIDI 1"
    assert stable_name("a2j:LPD8 [20] (capture): LPD8 MIDI 1") == "a2j:LPD8 (capture): LPD8 MIDI 1"
    assert stable_name("nanoPAD2 1") == "nanoPAD2 1"
    monkeypatch.setattr(sys, "platform", "win32")
    assert stable_name("nanoPAD2 1") == "nanoPAD2"


def refusal_of_import(monkeypatch, error: ImportError) -> PortError:
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name == "rtmidi":
            raise error
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(PortError) as refused:
        open_backend({})
    return refused.value


def test_without_rtmidi_one_sentence_says_what_to_install(monkeypatch):
    error = refusal_of_import(monkeypatch, ModuleNotFoundError("No module named 'rtmidi'"))
    assert error.code == "midi_unavailable"
    assert "pip install 'visiophare[midi]'" in error.hint


def test_without_libasound_one_sentence_says_what_to_install(monkeypatch):
    sentence = "libasound.so.2: cannot open shared object file: No such file or directory"
    error = refusal_of_import(monkeypatch, ImportError(sentence))
    assert error.code == "midi_unavailable"
    assert "libasound2" in error.hint
    assert "\n" not in str(error)


class RtMidiOf:
    """A module like rtmidi, on a machine where only some MIDI systems answer."""

    API_LINUX_ALSA, API_UNIX_JACK, API_RTMIDI_DUMMY = 2, 3, 5
    RtMidiError = type("RtMidiError", (Exception,), {})

    def __init__(self, *answering: int):
        self.asked: list[int] = []

        def midi_in(api, _name):
            self.asked.append(api)
            if api not in answering:
                raise self.RtMidiError
            return types.SimpleNamespace(get_ports=list)

        self.MidiIn = midi_in

    def get_compiled_api(self):
        return [2, 3, 5]


def test_jack_serves_where_alsa_does_not_answer(monkeypatch):
    rtmidi = RtMidiOf(3)
    monkeypatch.setitem(sys.modules, "rtmidi", rtmidi)
    open_backend({})
    assert rtmidi.asked == [2, 3]


def test_the_environment_chooses_jack_first(monkeypatch):
    rtmidi = RtMidiOf(2, 3)
    monkeypatch.setitem(sys.modules, "rtmidi", rtmidi)
    open_backend({"MIDO_BACKEND": "mido.backends.rtmidi/UNIX_JACK"})
    assert rtmidi.asked == [3]


def test_without_any_midi_system_one_sentence_says_so_and_the_libraries_are_silent(
    monkeypatch, capfd
):
    monkeypatch.setitem(sys.modules, "rtmidi", RtMidiOf())
    with pytest.raises(PortError) as refused:
        open_backend({})
    assert refused.value.code == "midi_unavailable"
    assert capfd.readouterr().err == ""
