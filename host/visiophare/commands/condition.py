# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the projector fares: heat, supply, energy, what limits its light, why it last started.

Owns these of the board's words, as numbers for scripts and as sentences for people.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from visiophare.words import N_, _, filled

QUANTITIES = {
    "celsius": "temperature_c",
    "fan": "fan_percent",
    "volts": "supply_v",
    "ceiling": "ceiling_percent",
    "knob": "knob_percent",
    "watts": "power_w",
    "wh": "energy_wh",
    "wh_total": "energy_total_wh",
    "battery_wh": "battery_wh",
    "hours": "battery_lasts_h",
}
"""The board's words, and the same with their units; each is told only where it is known."""

LIMITS = {
    "heat": N_("The light is limited to {ceiling_percent:g} %: the LED is hot, or was."),
    "film": N_(
        "The light is limited to {ceiling_percent:g} %: the film has stood in it for long. Move "
        "the film, or darken for a while."
    ),
    "supply": N_("The light is limited to {ceiling_percent:g} %: the supply's voltage is low."),
    "rising": N_("The light is limited to {ceiling_percent:g} %, and coming back."),
}
RESETS = {
    "power_on": N_("It last started when its power came."),
    "soft": N_("It last started on command."),
    "watchdog": N_("It last started by its watchdog: the program on the board had hung."),
}


def condition(status: Mapping[str, str]) -> dict[str, Any]:
    """For scripts: the quantities, None where the board does not know them; "limited_by" is the
    code of a fault, "heat", "film", "supply", "rising" (it comes back), "knob", or None."""
    known = {key: float(status[name]) for name, key in QUANTITIES.items() if name in status}
    return {
        **{key: known.get(key) for key in QUANTITIES.values()},
        "limited_by": status.get("limit", "knob" if "knob" in status else None),
        "reset": status["reset"],
    }


def sentences(document: Mapping[str, Any]) -> Iterator[str]:
    """For people: what `condition` found, as far as the board knows it."""
    yield from limits(document)
    if None not in (document["temperature_c"], document["fan_percent"]):
        yield filled(
            _("The LED is at {temperature_c:g} °C, its fan at {fan_percent:g} %."), document
        )
    elif document["fan_percent"] is not None:
        yield filled(_("It has no temperature sensor; its fan is at {fan_percent:g} %."), document)
    if document["supply_v"] is not None:
        yield filled(_("The supply has {supply_v:g} V."), document)
    yield from energy_sentences(document)
    yield _(RESETS.get(document["reset"], N_("Why it last started is not known.")))


def limits(document: Mapping[str, Any]) -> Iterator[str]:
    """For people: what keeps the light below what was asked for, but for faults."""
    limit = LIMITS.get(document["limited_by"])
    if limit and document["ceiling_percent"] is not None:
        yield filled(_(limit), document)
    if document["knob_percent"] is not None:
        yield filled(_("The dimmer knob lets {knob_percent:g} % of it through."), document)


def energy_sentences(document: Mapping[str, Any]) -> Iterator[str]:
    """What it takes and took, and how long its battery lasts, as far as the board knows it."""
    if None not in (document["power_w"], document["energy_wh"], document["energy_total_wh"]):
        template = _(
            "It takes {power_w:g} W now; {energy_wh:g} Wh since it started, "
            "{energy_total_wh:g} Wh in all."
        )
        yield filled(template, document)
    if document["battery_lasts_h"] is not None:
        template = _(
            "Its battery of {battery_wh:g} Wh, if it was full at the start, lasts "
            "{battery_lasts_h:g} h at this power."
        )
        yield filled(template, document)
