# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A show without a plan, played by hand: it ends when somebody ends it."""

import pytest

from host.show.test_player import Rig
from visiophare.show.actions import Event, Panic, Trigger
from visiophare.show.player import KEPT_ROWS


class EnoughError(Exception):
    """Somebody ends the evening."""


class Evening(Rig):
    """A Rig that is played by hand until `ends_s`."""

    def last(self, ends_s: float) -> None:
        def enough() -> None:
            raise EnoughError

        self.clock.call_at(1000.0 + ends_s, enough)
        with pytest.raises(EnoughError):
            self.player.play([], unattended=False, open_end=True)

    def names(self) -> list[str]:
        return [name for _at, name, _args in self.projector.executed]


def test_it_waits_for_hands_and_darkens_when_it_is_ended() -> None:
    evening = Evening()
    evening.post_at(100.0, Trigger("lamp"))
    evening.last(3600.0)
    assert (1100.0, 90, 0) in [
        (round(at_s, 1), *rest) for at_s, *rest in evening.projector.lights()
    ]
    assert evening.projector.dark


def test_a_panic_stops_the_board_at_once_and_the_next_hit_clears_it() -> None:
    evening = Evening()
    evening.post_at(2.0, Trigger("dance"))
    evening.post_at(3.0, Panic())
    evening.post_at(3.001, Panic())
    evening.post_at(5.0, Trigger("lamp"))
    evening.post_at(7.0, Panic())
    evening.post_at(8.0, Trigger("dance"))
    evening.last(11.0)
    names = evening.names()
    first = names.index("halt")
    assert names[first - 1] != "cancel", "a stop waits for nothing"
    assert names[first : first + 5] == ["halt", "halt", "clear", "light", "halt"]
    assert evening.remarks == []
    assert len(evening.projector.lights()) > 20, "what the stop took back does not count as waiting"


def test_somebody_else_who_stops_the_projector_ends_it() -> None:
    evening = Evening()
    evening.post_at(1.0, Panic())
    evening.post_at(2.0, Trigger("lamp"))
    evening.clock.call_at(1004.0, lambda: evening.projector.tell("halted", 1004.0))
    evening.player.play([], unattended=False, open_end=True)
    assert evening.clock.now_s < 1006
    assert evening.remarks == ["Somebody stopped the projector; the show ends here."]


def test_a_pulled_cable_is_told_at_once_and_the_light_is_where_it_ought_to_be_afterwards() -> None:
    evening = Evening()
    told_s: list[float] = []
    evening.post_at(1.0, Trigger("lamp"))
    evening.clock.call_at(1002.0, lambda: evening.projector.connect(False))
    evening.clock.call_at(1002.5, lambda: told_s.extend([1002.5] * len(evening.remarks)))
    evening.post_at(3.0, Trigger("sunrise"))
    evening.clock.call_at(1008.0, lambda: setattr(evening.projector, "gone", False))
    evening.last(12.0)
    assert len(told_s) == 2
    assert len(evening.remarks) == 3
    assert next(level for at_s, level, _ in evening.projector.lights() if at_s > 1008) == 60


def test_a_flood_is_answered_within_milliseconds_and_its_last_hit_counts() -> None:
    evening = Evening()
    for n in range(3000):
        evening.post_at(1.0 + n / 1000, Trigger(("dance", "lamp", "sunrise")[n % 3]))
    evening.post_at(4.0, Trigger("hit"))
    late_s: list[float] = []
    answer = evening.player._happen

    def watched(*events: Event, at_s: float) -> None:
        late_s.append(evening.clock.now_s - at_s)
        answer(*events, at_s=at_s)

    evening.player._happen = watched  # type: ignore[method-assign]
    evening.last(20.0)
    assert max(late_s) < 0.03
    levels = [level for at_s, level, _ in evening.projector.lights() if 1004 <= at_s < 1004.03]
    assert 100 in levels, "the last hit"


def test_an_evening_of_hits_leaves_no_endless_report() -> None:
    evening = Evening()
    for n in range(60):
        evening.post_at(1.0 + 10 * n, Trigger("dance"))
    evening.last(610.0)
    assert len(evening.projector.lights()) > 2 * KEPT_ROWS
    assert len(evening.player.report.entries) <= KEPT_ROWS + 16
