# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a hit to the light: through `visiophare live`, beside the MIDI system alone.

Both times begin when a virtual pad sends. The MIDI system's ends in a bare listener's callback,
ours when the simulated board has carried the command out. The difference is ours: bindings, engine,
line, controller. Besides: how many messages of bursts of ten the MIDI system itself loses, and what
it costs to look which pads are there.

    python tests/benchmarks/pads.py [--hits 200] [--json FILE]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from jack import NoJackError, VirtualPad, jack_server
from visiophare.midi.ports import PadPorts, open_backend
from visiophare.simulator.projector import SimulatedProjector

SHOW = """
title = "Pads"
[[cue]]
id = "light"
steps = [{ fade = 80, over = 0 }]
[[cue]]
id = "dark"
steps = [{ fade = 0, over = 0 }]
[[binding]]
source = "note 36"
cue = "light"
[[binding]]
source = "note 40"
cue = "dark"
"""
PATIENCE_S = 10.0


def until(condition: Callable[[], object]) -> None:
    """Waits for it, looking every 0.2 ms."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline_s:
            raise SystemExit("A hit was not answered.")
        time.sleep(0.0002)


def summary(taken_s: list[float]) -> dict[str, float]:
    """Milliseconds at p50, p99 and the worst."""
    ordered = [1e3 * taken for taken in sorted(taken_s)]
    places = {"p50_ms": len(ordered) // 2, "p99_ms": len(ordered) * 99 // 100, "worst_ms": -1}
    return {name: round(ordered[place], 3) for name, place in places.items()}


def measure(hits: int, folder: Path) -> dict[str, dict[str, float]]:
    """Both times of the same hits."""
    import rtmidi

    show = folder / "show.toml"
    show.write_text(SHOW, "utf-8")
    heard_s: list[float] = []
    pad = VirtualPad("Bench pad")
    listener = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "bare")
    listener.set_callback(lambda event, _data: heard_s.append(time.monotonic()))
    names = listener.get_ports()
    listener.open_port(next(n for n, name in enumerate(names) if "Bench pad" in name), "in")
    alone_s, whole_s = [], []
    with SimulatedProjector() as projector:
        port = f"socket://127.0.0.1:{projector.serve_tcp()}"
        words = [sys.executable, "-m", "visiophare", "live", str(show), "--port", port]
        quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        live = subprocess.Popen([*words, "--pad", "Bench pad"], **quiet)
        try:
            until(lambda: any(done.name == "light" for done in projector.executed))
            time.sleep(0.5)
            for hit in range(hits):
                commands, messages = len(projector.executed), len(heard_s)
                hit_s = time.monotonic()
                pad.play(0x90, 40 if hit % 2 else 36, 100)
                until(lambda done=commands: len(projector.executed) > done)
                until(lambda so_far=messages: len(heard_s) > so_far)
                alone_s.append(heard_s[messages] - hit_s)
                whole_s.append(projector.executed[commands].host_s - hit_s)
                time.sleep(0.02)
        finally:
            live.terminate()
            live.communicate()
            pad.pull()
            listener.cancel_callback()
            listener.close_port()
            listener.delete()
    return {"MIDI system alone": summary(alone_s), "visiophare live": summary(whole_s)}


def lost_of_bursts(bursts: int) -> int:
    """How many of ten messages at once, sent so many times, never reach a bare listener."""
    import rtmidi

    heard = []
    pad = VirtualPad("Burst pad")
    listener = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "bare")
    listener.set_callback(lambda event, _data: heard.append(event[0][1]))
    names = listener.get_ports()
    listener.open_port(next(n for n, name in enumerate(names) if "Burst pad" in name), "in")
    arrived = 0
    for _burst in range(bursts):
        heard.clear()
        for number in range(10):
            pad.play(0x90, number, 100)
        time.sleep(0.1)
        arrived += len(set(heard))
    listener.cancel_callback()
    listener.close_port()
    listener.delete()
    pad.pull()
    return 10 * bursts - arrived


def look_ms() -> float:
    """How long a look at the ports takes, which `live` has often."""
    pad = VirtualPad("Seen pad")
    ports = PadPorts(open_backend(), lambda _touch: None, time.monotonic, "Seen pad")
    ports.poll()
    started_s = time.perf_counter()
    for _look in range(50):
        ports.poll()
    taken_s = time.perf_counter() - started_s
    ports.close()
    pad.pull()
    return taken_s / 50 * 1e3


def main() -> None:
    """Prints a row a way, the ratio, then what else was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hits", type=int, default=200)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with jack_server(folder / "jackd.log"):
                rows = measure(wanted.hits, folder)
                lost, looking_ms = lost_of_bursts(wanted.hits // 10), look_ms()
        except NoJackError as error:
            print(f"Not measured: {error}.")
            return
    print(f"{'from a hit on a pad':24} p50 ms  p99 ms  worst")
    for name, row in rows.items():
        print(f"{name:24} {row['p50_ms']:6.2f} {row['p99_ms']:7.2f} {row['worst_ms']:6.2f}")
    alone, ours = rows.values()
    ratio = round(ours["p50_ms"] / alone["p50_ms"], 2)
    print(f"{'ratio of the medians':24} {ratio:6.2f}")
    print(f"lost by the MIDI system  {lost} of {wanted.hits // 10 * 10} in bursts of ten")
    print(f"a look at the ports      {looking_ms:.2f} ms")
    if wanted.json:
        told = {**rows, "ratio": ratio, "lost": lost, "look_ms": looking_ms}
        wanted.json.write_text(json.dumps(told, indent=1), "utf-8")


if __name__ == "__main__":
    main()
