# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

import pytest

from visiophare.show.actions import (
    Action,
    Arrived,
    CarriageFailed,
    Flash,
    GaveUp,
    Go,
    Master,
    MoveCarriage,
    OrderOver,
    Panic,
    Release,
    SetLight,
    SetMaster,
    Started,
    StopAll,
    StopCarriage,
    StopNow,
    TimedEvent,
    Trigger,
)
from visiophare.show.engine import Engine
from visiophare.show.model import Mode, Place, Show
from visiophare.show.reading import parse_show

CUES = """
stop_fade = "2s"
order = ["sunrise", "dance"]
[[cue]]
id = "sunrise"
steps = [ { fade = 60, over = "4s" }, { hold = "1s" } ]
[[cue]]
id = "dance"
steps = [ { loop = 3, steps = [ { fade = 20, over = 0.5 }, { fade = 80, over = 0.5 } ] } ]
[[cue]]
id = "hit"
steps = [ { flash = 100, for = "100ms" } ]
[[cue]]
id = "lamp"
release = "1s"
steps = [ { fade = 90, over = 0.2 } ]
[[cue]]
id = "boss"
priority = 5
steps = [ { fade = 30, over = 0 }, { hold = 3 }, { fade = 0, over = 0 } ]
[[cue]]
id = "film"
steps = [ { move = 3, within = "5s" }, { fade = 50, over = 1 } ]
[[cue]]
id = "idle"
steps = [ { loop = "forever", steps = [ { fade = 10, over = 1 }, { fade = 40, over = 1 } ] } ]
retrigger = "stop"
[[cue]]
id = "once"
retrigger = "ignore"
steps = [ { fade = 70, over = 1 }, { hold = 1 } ]
"""


def show_of(text: str = CUES) -> Show:
    return parse_show(text.encode(), "test.toml")


def engine_of(text: str = CUES, **settings: bool) -> Engine:
    return Engine(show_of(text), 100.0, **settings)


def lights(actions: list[Action]) -> list[tuple[float, float, float]]:
    """(when, level, over) of the light's commands."""
    return [
        (round(a.at_s, 6), a.level_percent, round(a.over_s, 6))
        for a in actions
        if isinstance(a, SetLight)
    ]


def test_a_cue_goes_through_its_steps_at_times_counted_from_its_beginning() -> None:
    engine = engine_of()
    assert lights(engine.step(100.0, Trigger("dance"))) == [(100.0, 20, 0.5)]
    later = lights(engine.step(110.0))
    assert later == [
        (100.5, 80, 0.5),
        (101.0, 20, 0.5),
        (101.5, 80, 0.5),
        (102.0, 20, 0.5),
        (102.5, 80, 0.5),
    ]
    assert engine.playing == ()


def test_whoever_steps_late_or_often_gets_the_same_actions_with_the_same_times() -> None:
    events = [(100.3, Trigger("dance")), (101.7, Trigger("hit")), (102.05, Trigger("boss"))]
    outcomes = []
    for seed in range(20):
        dice = random.Random(seed)
        engine, actions = engine_of(), []
        for at_s, event in events:
            while engine.now_s < at_s and seed:
                actions += engine.step(min(at_s, engine.now_s + dice.uniform(0, 0.4)))
            actions += engine.step(at_s, event)
        actions += engine.step(120.0)
        outcomes.append(actions)
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_a_thousand_rounds_do_not_drift() -> None:
    text = """
    [[cue]]
    id = "a"
    steps = [ { loop = 1000, steps = [ { fade = 0, over = 0.1 }, { fade = 9, over = 0.2 } ] } ]
    """
    engine = engine_of(text)
    actions = engine.step(100.0, Trigger("a")) + engine.step(1e6)
    assert lights(actions)[-1] == (round(100 + 999 * 0.3 + 0.1, 6), 9, 0.2)


def test_time_never_goes_back() -> None:
    engine = engine_of()
    engine.step(105.0)
    assert lights(engine.step(101.0, Trigger("once"))) == [(105.0, 70, 1)]


def test_after_a_triggered_cue_the_light_stays_where_it_left_it() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("sunrise"))
    assert lights(engine.step(200.0)) == []
    assert engine.level_percent(200.0) == 60


def test_a_flash_gives_the_former_level_back() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("sunrise"))
    assert engine.step(106.0, Trigger("hit")) == [
        Started("hit", 106.0),
        Flash(100, 0.1, 106.0, "hit"),
    ]
    assert engine.level_percent(106.05) == 100
    assert engine.step(107.0) == [], "the board gives the level back by itself"
    assert engine.level_percent(107.0) == 60


