# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A projector without hardware: the real controller, a serial line, and what an observer sees.

Owns its power and reset, who listens on its line, and its settings over a reset. Must not know
what the bytes mean. `link()` is a line within this process, `serve_tcp` and `serve_pty` reach
other programs.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Protocol, Self

from visiophare.errors import PortError, VisiophareError
from visiophare.simulator.board import FILED, SAVED
from visiophare.simulator.machine import Boot, Machine, PythonMachine
from visiophare.simulator.outputs import Executed, Outputs
from visiophare.simulator.surroundings import Mechanics
from visiophare.words import N_

OFFSET_US = 123_456_789  # board time at boot: nobody may take it for host time
DRIFT_PPM = 40.0


class Listener(Protocol):
    """Somebody on the other end of the board's line."""

    def deliver(self, data: bytes) -> None:
        """Bytes from the board. Must not wait: a board does not wait for a reader either."""

    def hang_up(self) -> None:
        """The board is gone for good."""


class SimulatedProjector:
    """Use as a context manager, or with start() and stop().

    interpreter: "python", or "micropython" for a real MicroPython process.
    now: the clock that `outputs` is asked with. offset_us, drift_ppm: the board's clock against it.
    settings: the board's saved settings, where they differ from the firmware's own.
    files: what the board holds besides, by name.
    """

    def __init__(
        self,
        interpreter: str = "python",
        now: Callable[[], float] = time.monotonic,
        offset_us: int = OFFSET_US,
        drift_ppm: float = DRIFT_PPM,
        settings: Mapping[str, object] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        self._interpreter = interpreter
        self._now = now
        self._offset_us = offset_us
        self._drift_ppm = drift_ppm
        self._settings_text = json.dumps(dict(settings)) if settings else None
        self._files = {name: data.hex() for name, data in (files or {}).items()}
        self._mechanics = Mechanics(self._settings_text)
        self._hands: dict[str, str] = {}  # how button, switch and knob were left
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self._machine: Machine | None = None
        self.outputs = Outputs(self._mechanics.frame_at)

    @property
    def executed(self) -> list[Executed]:
        """Commands for light and carriage, in the order in which the board carried them out."""
        return list(self.outputs.executed)

    @property
    def failure(self) -> VisiophareError | None:
        """Why the board has stopped running by itself; None while it runs."""
        return self._machine.failure if self._machine else None

    def start(self) -> None:
        """Switch on.

        Raises FileError when the interpreter is "micropython" and there is none.
        """
        self._boot("power_on", self._mechanics.start_mm)

    def stop(self) -> None:
        """Switch off, for good; a second time does nothing."""
        machine, self._machine = self._machine, None
        if machine:
            machine.stop()
        with self._lock:
            listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener.hang_up()

    def reset(self, cause: str = "watchdog") -> None:
        """Let the board boot anew: settings and files stay, the carriage stays where it is."""
        if self._machine:
            self._machine.stop()
            self._boot(cause, self.outputs.carriage_mm(self._now()))

    def press(self, button: str) -> None:
        """Hold a button down: "go", or "free", the switch that frees the film."""
        self._touch(button, f"press {button}")

    def release(self, button: str) -> None:
        """Let it go."""
        self._touch(button, f"release {button}")

    def turn_switch(self) -> bool:
        """Turn the switch that frees the film: on, and off again the next time; whether it is on
        now."""
        if self._hands.get("free") == "press free":
            self.release("free")
            return False
        self.press("free")
        return True

    def turn_knob(self, percent: float) -> None:
        """Turn the dimmer. The board's setting `knob` says whether it has one."""
        self._touch("knob", f"knob {round(percent * 655.35)}")

    def play_midi(self, data: bytes) -> None:
        """Bytes come in at the MIDI socket."""
        if self._machine and data:
            self._machine.touch(f"midi {data.hex()}")

    def _touch(self, what: str, line: str) -> None:
        self._hands[what] = line
        if self._machine:
            self._machine.touch(line)

    def link(self) -> SimulatedLink:
        """A line to the board within this process."""
        link = SimulatedLink(self)
        self.attach(link)
        return link

    def serve_tcp(self, port: int = 0, host: str = "127.0.0.1") -> int:
        """Let programs reach the board through TCP, one at a time; the port's number (0: any).

        Raises PortError when the port is taken.
        """
        from visiophare.simulator.server import TcpServer

        server = TcpServer(self, host, port)
        self.attach(server)
        return server.port

    def serve_pty(self) -> str:
        """Let programs reach the board through a pseudo-terminal; its path.

        Raises PortError where the system has none.
        """
        from visiophare.simulator.server import PtyServer

        server = PtyServer(self, self._now)
        self.attach(server)
        return server.path

    def attach(self, listener: Listener) -> None:
        """Give the listener what the board says from now on."""
        with self._lock:
            self._listeners.append(listener)

    def detach(self, listener: Listener) -> None:
        """No more for this one."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def hear(self, data: bytes) -> None:
        """Bytes for the board, from whichever listener."""
        machine = self._machine
        if machine:
            machine.send(data)

    def _boot(self, cause: str, start_mm: float) -> None:
        boot = Boot(
            boot_id=os.urandom(4).hex(),  # as on a board: never that of an earlier process
            reset_cause=cause,
            offset_us=self._offset_us,
            drift_ppm=self._drift_ppm,
            settings_text=self._settings_text,
            start_mm=start_mm,
            files=dict(self._files),
        )
        kind: Callable[..., Machine] = PythonMachine
        if self._interpreter == "micropython":
            from visiophare.simulator.micropython_process import MicroPythonMachine

            kind = MicroPythonMachine
        self._machine = kind(boot, self._now, self._record, self._say)
        for line in self._hands.values():
            self._machine.touch(line)

    def _record(self, what: str, at_us: int, at_s: float, value: float | str) -> None:
        if what == SAVED:
            self._settings_text = str(value)
        elif what == FILED:
            name, _space, text = str(value).partition(" ")
            self._files[name] = text
        else:
            self.outputs.record(what, at_us, at_s, value)

    def _say(self, data: bytes) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.deliver(data)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class SimulatedLink:
    """A `visiophare.link.Link` to a simulated projector in this process."""

    port = "simulator"

    def __init__(self, projector: SimulatedProjector) -> None:
        self._projector = projector
        self._arrived = threading.Condition()
        self._inbox = bytearray()
        self._gone = False

    def send(self, data: bytes) -> None:
        if self._gone:
            raise self._vanished()
        self._projector.hear(data)

    def receive(self, timeout_s: float) -> bytes:
        with self._arrived:
            if not self._inbox and not self._gone and timeout_s > 0:
                self._arrived.wait(timeout_s)
            if self._gone:
                raise self._vanished()
            data = bytes(self._inbox)
            self._inbox.clear()
            return data

    def close(self) -> None:
        self._projector.detach(self)
        self.hang_up()

    def deliver(self, data: bytes) -> None:
        with self._arrived:
            self._inbox += data
            self._arrived.notify()

    def hang_up(self) -> None:
        with self._arrived:
            self._gone = True
            self._arrived.notify()

    def _vanished(self) -> PortError:
        return PortError(
            "port_gone",
            N_("{port} vanished."),
            N_("Check the cable and the board's supply, then start again."),
            port=self.port,
        )
