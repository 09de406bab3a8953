# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from firmware_bench import Bench

from visiophare_firmware.energy import Energy
from visiophare_firmware.settings import Settings

FULL = 65535
HOUR = 36_000  # tenths of a second


def energy(led_w="200", idle_w="2"):
    settings = Settings()
    settings.change("led_w", led_w)
    settings.change("idle_w", idle_w)
    made = Energy()
    made.configure(settings)
    made.load(None)
    return made


def used(made, duty, tenths):
    for _ in range(tenths):
        made.update(duty)
    return made.now / 100


def test_an_hour_of_full_light_is_what_the_settings_say():
    assert abs(used(energy(), FULL, HOUR) - 202) < 0.2


def test_light_counts_as_it_is_emitted_and_darkness_as_idle():
    assert abs(used(energy(), FULL // 4, HOUR) - 52) < 0.2
    assert abs(used(energy(), 0, HOUR) - 2) < 0.02


def test_the_largest_lamp_counts_without_error():
    assert abs(used(energy("2000", "200"), FULL, HOUR) - 2200) < 2


def test_the_count_goes_on_from_what_was_kept():
    made = energy()
    used(made, FULL, HOUR // 10)
    later = energy()
    later.load(made.to_keep())
    assert later.total == made.total
    assert later.now == 0


def test_unreadable_bytes_count_as_none():
    for data in (b"", b"12x", b"-5", b"9" * 40, bytes(range(256))):
        made = energy()
        made.load(data)
        assert made.total == 0


def rest_after(lit_s, settings='{"still_after_s": 0, "home_speed_mm_s": 5}'):
    bench = Bench(settings=settings)
    bench.hello()
    bench.send("light 100")
    skip(bench, lit_s)
    return bench


def skip(bench, seconds):
    """So long passes for the counter, without the loop turning that often."""
    for _ in range(int(seconds * 10)):
        bench.controller.protection.energy.update(bench.board.duty)


def test_it_is_kept_in_the_next_dark_pause_not_before():
    bench = rest_after(700)
    bench.run(3)
    assert bench.board.files == {}
    bench.send("light 0")
    bench.run(1.5)
    assert bench.board.files == {}, "not at once: a cue may follow"
    bench.run(1.5)
    kept = int(bench.board.files["energy"])
    assert abs(kept / 100 - 39.3) < 1
    later = Bench(board=bench.board)
    later.hello()
    assert later.status()["wh_total"] == bench.status()["wh_total"]


def test_never_while_something_moves_waits_or_speaks():
    bench = rest_after(700)
    bench.send("light 0")
    bench.send(f"@{bench.board_us() + 9_000_000} light 0")
    bench.run(8)
    assert bench.board.files == {}, "a cue waits"
    for _ in range(8):
        bench.run(1)
        bench.send("clock")
    assert bench.board.files == {}, "somebody speaks"
    bench.send("carriage home")
    bench.run(2.5)
    assert bench.controller.carriage.state != "still"
    assert bench.board.files == {}, "the carriage moves"


def writes_of(bench):
    """Grows with each file written."""
    writes = []
    keep = bench.board.write_file
    bench.board.write_file = lambda name, data: (writes.append(data), keep(name, data))
    return writes


def test_each_dark_pause_keeps_what_was_used_before_it():
    bench = rest_after(20)
    writes = writes_of(bench)
    for turn in range(5):
        bench.send("light 0")
        bench.run(3)
        assert len(writes) == turn + 1
        assert bench.controller.protection.energy.total - int(writes[-1]) <= 1
        bench.send("light 100")
        skip(bench, 20)


def test_nothing_is_written_while_somebody_plays_midi_but_beside_a_clock_it_is():
    for midi, written in ((b"\x90\x24\x40", 0), (b"\x24\x00", 0), (b"\xf8", 1), (b"\xfe", 1)):
        bench = rest_after(20)
        writes = writes_of(bench)
        bench.send("light 0")
        for _ in range(40):
            bench.board.midi += midi
            bench.run(0.1)
        assert len(writes) == written, midi


def test_pauses_in_quick_succession_share_a_write():
    bench = rest_after(20)
    writes = writes_of(bench)
    for _ in range(6):
        bench.send("light 0")
        bench.run(3)
        bench.send("light 100")
        bench.run(0.2)
    assert len(writes) == 2


def test_what_is_used_in_the_dark_is_kept_rarely():
    bench = Bench(settings='{"idle_w": 200}')
    writes = writes_of(bench)
    bench.run(3)
    skip(bench, 590)
    bench.run(3)
    assert writes == []
    skip(bench, 10)
    bench.run(1)
    assert len(writes) == 1
    skip(bench, 590)
    bench.run(3)
    assert len(writes) == 1


def test_a_memory_that_cannot_be_written_is_told_and_stops_nothing():
    bench = rest_after(700)
    bench.board.broken = ("write_file",)
    bench.send("light 0")
    bench.run(3)
    assert bench.named("fault")[0].fields["code"] == "energy_not_kept"
    assert bench.send("light 40").ok
    assert bench.board.duty > 0


def test_a_memory_that_cannot_be_read_counts_from_nothing():
    bench = Bench()
    bench.board.broken = ("read_file",)
    bench = Bench(board=bench.board)
    bench.board.broken = ()
    bench.hello()
    assert bench.status()["wh_total"] == "0"


def test_status_tells_watts_and_what_a_battery_has_left():
    bench = Bench(settings='{"language": "en", "battery_wh": 500, "led_w": 100}')
    bench.hello()
    bench.send("light 100")
    bench.run(1)
    status = bench.status()
    assert abs(float(status["watts"]) - 102) < 0.2
    assert abs(float(status["hours"]) - 4.9) < 0.11
    assert any("lasts 4.9 h" in sentence for sentence in bench.type("status"))
