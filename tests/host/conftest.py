# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual pads for the tests: see tests/jack.py.

Tests that need them are skipped where there is no jackd, and fail instead when
VISIOPHARE_REQUIRE_JACK=1 says that there has to be one.
"""

import os

import pytest

import jack


@pytest.fixture(scope="session")
def jack_server(tmp_path_factory):
    """The environment for programs that are to find the JACK server of these tests."""
    try:
        with jack.jack_server(tmp_path_factory.mktemp("jack") / "jackd.log") as environment:
            yield environment
    except jack.NoJackError as error:
        if os.environ.get("VISIOPHARE_REQUIRE_JACK") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def plug(jack_server):
    """`plug(name)` gives a VirtualPad; those still plugged are pulled at the end."""
    pads = []

    def plug_one(name: str) -> jack.VirtualPad:
        pads.append(jack.VirtualPad(name))
        return pads[-1]

    yield plug_one
    for pad in pads:
        pad.pull()
