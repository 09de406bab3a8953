# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare status`: what the projector is doing, without disturbing it."""

from collections.abc import Iterator
from typing import Any

import click

from visiophare.commands.common import Command, emit, json_option, open_projector, port_option
from visiophare.commands.condition import condition, sentences
from visiophare.faults import sentence_of
from visiophare.words import N_, _, filled

CARRIAGE = {
    "moving": N_("The carriage is moving, now at {mm:g} mm."),
    "turning": N_("The film turns."),
    "homing": N_("The carriage looks for its home switch."),
    "stopping": N_("The carriage is coming to rest."),
}

SCORES = {
    "plays": N_("The score on the board plays."),
    "rests": N_("There is a score on the board; it rests."),
}


@click.command(
    cls=Command,
    help=_("Say what the projector is doing; nothing is changed."),
    epilog=_("Example: visiophare status --port /dev/ttyACM0"),
)
@port_option
@json_option
def command(port: str | None, as_json: bool) -> None:
    """Asks the board and tells."""
    with open_projector(port, darken_on_error=False) as projector:
        status = projector.status()
        faults = projector.faults()
        board = projector.board
    document = as_document(status, faults, board)
    emit(as_json, document, describe(document))


def as_document(status: dict[str, str], faults: list[str], board: dict[str, str]) -> dict[str, Any]:
    """The board's words as numbers and truths, for scripts."""
    carriage: dict[str, Any] = {
        "state": status["carriage"],
        "referenced": status["referenced"] == "yes",
    }
    if "mm" in status:
        carriage["mm"] = float(status["mm"])
    if "frame" in status:
        carriage["frame"] = int(status["frame"])
    return {
        "light_percent": float(status["light"]),
        "level_percent": float(status["level"]),
        "master_percent": float(status["master"]),
        "carriage": carriage,
        "film_free": status.get("freed") == "yes",
        "score": status.get("score"),
        "waiting": int(status["queue"]),
        "halted": status["halted"] == "yes",
        "faults": faults,
        **condition(status),
        "board": board.get("board", ""),
        "firmware": board.get("firmware", ""),
        "name": board.get("name", ""),
    }


def describe(document: dict[str, Any]) -> Iterator[str]:
    """The lines for a person."""
    yield _("{name}: firmware {firmware} on {board}.").format(**document)
    sentence = _(
        "Light at {light_percent:g} % (set to {level_percent:g} %, master at {master_percent:g} %)."
    )
    yield filled(sentence, document)
    carriage = document["carriage"]
    on_the_way = CARRIAGE.get(carriage["state"])
    if on_the_way and ("mm" in carriage or carriage["state"] != "moving"):
        yield filled(_(on_the_way), carriage)
    elif document["film_free"]:
        yield _(
            "The film belongs to the hand: its switch is on. Switch it off, then run `visiophare "
            "carriage home`."
        )
    elif not carriage["referenced"]:
        yield _("The carriage does not know where it is: run `visiophare carriage home`.")
    elif "frame" in carriage:
        yield filled(_("The carriage is at {mm:g} mm, frame {frame}."), carriage)
    else:
        yield filled(_("The carriage is at {mm:g} mm."), carriage)
    yield from sentences(document)
    if document["score"]:
        yield _(SCORES.get(document["score"], N_("There is a score on the board.")))
    if document["waiting"]:
        yield _("Commands that wait for their time: {waiting}.").format(**document)
    if document["halted"]:
        yield _("It was stopped, and refuses light and motion until `clear`.")
    if not document["faults"]:
        yield _("No faults.")
    yield from [sentence_of(code) for code in document["faults"]]
