# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a simulated projector whose carriage keeps no test waiting."""

SWIFT = {
    "speed_mm_s": 200.0,
    "acceleration_mm_s2": 5000.0,
    "home_speed_mm_s": 100.0,
    "home_slow_mm_s": 100.0,
    # On a busy machine a simulated board runs past its switch: so far in 0.4 s, and finds it still.
    "home_retract_mm": 40.0,
}
