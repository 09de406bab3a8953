# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A show played by hand: touches of pads and keys in, commands for a projector out, at once.

Joins `midi`, `show` and `projector`, which do not know each other. Prints nothing by itself.
"""
