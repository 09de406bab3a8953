# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An installation on a board in memory: whole, repeated, cut at any change and any byte."""

import pytest

from host.provision.board_fake import PICO, FakeBoard, Firmware, Program
from host.provision.flash_fake import WATCHDOG_MS, Flash, signed
from visiophare.errors import BoardError, PortError, VisiophareError
from visiophare.provision import install as installing
from visiophare.provision.payload import BoardFile, Payload
from visiophare_firmware import VERSION

WIRE, FIRMWARE = "/lib/visiophare_wire", "/lib/visiophare_firmware"


def files(*changes: tuple[str, bytes]) -> dict[str, bytes]:
    held = {
        "/boot.py": signed(b"outputs.safe()\n"),
        "/main.py": signed(b"start()\n"),
        f"{WIRE}/framing.mpy": b"M\x06" + bytes(range(256)) * 14,
        f"{FIRMWARE}/__init__.mpy": b"",
        f"{FIRMWARE}/boards/rp2.mpy": b"board",
        f"{FIRMWARE}/words.txt": "façade\t…\n".encode() * 90,
    }
    return held | dict(changes)


OLD = files(
    (f"{WIRE}/framing.mpy", b"older"),
    (f"{FIRMWARE}/words.txt", b"older"),
    ("/main.py", signed(b"start_as_it_was()\n")),
    (f"{FIRMWARE}/gone/left.mpy", b"only the older one has this"),
)
SETTINGS = {"/settings.json": b"{}"}
NEW = files()


def payload(wanted: dict[str, bytes] = NEW, version: str = VERSION) -> Payload:
    return Payload(version, tuple(BoardFile(*item) for item in sorted(wanted.items())), ())


@pytest.fixture(autouse=True)
def _one_platform(monkeypatch):
    monkeypatch.setattr(installing, "platforms", lambda: ["rp2", "esp32"])


def install(board: FakeBoard, wanted: Payload | None = None, **options):
    steps = []
    outcome = installing.install(
        board,
        lambda step, **values: steps.append((step, values)),
        now=board.now,
        load=lambda platform: wanted or payload(),
        **options,
    )
    return outcome, steps


def refusal(board: FakeBoard, wanted: Payload | None = None) -> VisiophareError:
    with pytest.raises(VisiophareError) as caught:
        install(board, wanted)
    assert caught.value.hint
    str(caught.value.hint).format(**caught.value.params)
    return caught.value


def boots_as(board: FakeBoard) -> str:
    """What the board would start: one whole firmware, or the prompt."""
    held = board.flash.files
    if "/main.py" not in held:
        return "prompt"
    for name, whole in (("old", OLD), ("new", NEW)):
        parts = {path: held.get(path) for path in whole if path != "/boot.py"}
        if parts == {path: content for path, content in whole.items() if path != "/boot.py"}:
            return name
    return "a mixture"


def test_a_blank_board_gets_everything_and_greets():
    board = FakeBoard()
    outcome, steps = install(board)
    assert board.flash.files == NEW
    assert outcome.greeted["firmware"] == VERSION
    assert outcome.plan.same == 0
    assert [step for step, _values in steps] == [
        "board",
        "plan",
        *["file"] * len(NEW),
        "placing",
        "starting",
    ]
    assert isinstance(board.program, Firmware)


def test_the_second_time_there_is_nothing_to_do_and_nothing_is_changed():
    board = FakeBoard(Flash(NEW))
    outcome, _steps = install(board)
    assert outcome.plan.empty
    assert outcome.plan.same == len(NEW)
    assert board.flash.changes == 0
    assert outcome.greeted["firmware"] == VERSION


def test_only_what_differs_is_written_and_what_is_left_over_goes():
    board = FakeBoard(Flash(OLD | SETTINGS))
    board.power_cycle()  # the older Visiophare runs
    outcome, _steps = install(board)
    sent = {file.path for file in outcome.plan.send}
    assert sent == {f"{WIRE}/framing.mpy", f"{FIRMWARE}/words.txt", "/main.py"}
    assert board.flash.files == NEW | SETTINGS
    assert f"{FIRMWARE}/gone" not in board.flash.folders


def test_main_is_put_in_place_last():
    board = FakeBoard(Flash(OLD))
    install(board)
    moves = [line for code in board.executed for line in code.splitlines() if "move(" in line[:5]]
    assert moves[-1] == 'move("/main.py.new", "/main.py")'


