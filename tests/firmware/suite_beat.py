# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A score that is timed in beats: at its own tempo, or with the MIDI clock that is heard."""

import random

from fake_board import FakeBoard
from firmware_bench import Bench
from flashes import rises_us
from written_score import BEATS, bound, fade, hold, loop, score

BEAT = 24
CLOCK, START, CONTINUE, STOP = 0xF8, 0xFA, 0xFB, 0xFC


def beats(count):
    return BEATS + round(count * BEAT)


BLINK = [loop(9999, fade(60, 0), hold(beats(1)), fade(20, 0), hold(beats(1)))]

QUICK = [loop(0, fade(100, 0), hold(beats(1 / 8)), fade(0, 0), hold(beats(1 / 8)))]


def with_score(cues=(BLINK,), tempo=120, **options):
    board = FakeBoard(settings='{"language": "en"}')
    order = list(range(len(cues)))
    board.files["score"] = score(list(cues), order=order, tempo=tempo, **options)
    return Bench(board, pass_us=2000)


def gaps_of(times_us):
    return [times_us[index] - times_us[index - 1] for index in range(1, len(times_us))]


class Sender:
    """A sequencer: its clock comes with its own jitter, whatever the loop does."""

    def __init__(self, bench, tempo, jitter_us=0):
        self.bench = bench
        self.jitter_us = jitter_us
        random.seed(1)
        self.ticks = 0
        self.true_us = bench.board.now_us
        self.changes_us = []
        self.beats_us = []
        self.to(tempo)

    def to(self, tempo):
        self.tick_us = 60_000_000 / BEAT / tempo

    def send(self, *data):
        self.bench.board.midi += bytes(data)

    def run(self, count, *first):
        """So many ticks, the first behind these bytes; notes when the light jumped."""
        for turn in range(count):
            if self.ticks % BEAT == 0:
                self.beats_us.append(self.true_us)
            late_us = random.randrange(self.jitter_us + 1)
            self._until(self.true_us + late_us)
            self.send(*(first if turn == 0 else ()), CLOCK)
            self.true_us += self.tick_us
            self.ticks += 1
        self._until(self.true_us)

    def _until(self, at_us):
        bench = self.bench
        while bench.board.now_us < at_us:
            before = bench.controller.light.level.target
            bench.run(min(bench.pass_us, at_us - bench.board.now_us + 1) / 1e6)
            if bench.controller.light.level.target != before:
                self.changes_us.append(bench.board.now_us)

    def worst_us(self, since=0):
        """How far a jump was from its beat at most."""
        return max(
            min(abs(at_us - beat_us) for beat_us in self.beats_us)
            for at_us in self.changes_us[since:]
        )


def test_without_a_clock_beats_have_the_scores_own_tempo():
    bench = with_score(tempo=100)
    bench.hello()
    bench.send("score play 0")
    seen = []
    for _ in range(2 * 60):
        bench.run(0.3)
        seen.append(bench.controller.light.level.target > 30_000)
        bench.run(0.3)
    assert seen == [True, False] * 60


def test_a_score_that_says_no_tempo_has_120():
    bench = with_score(tempo=0)
    bench.type("score play 0")
    bench.run(60.25)
    assert bench.controller.light.level.target > 30_000


def test_steps_in_seconds_keep_their_seconds_beside_any_clock():
    bench = with_score([[loop(0, fade(60, 0), hold(500), fade(20, 0), hold(500))]])
    sender = Sender(bench, 97)
    sender.run(4)
    sender.run(97 * BEAT, START)
    gaps = gaps_of(sender.changes_us)
    assert max(abs(gap - 500_000) for gap in gaps) < 3_000


def test_with_a_clock_each_step_is_on_its_beat_for_as_long_as_it_runs():
    for tempo in (40, 97, 150, 240):
        bench = with_score()
        sender = Sender(bench, tempo)
        sender.run(BEAT)
        sender.run(40 * BEAT, START)
        assert len(sender.changes_us) >= 39
        assert sender.worst_us() < 9_000, (tempo, sender.worst_us())


def test_a_clock_that_trembles_moves_the_steps_less_than_it_trembles():
    bench = with_score()
    sender = Sender(bench, 128, jitter_us=8_000)
    sender.run(4 * BEAT)
    sender.run(150 * BEAT, START)
    gaps = gaps_of(sender.changes_us[8:])
    assert max(abs(gap - 60e6 / 128) for gap in gaps) < 7_000
    assert sender.worst_us() < 12_000


def test_another_tempo_is_followed_and_the_beat_found_again():
    bench = with_score()
    sender = Sender(bench, 120)
    sender.run(BEAT)
    sender.run(16 * BEAT, START)
    for tempo in (60, 180, 121, 90):
        sender.to(tempo)
        sender.run(4 * BEAT)
        settled = len(sender.changes_us)
        sender.run(12 * BEAT)
        assert sender.worst_us(settled) < 9_000, tempo


