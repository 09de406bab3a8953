# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pico's serial port: never a write that would wait, and Ctrl-C given back at the end."""

import importlib
import sys
from types import ModuleType, SimpleNamespace

import pytest

ENDPOINT = 0x50100090
UNDER_WAY = 0x400
BUFFER = 256


class Usb:
    """What MicroPython's write sees: `held` bytes not yet with the host, which may not read."""

    def __init__(self, monkeypatch):
        self.held = b""
        self.sent = b""
        self.ctrl_c = []
        modules = {
            "machine": {"mem16": self},
            "micropython": {"const": lambda value: value, "kbd_intr": self.ctrl_c.append},
            "select": {"POLLIN": 1, "poll": lambda: self},
            "time": {"ticks_us": lambda: 0},
        }
        for name, contents in modules.items():
            module = ModuleType(name)
            module.__dict__.update(contents)
            monkeypatch.setitem(sys.modules, name, module)
        stream = SimpleNamespace(buffer=SimpleNamespace(readinto=None, write=self.write))
        monkeypatch.setattr(sys, "stdin", stream)
        monkeypatch.setattr(sys, "stdout", stream)
        for name in ("port", "rp2_port"):
            monkeypatch.delitem(sys.modules, f"visiophare_firmware.boards.{name}", raising=False)
        self.port = importlib.import_module("visiophare_firmware.boards.rp2_port").Rp2Port()

    def __getitem__(self, address):
        assert address == ENDPOINT
        return UNDER_WAY if self.held else 0

    def register(self, *_):
        pass

    def ipoll(self, _):
        return ()

    def write(self, data):
        self.held += data
        assert len(self.held) <= BUFFER, "MicroPython would wait for the host"

    def host_reads(self):
        self.sent += self.held
        self.held = b""


@pytest.fixture
def usb(monkeypatch):
    return Usb(monkeypatch)


def test_no_more_goes_out_than_the_buffer_holds_however_much_there_is(usb):
    text = bytes(range(256)) * 5
    usb.port.write(text)
    for _ in range(50):
        usb.port.read()
    assert len(usb.held) == BUFFER, "nobody has read"
    assert usb.port.waiting
    for _ in range(10):
        usb.host_reads()
        usb.port.read()
    assert usb.sent == text
    assert not usb.port.waiting


def test_ctrl_c_is_a_byte_while_the_port_is_ours_and_interrupts_afterwards(usb):
    assert usb.ctrl_c == [-1]
    usb.port.close()
    assert usb.ctrl_c == [-1, 3]
