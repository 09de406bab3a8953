# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run without hardware: the same commands' work, done to a simulated projector and façade."""
