# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error of this package. It must not know how anybody words it."""


class WireError(Exception):
    """A line that does not say a command, or a command that does not fit a line.

    code: one of the words below; the board answers with it, and hosts may tell them apart.
    detail: the reply's fields, for example {"arg": "level_percent", "min": "0", "max": "100"}.
    seq, crc: of the line, set by parse_command when its checksum was right, so that the refusal
    can bear its number.

        damaged          bytes, number or checksum wrong; nothing in the line can be trusted
        unknown_command  the table has no such command
        missing          an argument is missing                 arg
        too_many         there are more words than arguments
        not_a_number     an argument is not a number with a unit this command knows   arg, units
        range            an argument lies outside its range     arg, min, max
        not_a_word       an argument holds bytes that a word may not   arg
        not_a_choice     an argument is none of the words it may be   arg, choices
        not_a_pattern    an argument is none of the ways to write a pattern   arg
        not_timed        this command cannot wait for a board time
        too_long         the command does not fit a line (only when formatting)
    """

    def __init__(self, code: str, detail: dict[str, str] | None = None) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail: dict[str, str] = detail or {}
        self.seq: int | None = None
        self.crc: int | None = None
