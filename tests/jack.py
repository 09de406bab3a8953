# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A JACK server without sound, and pads that are not there: MIDI where no kernel sequencer is."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

READY_WITHIN_S = 20.0


class NoJackError(Exception):
    """There can be no JACK server here; the message says why."""


class VirtualPad:
    """A MIDI output that other programs see as an instrument; `pull` unplugs it."""

    def __init__(self, name: str):
        import rtmidi

        self._out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name)
        self._out.open_virtual_port("pads")

    def play(self, *message: int) -> None:
        self._out.send_message(list(message))

    def pull(self) -> None:
        if self._out is not None:
            self._out.close_port()
            self._out.delete()  # a second time would crash the process
            self._out = None


@contextlib.contextmanager
def jack_server(log_path: Path) -> Iterator[dict[str, str]]:
    """A server as long as the context lasts; the environment in which programs find it.

    Raises: NoJackError.
    """
    if shutil.which("jackd") is None:
        raise NoJackError("there is no jackd here: `apt install jackd2` lets this run")
    try:
        import rtmidi
    except ImportError as error:
        raise NoJackError(f"python-rtmidi does not start here: {error}") from error
    if not hasattr(rtmidi, "API_UNIX_JACK"):
        raise NoJackError("python-rtmidi knows no JACK here")
    # few names: JACK remembers eight that were killed, and then starts no more
    name = f"visiophare-test-{os.getpid() % 4}"
    environment = {
        "JACK_DEFAULT_SERVER": name,
        "JACK_NO_START_SERVER": "1",
        "MIDO_BACKEND": "mido.backends.rtmidi/UNIX_JACK",
    }
    before = {key: os.environ.get(key) for key in environment}
    os.environ.update(environment)
    try:
        with _jackd(name, log_path) as server:
            if not _answers(rtmidi, server):
                tail = log_path.read_text(errors="replace")[-500:]
                raise NoJackError(f"jackd did not start: {tail}")
            yield environment
    finally:
        for key, value in before.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})


@contextlib.contextmanager
def _jackd(name: str, log_path: Path) -> Iterator[subprocess.Popen]:
    with log_path.open("wb") as log:
        # 256 frames are 5.3 ms. Where a burst finds no room in that time, JACK repeats one message
        # in place of the others: bursts in tests are short. -R: with a low priority one message in
        # thirty was lost beside four busy processes. Who may not have it gets the low one
        options = ["-R", "-t", "1000", "-d", "dummy", "-r", "48000", "-p", "256"]
        command = ["jackd", "-n", name, *options]
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _answers(rtmidi, server: subprocess.Popen) -> bool:
    deadline_s = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline_s and server.poll() is None:
        try:
            rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "ready").delete()
        except rtmidi.RtMidiError:
            time.sleep(0.1)
        else:
            return True
    return False
