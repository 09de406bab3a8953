# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source with short names does what it did, and what others know by name keeps it."""

import ast
import sys
from types import SimpleNamespace

import pytest

from visiophare.provision.micropython_names import own_names
from visiophare.provision.shorten import shorten


def run(text, *kept):
    """What the shortened source binds, and the source."""
    short, _ = shorten(text, kept, own_names(ast.parse(text)))
    bound = {"__name__": "short"}
    exec(short, bound)
    return SimpleNamespace(**bound), short


def test_functions_classes_arguments_and_attributes_become_short():
    bound, short = run(
        "def double_it(amount):\n    return 2 * amount\n"
        "class Board:\n"
        "    def __init__(self, level):\n        self._kept_level = level\n"
        "    def _take_level(self):\n        return double_it(self._kept_level)\n"
        "    def level_of_light(self):\n        return self._take_level()\n"
        "def main():\n    return Board(4).level_of_light()\n",
        "main",
    )
    assert bound.main() == 8
    for name in ("double_it", "amount", "_kept_level", "_take_level", "level_of_light", "Board"):
        assert name not in short


def test_classes_that_are_no_kin_share_names_and_kin_do_not():
    bound, _ = run(
        "class First:\n    def __init__(self):\n        self._one = 1\n"
        "class Second(First):\n    def __init__(self):\n"
        "        First.__init__(self)\n        self._two = 2\n"
        "    def both(self):\n        return self._one, self._two\n"
        "class Third:\n    def __init__(self):\n        self._three = 3\n"
        "    def own(self):\n        return self._three\n",
        *("First", "Second", "Third", "both", "own"),
    )
    assert bound.Second().both() == (1, 2)
    assert bound.Third().own() == 3
    assert len(set(vars(bound.Second())) | set(vars(bound.Third()))) == 2


def test_a_private_attribute_of_another_object_is_still_found():
    bound, _ = run(
        "class First:\n    def __init__(self):\n        self._seen, self._other = 5, 6\n"
        "class Second:\n    def __init__(self, first):\n        self._mine = 7\n"
        "        self._first = first\n"
        "    def look(self):\n        return self._mine, self._first._seen\n"
        "def main():\n    return Second(First()).look()\n",
        "main",
    )
    assert bound.main() == (7, 5)


def test_what_others_call_by_name_keeps_it():
    bound, _ = run(
        "import sys\n"
        "def main():\n    return helper(1, other=2), sys.implementation._machine, told()\n"
        "def helper(one, other):\n    return one + other\n"
        "class Board:\n"
        "    def __init__(self):\n        self._machine = getattr(self, 'name')\n"
        "    name = 'Board'\n    _named = 5\n"
        "def told():\n    return Board()._machine, getattr(Board, '_named')\n",
        *("main", "sys"),
    )
    fake = SimpleNamespace(implementation=SimpleNamespace(_machine="Pico"))
    vars(bound)["main"].__globals__["sys"] = fake
    assert bound.main() == (3, "Pico", ("Board", 5))
    assert sys is not fake


def test_a_method_hides_no_function_that_its_class_uses():
    bound, _ = run(
        "def helper_of_all():\n    return 3\n"
        "class Board:\n"
        "    def _method_of_it(self):\n        return 4\n"
        "    def level(self, start=helper_of_all()):\n        return start, self._method_of_it()\n",
        *("Board", "level"),
    )
    assert bound.Board().level() == (3, 4)


def test_scopes_inside_of_a_function_keep_their_meaning():
    bound, _ = run(
        "count = 10\n"
        "def total_of(values, factor):\n"
        "    double = lambda values: values * factor\n"
        "    def inner(factor_too):\n        return factor + factor_too + len(values)\n"
        "    return [double(value) for value in values], inner(count)\n"
        "def main():\n    count = 1\n    return total_of([1, 2], 3), count\n",
        "main",
    )
    assert bound.main() == (([3, 6], 15), 1)


def test_two_assignments_in_one_make_no_tuple():
    _, short = run("def main(a, b):\n    a, b = b, a\n    return a, b\n", "main")
    assert "a, b = b, a" in short


def test_what_is_named_most_often_comes_first_and_never_runs():
    _, short = run("class A:\n    pass\n" + "A.__doc__\nA.__name__\nA.__doc__\n", "A")
    assert short.startswith("while True:\n    break\n    _.A.__doc__.__name__.")


def test_what_a_class_names_in_its_body_is_found_by_that_name():
    bound, short = run(
        "limit_of_all = 1\n"
        "class Board:\n"
        "    first_level = 5\n    second_level = first_level\n    limit_of_all = limit_of_all\n"
        "    @property\n    def third_level(self):\n        return self.first_level + 1\n"
        "    @third_level.setter\n    def third_level(self, level):\n"
        "        self.first_level = level\n"
        "def main():\n    board = Board()\n    before = board.third_level\n"
        "    board.third_level = 8\n"
        "    return board.second_level, board.limit_of_all, before, board.first_level\n",
        "main",
    )
    assert bound.main() == (5, 1, 6, 8)
    assert "second_level" not in short
    assert "third_level" not in short


def test_a_name_that_objects_of_micropython_have_stays():
    bound, _ = run(
        "class Board:\n    def append(self, item):\n        return item\n"
        "    def shine_on(self):\n        return self.append(2)\n"
        "def main():\n    items = []\n    items.append(1)\n"
        "    return items, Board().append(1), Board().shine_on()\n",
        "main",
    )
    assert bound.main() == ([1], 1, 2)


def test_what_only_the_assembler_of_state_machines_knows_stays():
    short, _ = shorten(
        "import rp2\ndef jump_on():\n    pass\n"
        "@rp2.asm_pio()\ndef program():\n    jump_on()\n    nop().side_on(1)\n"
        "class Board:\n    def side_on(self):\n        return jump_on\n",
        ("Board",),
    )
    assert "    jump_on()\n    nop().side_on(1)\n" in short


def test_a_short_name_is_one_of_the_texts_unless_something_is_asked_by_it():
    bound, short = run(
        "class Board:\n    def __init__(self):\n        self.some_level = 5\n"
        "def main():\n    board = Board()\n"
        "    return hasattr(board, 'asked'), 'told', board.some_level\n",
        "main",
    )
    assert bound.main() == (False, "told", 5)
    assert "self.told = 5" in short
    assert "self.asked" not in short


def test_an_exception_keeps_its_name():
    bound, _ = run(
        "class LampError(Exception):\n    pass\nclass HotError(LampError):\n    pass\n"
        "def main():\n    return LampError.__name__, HotError.__name__\n",
        "main",
    )
    assert bound.main() == ("LampError", "HotError")


@pytest.mark.parametrize(
    "text",
    [
        "def main(name):\n    return getattr(main, name)\n",
        "def main():\n    return globals()\n",
        "def main(board):\n    return board.__dict__\n",
        "def main():\n    class Inner:\n        pass\n",
        "class Board:\n    for x in ():\n        pass\n",
        "class Board(make()):\n    pass\n",
    ],
)
def test_what_could_reach_a_name_unseen_is_refused(text):
    with pytest.raises(ValueError, match="hides names"):
        own_names(ast.parse(text))


def test_a_module_whose_objects_are_not_known_is_refused():
    assert "readinto" in own_names(ast.parse("import os\nfrom machine import UART\n"))
    with pytest.raises(ValueError, match="bluetooth"):
        own_names(ast.parse("def main():\n    import bluetooth\n"))
