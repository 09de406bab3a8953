# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the firmware that was installed starts and says who it is.

Owns the patience for that, and the reading of what a program says that fails at its start. The
greeting itself is the projector's.
"""

import time
from collections.abc import Callable

from visiophare.errors import PortError
from visiophare.link import Link
from visiophare.projector import Projector
from visiophare.provision.failures import does_not_start, last_line, other_version, stays_at_prompt

START_S = 20.0
REMEMBERED_BYTES = 2048
FAILED = b"Traceback "
PROMPT = b">>> "


class Overheard:
    """A link that stays open when a projector lets it go.

    heard: what came last; from a traceback on, what came first.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self.heard = b""

    def send(self, data: bytes) -> None:
        self._link.send(data)

    def receive(self, timeout_s: float) -> bytes:
        data = self._link.receive(timeout_s)
        _before, mark, traceback = (self.heard + data).partition(FAILED)
        if mark:
            self.heard = (mark + traceback)[:REMEMBERED_BYTES]
        else:
            self.heard = (self.heard + data)[-REMEMBERED_BYTES:]
        return data

    def close(self) -> None:
        """Its owner closes the link."""


def greet(link: Link, expected: str, now: Callable[[], float] = time.monotonic) -> dict[str, str]:
    """What the board tells at the greeting.

    Raises BoardError when it does not answer, or as another version than `expected`; PortError when
    the port vanishes.
    """
    overheard = Overheard(link)
    deadline_s = now() + START_S
    while True:
        try:
            with Projector.open(overheard, now) as projector:
                board = projector.board
            break
        except PortError as error:
            if error.code == "port_gone":
                raise
            failed = PROMPT in overheard.heard.rpartition(FAILED)[2] and FAILED in overheard.heard
            if failed or now() >= deadline_s:
                if FAILED not in overheard.heard and PROMPT in overheard.heard:
                    raise stays_at_prompt() from error
                raise does_not_start(complaint(overheard.heard), expected) from error
    if board.get("firmware") != expected:
        raise other_version(board.get("firmware", ""), expected)
    return board


def complaint(heard: bytes) -> str:
    """The last line of the last traceback in what was heard, "" where there is none."""
    _before, mark, traceback = heard.rpartition(FAILED)
    if not mark:
        return ""
    lines = traceback.decode(errors="replace").splitlines()[1:]
    return last_line("\n".join([line for line in lines if line[:1].isalpha()][:1]))
