# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated projector as other programs reach it, on either interpreter."""

import contextlib
import os
import socket
import stat
import threading
import time

import pytest

from host.swift import SWIFT
from on_micropython import require_micropython
from patience import PATIENCE_S, StandingClock, eventually
from terminal import Terminal
from visiophare.errors import FileError, PortError
from visiophare.link import open_link
from visiophare.projector import Projector
from visiophare.simulator.projector import SimulatedProjector
from visiophare.simulator.server import TcpServer
from visiophare_wire import ticks_add, ticks_diff

ENGLISH = {**SWIFT, "language": "en"}
posix = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals exist on POSIX only")


@pytest.fixture(params=["python", "micropython"])
def interpreter(request, monkeypatch):
    if request.param == "micropython":
        monkeypatch.setenv("VISIOPHARE_MICROPYTHON", str(require_micropython()))
    return request.param


@pytest.fixture
def simulated():
    with SimulatedProjector(settings=ENGLISH) as simulated:
        yield simulated


def connect(port):
    return socket.create_connection(("127.0.0.1", port), PATIENCE_S)


def line_of(stream):
    """One line that a person would see: events for hosts left out."""
    while True:
        line = stream.readline().decode().strip()
        if not line.startswith("~"):
            return line


def test_a_person_types_into_a_socket(simulated):
    with connect(simulated.serve_tcp()) as client, client.makefile("rb") as stream:
        client.sendall(b"light 40\r\n")
        assert line_of(stream) == "Light to 40 %."
        client.sendall(b"light")
        client.sendall(b" 20\n")
        assert line_of(stream) == "Light to 20 %."
    assert [done.args["level_percent"] for done in simulated.executed] == [40.0, 20.0]


def test_a_client_that_goes_away_does_not_stop_the_board_and_the_next_finds_it(simulated):
    port = simulated.serve_tcp()
    with Projector.open(f"socket://127.0.0.1:{port}") as projector:
        projector.light(60)
    abrupt = connect(port)
    abrupt.sendall(b"light 7")  # leaves half a line behind, and its end to a reset connection
    abrupt.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    abrupt.close()

    def next_one_is_served():
        with contextlib.suppress(PortError), Projector.open(f"socket://127.0.0.1:{port}") as again:
            return again.status()["level"] == "60"
        return False

    eventually(next_one_is_served)
    assert simulated.outputs.light_at(time.monotonic()) > 0


def test_a_second_client_is_told_that_the_projector_is_taken(simulated):
    port = simulated.serve_tcp()
    with connect(port) as first:
        first.sendall(b"clock\n")
        assert first.recv(100)
        with connect(port) as second:
            assert b"Another program is connected" in second.makefile("rb").readline()
        with pytest.raises(PortError) as caught:
            Projector.open(f"socket://127.0.0.1:{port}")
        assert caught.value.code == "port_busy"
        first.sendall(b"clock\n")
        assert first.recv(100)


def test_one_who_has_gone_before_being_told_does_no_harm(simulated, monkeypatch):
    class Gone(socket.socket):
        def send(self, *_data):
            raise ConnectionResetError

    port = simulated.serve_tcp()
    with connect(port) as first:
        first.sendall(b"clock\n")
        assert first.recv(100)
        accept = socket.socket.accept
        monkeypatch.setattr(
            socket.socket, "accept", lambda self: (Gone(fileno=accept(self)[0].detach()), "")
        )
        with connect(port) as second:
            assert second.recv(100) == b""
        first.sendall(b"clock\n")
        assert first.recv(100)


class HearingBoard:
    """A board that only listens."""

    heard = b""

    def hear(self, data):
        self.heard += data


def test_a_client_that_does_not_read_holds_nobody_up():
    board = HearingBoard()
    server = TcpServer(board, "127.0.0.1", 0)
    said = threading.Event()

    def say_more_than_the_system_keeps():
        for _ in range(20):
            server.deliver(b"x" * 1_000_000)
        said.set()

    with connect(server.port) as deaf:
        deaf.sendall(b"light 33\n")
        eventually(lambda: board.heard == b"light 33\n")
        threading.Thread(target=say_more_than_the_system_keeps, daemon=True).start()
        eventually(said.is_set, "saying it all")
        deaf.sendall(b"light 34\n")
        eventually(lambda: board.heard.endswith(b"light 34\n"))
    server.hang_up()


def test_a_taken_tcp_port_is_one_sentence(simulated):
    with pytest.raises(PortError) as caught:
        simulated.serve_tcp(simulated.serve_tcp())
    assert caught.value.code == "tcp_port_taken"


def test_switching_off_ends_connections(simulated):
    with connect(simulated.serve_tcp()) as client:
        client.sendall(b"clock\n")
        assert client.recv(100)
        simulated.stop()
        while client.recv(1000):
            pass


@posix
def test_a_person_types_into_a_terminal(simulated):
    path = simulated.serve_pty()
    assert stat.S_ISCHR(os.stat(path).st_mode)
    with Terminal(path) as terminal:
        terminal.write(b"light 40\r")
        assert terminal.line() == "Light to 40 %."
    link = open_link(path)
    link.send(b"light 20\n")
    eventually(lambda: len(simulated.executed) == 2)
    link.close()


