# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recorded performance as events of a show, each at its own time. Pure."""

from collections.abc import Iterable

from visiophare.live.bindings import bound, events_of
from visiophare.midi.files import TimedMessage
from visiophare.midi.messages import PRESSED_FROM, Edge, Touch
from visiophare.show.actions import TimedEvent
from visiophare.show.model import Show


def touches_of(messages: Iterable[TimedMessage]) -> list[Touch]:
    """The messages as the touches that made them; times stay seconds from the beginning."""
    down: set[tuple[int, int]] = set()
    touches = []
    for message in messages:
        if message.kind == "control":
            knob = message.channel, message.number
            pressed = message.value >= PRESSED_FROM
            edge = Edge.MOVED if pressed == (knob in down) else Edge.DOWN if pressed else Edge.UP
            down = down | {knob} if pressed else down - {knob}
            kind = "control"
        else:
            edge = Edge.DOWN if message.kind == "on" else Edge.UP
            kind = "note"
        touches.append(
            Touch(message.at_s, kind, edge, message.number, "", message.channel, message.value)
        )
    return touches


def timed_events(show: Show, messages: Iterable[TimedMessage]) -> list[TimedEvent]:
    """What a performance sets off by the bindings of a show, in the order of time."""
    return [
        TimedEvent(touch.at_s, event)
        for touch in touches_of(messages)
        for event in events_of(show.bindings, touch)
    ]


def unbound_sources(show: Show, messages: Iterable[TimedMessage]) -> list[str]:
    """The pads and knobs of a performance that the show binds to nothing: "note 36" …"""
    sources = {
        touch.source
        for touch in touches_of(messages)
        if touch.edge is Edge.DOWN and not bound(show.bindings, touch)
    }
    return sorted(sources, key=lambda source: (source.split()[0], int(source.split()[1])))
