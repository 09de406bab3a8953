# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a board cannot do is named with its line, all of it at once."""

from pathlib import Path

import pytest

from visiophare.errors import Problem, ShowError
from visiophare.show.model import Place
from visiophare.show.reading import load_show, parse_show
from visiophare.show.score_bytes import checksum, is_score, moves_in
from visiophare.show.score_limits import MAX_BYTES, compile_show
from visiophare_firmware.player import words_of

LAMP = '[[cue]]\nid = "lamp"\nsteps = [ { fade = 60, over = 1 } ]\n'


def compiled(text: str):
    return compile_show(parse_show(text.encode(), "show.toml"), "show.toml")


def problems(text: str) -> list[Problem]:
    with pytest.raises(ShowError) as caught:
        compiled(text)
    assert caught.value.code == "board_cannot"
    return list(caught.value.problems)


def test_the_examples_compile(checkout: Path) -> None:
    for path in sorted((checkout / "examples").glob("*/show.toml")):
        score = compile_show(load_show(path), path).score
        assert is_score(score)
        assert f"{words_of(score)[-1]:08x}" == checksum(score)


def test_keys_are_left_out_and_named_with_their_lines() -> None:
    text = LAMP + '[[binding]]\nsource = "key space"\ndo = "go"\n'
    (left_out,) = compiled('order = ["lamp"]\n' + text).left_out
    assert (left_out.line, "key space" in left_out.message()) == (6, True)


def test_a_running_order_of_no_time_is_told_with_how_often_a_board_repeats_it() -> None:
    instant = LAMP.replace("over = 1", "over = 0")
    (told,) = compiled('order = ["lamp", "lamp"]\n' + instant).left_out
    assert (told.line, "takes 0 ms" in told.message(), "50 ms" in told.message()) == (3, True, True)
    for steps in ('{ hold = "60ms" }', "{ move = 1 }"):
        lasting = instant.replace(" ]", f", {steps} ]")
        assert not compiled('order = ["lamp"]\n' + lasting).left_out


def test_more_cues_than_a_board_plays_at_once_are_a_note_with_a_line() -> None:
    cues = "".join(LAMP.replace("lamp", f"lamp{n}") for n in range(9))
    bound = [f'[[binding]]\nsource = "note {n}"\ncue = "lamp{n}"\n' for n in range(9)]
    assert compiled('order = ["lamp0"]\n' + cues + "".join(bound[:8])).left_out == ()
    (note,) = compiled(cues + "".join(bound)).left_out
    assert "plays 8 cues at once; hands can start 9 here" in note.message()
    assert note.line == 9 * 3 + 8 * 3 + 2
    (note,) = compiled('order = ["lamp8"]\n' + cues + "".join(bound[:8])).left_out
    assert "can start 9" in note.message()


def test_a_score_still_knows_where_it_moves_the_film() -> None:
    steps = '{ move = 12 }, { loop = 2, steps = [ { move = "401.5mm" } ] }, { move = "home" }'
    text = f'order = ["a"]\n[[cue]]\nid = "a"\nsteps = [ {steps} ]\n'
    assert [move.to for move in moves_in(compiled(text).score)] == [
        Place(frame=12),
        Place(mm=401.5),
    ]


def test_a_show_that_only_keys_can_start_is_refused() -> None:
    (problem,) = problems(LAMP + '[[binding]]\nsource = "key a"\ncue = "lamp"\n')
    assert problem.message() == "Nothing on a board can start this show."


def test_every_table_that_is_too_long_is_told_at_once() -> None:
    cues = "".join(LAMP.replace("lamp", f"lamp{number}") for number in range(70))
    order = f"order = {['lamp0'] * 300}\n".replace("'", '"')
    found = problems(order + cues)
    assert [problem.line for problem in found] == [0, 1 + 64 * 3 + 2]
    bindings = "".join(f'[[binding]]\nsource = "note {n}"\ncue = "lamp"\n' for n in range(128))
    more = '[[binding]]\nsource = "control 1"\ndo = "master"\n'
    (problem,) = problems(LAMP + bindings + more)
    assert "up to 128 bindings; this show has 129" in problem.message()


def test_steps_within_steps_have_a_depth() -> None:
    inner, outer = "{ hold = 1 }", '{ call = "inner" }'
    for _ in range(6):
        inner = f"{{ loop = 2, steps = [ {inner} ] }}"
        outer = f"{{ loop = 2, steps = [ {outer} ] }}"
    text = f'order = ["outer"]\n[[cue]]\nid = "outer"\nsteps = [ {outer} ]\n'
    (problem,) = problems(f'{text}[[cue]]\nid = "inner"\nsteps = [ {inner} ]\n')
    assert (problem.line, "more than 12 deep" in problem.message()) == (3, True)


def test_a_score_that_is_too_long_blames_its_longest_cue() -> None:
    steps = ", ".join(["{ hold = 1 }"] * 1100)
    (problem,) = problems(LAMP + f'[[cue]]\nid = "long"\nsteps = [ {steps} ]\n')
    assert (problem.line, str(MAX_BYTES) in problem.message()) == (5, True)


def test_a_changed_byte_makes_no_score() -> None:
    score = compiled('order = ["lamp"]\n' + LAMP).score
    for at in range(len(score)):
        broken = score[:at] + bytes([score[at] ^ 1]) + score[at + 1 :]
        assert not is_score(broken)
        with pytest.raises(ValueError):  # noqa: PT011
            words_of(broken)
    for length in range(len(score)):
        assert not is_score(score[:length])
