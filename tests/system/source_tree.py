# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The four packages as syntax trees, for the tests that check how the code is built."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "visiophare": CHECKOUT / "host" / "visiophare",
    "visiophare_mapping": CHECKOUT / "mapping" / "visiophare_mapping",
    "visiophare_wire": CHECKOUT / "firmware" / "micropython" / "visiophare_wire",
    "visiophare_firmware": CHECKOUT / "firmware" / "micropython" / "visiophare_firmware",
}


def files(package: str) -> list[Path]:
    """The Python files of a package, sorted."""
    return sorted(PACKAGES[package].rglob("*.py"))


def all_files() -> list[Path]:
    """The Python files of all four packages."""
    return [path for package in PACKAGES for path in files(package)]


def name(path: Path) -> str:
    """A path as a test shows it: from the root of the checkout."""
    return path.relative_to(CHECKOUT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(node: ast.AST) -> Iterator[str]:
    """Full names that one import statement names; relative imports as "."."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield "." if node.level else node.module or ""


def imports_anywhere(path: Path) -> set[str]:
    """Everything a file imports when it runs, inside functions too, but not for type checkers."""
    return {name for node in _running(tree(path)) for name in imported(node)}


def _running(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from _running(other)
        else:
            yield from _running(child)


def imports_at_start(path: Path) -> set[str]:
    """What importing the file imports: not what stands in functions or under TYPE_CHECKING."""
    return set(_at_start(tree(path).body))


def _at_start(statements: list[ast.stmt]) -> Iterator[str]:
    for statement in statements:
        yield from imported(statement)
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from _at_start(statement.orelse)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for field in ("body", "orelse", "finalbody"):
                yield from _at_start(getattr(statement, field, []))
            for handler in getattr(statement, "handlers", []):
                yield from _at_start(handler.body)
