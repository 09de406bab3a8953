# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What sensors read, computed apart from the firmware."""

from math import exp

FULL = 65535
SUPPLY_FULL_V = 33.0


def ntc_raw(celsius, beta_k=3950, r25_ohm=10_000, series_ohm=10_000):
    """The reading of an NTC to ground below a resistor to the reference."""
    ohm = r25_ohm * exp(beta_k / (celsius + 273.15) - beta_k / 298.15)
    return int(FULL * ohm / (ohm + series_ohm))


def supply_raw(volts):
    """The reading of a divider whose full scale is SUPPLY_FULL_V."""
    return int(FULL * volts / SUPPLY_FULL_V)
