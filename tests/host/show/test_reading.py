# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import random
import time
from pathlib import Path

import pytest

from visiophare.errors import FileError, Problem, ShowError, fill
from visiophare.show.model import (
    FOREVER,
    Call,
    Do,
    Fade,
    Flash,
    Hold,
    Length,
    Loop,
    Mode,
    Move,
    Next,
    Place,
    Retrigger,
    Show,
    Source,
    Velocity,
    length,
)
from visiophare.show.reading import MAX_BYTES, MOST_PROBLEMS, load_show, parse_show

WHOLE = """\
# everything that a show can say
title = "Noël à l'école"
master = 80
stop_fade = "1.5s"
order = ["opening", "end"]

[[cue]]
id = "opening"
name = "La façade s'éveille"
next = "follow"
steps = [
  { move = "home" },
  { move = 3, within = "10s" },
  { move = "57,5 mm", wait = false },
  { fade = 60, over = "3s" },
  { fade = "12.5 %", over = 0.5 },
  { hold = "500ms" },
  { hold = "1.5 min" },
  { flash = 100, for = "80ms" },
  { loop = 4, steps = [ { fade = 20, over = "1s" }, { call = "end" } ] },
]

[[cue]]
id = "end"
priority = 7
retrigger = "ignore"
release = "2s"
[[cue.steps]]
fade = 0
over = 2

[[cue]]
id = "idle"
steps = [ { loop = "forever", steps = [ { hold = 1 } ] } ]

[[binding]]
source = "note 36 channel 10"
cue = "idle"
mode = "toggle"
velocity = "level"

[[binding]]
source = "control 1"
do = "master"

[[binding]]
source = "key Space"
do = "go"
"""


def problems_of(text: str | bytes) -> list[tuple[int, str, str]]:
    """(line, sentence, next step) of each mistake, in English."""
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(ShowError) as raised:
        parse_show(data, "x.toml")
    return [(p.line, p.message(), fill(p.hint, dict(p.params), str)) for p in raised.value.problems]


def cue(steps: str) -> str:
    """A show with one cue, whose steps stand on line 4."""
    return f'[[cue]]\nid = "a"\nsteps = [\n{steps}\n]\n'


def test_cues_that_do_not_exist_are_told_also_where_something_else_is_wrong() -> None:
    show = cue("{ move = -1 }, { hold = 1 },") + (
        '[[cue]]\nsteps = [ { call = "c" }, { fade = 10, hold = 2, call = "d" } ]\n'
        '[[binding]]\nsource = "note 999"\ncue = "aa"\n'
    )
    unknown = [(line, text) for line, text, _hint in problems_of(show) if "There is no cue" in text]
    assert unknown == [
        (7, 'There is no cue "c".'),
        (7, 'There is no cue "d".'),
        (10, 'There is no cue "aa".'),
    ]


@pytest.mark.parametrize(
    "text",
    [
        cue("{ fade = 50, over = 1,5 }"),
        cue("{hold=1,5}, {hold=2}"),
        "master = 99,5\n",
    ],
)
def test_a_decimal_comma_is_told_as_what_it_is(text: str) -> None:
    [(_line, sentence, hint)] = problems_of(text)
    assert sentence == "Decimals are written with a point."
    assert "1.5" in hint


def test_everything_that_a_show_can_say_is_read() -> None:
    show = parse_show(WHOLE.encode(), "x.toml")
    assert (show.title, show.master_percent, show.stop_s) == ("Noël à l'école", 80, 1.5)
    assert show.order == ("opening", "end")
    opening = show.cues["opening"]
    assert (opening.name, opening.next) == ("La façade s'éveille", Next.FOLLOW)
    assert opening.steps == (
        Move(Place(), 30),
        Move(Place(frame=3), 10),
        Move(Place(mm=57.5), 30, wait=False),
        Fade(60, 3),
        Fade(12.5, 0.5),
        Hold(0.5),
        Hold(90),
        Flash(100, 0.08),
        Loop(4, (Fade(20, 1), Call("end"))),
    )
    assert length(opening.steps) == Length(3 + 0.5 + 0.5 + 90 + 0.08 + 4 * 3, 2)
    end = show.cues["end"]
    assert (end.priority, end.retrigger, end.release_s) == (7, Retrigger.IGNORE, 2)
    assert show.cues["idle"].steps == (Loop(FOREVER, (Hold(1),)),)
    toggle, slider, space = show.bindings
    assert toggle.source == Source("note", 36, channel=10)
    assert (toggle.mode, toggle.velocity) == (Mode.TOGGLE, Velocity.LEVEL)
    assert (slider.do, slider.source) == (Do.MASTER, Source("control", 1))
    assert space.source == Source("key", key="space")


