# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps, commands, places and durations in the words of the person's language.

Owns wording only: one short phrase for each kind of thing.
"""

from visiophare.show import actions as a
from visiophare.show import model as m
from visiophare.words import LANGUAGE, _, ngettext


def duration(seconds: float) -> str:
    """`80 ms`, `2 s`, `1 min 30 s`."""
    if seconds < 0.9995 and seconds:
        return _("{ms} ms").format(ms=number(seconds * 1000))
    if seconds < 60:
        return _("{s} s").format(s=number(seconds))
    minutes, rest = divmod(round(seconds), 60)
    if not rest:
        return _("{min} min").format(min=minutes)
    return _("{min} min {s} s").format(min=minutes, s=rest)


def number(value: float) -> str:
    """At most two decimals, and none that says nothing; the decimal sign of the language."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if LANGUAGE == "fr" else text


def place(to: m.Place) -> str:
    """`frame 3`, `57.5 mm`, `home`."""
    if to.frame is not None:
        return _("frame {frame}").format(frame=to.frame)
    if to.mm is not None:
        return _("{mm} mm").format(mm=number(to.mm))
    return _("home")


def step(step: m.Step) -> str:
    """One line of a score."""
    match step:
        case m.Fade(level_percent=level, over_s=0.0):
            return _("light to {level} %").format(level=number(level))
        case m.Fade(level_percent=level, over_s=over_s):
            return _("fade to {level} % in {time}").format(
                level=number(level), time=duration(over_s)
            )
        case m.Hold(duration_s=seconds):
            return _("hold {time}").format(time=duration(seconds))
        case m.Flash(level_percent=level, duration_s=seconds):
            return _("flash {level} % for {time}").format(
                level=number(level), time=duration(seconds)
            )
        case m.Move(to=to, wait=True):
            return _("move to {place}, and wait until it is there").format(place=place(to))
        case m.Move(to=to):
            return _("move to {place}, and go on at once").format(place=place(to))
        case m.Loop(count=m.FOREVER):
            return _("again and again, until it is ended:")
        case m.Loop(count=count):
            return ngettext("{count} time:", "{count} times:", int(count)).format(count=int(count))
        case m.Call(cue=cue):
            return _("play the cue {cue}").format(cue=cue)


def command(command: a.Command) -> str:
    """One command, with the cue that asked for it."""
    words = _command(command)
    return f"{command.cue}: {words}" if command.cue else words


def _command(command: a.Command) -> str:
    match command:
        case a.SetLight(level_percent=level, over_s=over_s):
            return step(m.Fade(level, over_s))
        case a.Flash(level_percent=level, duration_s=seconds):
            return step(m.Flash(level, seconds))
        case a.MoveCarriage(to=to):
            return _("move to {place}").format(place=place(to))
        case a.StopCarriage():
            return _("halt the carriage")
        case a.SetMaster(level_percent=level):
            return _("master to {level} %").format(level=number(level))
        case a.StopNow():
            return _("dark at once")


def length(length: m.Length) -> str:
    """`12 s`, `12 s and 2 moves`, `until it is ended`."""
    if m.FOREVER in (length.seconds, length.moves):
        return _("until it is ended")
    if not length.moves:
        return duration(length.seconds)
    moves = ngettext("{count} move", "{count} moves", int(length.moves))
    moves = moves.format(count=int(length.moves))
    return _("{time} and {moves}").format(time=duration(length.seconds), moves=moves)
