# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a slide to a façade: targets, calibration, and artwork bent to fit.  Pictures and geometry.

Knows no serial port, no MIDI and no command line; whoever drives the light passes pictures in.
"""
