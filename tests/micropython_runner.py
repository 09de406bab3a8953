# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in MicroPython: `micropython micropython_runner.py SUITE FUNCTION…`.

Prints `@@name` for each function, followed by the traceback when it failed.
"""

import gc
import sys

# MicroPython looks for free memory from the heap's start: keep it compact, or it gets slow.
gc.threshold(100_000)  # type: ignore[attr-defined]
suite = __import__(sys.argv[1])
for name in sys.argv[2:]:
    failure = None
    try:
        getattr(suite, name)()
    except Exception as error:  # noqa: BLE001  whatever a test raises is its failure
        failure = error
    print("@@" + name)
    if failure:
        sys.print_exception(failure, sys.stdout)  # type: ignore[attr-defined]
