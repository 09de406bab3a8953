# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller asks of a board. The only way from this package to pins, motors and files.

Owns the words of that contract and nothing else. A board file under `boards/`, the host's
simulator and the tests' fake each derive from Board. No method may block for longer than it takes
to set some registers, except write_settings and write_file.
"""

from .ramp import Plan, Ramp


class Board:
    """A light, a motor with its home switch, perhaps buttons and MIDI, and a place for files.

    name            of the hardware, one wire word: "rp2040", "simulated"
    boot_id         eight hex digits, another at every boot
    reset_cause     why it booted: "power_on", "watchdog", "soft" or "unknown"
    failure         why the program before this one ended, as `status` shows it, or ""
    capabilities    wire words: "light", "carriage", "turn", "score", "pwm", "expose", "strobe";
                    without "turn" no plan for ever is started, without "strobe" no flash
    """

    name = "board"
    boot_id = "00000000"
    reset_cause = "unknown"
    failure = ""
    capabilities: tuple[str, ...] = ("light", "carriage", "turn", "score", "expose")

    def set_light(self, duty_u16: int) -> None:
        """Make the light this bright from now on: 0 dark … 65535 full, linear in emitted light.

        Called only when the value changes, and again with 0 when anything went wrong: 0 must
        work in any state.
        """
        raise NotImplementedError

    def set_light_pwm(self, hz: int, bits: int) -> None:
        """Switch the light at this frequency from the next dark moment on.

        With less than 2**bits levels at that frequency, at the highest that has so many.
        """

    def prepare(self, ramp: Ramp) -> None:
        """This ramp's plans may be started from now on: the place for arithmetic, at standstill."""

    def start_motion(self, plan: Plan) -> None:
        """Begin this plan now: steps in plan.direction, following plan.segments().

        Called only while is_moving() is False. Powers the motor. From now on is_moving() is True
        until the last step of the plan has been made.
        """
        raise NotImplementedError

    def decelerate(self) -> None:
        """Leave the plan at its present speed and follow its ramp down to standstill.

        With d steps of the plan done, that is plan.stopping(d), or the plan's own end where that
        gives None. No step is lost. Nothing to do while still.
        """
        raise NotImplementedError

    def change_motion(self, plan: Plan) -> None:
        """Leave the present plan at its speed and follow this one, which begins near that speed.

        No step is lost. Called only during a plan for ever, in the same direction and ramp.
        """
        raise NotImplementedError

    def start_strobe(self, flash_us: int) -> None:
        """Take the light from set_light: dark, but for a flash of so long at each step that
        strobe_at() tells. Again: only another length, from the next flash on.

        The hardware starts each flash by itself, and lets none be longer than a few milliseconds
        nor light more than a fifth of the time, whatever becomes of the program. set_light ends
        it. Only for boards that can "strobe", as the two below.
        """
        raise NotImplementedError

    def strobe_at(self, position_steps: int) -> bool:
        """Flash at the step with which position_steps() gets there, after those told before.

        False when no more can be kept; they are told again later. Must not allocate.
        """
        raise NotImplementedError

    def drop_strobe(self) -> None:
        """Forget the steps told. start_motion does so too."""
        raise NotImplementedError

    def enable_motor(self, on: bool) -> None:
        """Give the motor its current, or take it, which frees the film."""

    def cut_motion(self) -> None:
        """No further step and no current, whatever the speed; also in any state of disorder.

        The rotor may be anywhere afterwards: the controller takes the position for lost.
        """
        raise NotImplementedError

    def is_moving(self) -> bool:
        """Whether steps of a plan, or of its ramp down, are still to come."""
        raise NotImplementedError

    def position_steps(self) -> int:
        """Steps made since boot, plus those in direction +1 and minus those in -1; never reset.

        Goes around as board time does: ticks_diff() tells how far one position is from another.
        Asked at least once in 2**28 steps while the motor turns.
        """
        raise NotImplementedError

    def home_switch(self) -> bool:
        """Whether the home switch is closed now."""
        raise NotImplementedError

    def film_mark(self) -> int | None:
        """The position_steps() at which the film sensor last saw a mark begin, once for each mark.

        None when none has come since it was asked.
        """
        return None

    def read_settings(self) -> str | None:
        """The text last written by write_settings, or None when there is none."""
        raise NotImplementedError

    def write_settings(self, text: str) -> None:
        """Keep the text over power cuts: a cut while writing leaves the old text or the new.

        May stop everything for tens of milliseconds; called only while dark and still.
        Raises: OSError.
        """
        raise NotImplementedError

    def sense(self, which: str) -> int:
        """What the converter reads now, 0 … 65535 of its range: "ntc", "supply" or "knob".

        A sensor that is not connected reads whatever its pin shows: the settings say what is there.
        """
        raise NotImplementedError

    def set_fan(self, duty_u16: int) -> None:
        """Let the fan turn at this duty, 0 … 65535. Nothing to do for a board without one."""
        raise NotImplementedError

    def feed_watchdog(self) -> None:
        """All parts of the loop are well: for a second, no reset. The first call starts it."""
        raise NotImplementedError

    def read_file(self, name: str) -> bytes | None:
        """What was last written under this name (one short word), or None when there is nothing."""
        raise NotImplementedError

    def write_file(self, name: str, data: bytes) -> None:
        """Keep the bytes under this name, as write_settings does: whole or not at all.

        Called only while the carriage is still, and in the dark but for a few bytes once in a boot.
        Raises: OSError.
        """
        raise NotImplementedError

    def button(self, which: str) -> bool:
        """Whether this button is pressed now, bounces included: "go", or "free", which frees the
        film for the hand. False where the board has none."""
        return False

    def read_midi(self, buffer: bytearray) -> int:
        """Put the bytes that came in by DIN MIDI into the buffer; how many, 0 when none did.

        Asked every few milliseconds; must not allocate.
        """
        return 0
