# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One source made small to compile, and doing the same.

A compiled file holds every name once and refers to it with one byte if it is among the first 128
that occur, with two otherwise. So functions, classes, attributes and arguments get names that a
text has already, or of a letter or two, which classes that are no kin share; and what is named most
often is named first, in a statement that never runs. What MicroPython's objects have, what somebody
asks for by a text, exceptions, and names that are passed with their argument stay. Owns that, and
needs nothing but the standard library: the build hook loads this file alone.
"""

import ast
import builtins
import itertools
import keyword
import re
import string
from collections import Counter
from collections.abc import Collection, Iterator

FIRST_NAMES = 126
INTERNED_LENGTH = 10  # of a text that MicroPython keeps among the names
_BARE = "bare_tuple"
_INNER = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (ast.FunctionDef, ast.Lambda, ast.ClassDef)


def shorten(
    text: str, kept: Collection[str], foreign: Collection[str] = ()
) -> tuple[str, dict[str, str]]:
    """The same program, and by attribute its name there; those in kept stay as they are.

    foreign: what own_names in micropython_names.py says of it.
    """
    tree = ast.parse(text)
    kept = frozenset(kept)
    names = _ShortNames(tree, kept.union(foreign))
    _shorten_globals(tree, kept, names)
    attributes = _shorten_attributes(tree, kept.union(foreign), names)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            _shorten_arguments(node, names)
    frequent = _most_frequent(tree)
    first = [f".{name}" if name.isidentifier() else f"[{name!r}]" for name in frequent]
    return "while True:\n    break\n    _" + "".join(first) + "\n" + _text(tree), attributes


def _text(tree: ast.Module) -> str:
    """The source, with `a, b = c, d` bare: around `(c, d)` MicroPython would make a tuple."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            several = isinstance(node.targets[0], ast.Tuple)
            node.value = ast.Call(ast.Name(_BARE), node.value.elts, []) if several else node.value
    return re.sub(rf"= {_BARE}\((.*)\)$", r"= \1", ast.unparse(tree), flags=re.MULTILINE) + "\n"


class _ShortNames:
    """Names that the program does not use: those of its texts, which are there anyway, the most
    frequent first, then others of a letter or two."""

    def __init__(self, tree: ast.Module, kept: frozenset[str]) -> None:
        used = {name for node in ast.walk(tree) for name in _names_in(node)}
        used |= kept | {*dir(builtins), *keyword.kwlist}
        texts = Counter(text for text in _texts(tree) if _is_interned(text))
        pairs = map("".join, itertools.product(string.ascii_letters, repeat=2))
        every = [text for text, _ in texts.most_common()]
        every += itertools.chain(string.ascii_letters, pairs)
        self._free = [name for name in every if name not in used]
        keywords = [node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)]
        self.keywords = {*keywords, *kept}

    def but(self, taken: set[str]) -> str:
        """The first of them that is not taken."""
        return next(name for name in self._free if name not in taken)


def _is_interned(text: str) -> bool:
    return text.isidentifier() and len(text) <= INTERNED_LENGTH


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


def _shorten_globals(tree: ast.Module, kept: frozenset[str], names: _ShortNames) -> None:
    """What the module binds; but no name that anything inside binds again, and no exception's,
    which a report of a failure shows."""
    wanted = {alias.asname or alias.name for alias in _imported(tree)}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            wanted.add(statement.name)
        if isinstance(statement, ast.Assign | ast.For) and not _is_const(statement):
            wanted |= _bound_in(statement)
    scopes = (*_SCOPES, ast.comprehension)
    for scope in ast.walk(tree):
        if isinstance(scope, scopes):
            wanted -= _bound_in(scope)
    wanted -= kept | _of_foreign_kin(tree) | _in_programs(tree)
    count = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    new: dict[str, str] = {}
    for name in sorted(wanted, key=lambda name: (-count[name], name)):
        new[name] = names.but(set(new.values()))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
        elif isinstance(node, ast.Global):
            node.names = [new.get(name, name) for name in node.names]
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            statement.name = new.get(statement.name, statement.name)
    for alias in _imported(tree):
        alias.asname = new.get(alias.asname or alias.name, alias.asname)


def _imported(tree: ast.Module) -> list[ast.alias]:
    """What the module imports, but for the const that the compiler knows by its name."""
    statements = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    every = [alias for node in statements for alias in node.names]
    return [alias for alias in every if alias.name != "const" and "." not in alias.name]


def _of_foreign_kin(tree: ast.Module) -> set[str]:
    """The classes that descend from one of MicroPython's."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    known = {node.name for node in classes}
    found: set[str] = set()
    for node in classes:  # a base stands before what derives from it
        bases = {ast.unparse(base) for base in node.bases}
        if bases - known or bases & found:
            found.add(node.name)
    return found


def _in_programs(tree: ast.Module) -> set[str]:
    """The names in programs for the RP2040's state machines, where they are its assembler's."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and "asm_pio" in map(_last_name, node.decorator_list):
            found |= {
                name for part in node.body for inner in ast.walk(part) for name in _names_in(inner)
            }
    return found


