# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare live` as its own process, a projector to look at, and virtual pads."""

import contextlib

import pytest

from running import visiophare
from visiophare.simulator.projector import SimulatedProjector

SHOW = """
title = "Pads"
[[cue]]
id = "moon"
steps = [{ fade = 80, over = 0 }]
[[cue]]
id = "spark"
steps = [{ flash = 100, for = "100ms" }]
[[cue]]
id = "glow"
steps = [{ fade = 40, over = 0 }]
[[cue]]
id = "dark"
steps = [{ fade = 0, over = 0 }]
[[binding]]
source = "note 36"
cue = "moon"
[[binding]]
source = "note 37"
cue = "spark"
[[binding]]
source = "note 38"
cue = "glow"
mode = "gate"
[[binding]]
source = "note 39"
cue = "glow"
mode = "toggle"
[[binding]]
source = "note 40"
cue = "dark"
[[binding]]
source = "control 7"
do = "master"
[[binding]]
source = "key a"
cue = "moon"
[[binding]]
source = "key d"
cue = "dark"
"""


@pytest.fixture
def projector():
    """A projector without hardware, in this process, so that its light can be looked at."""
    with SimulatedProjector() as simulated:
        yield simulated


@pytest.fixture
def live(tmp_path):
    """`live(port, WORDS…)` starts a run; those that still run are ended."""
    show = tmp_path / "show.toml"
    show.write_text(SHOW)
    with contextlib.ExitStack() as runs:

        def start(port, *words, **environment):
            run = visiophare("live", show, "--port", port, *words, together=True, **environment)
            return runs.enter_context(run)

        yield start
