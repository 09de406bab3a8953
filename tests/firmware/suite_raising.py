# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command and every room of the loop raises in its turn: dark, at rest, and `status` says so.

What raises is replaced in the controller itself, so that it fails before it has done anything, and
goes on failing. The board stays whole: what it shows is what the controller made of the failure.
"""

from firmware_bench import Bench
from written_score import fade, hold, loop, score

from visiophare_firmware.queries import QUERIES
from visiophare_wire import BY_NAME

ROOMS = (
    "schedule.due",
    "carriage.update",
    "carriage._film.slipped",
    "carriage._turning.has_wandered",
    "silence.passed",
    "alone._look",
    "alone._look_at_button",
    "alone._look_at_switch",
    "alone._look_at_knob",
    "protection.update",
    "protection._ntc.take",
    "protection.thermal.update",
    "protection.supply.update",
    "protection.still.update",
    "protection.energy.update",
    "protection.allow",
    "limit.allow",
    "light.duty",
    "light.perceived",
)
ERRORS = (OSError, MemoryError, ZeroDivisionError, RuntimeError, AssertionError)
SETTINGS = '{"language": "en", "endless": "yes", "turn_mm": 100, "home_speed_mm_s": 40'
EXAMPLES = {"carriage to": "3", "carriage at": "30", "carriage turn": "1", "carriage run": "1"}
EXAMPLES.update({"light": "40", "master": "40", "flash": "40 2s", "watch": "5s"})
EXAMPLES.update({"arm": "60s", "expose": "50 101 200ms", "strobe phase": "10"})
NOT_WHILE_UNARMED = ("strobe", "strobe phase", "strobe off")


def busy():
    """It shines, it turns, and a light waits for its time."""
    bench = Bench(settings=SETTINGS + "}")
    bench.hello()
    bench.send("light 80")
    bench.send("carriage turn 10")
    bench.send("@%d light 90" % (bench.board_us() + 300_000_000))  # noqa: UP031
    bench.run(0.5)
    assert bench.board.duty > 0
    assert bench.board.is_moving()
    return bench


def replace(controller, path, error):
    """From now on what the path names raises; what restores it."""
    owner = controller
    names = path.split(".")
    for name in names[:-1]:
        owner = getattr(owner, name)
    real = getattr(owner, names[-1])

    def fail(*_):
        raise error(names[-1])

    setattr(owner, names[-1], fail)
    return lambda: setattr(owner, names[-1], real)


def assert_safe(bench, where):
    """Dark and at rest, whatever goes on failing."""
    assert bench.board.duty == 0, where
    assert not bench.board.is_moving(), where
    assert not bench.board.motor_on, where
    assert bench.controller.schedule.waiting == [], where
    assert bench.controller.halted, where


def assert_told(bench, error, where):
    """`status` is true, light and carriage refuse, and clear takes note."""
    status = bench.status()
    assert status["halted"] == "yes", (where, status)
    assert status["error"].startswith(error.__name__ + "@"), (where, status)
    assert (status["light"], status["duty"], status["carriage"]) == ("0", "0", "still"), where
    assert status["queue"] == "0", where
    assert int(status["faults"]) == 1, where
    assert bench.send("light 40").code == "halted", where
    assert bench.type("faults")[0].startswith("program_failed: "), where
    assert bench.send("clear").ok, where
    bench.run(1.5)  # what the flash limit counted is over
    assert bench.send("light 40").ok, where
    bench.run(0.1)
    assert bench.status()["light"] == "40", where


def test_every_room_of_the_loop_may_raise():
    for turn, room in enumerate(ROOMS):
        error = ERRORS[turn % len(ERRORS)]
        bench = busy()
        restore = replace(bench.controller, room, error)
        bench.run(0.6)  # the slowest room is looked into ten times a second
        assert_safe(bench, room)
        restore()
        bench.run(0.02)
        assert_safe(bench, room)
        assert_told(bench, error, room)


def test_a_long_answer_may_raise_in_its_midst():
    for ask in (lambda bench: bench.send("settings"), lambda bench: bench.type("settings")):
        bench = busy()
        real = bench.controller.settings.text_of
        rows = []

        def fail(name, rows=rows, real=real):
            rows.append(name)
            if len(rows) > 5:
                raise ZeroDivisionError
            return real(name)

        bench.controller.settings.text_of = fail
        told = ask(bench)
        if isinstance(told, list):
            assert [line for line in told if line.startswith("The program failed")]
        else:
            assert not told.ok
        assert_safe(bench, "settings")
        assert_told(bench, ZeroDivisionError, "settings")


def test_every_room_may_raise_while_a_score_plays():
    data = score([[loop(0, fade(80, 100), hold(300), fade(30, 100))]], order=[0])
    for room in ("player.tick", "player._advance", "player._show", "player._light.follow"):
        bench = Bench(settings=SETTINGS + ', "score_start": "power_on"}')
        bench.board.files["score"] = data
        bench = Bench(bench.board)
        bench.hello()
        bench.run(0.3)
        bench.send("carriage turn 10")
        bench.send("score play")
        bench.run(0.3)
        assert bench.board.duty > 0
        restore = replace(bench.controller, room, ValueError)
        bench.send("score go")
        bench.run(0.6)
        restore()
        assert_safe(bench, room)
        assert not bench.controller.player.active, room
        assert_told(bench, ValueError, room)


def test_every_command_may_raise_and_is_answered():
    for turn, name in enumerate(BY_NAME):
        error = ERRORS[turn % len(ERRORS)]
        bench = busy()
        real = None
        if BY_NAME[name].timed:
            restore = replace(bench.controller, "actions.run", error)
        else:
            real = QUERIES[name]

            def fail(*_):
                raise error("query")  # noqa: B023  it is called in this turn only

            QUERIES[name] = fail
        try:
            reply = bench.send(name + " " + EXAMPLES.get(name, ""))
        finally:
            if real:
                QUERIES[name] = real
            else:
                restore()
        if name in NOT_WHILE_UNARMED and reply.code != "internal":
            continue
        assert (reply.ok, reply.code) == (False, "internal"), name
        assert_safe(bench, name)
        assert_told(bench, error, name)


def test_what_waits_for_its_time_may_raise_then():
    bench = busy()
    bench.send("@%d carriage stop" % (bench.board_us() + 100_000))  # noqa: UP031
    restore = replace(bench.controller, "actions.run", OSError)
    bench.run(0.2)
    assert_safe(bench, "at its time")
    restore()
    assert_told(bench, OSError, "at its time")


def test_making_safe_may_raise_too():
    rooms = ("player.drop", "light.darken", "limit.allow", "schedule.clear")
    for room in rooms + ("carriage._film.forget", "carriage._turning.leave"):  # noqa: RUF005
        bench = busy()
        restore = replace(bench.controller, room, OSError)
        replace(bench.controller, "light.perceived", MemoryError)
        bench.run(0.2)
        assert bench.board.duty == 0, room
        assert not bench.board.is_moving(), room
        assert bench.controller.halted, room
        assert bench.controller.error.endswith("@tick+OSError"), bench.controller.error
        restore()


def test_the_words_of_a_failure_may_raise_too():
    bench = busy()
    replace(bench.controller, "faults.raise_", OSError)
    replace(bench.controller, "light.perceived", MemoryError)
    try:
        bench.run(0.2)
    except OSError:
        bench.controller.shut_down(bench.board_us())  # as the loop does
    assert bench.board.duty == 0
    assert not bench.board.is_moving()
