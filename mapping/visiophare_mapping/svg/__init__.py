# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads SVG drawings: what can stay vector as paths, all else as parts that a renderer draws.

`walk.read_svg` is the way in. Nothing here knows slides, façades or paper.
"""