def test_each_step_knows_its_line() -> None:
    show = parse_show(WHOLE.encode(), "x.toml")
    assert [step.line for step in show.cues["opening"].steps] == list(range(12, 21))
    assert show.cues["end"].steps[0].line == 29


def test_without_an_order_go_plays_what_no_pad_plays_and_no_cue_calls() -> None:
    text = WHOLE.replace('order = ["opening", "end"]\n', "")
    assert parse_show(text.encode(), "x.toml").order == ("opening",)


def test_an_order_of_one_word_is_that_cue_or_a_mistake_on_its_line() -> None:
    show = '[[cue]]\nid = "a"\nsteps = [{ hold = 1 }]\n'
    assert parse_show(f'order = "a"\n{show}'.encode(), "x").order == ("a",)
    assert problems_of(f'order = "b"\n{show}')[0][0] == 1


def test_without_a_title_the_file_names_the_show(tmp_path: Path) -> None:
    path = tmp_path / "kermesse.toml"
    path.write_text(cue("{ hold = 1 }"))
    assert load_show(path).title == "kermesse"


def test_a_file_from_windows_is_read_like_any_other() -> None:
    data = b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode()
    assert parse_show(data, "x.toml").cues["opening"].steps[0].line == 12


STEP_MISTAKES = [
    ("{ fad = 60, over = 1 }", 'There is no step "fad".', 'Did you mean "fade"?'),
    ("{ fondu = 60, over = 1 }", 'There is no step "fondu".', 'Did you mean "fade"?'),
    ("{ boucle = 3, steps = [] }", 'There is no step "boucle".', 'Did you mean "loop"?'),
    ("{ over = 1 }", "This step does not say what to do.", "A step has one of fade, hold"),
    ("{ }", "This step does not say what to do.", "A step has one of fade, hold"),
    ("{ fade = 60 }", "does not say how long it takes", 'Add over = "2s", or over = 0'),
    ("{ fade = 60, ovr = 1, over = 1 }", 'nothing called "ovr"', 'Did you mean "over"?'),
    ("{ fade = 60, over = 1, for = 2 }", 'nothing called "for"', 'Known here: "fade", "over".'),
    ("{ fade = 101, over = 1 }", "The level 101 is outside 0 to 100.", "0 is dark"),
    ("{ fade = -1, over = 1 }", "The level -1 is outside 0 to 100.", "0 is dark"),
    ('{ fade = "60px", over = 1 }', '"60px" is not a level', "0 is dark"),
    ("{ fade = nan, over = 1 }", "nan is not a level", "0 is dark"),
    ("{ fade = true, over = 1 }", "true is not a level", "0 is dark"),
    ("{ fade = [1], over = 1 }", "[…] is not a level", "0 is dark"),
    ('{ fade = 1, over = "-2s" }', 'cannot be negative: "-2s"', 'Write "2s", "500ms"'),
    ("{ fade = 1, over = -2 }", "cannot be negative: -2", 'Write "2s", "500ms"'),
    ('{ fade = 1, over = "2 sec" }', '"2 sec" is not a duration.', 'Write "2s", "500ms"'),
    ("{ fade = 1, over = 07:32:00 }", "07:32:00 is not a duration.", 'Write "2s", "500ms"'),
    ('{ fade = 1, over = "9min" }', "8 minutes is the most here", 'Write "2s"'),
    ("{ fade = 1, over = 0.0001 }", "1 ms is the least here", 'Write "2s"'),
    ("{ hold = inf }", "inf is not a duration", 'Write "2s"'),
    ("{ hold = 100000 }", "1440 minutes is the most here", 'Write "2s"'),
    ("{ flash = 100 }", "does not say how long it lasts", 'Add for = "80ms"'),
    ("{ flash = 100, for = 0 }", "0 is too short", 'Write "2s"'),
    ("{ move = 2.5 }", "Frame 2.5 is not whole.", "A frame is a whole number"),
    ("{ move = -1 }", "-1 is no place on the film; frames count from 0", "A frame is"),
    ("{ move = 10000 }", "10000 is no place", "A frame is"),
    ('{ move = "hom" }', '"hom" is no place', '"home" are places'),
    ("{ move = 1, wait = 1 }", "1 should be true or false.", "Without quotes."),
    ("{ move = 1, within = 0 }", "0 is too short", 'Write "2s"'),
    ("{ loop = 0, steps = [ { hold = 1 } ] }", "cannot be played 0 times", "loop = 4"),
    ("{ loop = 2.5, steps = [ { hold = 1 } ] }", "cannot be played 2.5 times", "loop = 4"),
    ('{ loop = "for ever", steps = [ { hold = 1 } ] }', "cannot be played", '"forever"'),
    ("{ loop = 4 }", "This loop has no steps.", "Write { loop = 4, steps = [ … ] }."),
    ("{ loop = 4, steps = [] }", "This loop has no steps.", "Write { loop = 4"),
    ("{ call = 3 }", "3 should be a text in quotes", 'like this: "opening"'),
    ('{ call = "b" }', 'There is no cue "b".', 'Known here: "a".'),
    ('{ call = "a" }', 'The cue "a" would call itself without end: a > a.', "{ loop = 4"),
    (
        "{ loop = 4, steps = [ { fade = 5, over = 0 } ] }",
        "A round of this loop takes 0 ms; 50 ms is the least.",
        'Put a pause into it: { hold = "500ms" }.',
    ),
    (
        "{ fade = 5, over = 1, hold = 2 }",
        "This step says two things at once: fade and hold.",
        "Write two steps",
    ),
    ('"fade"', "Steps are a list of braces.", "Write steps = [ { fade"),
]


