# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from host.show.stage_fake import FakeClock, FakeProjector
from visiophare.errors import BoardError, PortError
from visiophare.show.actions import Command, Flash, MoveCarriage, SetLight
from visiophare.show.model import Place
from visiophare.show.report import PlayReport
from visiophare.show.sending import OVERDUE_S, Sender


class Desk:
    """A sender with a fake projector at the other end, at 1000 s."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.projector = FakeProjector(self.clock)
        self.report = PlayReport(1000.0)
        self.refused: list[Command] = []
        self.losses: list[PortError] = []
        self.sender = Sender(
            self.projector, self.clock.now, self.report, self.losses.append, self.note
        )

    def note(self, command: Command, _error: BoardError) -> None:
        self.refused.append(command)

    def done(self) -> list[tuple[str, tuple[float, ...]]]:
        return [(name, args) for _at_s, name, args in self.projector.executed]


def test_a_ramp_that_is_late_still_ends_when_it_should() -> None:
    desk = Desk()
    desk.sender.send([SetLight(60, 2.0, at_s=999.5)])
    assert desk.done() == [("light", (60, 1.5))]


def test_a_flash_that_is_late_is_shorter_and_one_that_is_over_is_left_out() -> None:
    desk = Desk()
    desk.sender.send([Flash(100, 0.1, at_s=999.95)])
    desk.sender.send([Flash(100, 0.1, at_s=999.85)])
    assert desk.done() == [("flash", (100, 0.05))]
    assert [entry.executed_s is None for entry in desk.report.entries] == [False, True]


def test_after_a_gap_only_the_latest_light_and_the_latest_move_are_sent() -> None:
    desk = Desk()
    move, last_move = MoveCarriage(Place(1), 991.0), MoveCarriage(Place(2), 993.0)
    desk.sender.send(
        [SetLight(10, 0, 990.0), move, SetLight(20, 0, 992.0), last_move, SetLight(30, 9, 995.0)]
    )
    assert desk.done() == [("to", (2,)), ("light", (30, 4.0 - 0.002))]


def test_taking_back_leaves_in_the_report_what_the_board_had_done_already() -> None:
    desk = Desk()
    first, second = SetLight(10, 0, 1000.05), SetLight(20, 0, 1001.0)
    desk.projector.callbacks.clear()  # the board's word is still on its way
    desk.sender.send([first, second])
    desk.clock.sleep(0.1)
    assert desk.sender.cancel() == [first]
    assert [entry.command for entry in desk.report.entries] == [first]
    assert desk.sender.pending(1000.0) == [first]
    desk.sender.ran(1, 1000.0501)
    assert desk.report.entries[0].executed_s == 1000.0501


def test_a_word_that_never_comes_does_not_block_the_board_s_queue() -> None:
    desk = Desk()
    desk.sender.send([SetLight(10, 0, 1000.05)])
    desk.clock.sleep(OVERDUE_S)
    desk.sender.forget_overdue()
    assert desk.sender.waiting == 1
    desk.clock.sleep(0.1)
    desk.sender.forget_overdue()
    assert desk.sender.waiting == 0


def test_what_is_due_in_a_moment_goes_at_once() -> None:
    desk = Desk()
    desk.sender.send([SetLight(10, 0, 1000.001)])
    assert desk.sender.waiting == 0
    assert desk.report.entries[0].executed_s is not None


def test_a_refusal_is_told_and_the_next_command_goes_out() -> None:
    desk = Desk()
    desk.projector.refuse["to"] = "no_frame"
    move = MoveCarriage(Place(99), 1000.0)
    desk.sender.send([move, SetLight(5, 0, 1000.0)], live=True)
    assert desk.refused == [move]
    assert desk.done() == [("light", (5, 0))]


def test_a_lost_port_is_told_once_and_nothing_more_is_sent_until_it_is_found() -> None:
    desk = Desk()
    desk.projector.gone = True
    desk.sender.send([SetLight(5, 0, 1000.0), SetLight(6, 0, 1000.0)], live=True)
    assert len(desk.losses) == 1
    desk.projector.gone = False
    desk.sender.send([SetLight(7, 0, 1000.0)], live=True)
    assert desk.done() == []
    desk.sender.found()
    desk.sender.send([SetLight(8, 0, 1000.0)], live=True)
    assert desk.done() == [("light", (8, 0))]
