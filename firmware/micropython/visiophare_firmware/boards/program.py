# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of the board: takes the hardware, runs the controller, and leaves it safe.

Owns when the controller runs and when the prompt stays instead: a button held at power-on, three
starts that failed, somebody who asks. Whatever ends it, the light is off and the motor has no
current. Must not know which board this is: see `rp2_program` and `esp32_program`.
"""

import gc
import sys
from time import sleep_ms, ticks_add, ticks_diff, ticks_ms, ticks_us  # type: ignore[attr-defined]

import machine

from ..controller import Controller
from ..loop import run
from .life import MAX_FAILED_BOOTS, Life
from .port import Port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .wired import WiredBoard

WELL_AFTER_MS = 5000
HELD_MS = 20
WORTH_PIECES = 20
QUIET_US = 100_000
NEAR_US = 4000
"""What has its time so soon is waited for: another pass of the loop might end too late."""


def run_program(
    life: Life, make_board: "Callable[[Life], WiredBoard]", make_port: "Callable[[], Port]", go: int
) -> None:
    """Returns for the prompt. go: the pin of the go button."""
    if _held(go):
        life.leave()
        print("Bouton tenu\u00a0: invite. / Held button: prompt.")
        return
    if life.failed_boots >= MAX_FAILED_BOOTS:
        life.leave()
        print("Trois d\u00e9marrages rat\u00e9s. / Three starts failed.", life.failure)
        return
    life.begin()
    try:
        leaving = _run(life, make_board, make_port)
    except KeyboardInterrupt:
        life.leave()
        return
    except BaseException as error:  # noqa: BLE001  whatever it is, everything is off already
        life.fail(f"{type(error).__name__}@start {error}"[:80])
        sys.print_exception(error)  # type: ignore[attr-defined]
        machine.soft_reset()  # keeps the port open
    life.leave()
    if leaving == "bootloader" and hasattr(machine, "bootloader"):
        machine.bootloader()


def _held(go: int) -> bool:
    """Whether the go button is held down, and no bounce."""
    button = machine.Pin(go, machine.Pin.IN, machine.Pin.PULL_UP)
    sleep_ms(1)
    if button():
        return False
    sleep_ms(HELD_MS)
    return not button()


def _run(
    life: Life, make_board: "Callable[[Life], WiredBoard]", make_port: "Callable[[], Port]"
) -> str:
    """Until somebody wants to leave; where to. Raises whatever ended it, with everything off."""
    port = make_port()
    board = None
    try:
        board = make_board(life)
        controller = Controller(board, ticks_us())
        keeper = _Keeper(life, port, controller)
        run(controller, ticks_us, port.read, port.write, keeper.go_on, port.read)
        return controller.leaving
    finally:
        if board is not None:
            board.close()
        life.stop_watchdog()
        port.close()


class _Keeper:
    """Counts the start as a good one when the program has lasted, sees to it that what has its time
    comes on time, and clears up in calm moments; tells the controller whether the port is read.

    A collection stalls the loop for some 10 ms and takes place by itself only when memory has run
    out; what was said since the last one tells how much has been used.
    """

    def __init__(self, life: Life, port: Port, controller: Controller) -> None:
        self._life = life
        self._port = port
        self._controller = controller
        port.pieces = WORTH_PIECES  # what the start has used
        self._well_at_ms = ticks_add(ticks_ms(), WELL_AFTER_MS)
        self._proven = False

    def go_on(self) -> bool:
        """For the loop: whether nobody knocks for the prompt."""
        if not self._proven and ticks_diff(ticks_ms(), self._well_at_ms) >= 0:
            self._proven = True
            self._life.well()
        controller = self._controller
        if controller.light.exposure.active:
            self._meet_edge(controller.light.exposure.next_us)
        elif controller.schedule.waiting:
            at_us = controller.schedule.waiting[0].at_us or 0
            if _is_near(at_us):
                _wait_for(at_us)
                controller.tick(ticks_us())
        if self._port.pieces >= WORTH_PIECES:
            self._clear_up()
        self._controller.unread = bool(self._port.waiting)
        return not self._port.knocked

    def _meet_edge(self, at_us: int) -> None:
        """A pattern's next bit, if it is near: all that takes time is done before."""
        if _is_near(at_us):
            duty = self._controller.foresee(at_us)
            _wait_for(at_us)
            self._controller.put_out(duty)

    def _clear_up(self) -> None:
        quiet_us = ticks_diff(ticks_us(), self._port.heard_us)
        if quiet_us > QUIET_US and self._controller.is_calm():
            self._port.pieces = 0
            gc.collect()


def _is_near(at_us: int) -> bool:
    return bool(0 < ticks_diff(at_us, ticks_us()) < NEAR_US)


def _wait_for(at_us: int) -> None:
    while ticks_diff(at_us, ticks_us()) > 0:
        pass
