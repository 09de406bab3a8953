# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that ask or arrange: hello, help, status, settings, faults, events and their like.

Owns what they answer. It must not know lines or numbers. Every function takes the controller, the
arguments and the time, and gives an Answer or raises RefusedError.
"""

from visiophare_wire import BY_NAME, COMMANDS, PROTOCOL, usage
from visiophare_wire.kinds import shortest

from .answers import Answer, Line, RefusedError, for_person
from .carriage import STILL, TURNING
from .condition import condition
from .light import FULL, level_of_duty, percent_of_level
from .saved import check_writable
from .scores import score, score_state
from .settings import TABLE, SettingsError, wire_word
from .strobe import PHASES
from .version import VERSION
from .words import sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from visiophare_wire.commands import Row

    from .controller import Controller


def hello(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    board = controller.board
    lines = [
        Line("", {"protocol": str(PROTOCOL), "firmware": VERSION}),
        Line("", {"board": board.name, "boot": board.boot_id}),
        Line("", {"can": ",".join(board.capabilities)}),
        Line("", {"name": controller.settings["name"]}),
    ]
    controller.watch_is_old = True
    fields = {"last": str(controller.delivery.last_seq)}
    return Answer("hello", fields, {"firmware": VERSION, "board": board.name}, lines)


def help_(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    wanted = args.get("command", "")
    rows = [row for row in COMMANDS if row.name.split(" ")[0] == wanted or not wanted]
    if not rows:
        raise RefusedError("unknown_command")
    return Answer("" if wanted else "help_stop", long=_helped(controller, rows, wanted != ""))


def _helped(controller: "Controller", rows: "list[Row]", explained: bool) -> "Iterator[Line]":
    for row in rows:
        what = sentence(controller.settings["language"], "help " + row.name)
        name = row.name.replace(" ", "_")
        yield Line("usage", {"command": name}, {"usage": usage(row), "what": what})
        if explained:
            yield from _explained(row.name)


def _explained(name: str) -> list[Line]:
    lines = []
    for _, metavar, kind, _ in BY_NAME[name].arguments:
        if hasattr(kind, "minimum"):
            said = {"word": metavar, "min": shortest(kind.minimum, 3), "unit": kind.unit}
            said["max"] = shortest(kind.maximum, 3)
            lines.append(Line("argument", {}, said))
    return lines


def clock(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    return Answer("clock", {"t": str(now_us)})


def cancel(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    return Answer("cancelled", {"dropped": str(controller.schedule.clear())})


def arm(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    if controller.halted:
        raise RefusedError("halted")
    controller.limit.arm(args["duration_s"])
    return Answer("armed", {"armed": str(args["duration_s"])})


def disarm(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    controller.limit.arm(0)
    return Answer("disarmed")


def watch(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    controller.watch_s = args["silence_ms"] / 1000
    controller.watch_is_old = False
    return Answer("watching" if controller.watch_s else "not_watching")


def clear(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    controller.halted = False
    controller.error = ""
    controller.faults.clear()
    controller.protection.acknowledge(now_us)
    fault = controller.protection.fault()
    return Answer(fault or "cleared", lines=[Line("not_over")] if fault else [])


def status(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    code = "" if controller.faults.present else "no_faults"
    return Answer(code, {"t": str(now_us)}, long=_state(controller, now_us))


def _state(controller: "Controller", now_us: int) -> "Iterator[Line]":
    light, duty = controller.light, controller.limit.duty
    held = not duty or duty < light.duty(now_us)
    shown = {
        "light": _percent(level_of_duty(duty) if held else light.perceived(now_us)),
        "level": _percent(light.level.target),
        "master": _percent(light.master.target),
        "duty": str(duty),
    }
    state = {
        "queue": str(len(controller.schedule.waiting)),
        "halted": "yes" if controller.halted else "no",
        "faults": str(len(controller.faults.present)),
    }
    yield Line("status_light", shown)
    yield carriage_line(controller)
    yield Line("", state)
    yield from condition(controller.protection, light.duty(now_us))
    if light.knob != FULL:
        yield Line("status_knob", {"knob": _percent(light.knob)})
    if controller.player.words:
        code, said = score_state(controller.player)
        yield Line(code, {"score": code[6:]}, said)
    if controller.schedule.waiting:
        yield Line("status_queue", {}, state)
    if controller.limit.armed_s:
        yield Line("status_armed", {"armed": str(controller.limit.armed_s)})
    if controller.strobe.flash_us:
        phase = shortest(controller.strobe.phase * 100 / PHASES, 3)
        yield Line("status_strobe", {"strobe_us": str(controller.strobe.flash_us), "phase": phase})
    reset = {"reset": controller.board.reset_cause, "boot": controller.board.boot_id}
    yield Line("reset " + controller.board.reset_cause, reset)
    if controller.error:
        yield Line("status_failed", {"error": controller.error})
    if controller.halted:
        yield Line("status_halted")
    yield from fault_sentences(controller)


def _percent(level: int) -> str:
    return shortest(percent_of_level(level), 2)


STATES_UNREFERENCED = {STILL: "status_unreferenced", TURNING: "status_turning"}
STATES = {STILL: "status_at", TURNING: "status_turning"}
"""The sentences of `status`, without and with a position; any other state has its own."""


def carriage_line(controller: "Controller") -> Line:
    """What the carriage does, or where it stands."""
    carriage = controller.carriage
    fields = {"carriage": carriage.state, "referenced": "yes" if carriage.referenced else "no"}
    mm = carriage.position_mm()
    if carriage.freed:
        fields["freed"] = "yes"
        return Line("film_free", fields)
    if mm is None:
        code = STATES_UNREFERENCED.get(carriage.state, "status_homing")
        return Line(code, fields)
    fields["mm"] = shortest(mm, 3)
    frame = carriage.frame()
    if frame is not None:
        fields["frame"] = str(frame)
        return Line("status_at_frame", fields)
    return Line(STATES.get(carriage.state, "status_moving"), fields)


def settings(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    name = args.get("name")
    if name is None:
        return Answer("", long=(_setting(controller, row[0]) for row in TABLE))
    if "value" not in args:
        if name not in controller.settings.values:
            raise RefusedError("unknown_setting", {"arg": wire_word(name)})
        return Answer("", lines=[_setting(controller, name)])
    if controller.carriage.state != STILL:
        raise RefusedError("moving")
    try:
        controller.change_setting(name, args["value"])
    except SettingsError as error:
        lines = [Line(code, _with_code(code, fields), fields) for code, fields in error.problems]
        raise RefusedError("settings_refused", lines=lines) from None
    return Answer("setting_changed", {}, {"name": name, "value": controller.settings.text_of(name)})


def _setting(controller: "Controller", name: str) -> Line:
    value = controller.settings.text_of(name)
    return Line("setting", {name: value}, {"name": name, "value": value})


def _with_code(code: str, fields: dict[str, str]) -> dict[str, str]:
    """What is wrong, and what would be right: as far as a line has room beside long names."""
    named = {"problem": code}
    told = ("arg",) if code == "unknown_setting" else ("min", "max", "choices")
    for key in told if code != "limits_crossed" else ():
        if key in fields:
            named[key] = fields[key]
    return named


def settings_save(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    check_writable(controller)
    try:
        controller.board.write_settings(controller.settings.to_json())
    except OSError as error:
        raise RefusedError("not_saved", {"error": str(error.errno)}) from None
    controller.faults.gone("settings_invalid", "settings_unknown")
    return Answer("settings_saved")


def faults(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    lines = [Line("", {"fault": code}) for code in controller.faults.present]
    sentences = fault_sentences(controller)
    return Answer("faults_listed" if sentences else "no_faults", lines=lines + sentences)


def fault_sentences(controller: "Controller") -> list[Line]:
    """A line for each fault that is present."""
    present = controller.faults.present
    return [Line(code, {}, {"detail": detail}) for code, detail in present.items()]


def told(controller: "Controller", news: bytes) -> bytes:
    """Events as a person at a terminal reads them: where the carriage stands, and faults."""
    lines = []
    if b" homed " in news or b" arrived " in news or b" stopped " in news:
        lines.append(carriage_line(controller))
    if b" fault " in news:
        lines += fault_sentences(controller)
    return for_person(controller.settings["language"], Answer("", lines=lines))


def events(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    raw = b"".join(controller.events.since(args.get("since")))
    return Answer("events_listed", {"last": str(controller.events.last_number)}, raw=raw)


def prompt(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    controller.leaving = "prompt"
    return Answer("leaving_prompt")


def bootloader(controller: "Controller", args: "dict[str, Any]", now_us: int) -> Answer:
    controller.leaving = "bootloader"
    return Answer("leaving_bootloader")


QUERIES = {
    "hello": hello,
    "help": help_,
    "clock": clock,
    "arm": arm,
    "disarm": disarm,
    "cancel": cancel,
    "watch": watch,
    "clear": clear,
    "status": status,
    "settings": settings,
    "settings save": settings_save,
    "score": score,
    "faults": faults,
    "events": events,
    "prompt": prompt,
    "bootloader": bootloader,
}