@pytest.mark.parametrize(("step", "sentence", "hint"), STEP_MISTAKES)
def test_a_mistake_in_a_step_is_told_with_its_line(step: str, sentence: str, hint: str) -> None:
    ((line, said, advised),) = problems_of(cue(step))
    assert (line, sentence in said, hint in advised) == (4, True, True), (said, advised)


SHOW_MISTAKES = [
    ("", 1, "The show has no cue.", "Begin one with [[cue]]"),
    ("cue = []\n", 1, "The show has no cue.", "Begin one"),
    ('[cue]\nid = "a"\n', 1, "Cues are not written like this.", "[[cue]], with two brackets"),
    ('tittle = "x"\n' + cue("{ hold = 1 }"), 1, 'nothing called "tittle"', '"title"?'),
    ("title = 3\n" + cue("{ hold = 1 }"), 1, "3 should be a text", ""),
    ("master = 120\n" + cue("{ hold = 1 }"), 1, "The level 120 is outside", ""),
    ('order = ["b"]\n' + cue("{ hold = 1 }"), 1, 'There is no cue "b".', 'Known here: "a".'),
    ("order = [\n1 ]\n" + cue("{ hold = 1 }"), 2, "Here stands a list of cues.", "order ="),
    ("[[cue]]\nsteps = [ { hold = 1 } ]\n", 1, "This cue has no id.", "Add id ="),
    ('[[cue]]\nid = "a"\n', 1, "This cue has no steps.", "Add steps ="),
    ('[[cue]]\nid = "a"\nsteps = []\n', 1, "This cue has no steps.", "Add steps ="),
    (cue("{ hold = 1 }") * 2, 7, 'two cues called "a"; the first is on line 2', "another id"),
    (cue("{ hold = 1 }") + "colour = 3\n", 6, 'A cue has nothing called "colour".', "Known"),
    (cue("{ hold = 1 }") + 'retrigger = "stopp"\n', 6, '"stopp" is not one of', '"stop"?'),
    (cue("{ hold = 1 }") + 'next = "a"\n', 6, '"a" is not one of', '"go", "follow"'),
    (cue("{ hold = 1 }") + "priority = 12\n", 6, "12 is not a priority", "The highest"),
]


@pytest.mark.parametrize(("text", "line", "sentence", "hint"), SHOW_MISTAKES)
def test_a_mistake_in_show_or_cue_is_told_with_its_line(
    text: str, line: int, sentence: str, hint: str
) -> None:
    ((told_line, said, advised),) = problems_of(text)
    assert (told_line, sentence in said, hint in advised) == (line, True, True), (said, advised)


