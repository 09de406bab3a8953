# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

import pytest

from host.show.stage_fake import FakeClock, FakeProjector
from visiophare.errors import BoardError, PortError
from visiophare.show.actions import Event, GaveUp, Go, Panic, Started, TimedEvent, Trigger
from visiophare.show.model import Mode
from visiophare.show.player import News, Player, Remark
from visiophare.show.reading import parse_show
from visiophare.show.report import PlayReport

SHOW = """
title = "Test"
master = 90
stop_fade = "1s"
order = ["sunrise", "dance", "film"]
[[cue]]
id = "sunrise"
steps = [ { fade = 60, over = "2s" }, { hold = "1s" } ]
[[cue]]
id = "dance"
steps = [ { loop = 20, steps = [ { fade = 20, over = 0.1 }, { fade = 80, over = 0.1 } ] } ]
[[cue]]
id = "film"
steps = [ { move = "home" }, { move = 3, within = "5s" }, { fade = 50, over = 1 } ]
[[cue]]
id = "hit"
priority = 3
steps = [ { fade = 100, over = 0 }, { fade = 0, over = 0.5 } ]
[[cue]]
id = "lamp"
release = 0.5
steps = [ { fade = 90, over = 0 } ]
"""


class Rig:
    """A player on a fake stage."""

    def __init__(self, text: str = SHOW) -> None:
        self.clock = FakeClock()
        self.projector = FakeProjector(self.clock)
        self.news: list[News] = []
        self.player = Player(
            parse_show(text.encode(), "t.toml"),
            self.projector,
            self.clock.now,
            self.clock.nap,
            tell=self.news.append,
        )

    def post_at(self, seconds: float, event: Event) -> None:
        """Something happens so long after the show has begun."""
        self.clock.call_at(1000.0 + seconds, lambda: self.player.post(event))

    def play(self, *schedule: TimedEvent, unattended: bool = True) -> PlayReport:
        return self.player.play(schedule or [TimedEvent(0.0, Go())], unattended=unattended)

    @property
    def remarks(self) -> list[str]:
        return [news.template for news in self.news if isinstance(news, Remark)]


def test_the_running_order_is_played_at_its_times_and_ends_in_the_dark() -> None:
    rig = Rig()
    report = rig.play()
    start_s = report.started_s
    lights = [(round(at_s - start_s, 3), *rest) for at_s, *rest in rig.projector.lights()]
    assert lights[:4] == [(-0.15 + 0.003, 0, 0), (0, 60, 2), (3, 20, 0.1), (3.1, 80, 0.1)]
    # after 20 rounds of dance the carriage goes home and to its frame, a second each
    after_moves = [light for light in lights if light[0] > 7.1]
    assert [(level, over) for _at, level, over in after_moves] == [(50, 1), (0, 1)]
    assert after_moves[0][0] == pytest.approx(9.0, abs=0.01)
    assert after_moves[1][0] == pytest.approx(10.0, abs=0.01)
    assert [news.cue for news in rig.news if isinstance(news, Started)] == [
        "sunrise",
        "dance",
        "film",
    ]
    assert report.ended_s >= start_s + 11.0
    assert rig.remarks == []


def test_the_timeline_is_done_when_planned_however_late_the_computer_wakes() -> None:
    rig = Rig()
    dice = random.Random(1)
    rig.clock.overrun_s = lambda: dice.choice([0, 0, 0, 0, 0.001, 0.03])
    report = rig.play(TimedEvent(0, Trigger("dance")), unattended=False)
    lateness = report.lateness()
    assert lateness.count == 40
    assert lateness.worst_ms == pytest.approx(0, abs=1e-6)


def test_after_a_sleep_far_beyond_the_lead_the_show_goes_on_where_it_ought_to_be() -> None:
    rig = Rig()
    slept = [False]

    def overrun() -> float:
        if rig.clock.now_s > 1004.0 and not slept[0]:
            slept[0] = True
            return 2.0
        return 0.0

    rig.clock.overrun_s = overrun
    report = rig.play(TimedEvent(0, Trigger("dance")), TimedEvent(6.5, Trigger("hit")))
    hits = [at_s for at_s, level, _over in rig.projector.lights() if level == 100]
    assert hits == [pytest.approx(report.started_s + 6.5, abs=1e-3)]


def test_no_more_waits_on_the_board_than_it_can_hold() -> None:
    steps = ", ".join(f"{{ fade = {n}, over = 0.002 }}" for n in range(100))
    rig = Rig(f'[[cue]]\nid = "a"\nsteps = [ {steps} ]\n')
    rig.projector.round_trip_s = 0.0005
    rig.play()
    assert rig.projector.most_waiting <= 16
    assert len(rig.projector.lights()) == 102


