# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One file for each kind of board: the only ones that import machine, rp2 or esp32."""
