# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A projector without hardware: the real firmware on a simulated board, and an optical bench.

The bench has its own optics and shares no geometry with `visiophare_mapping`, whose results it
judges.
"""