def test_sources_that_would_shadow_the_compiled_files_go():
    shadows = {
        f"{WIRE}/framing.py": b"import compiled instead?",
        "/visiophare_firmware/controller.py": b"copied by hand into the root",
        "/visiophare_firmware.mpy": b"copied by hand into the root, too",
    }
    board = FakeBoard(Flash(NEW | shadows))
    install(board)
    assert board.flash.files == NEW
    assert "/visiophare_firmware" not in board.flash.folders


def test_a_program_of_the_owners_is_kept_under_another_name():
    own = {"/main.py": b"import blink", "/boot.py": b"# This file is executed on every boot"}
    board = FakeBoard(Flash(own), program=Program())
    outcome, _steps = install(board)
    kept = dict(outcome.plan.keep)
    assert {board.flash.files[new] for new in kept.values()} == set(own.values())
    assert {path: board.flash.files[path] for path in NEW} == NEW
    install(board)
    assert len(board.flash.files) == len(NEW) + 2


@pytest.mark.parametrize(
    "own",
    [
        b"# my lamp\nfrom visiophare_firmware import main\nmain()\n",
        b"# Visiophare, as I like it\nfrom visiophare_firmware import main\nmain()\n",
        signed(b"start()\n") + b"print('and this')\n",
        b"",
    ],
)
def test_a_program_around_ours_is_the_owners_too(own):
    board = FakeBoard(Flash({"/main.py": own}))
    outcome, _steps = install(board)
    ((old, kept),) = outcome.plan.keep
    assert (old, board.flash.files[kept]) == ("/main.py", own)


def test_a_dry_run_changes_nothing_and_lets_the_projector_go_on():
    board = FakeBoard(Flash(OLD))
    board.power_cycle()
    outcome, _steps = install(board, dry_run=True)
    assert len(outcome.plan.send) == 3
    assert board.flash.files == OLD
    assert board.flash.changes == 0
    assert isinstance(board.program, Firmware)


@pytest.mark.parametrize("before", [{}, OLD, {"/main.py": b"import blink"}])
def test_switched_off_before_any_change_it_boots_old_or_prompt_or_new_and_goes_on(before):
    changes, seen = 0, set()
    while True:
        board = FakeBoard(Flash(before))
        board.flash.changes_left = changes
        try:
            install(board)
            break
        except PortError:
            seen.add(boots_as(board))
        board.power_cycle()
        install(board)
        assert {path: board.flash.files[path] for path in NEW} == NEW
        assert not [path for path in board.flash.files if path.endswith(".new")]
        changes += 1
    assert changes > 10
    own = {"a mixture"} if before.get("/main.py") == b"import blink" else set()
    assert seen <= {"old", "prompt"} | own  # their main.py goes on until all has arrived
    assert "old" in seen or before != OLD


def test_the_cable_pulled_at_any_byte_it_boots_old_or_prompt_or_new_and_goes_on():
    whole = FakeBoard(Flash(OLD))
    counted = []

    def count(data: bytes) -> bytes:
        counted.append(0 if whole.program else len(data))  # the greeting's length varies
        return data

    whole.damage = count
    install(whole)
    seen = set()
    for cut in range(0, sum(counted), 53):
        board = FakeBoard(Flash(OLD))
        board.bytes_left = cut
        with pytest.raises((PortError, BoardError)):
            install(board)
        seen.add(boots_as(board))
        if cut % 2:
            board.power_cycle()
        else:  # plugged in again without having lost its supply
            board.gone, board.bytes_left = False, None
        install(board)
        assert board.flash.files == NEW
    assert {"old", "prompt"} <= seen <= {"old", "prompt", "new"}


def test_what_had_arrived_before_the_cut_is_not_sent_again():
    board = FakeBoard()
    board.flash.changes_left = 14
    with pytest.raises(PortError):
        install(board)
    arrived = sum(path.endswith(".new") for path in board.flash.files)
    assert arrived >= 2
    board.power_cycle()
    outcome, _steps = install(board)
    assert len(outcome.plan.send) <= len(NEW) - arrived + 1


def test_a_piece_that_is_damaged_on_the_way_is_sent_again():
    board = FakeBoard()
    damaged = []

    def damage(data: bytes) -> bytes:
        if b"Vxhbe" in data or len(damaged) > 1 or b"AQIDBA" not in data:
            return data
        damaged.append(data)
        return data.replace(b"AQIDBA", b"AQIDBB")

    board.damage = damage
    install(board)
    assert damaged
    assert board.flash.files == NEW


