# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the wish to end (Ctrl-C, SIGTERM, SIGHUP) interrupts, and when it has to wait a moment.

Owns the process's signal handlers while a command runs. Must not know what is interrupted.

Python runs a signal's handler between any two bytecodes of the main thread, so raising there may
leave a lock locked for ever. Hence the wish waits while the main thread holds something (`hold`),
until that is let go (`release`) or waits for something (`check`). Signals, handlers and the main
thread are one to a process, so what is known of them is module state.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Final

SAME_WISH_S: Final = 0.5
"""A terminal that is closed hangs up twice (the kernel and the shell); fingers tremble."""

CHECK_S: Final = 0.05
"""How often whoever waits while holding something should `check`."""


class Stopped(BaseException):
    """A person or the system asks the program to end.  Not an Exception: nobody may swallow it."""

    def __init__(self, signal_number: int) -> None:
        self.signal_number = signal_number
        super().__init__(signal_number)

    @property
    def exit_code(self) -> int:
        """128 + the signal, as shells count: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + self.signal_number


class _Wish:
    holds = 0  # how many things the main thread holds
    pending: int | None = None  # the signal that waits for them
    blocks = 0  # of `stop_signals`, one in the other


class GuardedCondition(threading.Condition):
    """A condition that no signal can leave locked: the wish to end waits until it is let go."""

    def __enter__(self) -> bool:
        hold()
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        try:
            super().__exit__(*error)  # type: ignore[arg-type]  # threading's own three
        finally:
            release()


def hold() -> None:
    """From here to `release`, the wish to end waits. Other threads hear no signals anyway."""
    if _is_main_thread():
        _Wish.holds += 1


def release() -> None:
    """Ends one `hold`. Raises Stopped when the wish came meanwhile and nothing else is held."""
    if _is_main_thread():
        _Wish.holds -= 1
        if not _Wish.holds:
            check()


def check() -> None:
    """For whoever holds something and waits: raises Stopped when the wish has come."""
    if _Wish.pending is not None and _is_main_thread():
        number, _Wish.pending = _Wish.pending, None
        raise Stopped(number)


def accomplished() -> None:
    """What the command was for is done and meant to stay: the process now ends by itself.

    The signals keep their handlers to the end of the process, and a single one changes nothing.
    A wish that came before raises Stopped, and then what was done is undone as for any other.
    """
    hold()
    try:
        check()
    except Stopped:
        release()
        raise


@contextlib.contextmanager
def stop_signals() -> Iterator[None]:
    """Within the block, Ctrl-C, SIGTERM and SIGHUP raise Stopped in the main thread, once.

    A later signal ends the program at once, in case darkening hangs; one that comes within
    SAME_WISH_S is part of the first, and does not keep the light from going out.  Outside of the
    main thread (a test, a notebook) Python has no say over signals, and the block changes nothing.
    """
    if not _is_main_thread():
        yield
        return
    if not _Wish.blocks:
        _Wish.holds, _Wish.pending = 0, None
    numbers = _numbers()
    previous = {number: signal.getsignal(number) for number in numbers}

    def stop(number: int, _frame: FrameType | None) -> None:
        began_s = time.monotonic()

        def again(number: int, _frame: FrameType | None) -> None:
            if time.monotonic() - began_s > SAME_WISH_S:
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)

        for other in numbers:
            signal.signal(other, again)
        if _Wish.holds:
            _Wish.pending = number
        else:
            raise Stopped(number)

    _Wish.blocks += 1
    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        _Wish.blocks -= 1
        if not _Wish.holds:
            for number, handler in previous.items():
                signal.signal(number, handler)


def _numbers() -> list[int]:
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    # `nohup visiophare show play …` asks to outlive its terminal.
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is not None and signal.getsignal(hang_up) is signal.SIG_IGN:
        numbers.remove(hang_up)
    return numbers


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