def test_a_touch_is_answered_at_once_and_the_timeline_goes_on_underneath() -> None:
    rig = Rig()
    rig.post_at(2.03, Trigger("hit"))
    report = rig.play(TimedEvent(0, Trigger("dance")), TimedEvent(8, Trigger("lamp")))
    live = [entry for entry in report.entries if entry.label.startswith("hit")]
    assert live[0].live
    assert 0 <= live[0].late_s * 1000 <= 10, "the way there, and taking back what was planned"
    assert rig.projector.waiting == []
    # while hit has the light, nothing of dance is shown; then dance is joined on its way
    levels = [
        (round(at_s - 1000, 2), level)
        for at_s, level, _over in rig.projector.lights()
        if 2.02 < at_s - 1000 < 2.8
    ]
    assert [level for _at, level in levels[:2]] == [100, 0]
    assert levels[2][0] == pytest.approx(2.03 + 0.5, abs=0.01)


def test_a_touch_that_changes_nothing_ahead_takes_nothing_back() -> None:
    rig = Rig(SHOW + '[[cue]]\nid = "quiet"\nsteps = [ { hold = 1 } ]\n')
    for n in range(10):
        rig.post_at(3.2 + n / 10, Trigger("quiet"))
    rig.play()
    assert "cancel" not in [name for _at, name, _args in rig.projector.executed]


def test_a_move_that_began_while_the_plan_was_taken_back_does_not_begin_twice() -> None:
    rig = Rig(SHOW + '[[cue]]\nid = "later"\nsteps = [ { hold = 1 }, { move = 2 } ]\n')
    rig.post_at(1.1495, Trigger("hit"))  # takes dance's light back, half a ms before the move
    rig.play(TimedEvent(0, Trigger("dance")), TimedEvent(0, Trigger("later")), unattended=False)
    names = [name for _at_s, name, _args in rig.projector.executed]
    assert names.index("to") < names.index("cancel")
    assert names.count("to") == 1


def test_a_touch_from_the_future_is_a_touch_of_now() -> None:
    """A board's clock is known to a fraction of a millisecond, no better."""
    rig = Rig()
    rig.clock.call_at(1002.0, lambda: rig.player.post(Trigger("hit"), 1002.4))
    report = rig.play()
    hit = next(entry for entry in report.entries if entry.label.startswith("hit"))
    assert hit.planned_s == pytest.approx(1002.0, abs=0.005)


def test_a_gate_in_a_performance_opens_and_closes_on_time() -> None:
    from visiophare.show.actions import Release

    rig = Rig()
    report = rig.play(
        TimedEvent(1.0, Trigger("lamp", Mode.GATE)),
        TimedEvent(1.7, Release("lamp")),
        unattended=False,
    )
    assert [(round(at_s - report.started_s, 3), *rest) for at_s, *rest in rig.projector.lights()][
        1:
    ] == [(1.0, 90, 0), (1.7, 0, 0.5)]


def test_panic_is_dark_at_once_and_ends_the_play() -> None:
    rig = Rig()
    rig.post_at(4.0, Panic())
    report = rig.play()
    names = [name for _at, name, _args in rig.projector.executed]
    assert names[-1] == "halt"
    assert report.ended_s < 1006


def test_somebody_who_stops_the_projector_stops_the_show() -> None:
    rig = Rig()
    rig.clock.call_at(1004.0, lambda: rig.projector.tell("halted", 1004.0))
    report = rig.play()
    assert report.ended_s < 1006
    assert rig.remarks == ["Somebody stopped the projector; the show ends here."]


def test_the_projectors_own_button_says_go() -> None:
    rig = Rig()
    rig.clock.call_at(1000.5, lambda: rig.projector.tell("button", 1000.5))
    report = rig.play()
    assert [cue for cue, _at in report.cues][:2] == ["sunrise", "dance"]
    assert report.cues[1][1] == pytest.approx(1000.5, abs=0.05)


def test_ctrl_c_darkens_before_it_goes_on() -> None:
    rig = Rig()

    def interrupt() -> None:
        raise KeyboardInterrupt

    rig.clock.call_at(1002.0, interrupt)
    with pytest.raises(KeyboardInterrupt):
        rig.play()
    assert rig.projector.dark
    assert rig.player.is_dark


def test_an_end_with_the_port_gone_is_not_taken_for_darkness() -> None:
    rig = Rig()

    def interrupt() -> None:
        rig.projector.gone = True
        raise KeyboardInterrupt

    rig.clock.call_at(1002.0, interrupt)
    with pytest.raises(KeyboardInterrupt):
        rig.play()
    assert not rig.player.is_dark


def test_a_refusal_that_comes_again_and_again_is_told_once() -> None:
    again = "steps = [ { loop = 5, steps = [ { move = 3 }, { hold = 1 } ] } ]"
    rig = Rig(f'[[cue]]\nid = "film"\n{again}\n')
    rig.projector.refuse["to"] = "no_frame"
    assert rig.play().refused == 5
    assert rig.remarks == ["Refused."]


def test_after_a_show_with_a_low_master_the_next_light_is_whole() -> None:
    rig = Rig(SHOW.replace("master = 90", "master = 40"))
    rig.play()
    masters = [args[0] for _at_s, name, args in rig.projector.executed if name == "master"]
    assert masters == [40.0, 100.0]
    assert rig.projector.executed[-1][1] == "master", "when all is dark"


