# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from visiophare.show.actions import Flash, MoveCarriage, SetLight, SetMaster, StopNow
from visiophare.show.flashes import flashes_too_fast
from visiophare.show.model import Place
from visiophare.show.reading import parse_show
from visiophare.show.report import Entry, PlayReport
from visiophare.show.timeline import MoveSpan, light_curve, timeline_of


def test_a_ramp_has_a_corner_at_each_end() -> None:
    curve = light_curve([(1.0, SetLight(60, 2, 1.0))], end_s=5.0)
    assert curve == [(1.0, 0), (3.0, 60), (5.0, 60)]


def test_a_ramp_that_is_overtaken_turns_where_it_has_got_to() -> None:
    curve = light_curve([(0.0, SetLight(100, 2, 0)), (1.0, SetLight(0, 1, 1))], end_s=3.0)
    assert curve == [(0.0, 0), (1.0, 50), (2.0, 0), (3.0, 0)]


def test_a_jump_has_two_corners_at_the_same_time() -> None:
    curve = light_curve([(0.0, SetLight(0, 0, 0)), (1.0, SetLight(80, 0, 1))], end_s=2.0)
    assert curve == [(0.0, 0), (1.0, 0), (1.0, 80), (2.0, 80)]


def test_a_flash_lies_on_a_ramp_that_goes_on_below() -> None:
    curve = light_curve([(0.0, SetLight(40, 4, 0)), (1.0, Flash(100, 1.0, 1))], end_s=4.0)
    assert curve == [(0.0, 0), (1.0, 10), (1.0, 100), (2.0, 100), (2.0, 20), (4.0, 40)]


def test_a_new_level_ends_a_flash() -> None:
    curve = light_curve([(0.0, Flash(100, 2.0, 0)), (1.0, SetLight(30, 0, 1))], end_s=3.0)
    assert curve == [(0.0, 100), (1.0, 100), (1.0, 30), (3.0, 30)]


def test_the_master_scales_and_a_stop_darkens() -> None:
    commands = [
        (0.0, SetMaster(50, 0)),
        (0.0, SetLight(80, 0, 0)),
        (1.0, SetMaster(100, 1)),
        (2.0, StopNow(2)),
    ]
    curve = light_curve(commands, end_s=3.0)
    assert curve == [(0.0, 0), (0.0, 40), (1.0, 40), (1.0, 80), (2.0, 80), (2.0, 0), (3.0, 0)]


def test_nothing_has_no_curve() -> None:
    assert light_curve([], end_s=3.0) == []


def test_the_timeline_counts_from_the_beginning_and_joins_moves_with_arrivals() -> None:
    light, home, move = (
        SetLight(60, 1, 10.0),
        MoveCarriage(Place(), 11.0),
        MoveCarriage(Place(frame=2), 14.0),
    )
    report = PlayReport(started_s=10.0, ended_s=20.0)
    report.entries = [
        Entry(light, "", 10.0, executed_s=10.001),
        Entry(home, "", 11.0, executed_s=11.0),
        Entry(move, "", 14.0, executed_s=14.002),
        Entry(move, "", 18.0),
    ]
    report.cues = [("dawn", 10.0)]
    report.carriage_stands = [13.5, 16.0]
    timeline = timeline_of(report)
    assert timeline.planned[0] == (0.0, 0)
    assert timeline.executed[1] == (pytest.approx(1.001), 60)
    assert timeline.cues == [("dawn", 0.0)]
    assert timeline.duration_s == 10.0
    assert timeline.moves == [
        MoveSpan(Place(), 1.0, 1.0, 3.5),
        MoveSpan(Place(frame=2), 4.0, pytest.approx(4.002), 6.0),
        MoveSpan(Place(frame=2), 8.0, None, None),
    ]


@pytest.mark.parametrize(
    ("steps", "too_fast"),
    [
        ("{ fade = 100, over = 1 }", False),
        ("{ loop = 9, steps = [ { flash = 100, for = 0.1 }, { hold = 0.3 } ] }", False),
        ("{ loop = 9, steps = [ { flash = 100, for = 0.1 }, { hold = 0.1 } ] }", True),
        ("{ loop = 9, steps = [ { flash = 20, for = 0.1 }, { hold = 0.1 } ] }", False),
        (
            "{ move = 3 }, { loop = 9, steps = [ { fade = 90, over = 0.1 }, "
            "{ fade = 10, over = 0.1 } ] }",
            True,
        ),
    ],
)
def test_a_cue_that_flashes_more_often_than_the_projector_allows_is_found(
    steps: str, too_fast: bool
) -> None:
    show = parse_show(f'[[cue]]\nid = "a"\nsteps = [ {steps} ]\n'.encode(), "x")
    assert flashes_too_fast(show, "a") is too_fast