def test_a_file_that_is_damaged_every_time_is_told_and_nothing_is_replaced():
    board = FakeBoard(Flash(OLD))
    board.damage = lambda data: data.replace(b"AQIDBA", b"AQIDBB")
    error = refusal(board)
    assert error.code == "copy_damaged"
    assert error.params["path"] == f"{WIRE}/framing.mpy"
    assert boots_as(board) == "old"
    assert isinstance(board.program, Firmware)


def test_without_room_beside_the_old_firmware_nothing_is_changed():
    board = FakeBoard(Flash(OLD, blocks=16))
    board.power_cycle()
    assert refusal(board).code == "no_room"
    assert board.flash.files == OLD
    assert isinstance(board.program, Firmware)


def test_room_that_runs_out_in_the_middle_is_told_as_such():
    board = FakeBoard(Flash(OLD, blocks=40))
    prompt_says = Flash._statvfs
    board.flash._statvfs = lambda path: prompt_says(board.flash, path)[:3] + (99,) * 2 + (0,) * 5
    board.flash.blocks = len(OLD) + 4
    assert refusal(board).code == "no_room"
    assert boots_as(board) == "old"
    assert isinstance(board.program, Firmware)


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        (("circuitpython", (9, 2, 0), "Pico with rp2040", 517, "RP2040"), "not_micropython"),
        (("micropython", (1, 24, 1, ""), *PICO[2:]), "micropython_too_old"),
        (("micropython", (1, 28, 0, ""), PICO[2], 0x1307, "rp2"), "micropython_other"),
        (("micropython", (1, 28, 0, ""), "PYBv1.1 with STM32", 0x1306, "pyboard"), "wrong_chip"),
        ((*PICO[:2], "Generic ESP32S3 module with ESP32S3", 0x2B06, "esp32"), "wrong_chip"),
        ((*PICO[:2], "Adafruit Feather RP2040 with rp2040", *PICO[3:]), "board_unknown"),
    ],
)
def test_a_board_of_the_wrong_kind_is_named_and_left_as_it_is(identity, code):
    board = FakeBoard(Flash(OLD), identity=identity)
    board.power_cycle()
    assert refusal(board).code == code
    assert board.flash.changes == 0
    assert isinstance(board.program, Firmware)  # what ran before runs again


def test_a_board_whose_pins_the_owner_has_compared_is_taken():
    board = FakeBoard(identity=(*PICO[:2], "WeAct Studio RP2040 with RP2040", *PICO[3:]))
    install(board, any_board=True)
    assert board.flash.files == NEW


def test_a_firmware_that_fails_at_its_start_is_quoted():
    said = b"Traceback (most recent call last):\r\n  File ...\r\nImportError: no module x\r\n"
    board = FakeBoard(firmware=lambda _board: said)
    error = refusal(board)
    assert error.code == "firmware_silent"
    assert error.params["heard"] == "ImportError: no module x"


def test_a_board_whose_button_is_held_stays_at_the_prompt_and_is_told_so():
    held = b"Bouton tenu. / Held button: prompt.\r\nMicroPython v1.28\r\n>>> "
    error = refusal(FakeBoard(firmware=lambda _board: held))
    assert error.code == "button_held"
    assert "GP10" in error.hint


def test_a_firmware_that_never_answers_is_told_so():
    error = refusal(FakeBoard(firmware=lambda _board: Program(stubborn=99)))
    assert error.code == "firmware_silent"
    assert error.params["heard"] == ""


def test_another_version_at_the_greeting_is_told():
    error = refusal(FakeBoard(), payload(version="9.9.9"))
    assert error.code == "firmware_version"
    assert error.params["answered"] == VERSION


@pytest.mark.parametrize(
    ("machine", "register"),
    [("Raspberry Pi Pico with RP2040", 0x40058000), ("Raspberry Pi Pico2 with RP2350", 0x400D8000)],
)
def test_the_watchdog_of_what_ran_before_is_stilled(machine, register):
    board = FakeBoard(identity=(*PICO[:2], machine, *PICO[3:]))
    install(board)
    assert board.registers == {register + 0x3000: 1 << 30}


def test_an_esp32_gets_its_own_firmware_and_its_watchdog_waits():
    board = FakeBoard(identity=(*PICO[:2], "Generic ESP32 module with ESP32", 0x2B06, "esp32"))
    asked = []
    installing.install(
        board,
        lambda *_, **__: None,
        now=board.now,
        load=lambda name: asked.append(name) or payload(),
    )
    assert asked == ["esp32"]
    assert board.registers[WATCHDOG_MS] > 24 * 3600 * 1000