def test_a_projector_that_refuses_the_opening_ends_the_play_with_its_reason() -> None:
    rig = Rig()
    rig.projector.refuse["master"] = "halted"
    with pytest.raises(BoardError):
        rig.play()


def test_a_refused_move_is_told_and_the_show_goes_on_without_it() -> None:
    rig = Rig()
    rig.projector.refuse["home"] = "moving"
    rig.projector.refuse["to"] = "unreferenced"
    report = rig.play()
    assert rig.remarks[0] == "Refused."
    assert "does not know where it is" in rig.remarks[1]
    assert "End the show" in rig.remarks[2], "nobody can home while a show has the port"
    assert report.refused == 2
    assert report.ended_s < report.started_s + 9.5


def test_a_carriage_that_does_not_arrive_is_told() -> None:
    rig = Rig()
    rig.projector.travel_s = 100.0
    rig.play()
    gave_up = [news for news in rig.news if isinstance(news, GaveUp)]
    assert [news.cue for news in gave_up] == ["film", "film"]


def test_a_lost_port_is_told_once_and_on_its_return_the_show_is_where_it_ought_to_be() -> None:
    rig = Rig()
    rig.clock.call_at(1000.5, lambda: setattr(rig.projector, "gone", True))
    # The cable is back in the middle of `dance`.
    rig.clock.call_at(1004.7, lambda: setattr(rig.projector, "gone", False))
    rig.clock.call_at(1000.5, lambda: rig.projector.waiting.clear())
    report = rig.play()
    assert rig.remarks == [
        "The port is gone.",
        "The show goes on, and the light with it when the projector is back.",
        "The projector is back.",
    ]
    dance_s = report.started_s + 3.0
    after = [e for e in report.entries if e.executed_s and e.executed_s > 1005.0]
    assert after
    for entry in after:
        if entry.label.startswith("dance") and not entry.live:
            assert (entry.executed_s - dance_s) / 0.1 == pytest.approx(
                round((entry.executed_s - dance_s) / 0.1), abs=1e-3
            )


def test_a_cable_pulled_in_the_middle_of_a_long_fade_is_told_at_once() -> None:
    rig = Rig()
    told_s: list[float] = []
    rig.player._tell = lambda news: told_s.append(rig.clock.now_s)
    rig.clock.call_at(1000.6, lambda: rig.projector.connect(False))
    rig.clock.call_at(1001.4, lambda: rig.projector.connect(True))
    rig.play()
    assert [round(at_s, 2) for at_s in told_s[1:4]] == [1000.6, 1000.6, 1001.4]
    back = [light for light in rig.projector.lights() if 1001.4 <= light[0] < 1001.5]
    assert [level for _at, level, _over in back] == [pytest.approx(37.5, abs=0.3), 60]


def test_a_port_that_never_returns_lets_the_show_end_in_its_time_and_then_fails() -> None:
    rig = Rig()
    rig.clock.call_at(1001.0, lambda: setattr(rig.projector, "gone", True))
    with pytest.raises(PortError):
        rig.play()
    assert rig.clock.now_s > 1007.0


def test_a_board_that_boots_anew_is_brought_to_where_the_show_has_got_to() -> None:
    rig = Rig()
    rig.clock.call_at(1001.15, rig.projector.restart)
    rig.play()
    assert rig.remarks == ["The board has started anew; the show goes on."]
    after = [light for light in rig.projector.lights() if light[0] >= 1001.15]
    assert after[0][1] == 0
    assert after[1][1:] == (pytest.approx(30, abs=0.5), 0), "half-way of sunrise"
    assert after[2][1:] == (60, pytest.approx(1.0, abs=0.01))


def test_a_board_that_took_us_for_silent_is_brought_to_where_the_show_has_got_to() -> None:
    rig = Rig()
    rig.clock.call_at(1001.15, lambda: rig.projector.tell("silent", 1001.15))
    rig.play()
    assert rig.remarks == ["The board had heard nothing for a while; the show goes on."]
    after = [light for light in rig.projector.lights() if light[0] >= 1001.15]
    assert after[0][1:] == (pytest.approx(30, abs=0.5), 0), "half-way of sunrise"
    assert after[1][1:] == (60, pytest.approx(1.0, abs=0.01))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_hit_the_timeline_stays_exact_and_touches_are_quick(
    seed: int,
) -> None:
    dice = random.Random(seed)
    rig = Rig()
    cues = list(rig.player.show.cues)
    for _ in range(25):
        rig.post_at(round(dice.uniform(0.2, 9), 4), Trigger(dice.choice(cues)))
    report = rig.play()
    assert rig.projector.lights()[-1][1] == 0
    assert rig.projector.waiting == []
    assert report.lateness().worst_ms < 5
    assert report.lateness(live=True).worst_ms < 40