BINDING_MISTAKES = [
    ('cue = "a"', "This binding has no source.", "Add source ="),
    ('source = "note 36"', "should say one thing", 'Add cue = "opening", or do ='),
    ('source = "note 36"\ncue = "a"\ndo = "go"', "should say one thing", "Add cue"),
    ('source = "note 36"\ncue = "aa"', 'There is no cue "aa".', 'Did you mean "a"?'),
    ('source = "note"\ncue = "a"', '"note" does not say what is touched', "Write"),
    ('source = "note 128"\ncue = "a"', "128 should be a number from 0 to 127", "Write"),
    ('source = "note 3 channel 0"\ncue = "a"', "0 should be a number from 1 to 16", "Write"),
    ('source = "notes 3"\ncue = "a"', "should begin with note, control or key", '"note"?'),
    ('source = "key spac"\ncue = "a"', '"key spac" names no key', 'Did you mean "space"?'),
    ("source = 36\ncue = 'a'", "36 does not say what is touched", "Write"),
    ('source = "note 1"\ncue = "a"\nmode = "gat"', '"gat" is not one of', '"gate"?'),
    ('source = "note 1"\ncue = "a"\nvelocty = "level"', "velocty", '"velocity"?'),
    ('source = "key a"\ncue = "a"\nvelocity = "level"', "A key has no velocity.", ""),
    ('source = "note 1"\ndo = "go"\nmode = "gate"', '"mode" only belongs to', ""),
    ('source = "note 1"\ndo = "master"', "The master needs a slider", "control 1"),
    (
        'source = "note 1"\ncue = "a"\n[[binding]]\nsource = "note 1"\ncue = "a"',
        "note 1 is bound to this twice; the first time is on line 7",
        "Keep one",
    ),
]


@pytest.mark.parametrize(("binding", "sentence", "hint"), BINDING_MISTAKES)
def test_a_mistake_in_a_binding_is_told_with_its_line(
    binding: str, sentence: str, hint: str
) -> None:
    ((line, said, advised),) = problems_of(cue("{ hold = 1 }") + "[[binding]]\n" + binding)
    assert 6 <= line <= 10
    assert sentence in said
    assert hint in advised


FOREVER_STEP = '{ loop = "forever", steps = [ { hold = 1 } ] }'


def test_an_endless_loop_may_stand_where_go_or_a_hand_ends_it() -> None:
    held = '[[binding]]\nsource = "note 1"\ncue = "a"\nmode = '
    for ending in ("", held + '"gate"\n', held + '"toggle"\n', 'retrigger = "stop"\n'):
        assert parse_show((cue(FOREVER_STEP) + ending).encode(), "x").cues


def test_an_endless_loop_that_nothing_ends_is_refused_where_it_stands() -> None:
    follow = cue(FOREVER_STEP) + 'next = "follow"\n'
    assert "the next one is to follow by itself" in problems_of(follow)[0][1]
    once = cue(FOREVER_STEP) + '[[binding]]\nsource = "note 1"\ncue = "a"\n'
    ((line, said, advised),) = problems_of(once)
    assert (line, said) == (
        4,
        'The cue "a" goes on forever, and nothing ends it when note 1 plays it.',
    )
    assert 'mode = "gate" or "toggle"' in advised


def test_an_endless_loop_in_a_called_cue_counts_where_it_is_called() -> None:
    text = (
        cue(FOREVER_STEP)
        + '[[cue]]\nid = "b"\nsteps = [ { call = "a" } ]\n[[binding]]\nsource = "note 1"\ncue = "b"'
    )
    assert [(line, "forever" in said) for line, said, _hint in problems_of(text)] == [(8, True)]


def test_steps_behind_an_endless_loop_are_never_reached() -> None:
    ((line, said, _hint),) = problems_of(cue(FOREVER_STEP + ",\n{ hold = 2 }"))
    assert (line, said[:32]) == (5, "This step is never reached: the ")