@posix
def test_whoever_opens_the_terminal_does_not_read_what_others_said_long_ago():
    clock = StandingClock()
    with SimulatedProjector(now=clock, settings=ENGLISH) as simulated:
        path = simulated.serve_pty()
        with Projector.open(simulated.link(), clock) as projector:
            for level in range(20):
                projector.light(level)
            clock.now_s += 2
            projector.light(50)
        with Terminal(path) as terminal:
            assert 0 < terminal.waiting().count(b"\n") < 5


@posix
def test_a_program_may_use_the_terminal_as_a_port_one_after_the_other(simulated):
    path = simulated.serve_pty()
    for level in (10, 20):
        with Projector.open(path) as projector:
            projector.light(level)
    assert [done.args["level_percent"] for done in simulated.executed] == [10.0, 20.0]


def test_nobody_may_take_the_board_s_clock_for_the_computer_s():
    clock = StandingClock()
    with (
        SimulatedProjector(now=clock) as simulated,
        Projector.open(simulated.link(), clock) as projector,
    ):
        first_us = int(projector.ask("clock").fields["t"])
        assert first_us > 1_000_000
        assert abs(ticks_diff(first_us, ticks_add(0, round(clock.now_s * 1e6)))) > 1_000_000
        clock.now_s += 100
        passed_us = ticks_diff(int(projector.ask("clock").fields["t"]), first_us)
        assert 1_000 < abs(passed_us - 100_000_000) < 10_000, "as much as crystals differ"


def test_both_interpreters_play_the_same_board(interpreter):
    with (
        SimulatedProjector(interpreter, settings=ENGLISH) as simulated,
        Projector.open(simulated.link()) as projector,
    ):
        at_s = time.monotonic() + 0.3
        projector.light(50, 0.2, at_s=at_s)
        homing = projector.carriage_home()
        found = projector.wait_for("homed", "fault", timeout_s=PATIENCE_S, since=homing)
        assert [found and found[0].name] == ["homed"]
        home_mm = simulated.outputs.carriage_mm(at_s + PATIENCE_S)
        assert home_mm == pytest.approx(0.0, abs=SWIFT["home_retract_mm"])
        moving = projector.carriage_to_mm(50)
        assert projector.wait_for("arrived", timeout_s=PATIENCE_S, since=moving)
        stands_mm = simulated.outputs.carriage_mm(at_s + 3 * PATIENCE_S)
        assert stands_mm - home_mm == pytest.approx(50 - float(found[0].fields["mm"]), abs=0.1)
        half = pytest.approx(0.1842, abs=0.0003)  # 50 % as perceived; only the fade's end is it
        eventually(lambda: simulated.outputs.light_at(time.monotonic()) == half)
        names = [done.name for done in simulated.executed]
        assert sorted(names) == ["carriage at", "carriage home", "light"]
        lit = next(done for done in simulated.executed if done.name == "light")
        early_s = 0.01 + 2 * projector.clock_uncertainty_s
        assert (
            lit.host_s > at_s - early_s
        )  # how exactly is test_projector.py's, on a clock of its own


def test_a_reset_keeps_saved_settings_and_the_carriage_where_it_is(interpreter):
    with (
        SimulatedProjector(interpreter, settings=ENGLISH) as simulated,
        Projector.open(simulated.link()) as projector,
    ):
        projector.ask("settings", name="frames", value="7")
        projector.ask("settings save")
        homing = projector.carriage_home()
        projector.wait_for("homed", timeout_s=PATIENCE_S, since=homing)
        moving = projector.carriage_to_mm(50)
        projector.wait_for("arrived", timeout_s=PATIENCE_S, since=moving)
        projector.light(100)
        stood_mm = simulated.outputs.carriage_mm(time.monotonic() + PATIENCE_S)
        simulated.reset("brown_out")
        eventually(lambda: simulated.outputs.light_at(time.monotonic()) == 0.0, "darkness")
        stands_mm = simulated.outputs.carriage_mm(time.monotonic() + PATIENCE_S)
        assert stands_mm == pytest.approx(stood_mm, abs=0.01)
        assert projector.ask("settings", name="frames").parts == [{"frames": "7"}]
        assert projector.status()["reset"] == "brown_out"
        assert projector.status()["referenced"] == "no"


def test_a_micropython_that_dies_is_one_sentence(monkeypatch, tmp_path):
    program = tmp_path / "micropython"
    program.write_text("#!/bin/sh\necho 'MemoryError: memory allocation failed' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("VISIOPHARE_MICROPYTHON", str(program))
    with SimulatedProjector("micropython") as simulated:
        eventually(lambda: simulated.failure)
        assert simulated.failure.code == "interpreter_failed"
        assert "memory allocation failed" in str(simulated.failure)


@pytest.mark.parametrize("named", ["", "/nonexistent/micropython"])
def test_no_micropython_is_one_sentence(named, monkeypatch, tmp_path):
    monkeypatch.setenv("VISIOPHARE_MICROPYTHON", named)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("visiophare.simulator.micropython_process.FIRMWARE", tmp_path / "a" / "b")
    with pytest.raises(FileError) as caught:
        SimulatedProjector("micropython").start()
    assert caught.value.code == "micropython_missing"
