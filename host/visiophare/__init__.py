# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host side of the Visiophare: commands, shows, MIDI, the link to the board, the simulator.

`ARCHITECTURE.md` follows one cue through these modules, from the pad to the photons.
"""
