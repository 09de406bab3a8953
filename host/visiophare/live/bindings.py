# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which events a touch makes, by the bindings of a show. Pure."""

from collections.abc import Sequence

from visiophare.midi.messages import Edge, Touch
from visiophare.show.actions import Event, Go, Master, Panic, Release, StopAll, Trigger
from visiophare.show.model import Binding, Do, Mode, Source, Velocity

LARGEST_VALUE = 127
_AT_ONCE: dict[Do, Event] = {Do.GO: Go(), Do.STOP: StopAll(), Do.PANIC: Panic()}


def bound(bindings: Sequence[Binding], touch: Touch) -> list[Binding]:
    """The bindings that a touch concerns, in the order of the show's file."""
    return [binding for binding in bindings if _is_source(binding.source, touch)]


def events_of(bindings: Sequence[Binding], touch: Touch) -> list[Event]:
    """What a touch sets off; none when nothing is bound, or when only a release would count."""
    events = (_event_of(binding, touch) for binding in bound(bindings, touch))
    return [event for event in events if event is not None]


def _is_source(source: Source, touch: Touch) -> bool:
    return (
        source.kind == touch.kind
        and (source.key == touch.key if touch.kind == "key" else source.number == touch.number)
        and source.channel in (None, touch.channel)
    )


def _event_of(binding: Binding, touch: Touch) -> Event | None:
    if binding.do is Do.MASTER:
        follows = touch.kind == "control" or touch.edge is Edge.DOWN
        return Master(100 * touch.value / LARGEST_VALUE) if follows else None
    if touch.edge is Edge.UP:
        return Release(binding.cue) if binding.mode is Mode.GATE and binding.cue else None
    if touch.edge is Edge.MOVED:
        return None
    if binding.do is not None:
        return _AT_ONCE[binding.do]
    weakened = binding.velocity is Velocity.LEVEL
    return Trigger(binding.cue, binding.mode, touch.value / LARGEST_VALUE if weakened else 1.0)
