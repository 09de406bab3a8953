# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A projector as a program sees it: typed commands in the host's own time.

Owns the commands' names and units in Python. Must not know how they travel (`visiophare.channel`).

Every command waits for its reply and returns a Receipt, or raises

    PortError     the port is missing, silent, or gone
    BoardError    the board refused, with its reason as code; or "outcome_unknown": the board was
                  reset in between, and only looking tells whether the command ran
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, Self

from visiophare.channel import Channel, Receipt
from visiophare.errors import PortError, VisiophareError
from visiophare.link import Link, open_link
from visiophare.refusals import not_stopped
from visiophare.words import N_

__all__ = ["Projector", "Receipt"]

DARKEN_S = 1.0  # then `!` is tried


class Projector(Channel):
    """Made by `Projector.open`. `at_s`, where a command has it, is a time of the clock `now`: the
    board acts by itself when it has come. Without it, and for a time that is over or less than
    a millisecond ahead, it acts when the command arrives; a time more than 8 minutes ahead is
    refused."""

    @classmethod
    def open(
        cls,
        port: str | Link,
        now: Callable[[], float] = time.monotonic,
        *,
        reconnect: bool = False,
        watch_s: float = 0.0,
    ) -> Self:
        """Open a port, greet the board, and learn its clock.

        reconnect: take a port back that vanished and came again, instead of failing from then on.
        watch_s: have the board fade the light out when it hears nothing from here for so long;
        0 leaves that to its settings.
        Raises PortError, and BoardError when the board speaks another protocol.
        """
        projector = cls(
            lambda: open_link(port) if isinstance(port, str) else port,
            now,
            reconnect=reconnect and isinstance(port, str),
            watch_s=watch_s,
        )
        try:
            projector.ask("clock")
        except PortError as error:
            projector.close()
            if error.code == "port_gone" and str(port).startswith("socket://"):
                raise _hung_up(str(port)) from error
            raise
        except BaseException:
            projector.close()
            raise
        return projector

    # Commands

    def light(
        self, level_percent: float, over_s: float = 0.0, *, at_s: float | None = None
    ) -> Receipt:
        """Go to a level, in percent as perceived, within a time. With `at_s` the receipt says only
        that the command waits on the board; the event `ran` or `failed` tells what became of it."""
        return self._act("light", at_s, level_percent=level_percent, over_ms=_ms(over_s))

    def master(
        self, level_percent: float, over_s: float = 0.0, *, at_s: float | None = None
    ) -> Receipt:
        """Scale all light, in percent as perceived."""
        return self._act("master", at_s, level_percent=level_percent, over_ms=_ms(over_s))

    def flash(
        self, level_percent: float, duration_s: float, *, at_s: float | None = None
    ) -> Receipt:
        """Show a level for a time, then what would have been there without it."""
        duration_ms = max(1, round(duration_s * 1000))
        return self._act("flash", at_s, level_percent=level_percent, duration_ms=duration_ms)

    def expose(
        self, level_percent: float, bits: str, slot_s: float, *, at_s: float | None = None
    ) -> Receipt:
        """Show the level for each 1 and darkness for each 0, a slot each, at exact times of the
        board's clock; then what would have been there without it.

        bits: "1101", or "m7", "m15" … "m1023" for a maximum-length sequence: see
        `visiophare_wire.Bits`. Until armed each light and each darkness lasts 167 ms at least.
        """
        slot_ms = round(slot_s * 1000)
        return self._act("expose", at_s, level_percent=level_percent, bits=bits, slot_ms=slot_ms)

    def strobe(
        self, flash_s: float, phase_percent: float | None = None, *, at_s: float | None = None
    ) -> Receipt:
        """Flash for so long at each frame while the carriage moves, and be dark between.

        phase_percent: so much of a frame later; as before when left out. Only while armed.
        """
        flash_us = max(1, round(flash_s * 1e6))
        phase = {} if phase_percent is None else {"phase_percent": phase_percent}
        return self._act("strobe", at_s, flash_us=flash_us, **phase)

    def strobe_phase(self, phase_percent: float, *, at_s: float | None = None) -> Receipt:
        """Flash so much of a frame later, from the next frame on."""
        return self._act("strobe phase", at_s, phase_percent=phase_percent)

    def strobe_off(self, *, at_s: float | None = None) -> Receipt:
        """No flashes any more: dark."""
        return self._act("strobe off", at_s)

    def arm(self, duration_s: int) -> None:
        """Lift the limit of three flashes a second, for an hour at most; a stop ends it too.

        Faster flashes can cause seizures in people with photosensitive epilepsy: whoever calls
        this sees to it that everybody who can see the light has been warned.
        """
        self.ask("arm", duration_s=duration_s)

    def disarm(self) -> None:
        """Hold to three flashes a second again."""
        self.ask("disarm")

    def carriage_home(self, *, at_s: float | None = None) -> Receipt:
        """Find the home switch. The event `homed` tells when it is done, `fault` when it failed."""
        return self._act("carriage home", at_s)

    def carriage_to_frame(self, frame: int, *, at_s: float | None = None) -> Receipt:
        """Bring a frame into the gate. The event `arrived` tells when it is there."""
        return self._act("carriage to", at_s, frame=frame)

    def carriage_to_mm(self, position_mm: float, *, at_s: float | None = None) -> Receipt:
        """Go to a position of the film. The event `arrived` tells when it is there."""
        return self._act("carriage at", at_s, position_mm=position_mm)

    def carriage_turn(self, turn_rpm: float, *, at_s: float | None = None) -> Receipt:
        """Let a disc or loop turn for ever, so many turns a minute; negative turns it the other
        way, 0 stops it. Another speed is reached smoothly. Refused unless the settings `endless`
        and `turn_mm` say that and how it can."""
        return self._act("carriage turn", at_s, turn_rpm=turn_rpm)

    def carriage_run(self, run_fps: float, *, at_s: float | None = None) -> Receipt:
        """As `carriage_turn`, in frames a second; needs no `turn_mm`."""
        return self._act("carriage run", at_s, run_fps=run_fps)

    def carriage_stop(self, *, at_s: float | None = None) -> Receipt:
        """Decelerate and keep the position."""
        return self._act("carriage stop", at_s)

    def cancel(self) -> int:
        """Drop the commands that wait on the board for their time; how many there were."""
        return int(self.ask("cancel").fields.get("dropped", "0"))

    def clear(self) -> None:
        """Take note of faults, and let a stopped projector obey again."""
        self.ask("clear")

    def stop_now(self) -> None:
        """Light off, carriage to rest, everything that waits dropped; refused until `clear`.

        Goes out before anything that waits here, and is repeated until the board confirms it.
        """
        for _ in range(3):
            with self._changed:
                self._session.withdraw_all()
                self._session.stop()
                self._write()
            if self.ask("status", first=True).fields.get("halted") == "yes":
                return
        raise not_stopped()

    def darken(self) -> bool:
        """Light off by all means, the carriage to rest, nothing that waits may start anything.

        This is what runs while something else goes wrong: no error of the port or the board is
        raised; False says that the board did not confirm, and may have been stopped by `!` (then
        it wants a `clear`). The master stays as it is.
        """
        with self._changed:
            self._session.withdraw_all()
        try:
            self.ask("cancel", first=True, timeout_s=DARKEN_S)
            self.ask("light", first=True, timeout_s=DARKEN_S, level_percent=0)
            self.ask("carriage stop", first=True, timeout_s=DARKEN_S)
        except VisiophareError as error:
            if error.code == "halted":
                return True  # it was stopped, and is dark and still
            # A board that does not answer may still hear.
            with self._changed, contextlib.suppress(VisiophareError):
                self._session.stop()
                self._write()
            return False
        return True

    def unwatch(self) -> None:
        """Leave it to the board's settings again what happens when it hears nothing from here."""
        self.ask("watch", silence_ms=0)

    def status(self) -> dict[str, str]:
        """What the board tells of itself: light, level, master, duty, carriage, referenced, mm,
        frame, queue, halted, armed, strobe_us, phase, faults, reset, boot; celsius, fan, volts,
        limit, ceiling, watts, wh, wh_total, battery_wh, hours as far as it knows them.

        `light` is what is shown now, flash limit and protection included; `level` is what it was
        last told to go to.
        """
        fields = self.ask("status").fields
        return {name: value for name, value in fields.items() if name not in ("t", "lines")}

    def settings(self) -> dict[str, str]:
        """All settings of the board, as it writes them: numbers, words, yes and no."""
        return {name: value for part in self.ask("settings").parts for name, value in part.items()}

    def change_setting(self, name: str, value: str) -> None:
        """Change one until power-off, while the carriage is still. Raises BoardError when the
        board does not take it; then nothing has changed."""
        self.ask("settings", name=name, value=value)

    def save_settings(self) -> None:
        """Keep them over power-off, while dark and still."""
        self.ask("settings save")

    def faults(self) -> list[str]:
        """The codes of the faults that are present."""
        return [part["fault"] for part in self.ask("faults").parts if "fault" in part]

    def _act(self, name: str, at_s: float | None, **args: Any) -> Receipt:
        request = self.ask(name, at_s=at_s, **args)
        t_us = int(request.fields["t"])
        with self._changed:
            return Receipt(request.seq, t_us, self._host_s(t_us))


def _ms(duration_s: float) -> int | None:
    """Whole milliseconds; None, which leaves the argument out, for none."""
    return round(duration_s * 1000) or None


def _hung_up(port: str) -> PortError:
    return PortError(
        "port_busy",
        N_("{port} hung up: another program may be using it."),
        N_("Close that program, and repeat."),
        port=port,
    )