def test_circles_of_calls_are_told_once_with_their_way() -> None:
    cues = "".join(
        f'[[cue]]\nid = "{a}"\nsteps = [ {{ call = "{b}" }} ]\n'
        for a, b in ("ab", "bc", "ca", "da")
    )
    ((line, said, _hint),) = problems_of(cues)
    assert (line, said) == (9, 'The cue "a" would call itself without end: a > b > c > a.')


def test_towers_of_calls_that_would_take_for_ever_to_add_up_are_refused_at_once() -> None:
    cues = "".join(
        f'[[cue]]\nid = "{n}"\nsteps = [ {{ call = "{n + 1}" }}, {{ call = "{n + 1}" }} ]\n'
        for n in range(1000)
    )
    before_s = time.process_time()
    ((_line, said, _hint),) = problems_of(cues + cue("{ hold = 1 }").replace('"a"', '"1000"'))
    assert "more than anybody can follow" in said
    assert time.process_time() - before_s < 5


def test_a_wide_tower_of_calls_is_refused_too() -> None:
    text = cue("{ hold = 1 }").replace('"a"', '"5"')
    for n in range(5):
        calls = ", ".join(['{ call = "next" }'] * 10).replace("next", str(n + 1))
        text += f'[[cue]]\nid = "{n}"\nsteps = [ {calls} ]\n'
    ((_line, said, _hint),) = problems_of(text)
    assert "more than anybody can follow" in said


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = WHOLE.replace("fade = 60", "fade = 160").replace('"gate"', '"gat"')
    text = text.replace('cue = "idle"', 'cue = "idel"').replace("master = 80", 'master = "x"')
    assert [line for line, _said, _hint in problems_of(text)] == [3, 15, 38]


def test_mistakes_without_end_are_counted() -> None:
    problems = problems_of(cue(",\n".join(["{ fade = 1 }"] * 90)))
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1][1] == "And 40 more mistakes."


SYNTAX = [
    ('title "x"', "An equals sign is missing after a name."),
    ("title = 'x", "A text is not closed: its second quote is missing."),
    ('title = "x', "A text is not closed: its second quote is missing."),
    ('title = "x\ny"', "A text is not closed: its second quote is missing."),
    ("title = “x”", "These quotes are of a word processor; they do not count as quotes."),
    ("title = «x»", "These quotes are of a word processor; they do not count as quotes."),
    ('title = "C:\\show"', "A backslash in double quotes has a special meaning."),
    ("title = opening", "This value cannot be read."),
    ('title = "a" "b"', "There is something left over on this line."),
    ('title = "a"\ntitle = "b"', "This name is given twice."),
    ("[[cue]\n", "A square bracket is missing at the end of the line."),
    ("été = 1", "This line cannot be read."),
    ("a.été = 1", "A name is missing here, or has a letter that names may not have."),
    ("master = 80%", "A number with a unit has no quotes around it."),
    (cue("{ fade = 60, over = 2s }"), "A number with a unit has no quotes around it."),
    (cue("{ fade = 60 over = 2 }"), "A comma is missing before this, or a brace is not closed."),
    (cue("{ hold = 1 }\n{ hold = 2 }"), "A comma is missing before this, or a list is not closed."),
    ("steps = [\n{ hold = 1 }\n[[cue]]\n", "The list above this line is not closed."),
    ("steps = [\n{ hold = 1 },\n[[cue]]\nid = 'a'", "The list above this line is not closed."),
    ("steps = [\n{ hold = 1 },", None),
    ("x = " + "[" * 5000, "Lists and braces stand too deeply inside each other."),
    ("x = " + "9" * 5000, "A number is far too long."),
    ("x = 2026-02-30", "There is no such date."),
]


@pytest.mark.parametrize(("text", "sentence"), SYNTAX)
def test_what_is_no_toml_is_told_in_plain_words(text: str, sentence: str | None) -> None:
    ((line, said, _hint),) = problems_of(text)
    assert sentence is None or said == sentence
    assert 0 <= line <= text.count("\n") + 1


def test_what_is_no_text_is_refused() -> None:
    assert problems_of(b"\x7fELF\0\0\xff")[0][1] == "This is not a text file."
    line, said, _hint = problems_of(b"a = 1\ntitle = 'caf\xe9'\n")[0]
    assert (line, said) == (2, "A letter on this line is not stored as UTF-8.")


