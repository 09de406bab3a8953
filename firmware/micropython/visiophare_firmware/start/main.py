# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Goes onto the board as /main.py: starts Visiophare; when that ends, the prompt is there."""

from visiophare_firmware import main

main()
