# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hangs on this computer's USB: which serial port may be a Visiophare, which board waits.

Owns the table of USB ids and the search for boot drives.  Opens no port: opening resets some
boards, and a show may be running on another.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from visiophare.words import N_

LIKELY, POSSIBLE, UNLIKELY = "likely", "possible", "unlikely"

# USB vendor and product (None: any product of the vendor) → code, sentence, how likely ours.
# 2E8A:0005 is MicroPython on any rp2 board: it does not tell a Pico from a Pico 2.
KINDS: Final = {
    (0x2E8A, 0x0005): (
        "micropython_rp2",
        N_("MicroPython on a Raspberry Pi Pico or Pico 2"),
        LIKELY,
    ),
    (0x2E8A, 0x0003): ("boot_rp2040", N_("a Pico (RP2040) waiting for firmware"), UNLIKELY),
    (0x2E8A, 0x000F): ("boot_rp2350", N_("a Pico 2 (RP2350) waiting for firmware"), UNLIKELY),
    (0x2E8A, 0x000B): ("circuitpython", N_("a Pico with CircuitPython"), UNLIKELY),
    (0x2E8A, 0x0009): ("pico_sdk", N_("a Pico 2 with a program in C"), UNLIKELY),
    (0x2E8A, 0x000A): ("pico_sdk", N_("a Pico with a program in C"), UNLIKELY),
    (0x2E8A, None): ("raspberry_pi", N_("a device by Raspberry Pi"), POSSIBLE),
    (0x303A, 0x4001): ("micropython_esp32", N_("MicroPython on an ESP32"), LIKELY),
    (0x303A, None): ("esp32", N_("an ESP32 board"), POSSIBLE),
    (0xF055, None): ("micropython", N_("a MicroPython board"), POSSIBLE),
    (0x10C4, 0xEA60): ("bridge", N_("a serial bridge CP210x, often an ESP32 board"), POSSIBLE),
    (0x1A86, None): ("bridge", N_("a serial bridge CH340, often an ESP32 board"), POSSIBLE),
    (0x0403, None): ("bridge", N_("a serial bridge by FTDI"), POSSIBLE),
}
_OTHER_USB: Final = ("usb", N_("an unknown USB device"), UNLIKELY)
_NOT_USB: Final = ("serial", N_("a serial port without USB"), UNLIKELY)
_BOOT_LABELS: Final = {"RPI-RP2": "boot_rp2040", "RP2350": "boot_rp2350"}
BOOT_SENTENCES: Final = {code: sentence for code, sentence, _likely in KINDS.values()}


class PortInfo(Protocol):
    """The part of pyserial's ListPortInfo that is read here."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    product: str | None


@dataclass(frozen=True)
class SerialDevice:
    """One serial port; `description` is a msgid, `usb_id` is "2e8a:0005" or ""."""

    port: str
    kind: str
    description: str
    likelihood: str
    usb_id: str
    serial_number: str
    product: str
    permitted: bool


@dataclass(frozen=True)
class BootDrive:
    """A board in its bootloader, as a drive; `path` is "" while the drive is not mounted."""

    kind: str
    path: str


def serial_devices(ports: Iterable[PortInfo]) -> list[SerialDevice]:
    """What the ports of `serial.tools.list_ports.comports()` are, the likely ones first."""
    devices = [_identify(port) for port in ports]
    order = (LIKELY, POSSIBLE, UNLIKELY)
    return sorted(devices, key=lambda device: (order.index(device.likelihood), device.port))


def _identify(port: PortInfo) -> SerialDevice:
    if port.vid is None or port.pid is None:
        kind, usb_id = _NOT_USB, ""
    else:
        kind = KINDS.get((port.vid, port.pid)) or KINDS.get((port.vid, None)) or _OTHER_USB
        usb_id = f"{port.vid:04x}:{port.pid:04x}"
    code, sentence, likelihood = kind
    return SerialDevice(
        port=port.device,
        kind=code,
        description=sentence,
        likelihood=likelihood,
        usb_id=usb_id,
        serial_number=port.serial_number or "",
        product=port.product or "",
        permitted=not os.path.exists(port.device) or os.access(port.device, os.R_OK | os.W_OK),
    )


def boot_drives(
    mounted: Sequence[Path] | None = None, labels: Path = Path("/dev/disk/by-label")
) -> list[BootDrive]:
    """Boards in their bootloader: mounted drives, then (on Linux) drives that nobody mounted."""
    found = []
    for folder in mounted if mounted is not None else _mount_points():
        kind = _boot_kind(folder / "INFO_UF2.TXT")
        if kind:
            found.append(BootDrive(kind, str(folder)))
    mounted_kinds = {drive.kind for drive in found}
    for label, kind in _BOOT_LABELS.items():
        if kind not in mounted_kinds and (labels / label).exists():
            found.append(BootDrive(kind, ""))
    return found


def _boot_kind(info: Path) -> str:
    """Which chip the file INFO_UF2.TXT of a boot drive names, "" when it is none of ours."""
    try:
        text = info.read_bytes()[:4096].decode("ascii", "replace")
    except OSError:
        return ""
    if "RP2350" in text:
        return "boot_rp2350"
    return "boot_rp2040" if "RPI-RP2" in text else ""


def _mount_points() -> Iterator[Path]:
    """Folders where the three systems mount a USB drive."""
    if os.name == "nt":
        yield from (Path(f"{letter}:/") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ")
        return
    for pattern in ("/media/*", "/media/*/*", "/run/media/*/*", "/Volumes/*"):
        yield from Path("/").glob(pattern[1:])
