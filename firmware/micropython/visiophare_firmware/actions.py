# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that act on the light or the carriage, at once or at a board time.

Owns what each of them checks when it is accepted and does when its time has come. It must not
know lines, numbers or queues.
"""

from visiophare_wire import BY_NAME, Bits, Command
from visiophare_wire.kinds import shortest

from .answers import Answer, RefusedError
from .carriage import Carriage
from .flash_limit import FlashLimit
from .light import Light, level_of_percent
from .settings import Settings
from .strobe import Strobe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SHORTEST_MS = 167
"""Light and darkness of a pattern, until armed: three of each last longer than a second."""


class Actions:
    """check(command) refuses what run(command, …) could never do; describe(command) tells a person.

    check sees what cannot change by waiting, such as soft limits; run may still refuse, for
    example because the carriage lost its position in between.
    """

    def __init__(
        self,
        light: Light,
        limit: FlashLimit,
        strobe: Strobe,
        carriage: Carriage,
        settings: Settings,
    ) -> None:
        self._light = light
        self._limit = limit
        self._strobe = strobe
        self._carriage = carriage
        self._settings = settings

    def check(self, command: Command) -> None:
        """Raises: RefusedError."""
        args = command.args
        if "level_percent" in args:
            if "bits" in args:
                self._check_pattern(args)
            return
        if "frame" in args:
            self._carriage.check_frame(args["frame"])
        elif "position_mm" in args:
            self._carriage.check_target(args["position_mm"])
        elif command.name in ("carriage turn", "carriage run"):
            self._check_speed(args)

    def run(self, command: Command, at_us: int, now_us: int) -> None:
        """Do it. Fades end when they would have, had they begun at at_us, as they were meant to.

        Raises: RefusedError.
        """
        name, args = command.name, command.args
        light, strobe, carriage = self._light, self._strobe, self._carriage
        if name == "light":
            strobe.stop(now_us)
            light.fade(args["level_percent"], args.get("over_ms", 0), at_us, now_us)
        elif name == "master":
            light.fade_master(args["level_percent"], args.get("over_ms", 0), at_us, now_us)
        elif name == "flash":
            level = level_of_percent(args["level_percent"])
            light.flash(level, args["duration_ms"], now_us)
        elif name == "expose":
            self._check_pattern(args)
            if self._limit.is_counting and not light.exposure.is_over_by(at_us):
                raise RefusedError("too_soon")
            light.expose(args["level_percent"], args["bits"], args["slot_ms"], at_us)
        elif name == "strobe":
            if "phase_percent" in args:
                strobe.set_phase(args["phase_percent"])
            strobe.start(args["flash_us"], now_us)
            light.darken()
        elif name == "strobe phase":
            strobe.set_phase(args["phase_percent"])
        elif name == "strobe off":
            strobe.stop(now_us)
        elif name == "carriage home":
            carriage.home(now_us)
        elif name == "carriage stop":
            carriage.stop(now_us)
        elif name in ("carriage turn", "carriage run"):
            self._check_speed(args)
            carriage.turn(self._speed_mm_s(args), now_us)
        else:
            mm = self._target_mm(args)
            carriage.check_target(mm)
            carriage.go_to(mm, now_us)

    def _speed_mm_s(self, args: "dict[str, Any]") -> float:
        settings = self._settings
        if "turn_rpm" not in args:
            return float(args["run_fps"] * settings["pitch_mm"])
        return float(args["turn_rpm"] * settings["turn_mm"] / 60)

    def _check_speed(self, args: "dict[str, Any]") -> None:
        settings = self._settings
        if "turn_rpm" not in args:
            self._carriage.check_speed(args["run_fps"], settings["pitch_mm"], "too_fast")
        elif not settings["turn_mm"]:
            raise RefusedError("no_turn")
        else:
            self._carriage.check_speed(args["turn_rpm"], settings["turn_mm"] / 60, "too_fast_turn")

    def _check_pattern(self, args: "dict[str, Any]") -> None:
        """Whether each light and each darkness is long enough for the flash limit."""
        slot_ms = args["slot_ms"]
        if self._limit.armed_s or slot_ms >= SHORTEST_MS:
            return
        if Bits(args["bits"]).shortest_run() * slot_ms < SHORTEST_MS:
            raise RefusedError("pattern_too_fast", {"min": str(SHORTEST_MS)})

    def _target_mm(self, args: "dict[str, Any]") -> float:
        if "frame" in args:
            return self._settings.frame_mm(args["frame"])
        return float(args["position_mm"])

    def describe(self, command: Command) -> Answer:
        """What a person reads when the command was accepted: costs more than doing it."""
        name, args = command.name, command.args
        if name == "carriage home":
            return Answer("homing")
        if name == "carriage stop":
            return Answer("stopping")
        if name in ("carriage turn", "carriage run"):
            return Answer("turning", said={"speed": shortest(self._speed_mm_s(args), 3)})
        if "frame" in args:
            mm = shortest(self._target_mm(args), 3)
            return Answer("going_to_frame", said={"frame": str(args["frame"]), "mm": mm})
        if "position_mm" in args:
            return Answer("going", said={"mm": shortest(args["position_mm"], 3)})
        said = _texts(name, args)
        if name == "flash":
            return Answer("flashing", said=said)
        if name == "expose":
            return Answer("exposing", said=said)
        if name[:6] == "strobe":
            code = "strobing" if name == "strobe" else "strobe_ended"
            return Answer("phase_set" if name == "strobe phase" else code, said=said)
        if name == "light":
            return Answer("light_fading" if args.get("over_ms") else "light_set", said=said)
        return Answer("master_fading" if args.get("over_ms") else "master_set", said=said)


def _texts(name: str, args: "dict[str, Any]") -> dict[str, str]:
    """The arguments as the wire writes them, by their names without unit."""
    texts = {}
    for arg, _, kind, _ in BY_NAME[name].arguments:
        if arg in args:
            texts[arg.rpartition("_")[0] or arg] = kind.format(args[arg], arg)
    return texts
