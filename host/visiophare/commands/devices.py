# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`visiophare devices`: the serial ports and what is on them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from visiophare.commands.common import Command, emit, json_option
from visiophare.words import N_, _, filled

if TYPE_CHECKING:
    from visiophare.devices import BootDrive, SerialDevice

LIKELIHOODS = {
    "likely": N_("probably a Visiophare"),
    "possible": N_("may be a Visiophare"),
    "unlikely": N_("probably not a Visiophare"),
}


@click.command(
    cls=Command,
    help=_(
        "List the serial ports of this computer and what is on them, the likely ones first.\n\n"
        "No port is opened, so a running show is not disturbed."
    ),
    epilog=_("Example: visiophare devices"),
)
@click.option("--midi", is_flag=True, help=_("List the MIDI instruments too."))
@json_option
def command(midi: bool, as_json: bool) -> None:
    """Lists ports, boot drives and, when asked, instruments."""
    from serial.tools.list_ports import comports

    from visiophare.devices import boot_drives, serial_devices

    devices, drives = serial_devices(comports()), boot_drives()
    ports = [{**asdict(device), "description": _(device.description)} for device in devices]
    document: dict[str, Any] = {"ports": ports, "boot_drives": [asdict(drive) for drive in drives]}
    lines = [*describe(devices, drives)]
    if midi:
        document["midi"], reason = _instruments()
        lines += [f"MIDI  {name}" for name in document["midi"]] or [
            reason or _("There is no MIDI instrument.")
        ]
    emit(as_json, document, lines)


def _instruments() -> tuple[list[str], str]:
    """Names of the MIDI inputs; none, and why, where MIDI is not to be had."""
    import contextlib
    import time

    from visiophare.errors import PortError
    from visiophare.midi.ports import PadPorts, open_backend

    def nothing(_touch: object) -> None:
        """Nobody listens: the ports are only looked at."""

    try:
        backend = open_backend()
    except PortError as error:
        return [], " ".join(filled(_(text), error.params) for text in (error.template, error.hint))
    with contextlib.closing(PadPorts(backend, nothing, time.monotonic)) as pads:
        return pads.available(), ""


def describe(devices: "list[SerialDevice]", drives: "list[BootDrive]") -> Iterator[str]:
    """The lines for a person."""
    from visiophare.devices import BOOT_SENTENCES

    for device in devices:
        usb = f" [{device.usb_id}]" if device.usb_id else ""
        yield f"{device.port}  {_(device.description)}{usb} ({_(LIKELIHOODS[device.likelihood])})"
        if not device.permitted:
            yield "    " + _(
                "You may not open this port. On Debian and Ubuntu: sudo usermod -aG dialout $USER, "
                "then log in again."
            )
    for drive in drives:
        yield f"{drive.path or 'USB'}  {_(BOOT_SENTENCES[drive.kind])}"
        if not drive.path:
            yield "    " + _("The drive is not mounted: open it once in the file manager.")
    if not devices and not drives:
        yield _("There is no serial port on this computer.")
        yield _("Plug the board in with a USB cable that carries data, and ask again.")
        yield _("No board at hand? `visiophare simulate` is one.")
