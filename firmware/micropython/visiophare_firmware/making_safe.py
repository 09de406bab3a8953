# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done when anything has failed: the outputs first, then whatever would set them again.

Owns the order. It must not know what failed; any part of the board or of the program may.
"""

from .supervision import ALL_OF_TICK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .controller import Controller


def make_safe(controller: "Controller", now_us: int) -> str:
    """Each step is tried, whatever became of the others. Returns what failed of it."""
    controller.strobe.flash_us = controller.strobe.duty = 0  # the board ends it at set_light
    safe, failed = ALL_OF_TICK, ""
    for act, args in (
        (controller.board.set_light, (0,)),
        (controller.carriage.cut, ()),
        (controller.limit.arm, (0,)),
        (controller.limit.allow, (0, now_us)),
        (controller.light.darken, ()),
        (controller.player.drop, ()),
        (controller.schedule.clear, ()),
    ):
        try:
            act(*args)
        except Exception as error:  # noqa: BLE001  the others must be tried all the same
            failed += f"+{type(error).__name__}"
            safe = 0
    controller.supervision.report(safe)  # otherwise the watchdog has the last word
    return failed
