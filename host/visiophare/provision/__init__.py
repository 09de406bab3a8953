# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware's way onto a board.

`payload` says which files go where, `raw_prompt` talks to a MicroPython board, `board_files` moves
files through it, `plan` decides what is to be done, `install` does it in an order that may be cut
anywhere. Knows no show and no command line; never imports the firmware, which is only read.
"""