def test_start_beside_a_clock_begins_with_its_next_byte_and_otherwise_at_once():
    bench = with_score()
    bench.board.midi += bytes([START])
    bench.run(0.01)
    assert bench.controller.player.active
    bench = with_score()
    sender = Sender(bench, 60)
    sender.run(BEAT)
    sender.send(START)
    bench.run(0.01)
    assert not bench.controller.player.active
    sender.send(CLOCK)
    bench.run(0.01)
    assert bench.controller.player.active


def test_a_start_whose_clock_never_comes_or_that_is_stopped_again_starts_nothing_later():
    for taken_back in ((), (STOP,)):
        bench = with_score()
        sender = Sender(bench, 120)
        sender.run(BEAT)
        sender.send(START, *taken_back)
        bench.run(0.01 if taken_back else 1)
        sender.run(BEAT)
        assert not bench.controller.player.active


def test_stop_ends_it_and_continue_plays_the_next_cue_on_its_beats():
    bench = with_score([BLINK, [fade(90, 0), hold(beats(2)), fade(10, 0)]])
    sender = Sender(bench, 75)
    sender.run(4)
    sender.run(3 * BEAT, START)
    sender.run(4 * BEAT, STOP)
    assert bench.board.duty == 0
    sender.run(BEAT, CONTINUE)
    assert bench.controller.light.level.target > 50_000
    sender.run(BEAT // 2)
    assert bench.controller.light.level.target > 50_000
    sender.run(BEAT)
    assert bench.controller.light.level.target < 10_000


def test_a_clock_that_goes_missing_leaves_the_score_at_its_own_tempo():
    bench = with_score(tempo=60)
    sender = Sender(bench, 240)
    sender.run(BEAT)
    sender.run(16 * BEAT, START)
    assert len(sender.changes_us) == 16
    sender.changes_us.clear()
    sender._until(bench.board.now_us + 20_000_000)
    gaps = gaps_of(sender.changes_us[1:])
    assert 18 <= len(gaps) <= 20
    assert max(abs(gap - 1_000_000) for gap in gaps) < 5_000
    sender.true_us = bench.board.now_us
    sender.changes_us.clear()
    sender.run(16 * BEAT)  # plugged in again
    assert 15 <= len(sender.changes_us) <= 17


def test_a_clock_heard_long_ago_is_none():
    bench = with_score(tempo=60)
    sender = Sender(bench, 240)
    sender.run(BEAT)
    bench.pass_us = 5000
    bench.run(600)  # more than half way round board time
    bench.type("score play 0")
    bench.run(0.5)
    assert bench.controller.light.level.target > 30_000
    bench.run(1)
    assert bench.controller.light.level.target < 30_000


def test_a_long_fade_ends_with_its_beats_though_the_tempo_changes_under_it():
    bench = with_score([[fade(0, 0), fade(100, beats(16)), hold(beats(100))]])
    sender = Sender(bench, 120)
    sender.run(BEAT)
    sender.run(4 * BEAT, START)
    sender.to(60)
    sender.run(11 * BEAT)
    seen = bench.controller.light.perceived(bench.board_us()) / 655.35
    assert 88 < seen < 97
    sender.run(2 * BEAT)
    assert bench.controller.light.perceived(bench.board_us()) == 65535


def test_a_pads_cue_keeps_its_place_between_the_beats():
    bench = with_score([BLINK], bindings=[bound(36, 0, 0)])
    sender = Sender(bench, 100)
    sender.run(BEAT + 7)
    bench.run(0.011)
    sender.send(0x90, 36, 100)
    sender._until(bench.board.now_us + 4_000)
    began_us = sender.changes_us[-1]
    sender.run(100 * BEAT)
    ahead_us = (sender.changes_us[-1] - began_us) % 600_000
    assert min(ahead_us, 600_000 - ahead_us) < 14_000  # a beat has 600 ms


def test_absurd_clocks_drive_no_flash_past_the_limit_and_hold_nobody_up():
    for gap_ticks, gap_us in ((1, 320), (8, 1000), (1, 900_000), (200, 250_000)):
        bench = with_score([QUICK])
        bench.type("score play 0")
        duties = []
        for _ in range(max(1, 4_000_000 // max(gap_us, 2000))):
            bench.board.midi += bytes([CLOCK] * max(gap_ticks, gap_ticks * 2000 // gap_us))
            bench.run(max(gap_us, 2000) / 1e6)
            duties.append((bench.board.now_us, bench.board.duty))
        begun_us = rises_us(duties)
        assert all(
            begun_us[index] - begun_us[index - 3] >= 1_000_000 for index in range(3, len(begun_us))
        )
        assert not bench.controller.error, bench.controller.error
        assert bench.type("status")
        bench.type("score stop")
        bench.run(1.5)
        assert bench.board.duty == 0


def test_no_flood_of_clocks_is_a_tempo_past_400():
    bench = with_score([[fade(60, 0), hold(beats(8)), fade(20, 0), hold(beats(8))]])
    bench.type("score play 0")
    for _ in range(580):
        bench.board.midi += bytes([CLOCK] * 6)
        bench.run(0.002)
    assert bench.controller.light.level.target > 30_000
    for _ in range(300):
        bench.board.midi += bytes([CLOCK] * 6)
        bench.run(0.002)
    assert bench.controller.light.level.target < 30_000
