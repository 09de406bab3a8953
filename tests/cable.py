# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP line to a projector that a test pulls and plugs in again, at the same address."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

LOOK_S = 0.05


class Cable:
    """Passes bytes on both ways, to a port of this computer, for as long as it is plugged in."""

    def __init__(self, far_port: int) -> None:
        self._far_port = far_port
        self.port = 0
        self._plugged = threading.Event()
        self._ends: list[socket.socket] = []
        self.plug()

    def plug(self) -> None:
        """Whoever connects from now on reaches the far end."""
        listening = socket.create_server(("127.0.0.1", self.port))
        listening.settimeout(LOOK_S)
        self.port = listening.getsockname()[1]
        self._plugged.set()
        self._thread = threading.Thread(target=self._serve, args=(listening,), daemon=True)
        self._thread.start()

    def pull(self) -> None:
        """Everybody is cut off, and nobody gets through any more."""
        self._plugged.clear()
        self._thread.join()
        while self._ends:
            end = self._ends.pop()
            with contextlib.suppress(OSError):  # it has hung up itself
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self, listening: socket.socket) -> None:
        with listening:
            while self._plugged.is_set():
                with contextlib.suppress(TimeoutError):
                    near, _address = listening.accept()
                    far = socket.create_connection(("127.0.0.1", self._far_port))
                    near.settimeout(None)
                    self._ends += [near, far]
                    for here, there in ((near, far), (far, near)):
                        threading.Thread(target=_pass_on, args=(here, there), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.pull()


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with contextlib.suppress(OSError):  # pulled
        while data := here.recv(4096):
            there.sendall(data)
        there.shutdown(socket.SHUT_RDWR)
