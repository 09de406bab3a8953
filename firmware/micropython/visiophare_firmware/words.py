# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads at a terminal, in English and French: looked up in `words.txt` beside this.

Owns that file: a row a code, with its English and its French. The codes are those of answers,
refusals and faults, and `help NAME` for each command. It stays a file because it would take 14 KB
of a board's heap; its rows are sorted, so that seven short reads find one. Must not know when
anything is said.
"""

from visiophare_wire import COMMANDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import BufferedReader

# The second, where all modules are one file.
FILE = (__file__.rpartition("words.")[0] or __file__.rpartition("visiophare_")[0]) + "words.txt"
LONGEST_ROW_BYTES = 400

_OPEN: "dict[str, BufferedReader]" = {}
_ARGUMENTS = {name: (metavar, kind) for row in COMMANDS for name, metavar, kind, _ in row.arguments}


def say(language: str, code: str, fields: dict[str, str], said: dict[str, str]) -> str:
    """The sentence of this code with its values filled in."""
    return filled(language, sentence(language, code), fields, said)


def filled(language: str, words: str, fields: dict[str, str], said: dict[str, str]) -> str:
    """The sentence with its values filled in, arguments named as `help` shows them."""
    values = dict(fields)
    values.update(said)
    unit = said.get("unit", "")
    if "arg" in values and values["arg"] in _ARGUMENTS:
        values["arg"], kind = _ARGUMENTS[values["arg"]]
        unit = getattr(kind, "unit", "")
    values["unit"] = sentence(language, "unit " + unit) if unit else ""
    if values.get("units"):
        values["units"] = " (" + values["units"] + ")"
    return words.format(**values)


def sentence(language: str, code: str) -> str:
    """The sentence of this code, its values still to be filled in.

    The code itself where the file has no such row or cannot be read: never a reason to fail.
    """
    try:
        if FILE not in _OPEN:  # stays open: to open it takes a board longer than to find a row
            _OPEN[FILE] = open(FILE, "rb")  # noqa: SIM115
        row = _find(_OPEN[FILE], code.encode() + b"\t")
    except OSError:
        return code
    return row.decode().split("\t")[1 if language == "en" else 2] if row else code


def _find(file: "BufferedReader", wanted: bytes) -> bytes:
    """The row that begins so, without its end; b"" when there is none.

    Halves the part of the file that may hold it. The first row, a remark, is never found.
    """
    window = bytearray(2 * LONGEST_ROW_BYTES)  # holds what is left of one row, and the next
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        file.seek(middle)
        held = file.readinto(window)
        start = window.find(b"\n", 0, held) + 1
        begins = bytes(window[start : min(start + len(wanted), held)])
        if start and begins == wanted:
            return bytes(window[start : window.find(b"\n", start)])
        if start and b"" < begins < wanted:
            low = middle + start
        else:
            high = middle
    return b""
