# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heat, film and supply against the light, from sensor to pin: smooth, safe, and told in words."""

import random

from firmware_bench import Bench
from flashes import rises_us
from sensors import SUPPLY_FULL_V, ntc_raw, supply_raw

FULL = 65535
SUPPLY = '"supply_full_v": %s' % SUPPLY_FULL_V  # noqa: UP031


def lit(settings="", celsius=25.0, volts=13.0):
    bench = Bench(settings='{"language": "en"' + (", " + settings if settings else "") + "}")
    bench.board.raw["ntc"] = ntc_raw(celsius)
    bench.board.raw["supply"] = supply_raw(volts)
    bench.hello()
    bench.send("light 100")
    bench.run(1)
    return bench


def faults(bench):
    """The codes that are listed."""
    return sorted(bench.controller.faults.present)


def test_the_first_light_has_not_to_wait_for_anything():
    bench = Bench()
    bench.hello()
    bench.send("light 100")
    assert bench.board.duty == FULL


def test_a_hot_led_gets_less_and_says_so():
    bench = lit(celsius=72.5)
    assert FULL * 4 // 10 < bench.board.duty < FULL * 6 // 10
    status = bench.status()
    assert status["limit"] == "heat"
    assert abs(float(status["celsius"]) - 72.5) < 0.4
    assert 70 < float(status["light"]) < 80
    assert status["level"] == "100"
    assert any("is hot" in sentence for sentence in bench.type("status"))
    assert faults(bench) == []


def test_light_below_the_ceiling_is_left_alone():
    bench = lit(celsius=70)
    bench.send("light 20")
    bench.run(0.1)
    assert bench.status()["light"] == "20"
    assert "limit" not in bench.status()


def test_too_hot_is_dark_told_and_over_when_it_has_cooled():
    bench = lit(celsius=85)
    bench.run(2)
    assert bench.board.duty == 0
    assert bench.board.fan == FULL
    assert bench.named("fault")[0].fields["code"] == "too_hot"
    bench.send("clear")
    assert faults(bench) == ["too_hot"], "acknowledging cools nothing"
    bench.board.raw["ntc"] = ntc_raw(60)
    bench.run(10)
    assert bench.board.duty == FULL
    assert faults(bench) == []


def test_an_open_or_shorted_sensor_darkens_within_two_seconds():
    for raw, code in ((FULL, "ntc_open"), (0, "ntc_shorted")):
        bench = lit()
        bench.board.raw["ntc"] = raw
        bench.run(2)
        assert bench.board.duty == 0
        assert faults(bench) == [code]
        assert bench.send("carriage home").ok, "motion is not concerned"
        said = bench.type("light 50")
        assert said[0].startswith(code + ": "), "nobody is told of light that is not there"


def test_a_board_that_starts_without_its_sensor_never_lights():
    bench = lit(celsius=-200)
    assert max([duty for _, duty in bench.board.lights]) == 0
    assert faults(bench) == ["ntc_open"]


def test_a_board_that_was_told_it_has_no_sensor_lights():
    bench = lit('"ntc": "no"', celsius=-200)
    assert bench.board.duty == FULL
    assert faults(bench) == []
    assert any("No temperature sensor" in sentence for sentence in bench.type("status"))


def test_telling_it_so_later_lets_the_light_obey():
    bench = lit(celsius=-200)
    bench.send("settings ntc no")
    bench.run(6)
    assert bench.board.duty == 0, "no setting lights anything"
    bench.send("light 100")
    bench.run(1)
    assert bench.board.duty == FULL
    assert faults(bench) == []


def test_a_repaired_sensor_is_trusted_after_clear():
    bench = lit()
    bench.board.raw["ntc"] = 0
    bench.run(2)
    bench.board.raw["ntc"] = ntc_raw(25)
    bench.run(10)
    assert bench.board.duty == 0
    bench.send("clear")
    bench.run(6)
    assert bench.board.duty == 0, "clear never lights anything"
    assert bench.status()["level"] == "0"
    bench.send("light 100")
    bench.run(6)
    assert bench.board.duty == FULL
    assert faults(bench) == []


def test_light_is_refused_while_the_sensor_is_broken_and_never_comes_later():
    bench = lit()
    bench.board.raw["ntc"] = 0
    bench.run(2)
    t_us = bench.board_us() + 1_000_000
    for line in (
        "light 20",
        "light 20 2s",
        "flash 20 2s",
        "expose 20 10 400",
        "@%d light 20" % t_us,  # noqa: UP031
    ):
        assert bench.send(line).code == "ntc_shorted", line
    assert bench.send("light 0").ok
    assert bench.send("master 80").ok
    assert bench.type("light 20")[0].startswith("ntc_shorted: ")
    assert bench.status()["limit"] == "ntc_shorted"
    bench.board.raw["ntc"] = ntc_raw(25)
    bench.send("clear")
    bench.run(6)
    assert bench.board.duty == 0


def test_a_fade_that_waited_for_its_time_does_not_come_back_with_clear():
    bench = lit()
    bench.send("@%d light 80 5s" % (bench.board_us() + 1_500_000))  # noqa: UP031
    bench.board.raw["ntc"] = 0
    bench.run(3)
    bench.board.raw["ntc"] = ntc_raw(25)
    bench.send("clear")
    bench.run(8)
    assert bench.board.duty == 0