def test_files_that_are_missing_or_huge_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        load_show(tmp_path / "none.toml")
    with pytest.raises(FileError):
        load_show(tmp_path)
    path = tmp_path / "huge.toml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ShowError):
        load_show(path)


@pytest.mark.parametrize(
    "text",
    ["a." * 60_000 + "a = 1", "[" + "a." * 60_000 + "a]", "a=[" + "[]," * 60_000 + "]"],
)
def test_a_text_that_is_meant_to_be_slow_is_not(text: str) -> None:
    before_s = time.process_time()
    problems_of(text)
    assert time.process_time() - before_s < 10


@pytest.mark.parametrize("seed", range(60))
def test_random_changes_to_a_show_end_in_a_show_or_in_problems(seed: int) -> None:
    """Never in anything else, and each problem's words can be filled in."""
    dice = random.Random(seed)
    pieces = WHOLE.replace("\n", " \n ").split(" ")
    for _ in range(60):
        changed = list(pieces)
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(changed))
            how = dice.randrange(5)
            if how == 0:
                del changed[at]
            elif how == 1:
                changed[at] = dice.choice(pieces)
            elif how == 2:
                changed.insert(at, dice.choice([*pieces, "-1", "nan", '"{x}"', "{", "[[", "1e400"]))
            elif how == 3:
                changed[at] = changed[at][: dice.randrange(len(changed[at]) + 1)]
            else:
                changed[at] += chr(dice.choice([0, 10, 34, 39, 92, 125, 233, 0x1F600]))
        data = " ".join(changed).encode()
        if dice.random() < 0.1:
            data = data[: dice.randrange(len(data))] + dice.randbytes(3)
        for problem in mistakes_in(data):
            assert problem.message()
            fill(problem.hint, dict(problem.params), str)
            assert 0 <= problem.line <= data.count(b"\n") + 1


def mistakes_in(data: bytes) -> tuple[Problem, ...]:
    """The problems of what may be a show."""
    try:
        parse_show(data, "x.toml")
    except ShowError as error:
        return error.problems or (Problem(-1, "refused without a reason"),)
    return ()


def cue_of(*steps: str, tempo: str = "") -> Show:
    return parse_show(f'{tempo}\n[[cue]]\nid = "a"\nsteps = [ {", ".join(steps)} ]'.encode(), "t")


def test_beats_are_seconds_at_the_shows_tempo_and_24ths_for_a_board():
    show = cue_of(
        '{ fade = 60, over = "2 beats" }',
        '{ hold = "1/3 beat" }',
        '{ flash = 100, for = "0,5beat" }',
        '{ hold = "0.33 beats" }',
        "{ hold = 2 }",
        tempo="tempo = 125",
    )
    assert show.cues["a"].steps == (
        Fade(60, 0.96, 48), Hold(0.16, 8), Flash(100, 0.24, 12), Hold(0.16, 8), Hold(2, 0)
    )  # fmt: skip
    assert cue_of('{ hold = "2 beats" }').cues["a"].steps == (Hold(48 * 0.020833, 48),)
    assert cue_of("{ hold = 1 }", tempo='tempo = "92.5 bpm"').tempo == 92.5


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ('{ hold = "1/5 beat" }', '"1/5 beat" is no whole number of 24ths of a beat.'),
        ('{ hold = "0 beats" }', '"0 beats" is no whole number of 24ths of a beat.'),
        (
            '{ fade = 1, over = "129 beats" }',
            '"129 beats" is too long: 128 beats is the most here.',
        ),
        ('{ hold = "1/0 beat" }', '"1/0 beat" is not a duration.'),
        ('{ move = 1, within = "2 beats" }', '"2 beats" is not a duration.'),
    ],
)
def test_beats_that_a_board_cannot_count_are_told(step, sentence):
    with pytest.raises(ShowError) as caught:
        cue_of(step)
    assert [fill(p.template, p.params, str) for p in caught.value.problems] == [sentence]


@pytest.mark.parametrize("tempo", ["tempo = 19", "tempo = 301", 'tempo = "quick"', "tempo = nan"])
def test_a_tempo_is_one(tempo):
    with pytest.raises(ShowError) as caught:
        cue_of("{ hold = 1 }", tempo=tempo)
    assert "is no tempo from 20 to 300." in fill(
        caught.value.problems[0].template, caught.value.problems[0].params, str
    )
