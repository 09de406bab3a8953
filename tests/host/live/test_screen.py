# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads while they play, and that reading slowly stops no show."""

import threading

import pytest

from host.live.conftest import SHOW
from patience import PATIENCE_S, eventually
from visiophare.commands.live import LINES_WAITING, Printer, Screen
from visiophare.live.hands import Unbound
from visiophare.midi.ports import Notice
from visiophare.show.actions import Go, Panic, Started, StopAll
from visiophare.show.player import Remark
from visiophare.show.reading import parse_show


class Paper:
    """A screen with what it printed; the clock stands still until it is set."""

    def __init__(self, show: str = SHOW):
        self.now_s, self.lines = 10.0, []
        parsed = parse_show(show.encode(), "show.toml")
        self.screen = Screen(
            parsed, lambda: self.now_s, lambda line, _write: self.lines.append(line)
        )


def test_cues_instruments_and_remarks_have_a_line_each():
    paper = Paper()
    for news in (
        Started("moon", 0.0),
        Notice("lost", "LPD8"),
        Unbound("note 99"),
        Remark("{port} vanished.", {"port": "COM3"}),
    ):
        paper.screen.tell(news)
    assert paper.lines == [
        "moon",
        "LPD8: unplugged. Waiting for it to come back.",
        "note 99 is bound to nothing.",
        "COM3 vanished.",
    ]


def test_a_flood_of_one_cue_is_not_printed_and_its_next_playing_is():
    paper = Paper()
    for _hit in range(1000):
        paper.screen.tell(Started("moon", 0.0))
    paper.now_s += 0.3
    paper.screen.tell(Started("moon", 0.0))
    assert paper.lines == ["moon", "moon"]


def test_a_hand_that_ends_everything_is_told_that_it_was_heard():
    lines = []
    screen = Screen(parse_show(SHOW.encode(), "show.toml"), lambda: 0.0, lines.append)
    for event in (Panic(), Go(), StopAll()):
        screen.ended(event)
    assert lines == ["Dark.", "Every cue ends."]


@pytest.mark.parametrize(
    ("keys", "show", "ending"),
    [
        (False, SHOW, "Ctrl-C ends; the light goes out."),
        (True, SHOW, "Esc: dark at once. q or Ctrl-C: the end, the light goes out."),
        (
            True,
            SHOW.replace("key a", "key q"),
            "Esc: dark at once. Ctrl-C: the end, the light goes out.",
        ),
    ],
)
def test_the_heading_says_what_plays_and_how_it_ends(keys, show, ending):
    lines = list(Paper(show).screen.heading(keys))
    assert lines[0] == "Live: Pads"
    assert "  note 38    glow, as long as it is held" in lines
    assert lines[-1] == ending


def test_a_terminal_that_stands_still_holds_up_nobody():
    stuck = threading.Event()
    written = []

    def write(line: str) -> None:
        stuck.wait(PATIENCE_S)
        stuck.set()
        written.append(line)

    with Printer() as printer:
        for number in range(10 * LINES_WAITING):
            printer.put(str(number), write)
        assert written == []
        stuck.set()
        eventually(lambda: len(written) >= LINES_WAITING, "printing")
    assert written[:3] == ["0", "1", "2"]
    assert len(written) <= LINES_WAITING + 1


def test_a_terminal_that_was_closed_ends_the_printing_only():
    def write(_line: str) -> None:
        raise BrokenPipeError

    with Printer() as printer:
        printer.put("a", write)
        printer.put("b", write)
