# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put the firmware onto a board that runs MicroPython, in an order that may be cut anywhere.

Owns the order of the steps. `plan` says why this one; running it again goes on where it was cut.
Raises PortError when the port goes, BoardError when the board is of the wrong kind or misbehaves,
FileError when this computer's firmware is incomplete.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from visiophare.errors import BoardError, FileError, PortError
from visiophare.link import Link
from visiophare.provision import on_board
from visiophare.provision.board_files import Board, BoardFiles, Survey
from visiophare.provision.failures import (
    incomplete,
    no_room,
    not_micropython,
    prompt_lost,
    too_old,
    unknown_pins,
    wrong_chip,
    wrong_mpy,
)
from visiophare.provision.greeting import greet
from visiophare.provision.payload import MAIN, PLATFORMS, Payload, payload, platforms
from visiophare.provision.plan import FOLDERS, NEW, Plan, make_plan, needed_blocks
from visiophare.provision.raw_prompt import RawPrompt

OLDEST = (1, 25, 0)
MPY_VERSION = 6
PICOS = "Raspberry Pi Pico"
"""How the names begin of the boards with a Pico's pins: Pico, Pico W, Pico 2, Pico 2 W."""
SPARE_BLOCKS = 8  # the file system's own, for folders and while it moves things


class Tell(Protocol):
    """Hears what is being done: `board` (machine, version), `plan` (count, kb), `file` (number,
    count, path), `placing` (), `starting` ()."""

    def __call__(self, step: str, /, **values: object) -> None:
        """One step, as it begins."""


@dataclass(frozen=True)
class Outcome:
    """What was done, or in a dry run would be; greeted: what the firmware said at the end."""

    board: Board
    payload: Payload
    plan: Plan
    greeted: dict[str, str]


def install(
    link: Link,
    tell: Tell,
    *,
    dry_run: bool = False,
    any_board: bool = False,
    now: Callable[[], float] = time.monotonic,
    load: Callable[[str], Payload] = payload,
) -> Outcome:
    """Bring the board at the other end of `link` up to date, and start it.

    any_board: also one whose chip is right and whose name is not known, when its owner says that
    the pins are a Pico's.
    """
    prompt = RawPrompt(link, now)
    prompt.enter()
    files = BoardFiles(prompt)
    with _going_on_if_refused(prompt):
        board = files.identify()
        tell("board", machine=board.machine, version=board.version_text)
        check(board, any_board)
        wanted = load(board.platform)
        files.prepare()
        survey = files.survey()
        plan = make_plan(wanted.files, survey.found)
        tell("plan", count=len(plan.send), kb=-(-plan.send_bytes // 1024))
        if not plan.empty and not dry_run:
            check_room(plan, survey)
            send(files, plan, tell)
    if dry_run:
        prompt.start_program()
        return Outcome(board, wanted, plan, {})
    if not plan.empty:
        tell("placing")
        put_in_place(files, plan, wanted)
    tell("starting")
    prompt.start_program()
    return Outcome(board, wanted, plan, greet(link, wanted.version, now))


@contextlib.contextmanager
def _going_on_if_refused(prompt: RawPrompt) -> Iterator[None]:
    """What the board ran before runs again when nothing of it was replaced."""
    try:
        yield
    except (BoardError, FileError):
        with contextlib.suppress(PortError):
            prompt.start_program()
        raise


def check(board: Board, any_board: bool = False) -> None:
    """Raises BoardError unless the firmware runs on such a board."""
    oldest = f"{OLDEST[0]}.{OLDEST[1]}"
    if board.python != "micropython":
        raise not_micropython(board.python, oldest)
    if board.version < OLDEST:
        raise too_old(board.version_text, oldest)
    if board.mpy_version != MPY_VERSION:
        raise wrong_mpy(board.version_text)
    known = platforms()
    if not known:
        raise incomplete("boards/")
    # Others of the ESP32's family have other pins.
    if board.platform not in known or (
        board.platform == "esp32" and not board.machine.endswith("ESP32")
    ):
        raise wrong_chip(board.machine, ", ".join(PLATFORMS[name] for name in known))
    # Any board may bear the chip of a Pico: what hangs on its pins is another matter.
    if board.platform == "rp2" and not board.machine.startswith(PICOS) and not any_board:
        raise unknown_pins(board.machine)


def check_room(plan: Plan, survey: Survey) -> None:
    """Raises BoardError("no_room") unless the new files fit beside the old ones."""
    needed = needed_blocks(plan.send, survey.block_bytes) + SPARE_BLOCKS
    if plan.send and needed > survey.free_blocks:
        raise no_room(needed * survey.block_bytes, survey.free_blocks * survey.block_bytes)


def send(files: BoardFiles, plan: Plan, tell: Tell) -> None:
    """Write every new file beside its place, and read it back. The old firmware stays whole."""
    files.make_folders_for(file.path for file in plan.send)
    for number, file in enumerate(plan.send, 1):
        tell("file", number=number, count=len(plan.send), path=file.path)
        files.write(file.path + NEW, file.content, file.digest)


def put_in_place(files: BoardFiles, plan: Plan, wanted: Payload) -> None:
    """From the old firmware to the new: without main.py until all else is there and checked."""
    calls = [on_board.move(old, kept) for old, kept in plan.keep]
    away = bool(plan.main_there and (plan.place or plan.remove))
    if away and plan.main:
        calls.append(on_board.remove(MAIN))
    elif away:
        calls.append(on_board.move(MAIN, MAIN + NEW))
    calls += [on_board.remove(path) for path in plan.remove]
    calls += [on_board.move(file.path + NEW, file.path) for file in plan.place]
    calls += [on_board.prune(folder) for folder in FOLDERS]
    files.change(calls)
    found = files.survey().found
    for file in wanted.files:
        path = MAIN + NEW if file.path == MAIN and (away or plan.main) else file.path
        if path not in found or found[path].digest != file.digest:
            raise prompt_lost()
    if away or plan.main:
        files.change([on_board.move(MAIN + NEW, MAIN)])
