# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop around a controller, for whatever has a clock, a way in and a way out.

Owns the order: read, act, write. It must not know what they are.
"""

from .controller import Controller
from .supervision import READ, WRITE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def run(
    controller: Controller,
    ticks_us: "Callable[[], int]",
    read: "Callable[[], bytes]",
    write: "Callable[[bytes], None]",
    go_on: "Callable[[], bool]",
    read_now: "Callable[[], bytes] | None" = None,
) -> None:
    """Until go_on() says no or somebody asks for the prompt, which leaves light and motor off.

    read() returns at once with the bytes that are there, b"" when there are none; it may wait for
    up to 5 ms for bytes to come, which is what paces the loop where nothing else does. write()
    must not wait for anybody to read. An exception from either darkens the light and passes on.
    read_now() is read() where it never waits: what it brings is received in the middle of a tick,
    the first line of each pass.
    """
    heard = False

    def listen() -> int:
        nonlocal heard
        if not heard and read_now:
            data = read_now()
            if data:
                heard = True
                controller.receive(data, ticks_us())
        return ticks_us()

    if read_now:
        controller.listen = listen
    try:
        while go_on() and not controller.leaving:
            data = read()
            controller.supervision.report(READ)
            heard = data != b""
            if heard:
                controller.receive(data, ticks_us())
            controller.tick(ticks_us())
            output = controller.take_output()
            if output:
                write(output)
            controller.supervision.report(WRITE)
            controller.supervision.feed()
    finally:
        controller.shut_down(ticks_us())
