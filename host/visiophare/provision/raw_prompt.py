# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MicroPython's raw prompt on a link: get it, run code, leave it.

Owns the conversation of MicroPython's reference, "Raw mode" and "Raw-paste mode". Must not know
what the code is for. Whatever the other end says, this ends: what it says is bounded, and so is the
silence it is allowed.

    link ─ CR, Ctrl-C ─> friendly prompt ─ Ctrl-A ─> raw prompt ─ Ctrl-D ─> started anew, raw prompt
                                                        │ run()
                                                        └─ Ctrl-B, Ctrl-D ─> boot.py, main.py
"""

import time
from collections.abc import Callable

from visiophare.link import Link
from visiophare.provision.failures import code_failed, no_prompt, prompt_lost

INTERRUPT = b"\x03"
RAW = b"\r\x01"
FRIENDLY = b"\x02"
END = b"\x04"
PASTE = b"\x05A\x01"
MORE = b"\x01"

BANNER = b"raw REPL; CTRL-B to exit\r\n>"
RESTARTED = b"soft reboot"
FRIENDLY_PROMPT = b">>> "

TRIES = 5
QUIET_S = 0.15
"""A Visiophare takes CR, Ctrl-C for a wish only after 100 ms of silence."""
QUIET_LONGEST_S = 2.0  # some programs never stop talking
INTERRUPTED_S = 0.7
BANNER_S = 1.0
RESTART_S = 10.0
SILENCE_S = 15.0
"""Erasing flash takes seconds at worst; a board that is silent for longer has gone."""
LONGEST_S = 60.0  # for one piece of code, however much is said meanwhile
LONGEST_OUTPUT_BYTES = 256 * 1024

PLAIN_BYTES = 128  # pieces and pauses for a board without flow control
PLAIN_PAUSE_S = 0.01


class RawPrompt:
    """`enter()` first. Raises PortError when the port goes, BoardError when the board makes no
    sense; after either only `enter()` may be tried again."""

    def __init__(self, link: Link, now: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._now = now
        self._heard = bytearray()
        self._latest_s = 0.0  # when the code that runs must have ended
        self._paste: bool | None = None  # whether the board has flow control; unknown at first

    def enter(self) -> None:
        """Stop whatever runs, and start the interpreter anew without main.py.

        Raises BoardError("no_prompt") when nothing like MicroPython answers.
        """
        for number in range(TRIES):
            self._wait_for_quiet()
            # A program may hold one Ctrl-C back; a Visiophare wants exactly CR, Ctrl-C.
            self._link.send(b"\r" + INTERRUPT * (1 if number % 2 == 0 else 3))
            self._until(FRIENDLY_PROMPT, INTERRUPTED_S)
            if self._ask_for_raw():
                return
            # The firmware's own command, for when something else keeps the line from being quiet.
            self._link.send(b"\nprompt\n")
        raise no_prompt()

    def run(self, code: str) -> str:
        """Run code, and what it printed. Raises BoardError("board_code_failed") when it raised."""
        self._heard.clear()
        self._latest_s = self._now() + LONGEST_S
        data = code.encode()
        if self._paste is not False and self._begin_paste():
            self._send_paste(data)
        else:
            self._send_plain(data)
        output, complaint = self._need(END), self._need(END)
        self._need(b">")
        if complaint:
            raise code_failed(complaint.decode(errors="replace"))
        return output.decode(errors="replace")

    def start_program(self) -> None:
        """Leave: boot.py and main.py run, as after switching on."""
        self._heard.clear()
        self._link.send(FRIENDLY)
        self._until(FRIENDLY_PROMPT, BANNER_S)
        self._link.send(END)

    def _ask_for_raw(self) -> bool:
        """The raw prompt, started anew: no threads, timers or memory of what ran before."""
        self._link.send(RAW)
        if self._until(BANNER, BANNER_S) is None:
            return False
        self._link.send(END)
        if None not in (self._until(RESTARTED, RESTART_S), self._until(BANNER, BANNER_S)):
            return True
        # boot.py hangs: without its end there is still the prompt.
        self._link.send(INTERRUPT)
        self._link.send(RAW)
        return self._until(BANNER, BANNER_S) is not None

    def _begin_paste(self) -> bool:
        self._link.send(PASTE)
        answer = self._need_bytes(2)
        self._paste = answer == b"R\x01"
        if not self._paste and answer != b"R\x00":  # an old board took it for code: "ra…"
            self._heard[:0] = answer
            self._need(BANNER)
        return self._paste

    def _send_paste(self, data: bytes) -> None:
        step = int.from_bytes(self._need_bytes(2), "little")
        if not step:
            raise prompt_lost()
        room = step
        while data:
            if not room or self._heard:
                signal = self._need_bytes(1)
                if signal == END:  # it wants no more: a mistake in the code, told below
                    self._link.send(END)
                    return
                if signal != MORE:
                    raise prompt_lost()
                room += step
                continue
            self._link.send(data[:room])
            data, room = data[room:], room - len(data[:room])
            self._listen(0.0)
        self._link.send(END)
        if self._need(END).strip(MORE):
            raise prompt_lost()

    def _send_plain(self, data: bytes) -> None:
        for start in range(0, len(data), PLAIN_BYTES):
            self._link.send(data[start : start + PLAIN_BYTES])
            self._listen(PLAIN_PAUSE_S)
        self._link.send(END)
        if self._need(b"OK"):
            raise prompt_lost()

    # What the board says

    def _need(self, mark: bytes) -> bytes:
        """What comes before `mark`, which is taken too."""
        before = self._until(mark, SILENCE_S, since_last=True)
        if before is None:
            raise prompt_lost()
        return before

    def _need_bytes(self, count: int) -> bytes:
        deadline_s = self._now() + SILENCE_S
        while len(self._heard) < count:
            if self._now() >= deadline_s:
                raise prompt_lost()
            self._listen(deadline_s - self._now())
        taken = bytes(self._heard[:count])
        del self._heard[:count]
        return taken

    def _until(self, mark: bytes, wait_s: float, *, since_last: bool = False) -> bytes | None:
        """What comes before `mark`; None when it has not come in time, or all too much else has.

        since_last: the time counts from the last bytes that came, not from now.
        """
        deadline_s = self._now() + wait_s
        searched = 0
        while True:
            found = self._heard.find(mark, searched)
            if found >= 0:
                before = bytes(self._heard[:found])
                del self._heard[: found + len(mark)]
                return before
            searched = max(len(self._heard) - len(mark) + 1, 0)
            left_s = deadline_s - self._now()
            if left_s <= 0 or len(self._heard) > LONGEST_OUTPUT_BYTES:
                self._heard.clear()
                return None
            if self._listen(left_s) and since_last:
                deadline_s = min(self._now() + wait_s, self._latest_s)

    def _wait_for_quiet(self) -> None:
        latest_s = self._now() + QUIET_LONGEST_S
        while self._listen(QUIET_S) and self._now() < latest_s:
            self._heard.clear()
        self._heard.clear()

    def _listen(self, wait_s: float) -> bool:
        """Whether anything came within the time."""
        data = self._link.receive(wait_s)
        self._heard += data
        return bool(data)
