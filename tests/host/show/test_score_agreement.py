# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A board that plays a show's score does what the host's engine does with the show."""

import random
from dataclasses import dataclass, field

import pytest

from visiophare.show import actions as a
from visiophare.show.engine import GO_GUARD_S, Engine
from visiophare.show.model import Mode, Place, Show
from visiophare.show.reading import parse_show
from visiophare.show.score_limits import compile_show
from visiophare_firmware.carriage import MOVING, STILL
from visiophare_firmware.events import Events
from visiophare_firmware.light import FULL, Light
from visiophare_firmware.player import Player, words_of
from visiophare_firmware.settings import Settings
from visiophare_wire import TICKS_MASK

TICK_S = 0.005
START_US = TICKS_MASK - 3_000_000  # the board's clock wraps in the middle
NEAR_PERCENT = 0.02
MODES = {Mode.TRIGGER: 0, Mode.GATE: 1, Mode.TOGGLE: 2}

SHOW = """
stop_fade = "2s"
tempo = 125
order = ["sunrise", "dance", "film", "sunrise"]
[[cue]]
id = "sunrise"
next = "follow"
steps = [ { move = "home" }, { fade = 60, over = "1.5s" }, { hold = "1s" }, { call = "hit" } ]
[[cue]]
id = "dance"
steps = [ { loop = "forever", steps = [
  { fade = 20, over = 0.25 }, { loop = 2, steps = [ { fade = 80, over = 0.5 }, { hold = 0.1 } ] }
] } ]
[[cue]]
id = "hit"
priority = 3
steps = [ { flash = 100, for = "95ms" } ]
[[cue]]
id = "lamp"
release = "1s"
priority = 1
steps = [ { fade = 90, over = "1/3 beat" } ]
[[cue]]
id = "boss"
priority = 5
steps = [ { fade = 30, over = 0 }, { hold = 1.3 },
  { flash = 5, for = 0.5 }, { fade = 0, over = 0.5 } ]
[[cue]]
id = "film"
steps = [ { move = 3, within = "700ms" }, { fade = 50, over = 1 },
  { move = "57.5mm", wait = false } ]
[[cue]]
id = "idle"
release = "600ms"
steps = [ { loop = "forever", steps = [ { fade = 10, over = "1.5 beats" },
  { hold = "1/24 beat" }, { flash = 70, for = "1/4 beat" }, { fade = 40, over = 1 } ] } ]
retrigger = "stop"
[[cue]]
id = "once"
retrigger = "ignore"
steps = [ { fade = 70, over = 1 }, { hold = 1 } ]
"""


@dataclass
class FakeCarriage:
    """Arrives when the test says so."""

    state: str = STILL
    referenced: bool = True
    went: list[object] = field(default_factory=list)

    def check_frame(self, frame: int) -> None:
        pass

    def check_target(self, mm: float) -> None:
        pass

    def go_to(self, mm: float, now_us: int) -> None:
        self._go(mm)

    def is_lost(self) -> bool:
        return False

    def home(self, now_us: int) -> None:
        self._go("home")

    def stop(self, now_us: int) -> None:
        self.went.append("stop")

    def _go(self, to: object) -> None:
        self.state = MOVING
        self.went.append(to)


