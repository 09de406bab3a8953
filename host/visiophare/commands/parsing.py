# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How arguments are read: click's way, except that negative numbers are values.

`visiophare carriage at -3` and `visiophare map -1,2` mean what they say; click alone would look
for an option `-3`.  No command has an option that begins with a digit.
"""

import re

import click

# click has no public hook for this; pyproject.toml bounds it to one minor version.
from click.parser import _OptionParser, _ParsingState

_NEGATIVE_NUMBER = re.compile(r"-[.,]?\d")


class _Parser(_OptionParser):
    def _process_opts(self, arg: str, state: _ParsingState) -> None:
        if _NEGATIVE_NUMBER.match(arg):
            state.largs.append(arg)
        else:
            super()._process_opts(arg, state)


class Command(click.Command):
    """`@click.command(cls=Command)`: a command whose arguments may be negative numbers."""

    def make_parser(self, ctx: click.Context) -> _OptionParser:
        """The parser that click would make, except that it takes `-3` for a value."""
        parser = _Parser(ctx)
        for param in self.get_params(ctx):
            param.add_to_parser(parser, ctx)
        return parser


class Group(click.Group):
    """`@click.group(cls=Group)`: its `@group.command()`s are of class Command."""

    command_class = Command
    group_class = type
