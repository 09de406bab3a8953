# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The board's program, apart from the board: lines in, light and motion and lines out.

Owns the order of one pass of the loop, who may act when, and what happens when anything fails. It
must not know pins, files or a clock: the board is passed in, and so is the time, with every call.
Nothing here ever waits.

One cue: receive() → visiophare_wire → _execute() → Actions → Light or Carriage; then, at once and
in every tick(), Light.duty() → Protection.allow() → FlashLimit.allow() → Board.set_light(), and in
tick() Carriage.update() → Board.start_motion(). A call costs a Pico 25 us: none before its time.
"""

from visiophare_wire import (
    BY_NAME,
    MAX_AHEAD_US,
    STOP,
    Command,
    LineReader,
    WireError,
    parse_command,
    ticks_add,
    ticks_diff,
)

from .actions import Actions
from .alone import Alone
from .answers import Answer, RefusedError, for_host, for_person
from .board import Board
from .carriage import STILL, TURNING, Carriage
from .condition import what_dims
from .delivery import FRESH, REPEATED, Delivery
from .events import Events, Faults
from .exposure import LEAD_US
from .flash_limit import LATE_US, PROMPT_US, FlashLimit
from .light import FULL, Light, duty_of_level
from .making_safe import make_safe
from .player import Player
from .protection import Protection
from .queries import QUERIES, told
from .saved import load
from .schedule import CAPACITY, Schedule
from .settings import Settings
from .silence import Silence
from .strobe import Strobe
from .supervision import LIGHT, MOTION, PROTECTION, QUEUE, Supervision
from .telling import Telling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
OVERDUE_US = 1_000_000
"""A command that comes this long after its time still acts, at once; a later one is refused."""
EXTRAS = ("expose", "strobe")
"""Commands that not every kind of board has."""
QUESTIONS = ("", "hello", "help", "clock", "status", "faults", "events", "settings", "score")
"""After these nobody waits for a host that had not begun to act: a person's light stays."""
OUTPUT_BYTES = 4096
"""What waits for an unread port; replies are asked for again and events are kept elsewhere."""


