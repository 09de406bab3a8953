# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare energy`: what the projector took from its battery, and what a show will take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import (
    DURATION_S,
    Command,
    emit,
    json_option,
    open_projector,
    port_option,
)
from visiophare.commands.condition import condition, energy_sentences
from visiophare.commands.units import Number
from visiophare.words import N_, _, filled, ngettext

if TYPE_CHECKING:
    from visiophare.show.actions import TimedEvent
    from visiophare.show.energy import Consumption
    from visiophare.show.model import Show

IDLE_W = 2.0  # the firmware's own default
QUANTITIES = ("power_w", "energy_wh", "energy_total_wh", "battery_wh", "battery_lasts_h")


@dataclass(frozen=True)
class Powers:
    """What is drawn at full light and in the dark; the battery's watt-hours, 0 for none."""

    led_w: float
    idle_w: float
    battery_wh: float


@click.command(
    cls=Command,
    help=_(
        "Say how many watt-hours the projector took since it started and in all, what it takes "
        "now, and how long its battery lasts.\n\n"
        "With --show, estimate a show instead, before it is played: its watt-hours, and how often "
        "and how long a battery plays it. The powers are those of the board's settings (led_w, "
        "idle_w, battery_wh), or with --led-w those that you give, and then no board is needed. "
        "What heat, a weak supply or a knob would dim is counted as light."
    ),
    short_help=_("Say what the projector took, or what a show will take."),
    epilog=_("Example: visiophare energy --show show.toml --led-w 200 --battery-wh 480"),
)
@click.option(
    "--show",
    "show_path",
    metavar="SHOW.toml",
    type=click.Path(path_type=Path),
    help=_("A show to estimate, in its running order."),
)
@click.option(
    "--midi",
    "midi_path",
    metavar=_("FILE.mid"),
    type=click.Path(path_type=Path),
    help=_("A recorded performance that plays the show's cues."),
)
@click.option(
    "--move",
    "move_s",
    type=DURATION_S,
    default="3s",
    metavar=_("DURATION"),
    help=_("How long each move of the film takes (3s)."),
)
@click.option(
    "--led-w",
    type=Number(0, 2000),
    metavar=_("WATTS"),
    help=_("The LED and its driver, fully on; the rest not included."),
)
@click.option(
    "--idle-w", type=Number(0, 200), metavar=_("WATTS"), help=_("All the rest, also in the dark.")
)
@click.option(
    "--battery-wh",
    type=Number(0, 100_000),
    metavar=_("WATT-HOURS"),
    help=_("What a full battery holds."),
)
@port_option
@json_option
def command(
    show_path: Path | None,
    midi_path: Path | None,
    move_s: float,
    led_w: float | None,
    idle_w: float | None,
    battery_wh: float | None,
    port: str | None,
    as_json: bool,
) -> None:
    """Asks the board, or reads a show and adds it up."""
    if show_path is None:
        if (midi_path, led_w, idle_w, battery_wh) != (None, None, None, None):
            raise click.UsageError(_("--midi, --led-w, --idle-w and --battery-wh go with --show."))
        tell_board(port, as_json)
        return
    show, schedule = _read(show_path, midi_path)
    powers = powers_of(led_w, idle_w, battery_wh, port)
    used = _consumption(show, schedule, show_path, midi_path is None, move_s, powers)
    document = as_document(show, used, powers, move_s)
    emit(as_json, document, describe(document))


def tell_board(port: str | None, as_json: bool) -> None:
    """What the board counted, and what is left of its battery."""
    with open_projector(port, darken_on_error=False) as projector:
        told = condition(projector.status())
    document = {name: told[name] for name in QUANTITIES}
    left_wh = None
    if None not in (document["battery_wh"], document["energy_wh"]):
        left_wh = round(max(0.0, document["battery_wh"] - document["energy_wh"]), 2)
    lines = list(energy_sentences(document))
    if left_wh is None:
        lines.append(_("Tell it of a battery: `visiophare settings battery_wh 480 --save`."))
    emit(as_json, {**document, "battery_left_wh": left_wh}, lines)


