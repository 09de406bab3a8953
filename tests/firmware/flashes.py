# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An observer of the light who knows nothing of the firmware: counts flashes as WCAG 2.2 does."""

TENTH = 6553.5


def rises_us(shown):
    """When each rise by a tenth of full linear light or more began.

    shown: [(time, duty 0 … 65535)] in order. A rise runs from a local minimum to the maximum that
    follows it, where turns by less than a tenth are not turns. It begins at the last instant at
    which the light was at that minimum, that is at the next sample.
    """
    begun_us = []
    low = high = 0  # dark before the first sample
    left_low_us = None
    rising = False
    for t_us, duty in shown:
        if rising:
            high = max(high, duty)
            if high - duty >= TENTH:
                rising = False
                low, left_low_us = duty, None
        elif duty <= low:
            low, left_low_us = duty, None
        else:
            if left_low_us is None:
                left_low_us = t_us
            if duty - low >= TENTH:
                rising = True
                high = duty
                begun_us.append(left_low_us)
    return begun_us
