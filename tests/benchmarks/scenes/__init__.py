# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Façades at night with a slide thrown on them, and pictures of them, whose truth is known.

`wall` is what stands there, `throw` where the slide lands on it, `photograph` what a camera makes
of both.  Nothing here shares geometry with `visiophare_mapping`.
"""
