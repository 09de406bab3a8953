# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare settings`: see, change and keep what the board knows of its machine and its film."""

import re

import click

from visiophare.commands.common import Command, emit, json_option, open_projector, port_option
from visiophare.words import _


@click.command(
    cls=Command,
    help=_(
        "See the board's settings: all, the one called NAME, or give that one a new VALUE.\n\n"
        "A new value holds until the projector is switched off; with --save, all are kept."
    ),
    short_help=_("See or change the board's settings."),
    epilog=_("Example: visiophare settings frames 8 --save"),
)
@click.argument("name", required=False, metavar=_("[NAME]"))
@click.argument("value", required=False, metavar=_("[VALUE]"))
@click.option("--save", is_flag=True, help=_("Keep the settings when the power is off."))
@port_option
@json_option
def command(
    name: str | None, value: str | None, save: bool, port: str | None, as_json: bool
) -> None:
    """Changes first, saves then, and shows what is true after that."""
    with open_projector(port, darken_on_error=False) as projector:
        if name is not None and value is not None:
            projector.change_setting(name, _pointed(value))
        settings = projector.settings()
        if name is not None:
            settings = {name: settings[name]} if name in settings else _unknown(name, settings)
        if save:
            projector.save_settings()
    lines = [f"{key} = {text}" for key, text in settings.items()]
    if save:
        lines.append(_("The settings are kept."))
    elif value is not None:
        lines.append(_("This holds until power-off; --save keeps it."))
    emit(as_json, {"settings": settings, "saved": save}, lines)


def _pointed(value: str) -> str:
    """A decimal comma as the point that the board reads."""
    return value.replace(",", ".") if re.fullmatch(r"[+-]?\d*,\d+\D*", value) else value


def _unknown(name: str, settings: dict[str, str]) -> dict[str, str]:
    """Raises BoardError with the name that was probably meant."""
    from difflib import get_close_matches

    from visiophare.errors import BoardError
    from visiophare.words import N_

    near = get_close_matches(name, settings, n=1)
    raise BoardError(
        "unknown_setting",
        N_("The board has no setting {arg}."),
        N_("Did you mean {near}?") if near else N_("`visiophare settings` lists them."),
        arg=name,
        near=near[0] if near else "",
    )
