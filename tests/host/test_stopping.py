# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl-C, SIGTERM and SIGHUP put the light out first, in a process of its own with a fake board."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from patience import PATIENCE_S, eventually
from running import Running
from visiophare.projector import Projector
from visiophare.simulator.projector import SimulatedProjector
from visiophare.stopping import GuardedCondition, Stopped, accomplished, check, stop_signals

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")

# A projector that writes down what is asked of it; `darken` may be told to be slow or to hang.
PROGRAM = """
import sys, time
import visiophare.cli as cli
from visiophare import stopping
from visiophare.commands import common
import click, types
from pathlib import Path

def slowly(path):
    path.write_bytes(b"half")
    print("ready", flush=True)
    time.sleep(60)

class Projector:
    @classmethod
    def open(cls, port, **_options):
        return cls()
    def darken(self):
        if "--slow" in sys.argv:
            print("darkening", flush=True)
            sys.stdin.readline()
        print("dark", flush=True)
        if "--hang" in sys.argv:
            time.sleep(60)
        return "--deaf" not in sys.argv
    def unwatch(self):
        pass
    def close(self):
        print("closed", flush=True)

if "--slow" in sys.argv:  # all of it happens in one moment
    stopping.time = types.SimpleNamespace(monotonic=lambda: 0.0)
sys.modules["visiophare.projector"] = types.SimpleNamespace(Projector=Projector)

@click.command(cls=common.Command)
@common.json_option
@click.option("--fail", is_flag=True)
@click.option("--keep", is_flag=True)
@click.option("--wait", is_flag=True)
@click.option("--hang", is_flag=True)
@click.option("--slow", is_flag=True)
@click.option("--deaf", is_flag=True)
@click.option("--write", is_flag=True)
def command(as_json, fail, keep, wait, hang, slow, deaf, write):
    from visiophare.errors import BoardError
    if write:
        common.write_atomically(Path("slide.pdf"), slowly)
    with common.open_projector("COM1", darken_on_error=not keep):
        print("ready", flush=True)
        if fail:
            raise BoardError("refused", "The board refused.")
        if wait:
            time.sleep(60)

cli.LazyGroup.get_command = lambda self, ctx, name: command
sys.exit(cli.run(["try", *sys.argv[1:]]))
"""


def start(*options: str, cwd: Path | None = None) -> Running:
    return Running(sys.executable, "-c", PROGRAM, *options, cwd=cwd)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_darkens_closes_and_exits_as_shells_count(number: int, code: int) -> None:
    with start("--wait") as program:
        assert program.line() == "ready"
        ended = program.end(number)
    assert (ended.code, ended.out) == (code, "dark\nclosed\n")
    assert "Traceback" not in ended.err


def test_a_terminal_that_is_closed_hears_nothing_and_the_code_is_still_the_signals() -> None:
    import pty

    with SimulatedProjector(settings={"home_speed_mm_s": 0.5, "home_slow_mm_s": 0.5}) as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp(0)}"
        words = [sys.executable, "-m", "visiophare", "carriage", "home", "--port", port]
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(sys.executable, words)
        said = b""
        while b"switch" not in said:
            said += os.read(terminal, 1000)
        os.close(terminal)
        _pid, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 129


def test_a_projector_that_cannot_be_darkened_is_told_of() -> None:
    with start("--wait", "--deaf") as program:
        assert program.line() == "ready"
        ended = program.end(signal.SIGINT)
    assert ended.code == 130
    assert "nobody knows whether its light is out" in ended.err
    assert "fades the light out, after 5 s" in ended.err


def test_a_terminal_that_hangs_up_twice_does_not_leave_the_light_on() -> None:
    with start("--wait", "--slow") as program:
        assert program.line() == "ready"
        program.process.send_signal(signal.SIGHUP)
        assert program.line() == "darkening"
        program.process.send_signal(signal.SIGHUP)
        program.write("darkened\n")
        ended = program.end()
    assert (ended.code, ended.out) == (129, "dark\nclosed\n")


def test_a_second_signal_ends_at_once_even_when_darkening_hangs() -> None:
    with start("--wait", "--hang") as program:
        assert program.line() == "ready"
        program.process.send_signal(signal.SIGINT)
        assert program.line() == "dark"
        time.sleep(0.6)  # a person who waits, and presses again
        assert program.end(signal.SIGINT).code == -signal.SIGINT


