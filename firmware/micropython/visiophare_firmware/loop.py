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
) -> None:
    """Until go_on() says no or somebody asks for the prompt, which leaves light and motor off.

    read() returns at once with the bytes that are there, b"" when there are none; it may wait for
    up to 5 ms for bytes to come, which is what paces the loop where nothing else does. write()
    must not wait for anybody to read. An exception from either darkens the light and passes on.
    """
    try:
        while go_on() and not controller.leaving:
            data = read()
            controller.supervision.report(READ)
            if data:
                controller.receive(data, ticks_us())
            controller.tick(ticks_us())
            output = controller.take_output()
            if output:
                write(output)
            controller.supervision.report(WRITE)
            controller.supervision.feed()
    finally:
        controller.shut_down(ticks_us())
