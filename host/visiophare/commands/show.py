# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare show check` and `visiophare show play`: a show on paper, and on the projector.

`show compile` and `show upload` join them from show_score.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import (
    Group,
    emit,
    json_option,
    open_projector,
    port_option,
    progress,
    warn,
)
from visiophare.commands.show_score import compile_command, upload_command
from visiophare.words import N_, _, ngettext, number

if TYPE_CHECKING:
    from visiophare.midi.files import TimedMessage
    from visiophare.show.actions import TimedEvent
    from visiophare.show.model import Show
    from visiophare.show.player import News
    from visiophare.show.report import PlayReport

_show_argument = click.argument("show_path", metavar="SHOW.toml", type=click.Path(path_type=Path))


@click.group(cls=Group, help=_("Check or play a show, or have a board play it alone."))
def command() -> None:
    """Groups what is done with a show file."""


command.add_command(compile_command)
command.add_command(upload_command)


@command.command(
    short_help=_("Check a show, and print it as a score."),
    help=_(
        "Read a show and print it as a score: its cues, when each step begins, its pads.\n\n"
        "A show with mistakes is not printed; all of them are listed with their lines."
    ),
    epilog=_("Example: visiophare show check examples/1-first-show/show.toml"),
)
@_show_argument
@json_option
def check(show_path: Path, as_json: bool) -> None:
    """Reads, checks, prints."""
    from visiophare.show.reading import load_show
    from visiophare.show.summary import lines_of, notes_on

    show = load_show(show_path)
    notes = notes_on(show)
    emit(as_json, {**_document(show), "notes": notes}, lines_of(show))
    if not as_json:
        for note in notes:
            warn(note)


@command.command(
    short_help=_("Play a show on the projector."),
    help=_(
        "Play a show on the projector, from the first cue of its order to the last.\n\n"
        "Nobody has to say Go: each cue begins when the one before has ended. With --midi, the "
        "notes of a recorded performance play the cues instead, as its bindings say. At the end, "
        "and on Ctrl-C, the light goes out."
    ),
    epilog=_(
        "Example: visiophare show play examples/2-pads/show.toml --midi performance.mid "
        "--port socket://127.0.0.1:7000"
    ),
)
@_show_argument
@click.option(
    "--midi",
    "midi_path",
    metavar=_("FILE.mid"),
    type=click.Path(path_type=Path),
    help=_("A standard MIDI file whose notes play the cues."),
)
@port_option
@json_option
def play(show_path: Path, midi_path: Path | None, port: str | None, as_json: bool) -> None:
    """Reads everything first, then opens the port and plays."""
    from visiophare.midi.files import read_performance
    from visiophare.show.fitting import refuse_misfit, refuse_unreferenced
    from visiophare.show.player import Player
    from visiophare.show.reading import load_show
    from visiophare.show.words_for import duration, number

    show = load_show(show_path)
    performance = read_performance(midi_path) if midi_path else None
    schedule = schedule_of(show, performance, show_path, midi_path)
    with open_projector(port, reconnect=True) as projector:
        refuse_misfit(show, projector.settings(), show_path)
        if performance is None:
            refuse_unreferenced(show, projector.status()["referenced"] == "yes")
        tell = _Teller(show)
        player = Player(show, projector, tell=tell)
        tell.report = player.report
        report = player.play(schedule, unattended=performance is None)
    lateness = report.lateness()
    if report.refused:
        sentence = ngettext(
            "{count} command was not carried out.",
            "{count} commands were not carried out.",
            report.refused,
        )
        warn(sentence.format(count=report.refused))
    emit(
        as_json,
        _played(show, report),
        [
            _("Played {title}: {time}, {commands}.").format(
                title=show.title,
                time=duration(report.ended_s - report.started_s),
                commands=ngettext(
                    "{count} command", "{count} commands", len(report.entries)
                ).format(count=len(report.entries)),
            ),
            _(
                "Planned against executed: {p50} ms for half of them, {p99} ms for 99 in 100."
            ).format(p50=number(round(lateness.p50_ms, 1)), p99=number(round(lateness.p99_ms, 1))),
        ]
        if lateness.count
        else [],
    )


