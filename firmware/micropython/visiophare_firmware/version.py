# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware's version: that of the distribution it is part of."""

VERSION = "0.1.0"