def test_a_fade_that_begins_under_a_flash_is_joined_where_it_has_got_to() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("hit"))
    engine.step(100.05, Trigger("boss"))  # has the light: ends the flash at once
    text = CUES.replace('id = "hit"', 'id = "hit"\npriority = 9')
    engine = engine_of(text)
    engine.step(100.0, Trigger("hit"))
    assert lights(engine.step(100.05, Trigger("once"))) == [], "the flash is on top"
    assert lights(engine.step(100.5)) == [
        (100.1, pytest.approx(70 * 0.05), 0),
        (100.1, 70, 0.95),
    ]


def test_the_highest_priority_has_the_light_and_gives_it_back_in_the_middle_of_a_fade() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("boss"))
    assert lights(engine.step(101.0, Trigger("sunrise"))) == []
    # boss ends at 103: dark, then sunrise, which is half-way, has the light again
    assert lights(engine.step(104.0)) == [(103.0, pytest.approx(30 + 30 * 0.5), 0), (103.0, 60, 2)]


def test_among_equals_the_latest_cue_has_the_light() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("sunrise"))
    assert lights(engine.step(101.0, Trigger("once"))) == [(101.0, 70, 1)]
    assert engine.level_percent(101.0) == 15, "a fade begins where the light is"
    assert lights(engine.step(110.0)) == [(103.0, 45, 0), (103.0, 60, 1)], "then sunrise again"


def test_a_held_cue_gives_the_light_back_over_its_release_time() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("sunrise"))
    engine.step(106.0, Trigger("lamp", Mode.GATE))
    assert engine.step(110.0) == [], "it stays for as long as it is held"
    assert lights(engine.step(110.0, Release("lamp"))) == [(110.0, 60, 1)]
    assert lights(engine.step(112.0)) == []
    assert engine.playing == ()


def test_toggle_switches_on_and_off() -> None:
    engine = engine_of()
    assert lights(engine.step(100.0, Trigger("lamp", Mode.TOGGLE))) == [(100.0, 90, 0.2)]
    assert lights(engine.step(105.0, Trigger("lamp", Mode.TOGGLE))) == [(105.0, 0, 1)]
    assert lights(engine.step(105.5, Trigger("lamp", Mode.TOGGLE))) == [(105.5, 90, 0.2)]
    assert engine.playing == ("lamp",)


def test_a_second_trigger_restarts_ignores_or_stops_as_the_cue_says() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("sunrise"))
    assert lights(engine.step(102.0, Trigger("sunrise"))) == [(102.0, 60, 4)]
    engine = engine_of()
    engine.step(100.0, Trigger("once"))
    assert engine.step(100.5, Trigger("once")) == []
    engine = engine_of()
    engine.step(100.0, Trigger("idle"))
    assert lights(engine.step(100.5, Trigger("idle"))) == [(100.5, 0, 0)]
    assert engine.playing == ()


def test_velocity_scales_every_level_of_the_cue() -> None:
    engine = engine_of()
    actions = engine.step(100.0, Trigger("dance", scale=0.5)) + engine.step(100.6)
    assert lights(actions) == [(100.0, 10, 0.5), (100.5, 40, 0.5)]


def test_go_plays_the_running_order_and_the_light_stays_in_between() -> None:
    engine = engine_of()
    assert lights(engine.step(100.0, Go())) == [(100.0, 60, 4)]
    assert lights(engine.step(102.0, Go())) == [(102.0, 20, 0.5)], "from 30, without a jump"
    assert engine.level_percent(102.0) == 30
    assert engine.playing == ("dance",)
    over = engine.step(110.0, Go())
    assert lights(over)[-1] == (110.0, 0, 2), "after the last cue, dark"
    assert OrderOver(110.0) in over, "and somebody says so"
    assert lights(engine.step(115.0, Go())) == [(115.0, 60, 4)], "and from the top"


def test_a_pad_that_restarts_the_cue_of_the_order_does_not_take_it_from_go() -> None:
    engine = engine_of()
    engine.step(100.0, Go())
    engine.step(101.0, Trigger("sunrise"))
    engine.step(102.0, Go())
    assert engine.playing == ("dance",)


