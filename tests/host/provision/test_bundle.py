# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that became one do what they did apart."""

import ast
import sys
from types import ModuleType

import pytest

from visiophare.provision.bundle import (
    PACKAGES,
    bundle,
    bundle_name,
    sources,
    without_unnamed_methods,
)
from visiophare.provision.payload import package_folder


@pytest.fixture
def run(monkeypatch):
    """Runs the bundle of {module: source} of one package; gives what it binds."""
    micropython = ModuleType("micropython")
    micropython.const = lambda value: value
    monkeypatch.setitem(sys.modules, "micropython", micropython)

    def run_bundle(**modules):
        named = {f"visiophare_firmware.{name}": text for name, text in modules.items()}
        bound = {"__name__": "bundle"}
        exec(bundle(named), bound)
        return bound

    return run_bundle


def test_parts_come_in_the_order_in_which_they_import_each_other(run):
    bound = run(
        a="from .b import double\nVERSION = double('x')\n",
        b="def double(text):\n    return 2 * text\n",
    )
    assert bound["VERSION"] == "xx"


def test_modules_of_micropython_are_not_looked_for_in_the_file_system(run):
    before = [*sys.path]
    bound = run(a="import sys\nPLACES = [*sys.path]\n")
    assert bound["PLACES"] == [".frozen"]
    assert sys.path == before


def test_pio_programs_are_assembled_beside_few_other_names():
    modules = {
        "visiophare_firmware.a": "WORDS = ['a']\ndef main():\n    return WORDS\n",
        "visiophare_firmware.pio": "import rp2\n@rp2.asm_pio()\ndef main():\n    wrap()\n",
    }
    text = bundle(modules)
    assert text.index("asm_pio") < text.index("WORDS")


def test_one_name_for_two_things_stays_two_things(run):
    bound = run(
        a="LIMIT = 'a'\n\ndef first():\n    return LIMIT\n",
        b="LIMIT = 'b'\n\ndef second():\n    return LIMIT\n",
        main="from .a import first\nfrom .b import second as other\n"
        "def main():\n    return first() + other()\n",
    )
    assert bound["main"]() == "ab"


def test_what_functions_bind_themselves_is_left_alone(run):
    bound = run(
        a="name = 'a'\ncount = 'a'\n",
        main="""
from math import sqrt as root
name = 'main'
count = 'count'
class Board:
    name = 'of the class'
    own = name
    def tell(self, count, *rest, more=count):
        try:
            raise ValueError('x')
        except ValueError as error:
            name_ = name
        return name_, count, more, [name for name in rest], (lambda name: name)(5)
def main(name=name):
    def inner():
        return name
    return inner(), Board.own, Board().tell(1, 2, 3), root(9)
""",
    )
    assert bound["main"]() == ("main", "of the class", ("main", 1, "count", [2, 3], 5), 3)


def test_numbers_become_constants_wherever_they_stand(run):
    text = bundle(
        {
            "visiophare_firmware.a": "A, B = 1 << 4, 3\nC = const(A * B)\nD = 0.5\nE = -B\n"
            "F = True\n",
            "visiophare_firmware.main": "from .a import A, C, D, E, F\n"
            "def main():\n    return A, C, D, E, F\n",
        }
    )
    for line in ("_A = const(16)", "_C = const(48)", "_E = const(-3)", "D = 0.5", "F = True"):
        assert line in text.splitlines()
    assert "return (_A, _C, D, _E, F)" in text
    assert run(a="A = 5\n", b="A = 5\n", c="A = 6\n\ndef run():\n    return A\n")["run"]() == 6


def test_remarks_annotations_and_what_nobody_calls_stay_away(run):
    text = bundle(
        {
            "visiophare_firmware.main": '"""Owns."""\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n'
            "    from typing import Any\n"
            "class Board:\n    name = 'x'\n    def cut(self):\n        '''Stop.'''\n"
            "        raise NotImplementedError\n"
            "PINS = {'step': 2}\nBOARDS = {'other': PINS}\n"
            'def unused() -> None:\n    helper()\ndef helper() -> None:\n    """Helps."""\n'
            'def main(x: "Any" = 1) -> int:\n    """Starts."""\n    y: int\n    z: int = x\n'
            "    return z\n"
        }
    )
    lines = [line for line in text.splitlines() if line]
    assert lines[0] == "from micropython import const"
    assert lines[4:-1] == [
        "class Board:",
        "    name = 'x'",
        "def main(x=1):",
        "    z = x",
        "    return z",
    ]


def test_what_two_modules_import_is_imported_once_under_each_of_its_names(run):
    bound = run(
        a="from math import floor as whole\n\ndef half(x):\n    return whole(x / 2)\n",
        b="from math import ceil as whole, floor\n\ndef up(x):\n    return whole(x) + floor(x)\n",
        main="from .a import half\nfrom .b import up\n\ndef main():\n    return half(5), up(1.5)\n",
    )
    assert bound["main"]() == (2, 3)


def test_what_one_module_cannot_hold_is_refused():
    for text in ("from . import other\n", "while True:\n    pass\n"):
        with pytest.raises(ValueError, match=r"from \. import|while"):
            bundle({"visiophare_firmware.main": text, "visiophare_firmware.other": ""})
    with pytest.raises(KeyError):
        bundle({"visiophare_firmware.main": "from .gone import x\n"})


def test_the_name_tells_one_version_of_the_sources_from_another():
    names = {bundle_name({"m": text}, platform) for text in "ab" for platform in ("rp2", "esp32")}
    assert len(names) == 4


def test_a_platform_gets_its_own_boards_and_none_of_another(tmp_path):
    for name in ("boards/pins", "boards/rp2", "boards/esp32", "start/main", "light", "__init__"):
        path = tmp_path / PACKAGES[1] / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / PACKAGES[0]).mkdir()
    folders = {package: tmp_path / package for package in PACKAGES}
    shown = {
        platform: [name.partition(".")[2] for name in sources(folders, platform)]
        for platform in ("rp2", "esp32", "")
    }
    assert shown == {
        "rp2": ["boards.pins", "boards.rp2", "light"],
        "esp32": ["boards.esp32", "boards.pins", "light"],
        "": ["light"],
    }


def test_every_name_of_the_real_bundle_is_bound():
    folders = {package: package_folder(package) for package in PACKAGES}
    tree = ast.parse(bundle(sources(folders, "")))
    bound = set(dir(__builtins__)) | set(__builtins__) | {"__file__", "const"}
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (bound if isinstance(node.ctx, ast.Store) else used).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    assert used - bound == set()


def test_a_method_that_nobody_names_goes():
    short = without_unnamed_methods(
        "class Board:\n    def glow(self):\n        return self.shine()\n"
        "    def shine(self):\n        return 1\n    def __len__(self):\n        return 2\n"
        "    def readinto(self, buffer):\n        return 3\n    def told(self):\n        return 4\n"
        "def main():\n    return len(Board()), 'told'\n",
        ("readinto",),
    )
    names = [line.split()[1].partition("(")[0] for line in short.splitlines() if "def " in line]
    assert names == ["__len__", "readinto", "told", "main"]
