# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays the rehearsal's show and compares what was planned with what the board did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from visiophare.rehearsal.improvised_show import show_for_notes
from visiophare.rehearsal.outcome import PlayOutcome, Spread
from visiophare.rehearsal.site import Site
from visiophare.rehearsal.timeline_picture import Timeline, timeline_png
from visiophare.words import _

if TYPE_CHECKING:
    from visiophare.show.actions import TimedEvent
    from visiophare.show.model import Show
    from visiophare.show.report import PlayReport
    from visiophare.simulator.outputs import Outputs

LONGEST_PERFORMANCE_S = 10.0
SAMPLE_S = 0.01
HELD_BACK_PERCENT, HELD_BACK_S = 20.0, 0.05


@dataclass(frozen=True)
class Programme:
    """What will be played: `text` is the show's TOML, `cut_at_s` where a performance was cut."""

    show: Show
    text: str
    schedule: list[TimedEvent]
    unattended: bool
    cut_at_s: float | None = None


def prepare(midi: Path | None) -> Programme:
    """Read the example show, or make one for a performance.

    Raises: FileError when the performance cannot be read, or has no notes.
    """
    from visiophare import stage
    from visiophare.show.actions import Go, TimedEvent
    from visiophare.show.reading import parse_show

    if midi is None:
        path = Path(stage.__file__).with_name("show.toml")
        text = path.read_text("utf-8")
        first = [TimedEvent(0.0, Go())]
        return Programme(parse_show(text.encode(), path.name), text, first, unattended=True)
    return _improvised(midi)


def _improvised(midi: Path) -> Programme:
    from visiophare.errors import FileError
    from visiophare.live.recorded import timed_events
    from visiophare.midi.files import read_performance
    from visiophare.show.reading import parse_show
    from visiophare.words import N_

    performance = read_performance(midi)
    notes = [message for message in performance if message.kind == "on"]
    if not notes:
        raise FileError(
            "midi_without_notes",
            N_("There is not one note in {path}."),
            N_("Record some pads, or leave --midi out."),
            path=midi,
        )
    text = show_for_notes((message.number for message in notes), midi.stem)
    show = parse_show(text.encode(), midi.name)
    start_s = notes[0].at_s
    heard = [message for message in performance if message.at_s - start_s < LONGEST_PERFORMANCE_S]
    cut = len(heard) < len(performance)
    schedule = [
        replace(event, at_s=event.at_s - start_s)
        for event in timed_events(show, heard)
        if event.at_s >= start_s
    ]
    cut_at_s = LONGEST_PERFORMANCE_S if cut else None
    return Programme(show, text, schedule, unattended=False, cut_at_s=cut_at_s)


def play(site: Site, programme: Programme, say: Callable[[str], None]) -> tuple[PlayOutcome, bytes]:
    """Play it on the site's projector; return the outcome and the timeline as a PNG."""
    from visiophare.show.player import Player

    player = Player(programme.show, site.projector)
    report = player.play(programme.schedule, unattended=programme.unattended)
    for remark in report.remarks:
        say(remark)
    timeline = _timeline(programme.show, report, site.outputs)
    lateness = [abs(e.late_s) * 1000 for e in report.entries if e.late_s is not None]
    outcome = PlayOutcome(
        title=programme.show.title,
        lateness_ms=Spread.of(lateness),
        planned=len(report.entries),
        lasted_s=report.ended_s - report.started_s,
        cut_at_s=programme.cut_at_s,
        held_back=held_back(timeline),
    )
    return outcome, timeline_png(timeline)


def _timeline(show: Show, report: PlayReport, outputs: Outputs) -> Timeline:
    from visiophare.show.timeline import timeline_of
    from visiophare.show.words_for import place

    curves = timeline_of(report)
    moves = [
        (move.executed_s, move.arrived_s, place(move.to))
        for move in curves.moves
        if move.executed_s is not None and move.arrived_s is not None
    ]
    return Timeline(
        lasted_s=curves.duration_s,
        planned=[point for point in curves.planned if point[0] >= 0],  # the opening is before it
        seen=_seen(outputs, report.started_s, curves.duration_s),
        moves=moves,
        cues=[(at_s, _(show.cues[cue].name or cue)) for cue, at_s in curves.cues],
    )


def held_back(timeline: Timeline) -> bool:
    """Whether the light stays clearly below the plan for longer than a flash takes to rise."""
    seen, planned = np.array(timeline.seen), np.array(timeline.planned)
    missing = np.interp(seen[:, 0], planned[:, 0], planned[:, 1]) - seen[:, 1]
    low = "".join("x" if percent > HELD_BACK_PERCENT else " " for percent in missing)
    return "x" * round(HELD_BACK_S / SAMPLE_S) in low


def _seen(outputs: Outputs, start_s: float, lasted_s: float) -> list[tuple[float, float]]:
    """What an eye would see of the LED itself, every 10 ms: (s, percent)."""
    samples = []
    for index in range(int(lasted_s / SAMPLE_S)):
        at_s = index * SAMPLE_S
        linear = outputs.mean_light(start_s + at_s, start_s + at_s + SAMPLE_S)
        samples.append((at_s + SAMPLE_S / 2, perceived_percent(linear)))
    return samples


def perceived_percent(linear: float) -> float:
    """CIE 1976 lightness L* of a relative luminance 0..1 (ISO/CIE 11664-4)."""
    if linear <= 216 / 24389:
        return linear * 24389 / 27
    return 116 * linear ** (1 / 3) - 16
