# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual pads for the tests: a JACK server without sound, where no kernel sequencer is needed.

Tests that need it are skipped where there is no jackd, and fail instead when
VISIOPHARE_REQUIRE_JACK=1 says that there has to be one.
"""

import os
import shutil
import signal
import subprocess
import time

import pytest

READY_WITHIN_S = 20.0


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


def missing(reason: str) -> None:
    if os.environ.get("VISIOPHARE_REQUIRE_JACK") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def jack_server(tmp_path_factory):
    """The environment for programs that are to find the JACK server of these tests."""
    if shutil.which("jackd") is None:
        missing("there is no jackd here: `apt install jackd2` lets this test run")
    try:
        import rtmidi
    except ImportError as error:
        missing(f"python-rtmidi does not start here: {error}")
    if not hasattr(rtmidi, "API_UNIX_JACK"):
        missing("python-rtmidi knows no JACK here")
    # few names: JACK remembers eight that were killed, and then starts no more
    name = f"visiophare-test-{os.getpid() % 4}"
    log_path = tmp_path_factory.mktemp("jack") / "jackd.log"
    with log_path.open("wb") as log:
        # 256 frames are 5.3 ms. Where a burst finds no room in that time, JACK repeats one message
        # in place of the others: bursts in tests are short
        command = ["jackd", "-n", name, "-r", "-d", "dummy", "-r", "48000", "-p", "256"]
        server = subprocess.Popen(command, stdout=log, stderr=log)
    environment = {
        "JACK_DEFAULT_SERVER": name,
        "JACK_NO_START_SERVER": "1",
        "MIDO_BACKEND": "mido.backends.rtmidi/UNIX_JACK",
    }
    before = {key: os.environ.get(key) for key in environment}
    os.environ.update(environment)
    try:
        if not _answers(rtmidi, server):
            missing(f"jackd did not start: {log_path.read_text(errors='replace')[-500:]}")
        yield environment
    finally:
        for key, value in before.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _answers(rtmidi, server) -> bool:
    deadline_s = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline_s and server.poll() is None:
        try:
            rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "ready").delete()
        except rtmidi.RtMidiError:
            time.sleep(0.1)
        else:
            return True
    return False


@pytest.fixture
def plug(jack_server):
    """`plug(name)` gives a VirtualPad; those still plugged are pulled at the end."""
    pads = []

    def plug_one(name: str) -> VirtualPad:
        pads.append(VirtualPad(name))
        return pads[-1]

    yield plug_one
    for pad in pads:
        pad.pull()