def test_a_hang_up_that_the_parent_ignores_stays_ignored() -> None:
    script = 'trap "" HUP; exec "$@"'
    with Running("sh", "-c", script, "sh", sys.executable, "-c", PROGRAM, "--wait") as program:
        assert program.line() == "ready"
        program.process.send_signal(signal.SIGHUP)
        assert program.end(signal.SIGTERM).code == 143


@pytest.mark.parametrize(
    ("options", "out"),
    [
        ((), "ready\nclosed\n"),
        (("--fail",), "ready\ndark\nclosed\n"),
        (("--fail", "--keep"), "ready\nclosed\n"),
    ],
)
def test_an_error_darkens_unless_the_command_only_asks(options: tuple[str, ...], out: str) -> None:
    with start(*options) as program:
        ended = program.end()
    assert (ended.code, ended.out) == (1 if options else 0, out)


def test_being_stopped_is_one_json_document_too() -> None:
    with start("--wait", "--json") as program:
        assert program.line() == "ready"
        ended = program.end(signal.SIGTERM)
    assert ended.code == 143
    assert '"code": "interrupted"' in ended.out


def test_a_signal_leaves_no_half_written_file(tmp_path: Path) -> None:
    with start("--write", cwd=tmp_path) as program:
        assert program.line() == "ready"
        assert program.end(signal.SIGTERM).code == 143
    assert list(tmp_path.iterdir()) == []


def test_what_the_main_thread_holds_is_let_go_before_a_signal_raises() -> None:
    condition = GuardedCondition()
    reached = []

    def be_interrupted() -> None:
        with condition:
            signal.raise_signal(signal.SIGTERM)
            with condition:
                reached.append("inner")
            reached.append("outer")

    with stop_signals(), pytest.raises(Stopped):
        be_interrupted()
    assert reached == ["inner", "outer"]
    other = threading.Thread(target=condition.acquire)
    other.start()
    other.join(PATIENCE_S)
    assert not other.is_alive()  # it was free


def test_whoever_holds_something_and_waits_hears_of_a_signal_by_checking() -> None:
    condition = GuardedCondition()
    with stop_signals(), condition:
        signal.raise_signal(signal.SIGINT)
        condition.wait(0.001)
        with pytest.raises(Stopped) as stopped:
            check()
        check()  # the wish has been told
    assert stopped.value.exit_code == 130


def test_a_command_that_is_interrupted_while_it_waits_can_still_be_darkened() -> None:
    with SimulatedProjector() as simulated, Projector.open(simulated.link()) as projector:
        projector.light(50)
        send = projector._link.send

        def send_and_be_interrupted(data: bytes) -> None:
            send(data)
            signal.raise_signal(signal.SIGINT)

        projector._link.send = send_and_be_interrupted
        with stop_signals():
            with pytest.raises(Stopped):
                projector.light(100)
            projector._link.send = send
            projector.darken()
        assert projector.status()["light"] == "0"


def test_after_what_was_wanted_is_accomplished_a_signal_changes_nothing() -> None:
    program = """
import signal, visiophare.stopping as stopping
with stopping.stop_signals():
    stopping.accomplished()
    signal.raise_signal(signal.SIGINT)
    with stopping.GuardedCondition():
        pass
signal.raise_signal(signal.SIGTERM)
print("to the end")
"""
    with Running(sys.executable, "-c", program) as done:
        ended = done.end()
    assert (ended.code, ended.out) == (0, "to the end\n")


def test_a_signal_before_it_is_accomplished_is_still_told() -> None:
    with stop_signals(), GuardedCondition():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(Stopped):
            accomplished()


@pytest.mark.parametrize("pause_s", [0.0, 0.002, 0.01, 0.05])
def test_light_that_is_interrupted_either_stays_and_is_no_error_or_goes_out(pause_s: float) -> None:
    with SimulatedProjector() as simulated:
        port = f"socket://127.0.0.1:{simulated.serve_tcp(0)}"
        program = "import sys; from visiophare.cli import run; sys.exit(run(sys.argv[1:]))"
        with Running(sys.executable, "-c", program, "light", "100", "--port", port) as light:
            eventually(lambda: simulated.outputs.light_at(time.monotonic()) > 0, "light", 0.001)
            time.sleep(pause_s)
            code = light.end(signal.SIGINT).code
        lit = simulated.outputs.light_at(time.monotonic()) > 0
        assert (code, lit) in {(0, True), (130, False)}
