# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is called once stands where it was called, and does there what it did."""

from types import SimpleNamespace

from visiophare.provision.inline import inline


def run(text, *kept):
    """What the source binds once its functions are inlined, and that source."""
    inlined = inline(text, kept)
    bound = {}
    exec(inlined, bound)
    return SimpleNamespace(**bound), inlined


def test_an_expression_stands_for_its_call():
    bound, text = run(
        "def _twice(n):\n    return 2 * n\ndef main(m):\n    return 1 + _twice(m)\n", "main"
    )
    assert bound.main(4) == 9
    assert "_twice" not in text


def test_early_returns_of_what_only_acts_skip_only_that():
    bound, text = run(
        "def _add(to, n):\n    if n < 0:\n        return\n    if n > 5:\n        to.append(5)\n"
        "        return\n    to.append(n)\n"
        "def main(n):\n    to = []\n    _add(to, n)\n    to.append('end')\n    return to\n",
        "main",
    )
    assert [bound.main(n) for n in (-1, 3, 9)] == [["end"], [3, "end"], [5, "end"]]
    assert "_add" not in text


def test_what_returns_within_a_loop_is_not_taken_apart():
    bound, text = run(
        "def _find(items):\n    for item in items:\n        if item:\n            return item\n"
        "    return 7\n"
        "def main(items):\n    found = _find(items)\n    return found + 1\n",
        "main",
    )
    assert (bound.main([0, 2]), bound.main([])) == (3, 8)
    assert "_find" in text


def test_names_of_the_caller_keep_their_values():
    bound, text = run(
        "limit = 10\n"
        "def _low(n):\n    part = n - 1\n    n = part * 2\n    return n + part\n"
        "def main(part, n):\n    found = _low(part)\n    return found, part, n\n",
        "main",
    )
    assert bound.main(4, 5) == (9, 4, 5)
    assert "_low" not in text


def test_a_global_that_the_caller_hides_is_still_meant():
    bound, _ = run(
        "limit = 10\ndef _most():\n    return limit\n"
        "def main(limit):\n    return limit + _most()\n",
        "main",
    )
    assert bound.main(1) == 11


def test_methods_go_into_methods_and_into_those_of_others():
    bound, text = run(
        "class Lamp:\n    def __init__(self):\n        self.level = 3\n"
        "    def raise_by(self, n):\n        self.level += n\n        self._check(9)\n"
        "    def _check(self, top):\n        if self.level > top:\n            self.level = top\n"
        "class Desk:\n    def __init__(self):\n        self.lamp = Lamp()\n"
        "    def act(self, n):\n        self.lamp.raise_by(n)\n        return self.lamp.level\n"
        "def main(n):\n    return Desk().act(n)\n",
        *("main", "act"),
    )
    assert (bound.main(2), bound.main(8)) == (5, 9)
    assert "raise_by" not in text
    assert "_check" not in text


def test_what_is_named_elsewhere_or_asked_for_stays():
    _, text = run(
        "class Lamp:\n    def shine(self):\n        return self._level()\n"
        "    def _level(self):\n        return 1\n"
        "    def dim(self):\n        return self._level\n"
        "def main(lamp):\n    return lamp.shine()\n",
        *("main", "shine"),
    )
    assert "_level" in text
    assert "shine" in text


def test_what_others_derive_from_keeps_its_public_methods():
    text = (
        "class Lamp:\n    def shine(self):\n        return 1\n"
        "def main(lamp):\n    return lamp.shine()\n"
    )
    assert "shine" in inline(text, ("main", "Lamp"))
    assert "shine" not in inline(text, ("main",))


def test_a_raise_inside_is_caught_where_it_was():
    bound, text = run(
        "def _parse(word):\n    number = int(word)\n    return number + 1\n"
        "def main(word):\n    try:\n        return _parse(word)\n"
        "    except ValueError:\n        return 0\n",
        "main",
    )
    assert (bound.main("4"), bound.main("x")) == (5, 0)
    assert "_parse" not in text
