# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A show that wants what the film in the projector does not have is refused before any light."""

import pytest

from visiophare.errors import BoardError, ShowError
from visiophare.show.fitting import refuse_misfit, refuse_unreferenced
from visiophare.show.reading import parse_show

FILM = {"min_mm": "0", "max_mm": "400", "frames": "10", "first_frame_mm": "20", "pitch_mm": "38"}


def show_of(*steps, order=""):
    text = order + "".join(
        f'[[cue]]\nid = "c{number}"\nsteps = [\n{step}\n]\n' for number, step in enumerate(steps)
    )
    return parse_show(text.encode(), "t.toml")


def problems_of(show, film=FILM):
    with pytest.raises(ShowError) as refused:
        refuse_misfit(show, film, "t.toml")
    return [(problem.line, problem.message()) for problem in refused.value.problems]


def test_frames_and_places_that_the_film_has_are_no_problem():
    refuse_misfit(show_of('{ move = 9 }, { move = "400mm" }, { move = "home" }'), FILM, "t.toml")


def test_every_move_out_of_reach_is_told_with_its_line():
    show = show_of("{ move = 10 }", '{ loop = 2, steps = [ { move = "401mm" } ] }, { move = 3 }')
    told = problems_of(show)
    assert [line for line, _text in told] == [4, 9]
    assert "no frame 10: the film has frames 0 to 9" in told[0][1]
    assert "401 mm is out of reach" in told[1][1]


def test_a_frame_beyond_the_travel_is_told_with_its_place():
    told = problems_of(show_of("{ move = 9 }"), {**FILM, "max_mm": "300"})
    assert "Frame 9, at 362 mm, is out of reach" in told[0][1]


def test_a_mistake_in_a_called_cue_is_told_once():
    assert len(problems_of(show_of("{ move = 77 }", '{ call = "c0" }', '{ call = "c0" }'))) == 1


def test_a_show_that_moves_the_film_wants_to_know_where_it_is():
    with pytest.raises(BoardError):
        refuse_unreferenced(show_of("{ hold = 1 }, { move = 3 }"), is_referenced=False)
    refuse_unreferenced(show_of("{ hold = 1 }, { move = 3 }"), is_referenced=True)
    refuse_unreferenced(show_of('{ move = "home" }, { move = 3 }'), is_referenced=False)
    refuse_unreferenced(show_of("{ hold = 1 }"), is_referenced=False)
