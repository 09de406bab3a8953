# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_NAME = const(1)`: MicroPython's compiler puts the number where the name stands.

Owns what makes the same lines run on CPython. Private names cost a board nothing then.
"""


def const(value: int) -> int:
    """The value."""
    return value
