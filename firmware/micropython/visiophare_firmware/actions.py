# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that act on the light or the carriage, at once or at a board time.

Owns what each of them checks when it is accepted and does when its time has come. It must not
know lines, numbers or queues.
"""

from visiophare_wire import BY_NAME, Command
from visiophare_wire.kinds import shortest

from .answers import Answer
from .carriage import Carriage
from .light import Light
from .settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Actions:
    """check(command) says, or refuses, what run(command, …) will do.

    check sees what cannot change by waiting, such as soft limits; run may still refuse, for
    example because the carriage lost its position in between.
    """

    def __init__(self, light: Light, carriage: Carriage, settings: Settings) -> None:
        self._light = light
        self._carriage = carriage
        self._settings = settings
        self._checks = {
            "light": self._say_light,
            "master": self._say_master,
            "flash": self._say_flash,
            "carriage home": self._say_home,
            "carriage to": self._check_frame,
            "carriage at": self._check_position,
            "carriage stop": self._say_stop,
        }

    def check(self, command: Command) -> Answer:
        """The sentence for a person. Raises: RefusedError."""
        return self._checks[command.name](command.args)

    def run(self, command: Command, at_us: int, now_us: int) -> None:
        """Do it. Fades end when they would have, had they begun at at_us, as they were meant to.

        Raises: RefusedError.
        """
        name, args = command.name, command.args
        if name == "light":
            self._light.fade(args["level_percent"], args.get("over_ms", 0), at_us, now_us)
        elif name == "master":
            self._light.fade_master(args["level_percent"], args.get("over_ms", 0), at_us, now_us)
        elif name == "flash":
            self._light.flash(args["level_percent"], args["duration_ms"], now_us)
        elif name == "carriage home":
            self._carriage.home(now_us)
        elif name == "carriage stop":
            self._carriage.stop(now_us)
        else:
            mm = self._target_mm(args)
            self._carriage.check_target(mm)
            self._carriage.go_to(mm, now_us)

    def _target_mm(self, args: "dict[str, Any]") -> float:
        if "frame" in args:
            return self._settings.frame_mm(args["frame"])
        return float(args["position_mm"])

    def _say_light(self, args: "dict[str, Any]") -> Answer:
        return Answer(
            "light_fading" if args.get("over_ms") else "light_set", said=_texts("light", args)
        )

    def _say_master(self, args: "dict[str, Any]") -> Answer:
        code = "master_fading" if args.get("over_ms") else "master_set"
        return Answer(code, said=_texts("master", args))

    def _say_home(self, args: "dict[str, Any]") -> Answer:
        return Answer("homing")

    def _say_stop(self, args: "dict[str, Any]") -> Answer:
        return Answer("stopping")

    def _say_flash(self, args: "dict[str, Any]") -> Answer:
        return Answer("flashing", said=_texts("flash", args))

    def _check_frame(self, args: "dict[str, Any]") -> Answer:
        self._carriage.check_frame(args["frame"])
        mm = shortest(self._target_mm(args), 3)
        return Answer("going_to_frame", said={"frame": str(args["frame"]), "mm": mm})

    def _check_position(self, args: "dict[str, Any]") -> Answer:
        self._carriage.check_target(args["position_mm"])
        return Answer("going", said={"mm": shortest(args["position_mm"], 3)})


def _texts(name: str, args: "dict[str, Any]") -> dict[str, str]:
    """The arguments as the wire writes them, by their names without unit."""
    texts = {}
    for arg, _, kind, _ in BY_NAME[name].arguments:
        if arg in args:
            texts[arg.rpartition("_")[0]] = kind.format(args[arg], arg)
    return texts
