# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One source made small to compile, and doing the same.

A compiled file holds every name once and refers to it with one byte if it is among the first 128
that occur, with two otherwise. So functions, classes, private attributes and arguments get names of
a letter or two, which classes that are no kin share, and what is named most often is named first,
in a statement that never runs. Public attributes and names that are passed with their argument
stay: a host, a test or MicroPython may know them. Owns that, and needs nothing but the standard
library: the build hook loads this file alone.
"""

import ast
import itertools
import re
import string
from collections import Counter
from collections.abc import Iterator

FIRST_NAMES = 126
INTERNED_LENGTH = 10  # of a text that MicroPython keeps among the names
_BARE = "bare_tuple"
_SCOPES = (ast.FunctionDef, ast.Lambda, ast.ClassDef)


def shorten(text: str, kept: tuple[str, ...]) -> str:
    """The same program; the names in kept stay as they are."""
    tree = ast.parse(text)
    names = _ShortNames(tree, kept)
    _shorten_globals(tree, kept, names)
    _shorten_attributes(tree, kept, names)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            _shorten_arguments(node, names)
    first = "while True:\n    break\n    _." + ".".join(_most_frequent(tree)) + "\n"
    return first + _text(tree)


def _text(tree: ast.Module) -> str:
    """The source, with `a, b = c, d` bare: around `(c, d)` MicroPython would make a tuple."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            several = isinstance(node.targets[0], ast.Tuple)
            node.value = ast.Call(ast.Name(_BARE), node.value.elts, []) if several else node.value
    return re.sub(rf"= {_BARE}\((.*)\)$", r"= \1", ast.unparse(tree), flags=re.MULTILINE) + "\n"


class _ShortNames:
    """Names of a letter or two that the program does not use."""

    def __init__(self, tree: ast.Module, kept: tuple[str, ...]) -> None:
        used = {name for node in ast.walk(tree) for name in _names_in(node)}
        pairs = map("".join, itertools.product(string.ascii_letters, repeat=2))
        every = itertools.chain(string.ascii_letters, pairs)
        self._free = [name for name in every if name not in used and name not in ("as", "is")]
        keywords = [node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)]
        self.keywords = {*keywords, *kept}

    def but(self, taken: set[str]) -> str:
        """The first of them that is not taken."""
        return next(name for name in self._free if name not in taken)


def _names_in(node: ast.AST) -> Iterator[str]:
    """What this node, without those below it, calls by name."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg | ast.keyword):
        yield node.arg or ""
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.alias):
        yield node.name
        yield node.asname or node.name
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names


def _shorten_globals(tree: ast.Module, kept: tuple[str, ...], names: _ShortNames) -> None:
    """Functions, classes and values; but none whose name anything inside binds again."""
    named = (ast.FunctionDef, ast.ClassDef)
    wanted = {node.name for node in tree.body if isinstance(node, named)}
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.For) and not _is_const(statement):
            wanted |= _bound_in(statement)
    scopes = (*_SCOPES, ast.comprehension)
    for scope in ast.walk(tree):
        if isinstance(scope, scopes):
            wanted -= _bound_in(scope)
    count = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    new: dict[str, str] = {}
    for name in sorted(wanted.difference(kept), key=lambda name: (-count[name], name)):
        new[name] = names.but(set(new.values()))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
        elif isinstance(node, ast.Global):
            node.names = [new.get(name, name) for name in node.names]
    for statement in tree.body:
        if isinstance(statement, named):
            statement.name = new.get(statement.name, statement.name)


def _is_const(node: ast.Assign | ast.For) -> bool:
    value = node.value if isinstance(node, ast.Assign) else None
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "const"


def _bound_in(scope: ast.AST) -> set[str]:
    """The names that a scope inside of the module binds, or anything below it."""
    found = set()
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node is not scope:
            found.add(node.name)
    return found


def _shorten_attributes(tree: ast.Module, kept: tuple[str, ...], names: _ShortNames) -> None:
    """Private attributes: those of one family, or reached from elsewhere than self, differ."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    family = _families(classes)
    owner = {
        id(part): family[node.name]
        for node in classes
        for method in node.body
        if isinstance(method, ast.FunctionDef)
        for part in (method, *_of_self(method))
    }
    users: dict[str, set[str]] = {}  # by attribute, the families whose own it is
    count: Counter[str] = Counter()
    loose, stored = set(), set()
    for part in ast.walk(tree):
        if isinstance(part, ast.Attribute):
            name = part.attr
        elif isinstance(part, ast.FunctionDef) and id(part) in owner:
            name = part.name
        else:
            continue
        count[name] += 1
        if id(part) in owner:
            users.setdefault(name, set()).add(owner[id(part)])
        else:
            loose.add(name)
        if isinstance(part, ast.FunctionDef) or isinstance(part.ctx, ast.Store):
            stored.add(name)
    private = {name for name in stored if name.startswith("_") and not name.startswith("__")}
    taken: dict[str, set[str]] = {of: set() for of in family.values()}
    for node in classes:
        taken[family[node.name]] |= _seen_by_class(node)
    new = {}
    chosen = private.difference(kept, _foreign(tree), _texts(tree), *map(_seen_by_class, classes))
    for name in sorted(chosen, key=lambda name: (name not in loose, -count[name], name)):
        families = {*taken} if name in loose else users[name]
        new[name] = names.but(set().union(*[taken[of] for of in families]))
        for of in families:
            taken[of].add(new[name])
    for part in ast.walk(tree):
        if isinstance(part, ast.Attribute):
            part.attr = new.get(part.attr, part.attr)
        elif isinstance(part, ast.FunctionDef) and id(part) in owner:
            part.name = new.get(part.name, part.name)