class _Teller:
    """Prints what happens while a show plays, each with its time."""

    def __init__(self, show: "Show") -> None:
        self._show = show
        self.report: PlayReport | None = None

    def __call__(self, news: "News") -> None:
        from visiophare.show.actions import GaveUp, LetGo, OrderOver, Started
        from visiophare.show.words_for import place

        if isinstance(news, Started):
            name = self._show.cues[news.cue].name
            progress(f"{self._time(news.at_s)}  {news.cue}{f' - {name}' if name else ''}")
        elif isinstance(news, LetGo):
            progress(f"{self._time(news.at_s)}  {_('{cue} ends').format(cue=news.cue)}")
        elif isinstance(news, OrderOver):
            progress(f"{self._time(news.at_s)}  {_('The running order is over.')}")
        elif isinstance(news, GaveUp):
            sentence = _("The carriage did not say that it reached {place}; {cue} goes on.")
            warn(sentence.format(place=place(news.to), cue=news.cue))
        else:
            warn(_(news.template).format(**news.params))

    def _time(self, at_s: float) -> str:
        start_s = self.report.started_s if self.report else at_s
        return f"{number(max(0.0, at_s - start_s)):>7} s"


def schedule_of(
    show: "Show",
    performance: "list[TimedMessage] | None",
    show_path: Path,
    midi_path: Path | None,
) -> "list[TimedEvent]":
    """The events to play.  Raises ShowError when there is nothing to play."""
    from visiophare.errors import ShowError
    from visiophare.live.recorded import timed_events, unbound_sources
    from visiophare.show.actions import Go, TimedEvent

    if performance is None:
        if not show.order:
            raise ShowError(
                "nothing_in_order",
                N_("Nothing says in which order to play {path}: all its cues belong to pads."),
                N_('Play it with --midi FILE or `visiophare live`, or add order = ["{cue}"].'),
                path=show_path,
                cue=next(iter(show.cues)),
            )
        return [TimedEvent(0.0, Go())]
    schedule = timed_events(show, performance)
    unbound = unbound_sources(show, performance)
    if not schedule:
        raise ShowError(
            "nothing_bound",
            N_("Nothing in {midi} is bound to a cue of {path}."),
            N_('Add a [[binding]] with source = "{source}".'),
            midi=midi_path,
            path=show_path,
            source=unbound[0] if unbound else "note 36",
        )
    if unbound:
        warn(_("Bound to nothing: {sources}.").format(sources=", ".join(unbound)))
    return schedule


def _document(show: "Show") -> dict[str, Any]:
    return {
        "title": show.title,
        "master_percent": show.master_percent,
        "order": list(show.order),
        "cues": list(_cues(show)),
        "bindings": [
            {
                "source": str(binding.source),
                "cue": binding.cue,
                "do": binding.do or "",
                "mode": binding.mode,
                "velocity": binding.velocity,
            }
            for binding in show.bindings
        ],
    }


def _cues(show: "Show") -> "Iterator[dict[str, Any]]":
    """`seconds` and `moves` are missing for a cue that goes on until somebody ends it."""
    from visiophare.show.model import length, never_ends

    for cue in show.cues.values():
        cue_length = length(cue.steps)
        row = {"id": cue.id, "name": cue.name, "priority": cue.priority}
        if never_ends(cue.steps):
            yield {**row, "endless": True}
        else:
            known = {"seconds": round(cue_length.seconds, 3), "moves": cue_length.moves}
            yield {**row, "endless": False, **known}


def _played(show: "Show", report: "PlayReport") -> dict[str, Any]:
    """Times in seconds from the show's beginning, to the microsecond."""
    zero_s = report.started_s
    lateness, answers = report.lateness(), report.lateness(live=True)
    commands = []
    for entry in report.entries:
        row: dict[str, Any] = {
            "label": entry.label,
            "planned_s": round(entry.planned_s - zero_s, 6),
            "live": entry.live,
        }
        if entry.executed_s is not None:
            row["executed_s"] = round(entry.executed_s - zero_s, 6)
        commands.append(row)
    return {
        "title": show.title,
        "seconds": round(report.ended_s - zero_s, 3),
        "cues": [{"cue": cue, "at_s": round(at_s - zero_s, 6)} for cue, at_s in report.cues],
        "commands": commands,
        "late_ms": {
            "count": lateness.count,
            "p50": round(lateness.p50_ms, 3),
            "p99": round(lateness.p99_ms, 3),
            "worst": round(lateness.worst_ms, 3),
        },
        "answered_ms": {"count": answers.count, "p99": round(answers.p99_ms, 3)},
        "refused": report.refused,
        "remarks": report.remarks,
    }
