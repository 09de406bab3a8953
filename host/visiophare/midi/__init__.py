# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands to touches: MIDI instruments that come and go, the computer's keys, recorded performances.

Knows no show, no projector, and imports rtmidi only when an instrument is wanted.
"""