def test_light_asked_for_while_it_is_too_hot_is_told_to_come_later():
    bench = lit(celsius=85)
    bench.run(2)
    said = bench.type("light 20")
    assert said[0].startswith("too_hot: ")
    assert said[1:] == ["20 % will shine when that is over; until then it is dark."]
    assert bench.type("light 0")[-1] == "Light to 0 %."


def test_clear_does_not_hide_a_sensor_that_is_still_broken():
    bench = lit()
    bench.board.raw["ntc"] = 0
    bench.run(2)
    said = bench.type("clear")
    assert "stays dark" in said[0]
    assert said[1].startswith("ntc_shorted: ")
    assert faults(bench) == ["ntc_shorted"]
    bench.run(2)
    assert bench.board.duty == 0


def test_no_flickering_sensor_strobes_the_light():
    random.seed(11)
    for which, levels in (
        ("ntc", (ntc_raw(25), ntc_raw(90))),
        ("ntc", (0, FULL, ntc_raw(25))),
        ("supply", (supply_raw(13), supply_raw(5))),
        ("supply", (0, supply_raw(13), supply_raw(11))),
    ):
        for hold_s in (0.02, 0.1, 0.17, 0.5):
            bench = lit(SUPPLY)
            for _ in range(int(6 / hold_s)):
                bench.board.raw[which] = random.choice(levels)
                bench.run(hold_s)
                if random.getrandbits(3) == 0:
                    bench.send("clear")
            begun_us = rises_us(bench.board.lights)
            assert len(begun_us) <= 3, (which, hold_s, begun_us)


def test_the_ceiling_moves_evenly():
    bench = lit()
    bench.board.raw["ntc"] = ntc_raw(95)
    bench.run(6)
    assert bench.board.duty == 0
    bench.board.raw["ntc"] = ntc_raw(25)
    bench.run(2)
    assert bench.status()["limit"] == "rising"
    bench.run(8)
    duties = [duty for _, duty in bench.board.lights][1:]
    assert len(duties) > 200
    for before, after in zip(duties, duties[1:]):  # noqa: B905, RUF007
        assert abs(after - before) <= FULL // 49


def test_full_strobing_through_a_moving_ceiling_stays_within_the_flash_limit():
    bench = lit(celsius=66)
    for turn in range(100):
        bench.send("flash 100 50ms" if turn % 2 else "light 0")
        bench.board.raw["ntc"] = ntc_raw(66 + turn % 12)
        bench.run(0.09)
    begun_us = rises_us(bench.board.lights)
    for first, fourth in zip(begun_us, begun_us[3:]):  # noqa: B905
        assert fourth - first >= 1_000_000


def test_a_still_frame_is_spared_and_status_says_why():
    bench = lit('"still_after_s": 3')
    assert bench.board.duty == FULL
    bench.run(6)
    assert bench.board.duty < FULL * 6 // 10
    status = bench.status()
    assert (status["limit"], status["level"]) == ("film", "100")
    assert 50 <= float(status["light"]) < 80
    assert any("film" in sentence for sentence in bench.type("status"))
    assert faults(bench) == []


def test_an_ordinary_show_is_not_disturbed():
    bench = Bench()
    bench.home()
    bench.send("light 100")
    shown = set()
    for frame in range(8):
        bench.send("carriage to %d" % frame)  # noqa: UP031
        bench.run(3)
        for _ in range(1800):  # three minutes a frame, without the loop turning that often
            protection = bench.controller.protection
            protection.still.update(bench.board.duty, bench.board.rotor_steps)
        bench.run(0.2)
        shown.add(bench.board.duty)
    assert shown == {FULL}


def test_a_low_supply_dims_then_darkens():
    bench = lit(SUPPLY, volts=11.5)
    bench.run(8)
    assert bench.board.duty < FULL // 2
    assert bench.status()["limit"] == "supply"
    assert abs(float(bench.status()["volts"]) - 11.5) < 0.03
    bench.board.raw["supply"] = supply_raw(10.0)
    bench.run(3)
    assert bench.board.duty == 0
    assert faults(bench) == ["supply_low"]
    bench.board.raw["supply"] = supply_raw(13.0)
    bench.run(40)
    assert bench.board.duty > FULL * 3 // 4
    assert faults(bench) == []


def test_a_sensor_that_cannot_be_read_leaves_everything_off():
    for method in ("sense", "set_fan", "position_steps"):
        bench = lit(celsius=50)
        bench.board.raw["ntc"] = ntc_raw(75)
        bench.board.broken = (method,)
        bench.run(1)
        assert bench.board.duty == 0, method
        assert bench.controller.error == "OSError@tick", method
        bench.board.broken = ()
        assert bench.status()["halted"] == "yes"


def test_sensors_broken_at_boot_are_told_and_dark():
    board = Bench().board
    board.broken = ("sense",)
    bench = Bench(board=board)
    bench.hello()
    assert bench.send("light 100").code == "halted"
    assert bench.board.duty == 0


def test_the_clock_may_wrap():
    bench = Bench(start_us=2**30 - 500_000)
    bench.hello()
    bench.send("light 100")
    bench.run(1)
    bench.board.raw["ntc"] = ntc_raw(90)
    bench.run(3)
    assert bench.board.duty == 0
