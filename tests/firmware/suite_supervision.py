# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watchdog is fed by a loop that is whole, and by no other."""

from fake_board import FakeBoard

from visiophare_firmware import Controller, run
from visiophare_firmware.supervision import ALL, LIGHT, MOTION, PROTECTION, QUEUE, Supervision


def looped(passes=20, broken=(), spoil=None):
    """How often the watchdog was fed in so many passes."""
    board = FakeBoard()
    controller = Controller(board, 0)
    board.broken = broken
    if spoil:
        spoil(controller)
    left = [passes]

    def go_on():
        left[0] -= 1
        return left[0] >= 0

    def read():
        board.advance_to(board.now_us + 5000)
        return b"light 100\n" if left[0] == passes - 1 else b""

    run(controller, lambda: board.now_us, read, lambda data: None, go_on)
    return board.fed


def test_every_pass_feeds_while_all_is_well():
    assert looped() == 20


def test_one_part_that_does_not_report_is_enough():
    for missing in range(6):
        board = FakeBoard()
        supervision = Supervision(board)
        for _ in range(10):
            supervision.report(ALL & ~(1 << missing))
            supervision.feed()
        assert board.fed == 0, missing
        supervision.report(1 << missing)
        supervision.feed()
        assert board.fed == 1


def test_a_part_that_is_skipped_starves_the_watchdog():
    def skip_protection(controller):
        controller.supervision.report = lambda parts: None

    assert looped(spoil=skip_protection) == 0


def test_each_part_reports_for_itself_alone_once_in_a_pass():
    controller, told = Controller(FakeBoard(), 0), []
    controller.supervision.report = told.append
    controller.tick(5000)
    assert told == [QUEUE, MOTION, PROTECTION, LIGHT]


def test_a_failure_that_was_made_safe_goes_on_to_tell_its_reason():
    assert looped(broken=("sense",)) == 20


def test_a_light_that_cannot_be_darkened_is_left_to_the_watchdog():
    assert looped(broken=("sense", "set_light")) == 0


def test_a_motor_that_cannot_be_cut_is_left_to_the_watchdog():
    assert looped(broken=("sense", "cut_motion")) == 0
