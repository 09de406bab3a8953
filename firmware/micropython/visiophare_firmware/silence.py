# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to the light when the host falls silent.

Owns the waiting. It must not know what is done then. Counts time as it passes instead of comparing
board times, because a host may be silent for longer than board time can tell.
"""


class Silence:
    """Armed by a host's line, disarmed by a person's, who looks at the light anyway.

    left_us: how long the host may still be silent; None while nobody is waited for.
    """

    def __init__(self) -> None:
        self.left_us: int | None = None

    def heard_host(self, after_s: float) -> None:
        """A host spoke; it may be silent for this long, or for ever (0)."""
        self.left_us = int(after_s * 1000) * 1000 if after_s else None

    def heard_person(self) -> None:
        """A person typed; nobody needs to speak from now on."""
        self.left_us = None

    def passed(self, elapsed_us: int) -> bool:
        """This much time passed; whether with it the wait is over. True once."""
        if self.left_us is None:
            return False
        self.left_us -= elapsed_us
        if self.left_us > 0:
            return False
        self.left_us = None
        return True
