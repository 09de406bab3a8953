# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare expose`: a pattern of light and dark at exact times, for synchronous detection."""

import time

import click

from visiophare.commands.common import (
    DURATION_S,
    PERCENT,
    Command,
    emit,
    json_option,
    open_projector,
    port_option,
    progress,
)
from visiophare.words import _, filled


@click.command(
    cls=Command,
    help=_(
        "Show LEVEL for each 1 of BITS and darkness for each 0, a slot each, at exact times.\n\n"
        "BITS is ones and zeros, as 1101, or m7, m15, m31 … m1023 for a pseudo-random pattern. It "
        "waits until the pattern is over, and the light is as it was before; Ctrl-C makes it dark. "
        "Each light and each darkness lasts 167 ms or more; shorter ones need `visiophare arm`, "
        "which says whom to warn."
    ),
    short_help=_("Show a pattern of light and dark at exact times."),
    epilog=_("Example: visiophare expose 80 1101 --slot 200ms"),
)
@click.argument("level", type=PERCENT, metavar=_("LEVEL"))
@click.argument("bits", metavar=_("BITS"))
@click.option(
    "--slot",
    "slot_s",
    type=DURATION_S,
    default="200ms",
    metavar=_("DURATION"),
    help=_("How long each bit lasts (200ms)."),
)
@port_option
@json_option
def command(level: float, bits: str, slot_s: float, port: str | None, as_json: bool) -> None:
    """Starts the pattern and waits for its end."""
    from visiophare_wire import Bits

    with open_projector(port, darken_on_error=False) as projector:
        receipt = projector.expose(level, bits, slot_s)
        lasts_s = Bits(bits).count * slot_s
        progress(filled(_("The pattern lasts {seconds:g} s…"), {"seconds": lasts_s}))
        time.sleep(max(0.0, receipt.host_s + lasts_s - time.monotonic()))
    document = {"level_percent": level, "bits": bits, "slot_s": slot_s, "lasts_s": lasts_s}
    emit(as_json, {**document, "board_us": receipt.t_us}, [_("The pattern is over.")])
