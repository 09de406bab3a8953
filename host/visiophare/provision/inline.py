# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions and methods that one call names and nothing else, put where they are called.

A function costs a compiled file some twenty bytes besides what it does. So such a one stands in the
caller instead: as an expression where it is only that, as statements where the call is the first
thing that a statement evaluates. Its names get a line behind them where the caller has them. What
is asked for by name stays, and so does what a class that others may derive from offers. Owns that,
and needs nothing but the standard library: the build hook loads this file alone.
"""

import ast
import copy
from collections import Counter
from collections.abc import Collection, Iterator

# Their frames stay small: MicroPython takes one of more than 11 words from the heap, every time.
IN_EVERY_PASS = ("tick",)
_CANNOT_MOVE = (
    *(ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.FunctionDef),
    *(ast.ClassDef, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Global, ast.Nonlocal),
    *(ast.ExceptHandler, ast.Starred),
)


def inline(text: str, kept: Collection[str]) -> str:
    """The same program without the functions and methods that are called once; kept: not these."""
    tree = ast.parse(text)
    stay = {*kept}
    while True:
        names = _named_once(tree) - stay
        if not names:
            return ast.unparse(ast.fix_missing_locations(tree))
        name = min(names)
        stay.add(name)
        owner, function = next(_defined(tree, name))
        if name[0] != "_" and isinstance(owner, ast.ClassDef) and owner.name in kept:
            continue
        call, caller = _call(tree, owner, name)
        if call is None or caller is None or caller is function or caller.name in IN_EVERY_PASS:
            continue
        if _Site(caller, call, function).put(method=owner is not tree):
            owner.body.remove(function)
            owner.body = owner.body or [ast.Pass()]


def _named_once(tree: ast.Module) -> set[str]:
    """The functions and methods that are defined once and named once."""
    named: Counter[str] = Counter()
    defined: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            named[node.id] += 1
        elif isinstance(node, ast.Attribute):
            named[node.attr] += 1
        elif isinstance(node, ast.Constant):
            named[str(node.value)] += 2
        elif isinstance(node, ast.FunctionDef):
            defined[node.name] += 1
    every = {name for name, times in defined.items() if times == 1 == named[name]}
    return {name for name in every if name[:2] != "__" and [*_defined(tree, name)]}


def _defined(
    tree: ast.Module, name: str
) -> Iterator[tuple[ast.Module | ast.ClassDef, ast.FunctionDef]]:
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    owners: list[ast.Module | ast.ClassDef] = [tree, *classes]
    for owner in owners:
        for node in owner.body:
            if isinstance(node, ast.FunctionDef) and node.name == name and _is_plain(node):
                yield owner, node


def _is_plain(function: ast.FunctionDef) -> bool:
    """Whether it takes plain arguments, and has no scope or generator of its own."""
    taken = function.args
    if function.decorator_list or taken.vararg or taken.kwarg or taken.kwonlyargs:
        return False
    parts = [part for node in function.body for part in ast.walk(node)]
    return not any(isinstance(part, _CANNOT_MOVE) for part in parts)


def _call(
    tree: ast.Module, owner: ast.Module | ast.ClassDef, name: str
) -> tuple[ast.Call | None, ast.FunctionDef | None]:
    """The call and the function around it; of a private method only within its class."""
    owners = [owner]
    if owner is tree or name[0] != "_":
        owners = [tree, *[node for node in tree.body if isinstance(node, ast.ClassDef)]]
    for caller in [node for of in owners for node in of.body]:
        if not isinstance(caller, ast.FunctionDef) or caller.decorator_list:
            continue
        for node in ast.walk(caller):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Attribute) and node.func.attr == name:
                return (node, caller) if owner is not tree else (None, None)
            if isinstance(node.func, ast.Name) and node.func.id == name:
                return (node, caller) if owner is tree else (None, None)
    return None, None


class _Site:
    """A call, and the function that is to stand there."""

    def __init__(self, caller: ast.FunctionDef, call: ast.Call, function: ast.FunctionDef) -> None:
        self._caller = caller
        self._call = call
        self._body = copy.deepcopy(function.body)
        self._args = function.args

    def put(self, method: bool) -> bool:
        """Whether that was possible."""
        given = self._given(method)
        if given is None:
            return False
        first = self._first_statements(given)
        if first is None:
            return False
        body = self._body
        if not first and len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value:
            _Exchange(self._call, body[0].value).visit(self._caller)
            return True
        return self._put_statements(self._caller.body, first, last=True)

    def _given(self, method: bool) -> dict[str, ast.expr] | None:
        """By argument what the call passes; None when that is not plain to see."""
        names = [part.arg for part in self._args.args]
        defaults = self._args.defaults
        given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
        passed = [*self._call.args]
        if method:
            assert isinstance(self._call.func, ast.Attribute)
            passed.insert(0, self._call.func.value)
        if any(isinstance(part, ast.Starred) for part in passed):
            return None
        given |= dict(zip(names, passed, strict=False))
        given |= {str(part.arg): part.value for part in self._call.keywords}
        return given if {*given} == {*names} else None

    def _first_statements(self, given: dict[str, ast.expr]) -> list[ast.stmt] | None:
        """What must be told names first, with the body's names settled; None if they are many."""
        own = _stored(self._body)
        seen = _named(self._caller.body) | {part.arg for part in self._caller.args.args}
        local = _stored(self._caller.body) | {part.arg for part in self._caller.args.args}
        if (_named(self._body) - own - {*given}) & local:
            return None  # a global's name that means something else there
        new: dict[str, ast.expr] = {}
        first: list[ast.stmt] = []
        calm = not any(isinstance(p, ast.Call) for node in self._body for p in ast.walk(node))
        calm = calm and len(self._body) == 1 and isinstance(self._body[0], ast.Return)
        uses = Counter(p.id for n in self._body for p in ast.walk(n) if isinstance(p, ast.Name))
        for name in [*given, *sorted(own - {*given})]:
            value = given.get(name)
            if isinstance(value, ast.Name | ast.Constant) and name not in own:
                new[name] = value
                continue
            if value and calm and uses[name] <= 1 and _is_attribute(value):
                new[name] = value
                continue
            fresh = name
            while fresh in seen:
                fresh += "_"
            seen.add(fresh)
            local.add(fresh)
            new[name] = ast.Name(fresh)
            if value:
                first.append(ast.Assign([ast.Name(fresh, ast.Store())], value))
        self._body = [_Names(new).visit(node) for node in self._body]
        return first

    def _put_statements(self, block: list[ast.stmt], first: list[ast.stmt], last: bool) -> bool:
        for index, node in enumerate(block):
            ends = last and index == len(block) - 1
            new = self._instead(node, ends)
            if new is not None:
                block[index : index + 1] = first + new
                return True
            for field in ("body", "orelse", "finalbody", "handlers"):
                inner = getattr(node, field, [])
                blocks = [part.body for part in inner] if field == "handlers" else [inner]
                ends = ends and isinstance(node, ast.If)
                for below in blocks:
                    if self._put_statements(below, first, ends):
                        return True
        return False

    def _instead(self, node: ast.stmt, ends: bool) -> list[ast.stmt] | None:
        """What stands for this statement, if it evaluates the call first and that can be."""
        body, call = self._body, self._call
        returns = [p for part in body for p in ast.walk(part) if isinstance(p, ast.Return)]
        if isinstance(node, ast.Return) and node.value is call:
            closed = isinstance(body[-1], ast.Return | ast.Raise)
            return body if closed else [*body, ast.Return()]
        if isinstance(node, ast.Expr) and node.value is call:
            if any(part.value for part in returns):
                return None
            return body if ends else _without_returns(body)
        end = body[-1]
        if len(returns) != 1 or not isinstance(end, ast.Return) or not end.value:
            return None
        if isinstance(node, ast.Assign) and node.value is call:
            node.value = end.value
            return [*body[:-1], node]
        if isinstance(node, ast.If) and node.test is call:
            node.test = end.value
            return [*body[:-1], node]
        return None


