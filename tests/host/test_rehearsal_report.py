# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rehearsal says of itself when there is little to say, or something to explain."""

from dataclasses import replace
from pathlib import Path

import pytest

from visiophare.rehearsal.outcome import LandingOutcome, Outcome, PlayOutcome, Spread
from visiophare.rehearsal.playing import held_back
from visiophare.rehearsal.report import report_html, verdict
from visiophare.rehearsal.run import Wishes, title_of
from visiophare.rehearsal.timeline_picture import Timeline

OUTCOME = Outcome(
    seed=0,
    facade_size_m=(12.0, 8.0),
    points=70,
    rms_px=0.04,
    landing=LandingOutcome(Spread.of([5.0, 9.0]), Spread.of([20.0, 25.0]), 2, 0),
    play=PlayOutcome("Evening", Spread.of([0.1]), 1, 7.0),
    notes=(),
    files=(),
    seconds={},
)
PICTURES = dict.fromkeys(("seen", "landings", "preview", "timeline"), b"\x89PNG")


def test_a_drawing_without_corners_is_told_so_and_no_figure_is_made_up():
    nothing = LandingOutcome(Spread.of([]), Spread.of([]), 0, 0)
    sentence = verdict(replace(OUTCOME, landing=nothing))
    assert "nan" not in sentence
    assert "not measured" in sentence
    assert "25.0 mm" in verdict(OUTCOME)


def test_a_flash_that_the_board_held_back_is_explained():
    told = report_html(replace(OUTCOME, play=replace(OUTCOME.play, held_back=True)), "T", PICTURES)
    assert "holds back a flash" in told
    assert "holds back a flash" not in report_html(OUTCOME, "T", PICTURES)


def test_the_next_steps_name_the_performance_that_was_played():
    page = report_html(replace(OUTCOME, midi="beat.mid"), "T", PICTURES)
    assert "visiophare show play show.toml --midi beat.mid --port PORT" in page


def test_a_file_name_is_text_in_the_page():
    assert "<b>" not in report_html(replace(OUTCOME, midi="<b>.mid"), "T", PICTURES)


@pytest.mark.parametrize(("seen_percent", "expected"), [(90.0, False), (15.0, True)])
def test_light_that_stays_below_the_plan_was_held_back(seen_percent, expected):
    planned = [(0.0, 15.0), (0.2, 15.0), (0.2, 90.0), (0.4, 90.0)]
    times_s = [0.005 + 0.01 * index for index in range(40)]
    seen = [(at_s, 15.0 if at_s < 0.2 else seen_percent) for at_s in times_s]
    assert held_back(Timeline(0.4, planned, seen, [], [])) is expected


def test_the_report_is_named_after_what_the_user_brought() -> None:
    folder, art, midi = Path("r"), Path("my/poster.svg"), Path("my/take.mid")
    assert title_of(Wishes(folder), "Evening sea") == "Evening sea"
    assert title_of(Wishes(folder, artwork=art), "Evening sea") == "poster.svg"
    assert title_of(Wishes(folder, midi=midi), "take") == "take"
    assert title_of(Wishes(folder, artwork=art, midi=midi), "take") == "poster.svg, take"
