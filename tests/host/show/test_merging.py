# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left to send of a flood of touches."""

from visiophare.show.actions import (
    Flash,
    MoveCarriage,
    SetLight,
    SetMaster,
    StopCarriage,
    StopNow,
)
from visiophare.show.merging import merged
from visiophare.show.model import Place


def light(level: float, over_s: float = 0.0) -> SetLight:
    return SetLight(level, over_s, at_s=0.0)


def test_the_commands_of_one_touch_all_count_in_their_order():
    commands = [light(20), light(100, 2.0), MoveCarriage(Place(3), 0.0)]
    assert merged([commands]) == commands


def test_a_later_level_takes_the_place_of_one_that_waits():
    assert merged([[light(20), light(100, 2.0)], [light(50)]]) == [light(50)]


def test_a_flash_leaves_the_level_to_which_it_returns():
    flash = Flash(100, 0.1, 0.0)
    assert merged([[light(20)], [flash], [flash]]) == [light(20), flash]
    assert merged([[flash], [light(20)]]) == [light(20)]


def test_light_master_and_carriage_do_not_replace_each_other():
    commands = [light(20), SetMaster(50, 0.0), MoveCarriage(Place(1), 0.0)]
    assert merged([command] for command in commands) == commands
    stop = StopCarriage(0.0)
    assert merged([[commands[2]], [stop]]) == [stop]


def test_a_stop_comes_before_everything():
    stop = StopNow(0.0)
    assert merged([[light(20), SetMaster(50, 0.0)], [MoveCarriage(Place(1), 0.0)], [stop]]) == [
        stop
    ]


def test_a_thousand_hits_wait_as_one():
    assert len(merged([light(level % 100)] for level in range(1000))) == 1