def _is_attribute(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _without_returns(body: list[ast.stmt]) -> list[ast.stmt] | None:
    """The same with `if: return` turned into `else`; None where a return stands deeper."""
    for index, node in enumerate(body):
        if not any(isinstance(part, ast.Return) for part in ast.walk(node)):
            continue
        if isinstance(node, ast.Return):
            return body[:index]
        rest = _without_returns(body[index + 1 :])
        if rest is None or not isinstance(node, ast.If) or node.orelse:
            return None
        if not isinstance(node.body[-1], ast.Return):
            return None
        inner = _without_returns(node.body)
        if inner is None:
            return None
        if inner:
            changed = ast.If(node.test, inner, rest)
        elif rest:
            changed = ast.If(ast.UnaryOp(ast.Not(), node.test), rest, [])
        else:
            return [*body[:index], ast.Expr(node.test)]
        return [*body[:index], changed]
    return body


class _Exchange(ast.NodeTransformer):
    """Puts an expression for a call."""

    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self._old, self._new = old, new

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


class _Names(ast.NodeTransformer):
    """Puts other names, or values, for names."""

    def __init__(self, new: dict[str, ast.expr]) -> None:
        self._new = new

    def visit_Name(self, node: ast.Name) -> ast.AST:
        new = self._new.get(node.id)
        if isinstance(new, ast.Name):
            return ast.Name(new.id, node.ctx)
        return copy.deepcopy(new) if new else node


def _stored(body: list[ast.stmt]) -> set[str]:
    """The names that these statements bind."""
    names = [part for node in body for part in ast.walk(node) if isinstance(part, ast.Name)]
    caught = [part for node in body for part in ast.walk(node)]
    found = {part.name for part in caught if isinstance(part, ast.ExceptHandler) and part.name}
    return found | {part.id for part in names if not isinstance(part.ctx, ast.Load)}


def _named(body: list[ast.stmt]) -> set[str]:
    every = [part for node in body for part in ast.walk(node)]
    return {part.id for part in every if isinstance(part, ast.Name)} | _stored(body)
