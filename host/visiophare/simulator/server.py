# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated projector for other programs: over TCP, and over a pseudo-terminal.

Owns the sockets and terminals, each served by one thread that sleeps until there is something to
read. Must not know what the bytes mean. As on a real board, what nobody reads is lost, and a
program that goes away changes nothing: the board notices only that its host is silent.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol

from visiophare.errors import PortError
from visiophare.words import N_, _

CHUNK_BYTES = 4096
UNREAD_S = 1.0  # a terminal that was not read for so long is read by nobody
BUSY = N_("Another program is connected to this projector.")


class Board(Protocol):
    """What a server needs of the simulated projector."""

    def hear(self, data: bytes) -> None:
        """Bytes for the board."""


class TcpServer:
    """One program at a time; a second one is told so, and let go."""

    def __init__(self, board: Board, host: str, port: int) -> None:
        self._board = board
        try:
            self._listening = socket.create_server((host, port))
        except (OSError, OverflowError) as error:
            raise PortError(
                "tcp_port_taken",
                N_("TCP port {number} is taken, or not permitted."),
                N_("Choose another number above 1024, or leave --port out to get a free one."),
                number=port,
            ) from error
        self.port = int(self._listening.getsockname()[1])
        self._client: socket.socket | None = None
        self._lock = threading.Lock()
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="simulator tcp", daemon=True)
        self._thread.start()

    def deliver(self, data: bytes) -> None:
        with self._lock:
            if self._client:
                with contextlib.suppress(OSError):  # who does not read loses what does not fit
                    self._client.send(data)

    def hang_up(self) -> None:
        self._wake.send(b"x")
        self._thread.join()
        self._let_go()
        for end in (self._listening, self._wake, self._woken):
            end.close()

    def _serve(self) -> None:
        while True:
            watched = [self._listening, self._woken]
            if self._client:
                watched.append(self._client)
            ready, _write, _odd = select.select(watched, [], [])
            if self._woken in ready:
                break
            if self._listening in ready:
                self._accept()
            if self._client in ready:
                self._read(self._client)

    def _accept(self) -> None:
        try:
            newcomer, _address = self._listening.accept()
        except OSError:
            return  # gone before we came to it
        if self._client:
            with newcomer, contextlib.suppress(OSError):  # it may be gone already
                newcomer.send(_(BUSY).encode() + b"\r\n")
            return
        newcomer.setblocking(False)
        newcomer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._client = newcomer

    def _read(self, client: socket.socket) -> None:
        try:
            data = client.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._board.hear(data)
        else:
            self._let_go()

    def _let_go(self) -> None:
        with self._lock:
            if self._client:
                self._client.close()
            self._client = None


class PtyServer:
    """A terminal that any number of programs may open, as a real port on POSIX."""

    def __init__(self, board: Board, now: Callable[[], float] = time.monotonic) -> None:
        self._board = board
        self._now = now
        try:
            import pty
            import tty

            self._ours, self._theirs = pty.openpty()
        except (ImportError, OSError) as error:
            raise PortError(
                "no_pty",
                N_("This system has no pseudo-terminals."),
                N_("Use the TCP address: leave --pty out."),
            ) from error
        # Raw from the start, as a board's port is; a terminal program shows what it types itself.
        # Their end stays open here, or ours would read an error whenever nobody has it open.
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self._read_s = now()
        self.path = os.ttyname(self._theirs)
        self._woken, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._serve, name="simulator pty", daemon=True)
        self._thread.start()

    def deliver(self, data: bytes) -> None:
        import termios

        # The system keeps what nobody reads; whoever opens the terminal later wants none of it.
        now_s = self._now()
        if not select.select([self._theirs], [], [], 0)[0]:
            self._read_s = now_s
        elif now_s - self._read_s > UNREAD_S:
            termios.tcflush(self._theirs, termios.TCIFLUSH)
        with contextlib.suppress(OSError):  # nobody reads, and the terminal is full
            os.write(self._ours, data)

    def hang_up(self) -> None:
        os.write(self._wake, b"x")
        self._thread.join()
        for end in (self._ours, self._theirs, self._wake, self._woken):
            os.close(end)

    def _serve(self) -> None:
        while True:
            ready, _write, _odd = select.select([self._ours, self._woken], [], [])
            if self._woken in ready:
                break
            try:
                data = os.read(self._ours, CHUNK_BYTES)
            except BlockingIOError:
                continue
            self._board.hear(data)
