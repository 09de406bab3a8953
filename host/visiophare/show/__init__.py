# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A show: what its file says, what happens when, and how a projector is told ahead of time."""
