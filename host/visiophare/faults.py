# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the board's fault codes mean, and what to do next: one row for each.

Owns the sentences for people who use a command line; programs get the codes. The board's own
sentences, for people who type at a terminal, are the firmware's.
"""

from visiophare.words import N_, _

FAULTS: dict[str, tuple[str, str]] = {
    "ntc_open": (
        N_("The LED's temperature sensor is missing, or its wire is broken: the light stays dark."),
        N_(
            "Repair it, run `visiophare clear`, then set the light again. Without a sensor: "
            "`visiophare settings ntc no --save`."
        ),
    ),
    "ntc_shorted": (
        N_("The LED's temperature sensor or its wire is shorted: the light stays dark."),
        N_(
            "Repair it, run `visiophare clear`, then set the light again. Without a sensor: "
            "`visiophare settings ntc no --save`."
        ),
    ),
    "too_hot": (
        N_("The LED is too hot: dark until it has cooled."),
        N_("Check its fan, its heat sink and its air."),
    ),
    "supply_low": (
        N_("The supply's voltage is too low: dark until it has recovered."),
        N_("Charge the battery, or pedal."),
    ),
    "home_not_found": (
        N_("The carriage did not find its home switch."),
        N_("Check the switch and its wires, and that the motor turns; then repeat."),
    ),
    "home_switch_stuck": (
        N_("The home switch stays closed although the carriage left it."),
        N_("Check the switch and the motor; then repeat."),
    ),
    "film_slipped": (
        N_("The film does not follow the motor."),
        N_("Look for a jam, then run `visiophare carriage home`."),
    ),
    "program_failed": (
        N_("The program on the board failed, and stopped everything."),
        N_("Run `visiophare clear` to go on."),
    ),
    "settings_invalid": (
        N_("The board did not take its saved settings; the defaults hold."),
        N_("Correct them: `visiophare settings NAME VALUE --save`."),
    ),
    "settings_unknown": (
        N_("The board left out saved settings that its version does not know; the others hold."),
        N_("`visiophare settings --save` forgets them."),
    ),
    "energy_not_kept": (
        N_("The board could not write its watt-hours; it counts on."),
        N_("If this comes back, its flash memory is full or worn out."),
    ),
    "score_damaged": (
        N_("The score on the board is not whole."),
        N_("Send it again: `visiophare show upload`."),
    ),
    "score_waits": (
        N_("The power failed again and again just after the score began: it waits for the button."),
        N_("Check the supply, then press the button."),
    ),
}

UNKNOWN = (N_("The board reports a fault: {code}."), N_("Bring this program up to date."))
"""A newer board may have others."""


def sentence_of(code: str) -> str:
    """What it means and what to do, in the user's language."""
    sentence, hint = FAULTS.get(code, UNKNOWN)
    return f"{_(sentence).format(code=code)} {_(hint)}"
