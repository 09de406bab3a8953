# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source with short names does what it did, and what others know by name keeps it."""

import ast
import sys
from types import SimpleNamespace

from visiophare.provision.shorten import shorten


def run(text, *kept):
    """What the shortened source binds, its classes by their own names; and the source."""
    classes = [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    short = shorten(text, (*kept, *classes))
    bound = {"__name__": "short"}
    exec(short, bound)
    return SimpleNamespace(**bound), short


def test_functions_arguments_and_private_attributes_become_short():
    bound, short = run(
        "def double_it(amount):\n    return 2 * amount\n"
        "class Board:\n"
        "    def __init__(self, level):\n        self._kept_level = level\n"
        "    def _take_level(self):\n        return double_it(self._kept_level)\n"
        "    def level(self):\n        return self._take_level()\n"
    )
    assert bound.Board(4).level() == 8
    for name in ("double_it", "amount", "_kept_level", "_take_level"):
        assert name not in short


def test_classes_that_are_no_kin_share_names_and_kin_do_not():
    bound, _ = run(
        "class First:\n    def __init__(self):\n        self._one = 1\n"
        "class Second(First):\n    def __init__(self):\n"
        "        First.__init__(self)\n        self._two = 2\n"
        "    def both(self):\n        return self._one, self._two\n"
        "class Third:\n    def __init__(self):\n        self._three = 3\n"
        "    def own(self):\n        return self._three\n"
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
        "main",
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
        "    def level(self, start=helper_of_all()):\n        return start, self._method_of_it()\n"
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


def test_classes_become_short_unless_they_are_kept():
    text = "class Inner:\n    pass\nclass Kept(Inner):\n    pass\n"
    short = shorten(text, ("Kept",))
    assert "Inner" not in short
    assert "class Kept(" in short


def test_what_is_named_most_often_comes_first_and_never_runs():
    _, short = run("class A:\n    pass\n" + "A.__doc__\nA.__name__\nA.__doc__\n")
    assert short.startswith("while True:\n    break\n    _.A.__doc__.__name__\n")
