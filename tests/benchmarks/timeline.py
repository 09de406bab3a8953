# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How exactly the board keeps a show's timeline: what was planned beside what was carried out.

A fade every 50 ms, sent ahead through TCP to a simulated projector in a process of its own. The
times that the board tells are carried over to this computer's clock, so that the error of that
step counts too.

    python tests/benchmarks/timeline.py [--seconds 20] [--interpreter micropython]
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import running
from visiophare.projector import Projector
from visiophare.show.actions import Go, TimedEvent
from visiophare.show.player import Player
from visiophare.show.reading import parse_show
from visiophare.show.report import Lateness

STEPS = "{ fade = 60, over = 0.05 }, { fade = 50, over = 0.05 }"


def measure(seconds: float, interpreter: str) -> Lateness:
    """Plays for so long."""
    loop = f"{{ loop = {round(seconds * 10)}, steps = [ {STEPS} ] }}"
    show = parse_show(f'[[cue]]\nid = "a"\nsteps = [ {loop} ]\n'.encode(), "timeline")
    with (
        running.visiophare("simulate", "--interpreter", interpreter) as simulator,
        Projector.open(simulator.line()) as projector,
    ):
        return Player(show, projector).play([TimedEvent(0, Go())]).lateness()


def main() -> None:
    """Prints a line of numbers, then the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--interpreter", choices=["python", "micropython"], default="python")
    wanted = parser.parse_args()
    off = measure(wanted.seconds, wanted.interpreter)
    print(
        f"{off.count} commands off by {off.p50_ms:.3f} ms (p50), {off.p99_ms:.3f} ms (p99), "
        f"{off.worst_ms:.3f} ms (worst)"
    )
    print(json.dumps({"interpreter": wanted.interpreter, **asdict(off)}))


if __name__ == "__main__":
    main()
