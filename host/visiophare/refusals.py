# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the board means by a refusal, and what to do next: one row for each code.

Owns the sentences for people who use a command line. The board's own sentences, for people who
type at a terminal, are the firmware's.
"""

from typing import Any

from visiophare.errors import BoardError
from visiophare.faults import FAULTS
from visiophare.words import N_

_ROWS: dict[str, tuple[str, str]] = {
    "halted": (
        N_("The projector was stopped, and refuses light and motion."),
        N_("Look why, then run `visiophare clear`."),
    ),
    "unreferenced": (
        N_("The carriage does not know where it is."),
        N_("Run `visiophare carriage home` first."),
    ),
    "not_home_yet": (
        N_("The carriage is still looking for its home switch."),
        N_("Wait until it has found it, and repeat."),
    ),
    "outside": (
        N_("The carriage can go from {min} to {max} mm."),
        N_("Choose a position between them, or change `visiophare settings max_mm`."),
    ),
    "no_frame": (
        N_("The film has frames {min} to {max}."),
        N_("Choose one, or tell the board of the other film: `visiophare settings frames`."),
    ),
    "settings_refused": (
        N_("The board does not take this value for {arg}; nothing was changed."),
        N_("`visiophare settings` lists the values that it has."),
    ),
    "not_dark": (
        N_("Settings are only kept while the light is out."),
        N_("Run `visiophare light 0` first."),
    ),
    "not_endless": (
        N_("Only a disc or a loop may turn for ever."),
        N_("If it is one: `visiophare settings endless yes --save`."),
    ),
    "no_turn": (
        N_("The board does not know how much goes by in a turn."),
        N_("`visiophare settings turn_mm 377 --save` tells it; or `visiophare carriage run`."),
    ),
    "too_fast": (
        N_("At most {max} frames go by in a second."),
        N_("Choose fewer, or change `visiophare settings speed_mm_s`."),
    ),
    "too_fast_turn": (
        N_("It turns at most {max} times a minute."),
        N_("Choose a lower speed, or change `visiophare settings speed_mm_s` or `turn_mm`."),
    ),
    "range": (N_("{arg} must lie between {min} and {max}."), ""),
    "not_a_word": (
        N_("Names and values for the board are single words, without spaces or accents."),
        N_("Write it as one word, such as my-projector."),
    ),
    "too_long": (
        N_("That is longer than a line to the board can be."),
        N_("Choose something shorter."),
    ),
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
    "not_set": (
        N_("The board could not take its saved settings, so the carriage waits."),
        N_("`visiophare status` says why; correct them, then `visiophare settings … --save`."),
    ),
    "film_free": (
        N_("The film belongs to the hand: the projector's switch is on."),
        N_("Switch it off, then run `visiophare carriage home`."),
    ),
    "pattern_too_fast": (
        N_("Each light and each darkness of a pattern lasts {min} ms or more."),
        N_("Take longer slots; or warn everybody who can see the light, then `visiophare arm`."),
    ),
    "too_soon": (
        N_("The light has just changed: the pattern would not have been exact."),
        N_("Wait a second, and repeat."),
    ),
    "not_armed": (
        N_("A strobe flashes faster than three times a second, and the board is not armed."),
        N_("Warn everybody who can see the light, then run `visiophare arm 10min`."),
    ),
    "not_moving": (
        N_("A strobe follows the motion, and the carriage stands still."),
        N_("Let it move, as by `visiophare carriage run 2`, and repeat while it does."),
    ),
    "not_a_pattern": (
        N_("A pattern is ones and zeros, as 1101, or m7, m15, m31 … m1023."),
        N_("`visiophare expose --help` explains, with an example."),
    ),
    "not_here": (
        N_("This kind of board cannot do that."),
        N_("Use a board with an RP2040 or RP2350."),
    ),
    "internal": (
        N_("The program on the board failed, and stopped everything."),
        N_("`visiophare status` says how; then switch the projector off and on."),
    ),
    **FAULTS,
    "score_damaged": (
        N_("The score did not arrive whole; the board keeps the old one."),
        N_("Was another program connected to it? Send it again."),
    ),
}

# What is wrong with a setting: the problem that the board names.
_SETTINGS: dict[str, tuple[str, str]] = {
    "unknown_setting": (
        N_("The board has no setting {arg}."),
        N_("`visiophare settings` lists them, with their values."),
    ),
    "range": (
        N_("{arg} must lie between {min} and {max}; nothing was changed."),
        N_("`visiophare settings {arg}` shows what it is now."),
    ),
    "not_a_choice": (
        N_("{arg} can be: {choices}; nothing was changed."),
        N_("Give one of these words."),
    ),
    "not_a_number": (
        N_("{arg} must be a number, such as 40 or 12.5; nothing was changed."),
        N_("`visiophare settings {arg}` shows what it is now."),
    ),
    "not_a_word": (
        N_("{arg} must be one word of 24 letters at most; nothing was changed."),
        N_("Write it without spaces and accents, such as my-projector."),
    ),
    "limits_crossed": (
        N_("One setting must stay below another; nothing was changed."),
        N_("Mind min_mm and max_mm; fan_c, fold_c and off_c; supply_min_v and supply_warn_v."),
    ),
    "frames_outside": (
        N_("A frame would stand where the carriage does not reach; nothing was changed."),
        N_("Change max_mm, pitch_mm or first_frame_mm first."),
    ),
    "home_slow_too_fast": (
        N_("home_slow_mm_s must not be above home_speed_mm_s; nothing was changed."),
        N_("Change the other one first."),
    ),
    "home_too_fast": (
        N_("home_speed_mm_s must not be above speed_mm_s; nothing was changed."),
        N_("Change the other one first."),
    ),
    "too_many_steps": (
        N_("That would be more than 40,000 steps a second; nothing was changed."),
        N_("Change speed_mm_s or steps_per_mm."),
    ),
    "retract_too_long": (
        N_("home_retract_mm must be shorter than the travel; nothing was changed."),
        N_("Change home_retract_mm, or min_mm and max_mm."),
    ),
    "film_pitch_short": (
        N_("With film_sensor, pitch_mm must be longer than 8 full steps; nothing was changed."),
        N_("Change pitch_mm or microsteps first, or leave film_sensor at no."),
    ),
}


_NEEDED = ("arg", "min", "max", "choices")


def explain_refusal(code: str, fields: dict[str, str]) -> BoardError:
    """The error for a refused command; a code that is not in the table is told as it is."""
    params: dict[str, Any] = {
        name: float(value) if name in ("min", "max") and "." in value else value
        for name, value in fields.items()
        if name != "lines"
    }
    problem = params.get("problem", "")  # of a setting
    row = _SETTINGS.get(problem) or _ROWS.get(code)
    if problem == "unknown_setting":
        code = problem
    if row and all(f"{{{name}}}" not in row[0] or name in params for name in _NEEDED):
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
