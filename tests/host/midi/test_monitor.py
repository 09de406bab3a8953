# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare midi monitor`, as its own process, with a virtual pad."""

import re
import signal

import pytest

import running
from visiophare.commands.midi import nothing_to_hear, touch_line
from visiophare.midi.messages import Edge, Touch


def test_a_line_begins_with_the_words_to_write_into_a_show():
    line = touch_line(Touch(0.0, "note", Edge.DOWN, 36, channel=10, value=100, port="LPD8"))
    assert re.split(r"\s{2,}", line) == ["note 36 channel 10", "down, 100", "LPD8"]


def test_a_missing_instrument_is_told_with_those_that_are_there():
    assert "LPD8, nanoPAD2" in nothing_to_hear("Launchpad", ["LPD8", "nanoPAD2"])


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_hits_are_printed_until_it_is_ended(plug, jack_server, name):
    pad = plug("Test pad")
    with running.visiophare("midi", "monitor", "--pad", "Test pad", **jack_server) as monitor:
        assert "Test pad" in monitor.line()
        pad.play_until(lambda: monitor.said("note 36 channel 10"), 0x99, 36, 100)
        number = getattr(signal, name)
        assert monitor.end(number).code == 128 + number
