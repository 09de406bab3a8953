# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From touches to commands: trigger, gate, toggle, and whatever hands do to instruments."""

import random
import time

import pytest

from visiophare.live.performance import STALE_S, Performance, Unbound
from visiophare.midi.messages import Edge, MidiTouches, Touch
from visiophare.show.actions import Flash, SetLight, SetMaster, StopNow
from visiophare.show.engine import Engine
from visiophare.show.reading import load_show

SHOW = """
title = "Pads"
[[cue]]
id = "moon"
steps = [{ fade = 80, over = "2s" }]
[[cue]]
id = "spark"
steps = [{ flash = 100, for = "100ms" }]
[[cue]]
id = "glow"
steps = [{ fade = 40, over = 0 }, { hold = "1s" }, { fade = 60, over = 0 }]
[[binding]]
source = "note 36"
cue = "moon"
[[binding]]
source = "note 37"
cue = "spark"
velocity = "level"
[[binding]]
source = "note 38"
cue = "glow"
mode = "gate"
[[binding]]
source = "note 39"
cue = "moon"
mode = "toggle"
[[binding]]
source = "control 7"
do = "master"
"""


class Stage:
    """A performance with what it sent and told."""

    def __init__(self, path):
        path.write_text(SHOW)
        self.sent, self.told = [], []
        engine = Engine(load_show(path), 0.0)
        self.performance = Performance(engine, self.sent.append, self.told.append)

    def hit(self, number: int, at_s: float, edge=Edge.DOWN, value=127, now_s=None) -> list:
        """The commands that a touch sent."""
        before = len(self.sent)
        kind = "control" if number < 20 else "note"
        touch = Touch(at_s, kind, edge, number, channel=1, value=value)
        self.performance.touched(touch, at_s if now_s is None else now_s)
        return [command for batch in self.sent[before:] for command in batch]


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path / "show.toml")


def test_a_hit_sends_its_fade_at_once(stage):
    (command,) = stage.hit(36, 1.0)
    assert (command.level_percent, command.over_s, command.at_s) == (80, 2.0, 1.0)
    assert stage.hit(36, 1.1, Edge.UP) == []


def test_a_harder_hit_flashes_brighter(stage):
    (soft,), (hard,) = stage.hit(37, 1.0, value=32), stage.hit(37, 2.0, value=127)
    assert isinstance(soft, Flash)
    assert soft.level_percent < hard.level_percent == 100


def test_a_gate_holds_while_it_is_held_and_goes_on_by_itself(stage):
    assert stage.hit(38, 1.0)[0].level_percent == 40
    assert stage.performance.next_deadline_s() == 2.0
    stage.performance.happened(None, 2.0)
    assert stage.sent[-1][0].level_percent == 60
    assert stage.hit(38, 3.0, Edge.UP)[0].level_percent == 0


def test_a_toggle_goes_off_with_the_second_hit(stage):
    assert stage.hit(39, 1.0)[-1].level_percent == 80
    stage.hit(39, 1.1, Edge.UP)
    assert stage.hit(39, 5.0)[-1].level_percent == 0


def test_a_fader_is_the_master(stage):
    assert isinstance(stage.hit(7, 1.0, Edge.MOVED, 32)[0], SetMaster)


def test_what_is_bound_to_nothing_is_told_once_and_does_nothing(stage):
    for at_s in (1.0, 2.0, 3.0):
        assert stage.hit(99, at_s) == []
        assert stage.hit(99, at_s, Edge.UP) == []
    assert stage.told == [Unbound("note 99")]


def test_a_hit_that_waited_too_long_is_not_played_but_a_release_is(stage):
    assert stage.hit(36, 1.0, now_s=1.0 + STALE_S + 0.1) == []
    stage.hit(38, 2.0)
    assert stage.hit(38, 2.5, Edge.UP, now_s=9.0)


def test_panic_is_a_stop_and_the_next_hit_plays_again(stage):
    stage.hit(36, 1.0)
    stage.performance.panic(1.5)
    assert isinstance(stage.sent[-1][-1], StopNow)
    assert isinstance(stage.hit(36, 2.0)[-1], SetLight)


def test_a_projector_that_comes_back_is_brought_to_where_the_show_is(stage):
    stage.hit(36, 1.0)
    stage.performance.resume(10.0)
    levels = [command.level_percent for command in stage.sent[-1] if isinstance(command, SetLight)]
    assert levels[-1] == 80


def test_nothing_that_an_instrument_sends_breaks_it(stage):
    rng = random.Random(1)
    touches = MidiTouches()
    started_s = time.monotonic()
    for moment in range(20_000):
        message = [rng.choice([0x80, 0x90, 0xB0, 0xE0, 0xF8]), rng.choice([7, 36, 37, 38, 39, 99])]
        touch = touches.touch([*message, rng.randrange(140)], moment * 0.001)
        if touch is not None:
            stage.performance.touched(touch, moment * 0.001)
    assert time.monotonic() - started_s < 20 * 2, "slower than a flood of 1000 messages a second"
