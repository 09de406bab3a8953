# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A board with MicroPython's prompts and a file system, as a Link, on a clock that only it moves.

Written by hand from MicroPython's reference ("Raw mode", "Raw-paste mode"), so that it does not
share its mistakes with the code under test. The code that it is sent it runs, on a file system in
memory that may be cut off before any change.
"""

import contextlib
import io
import traceback
from collections.abc import Callable

from host.provision.flash_fake import Flash, PowerCutError
from visiophare.errors import PortError
from visiophare.simulator.board import SimulatedBoard, start_controller

WINDOW = 32
RAW_BANNER = b"raw REPL; CTRL-B to exit\r\n>"
FRIENDLY_BANNER = b"\r\nMicroPython v1.28.0; Raspberry Pi Pico with RP2040\r\n>>> "
LATENCY_S = 0.002
PICO = ("micropython", (1, 28, 0, ""), "Raspberry Pi Pico with RP2040", 0x1306, "rp2")


class Program:
    """What runs instead of a prompt; stops by Ctrl-C, after `stubborn` of them."""

    def __init__(self, stubborn: int = 0, talk: bytes = b"") -> None:
        self.stubborn = stubborn
        self.talk = talk

    def hear(self, byte: int, quiet_s: float) -> bool:
        """Whether it ends."""
        if byte == 3:
            self.stubborn -= 1
        return self.stubborn < 0 and byte == 3

    def say(self) -> bytes:
        return self.talk


class Firmware:
    """Visiophare: ends by `prompt`, or by CR, Ctrl-C after 100 ms of silence."""

    def __init__(self, now: Callable[[], float]) -> None:
        board = SimulatedBoard(lambda: int(now() * 1e6), lambda *_: None, "00000001")
        self.controller = start_controller(board, lambda *_: None)
        self._line = b""

    def hear(self, byte: int, quiet_s: float) -> bool:
        if byte == 13:
            self._line = b"\r" if quiet_s >= 0.1 else b""
            return False
        if self._line == b"\r" and byte == 3:
            return True
        self._line += bytes([byte])
        if self._line.endswith(b"\nprompt\n"):
            return True
        self.controller.receive(bytes([byte]), self.controller.board.ticks_us())
        return False

    def say(self) -> bytes:
        return self.controller.take_output()


class Dead(Program):
    """Ends by nothing."""

    def hear(self, byte: int, quiet_s: float) -> bool:
        return False


class FakeBoard:
    """See the module. `firmware(board)`: what main.py starts, or what it says before it ends."""

    def __init__(
        self,
        flash: Flash | None = None,
        program: Program | Firmware | None = None,
        paste: bytes = b"R\x01",
        identity: tuple[object, ...] = PICO,
        firmware: "Callable[[FakeBoard], Program | Firmware | bytes] | None" = None,
    ) -> None:
        self.flash = flash or Flash()
        self.now_s = 1000.0
        self.program = program
        self.state = "friendly"
        self.paste = paste
        self.identity = identity
        self.firmware = firmware or (lambda board: Firmware(board.now))
        self.executed: list[str] = []
        self.registers: dict[int, int] = {}
        self.bytes_left: int | None = None  # until the cable is cut
        self.damage: Callable[[bytes], bytes] = bytes
        self.gone = False
        self._line = bytearray()
        self._room = self._taken = 0
        self._heard_s = 0.0
        self._out: list[tuple[float, bytes]] = []
        self._globals: dict[str, object] = {}

    # A Link

    def send(self, data: bytes) -> None:
        if self.gone:
            raise self._vanished()
        data = self.damage(data)
        if self.bytes_left is not None:
            data, cut = data[: self.bytes_left], len(data) > self.bytes_left
            self.bytes_left -= len(data)
            self.gone = cut
        try:
            for byte in data:
                self._hear(byte)
        except PowerCutError:
            self.gone = True
        if self.gone:
            raise self._vanished()

    def receive(self, timeout_s: float) -> bytes:
        if self.gone:
            raise self._vanished()
        if self.program:
            self._say(self.program.say())
        if self._out and self._out[0][0] <= self.now_s + timeout_s:
            at_s, data = self._out.pop(0)
            self.now_s = max(self.now_s, at_s)
            return data
        self.now_s += max(timeout_s, 0.0001)
        return b""

    def close(self) -> None:
        pass

    def now(self) -> float:
        return self.now_s

    def power_cycle(self) -> None:
        """Plugged in again: boot.py, then main.py, then the prompt."""
        self.gone, self.bytes_left, self.flash.changes_left = False, None, None
        self.flash.open.clear()
        self._out, self.damage = [], bytes
        self.state = "friendly"
        self._boot()

    # MicroPython

    def _hear(self, byte: int) -> None:
        quiet_s, self._heard_s = self.now_s - self._heard_s, self.now_s
        if self.program:
            if self.program.hear(byte, quiet_s):
                self.program = None
                self._say(b"KeyboardInterrupt: \r\n" + FRIENDLY_BANNER)
            return
        getattr(self, f"_hear_{self.state}")(byte)

    def _hear_friendly(self, byte: int) -> None:
        if byte == 1:
            self._enter_raw()
        elif byte == 2:
            self._say(FRIENDLY_BANNER)
        elif byte == 4:
            self.flash.close_open()
            self._say(b"\r\nMPY: soft reboot\r\n")
            self._boot()
        elif byte in (3, 13):
            self._say(b"\r\n>>> ")
        elif byte >= 32:
            self._say(bytes([byte]))  # the echo

    def _enter_raw(self) -> None:
        self.state = "raw"
        self._line.clear()
        self._say(RAW_BANNER)

    def _hear_raw(self, byte: int) -> None:
        if byte == 1 and bytes(self._line) == b"\x05A" and self.paste != b"ra":
            self._line.clear()
            self._say(self.paste)
            if self.paste == b"R\x01":
                self.state = "paste"
                self._room, self._taken = 2 * WINDOW, 0
                self._say(WINDOW.to_bytes(2, "little") + b"\x01")
        elif byte == 1:
            self._enter_raw()
        elif byte == 2:
            self.state = "friendly"
            self._say(FRIENDLY_BANNER)
        elif byte == 3:
            self._line.clear()
        elif byte == 4 and not self._line:
            self.flash.close_open()
            self._globals = {}
            self._say(b"OK\r\nMPY: soft reboot\r\n" + RAW_BANNER)
        elif byte == 4:
            self._say(b"OK")
            self._run()
        else:
            self._line.append(byte)

    def _hear_paste(self, byte: int) -> None:
        if byte in (3, 4):
            self._say(b"\x04")
            self.state = "raw"
            if byte == 4:
                self._run()
            else:
                self._line.clear()
                self._say(b"\x04KeyboardInterrupt: \r\n\x04>")
            return
        assert self._room > 0, "sent more than the window allows"
        self._line.append(byte)
        self._room -= 1
        self._taken += 1
        if self._taken % WINDOW == 0:
            self._room += WINDOW
            self._say(b"\x01")

    def _run(self) -> None:
        code = self._line.decode()
        self._line.clear()
        self.executed.append(code)
        printed = io.StringIO()
        complaint = ""
        try:
            with contextlib.redirect_stdout(printed):
                exec(code, self._namespace())
        except PowerCutError:
            raise
        except Exception:  # noqa: BLE001  what MicroPython would print
            complaint = traceback.format_exc()
        text = printed.getvalue().replace("\n", "\r\n")
        self._say(text.encode() + b"\x04" + complaint.encode() + b"\x04>")

    def _namespace(self) -> dict[str, object]:
        if not self._globals:
            self._globals = {"__builtins__": self.flash.builtins(self.identity, self.registers)}
        return self._globals

    def _boot(self) -> None:
        self._globals = {}
        self.program = None
        if "/main.py" in self.flash.files:
            started = self.firmware(self)
            if isinstance(started, bytes):
                self._say(started)
            else:
                self.program = started
                return
        self._say(FRIENDLY_BANNER)

    def _say(self, data: bytes) -> None:
        if data:
            self._out.append((self.now_s + LATENCY_S, data))

    def _vanished(self) -> PortError:
        return PortError("port_gone", "{port} vanished.", port="fake")
