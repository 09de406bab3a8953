# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A JACK server without sound, and pads that are not there: MIDI where no kernel sequencer is."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from patience import PATIENCE_S

READY_WITHIN_S = 20.0
SERVERS = 4
"""At most so many of these run at once. Few: JACK remembers eight names of servers that were
killed, and then starts no more."""


# Runs the words behind it, and ends them when standard input ends: with us, however we end.
LIFELINE = """
exec 3<&0
"$@" & server=$!
{ read -r _ <&3; kill $server; } & watcher=$!
wait $server
kill $watcher
"""


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

    def play_until(
        self, condition: Callable[[], object], *message: int, again_s: float = 1.0
    ) -> None:
        """Play it until it has been answered: on a busy machine JACK drops a message now and then.

        A message that is only late then comes twice. tests/benchmarks/pads.py counts the lost.
        """
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            self.play(*message)
            played_s = time.monotonic()
            while time.monotonic() < played_s + again_s:
                if condition():
                    return
                time.sleep(0.005)
        raise AssertionError(f"the message {message} was not answered")

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
    with (
        _free_name() as (name, lock),
        _environment(name) as environment,
        _jackd(name, log_path, lock) as server,
    ):
        if not _answers(rtmidi, server):
            tail = log_path.read_text(errors="replace")[-500:]
            raise NoJackError(f"jackd did not start: {tail}")
        yield environment


@contextlib.contextmanager
def _free_name() -> Iterator[tuple[str, int]]:
    """The name of a server that does not run, and the open file that keeps it ours.

    jackd inherits the file: as long as it runs, whatever became of us, nobody else takes its name,
    and with it the server for their own.
    """
    import fcntl

    for number in range(SERVERS):
        name = f"visiophare-tests-{os.getuid()}-{number}"
        lock = os.open(Path(tempfile.gettempdir()) / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield name, lock
                return
        finally:
            os.close(lock)
    raise NoJackError(f"{SERVERS} JACK servers of tests run already")


@contextlib.contextmanager
def _environment(name: str) -> Iterator[dict[str, str]]:
    """What makes programs find this server, in the environment of this process too."""
    environment = {
        "JACK_DEFAULT_SERVER": name,
        "JACK_NO_START_SERVER": "1",
        "MIDO_BACKEND": "mido.backends.rtmidi/UNIX_JACK",
    }
    before = {key: os.environ.get(key) for key in environment}
    os.environ.update(environment)
    try:
        yield environment
    finally:
        for key, value in before.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})


@contextlib.contextmanager
def _jackd(name: str, log_path: Path, lock: int) -> Iterator[subprocess.Popen]:
    with log_path.open("wb") as log:
        # 256 frames are 5.3 ms. Where a burst finds no room in that time, JACK repeats one message
        # in place of the others: bursts in tests are short. -R: with a low priority one message in
        # thirty was lost beside four busy processes. Who may not have it gets the low one
        options = ["-R", "-t", "1000", "-d", "dummy", "-r", "48000", "-p", "256"]
        server = subprocess.Popen(
            ["sh", "-c", LIFELINE, "sh", "jackd", "-n", name, *options],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
        )
    try:
        yield server
    finally:
        server.stdin.close()
        server.wait(PATIENCE_S)


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
