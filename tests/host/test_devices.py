# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which board is on which port, told from USB ids alone."""

from dataclasses import dataclass
from pathlib import Path

from visiophare.commands.devices import describe
from visiophare.devices import BootDrive, boot_drives, serial_devices


@dataclass
class FakePort:
    device: str
    vid: int | None = None
    pid: int | None = None
    serial_number: str | None = None
    product: str | None = None


def test_the_likely_board_comes_first() -> None:
    ports = [
        FakePort("COM1"),
        FakePort("COM7", 0x1A86, 0x7523),
        FakePort("COM9", 0x1234, 0x5678, "x", "Mouse"),
        FakePort("COM8", 0x2E8A, 0x0005, "e66", "Board in FS mode"),
    ]
    devices = serial_devices(ports)
    assert [(device.port, device.kind) for device in devices] == [
        ("COM8", "micropython_rp2"),
        ("COM7", "bridge"),
        ("COM1", "serial"),
        ("COM9", "usb"),
    ]
    assert devices[0].usb_id == "2e8a:0005"
    assert devices[0].serial_number == "e66"
    assert devices[2].serial_number == ""


def test_circuitpython_and_programs_in_c_are_not_taken_for_ours() -> None:
    kinds = [(0x2E8A, 0x000B), (0x2E8A, 0x000A)]
    devices = serial_devices(FakePort("COM1", vid, pid) for vid, pid in kinds)
    assert {device.likelihood for device in devices} == {"unlikely"}


def test_a_board_in_its_bootloader_is_found_by_its_drive(tmp_path: Path) -> None:
    for name, text in (
        ("one", "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"),
        ("two", "UF2 Bootloader v1.0\nModel: Raspberry Pi RP2350\nBoard-ID: RP2350\n"),
        ("three", "UF2 Bootloader\nModel: some other board\n"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "INFO_UF2.TXT").write_text(text, "ascii")
    (tmp_path / "stick").mkdir()
    drives = boot_drives(sorted(tmp_path.iterdir()), labels=tmp_path / "none")
    assert drives == [
        BootDrive("boot_rp2040", str(tmp_path / "one")),
        BootDrive("boot_rp2350", str(tmp_path / "two")),
    ]


def test_a_boot_drive_that_nobody_mounted_is_found_by_its_label(tmp_path: Path) -> None:
    (tmp_path / "RP2350").touch()
    drives = boot_drives([], labels=tmp_path)
    assert drives == [BootDrive("boot_rp2350", "")]
    assert "not mounted" in "\n".join(describe([], drives))


def test_a_port_that_may_not_be_opened_says_how_to_be_let_in(tmp_path: Path) -> None:
    device = serial_devices([FakePort(str(tmp_path / "ttyACM0"), 0x2E8A, 0x0005)])[0]
    assert device.permitted
    refused = type(device)(**{**vars(device), "permitted": False})
    assert "dialout" in "\n".join(describe([refused], []))


def test_no_port_at_all_says_what_to_do() -> None:
    assert "visiophare simulate" in "\n".join(describe([], []))


def test_ports_are_listed_also_where_there_is_no_midi(visiophare, tmp_path: Path) -> None:
    (tmp_path / "rtmidi.py").write_text("raise ModuleNotFoundError('rtmidi')\n")
    run = visiophare("devices", "--midi", PYTHONPATH=str(tmp_path))
    assert run.code == 0
    assert "port" in run.out.splitlines()[0]
    assert "pip install 'visiophare[midi]'" in run.out
    listed = visiophare("devices", "--midi", "--json", PYTHONPATH=str(tmp_path)).document
    assert listed["midi"] == []