def test_a_cue_that_restarts_keeps_its_light_until_its_first_fade() -> None:
    text = """
    [[cue]]
    id = "a"
    steps = [ { hold = 1 }, { fade = 80, over = 1 } ]
    [[cue]]
    id = "below"
    steps = [ { fade = 10, over = 0 }, { hold = 60 } ]
    """
    engine = engine_of(text)
    engine.step(100.0, Trigger("below"))
    engine.step(101.0, Trigger("a"))
    assert lights(engine.step(102.5)) == [(102.0, 80, 1)]
    assert lights(engine.step(102.5, Trigger("a"))) == [(102.5, 45, 0)], "it stops on its way"
    assert lights(engine.step(103.6)) == [(103.5, 80, 1)]


def test_a_trembling_finger_says_go_once() -> None:
    engine = engine_of()
    engine.step(100.0, Go())
    assert engine.step(100.1, Go()) == []
    assert engine.playing == ("sunrise",)


def test_unattended_each_cue_follows_the_one_before_and_endless_loops_play_one_round() -> None:
    text = CUES.replace('order = ["sunrise", "dance"]', 'order = ["idle", "sunrise"]')
    engine = engine_of(text, unattended=True)
    actions = engine.step(100.0, Go()) + engine.step(101.9)
    assert not engine.finished
    actions += engine.step(200.0)
    assert lights(actions) == [(100.0, 10, 1), (101.0, 40, 1), (102.0, 60, 4)]
    assert engine.finished


def test_a_cue_can_follow_by_itself_when_the_show_says_so() -> None:
    text = CUES.replace('id = "sunrise"', 'id = "sunrise"\nnext = "follow"')
    engine = engine_of(text)
    engine.step(100.0, Go())
    assert lights(engine.step(105.4)) == [(105.0, 20, 0.5)]


def test_ten_thousand_cues_without_duration_follow_one_another_at_once() -> None:
    cues = "".join(
        f'[[cue]]\nid = "{n}"\nsteps = [ {{ fade = {n % 100}, over = 0 }} ]\n' for n in range(4000)
    )
    engine = engine_of(cues, unattended=True)
    assert lights(engine.step(100.0, Go())) == [(100.0, 99, 0)]


def test_a_move_waits_for_the_carriage_to_arrive() -> None:
    engine = engine_of()
    move = MoveCarriage(Place(frame=3), 100.0, "film")
    assert engine.step(100.0, Trigger("film")) == [Started("film", 100.0), move]
    assert engine.step(102.0, Arrived(frame=2, mm=38.0)) == [], "that was another place"
    assert lights(engine.step(103.5, Arrived(frame=3))) == [(103.5, 50, 1)]


def test_a_carriage_that_never_arrives_is_given_up_and_the_cue_goes_on() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("film"))
    assert engine.step(106.0) == [
        GaveUp("film", Place(frame=3), 105.0),
        SetLight(50, 1, 105.0, "film"),
    ]


def test_a_refused_move_keeps_nobody_waiting() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("film"))
    assert lights(engine.step(100.1, CarriageFailed())) == [(100.1, 50, 1)]


def test_the_latest_move_counts_and_everybody_waits_for_it() -> None:
    text = CUES + '[[cue]]\nid = "other"\nsteps = [ { move = "home" }, { fade = 5, over = 0 } ]\n'
    engine = engine_of(text)
    engine.step(100.0, Trigger("film"))
    engine.step(101.0, Trigger("other"))
    assert engine.step(102.0, Arrived(frame=3)) == [], "it is on its way home"
    engine.step(103.0, Arrived(mm=0.0, home=True))
    assert engine.playing == ("film",), "which has only its fade left"
    assert engine.next_deadline_s() == 104.0


def test_stop_all_fades_out_from_wherever_the_light_is() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("sunrise"))
    engine.step(101.0, Trigger("film"))
    actions = engine.step(102.0, StopAll())
    assert actions == [StopCarriage(102.0), SetLight(0, 2, 102.0)]
    assert engine.step(200.0) == []


def test_stop_all_in_the_dark_does_nothing() -> None:
    assert engine_of().step(101.0, StopAll()) == []


def test_panic_is_dark_at_once_and_forgets_what_was_to_come() -> None:
    engine = Engine(show_of(), 100.0, [TimedEvent(105.0, Trigger("hit"))])
    engine.step(100.0, Trigger("dance"))
    assert engine.step(100.2, Panic()) == [StopNow(100.2)]
    assert engine.step(200.0) == []
    assert engine.finished
    assert lights(engine.step(201.0, Trigger("once"))) == [(201.0, 70, 1)], "playable again"