def powers_of(
    led_w: float | None, idle_w: float | None, battery_wh: float | None, port: str | None
) -> Powers:
    """What was given, and for the rest what a board's settings say, when one has to be asked.

    Raises UsageError when there is neither.
    """
    from visiophare.errors import UsageError

    if led_w is not None:
        return Powers(led_w, IDLE_W if idle_w is None else idle_w, battery_wh or 0.0)
    if not port:
        raise UsageError(
            "power_unknown",
            N_("Nothing says how much the LED takes."),
            N_("Give --led-w WATTS, or --port PORT for what the board's settings say."),
        )
    with open_projector(port, darken_on_error=False) as projector:
        settings = projector.settings()
    return Powers(
        float(settings["led_w"]),
        float(settings["idle_w"]) if idle_w is None else idle_w,
        float(settings["battery_wh"]) if battery_wh is None else battery_wh,
    )


def _read(show_path: Path, midi_path: Path | None) -> "tuple[Show, list[TimedEvent]]":
    from visiophare.commands.show import schedule_of
    from visiophare.midi.files import read_performance
    from visiophare.show.reading import load_show

    show = load_show(show_path)
    performance = read_performance(midi_path) if midi_path else None
    return show, schedule_of(show, performance, show_path, midi_path)


def _consumption(
    show: "Show",
    schedule: "list[TimedEvent]",
    show_path: Path,
    unattended: bool,
    move_s: float,
    powers: Powers,
) -> "Consumption":
    """Raises ShowError for a show with too many steps."""
    from visiophare.errors import ShowError
    from visiophare.show.energy import consumption

    used = consumption(
        show,
        schedule,
        unattended=unattended,
        move_s=move_s,
        led_w=powers.led_w,
        idle_w=powers.idle_w,
    )
    if used is None:
        raise ShowError(
            "too_many_steps",
            N_("{path} has too many steps to be added up."),
            N_("Give its longest loop fewer rounds for this, and multiply."),
            path=show_path,
        )
    return used


def as_document(show: "Show", used: "Consumption", powers: Powers, move_s: float) -> dict[str, Any]:
    """For scripts; None for what needs a battery that nobody told of."""
    battery = powers.battery_wh
    return {
        "title": show.title,
        "seconds": round(used.duration_s, 3),
        "moves": used.moves,
        "move_s": move_s,
        "led_w": powers.led_w,
        "idle_w": powers.idle_w,
        "full_light_s": round(used.full_light_s, 3),
        "energy_wh": round(used.wh, 3),
        "mean_w": round(used.mean_w, 2),
        "peak_w": round(used.peak_w, 2),
        "battery_wh": battery or None,
        "battery_plays": int(battery / used.wh) if battery and used.wh else None,
        "battery_lasts_h": round(battery / used.mean_w, 2) if battery and used.mean_w else None,
    }


def describe(document: Mapping[str, Any]) -> Iterator[str]:
    """The lines for a person."""
    from visiophare.show.words_for import duration

    times = {"title": document["title"], "time": duration(document["seconds"])}
    moves = document["moves"]
    if moves:
        sentence = ngettext(
            "{title}: {time}, with {moves} move of {move}.",
            "{title}: {time}, with {moves} moves of {move} each.",
            moves,
        )
        yield sentence.format(**times, moves=moves, move=duration(document["move_s"]))
    else:
        yield _("{title}: {time}.").format(**times)
    yield filled(
        _(
            "It takes {energy_wh:g} Wh: {mean_w:g} W on average, {peak_w:g} W at its brightest "
            "(LED {led_w:g} W fully on, {idle_w:g} W for all the rest)."
        ),
        document,
    )
    if document["battery_plays"] == 0:
        yield filled(
            _("A full battery of {battery_wh:g} Wh is too small for it: {battery_lasts_h:g} h."),
            document,
        )
    elif document["battery_plays"]:
        sentence = ngettext(
            "A full battery of {battery_wh:g} Wh plays it once: {battery_lasts_h:g} h of it.",
            "A full battery of {battery_wh:g} Wh plays it {battery_plays} times, for "
            "{battery_lasts_h:g} h.",
            document["battery_plays"],
        )
        yield filled(sentence, document)
