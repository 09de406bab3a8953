# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the board means by a refusal, and what to do next: one row for each code.

Owns the sentences for people who use a command line. The board's own sentences, for people who
type at a terminal, are the firmware's.
"""

from typing import Any

from visiophare.errors import BoardError
from visiophare.words import N_

_ROWS: dict[str, tuple[str, str]] = {
    "halted": (
        N_("The projector was stopped, and refuses light and motion."),
        N_("Look why, then type `clear` at its terminal, or switch it off and on."),
    ),
    "unreferenced": (
        N_("The carriage does not know where it is."),
        N_("Run `visiophare carriage home` first."),
    ),
    "outside": (
        N_("The carriage can go from {min} to {max} mm."),
        N_("Choose a position between them, or change the limits in the board's settings."),
    ),
    "no_frame": (
        N_("The film has frames {min} to {max}."),
        N_("Choose one of them, or tell the board's settings about the other film."),
    ),
    "range": (N_("{arg} must lie between {min} and {max}."), ""),
    "busy": (
        N_("{max} commands wait on the board already, more do not fit."),
        N_("Send them less far ahead."),
    ),
    "late": (
        N_("The time at which the board was to act is over."),
        N_("Send commands further ahead; a slow computer or cable makes them late."),
    ),
    "too_far": (
        N_("A command can wait on the board for 8 minutes at most."),
        N_("Send it later."),
    ),
    "moving": (
        N_("The carriage is moving."),
        N_("Wait until it has arrived, and repeat."),
    ),
    "internal": (
        N_("The program on the board failed, and stopped everything."),
        N_("`visiophare status` says how; then switch the projector off and on."),
    ),
}


def explain_refusal(code: str, fields: dict[str, str]) -> BoardError:
    """The error for a refused command; a code that is not in the table is told as it is."""
    params: dict[str, Any] = {name: value for name, value in fields.items() if name != "lines"}
    row = _ROWS.get(code)
    if row and all(f"{{{name}}}" not in row[0] or name in params for name in ("arg", "min", "max")):
        return BoardError(code, row[0], row[1], **params)
    return BoardError(
        "refused",
        N_("The board refused the command: {refusal}."),
        N_("`visiophare status` says how the projector is."),
        refusal=" ".join([code, *(f"{name}={value}" for name, value in sorted(params.items()))]),
    )


def outcome_unknown(name: str) -> BoardError:
    """A reset of the board, or another program, came between a command and its reply."""
    return BoardError(
        "outcome_unknown",
        N_("The board started anew before it answered: nobody knows whether `{command}` ran."),
        N_("Look at the projector, or ask `visiophare status`, before you repeat the command."),
        command=name,
    )


def restarted(name: str) -> BoardError:
    """A command was for a time of the board's clock that no longer exists."""
    return BoardError(
        "board_restarted",
        N_("The board started anew, so `{command}` was not sent."),
        N_("Repeat the command, or start the show again."),
        command=name,
    )


def restarted_meanwhile() -> BoardError:
    """The board has forgotten what somebody waits for."""
    return BoardError(
        "board_restarted",
        N_("The board started anew in the middle of it."),
        N_("Check its supply, run `visiophare carriage home`, and repeat the command."),
    )


def not_stopped() -> BoardError:
    """A stop was sent again and again, and the board says that it has not stopped."""
    return BoardError(
        "not_stopped",
        N_("The board does not confirm that it has stopped."),
        N_("Switch the projector off."),
    )


def wrong_protocol(theirs: str, ours: int) -> BoardError:
    """The board speaks another version of the wire."""
    return BoardError(
        "protocol_mismatch",
        N_("The board speaks version {theirs} of the protocol, this program version {ours}."),
        N_("Update the older of the two."),
        theirs=theirs,
        ours=ours,
    )
