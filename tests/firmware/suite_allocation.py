# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The running loop takes no memory, so that no collection stalls it while anything moves or shines.

Only on MicroPython can the heap be locked; on CPython the same walks merely have to succeed. Each
walk is made twice: the first time finds the ticks in which something begins or ends (a leg of a
move, an event to tell), the second time locks the heap in all the others.
"""

from fake_board import FakeBoard
from firmware_bench import TICK_US, Bench
from written_score import BEATS, bound, fade, flash, hold, loop, score

try:
    from micropython import heap_lock, heap_unlock  # type: ignore[import-not-found]
except ImportError:

    def heap_lock():
        pass

    heap_unlock = heap_lock

SETTINGS = '{"language": "en", "silence": "fade", "silence_after_s": 2}'


class QuietBoard(FakeBoard):
    """A board that takes no memory for what it is asked in every tick; begun counts new plans."""

    def __init__(self, **options):
        FakeBoard.__init__(self, settings=SETTINGS, **options)
        self.begun = 0
        self.closed_at_steps = round(self.switch_closed_at_mm * self.steps_per_mm)

    def home_switch(self):
        return self.rotor_steps <= self.closed_at_steps

    def film_mark(self):
        return None if self.rotor_steps % 3040 else self.rotor_steps

    def set_light(self, duty_u16):
        self.duty = duty_u16

    def read_midi(self, buffer):
        data = self.midi
        self.midi = b""
        for index in range(len(data)):
            buffer[index] = data[index]
        return len(data)

    def start_strobe(self, flash_us):
        self.flash_us = flash_us

    def strobe_at(self, position_steps):
        if len(self._flash_steps) == 8:
            return False
        self._flash_steps.append(position_steps)  # in the room that was kept
        return True

    def drop_strobe(self):
        self.begun += 1
        FakeBoard.drop_strobe(self)

    def start_motion(self, plan):
        FakeBoard.start_motion(self, plan)
        self.begun += 1

    def decelerate(self):
        FakeBoard.decelerate(self)
        self.begun += 1


def walk(seconds, *lines, start_us=0, homed=False):
    """Send the lines and tick for so long, twice; how many ticks may take memory, of how many."""
    busy = _busy_ticks(_prepared(lines, start_us, homed), seconds)
    bench = _prepared(lines, start_us, homed)
    for turn in range(len(busy)):
        bench.board.advance_to(bench.board.now_us + TICK_US)
        now_us = bench.board_us()
        if busy[turn]:
            bench.controller.tick(now_us)
            bench.controller.take_output()
        else:
            _tick_locked(bench.controller, now_us)
        assert not bench.controller.error, bench.controller.error
    return sum(busy), len(busy)


def _tick_locked(controller, now_us):
    heap_lock()
    try:
        controller.tick(now_us)
        controller.take_output()
    finally:
        heap_unlock()


def _prepared(lines, start_us, homed):
    bench = Bench(QuietBoard(), start_us)
    if homed:
        bench.home()
    bench.hello()
    for line in lines:
        assert bench.send(line).ok, line
    return bench


def _busy_ticks(bench, seconds):
    busy = []
    for _ in range(int(seconds * 1e6) // TICK_US):
        before = bench.controller.events.last_number, bench.board.begun
        bench.board.advance_to(bench.board.now_us + TICK_US)
        bench.controller.tick(bench.board_us())
        bench.controller.take_output()
        busy.append(before != (bench.controller.events.last_number, bench.board.begun))
    return busy


def test_idle():
    assert walk(1.5) == (0, 300)


def test_shining():
    assert walk(1.5, "light 40")[0] == 0


def test_fading_light_and_master_over_the_wrap_of_board_time():
    assert walk(1.5, "light 100 1.2s", "master 30 1s", start_us=2**30 - 700_000)[0] == 0


def test_flashing_more_often_than_the_limit_allows():
    flashes = ["@%d flash 100 50ms" % (100_000 * turn) for turn in range(1, 10)]  # noqa: UP031
    busy, ticks = walk(1.5, *flashes)
    assert busy == 9  # each tells that it ran
    assert ticks == 300


def test_showing_a_pattern():
    assert walk(1.5, "expose 100 m1023 170ms") == (0, 300)
    assert walk(1.5, "arm 1h", "expose 80 1011001110 20ms")[0] == 0


def test_the_host_falls_silent():
    assert walk(6, "light 100")[0] == 1


def test_homing():
    busy, ticks = walk(12, "carriage home")
    assert 6 <= busy <= 12
    assert ticks == 2400


def test_moving_while_the_light_fades():
    busy, ticks = walk(1.9, "carriage at 60", "light 80 1.5s", homed=True)
    assert busy <= 2
    assert ticks == 380


def test_turning_past_the_marks_of_a_film():
    settings = ("settings endless yes", "settings film_sensor yes")
    assert walk(1.9, *settings, "carriage run 1")[0] == 0
    assert walk(1.9, *settings, "carriage run 1", "light 80 1.5s", start_us=2**30 - 700_000)[0] == 0


def test_strobing():
    lines = ["settings pitch_mm 1", "arm 1h", "carriage at 300", "strobe 500us"]
    busy, ticks = walk(4, *lines, homed=True)
    assert busy <= 2
    assert ticks == 800


def test_commands_that_wait():
    lines = ["@%d light %d 1s" % (9_000_000, turn) for turn in range(16)]  # noqa: UP031
    assert walk(1.5, *lines)[0] == 0


def test_stopped():
    bench = Bench(QuietBoard())
    bench.hello()
    bench.feed(b"!")
    for _ in range(300):
        bench.board.advance_to(bench.board.now_us + TICK_US)
        _tick_locked(bench.controller, bench.board_us())
    assert bench.controller.halted
    assert not bench.controller.error


LIVELY = score(
    [
        [loop(0, fade(80, 300), fade(20, 300), flash(100, 60), hold(100))],
        [loop(0, fade(50, 70), loop(3, fade(30, 40), hold(10)))],
        [fade(90, 100), hold(400)],
    ],
    order=[0, 2],
    bindings=[bound(36, 0, 1), bound(37, 1, 2), bound(1, 11, control=True)],
    release_ms=200,
)


def test_playing_a_score_by_itself_by_hand_and_by_midi():
    board = QuietBoard()
    board.kept = '{"knob": "yes", "score_start": "power_on"}'
    board.files["score"] = LIVELY
    bench = Bench(board)
    bench.run(0.1)  # it begins, which is counted in a file
    assert bench.controller.player.active
    for turn in range(2000):
        board.advance_to(board.now_us + TICK_US)
        board.raw["knob"] = 65535 - turn * 16
        if turn % 40 == 0:
            board.midi = bytes([0x90, 36, 100, 0xF8, 37, turn % 80, 0xB0, 1, turn % 120])
        elif turn % 300 == 7:
            board.pressed.add("go")
        elif turn % 300 == 20:
            board.pressed.clear()
        now_us = bench.board_us()
        if turn % 300 in range(7, 20):  # the button is an event, which is told
            bench.controller.tick(now_us)
            bench.controller.take_output()
        else:
            _tick_locked(bench.controller, now_us)
        assert not bench.controller.error, (turn, bench.controller.error)
    assert len(bench.controller.player._runs) == 8
    assert bench.controller.events.last_number > 4


def test_playing_in_beats_with_a_clock_that_comes_trembles_and_goes():
    board = QuietBoard()
    steps = [fade(80, BEATS + 12), hold(BEATS + 5), flash(100, BEATS + 3), fade(20, BEATS + 3000)]
    board.files["score"] = score(
        [[loop(0, *steps[:3])], steps], order=[0], bindings=[bound(36, 0, 1)]
    )
    bench = Bench(board, 2**30 - 4_000_000)
    board.midi = bytes([0xFA, 0x90, 36, 100])
    bench.run(0.1)
    assert bench.controller.player.active
    clock = bytes([0xF8]), bytes([0xF8, 0xF8])
    for turn in range(2000):
        board.advance_to(board.now_us + TICK_US)
        comes = turn % (4 if turn < 1600 else 7) == 0 or turn % 31 == 0
        if comes and not 600 <= turn < 1200:
            board.midi = clock[turn % 5 == 0]
        _tick_locked(bench.controller, bench.board_us())
        assert not bench.controller.error, (turn, bench.controller.error)
