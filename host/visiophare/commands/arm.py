# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare arm`: flashes faster than three a second, on purpose and for a while."""

import click

from visiophare.commands.common import (
    DURATION_S,
    Command,
    emit,
    json_option,
    open_projector,
    port_option,
    warn,
)
from visiophare.stopping import accomplished
from visiophare.words import _, filled

LONGEST_S = 3600.0
WARNING = _(
    "Fast flashes can cause seizures in people with photosensitive epilepsy. Warn everybody who "
    "can see the light, before."
)


@click.command(
    cls=Command,
    help=_(
        "Allow flashes faster than three a second for DURATION, an hour at most; 0 ends it.\n\n"
        "Such flashes can cause seizures in people with photosensitive epilepsy: warn everybody "
        "who can see the light, before. A stop, a failure and power-off end it, too."
    ),
    short_help=_("Allow flashes faster than three a second, for a while."),
    epilog=_("Example: visiophare arm 10min"),
)
@click.argument("duration_s", type=DURATION_S, metavar=_("DURATION"))
@port_option
@json_option
def command(duration_s: float, port: str | None, as_json: bool) -> None:
    """Warns, then arms; or disarms."""
    seconds = round(duration_s)
    if duration_s > LONGEST_S or (duration_s and not seconds):
        raise click.BadParameter(_("It takes a second to an hour."), param_hint=_("DURATION"))
    if seconds:
        warn(WARNING)
    with open_projector(port, darken_on_error=False) as projector:
        if seconds:
            projector.arm(seconds)
            accomplished()
            sentence = _("Armed for {seconds} s; `visiophare arm 0` ends it.")
        else:
            projector.disarm()
            sentence = _("Not armed: at most three flashes a second.")
        emit(as_json, {"armed_s": seconds}, [filled(sentence, {"seconds": seconds})])
