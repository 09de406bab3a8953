# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hands do while a show plays: touches, floods, instruments that come and go, the end."""

import random

import pytest

from visiophare.live.hands import DARK_KEY, Ended, Hands, Unbound, end_key_is_free
from visiophare.midi.messages import Edge, MidiTouches, Touch
from visiophare.midi.ports import POLL_S, Notice
from visiophare.show.actions import Master, Panic, Release, Trigger
from visiophare.show.model import Binding, Do, Mode, Source

BINDINGS = (
    Binding(Source("note", 36), "moon"),
    Binding(Source("note", 38), "glow", mode=Mode.GATE),
    Binding(Source("control", 7), do=Do.MASTER),
    Binding(Source("key", key="a"), "moon"),
)


class Room:
    """Hands in a room: what they posted, and what was told. The clock stands still."""

    def __init__(self, bindings=BINDINGS):
        self.now_s, self.posted, self.told = 5.0, [], []
        self.hands = Hands(
            bindings,
            lambda: self.now_s,
            lambda event, at_s: self.posted.append((event, at_s)),
            self.told.append,
        )

    def touch(self, *touches) -> list:
        """The events that these touches post."""
        before = len(self.posted)
        for touch in touches:
            self.hands.put(touch)
        self.hands.wait(0.0)
        return [event for event, _at_s in self.posted[before:]]


def note(number: int, edge: Edge = Edge.DOWN) -> Touch:
    return Touch(4.5, "note", edge, number, channel=1)


def key(name: str, edge: Edge = Edge.DOWN) -> Touch:
    return Touch(4.5, "key", edge, key=name)


@pytest.fixture
def room():
    return Room()


def test_touches_become_events_with_the_time_of_the_touch(room):
    assert room.touch(note(36), key("a")) == [Trigger("moon"), Trigger("moon")]
    assert room.posted[0][1] == 4.5
    assert room.touch(note(38), note(38, Edge.UP)) == [
        Trigger("glow", Mode.GATE),
        Release("glow"),
    ]


def test_what_is_bound_to_nothing_is_told_once_and_does_nothing(room):
    assert room.touch(note(99), note(99, Edge.UP), note(99)) == []
    assert room.told == [Unbound("note 99")]


def test_escape_darkens_and_q_ends(room):
    assert room.touch(key(DARK_KEY), key(DARK_KEY, Edge.UP)) == [Panic()]
    with pytest.raises(Ended):
        room.touch(key("q"))


def test_a_show_may_use_q_for_itself():
    room = Room((Binding(Source("key", key="q"), "moon"),))
    assert room.touch(key("q")) == [Trigger("moon")]
    assert not end_key_is_free((Binding(Source("key", key="q"), "moon"),))
    assert end_key_is_free(BINDINGS)


def test_the_end_of_the_keys_is_the_end_and_a_failure_is_a_failure(room):
    with pytest.raises(Ended):
        room.touch(EOFError())
    with pytest.raises(RuntimeError, match="broken"):
        room.touch(RuntimeError("broken"))


def test_waking_ends_a_wait_and_posts_nothing(room):
    room.hands.wake()
    room.hands.wait(1000.0)
    assert room.posted == []


def test_a_flood_is_taken_in_portions_and_nothing_of_it_breaks(room):
    rng = random.Random(1)
    touches = MidiTouches()
    for _message in range(5000):
        message = [rng.choice([0x80, 0x90, 0xB0, 0xE0, 0xF8]), rng.choice([7, 36, 38, 99])]
        touch = touches.touch([*message, rng.randrange(140)], 4.5)
        if touch is not None:
            room.hands.put(touch)
    room.hands.wait(1000.0)
    assert 0 < len(room.posted) <= 1001
    assert {type(event) for event, _at_s in room.posted} == {Trigger, Release, Master}


class ComingAndGoing:
    """PadPorts that has a notice ready for each time it is asked."""

    def __init__(self, *notices: Notice):
        self._notices = list(notices)

    def poll(self):
        return [self._notices.pop(0)] if self._notices else []


def test_instruments_are_looked_after_while_waiting(room):
    lost, back = Notice("lost", "LPD8"), Notice("back", "LPD8")
    assert room.hands.listen_to(ComingAndGoing(Notice("found", "LPD8"), lost, back))[0].what == (
        "found"
    )
    room.hands.wait(0.0)
    assert room.told == []
    for _look in range(2):
        room.now_s += POLL_S
        room.hands.wait(0.0)
    assert room.told == [lost, back]


def test_a_flood_does_not_keep_instruments_from_being_looked_after(room):
    room.hands.listen_to(ComingAndGoing(Notice("found", "LPD8"), Notice("lost", "LPD8")))
    room.now_s += POLL_S
    room.touch(*[note(36)] * 10)
    assert room.told == [Notice("lost", "LPD8")]