class Both:
    """The host's engine and the board's player, told the same at the same times."""

    def __init__(self, show: Show, *, unattended: bool = False) -> None:
        self.ticks = 0
        self.went_on_s = 0.0
        self.ids = list(show.cues)
        self.engine = Engine(show, 0.0, unattended=unattended)
        self.light = Light()
        self.carriage = FakeCarriage()
        settings = Settings()
        self.settings = settings
        self.player = Player(self.light, self.carriage, settings, Events())
        self.player.words = words_of(compile_show(show, "show.toml").score)
        self.host_went: list[object] = []
        if unattended:
            self.player.start(self.now_us)
            self._host(a.Go())

    @property
    def now_s(self) -> float:
        return round(self.ticks * TICK_S, 6)

    @property
    def now_us(self) -> int:
        return (START_US + round(self.now_s * 1e6)) & TICKS_MASK

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.ticks += 1
            self._host(None)
            self.player.tick(self.now_us)
            self.compare()
        while self.engine.next_deadline_s() < self.now_s + 1e-6:
            self.run(TICK_S)

    def arrive(self) -> None:
        """The carriage stands."""
        if self.carriage.state != STILL:
            self.carriage.state = STILL
            self.player.tick(self.now_us)
            place = self.engine.carriage or Place()
            self._host(a.Arrived(place.frame, place.mm, place == Place()))

    def go(self) -> None:
        if abs(self.now_s - self.went_on_s - GO_GUARD_S) < 1e-6:
            self.run(TICK_S)  # as for steps: the host's floats may be just short of it
        self.went_on_s = self.now_s
        self.player.go(self.now_us)
        self._host(a.Go())

    def trigger(self, cue: str, mode: Mode = Mode.TRIGGER, value: int = 127) -> None:
        self.player.trigger(self.player.cue(self.ids.index(cue)), MODES[mode], value, self.now_us)
        self._host(a.Trigger(cue, mode, value / 127))

    def release(self, cue: str) -> None:
        self.player.release(self.player.cue(self.ids.index(cue)), self.now_us)
        self._host(a.Release(cue))

    def stop_all(self) -> None:
        self.player.stop_all(self.now_us)
        self._host(a.StopAll())

    def compare(self) -> None:
        """Light, moves and place in the order; not where the host's floats are just short."""
        if self.engine.next_deadline_s() < self.now_s + 1e-6:
            return
        board = self.light.perceived(self.now_us) * 100 / FULL
        host = self.engine.level_percent(self.now_s)
        assert board == pytest.approx(host, abs=NEAR_PERCENT), f"at {self.now_s} s"
        assert self.carriage.went == self.host_went, f"at {self.now_s} s"
        assert self.player.position == self.engine.position

    def _host(self, event: a.Event | None) -> None:
        for action in self.engine.step(self.now_s, event):
            if isinstance(action, a.MoveCarriage):
                self.host_went.append(self._place(action.to))
            elif isinstance(action, a.StopCarriage):
                self.host_went.append("stop")

    def _place(self, to: Place) -> object:
        if to.frame is not None:
            return self.settings.frame_mm(to.frame)
        return "home" if to.mm is None else to.mm


def show_of(text: str = SHOW) -> Show:
    return parse_show(text.encode(), "test.toml")


def test_the_running_order_unattended_is_the_same_to_its_end():
    both = Both(show_of(), unattended=True)
    for _ in range(30):
        both.run(0.5)
        both.arrive()
        both.compare()
    assert len(both.carriage.went) == 4
    assert both.engine.finished
    assert not any(run.cue for run in both.player._runs)


def test_a_carriage_that_never_says_so_is_waited_for_as_long():
    both = Both(show_of())
    both.trigger("film")
    both.run(3)
    assert len(both.carriage.went) == 2


def test_go_plays_one_cue_after_the_other_and_fades_out_at_the_end():
    both = Both(show_of())
    for _ in range(6):
        both.go()
        both.go()  # a finger that trembles
        both.run(1.1)
        both.arrive()
        both.run(2)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_hit_and_let_go_looks_the_same(seed):
    chance = random.Random(seed)
    both = Both(show_of(), unattended=seed % 4 == 3)
    for _ in range(60):
        both.run(chance.choice((0, 0.005, 0.05, 0.1, 0.33, 1.2)))
        cue = chance.choice(both.ids)
        act = chance.random()
        if act < 0.45:
            both.trigger(cue, chance.choice(list(Mode)), chance.choice((127, 127, 64, 1)))
        elif act < 0.65:
            both.release(cue)
        elif act < 0.8:
            both.go()
        elif act < 0.95:
            both.arrive()
        else:
            both.stop_all()
        both.compare()


def test_a_day_long_hold_and_long_fades_end_on_time():
    text = """
    [[cue]]
    id = "long"
    steps = [ { fade = 80, over = "8min" }, { hold = "20min" }, { fade = 10, over = "1s" } ]
    """
    both = Both(show_of(text))
    both.trigger("long")
    both.run(29 * 60)
    assert not any(run.cue for run in both.player._runs)


def test_beats_at_a_tempo_that_is_no_whole_number_stay_together_for_an_hour():
    text = """
    tempo = 97.3
    [[cue]]
    id = "beat"
    steps = [ { loop = "forever", steps = [
      { fade = 80, over = 0 }, { hold = "2 beats" }, { fade = 10, over = 0 }, { hold = "5/3 beats" }
    ] } ]
    """
    both = Both(show_of(text))
    both.trigger("beat")
    for _ in range(360):
        both.run(10.01)
        both.compare()
