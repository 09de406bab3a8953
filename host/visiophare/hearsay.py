# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line says that answers nothing: silence, another program's words, or noise. Pure.

Owns the sentence about it. Must not know what was asked.
"""

import re

from visiophare.errors import PortError
from visiophare.words import N_

KEPT_BYTES = 64
TEXT = re.compile(r"[ -~]{4,}")  # printable ASCII, long enough to be words …
WORD = re.compile(r"[A-Za-z]{3}")  # … if there is a word in it


class Hearsay:
    """The end of what was heard, and whether any of it was understood."""

    def __init__(self) -> None:
        self.understood = False
        self._heard = b""

    def hear(self, data: bytes) -> None:
        """Take bytes as they came."""
        self._heard = (self._heard + data)[-KEPT_BYTES:]

    def why_silent(self) -> PortError:
        """Why nothing was answered."""
        if self.understood or not self._heard:
            return PortError(
                "port_silent",
                N_("The board does not answer."),
                N_(
                    "Check that it is a Visiophare (`visiophare devices`), then unplug it and "
                    "plug it in again."
                ),
            )
        if b">>>" in self._heard and b"CircuitPython" not in self._heard:
            return PortError(
                "at_prompt",
                N_("The board is at MicroPython's prompt: the projector's program does not run."),
                N_(
                    "Unplug it, and plug it in without holding its button. If it stays so: is the "
                    "button's pin (GP10 on a Pico) at ground? Otherwise run `visiophare install`."
                ),
            )
        texts = [text for text in TEXT.findall(self._heard.decode("latin-1")) if WORD.search(text)]
        heard = max(texts, key=len, default="").strip()
        return PortError(
            "port_garbage",
            N_("What answers there is not a Visiophare: it says “{heard}”.")
            if heard
            else N_("What answers there is not a Visiophare: it sends unreadable bytes."),
            N_("`visiophare devices` lists the ports and what is plugged into them."),
            heard=heard,
        )
