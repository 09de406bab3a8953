# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of heat, film, supply and energy.

Owns the fields and their sentences. It must not know how any of them comes about.
"""

from visiophare_wire.kinds import shortest

from .answers import Answer, Line
from .light import level_of_duty, percent_of_level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .light import Light
    from .protection import Protection

FULL = 65535


def condition(protection: "Protection", wanted: int) -> list[Line]:
    """The lines; wanted is the duty that would be shown if nothing limited it.

    limit: what keeps the light from that now, a fault's code, "heat", "film", "supply", or "rising"
    while it comes back; ceiling: at how many percent, as perceived.
    """
    thermal, supply = protection.thermal, protection.supply
    lines = []
    fan = shortest(thermal.fan * 100 / FULL, 0)
    if thermal.tenths_c is not None:
        celsius = shortest(thermal.tenths_c / 10, 1)
        lines.append(Line("status_temperature", {"celsius": celsius, "fan": fan}))
    elif not thermal.present:
        lines.append(Line("status_no_ntc", {"fan": fan}))
    if supply.hundredths_v is not None:
        lines.append(Line("status_supply", {"volts": shortest(supply.hundredths_v / 100, 2)}))
    reason = protection.limited_by()
    fault = protection.fault()  # has a sentence of its own
    if reason and (fault or wanted > protection.ceiling):
        ceiling = shortest(percent_of_level(level_of_duty(protection.ceiling)), 1)
        code = "" if fault else "status_limit_" + reason
        lines.append(Line(code, {"limit": reason, "ceiling": ceiling}))
    return lines + _energy(protection)


def what_dims(answer: Answer, light: "Light", protection: "Protection", percent: float) -> None:
    """Add to the answer what keeps the light below what was asked for."""
    master = light.master.target
    if master < FULL:
        said = {"level": shortest(percent_of_level(master), 2)}
        answer.lines.append(Line("master_low", said=said))
    fault = protection.fault()
    if fault:
        answer.lines.append(Line(fault))
        answer.code = "light_waits"
        answer.said["level"] = shortest(percent, 2)


def _energy(protection: "Protection") -> list[Line]:
    energy = protection.energy
    watts = energy.milliwatts / 1000
    used_wh = energy.now / 100
    fields = {"watts": shortest(watts, 1), "wh": shortest(used_wh, 2)}
    fields["wh_total"] = shortest(energy.total / 100, 2)
    lines = [Line("status_energy", fields)]
    battery_wh = protection.battery_wh
    if battery_wh:
        fields = {"battery_wh": shortest(battery_wh, 1)}
        if watts:
            fields["hours"] = shortest(max(0.0, battery_wh - used_wh) / watts, 1)
            lines.append(Line("status_battery", fields))
        else:
            lines.append(Line("", fields))
    return lines