def _last_name(node: ast.expr) -> str:
    """asm_pio of `@rp2.asm_pio(…)`."""
    return ast.unparse(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]


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


def _shorten_attributes(
    tree: ast.Module, kept: frozenset[str], names: _ShortNames
) -> dict[str, str]:
    """What our classes declare: in one family, or reached from elsewhere than self, names differ.

    Every attribute of a name that changes is changed, whatever has it; so a name of MicroPython's
    own objects must be in kept, and one that stands in a text stays.
    """
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    family = _families(classes)
    owner = {
        id(part): family[node.name]
        for node in classes
        for method in node.body
        if isinstance(method, ast.FunctionDef)
        for part in (method, *_of_self(method))
    }
    declared = {name for node in classes for name in _bound_by_class(node)}
    users: dict[str, set[str]] = {}  # by attribute, the families whose own it is
    count: Counter[str] = Counter()
    loose = set()
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
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                declared.add(name)
        else:
            loose.add(name)
    taken: dict[str, set[str]] = {of: set() for of in family.values()}
    for node in classes:
        taken[family[node.name]] |= {part.id for part in _seen_by_class(node)}
        for name in _bound_by_class(node):
            users.setdefault(name, set()).add(family[node.name])
    new = {}
    chosen = {name for name in declared if not name.startswith("__")}
    chosen -= kept.union(_texts(tree)) | _in_programs(tree)
    chosen = chosen.difference(_foreign(tree), *[_ambiguous(tree, node) for node in classes])
    for name in sorted(chosen, key=lambda name: (-count[name], name not in loose, name)):
        families = {*taken} if name in loose else users[name]
        new[name] = names.but(set().union(*[taken[of] for of in families]))
        for of in families:
            taken[of].add(new[name])
    for part in ast.walk(tree):
        if isinstance(part, ast.Attribute):
            part.attr = new.get(part.attr, part.attr)
    for node in classes:
        bound = _bound_by_class(node)
        for part in _seen_by_class(node):
            part.id = new.get(part.id, part.id) if part.id in bound else part.id
        for method in node.body:
            if isinstance(method, ast.FunctionDef):
                method.name = new.get(method.name, method.name)
    return new


def _bound_by_class(node: ast.ClassDef) -> set[str]:
    """The methods and values that its body binds."""
    stored = {part.id for part in _seen_by_class(node) if isinstance(part.ctx, ast.Store)}
    return stored | {part.name for part in node.body if isinstance(part, ast.FunctionDef)}


def _ambiguous(tree: ast.Module, node: ast.ClassDef) -> set[str]:
    """The names that the class's body both binds and reads, and that may mean another's there."""
    seen = _seen_by_class(node)
    read = {part.id for part in seen if isinstance(part.ctx, ast.Load)}
    scopes = [part for part in ast.walk(node) if isinstance(part, (*_INNER, ast.comprehension))]
    inner = {name for scope in scopes for part in ast.walk(scope) for name in _names_in(part)}
    outside = {alias.asname or alias.name for alias in _imported(tree)}
    for part in tree.body:
        if isinstance(part, ast.FunctionDef | ast.ClassDef):
            outside.add(part.name)
        else:
            outside |= _bound_in(part)
    return {
        name
        for name in _bound_by_class(node) & read
        if name in outside or hasattr(builtins, name) or name in inner
    }


def _of_self(method: ast.FunctionDef) -> list[ast.Attribute]:
    """The attributes that a method asks of its own object."""
    if not method.args.args or method.decorator_list:
        return []
    own = method.args.args[0].arg
    if own in {name for part in method.body for name in _bound_in(part)}:
        return []
    asked = [part for part in ast.walk(method) if isinstance(part, ast.Attribute)]
    return [part for part in asked if isinstance(part.value, ast.Name) and part.value.id == own]


def _seen_by_class(node: ast.ClassDef) -> list[ast.Name]:
    """The names in a class outside of its functions' bodies, which its attributes would hide."""
    found = []
    waiting: list[ast.AST] = [*node.body]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Name):
            found.append(part)
        if isinstance(part, ast.FunctionDef):
            waiting += [*part.decorator_list, part.args]
        else:
            waiting += ast.iter_child_nodes(part)
    return found


def _texts(tree: ast.Module) -> list[str]:
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


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
            if isinstance(text, str) and len(text) <= INTERNED_LENGTH:
                count[text] += 1
        else:
            count.update(name for name in _names_in(node) if name)
            count.update(_unseen_names(node))
            if isinstance(node, ast.FunctionDef | ast.Lambda | ast.comprehension):
                local = local | _bound_in(node)
        waiting += [(part, local) for part in ast.iter_child_nodes(node)]
    return [name for name, _ in count.most_common(FIRST_NAMES)]


def _unseen_names(node: ast.AST) -> tuple[str, ...]:
    """What MicroPython names besides for a function, a class, a comprehension, an f-text."""
    if isinstance(node, ast.FunctionDef):
        return (node.name,)
    if isinstance(node, ast.ClassDef):
        return (node.name,) * 3 + ("__name__", "__module__", "__qualname__")
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return ("*", f"<{type(node).__name__.lower()}>")
    return ("format",) if isinstance(node, ast.JoinedStr) else ()
