# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Round trip and throughput of a command, beside a bare pyserial echo of a line as long.

Both go through `socket://` to a process of their own, in turns within the same run, so that what
else the machine does hits both. The difference is ours: numbering, checksum, the reader's thread,
the controller, the reply. One command is outstanding at a time, so throughput is what follows
from the round trip.

    python tests/benchmarks/link.py [--interpreter micropython] [--rounds 20]
"""

import argparse
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import serial

from visiophare.projector import Projector
from visiophare_wire import format_command

COMMANDS_A_ROUND = 200
LINE = format_command(12345, "light", {"level_percent": 40.5})
ECHO = """
import socket
server = socket.create_server(("127.0.0.1", 0))
print("socket://127.0.0.1:%d" % server.getsockname()[1], flush=True)
client, _ = server.accept()
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while data := client.recv(4096):
    client.sendall(data)
"""


@contextlib.contextmanager
def peer(*words: str) -> Iterator[str]:
    """A Python process that prints the address it listens on."""
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def times_s(act: Callable[[], object]) -> list[float]:
    """How long each of a round's calls takes."""
    taken_s = []
    for _ in range(COMMANDS_A_ROUND):
        began_s = time.perf_counter()
        act()
        taken_s.append(time.perf_counter() - began_s)
    return taken_s


def summary(taken_s: list[float]) -> dict[str, float]:
    """Milliseconds at p50 and p99, and commands a second."""
    ordered = sorted(taken_s)
    return {
        "p50_ms": round(ordered[len(ordered) // 2] * 1e3, 3),
        "p99_ms": round(ordered[len(ordered) * 99 // 100] * 1e3, 3),
        "per_s": round(len(ordered) / sum(ordered), 1),
    }


def main() -> None:
    """Measures, and prints a table, then one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--interpreter", choices=["python", "micropython"], default="python")
    parser.add_argument("--rounds", type=int, default=20)
    wanted = parser.parse_args()
    ours_s: list[float] = []
    bare_s: list[float] = []
    simulate = ("-m", "visiophare", "simulate", "--interpreter", wanted.interpreter)
    with peer("-c", ECHO) as echo, peer(*simulate) as simulator:
        bare = serial.serial_for_url(echo, timeout=5)

        def bare_echo() -> None:
            bare.write(LINE)
            assert bare.read(len(LINE)) == LINE

        with Projector.open(simulator) as projector:
            for number in range(wanted.rounds):
                bare_s += times_s(bare_echo)
                level = (number % 10) / 2 + 40
                ours_s += times_s(lambda level=level: projector.light(level))  # type: ignore[misc]
            uncertainty_ms = projector.clock_uncertainty_s * 1e3
        bare.close()
    rows = {"visiophare": summary(ours_s), "bare pyserial echo": summary(bare_s)}
    print(f"{'':20} {'p50 ms':>8} {'p99 ms':>8} {'per s':>8}")
    for name, row in rows.items():
        print(f"{name:20} {row['p50_ms']:8.3f} {row['p99_ms']:8.3f} {row['per_s']:8.1f}")
    ours, echoed = rows.values()
    print(
        json.dumps(
            {
                "interpreter": wanted.interpreter,
                "ours": ours,
                "bare": echoed,
                "ratio_p50": round(ours["p50_ms"] / echoed["p50_ms"], 2),
                "ratio_p99": round(ours["p99_ms"] / echoed["p99_ms"], 2),
                "clock_uncertainty_ms": round(uncertainty_ms, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
