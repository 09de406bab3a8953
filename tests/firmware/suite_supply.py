# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from sensors import SUPPLY_FULL_V, supply_raw

from visiophare_firmware.settings import Settings
from visiophare_firmware.supply import Supply

FULL = 65535


def supply():
    settings = Settings()
    settings.change("supply_full_v", str(SUPPLY_FULL_V))
    made = Supply()
    made.configure(settings)
    return made


class Battery:
    """emf_v behind a resistance; the LED takes led_w. Readings are a mean, half a second late."""

    def __init__(self, emf_v, resistance_ohm, led_w=200.0, noise_v=0.0):
        self.supply = supply()
        self.emf_v = emf_v
        self.resistance_ohm = resistance_ohm
        self.led_w = led_w
        self.noise_v = noise_v
        self.late_v = [emf_v] * 5
        self.volts = emf_v

    def shine(self, seconds, duty=FULL):
        """The ceilings, ten a second."""
        ceilings = []
        for _ in range(round(10 * seconds)):
            light = min(duty, self.supply.ceiling) / FULL
            self.volts = self.loaded_v(self.led_w * light)
            noise_v = random.uniform(-self.noise_v, self.noise_v)
            self.late_v = self.late_v[1:] + [self.volts + noise_v]  # noqa: RUF005
            self.supply.update(supply_raw(max(0.0, self.late_v[0])), round(light * FULL))
            ceilings.append(self.supply.ceiling)
        return ceilings

    def loaded_v(self, watts):
        """The voltage after a tenth of a second."""
        return max(0.0, self.emf_v - self.resistance_ohm * watts / max(self.volts, 3))


class Dynamo(Battery):
    """A source of so many watts behind a capacitor, at most 13.5 V."""

    def __init__(self, source_w, farads, idle_w=2.0):
        Battery.__init__(self, 13.5, 0)
        self.farads = farads
        self.source_w = source_w
        self.idle_w = idle_w
        self.joules = self.most_joules = farads * 13.5**2 / 2

    def loaded_v(self, watts):
        more = (self.source_w - self.idle_w - watts) / 10
        self.joules = min(self.most_joules, max(0.0, self.joules + more))
        return (2 * self.joules / self.farads) ** 0.5


def faults(battery, seconds, duty=FULL):
    """How many times it became dark, and the ceilings."""
    count, before, ceilings = 0, battery.supply.fault, []
    for _ in range(10 * seconds):
        ceilings += battery.shine(0.1, duty)
        count += battery.supply.fault > before
        before = battery.supply.fault
    return count, ceilings


def turns(ceilings, by=FULL // 50):
    """How many times they turned from falling to rising, or back, by more than a fiftieth."""
    count, direction, extreme = 0, 0, ceilings[0]
    for ceiling in ceilings:
        if (ceiling - extreme) * direction > 0 or not direction:
            direction = direction or (ceiling > extreme) - (ceiling < extreme)
            extreme = ceiling
        elif abs(ceiling - extreme) > by:
            count += 1
            direction, extreme = -direction, ceiling
    return count


def test_a_strong_supply_gives_all_light():
    assert min(Battery(13.0, 0.02).shine(60)) == FULL


def test_where_nothing_measures_it_nothing_is_limited():
    made = Supply()
    made.configure(Settings())
    made.update(0, 0)
    assert (made.ceiling, made.fault, made.hundredths_v) == (FULL, "", None)


def test_a_weak_battery_is_dimmed_until_it_bears_the_light():
    battery = Battery(12.4, 0.06)
    ceilings = battery.shine(120)
    assert 0 < ceilings[-1] < FULL
    assert battery.volts > 11.7
    assert battery.supply.fault == ""


def test_dimming_does_not_swing_however_soft_the_supply():
    random.seed(5)
    for emf_v, ohm in ((12.4, 0.06), (12.3, 0.15), (12.6, 0.4), (14.0, 1.0)):
        battery = Battery(emf_v, ohm, noise_v=0.05)
        settled = battery.shine(240)[600:]
        assert turns(settled) <= 2, (emf_v, ohm, turns(settled))


def test_below_the_minimum_it_is_dark_and_a_fault():
    battery = Battery(10.5, 0.02)
    assert battery.shine(2)[-1] == 0
    assert battery.supply.fault == "supply_low"


def test_an_empty_battery_that_recovers_in_the_dark_does_not_blink():
    battery = Battery(10.5, 0.02)
    battery.shine(5)
    battery.emf_v = 12.0  # rested, yet empty
    assert max(battery.shine(600)) == 0


def test_who_pedals_again_has_light_again_slowly():
    battery = Battery(3.0, 0.02)
    battery.shine(5)
    battery.emf_v = 13.5
    ceilings = battery.shine(10)
    assert battery.supply.fault == ""
    assert 0 < ceilings[-1] < FULL // 2
    assert battery.shine(40)[-1] > 0.8 * FULL
    assert battery.shine(300)[-1] == FULL


def test_a_source_of_few_watts_behind_any_capacitor_is_asked_for_what_it_gives_and_no_more():
    for farads in (0.05, 0.3, 1, 3, 10):
        for source_w in (30, 60, 100, 150):
            case = farads, source_w
            dynamo = Dynamo(source_w, farads)
            first, _ = faults(dynamo, 240)
            assert first <= 2, case
            later, settled = faults(dynamo, 900)
            assert later == 0, case
            assert max(settled) < 1.2 * min(settled), case
            assert 0.85 * source_w < 200 * sum(settled) / len(settled) / FULL < source_w, case
            assert turns(settled, FULL // 100) < 24, case  # a little, in minutes: nobody sees it


def test_what_the_source_gave_is_remembered_while_less_is_asked_for():
    dynamo = Dynamo(60, 1)
    dynamo.shine(240)
    dynamo.shine(1200, FULL // 10)
    assert faults(dynamo, 300)[0] == 0


def test_who_pedals_harder_has_more_light_in_minutes():
    dynamo = Dynamo(60, 1)
    dynamo.shine(240)
    dynamo.source_w = 120
    assert dynamo.shine(300)[-1] > FULL // 2


def test_a_deeper_sag_dims_faster():
    slow, fast = supply(), supply()
    slow.update(supply_raw(11.7), FULL)
    fast.update(supply_raw(11.0), FULL)
    assert fast.ceiling < slow.ceiling < FULL
