# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a MIDI performance from a file and says in one sentence why a file cannot be read.

Bounded, whatever the bytes: MAX_BYTES, MAX_MESSAGES messages, a day's length.
The format itself is smf.py's.
"""

from __future__ import annotations

from pathlib import Path

from visiophare.errors import FileError
from visiophare.files import read_file
from visiophare.midi.smf import (
    MAX_MESSAGES,
    TimedMessage,
    UnreadableFileError,
    parse_performance,
)
from visiophare.words import N_

__all__ = ["MAX_BYTES", "TimedMessage", "read_performance"]

MAX_BYTES = 4 * 1024 * 1024
"""An hour on the pads takes about a fortieth of this."""

_SAVE_AGAIN = N_("Save the performance again as a standard MIDI file (.mid, type 0 or 1).")

_SENTENCES = {
    "empty": N_("{path} is empty."),
    "not_midi": N_("{path} is not a standard MIDI file."),
    "type": N_("{path} is a MIDI file of type {where}, which does not exist."),
    "patterns": N_("{path} holds {where} independent patterns (a MIDI file of type 2)."),
    "division": N_("The MIDI file {path} does not say how long its ticks are."),
    "damaged": N_("The MIDI file {path} is damaged at byte {where}."),
    "cut_off": N_("The MIDI file {path} is cut off: it ends at byte {where}."),
    "too_many": N_("The MIDI file {path} has more than {where} messages."),
    "too_long": N_("The MIDI file {path} is longer than a day."),
}


def read_performance(path: str | Path) -> list[TimedMessage]:
    """The notes and controllers of a standard MIDI file in the order of time.

    Other messages (program changes, pitch bend, SysEx, texts) are left out.

    Raises: FileError with the codes of files.read_file, midi_empty, or midi_ and the reason
    of smf.UnreadableFileError.
    """
    path = Path(path)
    data = read_file(path, MAX_BYTES)
    if not data:
        raise _refusal(path, "empty", 0)
    try:
        return parse_performance(data)
    except UnreadableFileError as error:
        where = MAX_MESSAGES if error.reason == "too_many" else error.where
        raise _refusal(path, error.reason, where) from error


def _refusal(path: Path, reason: str, where: int) -> FileError:
    return FileError(f"midi_{reason}", _SENTENCES[reason], _SAVE_AGAIN, path=str(path), where=where)
