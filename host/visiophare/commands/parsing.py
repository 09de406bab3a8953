# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How arguments are read: click's way, except that negative numbers are values.

`visiophare carriage at -3` and `visiophare map -1,2` mean what they say; click alone would look
for an option `-3`.  No command has an option that begins with a digit.
"""

import re
from typing import Any

import click

# click has no public hook for this; pyproject.toml bounds it to one minor version.
from click.parser import _OptionParser, _ParsingState

from visiophare.words import _

_NEGATIVE_NUMBER = re.compile(r"-[.,]?\d")


class _Parser(_OptionParser):
    def _process_opts(self, arg: str, state: _ParsingState) -> None:
        if _NEGATIVE_NUMBER.match(arg):
            state.largs.append(arg)
        else:
            super()._process_opts(arg, state)


class _Formatter(click.HelpFormatter):
    def write_heading(self, heading: str) -> None:
        indent = " " * self.current_indent
        self.write(indent + _("{heading}:").format(heading=heading) + "\n")


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """`@click.command(cls=Command)`: a command whose arguments may be negative numbers."""

    context_class = _Context

    def make_parser(self, ctx: click.Context) -> _OptionParser:
        """The parser that click would make, except that it takes `-3` for a value."""
        parser = _Parser(ctx)
        for param in self.get_params(ctx):
            param.add_to_parser(parser, ctx)
        return parser

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; an error always knows its command, so that the hint can name it."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise


class Group(click.Group):
    """`@click.group(cls=Group)`: its `@group.command()`s are of class Command."""

    command_class = Command
    context_class = _Context
    group_class = type

    def __init__(self, *args: Any, **options: Any) -> None:
        # click would show its own English words
        options.setdefault("subcommand_metavar", _("COMMAND [ARGS]..."))
        super().__init__(*args, **options)
