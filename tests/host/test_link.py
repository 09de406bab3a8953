# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real ports and URLs: bytes through, and one clear sentence for each way it can fail."""

import errno
import os
import socket
import threading

import pytest

from patience import PATIENCE_S, eventually
from visiophare import port_errors
from visiophare.errors import PortError
from visiophare.link import open_link

posix = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals exist on POSIX only")


@pytest.fixture
def terminal():
    """(our end's file number, the name of the end that a program opens)."""
    ours, theirs = os.openpty()
    name = os.ttyname(theirs)
    os.close(theirs)
    yield ours, name
    os.close(ours)


def refusal(port: str) -> PortError:
    with pytest.raises(PortError) as caught:
        open_link(port).close()
    assert caught.value.hint
    str(caught.value.hint).format(**caught.value.params)  # every value that it names is there
    return caught.value


@posix
def test_bytes_go_both_ways_through_a_terminal(terminal):
    ours, name = terminal
    link = open_link(name)
    link.send(b"light 40\n")
    assert os.read(ours, 100) == b"light 40\n"
    os.write(ours, b"#1 ok\n!")
    assert link.receive(1.0) == b"#1 ok\n!"
    assert link.receive(0.0) == b""
    link.close()
    link.close()


def test_bytes_go_both_ways_through_a_socket():
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = open_link(f"socket://127.0.0.1:{server.getsockname()[1]}")
        peer, _ = server.accept()
        peer.settimeout(PATIENCE_S)
        with peer:
            link.send(b"hello\n")
            assert peer.recv(100) == b"hello\n"
            peer.sendall(b"x" * 3000)
            received = bytearray()

            def all_is_there():
                received.extend(link.receive(1.0))
                return len(received) >= 3000

            eventually(all_is_there)
            assert received == b"x" * 3000
        with pytest.raises(PortError) as caught:
            link.receive(1.0)
        assert caught.value.code == "port_gone"
        link.close()


def test_a_port_that_nobody_can_select_on_works_too():
    link = open_link("loop://")
    link.send(b"abc")
    assert link.receive(1.0) == b"abc"
    assert link.receive(0.0) == b""
    link.close()


def missing(port: str, present: list[str]) -> PortError:
    error = FileNotFoundError(errno.ENOENT, f"could not open port {port}")
    return port_errors.explain_open_failure(port, error, lambda: present)


def test_a_missing_port_names_the_ones_that_may_have_been_meant():
    error = missing("/dev/ttyACM7", ["/dev/ttyACM0", "/dev/ttyS4", "/dev/cu.usbmodem1101"])
    assert error.code == "port_missing"
    assert error.params["suggestions"] == "/dev/ttyACM0, /dev/ttyS4"
    assert "Did you mean" in error.hint


def test_a_missing_port_unlike_any_other_lists_what_there_is():
    assert "This computer has" in missing("COM3", ["/dev/ttyACM0"]).hint
    assert "plug it in" in missing("COM3", []).hint


@pytest.mark.parametrize(
    ("words", "address"),
    [("7000", "socket://127.0.0.1:7000"), ("192.168.1.20:7000", "socket://192.168.1.20:7000")],
)
def test_the_number_that_simulate_was_given_is_taken_for_its_address(words, address):
    error = missing(words, ["/dev/ttyACM0"])
    assert error.params["suggestions"] == address
    assert "simulate" in error.hint


def test_a_port_that_does_not_exist_is_missing():
    assert refusal("/dev/ttyACM-none" if os.name == "posix" else "COM250").code == "port_missing"


@posix
def test_a_port_in_use_is_not_opened_twice(terminal):
    _, name = terminal
    link = open_link(name)
    assert refusal(name).code == "port_busy"
    link.close()
    open_link(name).close()


@posix
@pytest.mark.parametrize("path", ["/dev/null", "/"])
def test_what_is_no_serial_port_is_told_so(path):
    assert refusal(path).code == "port_not_serial"


@posix
def test_a_port_of_a_group_names_the_group_and_the_command_to_join_it(tmp_path):
    import grp

    device = tmp_path / "ttyACM0"
    device.touch()
    device.chmod(0o660)
    error = port_errors.explain_open_failure(
        str(device), OSError(errno.EACCES, "could not open port: Permission denied")
    )
    assert error.code == "port_forbidden"
    assert error.params["group"] == grp.getgrgid(device.stat().st_gid).gr_name
    device.chmod(0o600)
    error = port_errors.explain_open_failure(str(device), OSError(errno.EACCES, "no"))
    assert "administers" in error.hint


@pytest.mark.parametrize(
    ("port", "code"),
    [
        ("socket://127.0.0.1:1", "port_refused"),
        ("socket://127.0.0.1", "port_address"),
        ("socket://127.0.0.1:99999", "port_address"),
        ("nonsense://here", "port_address"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_so(port, code):
    assert refusal(port).code == code


def test_a_name_that_no_computer_has_is_told_so():
    error = OSError("could not open port")
    error.__cause__ = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    explained = port_errors.explain_open_failure("socket://phare.local:7000", error)
    assert explained.code == "port_unknown_host"
    assert explained.params["host"] == "phare.local"


@posix
def test_a_pulled_cable_is_one_sentence_for_reader_and_writer():
    ours, theirs = os.openpty()
    link = open_link(os.ttyname(theirs))
    os.close(theirs)
    os.close(ours)
    for use in (lambda: link.receive(0.1), lambda: link.send(b"light 0\n")):
        with pytest.raises(PortError) as caught:
            use()
        assert caught.value.code == "port_gone"
    link.close()


@posix
def test_a_port_that_takes_no_bytes_is_given_up(terminal):
    link = open_link(terminal[1])
    with pytest.raises(PortError) as caught:
        link.send(b"x" * 1_000_000)  # nobody reads at the other end
    assert caught.value.code == "port_stuck"
    link.close()


def test_a_link_closed_by_another_thread_ends_a_waiting_reader():
    link = open_link("loop://")
    ended = threading.Event()

    def read():
        try:
            while True:
                link.receive(5.0)
        except PortError:
            ended.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    link.close()
    assert ended.wait(PATIENCE_S)
