# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long `visiophare --help` takes to start, beside bare Python and the import of click.

Takes the best of 15 runs each: whatever else the machine does can only add.  Target: 0.15 s.
"""

import subprocess
import sys
import time

RUNS = 15
PROGRAMS = {
    "python -c pass": ["-c", "pass"],
    "python -c 'import click'": ["-c", "import click"],
    "visiophare --help": ["-m", "visiophare", "--help"],
    "visiophare devices --json": ["-m", "visiophare", "devices", "--json"],
}


def best_s(words: list[str]) -> float:
    """The shortest of RUNS runs of Python with these words."""
    times_s = []
    for _run in range(RUNS):
        began_s = time.perf_counter()
        subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=True)
        times_s.append(time.perf_counter() - began_s)
    return min(times_s)


def main() -> None:
    """Prints one line a program."""
    for name, words in PROGRAMS.items():
        print(f"{name:28} {best_s(words):.3f} s")


if __name__ == "__main__":
    main()
