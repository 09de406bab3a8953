# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong on the way onto a board: one sentence and the next step for each.

Owns the words. When to say them is the business of whoever raises.
"""

from visiophare.errors import BoardError, FileError
from visiophare.words import N_

_FLASH_HINT = N_(
    "Put MicroPython {oldest} or newer on the board (hardware/docs/install.md says how), then "
    "install again."
)
_AGAIN_HINT = N_(
    "Unplug the board, plug it in again, and install again: it goes on where it stopped."
)


CODE_FAILED = "board_code_failed"


def code_failed(traceback: str) -> BoardError:
    """Code that we ran on the board raised; `reason` is its traceback's last line."""
    return BoardError(
        CODE_FAILED,
        N_("The board failed: {reason}."),
        _AGAIN_HINT,
        reason=last_line(traceback) or "?",
    )


def no_prompt() -> BoardError:
    """Nothing gives MicroPython's prompt."""
    return BoardError(
        "no_prompt",
        N_("What is plugged in there does not give MicroPython's prompt."),
        N_(
            "`visiophare devices` lists what is plugged in. A Pico without MicroPython needs it "
            "first (hardware/docs/install.md); one that hangs: unplug it, plug it in again, "
            "repeat. If its own program holds on even then, erase it first, as that page says."
        ),
    )


def prompt_lost() -> BoardError:
    """It was at the prompt, and then fell silent or said what makes no sense there."""
    return BoardError(
        "prompt_lost", N_("The board stopped answering in the middle of the work."), _AGAIN_HINT
    )


def not_micropython(name: str, oldest: str) -> BoardError:
    """Another Python for boards: CircuitPython has the same prompt."""
    return BoardError(
        "not_micropython",
        N_("This board runs {name}, not MicroPython."),
        _FLASH_HINT,
        name=name,
        oldest=oldest,
    )


def too_old(version: str, oldest: str) -> BoardError:
    """A MicroPython from before what the firmware needs."""
    return BoardError(
        "micropython_too_old",
        N_("MicroPython {version} on this board is too old: {oldest} or newer is needed."),
        _FLASH_HINT,
        version=version,
        oldest=oldest,
    )


def wrong_chip(machine: str, chips: str) -> BoardError:
    """MicroPython, but on a chip that the firmware has no board file for."""
    return BoardError(
        "wrong_chip",
        N_("This is “{machine}”, and Visiophare's firmware has no file for such a board."),
        N_("It runs on: {chips}."),
        machine=machine,
        chips=chips,
    )


def wrong_mpy(version: str) -> BoardError:
    """A MicroPython that reads compiled files of another make than ours."""
    return BoardError(
        "micropython_other",
        N_("MicroPython {version} on this board does not read this Visiophare's compiled files."),
        N_("Update Visiophare on this computer, or put MicroPython 1.28 on the board."),
        version=version,
    )


def unknown_pins(machine: str) -> BoardError:
    """The right chip on a board whose pins may lead anywhere."""
    return BoardError(
        "board_unknown",
        N_("This is “{machine}”: its chip is right, but its pins may lead elsewhere."),
        N_(
            "Compare them with hardware/docs/pins.md. If they are a Pico's, repeat with "
            "--any-board. Nothing was changed."
        ),
        machine=machine,
    )


def no_room(needed_bytes: int, free_bytes: int) -> BoardError:
    """The new files would not fit beside the old ones."""
    return BoardError(
        "no_room",
        N_("There is no room on the board: {needed_kb} KB are needed, {free_kb} KB are free."),
        N_("Remove files of your own from the board. Nothing was changed."),
        needed_kb=-(-needed_bytes // 1024),
        free_kb=free_bytes // 1024,
    )


def damaged_on_the_way(path: str) -> BoardError:
    """A file read back differently, again and again."""
    return BoardError(
        "copy_damaged",
        N_("{path} arrives damaged on the board, every time."),
        N_("Use another cable or another USB port; if that does not help, the flash is worn out."),
        path=path,
    )


def does_not_start(heard: str, expected: str) -> BoardError:
    """All files are in place, and the program does not greet."""
    return BoardError(
        "firmware_silent",
        N_("All files are in place, but the program does not start: “{heard}”.")
        if heard
        else N_("All files are in place, but Visiophare {expected} does not answer."),
        N_("Unplug the board, plug it in again, and ask it: `visiophare status`."),
        heard=heard,
        expected=expected,
    )


def stays_at_prompt() -> BoardError:
    """All files are in place, and the board takes its button to be held."""
    return BoardError(
        "button_held",
        N_("All files are in place, but the board stays at MicroPython's prompt."),
        N_(
            "Unplug it, and plug it in without holding its button. If it stays so: is the button's "
            "pin (GP10 on a Pico, IO21 on an ESP32) at ground? Then ask it: `visiophare status`."
        ),
    )


def other_version(answered: str, expected: str) -> BoardError:
    """It greets, as something else than what was installed."""
    return BoardError(
        "firmware_version",
        N_("The board answers as version {answered}, but {expected} was installed."),
        N_("Unplug the board, plug it in again, and install again."),
        answered=answered or "?",
        expected=expected,
    )


def incomplete(name: str) -> FileError:
    """This computer's Visiophare lacks part of the firmware."""
    return FileError(
        "firmware_incomplete",
        N_("This Visiophare is incomplete: {name} of the firmware is missing."),
        N_("Install Visiophare on this computer again."),
        name=name,
    )


def last_line(text: str) -> str:
    """The last line that says something, as printable text without its final full stop."""
    printable = "".join(char if char.isprintable() else "\n" for char in text)
    lines = [line.strip() for line in printable.split("\n")]
    told = [line for line in lines if line and line != ">>>"]
    return told[-1][:120].rstrip(".") if told else ""
