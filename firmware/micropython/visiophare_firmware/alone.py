# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hands do to the projector, with or without a host, and what it does by itself.

Owns the button, the knob, the switch that frees the film, DIN MIDI, and the start after power-on.
It must not know how a score is played. Takes no memory while it runs, but for the button's event.

A score begins by itself only after a power-on reset, and only if the settings say so. `boots` holds
a byte for each such start that did not last half a minute: a supply that breaks down under the
light would otherwise start it for ever.
"""

from visiophare_wire import TICKS_MASK

from .carriage import STILL, STOPPING
from .din_midi import DinMidi
from .light import FULL
from .player import FULL_SCALE, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .controller import Controller

_TRIES = 3
_PACE_US = 10_000
_EARLIER = 0x20000000
"""This bit of a difference of board times says that the first is before the second."""
_STEADY = 3_000
"""Passes at that pace before a start counts as lasting, at the next moment that bears a write;"""
_ANY_LIGHT = 30_000
"""from here on a moment of moving light does."""
_KNOB_NOISE = 512
_GATE, _VELOCITY = 1, 4
_GO, _STOP, _PANIC, _MASTER = 8, 9, 10, 11


class Alone:
    """pieces: of a score that is on its way in."""

    def __init__(self, controller: "Controller", now_us: int) -> None:
        self.pieces = bytearray()
        self._of = controller
        self._board = controller.board
        self._player = controller.player
        self._due_us = now_us
        self._passes = -1
        self._duty = 0
        self._buttons = 0  # how the button was in the last three passes, a bit each
        self._pressed = False
        self._switch = 0  # the same of the film's switch
        self._knob = 0
        self._midi = DinMidi()
        self._awaits = False  # the first beat of what has been started
        self._bytes = bytearray(32)
        self._down = bytearray(128)  # whether the controller with this number is
        self._starts = self._load(now_us)

    def tick(self, now_us: int) -> None:
        """Do what hands ask for, and what is due."""
        count = self._board.read_midi(self._bytes)
        if count:
            self._listen(count, now_us)
        if self._player.active:
            self._player.tick(now_us)
        if (now_us - self._due_us) & _EARLIER == 0:
            self._due_us = (now_us + _PACE_US) & TICKS_MASK
            self._awaits = self._player.beat.watch(now_us) and self._awaits
            self._look(now_us)

    def _look(self, now_us: int) -> None:
        if self._starts:
            self._starts = False
            if not self._of.halted:
                self._player.start(now_us, True)
        self._look_at_button(now_us)
        self._look_at_switch(now_us)
        self._look_at_knob()
        if self._passes >= 0:
            self._last()

    def store(self) -> None:
        """Keep the pieces as the score. Raises: ValueError, and OSError: then the old one stays."""
        data = bytes(self.pieces)
        words = words_of(data)
        self._board.write_file("score", data)
        self._player.drop()
        self._player.words = words
        self.pieces = bytearray()

    def _load(self, now_us: int) -> bool:
        """Read the score; whether it shall begin by itself."""
        try:
            data = self._board.read_file("score")
            if not data:
                return False
            self._player.words = words_of(data)
            if (
                self._board.reset_cause != "power_on"
                or self._of.settings["score_start"] != "power_on"
            ):
                return False
            boots = self._board.read_file("boots") or b""
        except (OSError, ValueError):
            self._of.faults.raise_("score_damaged", "", now_us)
            return False
        if len(boots) >= _TRIES:
            self._of.faults.raise_("score_waits", "", now_us)
            return False
        self._count(boots + b".")
        return True

    def _count(self, boots: bytes) -> None:
        self._passes = -1 if boots == b"" else 0
        try:  # noqa: SIM105  MicroPython has no contextlib
            self._board.write_file("boots", boots)
        except OSError:
            pass  # a memory that takes nothing is no reason to stay dark

    def _last(self) -> None:
        """The start has lasted, once light and carriage bear a write."""
        self._passes += 1
        duty = self._duty
        self._duty = self._of.limit.duty
        steady = duty == self._duty or self._passes > _ANY_LIGHT
        if self._passes > _STEADY and steady and self._of.carriage.state == STILL:
            self._count(b"")

    def _look_at_button(self, now_us: int) -> None:
        self._buttons = (self._buttons << 1 | self._board.button("go")) & 7
        if not self._buttons:
            self._pressed = False
        elif self._buttons == 7 and not self._pressed:
            self._pressed = True
            of = self._of
            of.events.add("button", {"t": str(now_us)})
            if not self._player.words or of.is_taken():
                return
            of.silence.heard_person()
            if "score_waits" in of.faults.present:
                of.faults.gone("score_waits")
                self._passes = 0
                self._player.start(now_us, True)
            else:
                self._player.go(now_us)

    def _look_at_switch(self, now_us: int) -> None:
        carriage = self._of.carriage
        self._switch = (self._switch << 1 | self._board.button("free")) & 7
        if self._switch < 7:
            if not self._switch:
                carriage.freed = False
        elif carriage.state == STILL:
            if not carriage.freed:
                carriage.freed = True
                carriage.referenced = False
                self._board.enable_motor(False)
        elif carriage.state != STOPPING:
            carriage.stop(now_us)

    def _look_at_knob(self) -> None:
        knob = FULL
        if self._of.settings["knob"] == "yes":
            ahead = self._board.sense("knob") - self._knob
            if not -_KNOB_NOISE < ahead < _KNOB_NOISE:
                self._knob += ahead >> 2
            knob = max(0, min(FULL, (self._knob - 1024) * 33 >> 5))
        self._of.light.knob = knob

    def _listen(self, count: int, now_us: int) -> None:
        for index in range(count):
            message = self._midi.take(self._bytes[index])
            if message < 0xF8:  # neither clock nor active sensing, which some send for ever
                self._of.protection.disturb()
            if message and self._player.words and not self._of.is_taken():
                self._of.silence.heard_person()
                self._hear(message, now_us)

    def _hear(self, message: int, now_us: int) -> None:
        """Clock, start, continue and stop concern the whole show; notes and controllers what the
        score binds to them: as on a host, a controller is pressed from 64 on. Beside a clock that
        runs, what is started begins with its next byte, as MIDI 1.0 has it."""
        player = self._player
        if message == 0xF8:
            player.beat.hear(now_us)
        if message == (0xF8 if self._awaits else 0xFA):
            self._awaits = message == 0xFA and player.beat.heard > 0
            if not self._awaits:
                player.start(now_us)
        elif message == 0xFB:
            player.go(now_us)
        elif message == 0xFC:
            self._awaits = False
            player.stop_all(now_us)
        touched, value = self._midi.number, self._midi.value
        if message & 0xF0 == 0xB0:
            down = value > 63
            changed = self._down[touched] != down
            self._down[touched] = down
            touched |= 128
        elif message & 0xE0 == 0x80:
            down = value > 0 and message >= 0x90
            changed = True
        else:
            return
        words = player.words
        at = (words[1] & 255) + (words[1] >> 8 & 255)
        for index in range(at, at + (words[1] >> 16)):
            word = words[index]
            channel = word >> 8 & 31
            if word & 255 == touched and (not channel or channel == (message & 15) + 1):
                action = word >> 13 & 31
                if action == _MASTER:
                    self._of.light.master.jump(value * FULL // FULL_SCALE)
                elif changed:
                    self._act(action, word >> 18, down, now_us)

    def _act(self, action: int, cue: int, down: bool, now_us: int) -> None:
        player = self._player
        if not down:
            if action & ~_VELOCITY == _GATE:
                player.release(cue, now_us)
        elif action == _GO:
            player.go(now_us)
        elif action == _STOP:
            player.stop_all(now_us)
        elif action == _PANIC:
            self._of.limit.arm(0)  # ends a strobe, too
            player.panic(now_us)
        else:
            scale = self._midi.value if action & _VELOCITY else FULL_SCALE
            player.trigger(cue, action & 3, scale, now_us)
