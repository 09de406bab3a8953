# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the suites ask for a refusal, on interpreters that have no pytest."""

from visiophare_wire import WireError


def refusal(function, *arguments):
    """The WireError with which the function refuses these arguments."""
    error = outcome(function, *arguments)
    assert isinstance(error, WireError), f"{arguments} gave {error}"
    return error


def outcome(function, *arguments):
    """What the function returns, or the WireError it raises; any other exception passes."""
    try:
        return function(*arguments)
    except WireError as error:
        return error
