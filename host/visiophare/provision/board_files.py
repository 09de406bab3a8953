# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A board at its raw prompt, as something that has a name and holds files.

Owns the reading of what `on_board`'s code prints. Must not know which files are wanted, or why.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from visiophare.errors import BoardError
from visiophare.provision import on_board
from visiophare.provision.failures import CODE_FAILED, damaged_on_the_way, no_room, prompt_lost
from visiophare.provision.plan import FOLDERS, NEW, SINGLE_FILES, Found
from visiophare.provision.raw_prompt import RawPrompt

COPIES = 3  # how often a file that reads back differently is sent before giving up
NO_SPACE = ("ENOSPC", "Errno 28")
BATCH = 12  # calls in one piece of code


@dataclass(frozen=True)
class Board:
    """What a board says of itself."""

    python: str
    version: tuple[int, ...]
    machine: str
    mpy_version: int
    platform: str

    @property
    def version_text(self) -> str:
        """As people write it: 1.28.0."""
        return ".".join(map(str, self.version))


@dataclass(frozen=True)
class Survey:
    """The files that were looked for, and the room there is."""

    found: dict[str, Found]
    block_bytes: int
    free_blocks: int


class BoardFiles:
    """The board's side of an installation. Raises what RawPrompt raises."""

    def __init__(self, prompt: RawPrompt) -> None:
        self._prompt = prompt

    def identify(self) -> Board:
        """Ask the board what it is. To be done first: it works on any Python for boards."""
        rows = _rows(self._prompt.run(on_board.IDENTIFY), (str, list, str, int, str))
        if len(rows) != 1 or [type(number) for number in rows[0][1]] != [int] * 3:
            raise prompt_lost()
        python, version, machine, mpy, platform = rows[0]
        return Board(python, tuple(version), machine, mpy & 0xFF, platform)

    def prepare(self) -> None:
        """Still the watchdog, and define what the rest calls."""
        self._prompt.run(on_board.STILL_WATCHDOG)
        self._prompt.run(on_board.DEFINITIONS)

    def survey(self) -> Survey:
        """Which of our files are there, and the room for new ones."""
        printed = self._prompt.run(on_board.survey(FOLDERS, SINGLE_FILES))
        first, _newline, rest = printed.partition("\n")
        found = {path: Found(digest, ours) for path, digest, ours in _rows(rest, (str, str, bool))}
        room = _rows(first, (int, int))
        if len(room) != 1:
            raise prompt_lost()
        return Survey(found, max(room[0][0], 1), room[0][1])

    def make_folders_for(self, paths: Iterable[str]) -> None:
        """Every folder on the way to these files."""
        folders: dict[str, None] = {}
        for path in paths:
            parts = path.split("/")[1:-1]
            for count in range(1, len(parts) + 1):
                folders["/" + "/".join(parts[:count])] = None
        if folders:
            self._prompt.run(on_board.make_folders(sorted(folders)))

    def write(self, path: str, content: bytes, digest: str) -> None:
        """Write a file, and read it back by hash on the board.

        Raises BoardError when there is no room, or when it arrives damaged again and again.
        """
        complaint: BoardError = damaged_on_the_way(path.removesuffix(NEW))
        for _copy in range(COPIES):
            try:
                for code in on_board.write(path, content):
                    printed = self._prompt.run(code)
            except BoardError as error:
                if error.code != CODE_FAILED:
                    raise
                if any(sign in str(error.params["reason"]) for sign in NO_SPACE):
                    raise no_room(len(content), 0) from error
                complaint = error  # code that arrives damaged fails too
                continue
            if any(told == digest for _path, told, _ours in _rows(printed, (str, str, bool))):
                return
        raise complaint

    def change(self, calls: Sequence[str]) -> None:
        """Carry out moves and removals, in order."""
        for start in range(0, len(calls), BATCH):
            self._prompt.run("".join(calls[start : start + BATCH]))


def _rows(printed: str, kinds: tuple[type, ...]) -> list[Any]:
    """The lists of JSON that the board printed, one a line; anything else among them is damage."""
    rows = []
    for line in printed.splitlines():
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise prompt_lost() from error
        if not isinstance(row, list) or tuple(type(value) for value in row) != kinds:
            raise prompt_lost()
        rows.append(row)
    return rows
