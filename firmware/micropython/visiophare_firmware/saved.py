# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that were saved: read at the start; and when anything may be saved at all.

Owns what becomes of saved settings that do not hold. It must not know what a setting does.
"""

from .answers import RefusedError
from .carriage import STILL
from .settings import SettingsError
from .words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .controller import Controller


def load(controller: "Controller", now_us: int) -> None:
    """Take the saved settings; where they do not hold, the defaults, and a fault tells why. Then
    nothing moves: what a step is would be a guess."""
    settings, faults = controller.settings, controller.faults
    try:
        text = controller.board.read_settings()
        if text is not None:
            unknown = settings.load(text)
            if unknown:
                faults.raise_("settings_unknown", " ".join(unknown)[:80], now_us)
    except SettingsError as error:
        language = settings["language"]
        problems = [say(language, code, fields, {}) for code, fields in error.problems]
        faults.raise_("settings_invalid", " ".join(problems), now_us)
    except (OSError, ValueError) as error:  # ValueError: bytes that are no text
        faults.raise_("settings_invalid", str(error), now_us)


def check_writable(controller: "Controller") -> None:
    """Whether a file may be written now, which stops everything for a moment.

    Raises: RefusedError.
    """
    if controller.carriage.state != STILL:
        raise RefusedError("moving")
    if controller.limit.duty or controller.light.exposure.active:
        raise RefusedError("not_dark")