def _of_self(method: ast.FunctionDef) -> list[ast.Attribute]:
    """The attributes that a method asks of its own object."""
    if not method.args.args or method.decorator_list:
        return []
    own = method.args.args[0].arg
    asked = [part for part in ast.walk(method) if isinstance(part, ast.Attribute)]
    return [part for part in asked if isinstance(part.value, ast.Name) and part.value.id == own]


def _seen_by_class(node: ast.ClassDef) -> set[str]:
    """The names in a class outside of its functions' bodies, which its attributes would hide."""
    found = set()
    waiting: list[ast.AST] = [*node.body]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Name):
            found.add(part.id)
        if isinstance(part, ast.FunctionDef):
            waiting += [*part.decorator_list, part.args]
        else:
            waiting += ast.iter_child_nodes(part)
    return found


def _texts(tree: ast.Module) -> set[str]:
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {value for value in constants if isinstance(value, str)}


def _families(classes: list[ast.ClassDef]) -> dict[str, str]:
    """For each class the name of one in its family: all that are joined by inheritance."""
    family = {node.name: node.name for node in classes}
    for node in classes:
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id in family:
                old, new = family[node.name], family[base.id]
                family = {name: new if of == old else of for name, of in family.items()}
    return family


def _foreign(tree: ast.Module) -> set[str]:
    """The private attributes that are asked of what MicroPython brings along."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    found = set()
    for node in ast.walk(tree):
        root: ast.AST = node
        while isinstance(root, ast.Attribute | ast.Call):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        if isinstance(node, ast.Attribute) and isinstance(root, ast.Name) and root.id in imported:
            found.add(node.attr)
    return found


def _shorten_arguments(function: ast.FunctionDef, names: _ShortNames) -> None:
    taken = {name for node in ast.walk(function) for name in _names_in(node)}
    inner = [
        node
        for node in ast.walk(function)
        if isinstance(node, (*_SCOPES, ast.comprehension)) and node is not function
    ]
    bound_again = set().union(*[_bound_in(node) for node in inner]) if inner else set()
    new = {}
    arguments = function.args
    for part in (*arguments.posonlyargs, *arguments.args):
        if len(part.arg) > 1 and part.arg not in names.keywords and part.arg not in bound_again:
            new[part.arg] = names.but(taken)
            taken.add(new[part.arg])
            part.arg = new[part.arg]
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                node.id = new.get(node.id, node.id)


def _most_frequent(tree: ast.Module) -> list[str]:
    """The names that the compiled program names most often, the most frequent first."""
    count: Counter[str] = Counter()
    numbers = set()
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and _is_const(statement):
            numbers |= _bound_in(statement)
    waiting: list[tuple[ast.AST, set[str]]] = [(tree, set())]
    while waiting:
        node, local = waiting.pop()
        if isinstance(node, ast.Name):
            if node.id not in local and node.id != "const" and node.id not in numbers:
                count[node.id] += 1
        elif isinstance(node, ast.Constant):
            text = node.value
            if isinstance(text, str) and text.isidentifier() and len(text) <= INTERNED_LENGTH:
                count[text] += 1
        else:
            count.update(name for name in _names_in(node) if name)
            if isinstance(node, ast.FunctionDef | ast.Lambda | ast.comprehension):
                local = local | _bound_in(node)
        waiting += [(part, local) for part in ast.iter_child_nodes(node)]
    return [name for name, _ in count.most_common(FIRST_NAMES)]