def test_the_master_is_an_action_of_its_own_and_is_part_of_the_opening() -> None:
    engine = engine_of("master = 80\n" + CUES)
    assert engine.opening() == [SetMaster(80, 100.0), SetLight(0, 0, 100.0)]
    assert engine.step(101.0, Master(40)) == [SetMaster(40, 101.0)]


def test_events_known_beforehand_happen_at_their_own_times() -> None:
    schedule = [
        TimedEvent(101.0, Trigger("lamp", Mode.GATE)),
        TimedEvent(103.0, Release("lamp")),
    ]
    engine = Engine(show_of(), 100.0, schedule)
    assert engine.next_deadline_s() == 101.0
    assert lights(engine.step(200.0)) == [(101.0, 90, 0.2), (103.0, 0, 1)]
    assert engine.finished


def test_a_copy_goes_its_own_way() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("dance"))
    ahead = engine.copy()
    future = ahead.step(110.0)
    assert engine.playing == ("dance",)
    assert engine.step(110.0) == future


def test_after_a_gap_the_projector_is_brought_to_where_the_show_has_got_to() -> None:
    engine = engine_of()
    engine.step(100.0, Trigger("film"))
    engine.step(101.0, Trigger("sunrise"))
    engine.step(103.0)
    assert engine.resumption() == [
        SetMaster(100, 103.0),
        SetLight(30, 0, 103.0),
        SetLight(60, 2, 103.0),
        MoveCarriage(Place(frame=3), 103.0),
    ]


def test_a_fade_begins_where_the_light_was_before_the_flash_of_the_same_cue() -> None:
    text = """
    [[cue]]
    id = "a"
    steps = [ { fade = 20, over = 0 }, { hold = 1 }, { flash = 100, for = 0.1 },
              { fade = 40, over = 1 } ]
    """
    engine = engine_of(text)
    engine.step(100.0, Trigger("a"))
    actions = engine.step(101.5)
    assert actions == [Flash(100, 0.1, 101.0, "a"), SetLight(40, 1, 101.1, "a")]


@pytest.mark.parametrize("seed", range(150))
def test_whatever_is_played_the_light_stays_within_its_range_and_the_end_is_reached(
    seed: int,
) -> None:
    """A board that follows the commands has, at every moment, the level the engine speaks of."""
    dice = random.Random(seed)
    engine = engine_of()
    board = Board()
    now_s = 100.0
    cues = list(engine.show.cues)
    for _ in range(60):
        now_s = round(now_s + dice.choice([0.0, 0.01, 0.3, 1.7]), 3)
        cue = dice.choice(cues)
        event = dice.choice(
            [
                Trigger(cue, dice.choice(list(Mode)), dice.choice([1.0, 0.5])),
                Trigger(cue),
                Release(cue),
                Go(),
                Arrived(frame=3),
                CarriageFailed(),
                dice.choice([StopAll(), Panic(), Master(50)]),
            ]
        )
        for action in engine.step(now_s, event):
            board.do(action)
        assert 0 <= engine.level_percent(now_s) <= 100
        assert board.level(now_s) == pytest.approx(engine.level_percent(now_s), abs=1e-6), event


class Board:
    """Light as the firmware makes it: a ramp, and a flash on top that a new level ends."""

    def __init__(self) -> None:
        self.start_s = self.from_percent = self.to_percent = self.over_s = 0.0
        self.flash_until_s = self.flash_percent = 0.0
        self.latest_s = 0.0

    def ramp(self, at_s: float) -> float:
        if at_s >= self.start_s + self.over_s:
            return self.to_percent
        part = (at_s - self.start_s) / self.over_s
        return self.from_percent + (self.to_percent - self.from_percent) * part

    def level(self, at_s: float) -> float:
        return self.flash_percent if at_s < self.flash_until_s else self.ramp(at_s)

    def do(self, action: Action) -> None:
        assert action.at_s >= self.latest_s, "actions come in the order of time"
        self.latest_s = action.at_s
        if isinstance(action, SetLight):
            self.from_percent, self.start_s = self.ramp(action.at_s), action.at_s
            self.to_percent, self.over_s = action.level_percent, action.over_s
            self.flash_until_s = 0.0
        elif isinstance(action, Flash):
            self.flash_percent = action.level_percent
            self.flash_until_s = action.at_s + action.duration_s
        elif isinstance(action, StopNow):
            self.__init__()  # type: ignore[misc]
            self.latest_s = action.at_s
