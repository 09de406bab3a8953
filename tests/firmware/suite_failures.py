# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever fails, and wherever: dark, no step more, and `status` says why."""

import random

from firmware_bench import Bench
from flashes import rises_us

from visiophare_wire import BY_NAME


def busy_bench():
    bench = Bench()
    bench.home()
    bench.send("light 80")
    bench.send("carriage at 300")
    bench.run(1)
    return bench


def assert_safe(bench, where):
    __tracebackhide__ = True
    assert bench.board.duty == 0, where
    bench.board.broken = ()
    steps = bench.board.rotor_steps
    bench.run(0.5)
    assert bench.board.duty == 0, where
    assert bench.board.rotor_steps == steps, where
    status = bench.status()
    assert status["halted"] == "yes", where
    assert status["error"].startswith("OSError@"), status
    assert status["faults"] == "1"
    assert bench.send("light 40").code == "halted"


def test_a_board_method_that_raises_in_the_loop_leaves_everything_off():
    for method in ("home_switch", "is_moving"):
        bench = busy_bench()
        bench.send("carriage home")
        bench.board.broken = (method,)
        bench.run_until(lambda: bench.named("fault"), 10)  # noqa: B023
        assert bench.named("fault")[0].fields["code"] == "program_failed"
        assert_safe(bench, method)


def test_a_command_that_raises_is_answered_and_leaves_everything_off():
    for command, method in (
        ("carriage home", "is_moving"),
        ("carriage to 1", "decelerate"),
        ("carriage stop", "decelerate"),
        ("status", "position_steps"),
    ):
        bench = busy_bench()
        bench.board.broken = (method,)
        reply = bench.send(command)
        assert (reply.ok, reply.code) == (False, "internal"), command
        assert_safe(bench, command)


def test_every_command_that_raises_anywhere_leaves_everything_off():
    def fail(*_):
        raise OSError(5, "anywhere")

    examples = {"carriage to": "3", "carriage at": "30", "light": "40", "master": "40"}
    examples.update({"flash": "40 2s", "carriage turn": "1", "carriage run": "1"})
    examples.update({"expose": "40 10 1s", "arm": "1h"})
    examples.update({"strobe": "500us", "strobe phase": "20"})
    for name in BY_NAME:
        bench = busy_bench()
        bench.controller.settings.change("endless", "yes")
        bench.controller.settings.change("turn_mm", "100")
        if BY_NAME[name].timed:
            bench.controller.actions.run = fail
        else:
            bench.controller.board.reset_cause = "soft"
            bench.controller.delivery.judge = fail
        bench.send(name + " " + examples.get(name, ""))
        assert bench.board.duty == 0, name
        assert not bench.board.is_moving(), name
        assert bench.controller.error.startswith("OSError@"), name


def test_a_light_that_cannot_be_set_is_darkened_as_soon_as_it_can():
    bench = busy_bench()
    bench.board.broken = ("set_light",)
    bench.send("light 100")
    assert bench.board.duty > 0
    assert not bench.board.is_moving()
    bench.board.broken = ()
    bench.run(0.01)
    assert bench.board.duty == 0


def test_light_that_failures_put_out_and_clear_lets_come_again_counts_as_flashes():
    bench = Bench()
    bench.run(0.2)
    bench.board.broken = ("is_moving",)
    for _ in range(5):
        bench.controller.receive(b"light 100\rcarriage home\rclear\r", bench.board_us())
        assert bench.board.duty == 0
    assert len(rises_us(bench.board.lights)) == 3


def test_a_stop_that_cannot_darken_tries_again_until_it_can():
    bench = busy_bench()
    bench.board.broken = ("set_light",)
    bench.feed(b"!")
    bench.run(0.1)
    assert bench.board.duty > 0
    bench.board.broken = ()
    bench.run(0.01)
    assert bench.board.duty == 0


def test_a_motor_that_cannot_be_cut_does_not_keep_the_light_on():
    bench = busy_bench()
    bench.board.broken = ("cut_motion", "is_moving")
    bench.run(0.01)
    assert bench.board.duty == 0
    assert bench.controller.error == "OSError@tick+OSError"


def test_cut_while_moving_the_position_is_lost_but_not_when_it_stood_still():
    bench = busy_bench()
    bench.board.broken = ("is_moving",)
    bench.run(0.01)
    bench.board.broken = ()
    assert bench.status()["referenced"] == "no"
    bench = busy_bench()
    bench.run(10)
    bench.board.broken = ("set_light",)
    bench.send("light 100")
    bench.board.broken = ()
    assert bench.status()["referenced"] == "yes"


def test_clear_takes_note_and_everything_works_again():
    bench = busy_bench()
    bench.board.broken = ("is_moving",)
    bench.run(0.01)
    bench.board.broken = ()
    assert bench.send("clear").ok
    assert "error" not in bench.status()
    assert bench.status()["faults"] == "0"
    assert bench.send("carriage home").ok
    assert bench.run_until(lambda: len(bench.named("homed")) == 2)


def test_shutting_down_leaves_everything_off():
    bench = busy_bench()
    bench.controller.shut_down(bench.board_us())
    assert bench.board.duty == 0
    assert not bench.board.is_moving()


def test_noise_of_twenty_thousand_bytes_changes_nothing_that_lasts():
    random.seed(20266)
    bench = Bench()
    bench.home()
    for _ in range(400):
        bench.feed(bytes([random.getrandbits(8) for _ in range(50)]))
    assert bench.controller.error == ""
    bench.feed(b"\n")
    bench.hello()
    bench.send("clear")
    assert bench.send("light 40").ok
    assert bench.status()["referenced"] == "yes"


def test_noise_that_looks_like_commands_never_fails_otherwise_than_by_refusing():
    random.seed(20267)
    bench = Bench()
    words = ("light", "carriage", "to", "at", "home", "flash", "master", "settings", "save", "@5")
    words += ("40", "2s", "-3", "99999", "#1", "*abcd", "help", "status", "events", "clear", "!")
    words += ("speed_mm_s", "max_mm", "frames", "language", "en", "cancel", "stop", "hello", "x")
    for _ in range(1500):
        line = " ".join([words[random.getrandbits(8) % len(words)] for _ in range(3)])
        bench.feed(line.encode() + b"\n")
        bench.run(0.01)
        bench.sentences, bench.events, bench.replies = [], [], []
    assert bench.controller.error == ""
    bench.type("clear")
    assert bench.type("settings language en") != []
    assert bench.type("light 40") == ["Light to 40 %."]


def test_an_unread_port_costs_a_bounded_amount_of_memory():
    bench = Bench()
    for _ in range(300):
        bench.controller.receive(b"help\n", 0)
        bench.controller.tick(0)
    assert len(bench.controller.take_output()) <= 4096 + 64
