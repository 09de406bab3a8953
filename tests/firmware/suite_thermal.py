# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from sensors import ntc_raw

from visiophare_firmware.senses import Sensor
from visiophare_firmware.settings import Settings
from visiophare_firmware.thermal import Thermal

FULL = 65535


def thermal(**changes):
    settings = Settings()
    for name in changes:
        settings.change(name, changes[name])
    made = Thermal()
    made.configure(settings)
    return made


def at(made, celsius):
    raw = ntc_raw(celsius)
    made.update(raw, raw)
    return made


class Reader:
    """A board that reads what the list says, then its last entry for ever."""

    def __init__(self, raws):
        self.raws = raws

    def sense(self, which):
        return self.raws.pop(0) if len(self.raws) > 1 else self.raws[0]


def test_temperatures_are_right_within_a_third_of_a_degree():
    made = thermal()
    for celsius in range(-30, 131):
        assert abs(made.tenths(ntc_raw(celsius)) - 10 * celsius) <= 3, celsius


def test_another_sensor_is_a_matter_of_settings():
    made = thermal(ntc_beta_k="3380", ntc_r25_ohm="47000", ntc_series_ohm="4700")
    for celsius in (0, 25, 60, 90):
        raw = ntc_raw(celsius, 3380, 47_000, 4700)
        assert abs(made.tenths(raw) - 10 * celsius) <= 3, celsius


def test_all_light_up_to_the_fold_then_less_then_none():
    made = thermal(fold_c="60", off_c="80")
    assert at(made, 59).ceiling == FULL
    assert abs(at(made, 65).ceiling - FULL * 3 // 4) < 1500
    assert abs(at(made, 75).ceiling - FULL // 4) < 1500
    assert made.fault == ""
    assert at(made, 81).ceiling == 0
    assert made.fault == "too_hot"


def test_hotter_never_means_more_light():
    made = thermal()
    last = FULL
    for tenth in range(500, 900):
        ceiling = at(made, tenth / 10).ceiling
        assert 0 <= last - ceiling < FULL // 50, tenth
        last = ceiling
    assert last == 0


def test_too_hot_stays_dark_until_it_has_cooled_by_the_hysteresis():
    made = thermal(off_c="80", hysteresis_c="10")
    at(made, 82)
    assert at(made, 71).ceiling == 0
    assert at(made, 69).ceiling > 0
    assert made.fault == ""


def test_an_open_or_shorted_sensor_is_dark_until_somebody_saw_to_it():
    for raw, code in ((65535, "ntc_open"), (64_900, "ntc_open"), (0, "ntc_shorted")):
        made = at(thermal(), 25)
        made.update(raw, 32_768)
        assert (made.fault, made.ceiling, made.tenths_c) == (code, 0, None)
        assert at(made, 25).ceiling == 0, "contact again is no proof"
        made.acknowledge()
        assert at(made, 25).ceiling == FULL
        assert made.fault == ""


def test_a_hot_led_cannot_be_talked_into_light():
    made = at(thermal(), 90)
    made.acknowledge()
    assert at(made, 90).ceiling == 0


def test_without_a_sensor_all_light_and_all_fan():
    made = thermal(ntc="no")
    made.update(65535, 65535)
    assert (made.ceiling, made.fan, made.fault) == (FULL, FULL, "")


def test_the_fan_follows_the_temperature_and_does_not_flutter():
    made = thermal(fan_c="45", fold_c="65", hysteresis_c="5")
    assert at(made, 44).fan == 0
    least = at(made, 45.5).fan
    assert 18_000 < least < 25_000
    assert 18_000 < at(made, 41).fan <= least, "still on"
    assert at(made, 39).fan == 0
    assert least < at(made, 55).fan < at(made, 60).fan
    assert at(made, 70).fan == FULL


def test_the_fan_cools_all_it_can_when_the_sensor_fails():
    made = thermal()
    made.update(0, 30_000)
    assert made.fan == FULL


def test_two_wild_readings_of_five_change_nothing():
    sensor = Sensor(Reader([20_000, 65535, 20_010, 0, 20_020]), "ntc")
    for _ in range(5):
        sensor.take()
    assert sensor.median == sensor.mean == 20_010


def test_noise_averages_out():
    random.seed(3)
    raws = [30_000 + random.randrange(-400, 400) for _ in range(2000)]
    sensor = Sensor(Reader(raws), "ntc")
    means = []
    for turn in range(1900):
        if sensor.take() and turn > 100:
            means.append(sensor.mean)
    assert max(means) - min(means) < 500
    assert abs(sum(means) / len(means) - 30_000) < 40