class Controller:
    """Everything a board does. Call receive() with what came in and tick() at least every 5 ms.

    halted: `!` or a failure stopped everything; light and carriage refuse to work until `clear`.
    error: what failed, as `ZeroDivisionError@tick`, or "".
    leaving: "prompt" or "bootloader" once somebody asked for it; the loop then ends.
    listen: called after each part of a tick, so that a line waits for one, not for all: it receives
    what has come in and tells the time. None where nobody sets it.
    watch_s: for how long the present host, by its own wish, may be silent; 0 without such a wish.
    watch_is_old: that was the wish of the host before, and holds until the present one acts.
    telling: the answers on their way. unread: the port still holds what went out before.
    """

    def __init__(self, board: Board, now_us: int) -> None:
        board.set_light(0)
        self.board = board
        self.events = Events()
        self.faults = Faults(self.events)
        self.settings = Settings()
        self.events.add("boot", {"reset": board.reset_cause, "t": str(now_us)})
        load(self, now_us)
        board.set_light_pwm(self.settings["pwm_hz"], self.settings["pwm_bits"])
        self.light = Light()
        self.limit = FlashLimit()
        self.protection = Protection(board, self.settings, self.faults, now_us)
        self.supervision = Supervision(board)
        self.carriage = Carriage(board, self.settings, self.events, self.faults)
        self.schedule = Schedule()
        self.delivery = Delivery()
        self.telling = Telling(self.delivery)
        self.unread = False
        self.halted = False
        self.error = board.failure
        self.strobe = Strobe(board, self.settings, self.carriage, self.limit)
        self.actions = Actions(self.light, self.limit, self.strobe, self.carriage, self.settings)
        self.player = Player(self.light, self.carriage, self.settings, self.events)
        self.alone = Alone(self, now_us)
        self.leaving = ""
        self.watch_s = 0.0
        self.watch_is_old = False
        self.silence = Silence()
        self._reader = LineReader()
        self._output = b""
        self._to_person = True
        self._typed = False  # nobody spoke, or a host
        self._shown = 0
        self._last_tick_us = now_us
        self._elapsed_us = 0  # between the last two ticks
        self._not_here = [name for name in EXTRAS if name not in board.capabilities]
        self.listen: Callable[[], int] | None = None
        self._parts = (self._run_waiting, self._move, self._play, self._protect)

    def receive(self, data: bytes, now_us: int) -> None:
        """Bytes came in. Never raises: whatever fails leaves light and motor off."""
        try:
            line = self._reader.whole_line(data)
            if line:
                self._take_line(line, now_us)
            else:
                self._take_pieces(data, now_us)
        except Exception as error:  # noqa: BLE001  nothing may leave the light on
            self._fail("line", error, now_us)
        self.protection.disturb()

    def _take_pieces(self, data: bytes, now_us: int) -> None:
        for kind, value in self._reader.feed(data):
            try:
                if kind == STOP:
                    self._halt(now_us)
                elif isinstance(value, bytes):
                    self._take_line(value, now_us)
                elif value != "after_stop":
                    self._refuse_damaged()
                elif self._to_person:
                    self._send(for_person(self.settings["language"], RefusedError("after_stop")))
            except Exception as error:  # noqa: BLE001  nothing may leave the light on
                self._fail("line", error, now_us)

    def tick(self, now_us: int) -> None:
        """Do what is due. Never raises, as receive()."""
        self._elapsed_us = ticks_diff(now_us, self._last_tick_us)
        self._last_tick_us = now_us
        for part in self._parts:
            try:
                part(now_us)
            except Exception as error:  # noqa: BLE001  nothing may leave the light on
                self._fail("tick", error, now_us)
            if self.listen:
                now_us = self.listen()

    def _run_waiting(self, now_us: int) -> None:
        self.limit.pass_time(self._elapsed_us)
        late_us = PROMPT_US
        if self.schedule.waiting:
            late_us = self._run_due(now_us)
        if self.light.exposure.active:
            self._show(now_us, late_us)
        self.supervision.report(QUEUE)

    def _move(self, now_us: int) -> None:
        self.carriage.update(now_us)
        if self.strobe.flash_us:
            light = self.protection.allow(duty_of_level(self.light.scaled(FULL, now_us)))
            self.strobe.update(light, self._elapsed_us, now_us)
        self.supervision.report(MOTION)

    def _play(self, now_us: int) -> None:
        if self.silence.passed(self._elapsed_us):
            self._go_silent(now_us)
        self.alone.tick(now_us)
        if self.player.active:  # a score has the light
            if self.strobe.flash_us and self.carriage.state == TURNING:
                self.carriage.stop(now_us)  # only flashes let that be seen
            self.strobe.stop(now_us)

    def _protect(self, now_us: int) -> None:
        busy = self.carriage.state != STILL or len(self.schedule.waiting) > 0
        busy = busy or self.light.exposure.active
        self.protection.update(self.limit.duty + self.strobe.duty, busy, now_us)
        if self.protection.thermal.is_broken():
            self.player.drop()
            self.strobe.stop(now_us)
            self.light.give_up()
        self.supervision.report(PROTECTION)
        self._show(now_us)
        self.supervision.report(LIGHT)

    def take_output(self) -> bytes:
        """What shall go out, taken: replies first, then the events that came of them."""
        if self.telling.pieces and not self.unread:
            self._send(self.telling.piece(self._fail, self._last_tick_us))
        news = self.events.take_unsent()
        self._send(told(self, news) if news and self._typed else news)
        output = self._output
        self._output = b""
        return output

    def is_calm(self) -> bool:
        """Whether nothing moves, fades, flashes or waits: a pause of milliseconds harms nobody."""
        if self.carriage.state != STILL or self.schedule.waiting or self.strobe.flash_us:
            return False
        return not self.light.is_changing()

    def shut_down(self, now_us: int) -> None:
        """The program ends: light off, motor stopped, now."""
        self.halted = True
        make_safe(self, now_us)

    def change_setting(self, name: str, text: str) -> None:
        """Set and apply one setting. The carriage must be still. Raises: SettingsError."""
        settings = self.settings
        before = settings["steps_per_mm"], settings["reversed"]
        settings.change(name, text)
        self.carriage.configure()
        self.protection.configure()
        self.board.set_light_pwm(settings["pwm_hz"], settings["pwm_bits"])
        if before != (settings["steps_per_mm"], settings["reversed"]):
            self.carriage.referenced = False

    def _take_line(self, line: bytes, now_us: int) -> None:
        refusal = None
        try:
            command = parse_command(line)
        except WireError as error:
            if error.seq is None and (error.code == "damaged" or line[:1] == b"#"):
                self._refuse_damaged(line[:1] == b"#")
                return
            command = Command("", {})
            command.seq, command.crc = error.seq, error.crc
            refusal = RefusedError(error.code, error.detail)
        self._to_person = self._typed = command.seq is None
        if self._typed:
            self.silence.heard_person()
            answer = refusal or self._answer(command, now_us)
            self._send(self.telling.to_person(self.settings["language"], answer))
        else:
            self._deliver(command, refusal, now_us)
            acts = command.name not in QUESTIONS or "action" in command.args
            if acts or self.silence.left_us is not None:
                self.silence.heard_host(self._patience_s())

    def _patience_s(self) -> float:
        """How long the host may be silent; 0 for as long as it likes."""
        if self.watch_s:
            return self.watch_s
        return float(self.settings["silence_after_s"]) if self.settings["silence"] != "hold" else 0

    def _deliver(self, command: Command, refusal: RefusedError | None, now_us: int) -> None:
        seq, crc = command.seq or 0, command.crc or 0
        if self.telling.answers(seq, crc):
            return  # it is on its way
        verdict = self.delivery.judge(seq, crc, command.name == "hello")
        if verdict == FRESH:
            answer = refusal or self._answer(command, now_us)
            self._send(self.telling.to_host(seq, crc, answer))
        elif verdict == REPEATED:
            self._send(self.telling.again(seq, crc))
        else:
            last = {"last": str(self.delivery.last_seq), "crc": str(self.delivery.last_crc)}
            self._send(for_host(seq, RefusedError(verdict, last)))

    def _answer(self, command: Command, now_us: int) -> Answer | RefusedError:
        try:
            return self._execute(command, now_us)
        except RefusedError as refusal:
            return refusal
        except Exception as error:  # noqa: BLE001  the command still gets its answer
            self._fail(command.name, error, now_us)
            return RefusedError("internal")

    def _execute(self, command: Command, now_us: int) -> Answer:
        if not BY_NAME[command.name].timed:
            return QUERIES[command.name](self, command.args, now_us)
        if self.halted:
            raise RefusedError("halted")
        shines = command.name != "master" and command.args.get("level_percent")
        if shines or command.name == "strobe":
            self.protection.check_light()
        if self._not_here and command.name[:6] in self._not_here:
            raise RefusedError("not_here")
        self.actions.check(command)
        if command.at_us is None:
            at_us = ticks_add(now_us, LEAD_US) if command.name == "expose" else now_us
            self.actions.run(command, at_us, now_us)
            self._show(now_us)  # first the light, then all else
            self._take_over(command)
            answer = self.actions.describe(command) if command.seq is None else Answer("")
            if shines:
                what_dims(answer, self.light, self.protection, command.args["level_percent"])
            answer.fields["t"] = str(at_us)
            return answer
        ahead_us = ticks_diff(command.at_us, now_us)
        if ahead_us < -OVERDUE_US:
            raise RefusedError("late", {"t": str(now_us)})
        if ahead_us > MAX_AHEAD_US:
            raise RefusedError("too_far", {"t": str(now_us)})
        if not self.schedule.add(command):
            raise RefusedError("busy", {"max": str(CAPACITY)})
        return Answer("waiting", {"t": str(command.at_us)})

    def _run_due(self, now_us: int) -> int:
        """By how much later, at most, the light goes out that is shown next."""
        late_us = PROMPT_US
        command = self.schedule.due(now_us)
        while command:
            told = {"seq": str(command.seq or 0), "t": str(now_us)}
            try:
                self.actions.run(command, command.at_us or 0, now_us)
                self._show(now_us, late_us)  # first the light, then all else
                self._take_over(command)
                self.events.add("ran", told)
            except RefusedError as refusal:
                told["code"] = refusal.code
                self.events.add("failed", told)
            late_us = LATE_US
            command = self.schedule.due(now_us)
        return late_us

    def _take_over(self, command: Command) -> None:
        if self.watch_is_old:  # whoever only asks changes nothing
            self.watch_is_old = False
            self.watch_s = 0.0
        if command.name not in ("master", "strobe phase"):
            self.player.drop()  # whoever takes light or carriage in hand has both

    def foresee(self, at_us: int) -> int:
        """The light's duty for a time about to come, for put_out(). Never raises, as receive()."""
        try:
            return self._allowed(at_us, PROMPT_US)
        except Exception as error:  # noqa: BLE001  nothing may leave the light on
            self._fail("tick", error, at_us)
            return 0

    def put_out(self, duty: int) -> None:
        """Show it, now."""
        if duty != self._shown:
            self._shown = duty
            self.board.set_light(duty)

    def _show(self, now_us: int, late_us: int = LATE_US) -> None:
        self.put_out(self._allowed(now_us, late_us))

    def _allowed(self, now_us: int, late_us: int) -> int:
        allowed = 0 if self.halted else self.protection.allow(self.light.duty(now_us))
        if allowed and self.strobe.flash_us:
            self.strobe.stop(now_us)
        return self.limit.allow(allowed, now_us, late_us)

    def _halt(self, now_us: int) -> None:
        self.halted = True
        self.player.drop()
        self.limit.arm(0)
        self.strobe.stop(now_us)
        self.light.darken()
        self._show(now_us)
        self.schedule.clear()
        self.carriage.stop(now_us)
        self.events.add("halted", {"t": str(now_us)})
        if self._to_person:
            self._send(for_person(self.settings["language"], Answer("stop_heard")))

    def is_taken(self) -> bool:
        """Whether hands have no say over the show: a host has it, or all is stopped."""
        return self.halted or (self.silence.left_us is not None and not self.player.active)

    def _go_silent(self, now_us: int) -> None:
        self.limit.arm(0)
        if self.player.alone or self.player.plays():
            self.silence.heard_host(1)  # to be looked at again
            return
        self.player.drop()
        self.strobe.stop(now_us)
        self.schedule.clear()
        if self.carriage.state == TURNING:
            self.carriage.stop(now_us)  # a move ends by itself
        if self.settings["silence"] == "score" and self.player.words and not self.halted:
            self.player.start(now_us, True)
        else:
            self.light.fade(0, int(self.settings["silence_fade_s"] * 1000), now_us, now_us)
        self.events.add("silent", {"t": str(now_us)})

    def _fail(self, where: str, error: Exception, now_us: int) -> None:
        """Light off and motor stopped, whatever else is broken; the reason kept for `status`."""
        self.halted = True
        self._shown = -1  # the next tick darkens once more, should this here fail
        more = make_safe(self, now_us)
        self.error = f"{type(error).__name__}@{where.replace(' ', '_')}{more}"
        self.faults.raise_("program_failed", f"{self.error} {error}"[:80], now_us)

    def _refuse_damaged(self, numbered: bool = False) -> None:
        if numbered or not self._to_person:
            self._send(for_host(0, RefusedError("damaged")))
        else:
            self._send(for_person(self.settings["language"], RefusedError("damaged")))

    def _send(self, data: bytes) -> None:
        if len(self._output) + len(data) <= OUTPUT_BYTES:
            self._output += data
