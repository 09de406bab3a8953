# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firmware's modules as one source, for a board that starts fast and has little room.

MicroPython asks the flash file system several times for every module, some 10 ms each on a Pico,
and each compiled file repeats the names that it uses. So what is compiled is one module, its parts
in the order in which they import each other. A global name that two modules use for different
things gets its module's name behind it, whole numbers become constants, and what only a host calls
or only other classes carry out stays away. Owns that arrangement, and needs nothing but the
standard library: the build hook loads this file alone. The firmware is read here, never imported.
"""

import ast
import hashlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

WIRE, FIRMWARE = PACKAGES = ("visiophare_wire", "visiophare_firmware")
PLATFORMS = ("rp2", "esp32")
# What is looked for from outside: those that nothing in the bundle names stay, and none is renamed.
_HARDWARE = ("Life", "Port", "Rp2Board", "Rp2Life", "Esp32Board", "Esp32Life")
ENTRIES = ("main", "Board", "Controller", "Plan", "Ramp", "run", "VERSION", *_HARDWARE)
# The attributes that tests/benchmarks/ takes by name from a firmware that runs on a board.
REACHED = (
    *("tick", "receive", "take_output", "close", "player", "start", "active"),
    *("light", "level", "target", "carriage", "update"),
)
HASH_DIGITS = 12
# MicroPython looks for a file of the same name before it takes a module of its own, at every
# import, in every folder: 7 ms on a Pico. Its manual takes the folders away to prevent that.
_BEGIN = """from micropython import const
import sys
folders = sys.path[:]
sys.path[:] = [".frozen"]"""
_END = "sys.path[:] = folders\n"
_OWN_SCOPE = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


def sources(folders: dict[str, Path], platform: str) -> dict[str, str]:
    """The text of every module for the platform by its dotted name; of no board for ""."""
    found = {}
    for package in PACKAGES:
        for path in sorted(folders[package].rglob("*.py")):
            parts = path.relative_to(folders[package]).with_suffix("").parts
            if parts == ("__init__",) and package == WIRE:
                found[package] = path.read_text("utf-8")
            elif parts[-1] != "__init__" and _belongs(parts, platform):
                found[".".join((package, *parts))] = path.read_text("utf-8")
    return found


def _belongs(parts: tuple[str, ...], platform: str) -> bool:
    if parts[0] == "boards":
        others = tuple(name for name in PLATFORMS if name != platform)
        return platform != "" and not parts[-1].startswith(others)
    return parts[0] != "start"


def bundle_name(modules: dict[str, str], platform: str) -> str:
    """The name of the compiled bundle of these sources."""
    text = "\n".join([f"{name}\n{text}" for name, text in modules.items()])
    return f"{platform}-{hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]}.mpy"


def bundle(modules: dict[str, str]) -> str:
    """One source with all that the modules bind.

    Raises KeyError for an import of ours that is not there; ValueError for a statement outside of
    functions that is no import, definition, assignment or loop, and for `from . import module`.
    """
    bundler = _Bundler({name: ast.parse(text) for name, text in modules.items()})
    # To assemble a PIO program, rp2 puts all globals away and back: those first, beside few others.
    for name in sorted(modules, key=lambda name: "asm_pio" not in modules[name]):
        bundler.add(name)
    numbers = [f"{name} = const({value})" for name, value in bundler.numbers.items()]
    body = [ast.unparse(ast.fix_missing_locations(node)) for node in _needed(bundler.body)]
    return "\n".join([_BEGIN, *numbers, *body, _END])


class _Bundler:
    """body: statements so far. names: by module, from the name in it to that in the bundle."""

    def __init__(self, trees: dict[str, ast.Module]) -> None:
        self.body: list[ast.stmt] = []
        self.numbers: dict[str, int] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._trees = trees
        self._meanings = {"sys": "import sys", "folders": _BEGIN}  # by name in the bundle

    def add(self, module: str) -> None:
        """The module's statements, after those of the modules that it imports."""
        if module in self._names:
            return
        names = self._names[module] = {}
        kept = []
        for node in self._trees[module].body:
            source = _ours(module, node)
            if source:
                self.add(source)
                assert isinstance(node, ast.ImportFrom)
                for alias in node.names:
                    names[alias.asname or alias.name] = self._names[source][alias.name]
            elif not _is_left_out(node) and not self._takes_numbers(node, module):
                kept.append(node)
        kept = [node for node in kept if self._takes_names(node, module)]
        self.body += [_Rename(names).visit(node) for node in kept]

    def _takes_numbers(self, node: ast.stmt, module: str) -> bool:
        """Whether the statement only names numbers, which then are known by these names."""
        if not isinstance(node, ast.Assign):
            return False
        target, value = node.targets[0], node.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=True))
        found = [(name, self._number(text, module)) for name, text in pairs]
        if any(number is None or not isinstance(name, ast.Name) for name, number in found):
            return False
        for name, number in found:
            assert isinstance(name, ast.Name)
            assert number is not None
            wanted = "_" + name.id.lstrip("_")
            self.numbers[self._claim(wanted, str(number), name.id, module)] = number
        return True

    def _number(self, node: ast.expr, module: str) -> int | None:
        """What the expression comes to, if it is of whole numbers alone."""
        names = self._names[module]
        calm = (ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
        parts = [part for part in ast.walk(node) if not isinstance(part, ast.expr_context)]
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "const":
            return self._number(node.args[0], module)
        known = {name: self.numbers[new] for name, new in names.items() if new in self.numbers}
        if not all(isinstance(part, calm) for part in parts):
            return None
        if any(isinstance(part, ast.Name) and part.id not in known for part in parts):
            return None
        if any(isinstance(p, ast.Constant) and type(p.value) is not int for p in parts):
            return None
        value = eval(compile(ast.Expression(node), module, "eval"), {"__builtins__": {}}, known)
        return value if type(value) is int else None

    def _takes_names(self, node: ast.stmt, module: str) -> bool:
        """Whether the statement is still needed, now that its names are claimed."""
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            origin = node.module if isinstance(node, ast.ImportFrom) else "import"
            kept = []
            for alias in node.names:
                own, meaning = alias.asname or alias.name, f"{origin} {alias.name}"
                known = set(self._meanings)
                name = self._claim(own, meaning, own, module)
                if name not in known:
                    kept.append(ast.alias(alias.name, name if name != alias.name else None))
            node.names = kept
            return bool(kept)
        for name in _bound(node):
            self._claim(name, f"{module} {name}", name, module)
        return True

    def _claim(self, wanted: str, meaning: str, name: str, module: str) -> str:
        """The name in the bundle: the wanted one, unless that means something else already."""
        if self._meanings.setdefault(wanted, meaning) != meaning:
            wanted = f"{wanted}_{module.rpartition('.')[2]}"
            self._meanings[wanted] = meaning
        self._names[module][name] = wanted
        return wanted


class _Rename(ast.NodeTransformer):
    """Puts the bundle's names for a module's; leaves annotations and remarks out."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        self._hidden: list[set[str]] = []  # what the functions around bind themselves

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if not any(node.id in hidden for hidden in self._hidden):
            node.id = self._names.get(node.id, node.id)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if not self._hidden:
            node.name = self._names[node.name]
        node.decorator_list = [self.visit(part) for part in node.decorator_list]
        node.args.defaults = [self.visit(part) for part in node.args.defaults]
        node.args.kw_defaults = [part and self.visit(part) for part in node.args.kw_defaults]
        node.returns = None
        arguments = {part for part in ast.walk(node.args) if isinstance(part, ast.arg)}
        for argument in arguments:
            argument.annotation = None
        self._hidden.append({argument.arg for argument in arguments} | _stored(node.body))
        node.body = self._visit_all(node.body)
        self._hidden.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        if not self._hidden:
            node.name = self._names[node.name]
        node.bases = [self.visit(base) for base in node.bases]
        own = _stored([part for part in node.body if not isinstance(part, ast.FunctionDef)])
        body: list[ast.stmt] = []
        for part in node.body:
            if _is_promise(part):
                continue
            # A function in a class does not see the class's names.
            self._hidden.append(set() if isinstance(part, ast.FunctionDef) else own)
            body += self._visit_all([part], [])
            self._hidden.pop()
        node.body = body or [ast.Pass()]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign | None:
        if node.value is None:
            return None
        return ast.Assign([self.visit(node.target)], self.visit(node.value))

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        if isinstance(node.value, ast.Constant):
            return None
        node.value = self.visit(node.value)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._within({part.arg for part in node.args.args}, node)

    def _visit_comprehension(self, node: ast.AST) -> ast.AST:
        targets = [part.target for part in ast.walk(node) if isinstance(part, ast.comprehension)]
        return self._within(_stored(targets), node)

    visit_ListComp = visit_SetComp = _visit_comprehension  # noqa: N815
    visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def _within(self, hidden: set[str], node: ast.AST) -> ast.AST:
        self._hidden.append(hidden)
        self.generic_visit(node)
        self._hidden.pop()
        return node

    def _visit_all(
        self, body: list[ast.stmt], empty: list[ast.stmt] | None = None
    ) -> list[ast.stmt]:
        visited = [new for new in [self.visit(part) for part in body] if new is not None]
        return visited or ([ast.Pass()] if empty is None else empty)


def _ours(module: str, node: ast.stmt) -> str:
    """The module of ours that the statement imports from, "" for any other statement."""
    if not isinstance(node, ast.ImportFrom):
        return ""
    if not node.level:
        name = node.module or ""
        return name if name.partition(".")[0] in PACKAGES else ""
    if not node.module:
        raise ValueError(f"{module}: from . import names a module")
    # A package's own statements stand one level higher than those of its modules.
    up = node.level - (1 if module in PACKAGES else 0)
    return ".".join([*module.split(".")[: len(module.split(".")) - up], node.module])


def _is_left_out(node: ast.stmt) -> bool:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) in ("TYPE_CHECKING", "__all__")
    if isinstance(node, ast.ImportFrom):
        return node.module == "micropython" and [alias.name for alias in node.names] == ["const"]
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_promise(node: ast.stmt) -> bool:
    """Whether it is a method that only derived classes carry out."""
    if not isinstance(node, ast.FunctionDef):
        return False
    body = [ast.unparse(part) for part in node.body if not isinstance(part, ast.Expr)]
    return body == ["raise NotImplementedError"]


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement outside of functions binds."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.For)):
        yield from sorted(_stored([node]))
    else:
        raise ValueError(f"line {node.lineno}: {ast.unparse(node)}")


def _stored(nodes: Sequence[ast.AST]) -> set[str]:
    """The names bound in these statements, not counting what functions and classes in them bind."""
    found = set()
    waiting: list[ast.AST] = [*nodes]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        elif isinstance(node, _OWN_SCOPE):
            continue
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
        waiting += ast.iter_child_nodes(node)
    return found


def _needed(body: list[ast.stmt]) -> list[ast.stmt]:
    """The body without the functions, classes and tables that nothing in it names."""
    while True:
        uses = [{part.id for part in ast.walk(n) if isinstance(part, ast.Name)} for n in body]
        kept = [
            node
            for index, node in enumerate(body)
            if not (name := _only_binds(node))
            or name in ENTRIES
            or any(name in used for other, used in enumerate(uses) if other != index)
        ]
        if len(kept) == len(body):
            return kept
        body = kept


def _only_binds(node: ast.stmt) -> str:
    """The one name that the statement binds, when that is all it does; otherwise ""."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        calm = (ast.Constant, ast.Dict, ast.Tuple, ast.Name, ast.expr_context)
        if all(isinstance(part, calm) for part in ast.walk(node.value)):
            return node.targets[0].id
    return ""


def without_unnamed_methods(text: str, asked: Collection[str]) -> str:
    """The bundle without the methods that nothing in it names, nor asked nor a text does."""
    tree = ast.parse(text)
    while True:
        named = {*asked}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                named.add(node.attr)
            elif isinstance(node, ast.ClassDef):
                named |= _named_by_class(node)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
        dropped = False
        for node in [part for part in tree.body if isinstance(part, ast.ClassDef)]:
            kept = [part for part in node.body if not _is_unnamed(part, named)]
            dropped = dropped or len(kept) < len(node.body)
            node.body = kept or [ast.Pass()]
        if not dropped:
            return ast.unparse(ast.fix_missing_locations(tree))


def _named_by_class(node: ast.ClassDef) -> set[str]:
    """The names in a class outside of its functions' bodies."""
    parts = [part.args if isinstance(part, ast.FunctionDef) else part for part in node.body]
    every = [name for part in parts for name in ast.walk(part)]
    return {name.id for name in every if isinstance(name, ast.Name)}


def _is_unnamed(node: ast.stmt, named: set[str]) -> bool:
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    return not node.name.startswith("__") and node.name not in named
