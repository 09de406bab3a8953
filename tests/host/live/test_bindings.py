# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What touches of pads, knobs and keys set off, by the bindings of a show."""

import pytest

from visiophare.live.bindings import events_of
from visiophare.midi.messages import Edge, Touch
from visiophare.show.actions import Go, Master, Panic, Release, StopAll, Trigger
from visiophare.show.model import Binding, Do, Mode, Source, Velocity

PAD = Source("note", 36)
DOWN = Touch(0.0, "note", Edge.DOWN, 36, channel=10, value=64)
UP = Touch(1.0, "note", Edge.UP, 36, channel=10, value=0)


def test_a_pad_sets_off_its_cue_and_its_release_means_nothing():
    bindings = [Binding(PAD, "moon")]
    assert events_of(bindings, DOWN) == [Trigger("moon", Mode.TRIGGER, 1.0)]
    assert events_of(bindings, UP) == []


def test_a_gate_ends_with_the_release_and_a_toggle_does_not():
    assert events_of([Binding(PAD, "moon", mode=Mode.GATE)], UP) == [Release("moon")]
    assert events_of([Binding(PAD, "moon", mode=Mode.TOGGLE)], UP) == []


def test_velocity_weakens_the_light_only_where_the_show_says_so():
    (event,) = events_of([Binding(PAD, "moon", velocity=Velocity.LEVEL)], DOWN)
    assert event.scale == pytest.approx(64 / 127)


def test_a_channel_counts_when_it_is_named():
    assert events_of([Binding(Source("note", 36, channel=10), "moon")], DOWN)
    assert not events_of([Binding(Source("note", 36, channel=1), "moon")], DOWN)


def test_another_pad_a_knob_of_that_number_and_a_key_are_not_the_pad():
    bindings = [Binding(PAD, "moon")]
    assert not events_of(bindings, Touch(0.0, "note", Edge.DOWN, 37))
    assert not events_of(bindings, Touch(0.0, "control", Edge.DOWN, 36))
    assert not events_of(bindings, Touch(0.0, "key", Edge.DOWN, key="a"))


def test_one_pad_may_be_bound_twice():
    assert len(events_of([Binding(PAD, "moon"), Binding(PAD, "stars")], DOWN)) == 2


def test_a_knob_presses_at_its_middle_and_a_master_follows_every_value():
    knob = Source("control", 7)
    moved = Touch(0.0, "control", Edge.MOVED, 7, channel=1, value=127)
    assert events_of([Binding(knob, "moon")], moved) == []
    assert events_of([Binding(knob, do=Do.MASTER)], moved) == [Master(100.0)]


def test_keys_and_what_concerns_the_whole_show():
    space = Touch(0.0, "key", Edge.DOWN, key="space")
    for do, event in ((Do.GO, Go()), (Do.STOP, StopAll()), (Do.PANIC, Panic())):
        bindings = [Binding(Source("key", key="space"), do=do)]
        assert events_of(bindings, space) == [event]
        assert events_of(bindings, Touch(0.0, "key", Edge.UP, key="space")) == []
