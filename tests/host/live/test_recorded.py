# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from visiophare.live.recorded import timed_events, unbound_sources
from visiophare.midi.files import TimedMessage
from visiophare.show.actions import Master, Release, TimedEvent, Trigger
from visiophare.show.model import Mode
from visiophare.show.reading import parse_show

SHOW = parse_show(
    b"""
[[cue]]
id = "hit"
steps = [ { flash = 100, for = 0.1 } ]
[[cue]]
id = "lamp"
steps = [ { fade = 50, over = 0 } ]
[[binding]]
source = "note 36 channel 10"
cue = "hit"
velocity = "level"
[[binding]]
source = "note 46"
cue = "lamp"
mode = "gate"
[[binding]]
source = "control 1"
do = "master"
[[binding]]
source = "control 64"
cue = "hit"
""",
    "x.toml",
)


def test_notes_become_events_at_their_own_times() -> None:
    messages = [
        TimedMessage(0.5, "on", 10, 36, 127),
        TimedMessage(0.6, "off", 10, 36, 0),
        TimedMessage(1.0, "on", 1, 46, 20),
        TimedMessage(2.5, "off", 1, 46, 0),
    ]
    assert timed_events(SHOW, messages) == [
        TimedEvent(0.5, Trigger("hit", Mode.TRIGGER, 1.0)),
        TimedEvent(1.0, Trigger("lamp", Mode.GATE, 1.0)),
        TimedEvent(2.5, Release("lamp")),
    ]


def test_a_slider_moves_the_master_and_a_pedal_hits_once_on_its_way_down() -> None:
    messages = [
        TimedMessage(n / 10, "control", 1, 64, value) for n, value in enumerate((0, 70, 127, 0, 64))
    ]
    messages.append(TimedMessage(1.0, "control", 3, 1, 127))
    assert timed_events(SHOW, messages) == [
        TimedEvent(0.1, Trigger("hit")),
        TimedEvent(0.4, Trigger("hit")),
        TimedEvent(1.0, Master(100.0)),
    ]


def test_what_is_bound_to_nothing_is_named_once() -> None:
    messages = [
        TimedMessage(0.0, "on", 1, 36, 90),  # another channel than the binding's
        TimedMessage(0.1, "on", 1, 50, 90),
        TimedMessage(0.2, "on", 1, 50, 90),
        TimedMessage(0.3, "on", 1, 9, 90),
        TimedMessage(0.4, "on", 1, 46, 90),
    ]
    assert unbound_sources(SHOW, messages) == ["note 9", "note 36", "note 50"]
