# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a port could not be opened, in one sentence with the next step.

Owns the reading of what operating systems and pyserial say about it: pyserial's own sentences
mislead ("could not open port ... No such file or directory" for a board that is still starting;
"Permission denied" on Windows for a port in use). Opens nothing itself.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
import socket
from collections.abc import Callable

from visiophare.errors import PortError
from visiophare.words import N_

_HOST_AND_PORT = re.compile(r"(?:(?P<host>[\w.-]+):)?(?P<number>\d{2,5})", re.ASCII)
_ERRNO_IN_TEXT = re.compile(r"(?:\(|\[Errno )(\d+)[\],]")


def available_ports() -> list[str]:
    """The serial ports on USB that this machine has now: what boards come as."""
    from serial.tools import list_ports

    return sorted(port.device for port in list_ports.comports() if port.vid is not None)


def explain_open_failure(
    port: str, error: Exception, list_ports: Callable[[], list[str]] = available_ports
) -> PortError:
    """The PortError for what `serial_for_url(port)` raised."""
    if "://" in port:
        return _explain_url(port, error)
    number = _errno_of(error)
    if os.name == "nt" and number in (errno.EACCES, 5):
        number = errno.EBUSY  # Windows says "access denied" of a port that another program has
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.ENOTDIR):
        return _missing(port, list_ports())
    if number in (errno.EBUSY, errno.EAGAIN):
        return PortError(
            "port_busy",
            N_("Another program is using {port}."),
            N_(
                "Close that program (a terminal, an editor for boards, another visiophare). A "
                "board plugged in just now may be held by the system for 20 seconds: wait, and "
                "try again."
            ),
            port=port,
        )
    if number in (errno.EACCES, errno.EPERM):
        return _forbidden(port)
    if number in (errno.ENOTTY, errno.EISDIR, errno.EINVAL):
        return PortError(
            "port_not_serial",
            N_("{port} is not a serial port."),
            N_("`visiophare devices` lists those that this computer has."),
            port=port,
        )
    return PortError(
        "port_unusable",
        N_("{port} cannot be opened: {reason}."),
        N_("Unplug the board, plug it in again, and repeat."),
        port=port,
        reason=_reason(error),
    )


def _missing(port: str, ports: list[str]) -> PortError:
    near = difflib.get_close_matches(port, ports, n=3, cutoff=0.6)
    address = _HOST_AND_PORT.fullmatch(port)
    if address:
        near = [f"socket://{address['host'] or '127.0.0.1'}:{address['number']}"]
        hint = N_("Did you mean {suggestions}, which `visiophare simulate` prints?")
    elif near:
        hint = N_("Did you mean {suggestions}? `visiophare devices` lists all ports.")
    elif ports:
        near = ports[:4]
        hint = N_("This computer has {suggestions}; `visiophare devices` says what they are.")
    else:
        hint = N_(
            "No board is there on USB: plug it in with a cable that carries data, or "
            "start `visiophare simulate` and use the address it prints."
        )
    return PortError(
        "port_missing",
        N_("There is no port {port}."),
        hint,
        port=port,
        suggestions=", ".join(near),
    )


def _forbidden(port: str) -> PortError:
    """Names the group that may open the port, and whether the person is in it already."""
    import getpass
    import grp

    try:
        status = os.stat(port)
        group = grp.getgrgid(status.st_gid)
    except (OSError, KeyError):
        status, group = None, None
    if status is None or group is None or status.st_mode & 0o060 != 0o060:
        return PortError(
            "port_forbidden",
            N_("You are not permitted to open {port}."),
            N_("Ask whoever administers this computer for the right to use it."),
            port=port,
        )
    user = getpass.getuser()
    if user in group.gr_mem:
        hint = N_("You are in that group already, from the next login on: log out and in again.")
    else:
        hint = N_("Run `sudo usermod -aG {group} {user}`, then log out and in again.")
    return PortError(
        "port_forbidden",
        N_("Only the group {group} is permitted to open {port}."),
        hint,
        port=port,
        group=group.gr_name,
        user=user,
    )


def _explain_url(port: str, error: Exception) -> PortError:
    causes = list(_causes(error))
    host = port.split("://", 1)[1].rsplit(":", 1)[0]
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return PortError(
            "port_unknown_host",
            N_("There is no computer named {host}."),
            N_("Check the name, or use its number: socket://192.168.1.20:7000."),
            host=host,
            port=port,
        )
    if any(isinstance(cause, ConnectionError | TimeoutError) for cause in causes) or any(
        _errno_of(cause) in (errno.EHOSTUNREACH, errno.ENETUNREACH) for cause in causes
    ):
        return PortError(
            "port_refused",
            N_("Nothing answers at {port}."),
            N_("Start `visiophare simulate` and use the address it prints."),
            port=port,
        )
    return PortError(
        "port_address",
        N_("{port} is not an address that can be opened."),
        N_("Write it like socket://127.0.0.1:7000, /dev/ttyACM0 or COM3."),
        port=port,
        reason=_reason(error),
    )


def _causes(error: BaseException | None) -> list[BaseException]:
    """The error and those it was raised from: pyserial buries the system's own."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _errno_of(error: BaseException) -> int | None:
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno is not None:
            return cause.errno
        # pyserial: Could not configure port: (25, 'Inappropriate ioctl for device')
        found = _ERRNO_IN_TEXT.search(str(cause))
        if found:
            return int(found.group(1))
    return None


def _reason(error: Exception) -> OSError | str:
    number = _errno_of(error)
    return OSError(number, os.strerror(number)) if number else str(error).rstrip(".")
