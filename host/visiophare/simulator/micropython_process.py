# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated board in a real MicroPython: the process, its line, and its second channel.

Owns finding the program, starting and ending it, and the step from its clock to ours. Must not
know what the board does; `micropython_main` runs at the other end.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import visiophare_firmware
from visiophare.errors import BoardError, FileError, VisiophareError
from visiophare.simulator.board import Crystal
from visiophare.simulator.machine import Boot, Recorded
from visiophare.words import N_

VARIABLE = "VISIOPHARE_MICROPYTHON"
MAIN = Path(__file__).with_name("micropython_main.py")
FIRMWARE = Path(visiophare_firmware.__file__).parent.parent
END_S = 2.0
CHUNK_BYTES = 4096


def find_micropython() -> str:
    """The program to run: VISIOPHARE_MICROPYTHON, `micropython` of PATH, or the one that a
    checkout keeps in `.micropython`.

    Raises FileError when there is none, and where the system is not POSIX.
    """
    named = os.environ.get(VARIABLE, "")
    kept = FIRMWARE.parent.parent / ".micropython" / "micropython"
    found = shutil.which(named or "micropython") or (
        str(kept) if not named and os.access(kept, os.X_OK) else None
    )
    if found and os.name == "posix":  # its line and channel are pipes as only POSIX has them
        return found
    if named:
        raise _no_program(named)
    raise FileError(
        "micropython_missing",
        N_("There is no MicroPython on this computer."),
        N_(
            "Install the package `micropython` (Debian 13, Ubuntu 24.04), name the program in "
            "VISIOPHARE_MICROPYTHON, or use --interpreter python."
        ),
    )


def _no_program(name: str) -> FileError:
    return FileError(
        "micropython_missing",
        N_("{program} is no program that this computer can start."),
        N_("Name a MicroPython in VISIOPHARE_MICROPYTHON, or use --interpreter python."),
        program=name,
    )


class MicroPythonMachine:
    """The controller in a process of its own."""

    def __init__(
        self,
        boot: Boot,
        now: Callable[[], float],
        record: Recorded,
        output: Callable[[bytes], None],
    ) -> None:
        program = find_micropython()
        self.failure: VisiophareError | None = None
        self._boot = boot
        self._now = now
        self._record = record
        self._output = output
        self._stopping = False
        self._lead_s = float("inf")  # our clock less the process's: the least that was seen
        self._crystal = Crystal(0, boot.offset_us, boot.drift_ppm)
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed in stop()
        their_input, self._line_in = os.pipe()
        channel, their_channel = os.pipe()
        their_hands, self._hands = os.pipe()
        # MicroPython's read(n) waits for all n bytes, unless the descriptor does not block.
        os.set_blocking(their_input, False)
        arguments = {**asdict(boot), "firmware": str(FIRMWARE)}
        arguments["channel"] = f"/dev/fd/{their_channel}"
        arguments["hands"] = f"/dev/fd/{their_hands}"
        try:
            self._process = subprocess.Popen(
                [program, str(MAIN)],
                # Not as an argument: MicroPython dies of one that is longer than 255 bytes.
                env={**os.environ, "VISIOPHARE_SIMULATED_BOARD": json.dumps(arguments)},
                stdin=their_input,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                pass_fds=(their_channel, their_hands),
                # A terminal's Ctrl-C is ours to hear: the board is switched off in order.
                start_new_session=True,
            )
        except OSError as error:
            for end in (self._line_in, self._hands, channel):
                os.close(end)
            raise _no_program(program) from error
        finally:
            for end in (their_input, their_channel, their_hands):
                os.close(end)
        self._watcher = threading.Thread(target=self._watch, args=(channel,), daemon=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._watcher.start()
        self._reader.start()

    def send(self, data: bytes) -> None:
        if self._stopping or self.failure:
            return
        with contextlib.suppress(OSError):  # it has ended; the reader finds out why
            os.write(self._line_in, data)

    def touch(self, what: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self._hands, what.encode() + b"\n")

    def stop(self) -> None:
        self._stopping = True
        os.close(self._line_in)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._hands)
        self._reader.join()
        self._watcher.join()
        self._complaints.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            while data := os.read(stream.fileno(), CHUNK_BYTES):
                self._output(data)
        self._process.wait()
        if not self._stopping:
            self.failure = self._explain()

    def _explain(self) -> VisiophareError:
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return BoardError(
            "interpreter_failed",
            N_("The MicroPython that ran the board has ended: {reason}."),
            N_("Start it again; if it ends again, use --interpreter python and report this."),
            reason=lines[-1].rstrip(".") if lines else f"exit {self._process.returncode}",
        )

    def _watch(self, channel: int) -> None:
        with os.fdopen(channel, encoding="ascii") as lines:
            for line in lines:
                kind, _space, rest = line.rstrip("\n").partition(" ")
                if kind == "clock":
                    self._lead_s = min(self._lead_s, self._now() - int(rest) / 1e6)
                elif kind == "boot":
                    self._crystal = Crystal(int(rest), self._boot.offset_us, self._boot.drift_ppm)
                else:
                    at_us, _space, value = rest.partition(" ")
                    self._take(kind, int(at_us), value)

    def _take(self, kind: str, at_us: int, value: str) -> None:
        at_s = self._crystal.local_us_at(at_us) / 1e6 + self._lead_s
        self._record(kind, at_us, at_s, value)
