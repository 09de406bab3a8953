# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes to and from a board. The only file that opens a serial port.

Owns the `Link` protocol, which `visiophare.simulator` implements too, and its implementation by
pyserial for real ports (`/dev/ttyACM0`, `COM3`) and URLs (`socket://`, `rfc2217://`, `loop://`).
Must not know what the bytes mean.
"""

from __future__ import annotations

import os
import select
import socket
import time
from typing import TYPE_CHECKING, Protocol

from visiophare.errors import PortError
from visiophare.port_errors import explain_open_failure
from visiophare.words import N_

if TYPE_CHECKING:
    import serial

BAUD = 115_200  # what a UART behind a USB bridge is set to; USB itself ignores it
WRITE_TIMEOUT_S = 1.0
BLOCKING_READ_S = 0.02  # ports that nobody can `select` on
CHUNK_BYTES = 4096


class Link(Protocol):
    """A line to one board. `send` and `close` may be called while another thread receives."""

    def send(self, data: bytes) -> None:
        """Hand over all bytes. Raises PortError when the port is gone or takes no more."""

    def receive(self, timeout_s: float) -> bytes:
        """Bytes as soon as there are any; b"" when none came within about `timeout_s`.

        Raises PortError when the port is gone.
        """

    def close(self) -> None:
        """Let the port go; a second time does nothing."""


def open_link(port: str) -> Link:
    """Open a serial port or URL, on POSIX for this process alone.

    Raises PortError, in one sentence with the next step: no such port, in use, not permitted, not
    a serial port, nobody listening.
    """
    import serial

    waitable = os.name == "posix" or port.startswith("socket://")
    # A lock on the port, where the system has one; URLs reach past this machine.
    exclusive = True if os.name == "posix" and "://" not in port else None
    try:
        handle = serial.serial_for_url(
            port,
            baudrate=BAUD,
            timeout=0 if waitable else BLOCKING_READ_S,
            write_timeout=WRITE_TIMEOUT_S,
            exclusive=exclusive,
        )
    except (OSError, ValueError, TypeError) as error:  # SerialException is an OSError
        raise explain_open_failure(port, error) from error
    link = SerialLink(port, handle)
    if port.startswith("socket://"):
        link.send_without_delay()
    return link


class SerialLink:
    """A pyserial port as a Link."""

    def __init__(self, port: str, handle: serial.Serial) -> None:
        self.port = port
        self._handle = handle
        self._file = _file_number(handle)

    def send(self, data: bytes) -> None:
        import serial

        try:
            self._handle.write(data)
        except serial.SerialTimeoutException as error:
            raise PortError(
                "port_stuck",
                N_("{port} takes no more bytes."),
                N_("Unplug the board, plug it in again, and repeat."),
                port=self.port,
            ) from error
        except (OSError, TypeError, ValueError, AttributeError) as error:
            raise self._gone() from error

    def receive(self, timeout_s: float) -> bytes:
        try:
            if self._file is None:
                return self._receive_blocking(timeout_s)
            if timeout_s > 0:
                select.select([self._file], [], [], timeout_s)
            return bytes(self._handle.read(CHUNK_BYTES))
        # pyserial raises TypeError or AttributeError where another thread closed the port.
        except (OSError, TypeError, ValueError, AttributeError) as error:
            raise self._gone() from error

    def close(self) -> None:
        self._handle.close()

    def send_without_delay(self) -> None:
        """Ask TCP not to hold small packets back (a `!` behind a command would wait for 40 ms)."""
        if self._file is not None:
            with socket.socket(fileno=os.dup(self._file)) as same_socket:
                same_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _receive_blocking(self, timeout_s: float) -> bytes:
        deadline_s = time.monotonic() + timeout_s
        while True:
            first = bytes(self._handle.read(1))  # waits for BLOCKING_READ_S at most
            if first:
                return first + bytes(self._handle.read(min(self._handle.in_waiting, CHUNK_BYTES)))
            if time.monotonic() >= deadline_s:
                return b""

    def _gone(self) -> PortError:
        return PortError(
            "port_gone",
            N_("{port} vanished."),
            N_("Check the cable and the board's supply, then start again."),
            port=self.port,
        )


def _file_number(handle: serial.Serial) -> int | None:
    """A number to `select` on; None for Windows' ports and for rfc2217:// and loop://."""
    if handle.timeout != 0:
        return None
    try:
        return int(handle.fileno())
    except (AttributeError, OSError):  # io.UnsupportedOperation is an OSError
        handle.timeout = BLOCKING_READ_S
        return None
